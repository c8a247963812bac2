"""How one is told: by which ways, when not, what is gathered in a letter, and that one is away."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from api.dependencies import Database, Now, Open
from api.errors import status_of
from api.pages.frame import Insider, InsiderBriefly
from api.pages.wrong import wrong_of
from api.rendering import back, frame_of, page
from triage import channels, packing, people
from triage import settings as triage_settings
from triage.models import Member
from triage.particulars import DIGESTS
from triage.refusals import BadInput, Refusal

router = APIRouter()

EMAIL = "email"


class Ways(BaseModel):
    """The form. `keep` are the places of the other ways that stay: their addresses hold secrets and are not sent."""

    by_email: bool = False
    keep: list[int] = Field(default_factory=list, max_length=20)
    another: str = Field(default="", max_length=500)
    quiet_from: str = Field(default="", max_length=8)
    quiet_until: str = Field(default="", max_length=8)
    digest: str = "each"
    digest_at: str = Field(default="", max_length=8)
    away_until: str = Field(default="", max_length=40)


@router.get("/me/notices")
def index(request: Request, session: Database, acting: Insider) -> Response:
    """Show how one is told."""
    return _page(request, session, acting)


@router.post("/me/notices")
def change(request: Request, session: Database, acting: Insider, ways: Annotated[Ways, Form()]) -> Response:
    """Keep it all; what waits goes by the new ways and times."""
    me = people.member(session, acting.member_id)
    others = _others(me)
    chosen = [EMAIL] if ways.by_email else []
    chosen += [others[at] for at in ways.keep if 0 <= at < len(others)]
    try:
        if ways.another.strip():
            _check(ways.another.strip())
            chosen.append(ways.another.strip())
        with session.begin_nested():
            people.update_member(
                session, me.id, channels=list(dict.fromkeys(chosen)),
                quiet_hours={"from": ways.quiet_from, "until": ways.quiet_until}, digest=ways.digest,
                digest_at=ways.digest_at or me.digest_at, away_until=frame_of(request).reader.typed(ways.away_until),
            )  # fmt: skip
    except Refusal as refusal:
        wrong = wrong_of(request, "ways", refusal)
        return _page(request, session, acting, ways=ways, wrong=wrong, status=status_of(refusal))
    return back("/me/notices", "preferences_saved")


@router.post("/me/notices/test")
def try_out(
    request: Request, acting: InsiderBriefly, now: Now, open_one: Open, way: Annotated[int, Form()] = -1
) -> Response:
    """Send oneself a notice that says nothing happened, now, and show how that went; no transaction waits for it."""
    with open_one() as session:
        me = people.member(session, acting.member_id)
        others = _others(me)
        parcel = packing.nothing(me, others[way] if 0 <= way < len(others) else EMAIL, now)
    outcome = channels.send(parcel, now)
    with open_one() as session:
        return _page(request, session, acting, tried=(way, outcome), status=200 if outcome.sent else 422)


def _page(request: Request, session: Session, acting: people.Actor, *, status: int = 200, **more: Any) -> Response:
    me = people.member(session, acting.member_id)
    departments = people.departments(session, enabled=True)
    able = people.eligible_in(session, departments)
    alone = [one for one in departments if able[one.id] == [me]]
    return page(
        request,
        "me/told.html",
        status=status,
        me=me,
        others=[_named(one) for one in _others(me)],
        mail_is_set=triage_settings.settings().smtp_url is not None,
        digests=DIGESTS,
        alone=alone,
        **{"ways": _kept(request, me), "wrong": None, "tried": None, **more},
    )


def _kept(request: Request, me: Member) -> Ways:
    quiet = me.quiet_hours or {}
    reader = frame_of(request).reader
    return Ways(
        by_email=EMAIL in me.channels, keep=list(range(len(_others(me)))), quiet_from=quiet.get("from", ""),
        quiet_until=quiet.get("until", ""), digest=me.digest, digest_at=me.digest_at,
        away_until=reader.field(me.away_until)[:10] if me.away_until else "",
    )  # fmt: skip


def _others(me: Member) -> list[str]:
    return [str(one) for one in me.channels if one != EMAIL]


def _named(channel: str) -> str:
    """Return what an address is without what opens it: `tgram://•••`."""
    return f"{channel.partition('://')[0]}://•••"


def _check(channel: str) -> None:
    try:
        channels.check(channel)
    except ValueError as trouble:
        raise BadInput("channels", str(trouble)) from None
