"""Notices: told once a step, claimed with a term, checked again before sending, retried, given up visibly."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from triage import packing, quiet
from triage.models import Member, Notice, Role, Webhook
from triage.parcels import Outcome, Parcel

# minutes after the first, second, ... failed try; after the last one a notice is given up
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 480, 1440))
LONGEST = BACK_OFF[-1]
TERM = timedelta(minutes=5)
MOST_IN_ONE = 49  # notices told in one letter, beside the first

Transaction = Callable[[], AbstractContextManager[Session]]
Send = Callable[[Parcel, datetime], Outcome]


@dataclass(frozen=True, slots=True)
class Aside:
    """One notice that was not written: whom it was for, and why."""

    member_id: int
    reason: str


@contextmanager
def laid_aside(session: Session) -> Iterator[list[Aside]]:
    """While this is open, members are told nothing: what would have been said is laid aside, to be told as one.

    Addresses outside are told of every move all the same.
    """
    laid: list[Aside] = []
    session.info[_ASIDE] = laid
    try:
        yield laid
    finally:
        del session.info[_ASIDE]


_ASIDE = "notices laid aside"


def tell(
    session: Session,
    *,
    issue_id: int | None = None,
    spike_id: int | None = None,
    crisis_id: int | None = None,
    member_ids: Iterable[int],
    reason: str,
    step: str,
    data: Mapping[str, Any],
    now: datetime,
    only: frozenset[str] | None = None,
) -> None:
    """Write one notice for each member and channel, and one for each webhook; a step already told is left alone.

    `reason` is a key of the catalogues; `step` tells two notices of one reason apart ("50", "v7"). `data` fills
    the sentence: `promise`, `due`, `department`, `by`, `words`. `only` keeps it to the named channels ("inapp",
    "email", "webhook", …).
    """
    laid: list[Aside] | None = session.info.get(_ASIDE)
    if laid is not None:
        laid += [Aside(one, reason) for one in sorted(set(member_ids))]
        member_ids = ()
    about = {"issue": issue_id, "spike": spike_id, "crisis": crisis_id}
    subject = next((f"{sort}:{number}" for sort, number in about.items() if number), "house")
    said = {"step": str(step), **{name: _plain(value) for name, value in data.items()}}
    shared = {f"{sort}_id": number for sort, number in about.items()} | {
        "reason": reason, "data": said, "created_at": now,
    }  # fmt: skip
    rows = [
        {
            **shared, "key": _key(subject, reason, step, f"member:{member.id}", channel), "member_id": member.id,
            "webhook_id": None, "channel": channel, "next_try_at": now,
            # the notice in the app is its own delivery
            "state": "sent" if channel == "inapp" else "waiting", "sent_at": now if channel == "inapp" else None,
        }
        for member in _readers(session, member_ids)
        for channel in dict.fromkeys(("inapp", *map(str, member.channels)))
        if only is None or channel in only
    ]  # fmt: skip
    if only is None or "webhook" in only:
        rows += [
            {
                **shared, "key": _key(subject, reason, step, f"webhook:{webhook}", "webhook"), "member_id": None,
                "webhook_id": webhook, "channel": "webhook", "next_try_at": now, "state": "waiting", "sent_at": None,
            }
            for webhook in session.scalars(select(Webhook.id).where(Webhook.enabled).order_by(Webhook.id))
        ]  # fmt: skip
    if rows:
        session.execute(insert(Notice).on_conflict_do_nothing(index_elements=["key"]), rows)


def claim(session: Session, now: datetime, limit: int = 1, term: timedelta = TERM) -> list[Parcel]:
    """Claim up to `limit` waiting notices for `term`.

    On the way those that nobody needs any more become moot, and what can wait goes to the end of its reader's quiet
    hours, or to their next letter that gathers it; that letter is one parcel, which carries the others.
    """
    parcels: list[Parcel] = []
    while len(parcels) < limit:
        waiting = (
            select(Notice)
            .where(Notice.state == "waiting", Notice.next_try_at <= now)
            .where(or_(Notice.claimed_until.is_(None), Notice.claimed_until <= now))
            .order_by(Notice.next_try_at, Notice.id)
            .limit(limit - len(parcels))
            .with_for_update(skip_locked=True)
        )
        found = session.scalars(waiting).all()
        if not found:
            break
        for notice in found:
            if notice.claimed_until is not None and notice.claimed_until > now:
                continue  # a letter before it in this very round carries it
            parcel = _taken(session, notice, now, term)
            if parcel is not None:
                others = [_taken(session, one, now, term) for one in _beside(session, notice, now)]
                parcels.append(replace(parcel, others=tuple(one for one in others if one is not None)))
        session.flush()
    return parcels


def _taken(session: Session, notice: Notice, now: datetime, term: timedelta) -> Parcel | None:
    """Claim one notice, unless it rests or nobody needs it any more."""
    rested = _rests_until(session, notice, now)
    if rested is not None:
        notice.next_try_at = rested
        return None
    parcel = packing.pack(session, notice, now)
    if parcel is None:
        notice.state = "moot"
        return None
    notice.claimed_until = now + term
    notice.tries += 1
    return parcel


def _beside(session: Session, notice: Notice, now: datetime) -> Sequence[Notice]:
    """Return what is told in the same letter: all that waits for this reader on this channel, if they gather it."""
    member = session.get(Member, notice.member_id) if notice.member_id is not None else None
    if member is None or member.digest == "each" or not quiet.waits(notice.reason):
        return ()
    wanted = (
        select(Notice)
        .where(Notice.state == "waiting", Notice.member_id == member.id, Notice.channel == notice.channel)
        .where(Notice.id != notice.id, or_(Notice.claimed_until.is_(None), Notice.claimed_until <= now))
        .order_by(Notice.id)
        .limit(MOST_IN_ONE)
        .with_for_update(skip_locked=True)
    )
    return [one for one in session.scalars(wanted) if quiet.waits(one.reason)]


def record(session: Session, notice_id: int, outcome: Outcome, now: datetime) -> None:
    """Write down how a sending went: sent, to be tried again later, or given up, which the admins are told."""
    notice = session.get_one(Notice, notice_id, with_for_update=True)
    notice.claimed_until = None
    notice.last_error = outcome.error
    if outcome.sent:
        notice.state, notice.sent_at = "sent", now
    elif outcome.permanent or notice.tries > len(BACK_OFF):
        notice.state = "given_up"
        _tell_admins(session, notice, now)
    else:
        notice.next_try_at = now + wait(notice.tries, outcome.retry_after)
    if outcome.gone and notice.webhook_id is not None:
        session.execute(update(Webhook).where(Webhook.id == notice.webhook_id).values(enabled=False))
    session.flush()


def round(transaction: Transaction, clock: Callable[[], datetime], send: Send, limit: int = 100) -> int:
    """Send up to `limit` waiting notices, one at a time; return how many were tried.

    1. Claim one in its own transaction, where its reason is checked once more.
    2. Send it with no transaction open.
    3. Record how it went. A worker that dies in between leaves a claim that ends by itself.
    """
    for tried in range(limit):
        with transaction() as session:
            parcels = claim(session, clock())
        if not parcels:
            return tried
        try:
            outcome = send(parcels[0], clock())
        except Exception as trouble:
            # one bad notice never stops the round; the reason stays on its row
            outcome = Outcome(sent=False, error=f"{type(trouble).__name__}: {trouble}")
        with transaction() as session:
            for one in (parcels[0], *parcels[0].others):
                record(session, one.id, outcome, clock())
    return limit


def wait(tries: int, retry_after: float | None = None) -> timedelta:
    """How long to rest after the try numbered `tries` (from 1): ours, or what the receiver asks (seconds)."""
    ours = BACK_OFF[min(max(tries, 1), len(BACK_OFF)) - 1]
    theirs = timedelta(seconds=min(retry_after or 0.0, LONGEST.total_seconds()))
    return max(ours, theirs)


def mine(
    session: Session, member_id: int, *, unread: bool = False, before: int | None = None, limit: int = 50
) -> list[Notice]:
    """Return a member's notices in the app, newest first; `before` is the last id of the page above."""
    wanted = select(Notice).where(Notice.member_id == member_id, Notice.channel == "inapp")
    if unread:
        wanted = wanted.where(Notice.read_at.is_(None))
    if before is not None:
        wanted = wanted.where(Notice.id < before)
    return list(session.scalars(wanted.order_by(Notice.id.desc()).limit(limit)))


