"""The watches over topics: taken up where they were left, shown the buckets since, put away once they are settled."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Text, cast, exists, insert, literal_column, select, text, update
from sqlalchemy.orm import Session

from listener.alarm.ear import Counts, Peak
from listener.alarm.grid import Grid
from listener.alarm.keeping import Unreadable
from listener.alarm.replay import Stretch, show
from listener.alarm.watch import Watch
from listener.find import history
from listener.models import Topic, Watching
from listener.volume import BUCKET, bucket_of, hour_of

GRID = Grid(BUCKET.total_seconds())
SETTLED = timedelta(hours=1)  # what comes later than that is counted, and judged no more
KEPT = timedelta(hours=2)  # a memory is written when it lies so far back: about once an hour
TURNS = 12  # topics that were caught up with together are put away in different rounds of that hour
MOST = 200_000  # buckets judged in one round; topics that must catch up wait for the next
MOST_KNOWN = 20_000  # watches a process keeps between two rounds
PART = 500  # memories read at once
# changes with every writing of a row, by whomever: the memory is the one that was taken up
MARK = cast(literal_column("(watches.xmin, watches.ctid)"), Text)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a watch saw of one topic: peaks with the end of their bucket, oldest first."""

    topic: Topic
    peaks: Sequence[tuple[datetime, Peak]]


@dataclass(slots=True)
class _Row:
    """A topic's watch as it was put away; `mark` says which writing of it this is."""

    topic_id: int
    tolerance: float
    upto: datetime
    mark: str


@dataclass(slots=True)
class _Ahead:
    """A watch that was shown more than its row remembers: up to `end`, and what it saw since the row was written."""

    mark: str
    tolerance: float
    end: datetime
    shown: int
    watch: Watch
    peaks: list[tuple[datetime, Peak]]


@dataclass(slots=True)
class _Known:
    """What this process still has from its last round. It saves work and decides nothing: forget it at any time."""

    ahead: dict[int, _Ahead] = field(default_factory=dict)
    shares: tuple[object, dict[tuple[int, int], float]] = (None, {})


_known = _Known()


def look(session: Session, now: datetime) -> Iterator[Seen]:
    """Judge every enabled topic's finished buckets up to `now`; yield those of which there is something to say.

    1. Take up each watch where it was settled. 2. Show it the buckets since, as they are counted by now: what came
    late is among them. 3. Put away what it knew an hour ago. The last hour is judged again in the next round, unless
    this process still has the watch and nothing of what it was shown has changed.
    """
    end = bucket_of(now)
    # a plan made for any hour reads all of them
    session.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
    rows = _watched(session, end)
    stretches = _stretches(session, rows, end)
    seen: dict[int, list[tuple[datetime, Peak]]] = {}
    behind = []
    for row in rows:
        peaks = _go_on(row, stretches[row.topic_id], end)
        if peaks is None:
            behind.append(row)
        elif peaks:
            seen[row.topic_id] = peaks
    for start in range(0, len(behind), PART):
        seen |= _take_up(session, behind[start : start + PART], stretches, end)
    # those that tell are few: only they are read whole
    for topic_id in sorted(seen):
        yield Seen(session.get_one(Topic, topic_id), seen[topic_id])


def _watched(session: Session, end: datetime) -> list[_Row]:
    """Return the topics' watches, those with least to catch up first, as many as a round may judge."""
    new = list(session.scalars(select(Topic).where(Topic.enabled, ~exists().where(Watching.topic_id == Topic.id))))
    if new:
        session.execute(insert(Watching), [_anew(topic, end) for topic in new])
    asked = select(Topic.id, Topic.tolerance, Watching.upto, MARK).join(Watching, Watching.topic_id == Topic.id)
    found = [_Row(*row) for row in session.execute(asked.where(Topic.enabled).order_by(Watching.upto.desc(), Topic.id))]
    for gone in _known.ahead.keys() - {row.topic_id for row in found}:
        del _known.ahead[gone]
    buckets, taken = 0, list[_Row]()
    for row in found:
        ahead = _known.ahead.get(row.topic_id)
        buckets += int((end - (ahead.end if ahead else row.upto)) / BUCKET)
        if buckets > MOST and taken:
            break
        taken.append(row)
    return taken


def _anew(topic: Topic, end: datetime) -> dict[str, object]:
    """Return the columns of a watch that has seen nothing."""
    memory = Watch.of(GRID).kept()
    return {"topic_id": topic.id, "upto": history.first(topic, end), "memory": memory, "is_learning": True}


