"""Who may do what to an issue, and when: one table, read by the verbs that refuse and by the pages that hide."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from triage.models import OPEN, Issue, Role, Status


@dataclass(frozen=True, slots=True)
class Actor:
    """A person who acts: their role, where they work and which departments they lead."""

    member_id: int
    name: str
    role: Role
    department_ids: frozenset[int] = field(default_factory=frozenset)
    led_ids: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Verb:
    """What a verb asks for.

    `triagers`: listeners may (managers and administrators always may). `department`: whoever works in the issue's
    department may. `held`: a department must have it now. `words`: it needs a reason.
    """

    statuses: tuple[Status, ...]
    triagers: bool = False
    department: bool = False
    held: bool = False
    words: bool = False


TRIAGE, HANDED, ACCEPTED, WAITING = OPEN
RESOLVED, DISMISSED, MERGED = Status.RESOLVED, Status.DISMISSED, Status.MERGED
LISTENERS, DEPARTMENT, HELD, WORDS = {"triagers": True}, {"department": True}, {"held": True}, {"words": True}

# An issue stays in TRIAGE until it is both acknowledged and handed over, in either order; handed over but not yet
# acknowledged, the department already holds it and may accept it. The verb is also the `sort` of its Move.
VERBS: dict[str, Verb] = {
    #                    where the issue stands                        who                        and it needs
    "acknowledge": Verb((TRIAGE,),                                     **LISTENERS),
    "hand_over":   Verb((TRIAGE, HANDED, ACCEPTED),                    **LISTENERS),
    "accept":      Verb((TRIAGE, HANDED),                              **DEPARTMENT,              **HELD),
    "bounce":      Verb((TRIAGE, HANDED, ACCEPTED),                    **DEPARTMENT,              **HELD, **WORDS),
    "private":     Verb((*OPEN, RESOLVED),                             **LISTENERS, **DEPARTMENT),
    "pause":       Verb((ACCEPTED,),                                   **DEPARTMENT,              **WORDS),
    "resume":      Verb((WAITING,),                                    **DEPARTMENT),
    "resolve":     Verb((HANDED, ACCEPTED, WAITING),                   **DEPARTMENT),
    "dismiss":     Verb(OPEN,                                          **LISTENERS,               **WORDS),
    "reopen":      Verb((RESOLVED, DISMISSED),                         **LISTENERS, **DEPARTMENT, **WORDS),
    "merge":       Verb(OPEN,                                          **LISTENERS),
    "split":       Verb(OPEN,                                          **LISTENERS),
    "snooze":      Verb((TRIAGE, HANDED, ACCEPTED),                    **LISTENERS, **DEPARTMENT),
    "wake":        Verb((TRIAGE, HANDED, ACCEPTED),                    **LISTENERS, **DEPARTMENT),
    "link":        Verb((*OPEN, RESOLVED),                             **LISTENERS, **DEPARTMENT),
    "follow_up":   Verb((RESOLVED,),                                   **LISTENERS, **DEPARTMENT),
    "tell":        Verb((*OPEN, RESOLVED),                             **LISTENERS, **DEPARTMENT),
    "note":        Verb((*OPEN, RESOLVED, DISMISSED),                  **LISTENERS, **DEPARTMENT, **WORDS),
}  # fmt: skip

EVERYTHING = frozenset({Role.MANAGER, Role.ADMIN})
SEES_ALL = EVERYTHING | {Role.LISTENER}


def may_see(actor: Actor, issue: Issue) -> bool:
    """Say whether this person may know of the issue: owners see their departments', an outsider none."""
    if actor.role in SEES_ALL:
        return True
    return actor.role == Role.OWNER and issue.department_id in actor.department_ids


def may(actor: Actor, verb: str, issue: Issue) -> bool:
    """Say whether role and department let this person do it, wherever the issue stands."""
    if not may_see(actor, issue):
        return False
    if actor.role in EVERYTHING:
        return True
    asked = VERBS[verb]
    works_there = issue.department_id in actor.department_ids
    # whoever answers in public first may be the owner, once the department holds it
    acknowledges = verb == "acknowledge" and works_there and issue.held_at is not None
    return (asked.triagers and actor.role == Role.LISTENER) or (asked.department and works_there) or acknowledges


def fits(verb: str, issue: Issue) -> str | None:
    """Return why the verb does not fit where the issue stands, as a key; `None` if it fits."""
    asked = VERBS[verb]
    if issue.status not in asked.statuses:
        return "status"
    if asked.held and issue.held_at is None:
        return "not_handed_over"
    if verb == "acknowledge" and issue.acknowledged_at is not None:
        return "acknowledged"
    if verb == "accept" and issue.accepted_at is not None and issue.owner_id is not None:
        return "accepted"
    if verb == "wake" and issue.snoozed_until is None:
        return "awake"
    return None


def allowed(actor: Actor, issue: Issue) -> tuple[str, ...]:
    """Return the verbs this person may do to the issue now, in the order of the table: what a page offers."""
    return tuple(verb for verb in VERBS if may(actor, verb, issue) and fits(verb, issue) is None)


CRISIS_VERBS = ("assign", "instruct", "hold", "note", "stand_down")


def may_steer(actor: Actor, verb: str, duties: Iterable[int] = ()) -> bool:
    """Say whether somebody may do a verb in a crisis, or "declare" one; `duties` are the members with a role in it.

    Listeners, managers and administrators may all of it, an owner who was given a role all but declare.
    """
    return actor.role in SEES_ALL or (actor.role == Role.OWNER and verb != "declare" and actor.member_id in duties)