def unread(session: Session, member_id: int, most: int = 100) -> int:
    """Count a member's unread notices, up to `most`."""
    wanted = select(Notice.id).where(Notice.member_id == member_id, Notice.channel == "inapp", Notice.read_at.is_(None))
    return len(session.scalars(wanted.limit(most)).all())


def mark_read(session: Session, member_id: int, now: datetime, notice_ids: Iterable[int] | None = None) -> int:
    """Mark a member's notices as read, all of them without `notice_ids`; return how many were unread."""
    wanted: ColumnElement[bool] = and_(
        Notice.member_id == member_id, Notice.channel == "inapp", Notice.read_at.is_(None)
    )
    if notice_ids is not None:
        wanted = and_(wanted, Notice.id.in_(list(notice_ids)))
    return len(session.execute(update(Notice).where(wanted).values(read_at=now).returning(Notice.id)).all())


def withdraw(session: Session, which: ColumnElement[bool], now: datetime) -> set[int]:
    """Take back those of some members' notices that nobody has seen; return who has seen one."""
    free = or_(Notice.claimed_until.is_(None), Notice.claimed_until <= now)
    waits = update(Notice).where(which, Notice.member_id.is_not(None), Notice.state == "waiting", free)
    session.execute(waits.values(state="moot"))
    unseen = and_(Notice.channel == "inapp", Notice.read_at.is_(None))
    told = select(Notice.member_id).where(which, Notice.member_id.is_not(None), Notice.state != "moot", ~unseen)
    seen = {one for one in session.scalars(told) if one is not None}
    session.execute(delete(Notice).where(which, unseen, Notice.member_id.not_in(seen)))
    return seen


