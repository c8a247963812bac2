"""Crises: declared by the house or a person, gathered into one issue, stood down with a note."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response, status
from pydantic import Field

from api.accounts import Scope
from api.dependencies import HEARERS, Database, Now, require
from api.v1.paging import Cursor, Given, Limit, Shape, Stretch, example, number, seal
from api.v1.problems import NOT_HERE, STALE
from api.v1.shapes import CARD, IssueCard, Name
from api.v1.versions import IfMatch, seen_version, tag
from triage import models, people, steering
from triage.find import crises
from triage.find.crises import CrisisLine, CrisisView

router = APIRouter(prefix="/crises", tags=["crises"])
Insider = Annotated[people.Actor, Depends(require())]
Mover = Annotated[people.Actor, Depends(require(scope=Scope.TRIAGE))]
Declarer = Annotated[people.Actor, Depends(require(*HEARERS, scope=Scope.TRIAGE))]

LONGEST = 10_000
Words = Annotated[str, Field(max_length=LONGEST)]
Role = Literal["lead", "speaker", "approver", "scribe"]

LINE = {
    "id": 3, "version": 4, "topic_id": 1, "topic": "Nimbo", "spike_id": 5, "issue_id": 41,
    "opened_at": "2026-11-21T07:20:00Z", "opened_by": None,
    "reason": {
        "signs": ["rise", "sources", "surge"], "since": "2026-11-21T06:30:00Z", "score": 9.4, "observed": 240.0,
        "typical": 31.0, "posts": 212, "negative": 0.62, "usual": 0.18, "places": ["mastodon", "rss:3"],
        "influencers": [],
    },
    "instruction": "Say nothing about the cause until Petra confirms.",
    "holding": "We hear you. We are looking into it and will say more at 12:00.", "stood_down_at": None,
    "stood_down_by": None, "note": "", "is_demo": False,
}  # fmt: skip
_MOVE = {
    "id": 12, "sort": "instructed", "at": "2026-11-21T07:41:00Z", "by": {"id": 5, "name": "Max"},
    "words": "Say nothing about the cause until Petra confirms.", "data": {"version": 3},
}  # fmt: skip


class Crisis(Shape):
    """One crisis. `opened_by` is null where the alarm declared it, and `reason` says why; `instruction` is on every
    page while it stands; `holding` may be said in public, by a person."""

    model_config = example(LINE)

    id: int
    version: int
    topic_id: int
    topic: str
    spike_id: int | None
    issue_id: int | None = Field(description="The one issue that gathers its mentions.")
    opened_at: datetime
    opened_by: Name | None
    reason: dict[str, Any]
    instruction: str
    holding: str
    stood_down_at: datetime | None
    stood_down_by: Name | None
    note: str
    is_demo: bool


class CrisisMove(Shape):
    """One move: declared, gathered, assigned, instructed, holding, noted, grew, stood_down. `by` is null where
    Hearback did it."""

    model_config = example(_MOVE)

    id: int
    sort: str
    at: datetime
    by: Name | None
    words: str
    data: dict[str, Any]


class CrisisWhole(Crisis):
    """One crisis with its people, its issues and its record. `allowed` are the moves you may do now."""

    model_config = example(
        LINE
        | {"roles": {"lead": {"id": 5, "name": "Max"}}, "issue": CARD, "linked": [], "moves": [_MOVE],
           "allowed": ["assign", "instruct", "hold", "note", "stand_down"]}
    )  # fmt: skip

    roles: dict[str, Name]
    issue: IssueCard | None = Field(description="Null where there is none, or it is not for you to see.")
    linked: list[IssueCard] = Field(description="Issues of it that people hold already: named, never taken.")
    moves: list[CrisisMove]
    allowed: list[str]


class Declaration(Given):
    """A crisis to declare by hand."""

    topic_id: int = Field(examples=[1])
    spike_id: int | None = Field(default=None, description="The incident it is about, if there is one.", examples=[5])
    words: Words = Field(default="", description="Why.")


class Step(Given):
    """A move that names the version it was decided on."""

    seen: int | None = Field(
        default=None, ge=1, description="The version you saw, instead of `If-Match`.", examples=[4]
    )


class Assignment(Step):
    """Who has a role; null takes it back."""

    role: Role = Field(examples=["speaker"])
    member_id: int | None = Field(examples=[3])


class Line(Step):
    """One line for every page; empty takes it away."""

    words: Annotated[str, Field(max_length=steering.LONGEST_LINE)] = Field(
        examples=["Say nothing about the cause until Petra confirms."]
    )


class Statement(Step):
    """What may be said in public. Nothing is sent: a person says it."""

    words: Words = Field(examples=["We hear you. We are looking into it and will say more at 12:00."])


class Remark(Given):
    """A line for the record; it needs no version."""

    words: Words = Field(examples=["The press called at ten."])


class Ending(Step):
    """What it was, and what was learnt. It cannot be empty."""

    words: Words = Field(examples=["The update was taken back; everybody who asked has an answer."])


@router.get("", summary="List crises")
def index(
    session: Database,
    acting: Insider,
    topic_id: int | None = None,
    is_open: Annotated[bool | None, Query(description="Those that stand, or those that are over.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Stretch[Crisis]:
    """List crises, newest first."""
    found, following = crises.crises(session, is_open=is_open, topic_id=topic_id, cursor=number(cursor), limit=limit)
    return Stretch[Crisis](
        items=[Crisis.model_validate(line(one)) for one in found],
        next=seal(following) if following is not None else None,
    )


@router.post("", summary="Declare a crisis", status_code=status.HTTP_201_CREATED, responses=NOT_HERE | STALE)
def declare(session: Database, acting: Declarer, now: Now, answer: Response, body: Declaration) -> CrisisWhole:
    """Declare a crisis of a topic. Its mentions are gathered into one issue within a minute."""
    made = steering.declare(session, body.topic_id, by=acting, now=now, words=body.words, spike_id=body.spike_id)
    return _told(session, acting, now, answer, made)


@router.get("/{crisis_id}", summary="Read a crisis", responses=NOT_HERE)
def read(session: Database, acting: Insider, now: Now, answer: Response, crisis_id: int) -> CrisisWhole:
    """Read one crisis with its record; its version is the ETag."""
    found = crises.crisis(session, acting, crisis_id, now)
    tag(answer, found.crisis.version)
    return _whole(found)


class Turn:
    """One move of one person: who, when, in which crisis, and the version they saw."""

    def __init__(
        self, session: Database, acting: Mover, now: Now, answer: Response, crisis_id: int, if_match: IfMatch = None
    ) -> None:
        self.session, self.crisis_id, self.acting, self.now, self.answer = session, crisis_id, acting, now, answer
        self._if_match = if_match

    def taken(self, body: Step) -> dict[str, Any]:
        """Return what every verb asks for."""
        return {"by": self.acting, "seen": seen_version(self._if_match, body.seen), "now": self.now}

    def told(self, crisis: models.Crisis) -> CrisisWhole:
        """Answer with the crisis as it stands now, and its new version."""
        return _told(self.session, self.acting, self.now, self.answer, crisis)


Taken = Annotated[Turn, Depends()]
MOVED = NOT_HERE | STALE


@router.post("/{crisis_id}/assign", summary="Give a role", responses=MOVED)
def assign(turn: Taken, body: Assignment) -> CrisisWhole:
    """Give a role to somebody, or take it back. They are told, and may act in the crisis."""
    taken = turn.taken(body)
    return turn.told(steering.assign(turn.session, turn.crisis_id, body.role, body.member_id, **taken))


@router.post("/{crisis_id}/instruct", summary="Set the line on every page", responses=MOVED)
def instruct(turn: Taken, body: Line) -> CrisisWhole:
    """Say to everybody here, on every page, what to do or to leave."""
    return turn.told(steering.instruct(turn.session, turn.crisis_id, body.words, **turn.taken(body)))


@router.post("/{crisis_id}/hold", summary="Write the holding statement", responses=MOVED)
def hold(turn: Taken, body: Statement) -> CrisisWhole:
    """Keep what may be said in public until more is known. Nothing is sent: a person says it."""
    return turn.told(steering.hold(turn.session, turn.crisis_id, body.words, **turn.taken(body)))


@router.post("/{crisis_id}/note", summary="Add to the record", status_code=status.HTTP_201_CREATED, responses=NOT_HERE)
def note(turn: Taken, body: Remark) -> CrisisWhole:
    """Add a line to the record, also when the crisis is over."""
    return turn.told(steering.note(turn.session, turn.crisis_id, body.words, by=turn.acting, now=turn.now))


@router.post("/{crisis_id}/stand-down", summary="Stand down", responses=MOVED)
def stand_down(turn: Taken, body: Ending) -> CrisisWhole:
    """End the crisis with a note. Its issue stays open until it is resolved."""
    return turn.told(steering.stand_down(turn.session, turn.crisis_id, body.words, **turn.taken(body)))


def _told(
    session: Database, acting: people.Actor, now: datetime, answer: Response, crisis: models.Crisis
) -> CrisisWhole:
    tag(answer, crisis.version)
    return _whole(crises.crisis(session, acting, crisis.id, now))


def line(one: CrisisLine) -> dict[str, Any]:
    """Return what the answer of one crisis in a list is made of."""
    return _of(one.crisis, one.topic) | {"opened_by": one.opened_by, "stood_down_by": one.stood_down_by}


def _whole(found: CrisisView) -> CrisisWhole:
    return CrisisWhole.model_validate(
        _of(found.crisis, found.topic.name)
        | {"opened_by": found.opened_by, "stood_down_by": found.stood_down_by, "roles": found.duties,
           "issue": found.issue, "linked": found.linked, "moves": found.moves, "allowed": found.verbs},
        from_attributes=True,
    )  # fmt: skip


def _of(crisis: models.Crisis, topic: str) -> dict[str, Any]:
    names = set(Crisis.model_fields) - {"topic", "opened_by", "stood_down_by"}
    return {name: getattr(crisis, name) for name in names} | {"topic": topic}
