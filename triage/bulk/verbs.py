"""What can be done to many issues at once: what each verb needs, whom it refuses beforehand, and the move it makes."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from listener.kinds import Kind
from listener.models import Aspect
from triage import correcting, merging, move, people, rights, snooze
from triage.models import Issue, Keeping, Move, Status
from triage.people import Actor
from triage.refusals import BadInput, NoSuch, NotNow, NotYours, ReasonNeeded, Refusal
from triage.turn import checked_words, not_yours, someone_was_faster

Verb = Literal["acknowledge", "hand_over", "snooze", "dismiss", "note", "kind", "spam", "merge"]
VERBS: tuple[Verb, ...] = get_args(Verb)
CORRECTING = ("kind", "spam")  # what a person says of the mention itself; the issue follows
NAMED = tuple(str(one) for one in Kind if one != Kind.SPAM)  # kinds to choose from; spam is a verb of its own


def read(session: Session, verb: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a verb was given as a row keeps it, as far as it was given; raise for what cannot be."""
    if verb not in VERBS:
        raise BadInput("verb", "“%(verb)s” cannot be done to many issues at once.", verb=verb)
    found: dict[str, Any] = {"words": checked_words(str(data.get("words") or ""))}
    match verb:
        case "hand_over" if data.get("department_id") is not None:
            found |= _place(session, int(data["department_id"]), data.get("owner_id"))
        case "snooze" if data.get("until"):
            found["until"] = _moment(data["until"]).isoformat()
        case "kind" if data.get("becomes"):
            if data["becomes"] not in NAMED:
                raise BadInput("becomes", "“%(given)s” is no kind. Choose one of those listed.", given=data["becomes"])
            found["becomes"] = str(data["becomes"])
        case "merge" if data.get("into_id") is not None:
            found["into_id"] = int(data["into_id"])
    return found


def need(verb: str, data: Mapping[str, Any], now: datetime) -> None:
    """Raise what is still missing before a bulk may start."""
    if verb in ("acknowledge", "dismiss", "note") and not data["words"]:
        raise ReasonNeeded(verb)
    if verb == "hand_over" and "department_id" not in data:
        raise BadInput("department_id", "Choose the department that should take them.")
    if verb == "snooze" and ("until" not in data or datetime.fromisoformat(data["until"]) <= now):
        raise BadInput("until", "Choose a moment that is still to come.")
    if verb == "kind" and "becomes" not in data:
        raise BadInput("becomes", "Choose what they are.")
    if verb == "merge" and "into_id" not in data:
        raise BadInput("into_id", "Choose the issue that takes the others in.")


def into(issues: Sequence[Issue]) -> Issue | None:
    """Return which of some issues best takes the others in: one handed over if any is, then the least time left."""
    able = [one for one in issues if one.closed_at is None]
    return min(able, key=lambda one: (one.handed_at is None, _due(one), one.id), default=None)


class Gate:
    """Who is refused before anything is done; each department is asked about once, however many issues there are."""

    def __init__(self, session: Session, verb: str, data: Mapping[str, Any], by: Actor) -> None:
        self._session, self._verb, self._data, self._by = session, verb, data, by
        self._closed: dict[int | None, NotYours] = {}
        target = session.get(Issue, data["into_id"]) if data.get("into_id") is not None else None
        self._into = target

    def refusal(self, issue: Issue, seen: int) -> Refusal | None:
        """Return why the verb would be refused as things stand; `None` where it would be done."""
        if not rights.may_see(self._by, issue):
            return NoSuch("issue", issue.id)
        if issue.version != seen:
            return someone_was_faster(self._session, issue.id, seen)
        if self._verb in CORRECTING:
            return _uncorrectable(self._verb, issue)
        if not rights.may(self._by, self._verb, issue):
            return self._not_yours(issue)
        why = rights.fits(self._verb, issue)
        if why is not None:
            return NotNow(self._verb, issue.status, why)
        return self._not_into(issue) if self._into is not None else None

    def _not_yours(self, issue: Issue) -> NotYours:
        if issue.department_id not in self._closed:
            self._closed[issue.department_id] = not_yours(self._session, self._verb, issue)
        return self._closed[issue.department_id]

    def _not_into(self, issue: Issue) -> Refusal | None:
        assert self._into is not None
        try:
            merging.check_target(self._by, issue, self._into)
        except Refusal as no:
            return no
        return None


