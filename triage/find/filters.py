"""What a person narrows a lane or a search by, and the clauses that do it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from listener.models import Mention, MentionTopic
from listener.text import fold
from triage.models import Issue, IssueMention, Keeping


@dataclass(frozen=True, slots=True)
class Filters:
    """What a person narrows a lane or a search by; empty means all. `words` are sought in every mention of an issue."""

    words: str = ""
    status: str | None = None
    kind: str | None = None
    mood: str | None = None
    source: str | None = None
    language: str | None = None
    topic_id: int | None = None
    department_id: int | None = None
    owner_id: int | None = None
    author_id: int | None = None
    late_found: bool | None = None
    broken: bool | None = None  # either promise
    opened_from: datetime | None = None
    opened_to: datetime | None = None  # exclusive


def narrowed(filters: Filters) -> list[ColumnElement[bool]]:
    """Return the clauses on `Issue` that the filters stand for."""
    same: dict[Any, Any] = {
        Issue.status: filters.status, Issue.kind: filters.kind, Issue.mood: filters.mood, Issue.source: filters.source,
        Issue.language: filters.language, Issue.department_id: filters.department_id, Issue.owner_id: filters.owner_id,
        Issue.author_id: filters.author_id, Issue.late_found: filters.late_found,
    }  # fmt: skip
    clauses: list[ColumnElement[bool]] = [column == value for column, value in same.items() if value is not None]
    if filters.broken is not None:
        broken = or_(Issue.triage == Keeping.BROKEN, Issue.resolution == Keeping.BROKEN)
        clauses.append(broken if filters.broken else ~broken)
    if filters.opened_from is not None:
        clauses.append(Issue.opened_at >= filters.opened_from)
    if filters.opened_to is not None:
        clauses.append(Issue.opened_at < filters.opened_to)
    if filters.topic_id is not None:
        speaks = select(IssueMention.issue_id).join(MentionTopic, MentionTopic.mention_id == IssueMention.mention_id)
        clauses.append(Issue.id.in_(speaks.where(MentionTopic.topic_id == filters.topic_id)))
    if filters.words.strip():
        clauses.append(_says(filters.words))
    return clauses


def _says(words: str) -> ColumnElement[bool]:
    number = words.strip().upper().removeprefix("HB-").removeprefix("#")
    key = func.plainto_tsquery("simple", fold(words))
    speaks = select(IssueMention.issue_id).join(Mention, Mention.id == IssueMention.mention_id)
    found: ColumnElement[bool] = Issue.id.in_(speaks.where(Mention.search.op("@@")(key)))
    if number.isascii() and number.isdecimal() and len(number) < 19:
        return or_(found, Issue.id == int(number))
    return found
