"""Import a file of old posts: tried first if asked, in batches, going on where it stopped, the bad rows beside it."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from listener.beside import Beside
from listener.heard import Item
from listener.items import item_of
from listener.models import Feed, FeedState, ImportRun, Mention
from listener.store import store
from listener.tables import BadFile, Layout, Row, layout, rows

BATCH = 500
SHOWN = 20

Transaction = Callable[[], AbstractContextManager[Session]]
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class ImportReport:
    """What an import did, or with `dry_run` would do. `rejected_file` holds the rows that could not be kept."""

    file_name: str
    dry_run: bool
    notes: tuple[str, ...] = ()
    read: int = 0
    created: int = 0
    duplicate: int = 0
    rejected: int = 0
    resumed_at: int = 0
    rejected_file: Path | None = None
    samples: list[dict[str, Any]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    already: bool = False


@dataclass(frozen=True, slots=True)
class _Read:
    """One row on its way: an item, or why not."""

    row: Row
    item: Item | None
    problem: str = ""


def import_file(
    path: Path,
    *,
    transaction: Transaction,
    now: datetime,
    name: str | None = None,
    dry_run: bool = False,
    on_progress: Progress | None = None,
    mapping: Mapping[str, str] | None = None,
    zone: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> ImportReport:
    """Import a CSV or JSONL file as history of the feed called `name` (without one, the file's own name).

    Every batch of rows is one transaction together with the place in the file, so that an import that was cut off
    goes on there when it is started again; a file that was imported whole is not imported twice. With `dry_run`
    nothing is stored. `on_progress(done, total)` counts lines. Raises `BadFile` with a sentence.
    """
    how = layout(path, mapping=mapping, encoding=encoding, delimiter=delimiter)
    called = (name or path.stem).strip() or "import"
    lines = _lines(path)
    if dry_run:
        return _try(path, how, zone, transaction, called, lambda at: on_progress and on_progress(at, lines))
    digest = _digest(path, called, how, zone)
    with transaction() as session:
        run = _run(session, digest, called, path.name, now)
        run_id, feed_id, start, kept = run.id, run.feed_id, run.rows_read, run.rows_rejected
        if run.finished_at is not None:
            return _told(ImportReport(path.name, False, how.notes, already=True, resumed_at=start), run)
    beside = Beside(path, how)
    beside.keep(kept)
    read = start
    for batch in _batches(_read(path, how, zone, start)):
        with transaction() as session:
            bad = _store(session, run_id, feed_id, read, batch, now)
            # before the commit: what a crash leaves behind too many is cut off when we go on
            beside.add(bad)
        read += len(batch)
        if on_progress:
            on_progress(min(batch[-1].row.number, lines), lines)
    with transaction() as session:
        run = session.get_one(ImportRun, run_id)
        run.finished_at = now
        session.flush()
        report = _told(ImportReport(path.name, False, how.notes, resumed_at=start), run)
    report.rejected_file = beside.path if report.rejected else None
    report.problems = beside.problems
    return report


def _told(report: ImportReport, run: ImportRun) -> ImportReport:
    report.read, report.created = run.rows_read, run.rows_created
    report.duplicate, report.rejected = run.rows_duplicate, run.rows_rejected
    return report


def _run(session: Session, digest: str, called: str, file_name: str, now: datetime) -> ImportRun:
    """Return this file's run, begun or to be gone on with."""
    run = session.scalar(select(ImportRun).where(ImportRun.digest == digest))
    if run is None:
        feed = _feed(session, called) or Feed(
            source="import", name=called, address="", options={}, own_handles=[], state=FeedState.ACTIVE,
            created_at=now, due_at=now, cursor={},
        )  # fmt: skip
        session.add(feed)
        session.flush()
        run = ImportRun(
            feed_id=feed.id, file_name=file_name, digest=digest, started_at=now, rows_read=0, rows_created=0,
            rows_duplicate=0, rows_rejected=0,
        )  # fmt: skip
        session.add(run)
        session.flush()
    return run


def _feed(session: Session, called: str) -> Feed | None:
    return session.scalar(
        select(Feed).where(Feed.source == "import", Feed.name == called, Feed.state != FeedState.DELETED).limit(1)
    )


def _store(
    session: Session, run_id: int, feed_id: int, start: int, batch: Sequence[_Read], now: datetime
) -> list[tuple[Row, str]]:
    """Store a batch, move the place in the file, and return the rows that could not be kept with their problems."""
    run = session.get_one(ImportRun, run_id, with_for_update=True, populate_existing=True)
    if run.rows_read != start:
        raise BadFile("This file is being imported by somebody else just now.")
    good = [(one, one.item) for one in batch if one.item is not None]
    tally = store(session, session.get_one(Feed, feed_id), [item for _, item in good], now=now, history=True)
    bad = [(one.row, one.problem) for one in batch if one.item is None]
    bad += [
        (one.row, outcome.reason)
        for (one, _), outcome in zip(good, tally.outcomes, strict=True)
        if outcome.became == "rejected"
    ]
    run.rows_read += len(batch)
    run.rows_created += tally.created
    run.rows_duplicate += tally.duplicate + tally.updated
    run.rows_rejected += len(bad)
    session.flush()
    return sorted(bad, key=lambda one: one[0].number)


def _read(path: Path, how: Layout, zone: str | None, start: int) -> Iterator[_Read]:
    for row in rows(path, how, zone, start):
        if row.item is None:
            yield _Read(row, None, row.problem)
            continue
        given = dict(row.item)
        if not given.get("native_id"):
            given["native_id"] = _identity(given)
        found = item_of(given)
        yield _Read(row, found) if isinstance(found, Item) else _Read(row, None, found.reason)


def _identity(row: Mapping[str, Any]) -> str:
    """Return an id for a row without one: who said what when."""
    told = [row.get("author"), row.get("created_at"), row.get("text")]
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()[:32]


def _batches(read: Iterator[_Read]) -> Iterator[list[_Read]]:
    while batch := list(islice(read, BATCH)):
        yield batch


def _try(
    path: Path, how: Layout, zone: str | None, transaction: Transaction, called: str, progress: Callable[[int], Any]
) -> ImportReport:
    """Read the whole file and store nothing: the first rows as they would be kept, and what would become of all."""
    report = ImportReport(path.name, True, how.notes)
    seen: set[str] = set()
    for batch in _batches(_read(path, how, zone, 0)):
        with transaction() as session:
            feed = _feed(session, called)
            ids = [one.item.native_id for one in batch if one.item]
            asked = select(Mention.native_id).where(
                Mention.feed_id == (feed.id if feed else 0), Mention.native_id.in_(ids)
            )
            known = set(session.scalars(asked))
        for one in batch:
            report.read += 1
            if one.item is None:
                report.rejected += 1
                if len(report.problems) < SHOWN:
                    report.problems.append(f"Row {one.row.number}: {one.problem}")
                continue
            is_known = one.item.native_id in known or one.item.native_id in seen
            report.duplicate += is_known
            report.created += not is_known
            seen.add(one.item.native_id)
            if len(report.samples) < SHOWN:
                report.samples.append(_shown(one.item))
        progress(batch[-1].row.number)
    return report


def _shown(item: Item) -> dict[str, Any]:
    return {
        "native_id": item.native_id,
        "created_at": item.posted_at.isoformat() if item.posted_at else None,
        "author": item.author.handle or item.author.name if item.author else "",
        "lang": item.language,
        "text": item.text,
        "url": item.url,
        "kind": item.form,
        "rating": item.rating,
    }


def _digest(path: Path, called: str, how: Layout, zone: str | None) -> str:
    """Return what makes this import the same import: the bytes, the feed, and how they are read."""
    digest = hashlib.sha256(repr((called, how.encoding, how.delimiter, sorted(how.columns.items()), zone)).encode())
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(piece.count(b"\n") for piece in iter(lambda: file.read(1 << 20), b"")) + 1
