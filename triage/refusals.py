"""What the first floor refuses: small exceptions with a key for the catalogues and the data its sentence needs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any


class Refusal(Exception):
    """An expected no. `key` names the sentence in the catalogues; `data` fills it and is safe to show."""

    key = "refused"

    def __init__(self, **data: Any) -> None:
        super().__init__(self.key)
        self.data: dict[str, Any] = data

    def __str__(self) -> str:
        return f"{self.key} {self.data}" if self.data else self.key


class SomeoneWasFaster(Refusal):
    """The issue has moved since it was read.

    `data`: `issue_id`, `version` (now), `status` (now), and of the first move the reader has not seen: `by` (name, or
    None for the house), `by_id`, `move` (the verb), `at`, and `to` (name of the department it went to) where it went.
    """

    key = "someone_was_faster"


class Held(Refusal):
    """Somebody else is writing the answer just now. `data`: `issue_id`, `by` (name), `by_id`, `until` (a moment)."""

    key = "held"


class NotYours(Refusal):
    """This person may not do that. `data`: `verb`, and where it helps `department` (its name) and `ask` (names)."""

    key = "not_yours"


class NotNow(Refusal):
    """The verb does not fit where the issue stands. `data`: `verb`, `status`, and `why`, a key (see `rights.fits`)."""

    key = "not_now"

    def __init__(self, verb: str, status: str, why: str = "", **data: Any) -> None:
        super().__init__(verb=verb, status=status, why=why, **data)


class ReopenTooLate(NotNow):
    """The policy's window for reopening is over: a new issue that follows the old one is the way. `data`: `until`."""

    key = "reopen_too_late"


class CannotUndo(NotNow):
    """The move stays. `data`: `why`: undone, too_long_ago, moved_since or no_way_back."""

    key = "cannot_undo"


class ReasonNeeded(Refusal):
    """The verb needs words. `data`: `verb`."""

    key = "reason_needed"

    def __init__(self, verb: str) -> None:
        super().__init__(verb=verb)


class NoSuch(Refusal):
    """There is no such thing, or this person may not know of it. `data`: `what`, `id`."""

    key = "no_such"

    def __init__(self, what: str, id: int | str) -> None:
        super().__init__(what=what, id=id)


class NobodyEligible(Refusal):
    """Nobody active works in that department. `data`: `department_id`, `department` (its name)."""

    key = "nobody_eligible"


class CrisisStands(Refusal):
    """The topic is in a crisis already. `data`: `crisis_id`."""

    key = "crisis_stands"


class CrisisOver(Refusal):
    """The crisis was stood down; nothing but a note can be added. `data`: `crisis_id`."""

    key = "crisis_over"


class BadInput(Refusal):
    """One value cannot be taken. `sentence` says what is wrong and what to do (a msgid); `values` fill its %(name)s."""

    key = "bad_input"

    def __init__(self, field: str, sentence: str, **values: Any) -> None:
        super().__init__(field=field, sentence=sentence, values=values)
        self.field = field
        self.sentence = sentence

    def __str__(self) -> str:
        values = self.data["values"]
        return f"{self.field}: {self.sentence % values if values else self.sentence}"


def plain(refusal: Refusal) -> dict[str, Any]:
    """Return a refusal as a row keeps it, to be put into words later by `again`."""
    said = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in refusal.data.items()}
    return {"key": refusal.key, **said}


def again(kept: Mapping[str, Any]) -> Refusal:
    """Return the refusal that `plain` kept; one of a key nobody knows any more is a plain no."""
    data = dict(kept)
    kind = _kinds(Refusal).get(data.pop("key"), Refusal)
    field, sentence = data.get("field"), data.get("sentence")
    return BadInput(str(field), str(sentence), **data["values"]) if kind is BadInput else kind(**data)


def _kinds(base: type[Refusal]) -> dict[str, type[Refusal]]:
    return {base.key: base} | {key: one for kind in base.__subclasses__() for key, one in _kinds(kind).items()}
