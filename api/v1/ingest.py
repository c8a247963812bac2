"""Where a pushing feed delivers, signed."""

import math
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Request, status
from pydantic import Field

from api.dependencies import Database, Now
from api.errors import TooMany
from api.pace import Pace
from api.settings import settings
from api.v1.paging import Shape, example
from api.v1.problems import NOT_HERE, PUSHED
from listener import find as heard
from listener import ingest
from triage.refusals import NoSuch

router = APIRouter(prefix="/ingest", tags=["ingest"])
_pace = Pace()

_ITEM = {
    "native_id": "ticket-881", "text": "The kettle arrived without its lid.", "text_format": "plain",
    "url": "https://forum.example/t/881", "lang": "en", "created_at": "2026-11-21T12:42:00+03:30",
    "author": {"id": "77", "handle": "reza", "name": "Reza"}, "kind": "post", "counts": {"likes": 4},
}  # fmt: skip
_BODY = {
    "requestBody": {
        "required": True,
        "description": "Signed as it is sent, byte by byte. At most 500 items and 1 MB.",
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["items"],
                    "properties": {
                        "items": {
                            "type": "array",
                            "maxItems": ingest.MOST_ITEMS,
                            "items": {
                                "type": "object",
                                "required": ["native_id", "text", "created_at"],
                                "properties": {
                                    "native_id": {"type": "string"},
                                    "url": {"type": "string"},
                                    "text": {"type": "string"},
                                    "text_format": {"enum": ["plain", "html", "markdown"]},
                                    "title": {"type": "string"},
                                    "lang": {"type": "string"},
                                    "created_at": {"type": "string", "format": "date-time"},
                                    "edited_at": {"type": "string", "format": "date-time"},
                                    "author": {"type": "object"},
                                    "parent_id": {"type": "string"},
                                    "root_id": {"type": "string"},
                                    "counts": {"type": "object"},
                                    "kind": {"enum": ["post", "comment", "review", "dm", "news"]},
                                    "rating": {"type": "number"},
                                    "extra": {"type": "object"},
                                },
                            },
                        }
                    },
                },
                "example": {"items": [_ITEM]},
            }
        },
    }
}


class ItemOutcome(Shape):
    """What became of one item."""

    native_id: str | None
    status: Literal["created", "updated", "duplicate", "rejected"]
    mention_id: int | None = None
    reason: str | None = None


class Delivered(Shape):
    """What became of each item, in their order. `replayed`: this very call was answered before, nothing was stored."""

    model_config = example(
        {
            "delivery_id": 12,
            "replayed": False,
            "items": [{"native_id": "ticket-881", "status": "created", "mention_id": 512}],
        }
    )

    delivery_id: int
    replayed: bool
    items: list[ItemOutcome] = Field(description="One for each item sent.")


async def raw_body(request: Request) -> bytes:
    """Return the body as it came: a signature is over bytes."""
    return await request.body()


@router.post(
    "/{feed_id}",
    summary="Deliver items",
    status_code=status.HTTP_202_ACCEPTED,
    responses=NOT_HERE | PUSHED,
    openapi_extra=_BODY,
    response_model_exclude_none=True,
)
def deliver(
    session: Database,
    now: Now,
    feed_id: int,
    body: Annotated[bytes, Depends(raw_body)],
    x_signature: Annotated[
        str | None,
        Header(
            description='`t=<unix>,v1=<hex HMAC-SHA256(secret, t + "." + body)>`, at most five minutes old.',
            examples=["t=1795262400,v1=5f2c…"],
        ),
    ] = None,
    idempotency_key: Annotated[
        str | None, Header(max_length=200, description="The same key gives the same answer and stores nothing again.")
    ] = None,
) -> Delivered:
    """Take what a feed pushes. No token: the signature says who it is. A bad item is told and stops no other."""
    secret = ingest.secret_for(session, feed_id)
    feed = heard.feed(session, feed_id)
    if secret is None or feed is None:
        raise NoSuch("feed", feed_id)
    ingest.verify(x_signature, body, secret, now)
    # counted after the signature, so that nobody else can use a feed's allowance up
    wait = _pace.take(feed_id, settings().ingest_per_minute, now)
    if wait is not None:
        raise TooMany(seconds=max(1, math.ceil(wait)))
    received = ingest.receive(session, feed, body, idempotency_key, now)
    return Delivered(
        delivery_id=received.delivery_id, replayed=received.replayed, items=[_told(one) for one in received.outcomes]
    )


def _told(outcome: dict[str, Any]) -> ItemOutcome:
    return ItemOutcome.model_validate(outcome)
