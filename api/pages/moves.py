"""What the forms of an issue ask for, and the one verb each of them calls."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, Field, field_validator
from sqlalchemy.orm import Session

from api.pages.chosen import Chosen
from api.pages.chosen import of as chosen_in
from triage import drafts, move, undo
from triage.models import Department, Issue
from triage.people import Actor
from triage.refusals import BadInput

Verb = Literal[
    "acknowledge", "acknowledge_hand_over", "hand_over", "accept", "bounce", "note", "private", "pause", "resume",
    "resolve", "dismiss", "reopen", "merge", "split",
]  # fmt: skip


class Asked(BaseModel):
    """One form. `query` is set where it came from the inbox (what was chosen there), which then shows the next card
    unless `stay` says no; a form that names its `lane` alone is of an inbox that nothing narrowed."""

    verb: Verb
    seen: int
    words: str = ""
    line: int | None = None  # the empathy line the words began from
    lane: str = ""
    query: str = ""
    stay: bool = False
    department_id: int | None = None
    owner_id: int | None = None
    channel: str = ""
    hours: float = Field(default=8, gt=0, le=720)
    refund: str = ""
    customer: str = ""
    into: str = ""
    mention: list[int] = Field(default_factory=list)

    @property
    def chosen(self) -> Chosen | None:
        """What of the inbox it came from; nothing where it came from the issue's own page."""
        return chosen_in(self.query) if self.query else Chosen(self.lane) if self.lane else None

    @field_validator("department_id", "owner_id", "line", mode="before")
    @classmethod
    def _nothing_chosen(cls, value: object) -> object:
        return None if value == "" else value


def done(session: Session, issue_id: int, asked: Asked, by: Actor, now: datetime) -> Issue:
    """Do what the form asks; raise the refusal of the verb. Words that were sent are no draft any more."""
    moved = _VERBS[asked.verb](session, issue_id, asked, by, now)
    if asked.verb in ("acknowledge", "acknowledge_hand_over", "note"):
        drafts.drop(session, by.member_id, issue_id)
    return moved


def said(session: Session, asked: Asked, moved: Issue, departments: Sequence[Department]) -> tuple[str, dict[str, str]]:
    """Return the key and the names of what to say afterwards, with the move that may be taken back (`undo`)."""
    name = next((one.name for one in departments if one.id == moved.department_id), "")
    way_back = {"undo": str(undo.made(session, moved.id) or "")}
    if asked.verb in ("hand_over", "acknowledge_hand_over"):
        return "handed_over", {"department": name, **way_back}
    if asked.verb == "acknowledge":
        return ("acknowledged" if moved.handed_at is None else "acknowledged_whole"), way_back
    return _SAID[asked.verb], way_back


_SAID = {
    "accept": "accepted",
    "bounce": "bounced",
    "note": "noted",
    "private": "private",
    "pause": "paused",
    "resume": "resumed",
    "resolve": "resolved",
    "dismiss": "dismissed",
    "reopen": "reopened",
    "merge": "merged",
    "split": "split",
}


def _acknowledge(session: Session, issue_id: int, asked: Asked, by: Actor, now: datetime) -> Issue:
    return move.acknowledge(
        session, issue_id, by=by, seen=asked.seen, now=now, words=asked.words, line_id=asked.line
    )  # fmt: skip


def _hand_over(session: Session, issue_id: int, asked: Asked, by: Actor, now: datetime) -> Issue:
    return move.hand_over(
        session, issue_id, _department(asked), asked.owner_id, by=by, seen=asked.seen, now=now, words=asked.words
    )


def _acknowledge_hand_over(session: Session, issue_id: int, asked: Asked, by: Actor, now: datetime) -> Issue:
    department_id = _department(asked)
    moved = _acknowledge(session, issue_id, asked, by, now)
    return move.hand_over(
        session, issue_id, department_id, asked.owner_id, by=by, seen=moved.version, now=now,
        after=undo.made(session, issue_id),
    )  # fmt: skip


def _department(asked: Asked) -> int:
    if asked.department_id is None:
        raise BadInput("department_id", "Choose the department that should take it.")
    return asked.department_id


def _private(session: Session, issue_id: int, asked: Asked, by: Actor, now: datetime) -> Issue:
    return move.go_private(session, issue_id, asked.channel, by=by, seen=asked.seen, now=now, words=asked.words)


def _pause(session: Session, issue_id: int, asked: Asked, by: Actor, now: datetime) -> Issue:
    until = now + timedelta(hours=asked.hours)
    return move.pause(session, issue_id, until, by=by, seen=asked.seen, now=now, words=asked.words)


def _resolve(session: Session, issue_id: int, asked: Asked, by: Actor, now: datetime) -> Issue:
    outcome = {name: value for name, value in (("refund", asked.refund), ("customer", asked.customer)) if value}
    return move.resolve(session, issue_id, outcome, by=by, seen=asked.seen, now=now, words=asked.words)


def _merge(session: Session, issue_id: int, asked: Asked, by: Actor, now: datetime) -> Issue:
    number = asked.into.strip().upper().removeprefix("HB").removeprefix("-").strip()
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        raise BadInput("into", "Write the number of the other issue, such as HB-12.")
    return move.merge(session, issue_id, int(number), by=by, seen=asked.seen, now=now, words=asked.words)


def _split(session: Session, issue_id: int, asked: Asked, by: Actor, now: datetime) -> Issue:
    return move.split(session, issue_id, asked.mention, by=by, seen=asked.seen, now=now, words=asked.words)


def _plain(verb: Callable[..., Issue]) -> Callable[[Session, int, Asked, Actor, datetime], Issue]:
    def asked_for(session: Session, issue_id: int, asked: Asked, by: Actor, now: datetime) -> Issue:
        return verb(session, issue_id, by=by, seen=asked.seen, now=now, words=asked.words)

    return asked_for


_VERBS: dict[str, Callable[[Session, int, Asked, Actor, datetime], Issue]] = {
    "acknowledge": _acknowledge,
    "acknowledge_hand_over": _acknowledge_hand_over,
    "hand_over": _hand_over,
    "private": _private,
    "pause": _pause,
    "resolve": _resolve,
    "merge": _merge,
    "split": _split,
    "accept": _plain(move.accept),
    "bounce": _plain(move.bounce),
    "note": _plain(move.note),
    "resume": _plain(move.resume),
    "dismiss": _plain(move.dismiss),
    "reopen": _plain(move.reopen),
}
