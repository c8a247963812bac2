"""The course of an incident: its time beside what that time usually brings, and the moments that stand out in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import dropwhile
from math import sqrt

from sqlalchemy.orm import Session

from api.locales.words import N_
from api.reader import Reader
from listener import find as heard
from listener.find import Point
from listener.models import MomentSort, Spike, SpikeMoment
from listener.text import snippet
from listener.volume import BUCKET, BUCKETS_AN_HOUR, bucket_of, hour_of, profile

HOUR = timedelta(hours=1)
WEEKS = timedelta(weeks=8)
# how much is drawn before and after an incident, and at most
AROUND = {"hours": (timedelta(hours=36), timedelta(hours=6), timedelta(days=7)),
          "minutes": (timedelta(hours=3), timedelta(hours=2), timedelta(hours=18))}  # fmt: skip
LEAST = 3  # mentions, before a share is one
WIDE = 2.0  # standard deviations of the band
LABEL = 26  # characters of a name on a chart
TOLD = {MomentSort.OPENED: N_("told"), MomentSort.ROSE: N_("rose further"), MomentSort.CLOSED: N_("over")}


@dataclass(frozen=True, slots=True)
class Row:
    """One step of the chart: what was heard, and what that step usually brings (from … to).

    `value` is what the line shows: mentions, or their negative share; `None` where there is none yet, or too little.
    """

    at: datetime
    total: int
    negative: int
    value: float | None
    low: float
    high: float

    @property
    def is_out(self) -> bool:
        """Whether it lies outside what is usual."""
        return self.value is not None and not self.low <= self.value <= self.high


def course(session: Session, spike: Spike, now: datetime, *, by: str, share: bool) -> list[Row]:
    """Return the steps around an incident beside what they usually bring, learnt from the weeks before it.

    `by` is "hours" or "minutes" (five of them). A step that still runs has no value: half an hour looks like a drop.
    """
    before, after, most = AROUND[by]
    step = HOUR if by == "hours" else BUCKET
    start = (hour_of if by == "hours" else bucket_of)(spike.started_at - before)
    end = min(now, (spike.closed_at or now) + after, start + before + most)
    points = heard.volumes(session, start=start, end=end, step=step, topic_id=spike.topic_id, feed_id=spike.feed_id)
    weeks = heard.volumes(
        session, start=spike.started_at - WEEKS, end=spike.started_at, step=HOUR, topic_id=spike.topic_id,
        feed_id=spike.feed_id,
    )  # fmt: skip
    # before its first mention it was not listened for
    known = list(dropwhile(lambda point: not point.total, weeks))
    if share:
        usual = _usual_share(known)
        return [_shared(point, usual, runs=point.at + step > now) for point in points]
    learnt, buckets = profile([(one.at, one.total) for one in known], spike.started_at), step / BUCKET
    rows = []
    for point in points:
        of = learnt.at(point.at)
        mean, spread = of.mean * buckets, of.spread * BUCKETS_AN_HOUR * sqrt(buckets / BUCKETS_AN_HOUR)
        value = None if point.at + step > now else float(point.total)
        low, high = max(0.0, mean - WIDE * spread), mean + WIDE * spread
        rows.append(Row(point.at, point.total, point.negative, value, low, high))
    return rows


def _usual_share(known: Iterable[Point]) -> float:
    total = negative = 0
    for one in known:
        total, negative = total + one.total, negative + one.negative
    return negative / total if total else 0.0


def _shared(point: Point, usual: float, runs: bool) -> Row:
    """Return a step's negative share; few mentions may stray far."""
    spread = WIDE * sqrt(usual * (1 - usual) / max(point.total, LEAST))
    value = None if runs or point.total < LEAST else point.negative / point.total
    return Row(point.at, point.total, point.negative, value, max(0.0, usual - spread), min(1.0, usual + spread))


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment of the chart (seconds since 1970), or a span where it has an end; kind: began, told or event."""

    at: int
    until: int | None
    label: str
    kind: str


def marks(
    session: Session, reader: Reader, spike: Spike, moments: Sequence[SpikeMoment], rows: Sequence[Row]
) -> list[Mark]:
    """Return what stands out in the drawn time: the first post, what carried it on, what was told, events outside."""
    if not rows:
        return []
    found = [*_posts(reader, spike), *_moments(reader, moments), *_events(session, spike, rows[0].at, reader.now)]
    return [mark for mark in found if (mark.until or mark.at) >= rows[0].at.timestamp()]


def _posts(reader: Reader, spike: Spike) -> list[Mark]:
    first, posts = spike.cause.get("first") or {}, spike.cause.get("posts") or ()
    told = [(first, reader.catalogue.gettext(N_("first post")))] if first else []
    told += [(post, _name(post["name"])) for post in posts if post["mention_id"] != first.get("mention_id")][:1]
    moments = [(datetime.fromisoformat(post["posted_at"]), label) for post, label in told]
    return [_mark(at, f"{reader.clock_time(at)} {label}", "began") for at, label in moments]


def _moments(reader: Reader, moments: Sequence[SpikeMoment]) -> list[Mark]:
    told = [(one.at, TOLD[MomentSort(one.sort)]) for one in moments if one.sort in TOLD]
    return [_mark(at, f"{reader.clock_time(at)} {reader.catalogue.gettext(word)}", "told") for at, word in told]


def _events(session: Session, spike: Spike, since: datetime, until: datetime) -> list[Mark]:
    if spike.topic_id is None:
        return []
    events = heard.events(session, topic_id=spike.topic_id, since=since, until=until)
    return [_mark(max(one.starts_at, since), _name(one.name), "event", one.ends_at) for one in events]


def _name(name: str) -> str:
    """Return a name short enough for a chart, in its own direction beside a time."""
    return f"\N{FIRST STRONG ISOLATE}{snippet(name, LABEL)}\N{POP DIRECTIONAL ISOLATE}"


def _mark(at: datetime, label: str, kind: str, until: datetime | None = None) -> Mark:
    return Mark(int(at.timestamp()), int(until.timestamp()) if until else None, label, kind)
