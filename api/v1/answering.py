"""What helps to answer: empathy lines, the research card, likeness to the last replies, and the way back."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response, status
from pydantic import Field

from api.accounts import Scope
from api.dependencies import LEADERS, Database, Now, require
from api.v1.paging import Given, Shape, Stretch, example
from api.v1.problems import NOT_HERE
from api.v1.shapes import AUTHOR, CLOCK, Author, Clock, IssueState
from api.v1.versions import tag
from triage import empathy, find, models, people, rights, undo
from triage.find.research import research
from triage.refusals import NoSuch
from triage.replies import compared

router = APIRouter(tags=["answering"])
Insider = Annotated[people.Actor, Depends(require())]
Mover = Annotated[people.Actor, Depends(require(scope=Scope.TRIAGE))]
Leader = Annotated[people.Actor, Depends(require(*LEADERS, scope=Scope.ADMIN))]

_LINE = {
    "id": 4, "language": "en", "words": "{name}, I would be upset too. {department} has your words in front of them.",
    "kind": "complaint", "department_id": None, "position": 3, "enabled": True,
    "updated_at": "2026-11-21T12:00:00Z",
}  # fmt: skip
_ALIKE = {"count": 3, "most": 0.92, "personal": False}
_EARLIER = {
    "id": 17, "title": "The lid came broken", "language": "en", "status": "resolved",
    "opened_at": "2026-05-02T08:00:00Z", "closed_at": "2026-05-02T19:00:00Z", "clock": CLOCK,
    "outcome": {"refund": "given"}, "department": "Care",
}  # fmt: skip
_SOLVED = {
    "id": 21, "title": "Lid broken on arrival", "language": "en", "by": "Cara", "took": 21600.0,
    "said": "A new lid is on its way to you.", "outcome": {"refund": "solved_without", "customer": "stays"},
}  # fmt: skip
_RESEARCH = {
    "author": AUTHOR, "person": None, "handles": [AUTHOR], "running_count": 0, "ended_count": 1, "running": [],
    "ended": [_EARLIER], "stance": "between", "solved": [_SOLVED],
}  # fmt: skip


class Line(Shape):
    """A first sentence people begin from, in one language. `kind` and `department_id` say whom it is for; null is all.

    `{name}`, `{department}` and `{hours}` are filled when it is offered.
    """

    model_config = example(_LINE)

    id: int
    language: str
    words: str
    kind: str | None
    department_id: int | None
    position: int
    enabled: bool
    updated_at: datetime


class NewLine(Given):
    """A line to keep."""

    language: str = Field(examples=["en"])
    words: str = Field(max_length=empathy.LONGEST, examples=["I am sorry, {name}. {department} takes it over now."])
    kind: str | None = Field(default=None, examples=["complaint"])
    department_id: int | None = Field(default=None, examples=[1])


class LineChanges(Given):
    """What to change; what is left out stays. `position` is its place among the lines of its language, from 0."""

    language: str | None = Field(default=None, examples=["en"])
    words: str | None = Field(default=None, max_length=empathy.LONGEST)
    kind: str | None = None
    department_id: int | None = None
    enabled: bool | None = Field(default=None, examples=[False])
    position: int | None = Field(default=None, ge=0, le=10_000, examples=[0])


class Reply(Given):
    """A reply that is being written."""

    words: str = Field(max_length=10_000, examples=["I am sorry, Reza. We look into it now."])


class Likeness(Shape):
    """How many of your last ten replies it reads like, and which part of it the likest one said too (0…1)."""

    model_config = example(_ALIKE)

    count: int
    most: float
    personal: bool


class Earlier(Shape):
    """Another issue of the same person, with the last promise they were given in it."""

    id: int
    title: str
    language: str
    status: str
    opened_at: datetime
    closed_at: datetime | None
    clock: Clock
    outcome: dict[str, Any]
    department: str


class Solved(Shape):
    """A matter like this one that was resolved. `took` is in seconds, `said` what its author was told last."""

    id: int
    title: str
    language: str
    by: str
    took: float | None
    said: str
    outcome: dict[str, Any]


class Research(Shape):
    """What to know before answering. `stance` is how the person stands to the issue's first topic, null unless known.

    `running` and `ended` have the newest of their other issues, the counts have all you may see.
    """

    model_config = example(_RESEARCH)

    author: Author | None
    person: str | None = Field(description="The name of the person, where a human joined several authors to one.")
    handles: list[Author]
    running_count: int
    ended_count: int
    running: list[Earlier]
    ended: list[Earlier]
    stance: str | None
    solved: list[Solved]


class TakeBack(Given):
    """Which move is taken back."""

    move_id: int = Field(ge=1, examples=[902])


@router.get("/empathy-lines", summary="List empathy lines")
def index(
    session: Database, acting: Insider, language: Annotated[str | None, Query(max_length=8, examples=["fa"])] = None
) -> Stretch[Line]:
    """List the lines in their order, those that are put away too. There are few, so they come at once."""
    return Stretch[Line](items=[Line.model_validate(one) for one in empathy.every(session, language)])


@router.post("/empathy-lines", summary="Add an empathy line", status_code=status.HTTP_201_CREATED)
def create(session: Database, acting: Leader, now: Now, body: NewLine) -> Line:
    """Keep a line, last of its language."""
    return Line.model_validate(empathy.add(session, **body.model_dump(), by=acting, now=now))


@router.patch("/empathy-lines/{line_id}", summary="Change an empathy line", responses=NOT_HERE)
def change(session: Database, acting: Leader, now: Now, line_id: int, body: LineChanges) -> Line:
    """Rewrite a line, move it in its order, put it away or offer it again."""
    given = body.model_dump(exclude_unset=True)
    values = {name: value for name, value in given.items() if value is not None or name in ("kind", "department_id")}
    return Line.model_validate(empathy.change(session, line_id, **values, by=acting, now=now))


@router.delete(
    "/empathy-lines/{line_id}", summary="Delete an empathy line", status_code=status.HTTP_204_NO_CONTENT,
    responses=NOT_HERE,
)  # fmt: skip
def remove(session: Database, acting: Leader, now: Now, line_id: int) -> None:
    """Let a line go. What was said with it stays said."""
    empathy.delete(session, line_id, by=acting, now=now)


@router.post("/issues/{issue_id}/alike", summary="Compare a reply with your last ones", responses=NOT_HERE)
def compare(session: Database, acting: Insider, now: Now, issue_id: int, body: Reply) -> Likeness:
    """Say whether a reply reads like your last ten public ones, whatever the name. Nothing is kept."""
    find.issue(session, acting, issue_id, now)
    issue = session.get_one(models.Issue, issue_id)
    return Likeness.model_validate(compared(session, issue, body.words, acting.member_id))


@router.get("/issues/{issue_id}/research", summary="Read what is known before answering", responses=NOT_HERE)
def read(session: Database, acting: Insider, now: Now, issue_id: int) -> Research:
    """Read who wrote it, what they were promised before, and how matters like it were solved."""
    found = research(session, acting, find.issue(session, acting, issue_id, now), now)
    return Research(
        author=Author.model_validate(found.author) if found.author else None,
        person=found.person.name if found.person else None,
        handles=[Author.model_validate(one) for one in found.handles],
        running_count=found.running_count,
        ended_count=found.ended_count,
        running=[Earlier.model_validate(one) for one in found.running],
        ended=[Earlier.model_validate(one) for one in found.ended],
        stance=found.standing.stance if found.standing else None,
        solved=[
            Solved(
                id=one.id, title=one.title, language=one.language, by=one.by,
                took=one.took.total_seconds() if one.took else None, said=one.said, outcome=dict(one.outcome),
            )
            for one in found.solved
        ],
    )  # fmt: skip


@router.post("/issues/{issue_id}/undo", summary="Take a move back", responses=NOT_HERE)
def take_back(
    session: Database, acting: Mover, now: Now, answer: Response, issue_id: int, body: TakeBack
) -> IssueState:
    """Take back the last move of an issue within a minute, with what was done as one act with it.

    Its columns get their values back, its ledger lines are taken back by lines of their own, and notices nobody has
    seen are withdrawn. Whoever made it may, and managers and administrators. A 409 says why it stays.
    """
    move = session.get(models.Move, body.move_id)
    if move is None or move.issue_id != issue_id:
        raise NoSuch("move", body.move_id)
    issue = undo.undo(session, body.move_id, by=acting, now=now)
    tag(answer, issue.version)
    allowed = rights.allowed(acting, issue)
    return IssueState.model_validate(issue).model_copy(update={"allowed": allowed})
