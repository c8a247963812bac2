"""The issues behind any number of the promises, so that each can be opened and exported."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from listener.models import Topic
from triage.find.access import visible
from triage.find.beside import COUNTED
from triage.find.coming import coming
from triage.find.misroutes import routed
from triage.find.waits import WHOM, waited
from triage.models import Department, Issue, Promise
from triage.promises import FIGURES, PROMISES
from triage.refusals import BadInput
from triage.rights import Actor
from triage.standing import Scope, standing

STANDING = (*FIGURES, "due", "met")
COMING = ("ending", "breaking")
ROUTED = ("handed", "misrouted", "bounced")
NUMBERS = (*STANDING, *COMING, *ROUTED, "waited", *COUNTED)


@dataclass(frozen=True, slots=True)
class Number:
    """Which number is meant.

    Those of `STANDING` are of one `promise`; `met` is what was met at last, `slower` than so many seconds if given.
    `waited` is of one `whom`; those of `ROUTED` may be of one `place` of the chart.
    """

    name: str
    promise: str = "triage"
    late_found: bool = False
    slower: float | None = None
    whom: str | None = None
    place: str | None = None


def behind(session: Session, scope: Scope, number: Number, *, limit: int = 1000, after: int = 0) -> list[int]:
    """Return the ids of the issues behind a number, ascending: `limit` at most, after `after`; raise `BadInput`."""
    if number.name in COMING:
        ahead = coming(session, scope)
        ids = ahead.ending_ids if number.name == "ending" else ahead.breaking_ids
        return [one for one in ids if one > after][:limit]
    found = _wanted(scope, number).subquery("behind")
    ids_of = next(iter(found.c))
    wanted = select(ids_of).where(ids_of > after).order_by(ids_of).limit(limit)
    return list(session.scalars(wanted))


def told(session: Session, actor: Actor, ids: Sequence[int]) -> list[dict[str, Any]]:
    """Return some issues as plain rows for a file, those this person may see, ascending; no person is named."""
    wanted = (
        select(
            Issue.id, Issue.title, Issue.source, Issue.language, Issue.kind, Issue.mood, Topic.name.label("topic"),
            Department.name.label("department"), Issue.status, Issue.mention_count, Issue.posted_at, Issue.heard_at,
            Issue.acknowledged_at, Issue.handed_at, Issue.accepted_at, Issue.resolved_at, Issue.bounces,
            Issue.late_found, Issue.triage, Issue.triage_due, Issue.triage_done_at, Issue.resolution,
            Issue.resolution_due, Issue.resolution_done_at,
        )
        .outerjoin(Topic, Topic.id == Issue.topic_id)
        .outerjoin(Department, Department.id == Issue.department_id)
        .where(Issue.id.in_(ids), visible(actor))
        .order_by(Issue.id)
    )  # fmt: skip
    return [dict(row) for row in session.execute(wanted).mappings()]


def _wanted(scope: Scope, number: Number) -> Select[Any]:
    if number.name in STANDING:
        return _standing(scope, number)
    if number.name in COUNTED:
        return select(Issue.id).where(COUNTED[number.name](scope))
    if number.name in ROUTED:
        return routed(scope, number.name, number.place)
    if number.name == "waited":
        if number.whom not in WHOM:
            raise BadInput("whom", "Nobody is waited for by that name: choose one of %(whom)s.", whom=", ".join(WHOM))
        return waited(scope, number.whom)
    raise BadInput("figure", "A figure is one of %(figures)s.", figures=", ".join(NUMBERS))


def _standing(scope: Scope, number: Number) -> Select[Any]:
    if number.promise not in PROMISES:
        raise BadInput("promise", "A promise is triage or resolution.")
    table = standing(Promise(number.promise), scope)
    wanted = select(table.c.id).where(table.c.late_found == number.late_found)
    if number.name in FIGURES:
        return wanted.where(table.c.figure == number.name)
    wanted = wanted.where(or_(table.c.figure == "kept", table.c.figure == "broken"))
    if number.name == "met":
        wanted = wanted.where(table.c.seconds >= (number.slower or 0.0))
    return wanted
