"""What we listen for: boolean queries with a name."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, status
from pydantic import Field

from api.accounts import Scope
from api.dependencies import Database, Now, require
from api.v1.paging import Given, Shape, Stretch, example
from api.v1.problems import NOT_HERE
from api.v1.shapes import MENTION, Mention
from listener import find, listening
from listener.models import TopicKind
from listener.topics import QueryError
from listener.topics import read as read_query
from triage import people
from triage.find import said
from triage.models import Role
from triage.refusals import NoSuch

router = APIRouter(prefix="/topics", tags=["topics"])
Insider = Annotated[people.Actor, Depends(require())]
Admin = Annotated[people.Actor, Depends(require(Role.ADMIN, scope=Scope.ADMIN))]

LONGEST = 4_000
_TOPIC = {
    "id": 1, "name": "Nimbo", "kind": "brand", "query": 'nimbo OR "nimbo kettle"', "enabled": True, "is_demo": False,
    "tolerance": 0.5, "created_at": "2026-11-01T09:00:00Z", "updated_at": "2026-11-01T09:00:00Z",
}  # fmt: skip
_CHECKED = {
    "ok": False, "sentence": "This bracket is never closed.", "position": 6,
    "pointed": "nimbo (lid\n      ^\nThis bracket is never closed.", "words": [],
}  # fmt: skip


class Topic(Shape):
    """A topic. A disabled one is kept, and nothing new is counted for it."""

    model_config = example(_TOPIC)

    id: int
    name: str
    kind: TopicKind
    query: str
    enabled: bool
    is_demo: bool
    tolerance: float = Field(description="False alerts a week people put up with; see its alarm.")
    created_at: datetime
    updated_at: datetime


class NewTopic(Given):
    """A topic to add."""

    name: str = Field(min_length=1, max_length=120, examples=["Nimbo"])
    kind: TopicKind = Field(examples=["brand"])
    query: str = Field(
        min_length=1,
        max_length=LONGEST,
        description='AND OR NOT, brackets, "phrases", NEAR/5, lang:fa, source:rss, author:name.',
        examples=['nimbo AND NOT "nimbo lang"'],
    )
    enabled: bool = True


class TopicChanges(Given):
    """What to change; what is left out stays."""

    name: str | None = Field(default=None, min_length=1, max_length=120)
    kind: TopicKind | None = None
    query: str | None = Field(default=None, min_length=1, max_length=LONGEST)
    enabled: bool | None = None


class Draft(Given):
    """A query to look at."""

    query: str = Field(max_length=LONGEST, examples=["nimbo (lid"])


class Trial(Draft):
    """A query to try on what was heard."""

    limit: int = Field(default=20, ge=1, le=100, description="How many of the newest hits to show.")
    days: int = Field(default=30, ge=1, le=366)


class Checked(Shape):
    """Whether a query can be read. `pointed` has a caret under the mistake, for fixed-width type."""

    model_config = example(_CHECKED)

    ok: bool
    sentence: str | None = None
    position: int | None = Field(default=None, description="Characters before the mistake.")
    pointed: str | None = None
    words: list[str] = Field(default=[], description="What a page would mark.")


class Preview(Shape):
    """What a query finds in the mentions of the last days, and what it leaves out though it says one of its words."""

    model_config = example(
        {"items": [MENTION], "near": [], "found": 214, "left_out": 12, "looked_at": 5120, "per_day": 7.1,
         "words": ["nimbo"]}
    )  # fmt: skip

    items: list[Mention]
    near: list[Mention]
    left_out: int
    found: int
    looked_at: int
    per_day: float
    words: list[str]


@router.get("", summary="List topics")
def index(session: Database, acting: Insider) -> Stretch[Topic]:
    """List every topic by name."""
    return Stretch[Topic](items=[Topic.model_validate(row) for row in find.topics(session)])


@router.post("/check", summary="Check a query")
def check(acting: Insider, body: Draft) -> Checked:
    """Say whether a query can be read, and if not, where the mistake is."""
    try:
        words = read_query(body.query).words()
    except QueryError as mistake:
        return Checked(ok=False, sentence=mistake.sentence, position=mistake.position, pointed=mistake.pointed())
    return Checked(ok=True, words=list(words))


@router.post("/preview", summary="Try a query")
def preview(session: Database, acting: Insider, now: Now, body: Trial) -> Preview:
    """Show what a query finds in what was already heard. Nothing is kept."""
    tried = listening.preview(session, body.query, body.limit, now=now, days=body.days)
    posts = said.said(session, [hit.id for hit in (*tried.hits, *tried.near)])
    return Preview(
        items=[Mention.model_validate(posts[hit.id]) for hit in tried.hits],
        near=[Mention.model_validate(posts[hit.id]) for hit in tried.near],
        left_out=tried.left_out,
        found=tried.found,
        looked_at=tried.looked_at,
        per_day=tried.per_day,
        words=list(tried.words),
    )


@router.get("/{topic_id}", summary="Read a topic", responses=NOT_HERE)
def read(session: Database, acting: Insider, topic_id: int) -> Topic:
    """Read one topic."""
    found = next((row for row in find.topics(session) if row.id == topic_id), None)
    if found is None:
        raise NoSuch("topic", topic_id)
    return Topic.model_validate(found)


@router.post("", summary="Add a topic", status_code=status.HTTP_201_CREATED)
def create(session: Database, acting: Admin, now: Now, body: NewTopic) -> Topic:
    """Listen for something from now on. Try the query first: what was heard before is not counted again."""
    return Topic.model_validate(listening.create(session, **body.model_dump(), now=now))


@router.patch("/{topic_id}", summary="Change a topic", responses=NOT_HERE)
def change(session: Database, acting: Admin, now: Now, topic_id: int, body: TopicChanges) -> Topic:
    """Change a topic. What was already heard keeps its topics."""
    changed = listening.update(session, topic_id, **body.model_dump(exclude_unset=True), now=now)
    if changed is None:
        raise NoSuch("topic", topic_id)
    return Topic.model_validate(changed)


@router.delete("/{topic_id}", summary="Delete a topic", status_code=status.HTTP_204_NO_CONTENT, responses=NOT_HERE)
def remove(session: Database, acting: Admin, topic_id: int) -> None:
    """Delete a topic with its counts. Its mentions stay. It cannot be undone."""
    if not listening.remove(session, topic_id):
        raise NoSuch("topic", topic_id)
