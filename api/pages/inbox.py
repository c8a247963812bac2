"""The inbox: lanes, the cards of one lane, the card in hand, and what is new since the page was drawn."""

import hashlib
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from api.dependencies import Database, Now
from api.locales.words import Words
from api.pages import chosen
from api.pages.chips import chips
from api.pages.chosen import Chosen
from api.pages.composing import composed
from api.pages.frame import Insider
from api.rendering import frame_of, page
from listener.find import quarantine
from triage import find, people, presence
from triage.find.views import KEEPERS, ViewShown, default, views
from triage.models import Role
from triage.rights import EVERYTHING, SEES_ALL

router = APIRouter()

STRETCH = 50
POLL = 15  # seconds between two looks for news


@router.get("/")
@router.get("/inbox")
def inbox(
    request: Request,
    session: Database,
    acting: Insider,
    now: Now,
    open: int | None = None,
    cursor: str | None = None,
) -> Response:
    """Show one lane, narrowed; the card named by `open` (or else the most urgent) is in hand."""
    asked = chosen.of(request.query_params)
    kept = views(session, acting)
    place = opens_with(asked, kept, acting)
    if place is not None or any(value == "" for value in request.query_params.values()):
        return RedirectResponse((place or asked).link(open=open, cursor=cursor), status_code=303)
    return desk(request, session, acting, now, asked, opened=open, cursor=cursor, kept=kept)


@router.get("/inbox/news")
def news(
    request: Request,
    session: Database,
    acting: Insider,
    now: Now,
    since: datetime,
    open: str = "",
    shown: Annotated[list[int] | None, Query()] = None,
) -> Response:
    """Answer a poll: counts, clock words, who is at which card, cards that left, and how many came. Nothing moves."""
    asked = placed(chosen.of(request.query_params), acting)
    cards = (shown or [])[: 4 * STRETCH]
    fresh = find.news(session, acting, asked.lane, asked.filters, cards, since, now)
    answer = page(
        request,
        "inbox/news.html",
        **_around(session, acting, now, asked, views(session, acting)),
        open=open,
        fresh=fresh,
        shown=cards,
        at_work=presence.at_work(session, cards, now, but=acting.member_id),
    )
    # a word left for the page that follows is not for a poll to take away
    del answer.headers["set-cookie"]
    return _unchanged(request, answer)


def desk(
    request: Request,
    session: Session,
    acting: people.Actor,
    now: datetime,
    looked: Chosen,
    *,
    opened: int | None = None,
    cursor: str | None = None,
    status: int = 200,
    kept: tuple[ViewShown, ...] | None = None,
    **more: Any,
) -> Response:
    """Render the desk. `more` is what a refused move adds: the conflict, and the draft that was kept."""
    looked = placed(looked, acting)
    zone = frame_of(request).reader.zone.key
    kept = views(session, acting) if kept is None else kept
    queue = find.queue(session, acting, looked.lane, looked.filters, cursor, now, limit=STRETCH, timezone=zone)
    around = _around(session, acting, now, looked, kept)
    in_hand = opened if opened is not None else (queue.cards[0].id if queue.cards else None)
    issue = find.issue(session, acting, in_hand, now, timezone=zone) if in_hand is not None else None
    return page(
        request,
        "inbox/page.html",
        status=status,
        **around,
        lane_name=lane_name(request, around["lanes"], looked, kept),
        chips=chips(session, words_of(request), frame_of(request).reader, looked),
        keepers=keepers(session, acting),
        queue=queue,
        cursor=cursor or "",
        timed=looked.lane not in (find.CLOSED, find.EVERYTHING),
        opened=opened is not None,
        poll=POLL,
        at_work=presence.at_work(session, [card.id for card in queue.cards], now, but=acting.member_id),
        issue=issue,
        verbs=issue.verbs if issue else (),
        judged=find.judgements(session, acting, [post.id for post in (*issue.thread, issue.card.first)])
        if issue
        else {},
        departments=people.departments(session, enabled=True),
        oob=False,
        **{"conflict": None, **composed(request, session, acting, now, issue), **more},
    )


