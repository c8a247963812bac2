"""Which questions of the chart lead astray: what was handed elsewhere, and what was handed back, by edition."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, CTE, BigInteger, ColumnElement, Select, Text, and_, func, literal, select
from sqlalchemy import cast as as_type
from sqlalchemy.dialects.postgresql import JSONPATH, distinct_on
from sqlalchemy.orm import Session

from triage import charts
from triage.find.beside import Part
from triage.flowchart import Ask, Assign
from triage.models import Issue, Move, Verdict, stands
from triage.standing import Scope

LEFT = ("misrouted", "bounced")


@dataclass(frozen=True, slots=True)
class Place:
    """One answer of one question that sent issues to a department; `step` is empty where a chart asks nothing."""

    version: int
    step: str
    answer: str
    end: str

    @property
    def key(self) -> str:
        """The place as one word, for an address."""
        return f"{self.version}:{self.step}:{self.answer}:{self.end}"


@dataclass(frozen=True, slots=True)
class Routed:
    """Issues one place of the chart routed and somebody handed over in the period.

    `misrouted` were first handed to another department than the chart said, `bounced` were handed back at least once.
    """

    place: Place
    title: Mapping[str, str]
    end_title: Mapping[str, str]
    handed: int
    misrouted: int
    bounced: int


@dataclass(frozen=True, slots=True)
class Misroutes:
    """Every place of every edition that routed something, the most troubled first."""

    handed: int
    misrouted: int
    bounced: int
    places: tuple[Routed, ...] = ()

    @property
    def wrong(self) -> Part:
        """What was sent to the wrong department, of all the chart sent."""
        return Part(self.misrouted, self.handed)


def misroutes(session: Session, scope: Scope) -> Misroutes:
    """Count what was first handed over in the period, by the last question the chart asked of it."""
    routed = _routed(scope)
    place = (routed.c.version, routed.c.step, routed.c.answer, routed.c.end)
    wanted = select(
        *place, func.count(), *(func.count().filter(routed.c[name]) for name in LEFT)
    ).group_by(*place)  # fmt: skip
    rows = session.execute(wanted).all()
    editions = charts.charts(session, [row[0] for row in rows])
    found = []
    for version, step, answer, end, handed, misrouted, bounced in rows:
        steps = editions[version].steps
        asked, ends = steps.get(step or ""), steps.get(end or "")
        found.append(
            Routed(
                Place(version, step or "", answer or "", end or ""),
                asked.title if isinstance(asked, Ask) else {},
                ends.title if isinstance(ends, Assign) else {},
                handed,
                misrouted,
                bounced,
            )
        )
    found.sort(key=lambda one: (-one.misrouted - one.bounced, -one.handed, one.place.key))
    return Misroutes(
        sum(one.handed for one in found),
        sum(one.misrouted for one in found),
        sum(one.bounced for one in found),
        tuple(found),
    )


def routed(scope: Scope, which: str, place: str | None = None) -> Select[int]:
    """Return the numbers of the issues behind a count: `handed`, `misrouted` or `bounced`, of one place or of all."""
    table = _routed(scope)
    wanted = select(table.c.issue_id)
    if which in LEFT:
        wanted = wanted.where(table.c[which])
    if place is None:
        return wanted
    return wanted.where(
        func.concat_ws(":", table.c.version, *(func.coalesce(table.c[name], "") for name in _WORDS)) == place
    )


_WORDS = ("step", "answer", "end")
_ASKED, _END = (as_type(path, JSONPATH) for path in ("$[*] ? (exists(@.step))", "$[*].end"))


def _routed(scope: Scope) -> CTE:
    """Return what the chart routed and somebody handed over in the period, a row an issue."""
    handed = and_(Issue.handed_at >= scope.start, Issue.handed_at < scope.end, scope.narrowed, scope.own)
    asked = func.jsonb_path_query_array(Verdict.path, _ASKED).op("->")(-1)
    end = func.jsonb_path_query_first(Verdict.path, _END).op("#>>")(literal([], ARRAY(Text)))
    wanted = (
        select(
            Issue.id.label("issue_id"),
            Verdict.chart_version.label("version"),
            asked.op("->>")("step").label("step"),
            asked.op("->>")("answer").label("answer"),
            end.label("end"),
            (_first_department() != Verdict.department_id).label("misrouted"),
            (Issue.bounces > 0).label("bounced"),
        )
        .join(Verdict, and_(Verdict.issue_id == Issue.id, Verdict.mention_id == Issue.first_mention_id))
        .where(handed, Verdict.department_id.is_not(None))
        # the first verdict is what sent it there; later editions may have looked at it again
        .ext(distinct_on(Issue.id))
        .order_by(Issue.id, Verdict.id)
    )
    return wanted.cte("routed")


def _first_department() -> ColumnElement[Any]:
    wanted = (
        select(as_type(Move.data["department_id"].astext, BigInteger))
        .where(Move.issue_id == Issue.id, Move.sort == "hand_over", stands(Move))
        .order_by(Move.id)
        .limit(1)
    )
    return wanted.scalar_subquery()
