"""What a lane can be narrowed by: each value that occurs in it, and how many issues would then open."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, Text, cast, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from listener.models import Author, Topic
from triage.find.filters import Filters
from triage.find.lanes import wanted
from triage.models import Department, Issue, Keeping, Member
from triage.rights import Actor

MOST = 40  # values of one sort that are offered, the most frequent

_COLUMNS: Mapping[str, Any] = {
    "kind": Issue.kind,
    "mood": Issue.mood,
    "source": Issue.source,
    "language": Issue.language,
    "department_id": Issue.department_id,
    "owner_id": Issue.owner_id,
    "late_found": Issue.late_found,
    "broken": or_(Issue.triage == Keeping.BROKEN, Issue.resolution == Keeping.BROKEN),
}

Facets = Mapping[str, tuple[tuple[str, int], ...]]


def facets(session: Session, actor: Actor, lane: str, filters: Filters) -> Facets:
    """Return for each field of `Filters` its values in this lane, as text, with how many issues have them.

    The other filters count, the field's own does not: each number is what choosing that value would open.
    """
    parts = []
    for name, column in _COLUMNS.items():
        others: Any = {name: None}
        fits = wanted(session, actor, lane, replace(filters, **others))
        found = select(literal(name).label("name"), cast(column, Text).label("value"), func.count().label("n"))
        parts.append(
            found.where(fits, column.is_not(None)).group_by(column).order_by(func.count().desc()).limit(MOST).subquery()
        )
    rows = session.execute(union_all(*(select(part) for part in parts)))
    made: dict[str, list[tuple[str, int]]] = {name: [] for name in _COLUMNS}
    for name, value, count in rows:
        made[name].append((value, count))
    return {name: tuple(sorted(values, key=lambda one: (-one[1], one[0]))) for name, values in made.items()}


def names_in(session: Session, filters: Filters) -> Mapping[str, str]:
    """Return what the filters that hold a number point at, by name in the address: topic, department, owner, author."""
    wanted_names = (
        ("topic", select(Topic.name).where(Topic.id == filters.topic_id), filters.topic_id),
        ("department", select(Department.name).where(Department.id == filters.department_id), filters.department_id),
        ("owner", select(Member.name).where(Member.id == filters.owner_id), filters.owner_id),
        ("author", _author(filters.author_id), filters.author_id),
    )
    found = ((name, session.scalar(query)) for name, query, number in wanted_names if number is not None)
    return {name: label for name, label in found if label}


def _author(number: int | None) -> Select[str]:
    return select(func.coalesce(func.nullif(Author.name, ""), Author.handle)).where(Author.id == number)