def opens_with(asked: Chosen, kept: tuple[ViewShown, ...], acting: people.Actor) -> Chosen | None:
    """Where an address that names no lane leads: to the view it names, or to the one the inbox opens with.

    `None` where the address stands as it is.
    """
    if asked.pairs:
        return None
    if asked.view is not None:
        found = next((one for one in kept if one.id == asked.view), None)
    else:
        found = default(kept, acting)
    if found is None:
        return None
    place = chosen.of(found.address)
    return Chosen(place.lane or first_lane(acting), place.filters, found.id)


def placed(asked: Chosen, acting: people.Actor) -> Chosen:
    """What is chosen with its lane, the first of this person's where the address names none."""
    return asked if asked.lane else Chosen(first_lane(acting), asked.filters, asked.view)


def after(session: Session, acting: people.Actor, looked: Chosen | None, issue_id: int) -> int | None:
    """The card that comes after one in what is chosen, while that one still stands there; nothing after the last."""
    return find.following(session, acting, looked.lane, looked.filters, issue_id) if looked else None


def first(session: Session, acting: people.Actor, looked: Chosen) -> int | None:
    """The first card of what is chosen, the most urgent one."""
    found = find.chosen_ids(session, acting, looked.lane, looked.filters, limit=1)
    return found[0][0] if found else None


def first_lane(acting: people.Actor) -> str:
    """Where a person's day begins: an owner with what is theirs, everybody else with triage."""
    return "mine" if acting.role == Role.OWNER else "triage"


def keepers(session: Session, acting: people.Actor) -> list[tuple[str, str]]:
    """For whom this person may keep a view: (value of the form, name of a department or nothing)."""
    leads = acting.role in EVERYTHING
    places = [one for one in people.departments(session, enabled=True) if leads or one.id in acting.department_ids]
    found = [("me", ""), *((f"department:{one.id}", one.name) for one in places)]
    return [*found, ("everybody", "")] if leads else found


def lane_name(
    request: Request, lanes: tuple[find.LaneCount, ...], looked: Chosen, kept: tuple[ViewShown, ...] = ()
) -> str:
    """What a lane is called: as the view it was opened from, as its department, or as the lane itself."""
    view = next((one.name for one in kept if one.id == looked.view), None)
    named = next((one.department.name for one in lanes if one.key == looked.lane and one.department), None)
    return view or named or str(words_of(request)("lane", looked.lane))


def words_of(request: Request) -> Words:
    """The words of the reader's language."""
    return Words(frame_of(request).reader.catalogue)


def _around(
    session: Session, acting: people.Actor, now: datetime, looked: Chosen, kept: tuple[ViewShown, ...]
) -> dict[str, Any]:
    """What stands beside the cards, and is refreshed with every look for news."""
    places = [chosen.of(one.address) for one in kept]
    lanes, counts = find.counted(session, acting, [(one.lane or first_lane(acting), one.filters) for one in places])
    return {
        "looked": looked,
        "lane": looked.lane,
        "lanes": lanes,
        "views": list(zip(kept, counts, strict=True)),
        "view": next((one for one in kept if one.id == looked.view), None),
        "quarantined": _quarantined(session, acting),
        "owed": find.owed_count(session, acting, now),
        "KEEPERS": KEEPERS,
    }


def _quarantined(session: Session, acting: people.Actor) -> int | None:
    """How many in quarantine nobody has looked at, for those who may let them out."""
    return quarantine.count(session) if acting.role in SEES_ALL else None


def _unchanged(request: Request, answer: Response) -> Response:
    """Answer 304 to whoever has this already: a mark of the content goes with it, and comes back with the next look."""
    mark = f'"{hashlib.sha256(bytes(answer.body)).hexdigest()[:20]}"'
    headers = {"ETag": mark, "Cache-Control": "private, no-cache", "Vary": "Cookie"}
    if request.headers.get("if-none-match") == mark:
        return Response(status_code=304, headers=headers)
    answer.headers.update(headers)
    return answer
