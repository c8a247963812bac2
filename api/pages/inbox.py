"""The inbox: lanes, the cards of one lane, the card in hand, and what is new since the page was drawn."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from api.dependencies import Database, Now
from api.locales.words import Words
from api.pages.frame import Insider
from api.rendering import frame_of, page
from listener.find import quarantine
from triage import find, people
from triage.models import Role
from triage.rights import SEES_ALL

router = APIRouter()

STRETCH = 50


@router.get("/")
@router.get("/inbox")
def inbox(
    request: Request,
    session: Database,
    acting: Insider,
    now: Now,
    lane: str = "",
    open: int | None = None,
    cursor: str | None = None,
    author: int | None = None,
) -> Response:
    """Show one lane; the card named by `open` (or else the most urgent) is in hand."""
    return desk(request, session, acting, now, lane=lane, opened=open, cursor=cursor, author=author)


@router.get("/inbox/news")
def news(
    request: Request,
    session: Database,
    acting: Insider,
    now: Now,
    since: datetime,
    lane: str = "",
    open: str = "",
    shown: Annotated[list[int] | None, Query()] = None,
) -> Response:
    """Answer a poll: fresh counts and clock words, cards that left the lane, and how many came. Nothing else moves."""
    lane = lane or first_lane(acting)
    queue = find.queue(session, acting, lane, None, None, now, limit=200, timezone=frame_of(request).reader.zone.key)
    known = set(shown or [])
    here = {card.id: card for card in queue.cards}
    return page(
        request,
        "inbox/news.html",
        lane=lane,
        open=open,
        lanes=find.lanes(session, acting),
        quarantined=_quarantined(session, acting),
        cards=[card for number, card in here.items() if number in known],
        news=sum(1 for number, card in here.items() if number not in known and card.opened_at >= since),
        gone=_gone(session, acting, now, known - here.keys()) if queue.cursor is None else [],
    )


def desk(
    request: Request,
    session: Session,
    acting: people.Actor,
    now: datetime,
    *,
    lane: str = "",
    opened: int | None = None,
    cursor: str | None = None,
    author: int | None = None,
    status: int = 200,
    **more: Any,
) -> Response:
    """Render the desk. `more` is what a refused move adds: the conflict, and the draft that was kept."""
    lane = lane or first_lane(acting)
    zone = frame_of(request).reader.zone.key
    filters = find.Filters(author_id=author)
    queue = find.queue(session, acting, lane, filters, cursor, now, limit=STRETCH, timezone=zone)
    lanes = find.lanes(session, acting)
    in_hand = opened if opened is not None else (queue.cards[0].id if queue.cards else None)
    issue = find.issue(session, acting, in_hand, now, timezone=zone) if in_hand is not None else None
    return page(
        request,
        "inbox/page.html",
        status=status,
        lane=lane,
        lane_name=_lane_name(request, lanes, lane),
        lanes=lanes,
        queue=queue,
        timed=lane not in (find.CLOSED, find.EVERYTHING),
        opened=opened is not None,
        issue=issue,
        verbs=issue.verbs if issue else (),
        judged=find.judgements(session, acting, [post.id for post in (*issue.thread, issue.card.first)])
        if issue
        else {},
        quarantined=_quarantined(session, acting),
        departments=people.departments(session, enabled=True),
        oob=False,
        **{"conflict": None, "draft": "", **more},
    )


def first_lane(acting: people.Actor) -> str:
    """Where a person's day begins: an owner with what is theirs, everybody else with triage."""
    return "mine" if acting.role == Role.OWNER else "triage"


def _lane_name(request: Request, lanes: tuple[find.LaneCount, ...], lane: str) -> str:
    named = next((one.department.name for one in lanes if one.key == lane and one.department), None)
    return named or str(words_of(request)("lane", lane))


def _shown(issue: find.IssueView | None) -> list[int]:
    return [post.id for post in (*issue.thread, issue.card.first)] if issue else []


def _quarantined(session: Session, acting: people.Actor) -> int | None:
    """How many in quarantine nobody has looked at, for those who may let them out."""
    return quarantine.count(session) if acting.role in SEES_ALL else None


def words_of(request: Request) -> Any:
    """The words of the reader's language."""
    return Words(frame_of(request).reader.catalogue)


def _gone(session: Session, acting: people.Actor, now: datetime, ids: set[int]) -> list[tuple[int, str, str]]:
    """Return (id, who moved it last, where it stands now) of cards that left the lane."""
    left = []
    for number in sorted(ids)[:20]:
        seen = find.issue(session, acting, number, now)
        last = next((move for move in reversed(seen.moves) if move.by), None)
        left.append((number, last.by.name if last and last.by else "", seen.card.status))
    return left
