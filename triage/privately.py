"""The way into private and back: a public line, the invitation, where it goes on, and the word in public at its end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from triage import move as moving
from triage.find.cards import MoveView
from triage.models import Issue
from triage.people import Actor
from triage.refusals import BadInput
from triage.turn import checked_words, ready, turn

StepKey = Literal["line", "invitation", "channel", "closed"]
STEPS: tuple[StepKey, ...] = ("line", "invitation", "channel", "closed")
LONGEST = 120  # characters of a channel or a reference


@dataclass(frozen=True, slots=True)
class Step:
    """One of the four steps, and the move that made it; without one it is still to be done."""

    key: StepKey
    move: MoveView | None
    channel: str = ""
    reference: str = ""

    @property
    def words(self) -> str:
        """What was said with it."""
        return self.move.words if self.move else ""


def take(
    session: Session,
    issue_id: int,
    step: StepKey,
    *,
    channel: str = "",
    reference: str = "",
    by: Actor,
    seen: int,
    now: datetime,
    words: str = "",
) -> Issue:
    """Write one step down; `channel` says where it goes on (message, e-mail, phone), `reference` which talk it is.

    The steps come in any order, for people do them so. From the channel on the issue counts as private.
    """
    if step == "channel" and not reference.strip():
        return moving.go_private(session, issue_id, channel, by=by, seen=seen, now=now, words=words)
    issue = ready(session, issue_id, "private", by, seen)
    where, which = checked_words(channel), checked_words(reference)
    if step == "channel" and not where:
        raise BadInput("channel", "Say where the talk goes on: by message, e-mail or phone.")
    if step == "line" and not words.strip():
        raise BadInput("words", "Write the line you left in public.")
    if len(where) > LONGEST or len(which) > LONGEST:
        raise BadInput("channel", "Say it in at most %(most)s characters.", most=LONGEST)
    data = {"step": step} | ({"channel": where, "reference": which} if step == "channel" else {})
    since = (issue.private_at or now) if step == "channel" else issue.private_at
    turn(session, issue, "private", by=by, now=now, words=words, data=data, private_at=since)
    return issue


def steps(moves: Iterable[MoveView]) -> tuple[Step, ...]:
    """Return the four steps as the moves tell them, the latest of each.

    Words with the channel are the public line where none was left before; words with the resolving, after it went
    private, are the word in public at the end. What a reopening continues is open again.
    """
    made: dict[StepKey, MoveView] = {}
    for move in moves:
        if move.sort == "private":
            key = _key(move)
            made[key] = move
            if key == "channel" and move.words:
                made.setdefault("line", move)
        elif move.sort == "resolve" and move.words and "channel" in made:
            made["closed"] = move
        elif move.sort == "reopen":
            made.pop("closed", None)
    return tuple(_step(key, made.get(key)) for key in STEPS)


def _key(move: MoveView) -> StepKey:
    return next((key for key in STEPS if key == move.data.get("step")), "channel")


def _step(key: StepKey, move: MoveView | None) -> Step:
    if move is None or key != "channel":
        return Step(key, move)
    return Step(key, move, str(move.data.get("channel") or ""), str(move.data.get("reference") or ""))
