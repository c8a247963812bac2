"""Topics: what we listen for, each a query that is tried on what was heard before it is kept."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from api.dependencies import Database, Now
from api.pages.frame import Administrator, Insider
from api.rendering import back, frame_of, is_swap, page
from listener import find as heard
from listener import listening
from listener.listening import BadTopic, Preview
from listener.models import TopicKind
from listener.topics import QueryError, highlights
from triage.models import Role
from triage.refusals import NoSuch

router = APIRouter()

HITS = 10


class Wish(BaseModel):
    """The form of a topic."""

    name: str = Field(default="", max_length=200)
    kind: str = "brand"
    query: str = Field(default="", max_length=4000)
    enabled: bool = False


@router.get("/topics")
def index(request: Request, session: Database, acting: Insider, now: Now) -> Response:
    """List the topics; administrators can add one."""
    return _page(request, session, now)


@router.post("/topics/try")
def try_out(
    request: Request, session: Database, acting: Administrator, now: Now, wish: Annotated[Wish, Form()],
    topic_id: Annotated[int | None, Form()] = None,
) -> Response:  # fmt: skip
    """Show what a query finds in the last weeks, or where its mistake is."""
    tried, wrong = _tried(session, wish.query, now)
    # half a query is no failure while it is being written
    status = 422 if wrong and not is_swap(request) else 200
    return _page(request, session, now, topic_id=topic_id, wish=wish, tried=tried, wrong=wrong, status=status)


@router.post("/topics")
def add(
    request: Request, session: Database, acting: Administrator, now: Now, wish: Annotated[Wish, Form()]
) -> Response:
    """Listen for a topic from now on."""
    try:
        with session.begin_nested():
            made = listening.create(session, name=wish.name, kind=wish.kind, query=wish.query, now=now)
    except BadTopic as trouble:
        return _refused(request, session, now, wish, trouble)
    return back("/topics", "topic_added", name=made.name)


@router.get("/topics/{topic_id}")
def show(request: Request, session: Database, acting: Insider, now: Now, topic_id: int) -> Response:
    """Show one topic with what its query finds."""
    topic = heard.topic(session, topic_id)
    if topic is None:
        raise NoSuch("topic", topic_id)
    wish = Wish(name=topic.name, kind=topic.kind, query=topic.query, enabled=topic.enabled)
    tried, wrong = _tried(session, topic.query, now)
    return _page(request, session, now, topic_id=topic_id, wish=wish, tried=tried, wrong=wrong)


@router.post("/topics/{topic_id}")
def change(
    request: Request, session: Database, acting: Administrator, now: Now, topic_id: int, wish: Annotated[Wish, Form()]
) -> Response:
    """Change a topic; what was heard already keeps its topics."""
    try:
        with session.begin_nested():
            changed = listening.update(
                session, topic_id, now=now, name=wish.name, kind=wish.kind, query=wish.query, enabled=wish.enabled
            )
    except BadTopic as trouble:
        return _refused(request, session, now, wish, trouble, topic_id)
    if changed is None:
        raise NoSuch("topic", topic_id)
    return back(f"/topics/{topic_id}", "topic_saved", name=changed.name)


@router.post("/topics/{topic_id}/delete")
def delete(session: Database, acting: Administrator, topic_id: int) -> Response:
    """Delete a topic; its mentions stay."""
    topic = heard.topic(session, topic_id)
    if topic is None:
        raise NoSuch("topic", topic_id)
    name = topic.name
    listening.remove(session, topic_id)
    return back("/topics", "topic_deleted", name=name)


def _tried(session: Session, query: str, now: datetime) -> tuple[Preview | None, dict[str, str] | None]:
    try:
        return listening.preview(session, query, HITS, now=now), None
    except QueryError as trouble:
        return None, {"field": "query", "sentence": trouble.sentence, "pointed": _caret(trouble)}


def _refused(
    request: Request, session: Session, now: datetime, wish: Wish, trouble: BadTopic, topic_id: int | None = None
) -> Response:
    wrong = {"field": trouble.field, "sentence": trouble.sentence, "pointed": ""}
    if trouble.field == "query" and trouble.position is not None:
        wrong["pointed"] = _caret(QueryError(wish.query, trouble.position, trouble.sentence))
    return _page(request, session, now, topic_id=topic_id, wish=wish, wrong=wrong, status=422)


def _caret(trouble: QueryError) -> str:
    """The query with a caret under the mistake, without the sentence, which stands beside the field."""
    return trouble.pointed().rpartition("\n")[0]


def _page(
    request: Request, session: Session, now: datetime, *, topic_id: int | None = None, status: int = 200, **more: Any
) -> Response:
    tried: Preview | None = more.get("tried")
    hits = (*tried.hits, *tried.near) if tried else ()
    return page(
        request,
        "topics/page.html",
        status=status,
        topic_id=topic_id,
        topics=heard.topics(session),
        kinds=list(TopicKind),
        marks={hit.id: highlights(hit.text, tried.words) for hit in hits} if tried else {},
        sets_up=frame_of(request).role == Role.ADMIN,
        **{"wish": Wish(enabled=True), "tried": None, "wrong": None, **more},
    )
