"""What stands beside an issue while it is answered: who wrote it, first sentences to begin from, what was begun."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session

from api.locales import translations
from api.locales.words import N_
from api.rendering import frame_of
from triage import drafts, empathy, people, presence
from triage.find import IssueView
from triage.find.research import research
from triage.models import EmpathyLine, Policy

OUR_TEAM = N_("our team")
KEYS = 3  # lines that have a key


@dataclass(frozen=True, slots=True)
class Line:
    """One empathy line, filled but for `{department}`, which is chosen beside it; `whole` is filled altogether.

    `label` leaves the name out: all lines begin with it, and a label must tell them apart.
    """

    id: int
    words: str
    whole: str
    label: str


def composed(
    request: Request, session: Session, acting: people.Actor, now: datetime, issue: IssueView | None
) -> dict[str, Any]:
    """Return `research`, `lines`, `answer_in` (a language), `draft`, `begun` (the line it began from), `attendance`."""
    if issue is None:
        return {"research": None, "lines": (), "answer_in": "", "draft": "", "begun": None, "attendance": None}
    card, reader = issue.card, frame_of(request).reader
    language = card.language if card.language in empathy.LANGUAGES else reader.language
    lines = _lines(request, session, issue, language) if "acknowledge" in issue.verbs else ()
    kept = drafts.of(session, acting.member_id, card.id)
    asked = request.query_params.get("line", "")
    begun = next((one for one in lines if str(one.id) == asked), None)
    return {
        "research": research(session, acting, issue, now),
        "lines": lines,
        "answer_in": language,
        "draft": kept.words if kept else begun.whole if begun else "",
        "begun": begun.id if begun and not kept else None,
        "attendance": presence.around(session, card.id, by=acting, now=now),
    }


def _lines(request: Request, session: Session, issue: IssueView, language: str) -> tuple[Line, ...]:
    card, reader = issue.card, frame_of(request).reader
    found = empathy.lines(
        session, language, kind=card.kind, department_id=card.department.id if card.department else None
    )
    hours = session.get_one(Policy, issue.policy_id).resolution_hours
    team = card.department.name if card.department else str(translations(language).gettext(OUR_TEAM))
    values = {
        "name": empathy.first_name(card.author.label) if card.author else "",
        # in the digits of whoever reads the answer
        "hours": replace(reader, language=language).number(hours),
    }

    def line(one: EmpathyLine) -> Line:
        words = empathy.filled(one.words, **values)
        label = empathy.filled(one.words, **values | {"name": ""}, department=team)
        return Line(one.id, words, empathy.filled(words, name="-", department=team), label)

    return tuple(line(one) for one in found)
