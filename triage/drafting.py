"""Drafts of the chart: begun from an edition, changed by several, taken back step by step, thrown away or published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session, aliased, undefer

from triage import charts
from triage.flowchart import Chart, read
from triage.flowchart.writing import rewritten
from triage.models import FlowchartDraft, FlowchartVersion, Member
from triage.refusals import BadInput, NoSuch, SomeoneWasFaster
from triage.rights import Actor

MOST_PAST = 30  # changes that can be taken back
MOST_CHARS = 200_000
MOST_NAME = 100


@dataclass(frozen=True, slots=True)
class DraftView:
    """One draft; `changed_by` changed it last, `steps_back` is how many changes can be taken back."""

    id: int
    name: str
    base_id: int
    source: str
    chart: Chart
    version: int
    by_id: int | None
    by: str | None
    changed_by: str | None
    created_at: datetime
    updated_at: datetime
    steps_back: int


def begin(
    session: Session, *, by: Actor, now: datetime, version: int | None = None, source: str | None = None, name: str = ""
) -> FlowchartDraft:
    """Begin a draft that would follow the chart in force: with its words, those of an older edition, or `source`.

    Raise `NoSuch` for an edition there is not, `ChartError` for a source that cannot be read.
    """
    in_force, _ = charts.current(session)
    words = source if source is not None else charts.edition(session, version or in_force).source
    row = FlowchartDraft(
        name=_named(name), base_id=in_force, source=_readable(words), by_id=by.member_id, changed_by_id=by.member_id,
        created_at=now, updated_at=now, past=[],
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def draft(session: Session, draft_id: int) -> DraftView:
    """Return one draft; raise `NoSuch`."""
    found = _views(session, draft_id)
    if not found:
        raise NoSuch("draft", draft_id)
    return found[0]


def drafts(session: Session) -> tuple[DraftView, ...]:
    """Return every draft, the one changed last first."""
    return tuple(_views(session))


def change(session: Session, draft_id: int, chart: Chart, *, by: Actor, seen: int, now: datetime) -> None:
    """Let a draft say this chart from now on, keeping the comments of its source; raise `SomeoneWasFaster`."""
    row = _ready(session, draft_id, seen)
    _turn(session, row, rewritten(row.source, chart), by=by, now=now)


def rewrite(session: Session, draft_id: int, source: str, *, by: Actor, seen: int, now: datetime) -> None:
    """Let a draft say what an expert wrote as text; raise `ChartError` where it cannot be read."""
    _turn(session, _ready(session, draft_id, seen), _readable(source), by=by, now=now)


def undo(session: Session, draft_id: int, *, by: Actor, seen: int, now: datetime) -> None:
    """Take the last change back; raise `BadInput` where there is none."""
    row = _ready(session, draft_id, seen)
    if not row.past:
        raise BadInput("draft", "There is nothing to take back: this is how the draft began.")
    _turn(session, row, str(row.past[-1]), by=by, now=now, past=row.past[:-1])


def rename(session: Session, draft_id: int, name: str, *, by: Actor, seen: int, now: datetime) -> None:
    """Give a draft a name of its own."""
    row = _ready(session, draft_id, seen)
    _turn(session, row, row.source, by=by, now=now, past=row.past, name=_named(name))


def discard(session: Session, draft_id: int, *, seen: int) -> None:
    """Throw a draft away; raise `SomeoneWasFaster` where it says something its reader has not seen."""
    session.execute(delete(FlowchartDraft).where(FlowchartDraft.id == _ready(session, draft_id, seen).id))


def publish(
    session: Session, draft_id: int, *, note: str, instead_of: int, by: Actor, seen: int, now: datetime
) -> FlowchartVersion:
    """Put a draft in force, and end it.

    `instead_of` is the edition in force as the one who publishes saw it. Raise `ChartError` with everything to mend,
    `SomeoneWasFaster` where the draft or the chart in force has changed since.
    """
    row = _ready(session, draft_id, seen)
    session.execute(select(func.pg_advisory_xact_lock(charts.LOCK)))
    in_force, _ = charts.current(session)
    if in_force != instead_of:
        newest = charts.edition(session, in_force)
        raise SomeoneWasFaster(
            draft_id=draft_id, version=in_force, status="published", by=newest.by, by_id=newest.by_id,
            move="published", at=newest.published_at.isoformat(),
        )  # fmt: skip
    made = charts.publish(session, row.source, note=note, by=by.member_id, now=now)
    session.execute(delete(FlowchartDraft).where(FlowchartDraft.id == draft_id))
    return made


def _ready(session: Session, draft_id: int, seen: int) -> FlowchartDraft:
    wanted = select(FlowchartDraft).where(FlowchartDraft.id == draft_id).options(undefer(FlowchartDraft.past))
    row = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NoSuch("draft", draft_id)
    if row.version != seen:
        raise _faster(session, draft_id)
    return row


def _turn(
    session: Session, row: FlowchartDraft, source: str, *, by: Actor, now: datetime, past: Sequence[Any] | None = None,
    name: str | None = None,
) -> None:  # fmt: skip
    """Change the draft if it is still as it was read."""
    if source == row.source and past is None:
        return
    remembered = [*row.past, row.source][-MOST_PAST:] if past is None else list(past)
    taken = (
        update(FlowchartDraft)
        .where(FlowchartDraft.id == row.id, FlowchartDraft.version == row.version)
        .values(
            source=source, past=remembered, name=row.name if name is None else name, updated_at=now,
            version=FlowchartDraft.version + 1, changed_by_id=by.member_id,
        )
        .returning(FlowchartDraft.id)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    if session.execute(taken).one_or_none() is None:
        raise _faster(session, row.id)
    session.expire(row)


def _faster(session: Session, draft_id: int) -> SomeoneWasFaster:
    now = draft(session, draft_id)
    return SomeoneWasFaster(
        draft_id=draft_id, version=now.version, status="open", by=now.changed_by, by_id=None, move="changed",
        at=now.updated_at.isoformat(),
    )  # fmt: skip


def _views(session: Session, draft_id: int | None = None) -> list[DraftView]:
    began, changed = aliased(Member), aliased(Member)
    wanted = (
        select(FlowchartDraft, began.name, changed.name, func.jsonb_array_length(FlowchartDraft.past))
        .outerjoin(began, began.id == FlowchartDraft.by_id)
        .outerjoin(changed, changed.id == FlowchartDraft.changed_by_id)
        .order_by(FlowchartDraft.updated_at.desc(), FlowchartDraft.id.desc())
        .execution_options(populate_existing=True)
    )
    if draft_id is not None:
        wanted = wanted.where(FlowchartDraft.id == draft_id)
    return [
        DraftView(
            row.id, row.name, row.base_id, row.source, charts.chart_of(row.source), row.version, row.by_id, by, last,
            row.created_at, row.updated_at, back,
        )
        for row, by, last, back in session.execute(wanted)
    ]  # fmt: skip


def _readable(source: str) -> str:
    """Return the source if a chart can be made of it; browsers send every line end as two characters."""
    plain = source.replace("\r\n", "\n")
    if "\x00" in plain or len(plain) > MOST_CHARS:
        raise BadInput("source", "This is longer than a chart can be, or holds a character that cannot be kept.")
    read(plain)
    return plain


def _named(name: str) -> str:
    return " ".join(name.replace("\x00", "").split())[:MOST_NAME]
