"""The two-minute card: who wrote this, what we promised them before, and how matters like it were solved."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from listener.find import advocacy
from listener.find.advocacy import Standing
from listener.models import Author, Mention, Person
from listener.text import fold
from triage.find.access import visible
from triage.find.cards import AuthorView, Clock, IssueView
from triage.find.clocks import clocks
from triage.find.said import authors
from triage.models import OPEN, Department, Issue, IssueMention, Member, Move, Policy, Status, stands
from triage.rights import Actor

WINDOW = timedelta(days=90)  # of how somebody stands to a topic
SHOWN = 4  # earlier issues, of each sort
SOLVED = 3
RECENT, LOOKED_AT = 3_000, 300  # solved issues that are looked through, and those of the same sort that are compared
NEAR = 0.25  # of what makes this post unlike others, as much must be in a solved one
_WORD = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True, slots=True)
class Earlier:
    """Another issue of the same person: the last promise they were given in it, how it ended, and who has it."""

    id: int
    title: str
    language: str
    status: str
    opened_at: datetime
    closed_at: datetime | None
    clock: Clock
    outcome: Mapping[str, Any]
    department: str


@dataclass(frozen=True, slots=True)
class Solved:
    """A matter like this one that was resolved: by whom, in what time, and what was said to its author last."""

    id: int
    title: str
    language: str
    by: str
    took: timedelta | None
    said: str
    outcome: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Research:
    """What to know before answering. `author` sums up all `handles` where a human joined them to a `person`.

    `running` are their other open issues, `ended` the closed ones; each list has the newest, its count has all.
    """

    author: AuthorView | None
    person: Person | None
    handles: tuple[AuthorView, ...]
    running: tuple[Earlier, ...]
    ended: tuple[Earlier, ...]
    running_count: int
    ended_count: int
    standing: Standing | None
    solved: tuple[Solved, ...]

    @property
    def mentions(self) -> tuple[int, int, int]:
        """How often they wrote of us altogether, how often kindly, how often angrily."""
        return (
            sum(one.mentions for one in self.handles),
            sum(one.positive for one in self.handles),
            sum(one.negative for one in self.handles),
        )


def research(session: Session, actor: Actor, seen: IssueView, now: datetime) -> Research:
    """Return what is known of an issue's author, and of matters like it, as this person may see it."""
    author = seen.card.author
    handles, person = _identities(session, author)
    ids = [one.id for one in handles]
    running, ended, counts = _theirs(session, actor, seen.card.id, ids, now) if ids else ((), (), (0, 0))
    topic = seen.card.topics[0] if seen.card.topics else None
    return Research(
        author=author,
        person=person,
        handles=handles,
        running=running,
        ended=ended,
        running_count=counts[0],
        ended_count=counts[1],
        standing=advocacy.standing(session, ids, topic_id=topic.id, since=now - WINDOW, until=now)
        if topic and ids
        else None,
        solved=_solved(session, actor, seen),
    )


def _identities(session: Session, author: AuthorView | None) -> tuple[tuple[AuthorView, ...], Person | None]:
    """Return the author first, then the other handles of the same person."""
    if author is None:
        return (), None
    person = session.scalars(
        select(Person).join(Author, Author.person_id == Person.id).where(Author.id == author.id)
    ).one_or_none()
    if person is None:
        return (author,), None
    others = authors(session, session.scalars(select(Author.id).where(Author.person_id == person.id)))
    return (author, *(one for one in others.values() if one.id != author.id)), person


