"""What people do to an issue: one address a verb, each with the version it was decided on."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response, status
from pydantic import AwareDatetime, Field

from api.accounts import Scope
from api.dependencies import Database, Now, require
from api.v1.paging import Given
from api.v1.problems import NOT_HERE, STALE
from api.v1.shapes import IssueState
from api.v1.versions import IfMatch, seen_version, tag
from triage import drafts, merging, models, move, people, privately, rights

router = APIRouter(prefix="/issues/{issue_id}", tags=["moves"], responses=NOT_HERE | STALE)
Mover = Annotated[people.Actor, Depends(require(scope=Scope.TRIAGE))]

LONGEST = 10_000
Words = Annotated[str, Field(max_length=LONGEST)]


class Plain(Given):
    """A move that needs no more than the version it was decided on."""

    seen: int | None = Field(
        default=None, ge=1, description="The version you saw, instead of `If-Match`.", examples=[7]
    )
    words: Words = Field(default="", description="What you want to say with it.")


class Reasoned(Given):
    """A move that needs a reason."""

    seen: int | None = Field(
        default=None, ge=1, description="The version you saw, instead of `If-Match`.", examples=[7]
    )
    words: Words = Field(default="", description="Why. It cannot be empty.", examples=["The order number is missing."])


class Acknowledgement(Plain):
    """That the author was told they are heard."""

    words: Words = Field(
        default="", description="What was said to the author.", examples=["I am sorry, Reza. We look into it now."]
    )
    line_id: int | None = Field(default=None, description="The empathy line it began from.", examples=[4])


class HandOver(Plain):
    """Whose it becomes."""

    department_id: int = Field(examples=[2])
    owner_id: int | None = Field(default=None, description="One person in it; null leaves it to the department.")


class Private(Plain):
    """One step into private, or back: a line in public, the invitation, where it goes on, the word at its end."""

    step: privately.StepKey = Field(default="channel", description="line, invitation, channel or closed.")
    channel: str = Field(default="", max_length=80, examples=["message"], description="Where; the channel needs it.")
    reference: str = Field(default="", max_length=120, description="Which talk it is.", examples=["CARE-1204"])


class Pause(Reasoned):
    """Until when we wait for the author, at most."""

    until: AwareDatetime = Field(examples=["2026-11-22T18:00:00Z"])


class Resolution(Plain):
    """How it ended."""

    outcome: dict[str, Any] = Field(
        default={}, description="refund, customer, afterwards, …", examples=[{"refund": "given", "customer": "stays"}]
    )


class Note(Given):
    """Words for us alone. A note makes nobody's page stale, so it needs no version."""

    words: Words = Field(description="Seen by this department, listeners and managers.", examples=["She called too."])


class Merge(Plain):
    """Which issue it goes into."""

    into_id: int = Field(examples=[38])


class Split(Plain):
    """Which mentions leave."""

    mention_ids: list[int] = Field(min_length=1, max_length=500, examples=[[515]])


class Turn:
    """One move of one person: who, when, on which issue, and the version they saw."""

    def __init__(
        self, session: Database, acting: Mover, now: Now, answer: Response, issue_id: int, if_match: IfMatch = None
    ) -> None:
        self.session, self.issue_id = session, issue_id
        self._acting, self._now, self._answer, self._if_match = acting, now, answer, if_match

    def taken(self, body: Plain | Reasoned) -> dict[str, Any]:
        """Return what every verb asks for."""
        seen = seen_version(self._if_match, body.seen)
        return {"by": self._acting, "seen": seen, "now": self._now, "words": body.words}

    def noted(self, body: Note) -> dict[str, Any]:
        """Return what a note asks for, which needs no version."""
        return {"by": self._acting, "now": self._now, "words": body.words}

    def told(self, issue: models.Issue) -> IssueState:
        """Answer with where the issue stands now, and its new version."""
        tag(self._answer, issue.version)
        allowed = rights.allowed(self._acting, issue)
        return IssueState.model_validate(issue).model_copy(update={"allowed": allowed})


Taken = Annotated[Turn, Depends()]


