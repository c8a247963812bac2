"""How an issue ends: what came of it, and what is owed afterwards, asked for in one form."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import Field, field_validator
from sqlalchemy.orm import Session

from api.pages.moves import Asked
from triage import afterwards, drafts, move, people
from triage.find import IssueView
from triage.models import FollowUp, Issue, Member
from triage.people import Actor

WORKING_DAYS = (1, 2, 3, 5, 10)


class Ending(Asked):
    """A move's form with what only a resolving asks: why a customer leaves, the word owed, and who is told."""

    why: str = Field(default="", max_length=500)
    follow_up: bool = False
    follow_days: int = Field(default=1, ge=1, le=60)
    follow_by: int | None = None
    follow_words: str = ""
    tell: bool = False

    @field_validator("follow_by", mode="before")
    @classmethod
    def _nobody_chosen(cls, value: object) -> object:
        return None if value == "" else value


@dataclass(frozen=True, slots=True)
class Afterwards:
    """What the form of resolving offers: the days a word may be owed on, and who may owe it."""

    days: Sequence[tuple[int, datetime]]
    people: Sequence[tuple[int, str]]
    chosen: int


def offered(session: Session, seen: IssueView, by: Actor, now: datetime) -> Afterwards:
    """Return the choices for the word owed afterwards; whoever resolves it owes it unless they say otherwise."""
    place = seen.card.department
    department = people.department(session, place.id) if place else None
    able: list[Member] = people.eligible(session, place.id) if place else []
    names = {by.member_id: by.name} | {one.id: one.name for one in able}
    days = [(count, afterwards.morning(department, now, count)) for count in WORKING_DAYS]
    return Afterwards(days, sorted(names.items(), key=lambda pair: pair[1]), by.member_id)


def resolve(session: Session, issue_id: int, asked: Ending, by: Actor, now: datetime) -> Issue:
    """Resolve it as the form says; raise the refusal of the verb."""
    given = (("refund", asked.refund), ("customer", asked.customer))
    outcome = {name: value for name, value in given if value}
    if asked.customer == "leaves" and asked.why.strip():
        outcome["why"] = asked.why
    moved = move.resolve(session, issue_id, outcome, by=by, seen=asked.seen, now=now, words=asked.words)
    drafts.drop(session, by.member_id, issue_id)
    if asked.follow_up:
        owe(session, moved, asked.follow_days, asked.follow_by, asked.follow_words, by, now)
    return moved


def owe(
    session: Session, issue: Issue, days: int, member_id: int | None, words: str, by: Actor, now: datetime
) -> FollowUp:
    """Owe the author a word that many working days from now."""
    department = people.department(session, issue.department_id) if issue.department_id is not None else None
    due_at = afterwards.morning(department, now, days)
    return afterwards.promise_word(session, issue, due_at=due_at, member_id=member_id, words=words, by=by, now=now)