def _theirs(
    session: Session, actor: Actor, but: int, author_ids: Sequence[int], now: datetime
) -> tuple[tuple[Earlier, ...], tuple[Earlier, ...], tuple[int, int]]:
    spoke = select(IssueMention.issue_id).join(Mention, Mention.id == IssueMention.mention_id)
    theirs = Issue.id.in_(spoke.where(Mention.author_id.in_(author_ids)))
    is_open = Issue.status.in_(OPEN)
    place = func.row_number().over(partition_by=is_open, order_by=Issue.id.desc()).label("place")
    count = func.count().over(partition_by=is_open).label("count")
    own = (theirs, visible(actor), Issue.id != but, Issue.status != Status.MERGED)
    found = select(Issue.id, place, count).where(*own).subquery()
    rows = session.execute(
        select(Issue, found.c.count, Policy.at_risk_hours, Department.name)
        .join(found, found.c.id == Issue.id)
        .join(Policy, Policy.id == Issue.policy_id)
        .outerjoin(Department, Department.id == Issue.department_id)
        .where(found.c.place <= SHOWN)
        .order_by(Issue.id.desc())
    ).all()
    opened = [row for row in rows if row[0].status in OPEN]
    closed = [row for row in rows if row[0].status not in OPEN]
    counts = (opened[0][1] if opened else 0, closed[0][1] if closed else 0)
    return _earlier(opened, now), _earlier(closed, now), counts


def _earlier(rows: Sequence[Any], now: datetime) -> tuple[Earlier, ...]:
    made = []
    for issue, _, at_risk_hours, department in rows:
        triage, resolution = clocks(issue, at_risk_hours, now)
        made.append(
            Earlier(
                id=issue.id, title=issue.title, language=issue.language, status=issue.status,
                opened_at=issue.opened_at, closed_at=issue.closed_at,
                clock=triage if resolution.state == "none" else resolution, outcome=issue.outcome,
                department=department or "",
            )
        )  # fmt: skip
    return tuple(made)


def _solved(session: Session, actor: Actor, seen: IssueView) -> tuple[Solved, ...]:
    card = seen.card
    # a stretch from the newest on, so that looking does not grow with the years
    solved = select(Issue.id, Issue.language, Issue.topic_id).where(Issue.status == Status.RESOLVED, visible(actor))
    recent = solved.where(Issue.id != card.id).order_by(Issue.id.desc()).limit(RECENT).subquery()
    like: ColumnElement[bool] = recent.c.language == card.language
    if card.topics:
        like &= recent.c.topic_id.in_([one.id for one in card.topics])
    nearby = select(recent.c.id).where(like).order_by(recent.c.id.desc()).limit(LOOKED_AT)
    candidates = session.scalars(select(Issue).where(Issue.id.in_(nearby)).order_by(Issue.id.desc())).all()
    found = nearest(f"{card.title} {card.first.text}", [one.title for one in candidates])
    chosen = [candidates[place] for place in found]
    said = _said_last(session, [one.id for one in chosen])
    return tuple(
        Solved(
            id=one.id, title=one.title, language=one.language, by=said.get(one.id, ("", ""))[0],
            took=one.resolution_done_at - one.resolution_from
            if one.resolution_done_at and one.resolution_from
            else None,
            said=said.get(one.id, ("", ""))[1], outcome=one.outcome,
        )
        for one in chosen
    )  # fmt: skip


def nearest(text: str, others: Sequence[str]) -> list[int]:
    """Return the places of the texts that share most of what is telling in `text`, the nearest first.

    A word tells the more the fewer of the others have it; words of under three letters and digits tell nothing.
    """
    spoken = [frozenset(_WORD.findall(fold(one))) for one in others]
    have = Counter(word for words in spoken for word in words)
    weight = {word: math.log(1 + len(others) / (1 + have[word])) for word in set(_WORD.findall(fold(text)))}
    whole = sum(weight.values()) or 1.0
    scores = [sum(weight[word] for word in words & weight.keys()) / whole for words in spoken]
    near = [place for place, score in enumerate(scores) if score >= NEAR]
    return sorted(near, key=lambda place: (-scores[place], place))[:SOLVED]


def _said_last(session: Session, issue_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return who resolved each, and the last thing that was said to its author."""
    wanted = (
        select(Move.issue_id, Move.sort, Move.words, Member.name)
        .outerjoin(Member, Member.id == Move.by_id)
        .where(Move.issue_id.in_(issue_ids), Move.sort.in_(("acknowledge", "private", "resolve")), stands(Move))
        .order_by(Move.id)
    )
    found: dict[int, tuple[str, str]] = {}
    for issue_id, _, words, name in session.execute(wanted) if issue_ids else ():
        found[issue_id] = (name or "", words or found.get(issue_id, ("", ""))[1])
    return found
