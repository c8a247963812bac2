"""What a feed that calls us delivered, what could not be read, and the secret it signs with."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session

from api.accounts import Scope
from api.dependencies import Database, Now, require
from api.v1.paging import Limit, Shape, Stretch, example
from api.v1.problems import NOT_HERE
from listener import feeds, ingest
from listener import find as heard
from listener.models import Feed
from listener.sources import PUSHED
from triage import people
from triage.models import Role
from triage.refusals import NoSuch

router = APIRouter(prefix="/feeds/{feed_id}", tags=["feeds"])
Admin = Annotated[people.Actor, Depends(require(Role.ADMIN, scope=Scope.ADMIN))]


class Delivery(Shape):
    """One call of a feed that calls us, and what became of each item."""

    model_config = example(
        {
            "id": 12,
            "at": "2026-11-21T12:00:00Z",
            "idempotency_key": "batch-4",
            "outcome": [{"native_id": "ticket-881", "status": "created", "mention_id": 512}],
        }
    )

    id: int
    at: datetime
    idempotency_key: str | None
    outcome: list[Any]


class Rejection(Shape):
    """One row that could not be read."""

    model_config = example(
        {
            "id": 4,
            "at": "2026-11-21T12:00:00Z",
            "native_id": "ticket-882",
            "reason": "It has no text.",
            "sample": '{"native_id": "ticket-882"}',
        }
    )

    id: int
    at: datetime
    native_id: str | None
    reason: str
    sample: str


class Secret(Shape):
    """A new secret to sign with, shown now and never again."""

    model_config = example({"secret": "k3vY…"})

    secret: str


@router.post("/secret", summary="Change the secret", responses=NOT_HERE)
def renew(session: Database, acting: Admin, now: Now, feed_id: int) -> Secret:
    """Make a new secret for a feed that calls us. The old one opens nothing from now on."""
    if _feed(session, feed_id).source not in PUSHED:
        raise NoSuch("feed", feed_id)
    secret = ingest.new_secret()
    feeds.update(session, feed_id, credential=secret, now=now)
    return Secret(secret=secret)


@router.get("/deliveries", summary="List deliveries", responses=NOT_HERE)
def deliveries(session: Database, acting: Admin, feed_id: int, limit: Limit = 50) -> Stretch[Delivery]:
    """List the last calls of a feed that calls us, newest first; 50 are kept."""
    _feed(session, feed_id)
    return Stretch[Delivery](items=[Delivery.model_validate(row) for row in heard.deliveries(session, feed_id, limit)])


@router.post("/deliveries/{delivery_id}/replay", summary="Take a delivery again", responses=NOT_HERE)
def replay(session: Database, acting: Admin, now: Now, feed_id: int, delivery_id: int) -> Delivery:
    """Store the items of a kept delivery once more. What we have stays as it is."""
    row = next((row for row in heard.deliveries(session, feed_id) if row.id == delivery_id), None)
    if row is None or ingest.replay(session, delivery_id, now) is None:
        raise NoSuch("delivery", delivery_id)
    return Delivery.model_validate(row)


@router.get("/rejections", summary="List rejected rows", responses=NOT_HERE)
def rejections(session: Database, acting: Admin, feed_id: int, limit: Limit = 50) -> Stretch[Rejection]:
    """List the last rows of a feed that could not be read, newest first."""
    _feed(session, feed_id)
    rows = heard.rejections(session, feed_id, limit)
    return Stretch[Rejection](items=[Rejection.model_validate(row) for row in rows])


def _feed(session: Session, feed_id: int) -> Feed:
    found = heard.feed(session, feed_id)
    if found is None:
        raise NoSuch("feed", feed_id)
    return found
