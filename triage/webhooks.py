"""Addresses outside that want to know: added, paused, removed; what was sent there, and sending it again."""

import base64
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from triage.models import Notice, Webhook
from triage.refusals import NoSuch

SECRET_PREFIX = "whsec_"


def new_secret() -> str:
    """Return a signing secret as Standard Webhooks spells it: 32 random bytes in base64 behind `whsec_`."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def create(session: Session, *, url: str, now: datetime, is_demo: bool = False) -> Webhook:
    """Add an address; its `secret` is shown to whoever adds it and to nobody after."""
    made = Webhook(url=url, secret=new_secret(), enabled=True, is_demo=is_demo, created_at=now)
    session.add(made)
    session.flush()
    return made


def every(session: Session) -> list[Webhook]:
    """Return all addresses, oldest first."""
    return list(session.scalars(select(Webhook).order_by(Webhook.id)))


def one(session: Session, webhook_id: int) -> Webhook:
    """Return one address; raise `NoSuch`."""
    found = session.get(Webhook, webhook_id)
    if found is None:
        raise NoSuch("webhook", webhook_id)
    return found


def change(session: Session, webhook_id: int, changes: Mapping[str, Any]) -> Webhook:
    """Change `url` or `enabled`, or ask for a new `secret`; what waits is sent by the new word."""
    found = one(session, webhook_id)
    for name, value in changes.items():
        setattr(found, name, value)
    session.flush()
    return found


def delete(session: Session, webhook_id: int) -> None:
    """Remove an address and the record of what was sent there."""
    session.delete(one(session, webhook_id))
    session.flush()


def deliveries(
    session: Session, webhook_id: int, *, state: str | None = None, before: int | None = None, limit: int = 50
) -> list[Notice]:
    """Return what was sent there or waits to be, newest first."""
    one(session, webhook_id)
    wanted = select(Notice).where(Notice.webhook_id == webhook_id)
    if state is not None:
        wanted = wanted.where(Notice.state == state)
    if before is not None:
        wanted = wanted.where(Notice.id < before)
    return list(session.scalars(wanted.order_by(Notice.id.desc()).limit(limit)))


def replay(session: Session, webhook_id: int, notice_id: int, now: datetime) -> Notice:
    """Send one again, from the first try, with the id it always had."""
    again = (
        update(Notice)
        .where(Notice.id == notice_id, Notice.webhook_id == webhook_id, Notice.claimed_until.is_(None))
        .values(state="waiting", tries=0, next_try_at=now, last_error=None)
        .returning(Notice)
        .execution_options(populate_existing=True)
    )
    found = session.scalars(again).one_or_none()
    if found is None:
        raise NoSuch("delivery", notice_id)
    return found
