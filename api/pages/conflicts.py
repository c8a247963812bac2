"""What a person is shown whose act was refused: who was faster, what they did, and both texts side by side."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import sentences
from api.reader import Reader
from api.reasons import move_words, refusal_words
from triage import drafts
from triage.find import MemberName, MoveView
from triage.models import Member, Move
from triage.people import Actor
from triage.refusals import Held, Refusal, SomeoneWasFaster

# what an author and everybody else can read at the source
IN_PUBLIC = ("acknowledge", "private", "resolve")
# moves told of at most: the rest is in the timeline
TOLD = 3


def conflict_of(
    reader: Reader, session: Session, refusal: Refusal, asked_words: str, issue_id: int, *, by: Actor | None = None
) -> dict[str, Any]:
    """Return what templates/issue/conflict.html shows: `title`, `sentence`, `draft`, `did`, `theirs` and `held`.

    `did` are the moves the reader has not seen, in words; `theirs` the public answer among them, if there is one;
    `held` says that somebody is writing it just now. With `by` the words are kept as their draft too, so that a page
    left now loses nothing.
    """
    told: dict[str, Any] = {
        "title": sentences.of(refusal).title_in(reader.catalogue),
        "sentence": refusal_words(reader, refusal),
        "draft": asked_words,
        "did": [],
        "theirs": None,
        "held": isinstance(refusal, Held),
    }
    if isinstance(refusal, SomeoneWasFaster):
        told |= _faster(reader, session, refusal, issue_id)
        if asked_words.strip():
            told["sentence"] = reader.catalogue.gettext("Your words were not sent; they are kept here as a draft.")
    if by is not None and asked_words.strip():
        seen = int(refusal.data.get("version") or 1)
        drafts.keep(session, issue_id, asked_words, seen=seen, by=by, now=reader.now)
    return told


def _faster(reader: Reader, session: Session, refusal: SomeoneWasFaster, issue_id: int) -> dict[str, Any]:
    moves = _since(session, refusal, issue_id)
    said = next((move for move in moves if move.sort in IN_PUBLIC and move.words and move.by), None)
    first = said or next((move for move in moves if move.by), None)
    gettext = reader.catalogue.gettext
    values = {"name": first.by.name if first and first.by else "Hearback", "ago": ""}
    if first:
        values["ago"] = reader.ago(first.at)
    title = gettext("%(name)s answered this %(ago)s") if said else gettext("%(name)s changed this %(ago)s")
    return {
        "title": title % values if first else sentences.of(refusal).title_in(reader.catalogue),
        "did": [move_words(reader, move) for move in moves[:TOLD]],
        "theirs": said,
    }


def _since(session: Session, refusal: SomeoneWasFaster, issue_id: int) -> list[MoveView]:
    """Return the moves from the first one the reader has not seen; notes are not told of."""
    at = refusal.data.get("at")
    if at is None:
        return []
    rows = session.execute(
        select(Move, Member.name)
        .outerjoin(Member, Member.id == Move.by_id)
        .where(Move.issue_id == issue_id, Move.at >= datetime.fromisoformat(at), Move.sort != "note")
        .order_by(Move.id)
        .limit(10)
    )
    return [
        MoveView(
            id=move.id, sort=move.sort, from_status=move.from_status, to_status=move.to_status, version=move.version,
            by=MemberName(move.by_id, name) if move.by_id else None, at=move.at, words=move.words, data=move.data,
        )
        for move, name in rows
    ]  # fmt: skip
