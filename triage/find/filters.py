"""What a person narrows a lane or a search by, and the clauses that do it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, func, literal, or_, select

from listener.find import words
from listener.models import Mention, MentionTopic
from triage.models import Issue, IssueMention, Keeping


@dataclass(frozen=True, slots=True)
class Filters:
    """What a person narrows a lane or a search by; empty means all.

    `words` are sought in every mention of an issue: all of them, "phrases" whole, -words not; or they are its number.
    """

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

    @property
    def reads(self) -> bool:
        """Whether the mentions of every issue have to be read to tell."""
        return bool(self.words.strip()) or self.topic_id is not None


def narrowed(filters: Filters, oldest: int | None = None) -> list[ColumnElement[bool]]:
    """Return the clauses on `Issue` that the filters stand for; `oldest` is the lowest number that is looked at."""
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
    if oldest is not None:
        clauses.append(Issue.id >= oldest)
    if filters.topic_id is not None:
        speaks = _holding(oldest).join(MentionTopic, MentionTopic.mention_id == IssueMention.mention_id)
        clauses.append(Issue.id.in_(speaks.where(MentionTopic.topic_id == filters.topic_id)))
    if filters.words.strip():
        clauses.append(_says(filters.words, oldest))
    return clauses


def _says(said: str, oldest: int | None) -> ColumnElement[bool]:
    key = func.websearch_to_tsquery("simple", words(said))
    speaks = _holding(oldest).join(Mention, Mention.id == IssueMention.mention_id).where(Mention.search.op("@@")(key))
    number = said.strip().upper().removeprefix("HB-").removeprefix("#")
    if number.isascii() and number.isdecimal() and len(number) < 19:
        # one list, so that the number costs no reading of every issue
        return Issue.id.in_(speaks.union_all(select(literal(int(number), BigInteger))))
    return Issue.id.in_(speaks)


def _holding(oldest: int | None) -> Select[int]:
    """Ask for issues by what they hold, none older than `oldest`."""
    asked = select(IssueMention.issue_id)
    return asked if oldest is None else asked.where(IssueMention.issue_id >= oldest)