def _stretches(session: Session, rows: Sequence[_Row], end: datetime) -> Mapping[int, Stretch]:
    """Return topic -> what its watch is shown, from where it was settled to `end`."""
    if not rows:
        return {}
    counted: dict[int, dict[float, Counts]] = {}
    # the few that are far behind must not make the others' hours be searched in weeks
    for part in ([row for row in rows if end - row.upto <= KEPT], [row for row in rows if end - row.upto > KEPT]):
        if part:
            ids, since = [row.topic_id for row in part], min(row.upto for row in part)
            counted |= history.counts(session, ids, end, since=since, only_unsettled=True)
    deaf = history.deafness(session, min(row.upto for row in rows), end)
    shares = _shares(session, deaf, end)
    verdicts = history.verdicts(session, end)
    return {
        row.topic_id: Stretch(
            counted.get(row.topic_id, {}),
            history.missed(row.topic_id, deaf, shares) if deaf else (),
            verdicts.get(row.topic_id, {}),
        )
        for row in rows
    }


def _shares(session: Session, deaf: Sequence[history.Deafness], end: datetime) -> dict[tuple[int, int], float]:
    """Return what deaf feeds usually bring, read once an hour: it is a sum over weeks."""
    key = hour_of(end), frozenset(one.feed_id for one in deaf)
    if _known.shares[0] != key:
        _known.shares = key, history.shares(session, deaf, end)
    return _known.shares[1]


def _go_on(row: _Row, stretch: Stretch, end: datetime) -> list[tuple[datetime, Peak]] | None:
    """Show a watch we still have the buckets that are new to it; `None` if we have none that fits, or it is due."""
    ahead = _known.ahead.pop(row.topic_id, None)
    if (
        ahead is None
        or (ahead.mark, ahead.tolerance) != (row.mark, row.tolerance)
        or ahead.end > end
        or end - row.upto >= KEPT
        or ahead.shown != _shown(stretch, row.upto, ahead.end)
    ):
        return None
    if ahead.end < end:
        ahead.peaks += _show(ahead.watch, stretch, ahead.end, end, row.tolerance)
        ahead.end, ahead.shown = end, _shown(stretch, row.upto, end)
    _known.ahead[row.topic_id] = ahead
    return ahead.peaks


def _take_up(
    session: Session, rows: Sequence[_Row], stretches: Mapping[int, Stretch], end: datetime
) -> dict[int, list[tuple[datetime, Peak]]]:
    """Judge from what was put away, and put away anew what is settled; return topic -> peaks, where there are any."""
    ids = [row.topic_id for row in rows]
    asked = select(Watching.topic_id, Watching.memory).where(Watching.topic_id.in_(ids))
    memories = {row.topic_id: row.memory for row in session.execute(asked)}
    written: list[dict[str, object]] = []
    seen = {}
    for row in rows:
        try:
            watch = Watch.resumed(GRID, memories[row.topic_id])
        except Unreadable:
            # of another version: the next round learns anew from what was counted
            written.append(_anew(session.get_one(Topic, row.topic_id), end))
            continue
        stretch, peaks = stretches[row.topic_id], list[tuple[datetime, Peak]]()
        if end - row.upto >= KEPT:
            settled = _settled(row, end)
            peaks += _show(watch, stretch, row.upto, settled, row.tolerance)
            row.upto = settled
            written.append({"topic_id": row.topic_id, "upto": settled, "memory": watch.kept(),
                            "is_learning": watch.is_learning})  # fmt: skip
        since = _show(watch, stretch, row.upto, end, row.tolerance)
        if peaks or since:
            seen[row.topic_id] = peaks + since
        if len(_known.ahead) < MOST_KNOWN:
            shown = _shown(stretch, row.upto, end)
            _known.ahead[row.topic_id] = _Ahead(row.mark, row.tolerance, end, shown, watch, since)
    _put_away(session, written)
    return seen


def _settled(row: _Row, end: datetime) -> datetime:
    """Return up to where a watch is put away: an hour ago, a little earlier for some that must catch up."""
    is_late = end - row.upto > KEPT
    return end - SETTLED - (row.topic_id % TURNS * BUCKET if is_late else timedelta())


def _put_away(session: Session, written: Sequence[dict[str, object]]) -> None:
    if not written:
        return
    session.execute(update(Watching), written)
    ids = [row["topic_id"] for row in written]
    for topic_id, mark in session.execute(select(Watching.topic_id, MARK).where(Watching.topic_id.in_(ids))):
        if topic_id in _known.ahead:
            _known.ahead[topic_id].mark = mark


def _show(
    watch: Watch, stretch: Stretch, start: datetime, end: datetime, tolerance: float
) -> list[tuple[datetime, Peak]]:
    return [
        (datetime.fromtimestamp(at, UTC), peak)
        for at, peaks in show(watch, stretch, start.timestamp(), end.timestamp(), tolerance)
        for peak in peaks
    ]


def _shown(stretch: Stretch, start: datetime, end: datetime) -> int:
    """Return a number that changes with anything a watch is shown from `start` to before `end`."""
    step = int(GRID.step)
    moments = range(int(start.timestamp()), int(end.timestamp()), step)
    hearing = tuple(map(stretch.hearing, moments)) if stretch.unheard else ()
    said = tuple(stretch.verdicts.items())
    return hash((tuple(map(stretch.counts.get, moments)), hearing, said))
