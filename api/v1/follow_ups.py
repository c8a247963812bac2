"""The word owed to an author the day after, and everybody else who reported it told."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, status
from pydantic import Field

from api.accounts import Scope
from api.dependencies import Database, Now, require
from api.v1.paging import Cursor, Given, Instant, Limit, Shape, Stretch, cut, example, unseal
from api.v1.problems import NOT_HERE
from api.v1.shapes import DepartmentName, Name
from triage import afterwards, find, people
from triage.find import follow_ups
from triage.find.follow_ups import Place, When, Whose, place
from triage.find.reporters import reporters
from triage.refusals import BadInput, NoSuch
from triage.turn import load

router = APIRouter(tags=["follow_ups"])
Insider = Annotated[people.Actor, Depends(require())]
Mover = Annotated[people.Actor, Depends(require(scope=Scope.TRIAGE))]

_OWED = {
    "id": 5, "issue_id": 41, "title": "The kettle arrived without its lid.", "due_at": "2026-11-23T09:00:00Z",
    "words": "Ask whether the new lid fits.", "created_at": "2026-11-22T14:00:00Z",
    "resolved_at": "2026-11-22T14:00:00Z",
    "member": {"id": 4, "name": "Cara"}, "by": {"id": 4, "name": "Cara"},
    "department": {"id": 1, "key": "care", "name": "Care"}, "author_id": 9, "author": "Reza", "source": "mastodon",
    "language": "en", "url": "https://social.example/@reza/1", "done_at": None, "done_by": None, "ended": None,
    "said": "",
}  # fmt: skip
_REPORTER = {
    "author_id": 9, "author": "Reza", "handle": "reza@social.example", "source": "mastodon", "mention_id": 512,
    "text": "The kettle arrived without its lid. Anybody there?", "language": "en",
    "url": "https://social.example/@reza/1", "posted_at": "2026-11-21T09:12:00Z", "posts": 1, "issue_id": 41,
    "told_at": None, "told_by": None, "words": "",
}  # fmt: skip
WORDS = 10_000


class FollowUp(Shape):
    """One word owed to the author of a resolved issue. `ended` is "done" or "left" once it is over."""

    model_config = example(_OWED)

    id: int
    issue_id: int
    title: str
    due_at: datetime
    words: str
    created_at: datetime
    resolved_at: datetime | None
    member: Name | None
    by: Name | None
    department: DepartmentName | None
    author_id: int | None
    author: str
    source: str
    language: str
    url: str | None
    done_at: datetime | None
    done_by: Name | None
    ended: str | None
    said: str


class Promise(Given):
    """When the word is owed, and by whom."""

    due_at: Instant = Field(examples=["2026-11-23T09:00:00Z"], description="Still to come, within a year.")
    member_id: int | None = Field(default=None, description="Null is you.")
    words: str = Field(default="", max_length=WORDS, examples=["Ask whether the new lid fits."])


class End(Given):
    """How it ended."""

    ended: Literal["done", "left"] = Field(examples=["done"])
    said: str = Field(
        default="", max_length=WORDS, description="What was said; why, where it was left.", examples=["The lid fits."]
    )


class Reporter(Shape):
    """One author who reported it, with their latest post; `issue_id` is another issue for one alike."""

    model_config = example(_REPORTER)

    author_id: int
    author: str
    handle: str
    source: str
    mention_id: int
    text: str
    language: str
    url: str | None
    posted_at: datetime
    posts: int
    issue_id: int
    told_at: datetime | None
    told_by: Name | None
    words: str


class Tick(Given):
    """That somebody was told, or was not after all."""

    told: bool = True
    words: str = Field(default="", max_length=WORDS, description="What was said.", examples=["It is solved now."])


@router.get("/follow-ups", summary="List follow-ups")
def index(
    session: Database,
    acting: Insider,
    now: Now,
    when: Annotated[When, Query(description="due, coming, or ended.")] = "due",
    whose: Annotated[Whose, Query(description="Yours, or all you may see.")] = "mine",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Stretch[FollowUp]:
    """List the words owed to authors, the longest owed first; those that ended, the latest first."""
    rows = find.owed(session, acting, now, when=when, whose=whose, after=timed(cursor), limit=limit + 1)
    kept, following = cut(rows, limit, place)
    return Stretch[FollowUp](items=[FollowUp.model_validate(row) for row in kept], next=following)


@router.get("/issues/{issue_id}/follow-ups", summary="List the follow-ups of an issue", responses=NOT_HERE)
def of_issue(session: Database, acting: Insider, now: Now, issue_id: int) -> Stretch[FollowUp]:
    """List the words owed for one issue: the one that stands and those that ended."""
    seen = find.issue(session, acting, issue_id, now)
    rows = find.words_of(session, seen.card.id)
    return Stretch[FollowUp](items=[FollowUp.model_validate(row) for row in rows])


@router.post(
    "/issues/{issue_id}/follow-ups",
    summary="Owe a word",
    responses=NOT_HERE,
    status_code=status.HTTP_201_CREATED,
)
def owe(session: Database, acting: Mover, now: Now, issue_id: int, body: Promise) -> FollowUp:
    """Owe the author of a resolved issue a word. An issue owes one at a time: a second replaces the first."""
    made = afterwards.promise_word(
        session, load(session, issue_id), due_at=body.due_at, member_id=body.member_id, words=body.words, by=acting,
        now=now,
    )  # fmt: skip
    return _shown(session, made.issue_id, made.id)


@router.post("/follow-ups/{follow_up_id}/end", summary="End a follow-up", responses=NOT_HERE)
def end(session: Database, acting: Mover, now: Now, follow_up_id: int, body: End) -> FollowUp:
    """Say that it was done, or left for a reason."""
    ended = afterwards.end(session, follow_up_id, body.ended, body.said, by=acting, now=now)
    return _shown(session, ended.issue_id, ended.id)


@router.get("/issues/{issue_id}/reporters", summary="List who reported an issue", responses=NOT_HERE)
def who(session: Database, acting: Insider, issue_id: int) -> Stretch[Reporter]:
    """List everybody who reported it, here and in issues alike, at most 500; who waits to be told comes first."""
    found = reporters(session, acting, issue_id)
    return Stretch[Reporter](items=[Reporter.model_validate(one) for one in found])


@router.post("/issues/{issue_id}/reporters/{author_id}/told", summary="Tick a reporter off", responses=NOT_HERE)
def told(session: Database, acting: Mover, now: Now, issue_id: int, author_id: int, body: Tick) -> Reporter:
    """Say that one of them was told at the source, or take it back. Nothing is sent: a person did that."""
    afterwards.tell(session, issue_id, author_id, told=body.told, by=acting, now=now, words=body.words)
    one = next((one for one in reporters(session, acting, issue_id) if one.author_id == author_id), None)
    if one is None:
        raise NoSuch("author", author_id)
    return Reporter.model_validate(one)


def timed(cursor: str | None) -> Place | None:
    """Return the moment and number a cursor stands for; raise `BadInput` when it is not one of ours."""
    found = unseal(cursor)
    if found is None:
        return None
    try:
        at, number = found[0]
        return datetime.fromisoformat(at), int(number)
    except (TypeError, ValueError):
        raise BadInput("cursor", "This cursor is not one of ours; leave it out to begin at the start.") from None


def _shown(session: Database, issue_id: int, follow_up_id: int) -> FollowUp:
    one = next(one for one in follow_ups.words_of(session, issue_id) if one.id == follow_up_id)
    return FollowUp.model_validate(one)
