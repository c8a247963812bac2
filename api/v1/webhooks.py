"""Addresses outside that are told of every notice, signed."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, status
from pydantic import Field

from api.accounts import Scope
from api.dependencies import Database, Now, require
from api.v1.paging import Cursor, Given, Limit, Shape, Stretch, cut, example, number
from api.v1.problems import NOT_HERE
from triage import channels, people, webhooks
from triage.models import Role
from triage.refusals import BadInput

router = APIRouter(prefix="/webhooks", tags=["webhooks"])
Admin = Annotated[people.Actor, Depends(require(Role.ADMIN, scope=Scope.ADMIN))]

_HOOK = {"id": 2, "url": "https://hooks.example.org/hearback", "enabled": True, "created_at": "2026-11-21T12:00:00Z"}
_DELIVERY = {
    "id": 91, "reason": "handed_over", "issue_id": 41, "spike_id": None, "crisis_id": None, "data": {"step": "v7"},
    "state": "sent", "tries": 1, "last_error": None, "created_at": "2026-11-21T12:00:00Z",
    "next_try_at": "2026-11-21T12:00:00Z", "sent_at": "2026-11-21T12:00:01Z",
}  # fmt: skip


class Webhook(Shape):
    """An address, without its secret."""

    model_config = example(_HOOK)

    id: int
    url: str
    enabled: bool
    created_at: datetime


class MadeWebhook(Webhook):
    """An address with the secret that signs what is sent there, shown now and never again."""

    model_config = example({**_HOOK, "secret": "whsec_MfK…"})

    secret: str


class NewWebhook(Given):
    """An address to tell."""

    url: str = Field(min_length=8, max_length=2000, examples=["https://hooks.example.org/hearback"])


class WebhookChanges(Given):
    """What to change; what is left out stays."""

    url: str | None = Field(default=None, min_length=8, max_length=2000)
    enabled: bool | None = None


class Delivery(Shape):
    """One sending: `waiting`, `sent`, `moot`, or `given_up` with the last error."""

    model_config = example(_DELIVERY)

    id: int
    reason: str
    issue_id: int | None
    spike_id: int | None
    crisis_id: int | None
    data: dict[str, Any]
    state: str
    tries: int
    last_error: str | None
    created_at: datetime
    next_try_at: datetime
    sent_at: datetime | None


@router.get("", summary="List webhooks")
def index(session: Database, acting: Admin) -> Stretch[Webhook]:
    """List every address, oldest first."""
    return Stretch[Webhook](items=[Webhook.model_validate(row) for row in webhooks.every(session)])


@router.post("", summary="Add a webhook", status_code=status.HTTP_201_CREATED)
def create(session: Database, acting: Admin, now: Now, body: NewWebhook) -> MadeWebhook:
    """Add an address. Deliveries are signed as Standard Webhooks has it: check `webhook-signature` with the secret."""
    _check(body.url)
    return MadeWebhook.model_validate(webhooks.create(session, url=body.url, now=now))


@router.patch("/{webhook_id}", summary="Change a webhook", responses=NOT_HERE)
def change(session: Database, acting: Admin, webhook_id: int, body: WebhookChanges) -> Webhook:
    """Change an address, or pause it. One that answered 410 was paused by its own wish."""
    changes = body.model_dump(exclude_unset=True, exclude_none=True)
    if "url" in changes:
        _check(changes["url"])
    return Webhook.model_validate(webhooks.change(session, webhook_id, changes))


@router.post("/{webhook_id}/secret", summary="Change the secret", responses=NOT_HERE)
def renew(session: Database, acting: Admin, webhook_id: int) -> MadeWebhook:
    """Make a new secret. The old one signs nothing from now on, not even what waits."""
    changed = webhooks.change(session, webhook_id, {"secret": webhooks.new_secret()})
    return MadeWebhook.model_validate(changed)


@router.delete("/{webhook_id}", summary="Remove a webhook", status_code=status.HTTP_204_NO_CONTENT, responses=NOT_HERE)
def remove(session: Database, acting: Admin, webhook_id: int) -> None:
    """Remove an address with the record of its deliveries. It cannot be undone."""
    webhooks.delete(session, webhook_id)


@router.get("/{webhook_id}/deliveries", summary="List deliveries", responses=NOT_HERE)
def deliveries(
    session: Database,
    acting: Admin,
    webhook_id: int,
    cursor: Cursor = None,
    limit: Limit = 50,
    state: Annotated[Literal["waiting", "sent", "moot", "given_up"] | None, Query()] = None,
) -> Stretch[Delivery]:
    """List what was sent there or waits to be, newest first."""
    rows = webhooks.deliveries(session, webhook_id, state=state, before=number(cursor), limit=limit + 1)
    kept, following = cut(rows, limit, lambda row: row.id)
    return Stretch[Delivery](items=[Delivery.model_validate(row) for row in kept], next=following)


@router.post("/{webhook_id}/deliveries/{delivery_id}/replay", summary="Send again", responses=NOT_HERE)
def replay(session: Database, acting: Admin, now: Now, webhook_id: int, delivery_id: int) -> Delivery:
    """Send one delivery again, under the id it always had, so that the receiver can tell."""
    return Delivery.model_validate(webhooks.replay(session, webhook_id, delivery_id, now))


def _check(url: str) -> None:
    try:
        channels.CHANNELS["webhook"].check(url)
    except ValueError as trouble:
        raise BadInput("url", str(trouble)) from None