@router.post("/acknowledge", summary="Acknowledge")
def acknowledge(turn: Taken, body: Acknowledgement) -> IssueState:
    """Write down that the author was told they are heard. Nothing is sent in public: a person did that."""
    taken = turn.taken(body)
    moved = move.acknowledge(turn.session, turn.issue_id, line_id=body.line_id, **taken)
    drafts.drop(turn.session, taken["by"].member_id, turn.issue_id)  # it was sent
    return turn.told(moved)


@router.post("/hand-over", summary="Hand over")
def hand_over(turn: Taken, body: HandOver) -> IssueState:
    """Give it to a department, or to one person in it. The first time starts the resolution promise."""
    taken = turn.taken(body)
    return turn.told(move.hand_over(turn.session, turn.issue_id, body.department_id, body.owner_id, **taken))


@router.post("/accept", summary="Accept")
def accept(turn: Taken, body: Plain) -> IssueState:
    """Take it over: you own it."""
    return turn.told(move.accept(turn.session, turn.issue_id, **turn.taken(body)))


@router.post("/bounce", summary="Bounce")
def bounce(turn: Taken, body: Reasoned) -> IssueState:
    """Hand it back with a reason. No clock is reset."""
    return turn.told(move.bounce(turn.session, turn.issue_id, **turn.taken(body)))


@router.post("/note", summary="Note", status_code=status.HTTP_201_CREATED)
def note(turn: Taken, body: Note) -> IssueState:
    """Write a private note."""
    return turn.told(move.note(turn.session, turn.issue_id, **turn.noted(body)))


@router.post("/private", summary="Move to a private channel")
def private(turn: Taken, body: Private) -> IssueState:
    """Write down one step into private, or back in public; from the channel on it is in private."""
    taken = turn.taken(body) | {"channel": body.channel, "reference": body.reference}
    return turn.told(privately.take(turn.session, turn.issue_id, body.step, **taken))


@router.post("/pause", summary="Pause")
def pause(turn: Taken, body: Pause) -> IssueState:
    """Stop the resolution clock while we wait for the author, no longer than the policy allows."""
    return turn.told(move.pause(turn.session, turn.issue_id, body.until, **turn.taken(body)))


@router.post("/resume", summary="Resume")
def resume(turn: Taken, body: Plain) -> IssueState:
    """Let the resolution clock run again."""
    return turn.told(move.resume(turn.session, turn.issue_id, **turn.taken(body)))


@router.post("/resolve", summary="Resolve")
def resolve(turn: Taken, body: Resolution) -> IssueState:
    """Close it as solved, and say how it ended."""
    return turn.told(move.resolve(turn.session, turn.issue_id, body.outcome, **turn.taken(body)))


@router.post("/dismiss", summary="Dismiss")
def dismiss(turn: Taken, body: Reasoned) -> IssueState:
    """Close it because nobody has to answer, with a reason."""
    return turn.told(move.dismiss(turn.session, turn.issue_id, **turn.taken(body)))


@router.post("/reopen", summary="Reopen")
def reopen(turn: Taken, body: Reasoned) -> IssueState:
    """Open it again inside the policy's window. The old promises run on."""
    return turn.told(move.reopen(turn.session, turn.issue_id, **turn.taken(body)))


@router.post("/merge", summary="Merge")
def merge(turn: Taken, body: Merge) -> IssueState:
    """Let it go into another issue. The oldest clock wins. `part` undoes it."""
    return turn.told(move.merge(turn.session, turn.issue_id, body.into_id, **turn.taken(body)))


@router.post("/part", summary="Part again")
def part(turn: Taken, body: Plain) -> IssueState:
    """Take a merge back while its mentions are still together: the issue that went in comes back as it was."""
    return turn.told(merging.part(turn.session, turn.issue_id, **turn.taken(body)))


@router.post("/split", summary="Split")
def split(turn: Taken, body: Split) -> IssueState:
    """Take mentions out into an issue of their own, with the clock of their own posts."""
    return turn.told(move.split(turn.session, turn.issue_id, body.mention_ids, **turn.taken(body)))