def do(session: Session, verb: str, issue_id: int, seen: int, data: Mapping[str, Any], by: Actor, now: datetime) -> int:
    """Do the verb to one issue as its chooser saw it; return the move, or raise the refusal."""
    _VERBS[verb](session, issue_id, seen, data, by, now)
    wanted = select(Move.id).where(Move.issue_id == issue_id, Move.by_id == by.member_id)
    found = session.scalar(wanted.order_by(Move.id.desc()).limit(1))
    if found is None:
        raise NotNow(verb, "triage", "status")
    return found


def _acknowledge(session: Session, issue_id: int, seen: int, data: Mapping[str, Any], by: Actor, now: datetime) -> None:
    move.acknowledge(session, issue_id, by=by, seen=seen, now=now, words=data["words"])


def _hand_over(session: Session, issue_id: int, seen: int, data: Mapping[str, Any], by: Actor, now: datetime) -> None:
    move.hand_over(
        session, issue_id, data["department_id"], data.get("owner_id"), by=by, seen=seen, now=now, words=data["words"]
    )


def _snooze(session: Session, issue_id: int, seen: int, data: Mapping[str, Any], by: Actor, now: datetime) -> None:
    until = datetime.fromisoformat(data["until"])
    snooze.snooze(session, issue_id, until, by=by, seen=seen, now=now, words=data["words"])


def _dismiss(session: Session, issue_id: int, seen: int, data: Mapping[str, Any], by: Actor, now: datetime) -> None:
    move.dismiss(session, issue_id, by=by, seen=seen, now=now, words=data["words"])


def _note(session: Session, issue_id: int, seen: int, data: Mapping[str, Any], by: Actor, now: datetime) -> None:
    # a note makes nobody's page stale, so it needs no version
    move.note(session, issue_id, data["words"], by=by, now=now)


def _correct(session: Session, issue_id: int, seen: int, data: Mapping[str, Any], by: Actor, now: datetime) -> None:
    issue = session.get_one(Issue, issue_id, populate_existing=True)
    if issue.version != seen:
        raise someone_was_faster(session, issue_id, seen)
    verb = "kind" if "becomes" in data else "spam"
    no = _uncorrectable(verb, issue)
    if no is not None:
        raise no
    becomes = data.get("becomes", "yes")
    correcting.correct(session, issue.first_mention_id, Aspect(verb), becomes, by=by, now=now)


def _merge(session: Session, issue_id: int, seen: int, data: Mapping[str, Any], by: Actor, now: datetime) -> None:
    merging.merge(session, issue_id, data["into_id"], by=by, seen=seen, now=now, words=data["words"])


_VERBS: Mapping[str, Callable[[Session, int, int, Mapping[str, Any], Actor, datetime], None]] = {
    "acknowledge": _acknowledge,
    "hand_over": _hand_over,
    "snooze": _snooze,
    "dismiss": _dismiss,
    "note": _note,
    "kind": _correct,
    "spam": _correct,
    "merge": _merge,
}


def _uncorrectable(verb: str, issue: Issue) -> Refusal | None:
    # a word about the first of many mentions says nothing about the others
    if verb == "spam" and issue.mention_count > 1:
        return NotNow(verb, issue.status, "many_mentions", count=issue.mention_count)
    return NotNow(verb, issue.status, "status") if issue.status == Status.MERGED else None


def _place(session: Session, department_id: int, owner_id: object) -> dict[str, Any]:
    department = people.department(session, department_id)
    able = {one.id: one.name for one in people.need_eligible(session, department)}
    chosen = int(str(owner_id)) if owner_id is not None else None
    if chosen is not None and chosen not in able:
        raise BadInput("owner_id", "Nobody of that name works in %(department)s now.", department=department.name)
    return {"department_id": department.id, "department": department.name, "owner_id": chosen}


def _moment(given: object) -> datetime:
    at = given if isinstance(given, datetime) else datetime.fromisoformat(str(given))
    if at.tzinfo is None:
        raise BadInput("until", "Choose a moment that is still to come.")
    return at


def _due(issue: Issue) -> datetime:
    in_triage = issue.triage == Keeping.RUNNING or issue.resolution == Keeping.NONE
    return issue.triage_due if in_triage else issue.resolution_due or issue.triage_due
