"""What happened outside in the demo's two weeks, as Lina logged it, and the one maintenance she planned."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.demo.past import Calendar
from listener import events, hushes
from listener.models import Topic

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOVES = timedelta(days=9)  # before the end: the forum changes its host, on a night
FRIDAY = 4


def log(session: Session, calendar: Calendar, by_id: int, feeds: Mapping[str, int]) -> None:
    """Log the demo's events and plan its maintenance as of its first day; `feeds` is a place's word -> its feed."""
    of = {name: number for number, name in session.execute(select(Topic.id, Topic.name).where(Topic.is_demo))}
    release = calendar.spike.replace(hour=9, minute=0)
    launch = calendar.quiet
    friday = calendar.now - timedelta(days=(calendar.now.weekday() - FRIDAY) % 7 or 7)
    day = friday.replace(hour=0, minute=0, second=0, microsecond=0)
    moves = (calendar.now - MOVES).replace(hour=22, minute=0, second=0, microsecond=0)
    logged = (
        (
            "Firmware 2.8 goes out",
            "other",
            "Pilora",
            release,
            None,
            "It switches keep-warm off for whoever has no Pilora Plus.",
        ),
        ("Steamly launches the Duo", "campaign", "Steamly", launch, launch + 13 * HOUR, "Two pots on one base."),
        ("Friday Pot", "campaign", "Friday Pot", day, day + DAY, "Everybody cooks the same dish."),
        ("Pot & Lid changes its host", "platform", None, moves, moves + 3 * HOUR, "The forum is away meanwhile."),
    )
    for name, kind, topic, starts_at, ends_at, note in logged:
        events.log(
            session, name=name, kind=kind, topic_id=of[topic] if topic else None, starts_at=starts_at, ends_at=ends_at,
            note=note, by_id=by_id, now=calendar.start, is_demo=True,
        )  # fmt: skip
    hushes.maintain(
        session, feed_id=feeds["forum"], starts_at=moves, ends_at=moves + 3 * HOUR, why="The forum changes its host.",
        by_id=by_id, now=calendar.start,
    )  # fmt: skip
