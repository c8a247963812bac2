"""What the ground floor found unusual is told to the people who can do something about it, one moment once."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from listener.models import Feed, MomentSort, Spike, SpikeMoment, SpikeSort, Topic
from triage import notify, people
from triage.models import Notice

TOLD = (MomentSort.OPENED, MomentSort.ROSE, MomentSort.CLOSED)
NEWS = timedelta(days=1)  # that something is over is no news after a day
# an end wakes nobody: it stands in the app, and programs close what they opened
QUIETLY = frozenset({"inapp", "webhook"})


def round(session: Session, now: datetime, limit: int = 50) -> int:
    """Tell of every incident that opened, rose or ended since people were last told of it; return how many.

    Of several moments one notice is made, by the last of them: rising is an update, and what ended untold is left at
    that. Nobody is told of an incident of a muted topic, of a false alarm, or before its snooze ends. A feed that is
    silent is told to administrators and listeners, what people say to listeners and managers.
    """
    last = select(func.max(SpikeMoment.id)).where(SpikeMoment.spike_id == Spike.id, SpikeMoment.sort.in_(TOLD))
    told = select(func.max(Notice.data["moment"].as_integer())).where(Notice.spike_id == Spike.id)
    moment, before = last.scalar_subquery(), told.scalar_subquery()
    wanted = (
        select(Spike, moment, before)
        .where(or_(Spike.closed_at.is_(None), Spike.closed_at > now - NEWS))
        # of what people know they are told the end, also while its topic is muted
        .where(or_(~Spike.is_hushed, Spike.closed_at.is_not(None)), Spike.verdict.is_distinct_from("false"))
        .where(or_(Spike.snoozed_until.is_(None), Spike.snoozed_until <= now))
        .where(moment > func.coalesce(before, 0), or_(Spike.closed_at.is_(None), before.is_not(None)))
        .order_by(Spike.id)
        .limit(limit)
        .with_for_update(of=Spike, skip_locked=True)
    )
    found = session.execute(wanted).all()
    for spike, moment_id, earlier in found:
        _tell(session, spike, moment_id, MomentSort.OPENED if earlier is None else _sort(spike), now)
    return len(found)


def _sort(spike: Spike) -> MomentSort:
    return MomentSort.ROSE if spike.closed_at is None else MomentSort.CLOSED


def _tell(session: Session, spike: Spike, moment_id: int, sort: MomentSort, now: datetime) -> None:
    of_feed = spike.sort == SpikeSort.SILENCE
    beside = people.admins(session) if of_feed else people.managers(session)
    notify.tell(
        session,
        spike_id=spike.id,
        member_ids={*people.listeners(session), *beside} or people.triagers(session),
        reason=_reason(sort, of_feed),
        step=str(moment_id),
        data={"moment": moment_id, "move": sort, **_figures(session, spike)},
        now=now,
        only=QUIETLY if sort == MomentSort.CLOSED else None,
    )


def _reason(sort: MomentSort, of_feed: bool) -> str:
    if of_feed:
        return "feed_heard" if sort == MomentSort.CLOSED else "feed_silent"
    return {MomentSort.OPENED: "spike", MomentSort.ROSE: "spike_rose"}.get(sort, "spike_over")


def _figures(session: Session, spike: Spike) -> dict[str, Any]:
    """Return what it is about and how large it is, as it is told now."""
    topic = session.scalar(select(Topic.name).where(Topic.id == spike.topic_id))
    feed = session.scalar(select(Feed.name).where(Feed.id == spike.feed_id))
    observed, typical = spike.observed, spike.typical
    if spike.sort == SpikeSort.SURGE:
        said = {"observed": float(f"{observed:.2f}"), "typical": float(f"{typical:.2f}")}
    else:
        said = {"observed": figure(observed), "typical": figure(typical)}
    return {"sort": spike.sort, "topic": topic or feed or "", **said}


def figure(number: float) -> int | float:
    """Return a count as people say it: whole from ten on, with one decimal below."""
    return int(number + 0.5) if number >= 10 else float(f"{number:.1f}")
