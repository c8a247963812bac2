"""The work: one or many mentions of one matter, with its two promises."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import AwareDatetime

from api.dependencies import Database, Now, require
from api.v1.paging import Cursor, Limit, Shape, Stretch, example
from api.v1.problems import NOT_HERE
from api.v1.shapes import CARD, MENTION, DepartmentName, IssueCard, Mention, Name
from api.v1.versions import tag
from triage import find, people

router = APIRouter(prefix="/issues", tags=["issues"])
Insider = Annotated[people.Actor, Depends(require())]

_MOVE = {
    "id": 101, "sort": "acknowledge", "from_status": "triage", "to_status": "triage", "version": 2,
    "by": {"id": 4, "name": "Lina"}, "at": "2026-11-21T11:50:00Z", "words": "I am sorry, Reza. We look into it now.",
    "data": {},
}  # fmt: skip
_STEP = {
    "step": "is_broken", "fact": "product_words", "value": ["lid"], "test": "found", "wanted": None, "answer": "yes",
    "title": {"en": "Do they speak of a part?"},
}  # fmt: skip


class Lane(Shape):
    """A lane and how many issues open behind it. `alarm` where somebody must look now."""

    model_config = example({"key": "nobody", "count": 2, "alarm": True, "department": None})

    key: str
    count: int
    alarm: bool
    department: DepartmentName | None


class Move(Shape):
    """One thing somebody did; `by` is null where the house did it. Notes you may not read are not in the list."""

    model_config = example(_MOVE)

    id: int
    sort: str
    from_status: str | None
    to_status: str
    version: int
    by: Name | None
    at: datetime
    words: str
    data: dict[str, Any]


class LedgerLine(Shape):
    """One event of a promise. Every number of the promises is derived from these."""

    id: int
    promise: str
    event: str
    at: datetime
    due: datetime | None
    department: DepartmentName | None
    move_id: int | None
    why: dict[str, Any]


class PathStep(Shape):
    """One question as the chart asked it."""

    model_config = example(_STEP)

    step: str
    fact: str
    value: Any
    test: str
    wanted: Any
    answer: str
    title: dict[str, str]


class Verdict(Shape):
    """What an edition of the chart said of the first mention, and the path it walked."""

    id: int
    mention_id: int
    chart_version: int
    outcome: str
    department: DepartmentName | None
    path: list[PathStep]
    end: str
    end_title: dict[str, str]
    trouble: str | None
    rule: str | None
    facts: dict[str, Any]
    joined_by: str
    issue_id: int | None
    at: datetime


class Link(Shape):
    """Another issue this one hangs on."""

    id: int
    title: str
    status: str
    opened_at: datetime


class Reason(Shape):
    """One line of "why this deadline"; `key` names the sentence, the last line is the sum."""

    key: str
    data: dict[str, Any]


class Issue(Shape):
    """One issue, whole, as you may see it. `verbs` are the moves you may do now."""

    model_config = example(
        {
            "card": CARD,
            "mentions": [MENTION],
            "thread": [MENTION],
            "moves": [_MOVE],
            "ledger": [],
            "reasons": {},
            "verdict": None,
            "verbs": ["acknowledge", "hand_over", "note"],
            "policy_id": 1,
            "paused_until": None,
            "outcome": {},
            "acknowledged_by": None,
            "follows": None,
            "followed_by": [],
            "merged_into": None,
            "merged": [],
            "alike": [],
            "earlier": [],
        }
    )

    card: IssueCard
    mentions: list[Mention]
    thread: list[Mention]
    moves: list[Move]
    ledger: list[LedgerLine]
    reasons: dict[str, list[Reason]]
    verdict: Verdict | None
    verbs: list[str]
    policy_id: int
    paused_until: datetime | None
    outcome: dict[str, Any]
    acknowledged_by: Name | None
    follows: Link | None
    followed_by: list[Link]
    merged_into: Link | None
    merged: list[Link]
    alike: list[Link]
    earlier: list[Link]


class Queue(Stretch[IssueCard]):
    """A stretch of a lane, and the size of the whole lane by horizon.

    Where `at_least`, older issues were left unread, and `total` is what was found on the way.
    """

    model_config = example({"items": [CARD], "next": None, "total": 1, "at_least": False, "horizons": {"today": 1}})

    total: int
    at_least: bool
    horizons: dict[str, int]


class Wanted:
    """What a list of issues is narrowed by; what is left out narrows nothing."""

    def __init__(
        self,
        words: Annotated[str, Query(max_length=500, description="Looked for in every mention of an issue.")] = "",
        status: Literal["triage", "handed", "accepted", "waiting", "resolved", "dismissed", "merged"] | None = None,
        kind: Annotated[str | None, Query(examples=["complaint"])] = None,
        mood: Literal["negative", "neutral", "positive", "unsure"] | None = None,
        source: Annotated[str | None, Query(examples=["mastodon"])] = None,
        language: Annotated[str | None, Query(examples=["fa"])] = None,
        topic_id: int | None = None,
        department_id: int | None = None,
        owner_id: int | None = None,
        author_id: int | None = None,
        late_found: bool | None = None,
        broken: Annotated[bool | None, Query(description="Either promise.")] = None,
        opened_from: AwareDatetime | None = None,
        opened_to: Annotated[AwareDatetime | None, Query(description="Not included.")] = None,
    ) -> None:
        self.filters = find.Filters(
            words=words, status=status, kind=kind, mood=mood, source=source, language=language, topic_id=topic_id,
            department_id=department_id, owner_id=owner_id, author_id=author_id, late_found=late_found, broken=broken,
            opened_from=opened_from, opened_to=opened_to,
        )  # fmt: skip


@router.get("", summary="List issues")
def index(
    session: Database,
    acting: Insider,
    now: Now,
    wanted: Annotated[Wanted, Depends()],
    lane: Annotated[
        str,
        Query(
            max_length=80,
            description="crisis, triage, late, unsure, nobody, mine, waiting, snoozed, department:KEY (least time left "
            "first); closed, all (newest first).",
            examples=["triage"],
        ),
    ] = find.EVERYTHING,
    cursor: Cursor = None,
    limit: Limit = 50,
    timezone: Annotated[str, Query(max_length=64, description='The zone of "later today".')] = "UTC",
) -> Queue:
    """List the issues you may see: a lane, narrowed by what you ask."""
    page = find.queue(session, acting, lane, wanted.filters, cursor, now, limit=limit, timezone=timezone)
    return Queue(
        items=[IssueCard.model_validate(card) for card in page.cards],
        next=page.cursor,
        total=page.total,
        at_least=page.at_least,
        horizons={str(name): count for name, count in page.horizons.items()},
    )


@router.get("/lanes", summary="Count the lanes")
def lanes(session: Database, acting: Insider) -> Stretch[Lane]:
    """Count the lanes you work with and what is open behind each."""
    return Stretch[Lane](items=[Lane.model_validate(lane) for lane in find.lanes(session, acting)])


@router.get("/{issue_id}", summary="Read an issue", responses=NOT_HERE)
def read(
    session: Database,
    acting: Insider,
    now: Now,
    answer: Response,
    issue_id: int,
    timezone: Annotated[str, Query(max_length=64)] = "UTC",
) -> Issue:
    """Read one issue whole. Its version is the `ETag`, which the next move names in `If-Match`."""
    view = find.issue(session, acting, issue_id, now, timezone=timezone)
    tag(answer, view.card.version)
    return Issue.model_validate(view)
