"""Empathy lines: first sentences people begin from, in the author's language; a person finishes them and sends."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from listener.kinds import Kind
from triage import audit
from triage.models import Department, EmpathyLine
from triage.refusals import BadInput, NoSuch, NotYours
from triage.rights import EVERYTHING, Actor

VARIABLES = ("name", "department", "hours")
LANGUAGES = ("en", "fa", "ar", "he")
LONGEST = 500
LOCK = 7_305  # of two first starts only one lays the shipped lines
_VARIABLE = re.compile(r"\{(\w*)\}")
_NAME_WITH_ITS_COMMA = re.compile(r"^\{name\}(?: عزیز)?[,،]\s*|[\s,،]*\{name\}")


@cache
def shipped() -> Mapping[str, Sequence[Mapping[str, str]]]:
    """Return the lines that ship, by language: `words`, and `kind` where they are for one kind alone."""
    return tomllib.loads((Path(__file__).parent / "empathy.toml").read_text(encoding="utf-8"))


def ensure_shipped(session: Session, now: datetime) -> None:
    """Lay the lines that ship where nobody has any."""
    session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    if session.scalar(select(EmpathyLine.id).limit(1)) is not None:
        return
    session.add_all(
        EmpathyLine(language=language, words=one["words"], kind=one.get("kind"), position=place, updated_at=now)
        for language, lines in shipped().items()
        for place, one in enumerate(lines)
    )
    session.flush()


def lines(
    session: Session, language: str, *, kind: str | None = None, department_id: int | None = None
) -> list[EmpathyLine]:
    """Return the lines that fit an answer in this language, the most fitting first; English where it has none.

    A line for this department fits best, then one for this kind, then those for everybody; lines for others are left
    out.
    """
    fits = (
        EmpathyLine.enabled,
        or_(EmpathyLine.kind.is_(None), EmpathyLine.kind == kind),
        or_(EmpathyLine.department_id.is_(None), EmpathyLine.department_id == department_id),
    )
    order = (
        EmpathyLine.department_id.is_(None), EmpathyLine.kind.is_(None), EmpathyLine.position, EmpathyLine.id,
    )  # fmt: skip
    wanted = select(EmpathyLine).where(*fits, EmpathyLine.language.in_((language, "en"))).order_by(*order)
    found = session.scalars(wanted).all()
    return [one for one in found if one.language == language] or list(found)


def every(session: Session, language: str | None = None) -> list[EmpathyLine]:
    """Return all lines as they are kept, those that are put away too."""
    wanted = select(EmpathyLine).order_by(EmpathyLine.language, EmpathyLine.position, EmpathyLine.id)
    return list(session.scalars(wanted.where(EmpathyLine.language == language) if language else wanted))


def line(session: Session, line_id: int) -> EmpathyLine:
    """Return one line; raise `NoSuch`."""
    found = session.get(EmpathyLine, line_id)
    if found is None:
        raise NoSuch("empathy_line", line_id)
    return found


def filled(words: str, **values: str) -> str:
    """Return the words with `{name}`, `{department}` and `{hours}` filled in; a name nobody knows leaves no gap."""
    if not values.get("name"):
        words = _NAME_WITH_ITS_COMMA.sub("", words)
        words = words[:1].upper() + words[1:]
    return _VARIABLE.sub(lambda found: values.get(found[1]) or found[0], words)


def first_name(label: str) -> str:
    """Return what to call somebody by: the first word of their name, unless that is no name by itself."""
    words = label.lstrip("@").split()
    return words[0] if words and len(words[0]) > 3 and words[0].isalpha() else " ".join(words)


def add(
    session: Session,
    *,
    language: str,
    words: str,
    kind: str | None = None,
    department_id: int | None = None,
    by: Actor,
    now: datetime,
) -> EmpathyLine:
    """Keep a new line, last of its language; raise `NotYours`, `BadInput`."""
    _admit(by)
    kept = _checked(session, language, words, kind, department_id)
    last = session.scalar(select(func.max(EmpathyLine.position)).where(EmpathyLine.language == language))
    made = EmpathyLine(**kept, position=0 if last is None else last + 1, by_id=by.member_id, updated_at=now)
    session.add(made)
    session.flush()
    _write_down(session, made, "made", {}, _plain(made), by, now)
    return made


def change(session: Session, line_id: int, *, by: Actor, now: datetime, **values: Any) -> EmpathyLine:
    """Change a line: any of `language`, `words`, `kind`, `department_id`, `enabled`, `position`.

    Its `position` is its place among the lines of its language, from 0; the others make room.
    """
    _admit(by)
    found = line(session, line_id)
    said = _plain(found)
    kept = _checked(session, **{name: values.get(name, getattr(found, name)) for name in _SAID})
    for name, value in kept.items():
        setattr(found, name, value)
    found.enabled = values.get("enabled", found.enabled)
    found.by_id, found.updated_at = by.member_id, now
    session.flush()
    if "position" in values:
        _place(session, found, values["position"])
    _write_down(session, found, "changed", said, _plain(found), by, now)
    return found


def delete(session: Session, line_id: int, *, by: Actor, now: datetime) -> None:
    """Let a line go; what was said with it stays said."""
    _admit(by)
    found = line(session, line_id)
    _write_down(session, found, "deleted", _plain(found), {}, by, now)
    session.delete(found)
    session.flush()


_SAID = ("language", "words", "kind", "department_id")


def _admit(by: Actor) -> None:
    if by.role not in EVERYTHING:
        raise NotYours(verb="empathy_line", department=None, ask=[])


def _checked(
    session: Session, language: str, words: str, kind: str | None, department_id: int | None
) -> dict[str, Any]:
    if language not in LANGUAGES:
        raise BadInput("language", "Choose one of the languages listed.")
    said = " ".join(words.split())
    if not said or len(said) > LONGEST or "\x00" in said:
        raise BadInput("words", "Write one or two sentences, %(most)s characters at most.", most=LONGEST)
    for name in _VARIABLE.findall(said):
        if name not in VARIABLES:
            raise BadInput(
                "words", "“{%(name)s}” is filled by nothing. Use {name}, {department} or {hours}.", name=name
            )
    if kind and kind not in set(Kind):
        raise BadInput("kind", "“%(given)s” is no kind. Choose one of those listed.", given=kind)
    if department_id is not None and session.get(Department, department_id) is None:
        raise BadInput("department_id", "Choose one of the departments listed.")
    return {"language": language, "words": said, "kind": kind or None, "department_id": department_id}


def _place(session: Session, found: EmpathyLine, position: int) -> None:
    others = [one for one in every(session, found.language) if one.id != found.id]
    others.insert(max(0, min(position, len(others))), found)
    for place, one in enumerate(others):
        one.position = place
    session.flush()


def _plain(found: EmpathyLine) -> dict[str, Any]:
    return {name: getattr(found, name) for name in (*_SAID, "enabled", "position")}


def _write_down(
    session: Session, found: EmpathyLine, what: str, said: Mapping[str, Any], becomes: Mapping[str, Any], by: Actor,
    now: datetime,
) -> None:  # fmt: skip
    audit.write(
        session, what=what, subject="empathy_line", subject_id=found.id, name=found.words[:60], said=said,
        becomes=becomes, by_id=by.member_id, now=now,
    )  # fmt: skip