def rouse(session: Session, member_id: int) -> None:
    """Let what waits for a member be looked at anew, because their quiet hours are others now."""
    held = update(Notice).where(Notice.member_id == member_id, Notice.state == "waiting", Notice.tries == 0)
    session.execute(held.values(next_try_at=Notice.created_at))


def _rests_until(session: Session, notice: Notice, now: datetime) -> datetime | None:
    if notice.member_id is None or not quiet.waits(notice.reason):
        return None
    member = session.get_one(Member, notice.member_id, populate_existing=True)
    letter = quiet.gathered(member.digest, member.digest_at, member.timezone, notice.created_at)
    if letter is not None and letter > now:
        return letter
    return quiet.until(member.quiet_hours, member.timezone, now)


def _readers(session: Session, member_ids: Iterable[int]) -> list[Member]:
    wanted = select(Member).where(Member.id.in_(sorted(set(member_ids))), Member.active, Member.role != Role.OUTSIDER)
    return list(session.scalars(wanted.order_by(Member.id)))


def _key(subject: str, reason: str, step: str, who: str, channel: str) -> str:
    # an apprise address carries secrets and has no length, so the key holds its digest
    named = channel if channel in {"inapp", "email", "webhook"} else hashlib.sha256(channel.encode()).hexdigest()[:16]
    return f"{subject}/{reason}/{step}/{who}/{named}"


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _tell_admins(session: Session, notice: Notice, now: datetime) -> None:
    """Tell the admins in the app, once a day for each broken address: a dead mail server must not flood them."""
    admins = session.scalars(select(Member.id).where(Member.role == Role.ADMIN, Member.active))
    channel = notice.channel if notice.channel in {"email", "webhook"} else notice.channel.partition(":")[0]
    whom = f"member-{notice.member_id}" if notice.member_id else f"webhook-{notice.webhook_id}"
    name = session.scalar(select(Member.name).where(Member.id == notice.member_id)) or session.scalar(
        select(Webhook.url).where(Webhook.id == notice.webhook_id)
    )
    tell(
        session,
        member_ids=list(admins),
        reason="given_up",
        step=f"{channel}-{whom}-{now.date()}",
        data={"notice": notice.id, "channel": channel, "to": name or "", "error": notice.last_error or ""},
        now=now,
        only=frozenset({"inapp"}),
    )
