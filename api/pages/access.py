"""One's own way in: the password, and the tokens for programs."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from sqlalchemy.orm import Session

from api import accounts
from api.accounts import Scope, Visitor
from api.dependencies import Database, Now, browser_only, remember
from api.pages.frame import Anyone
from api.rendering import back, page
from api.settings import settings
from triage import people
from triage.refusals import NoSuch

router = APIRouter()
Browser = Annotated[Visitor, Depends(browser_only)]


@router.get("/me/access")
def index(request: Request, session: Database, acting: Anyone, found: Browser) -> Response:
    """Show how one comes in, and which programs act in one's name."""
    return _page(request, session, acting, found)


@router.post("/me/access/password")
def password(
    request: Request, session: Database, acting: Anyone, found: Browser, now: Now,
    password: Annotated[str, Form(max_length=2000)] = "",
) -> Response:  # fmt: skip
    """Set one's own password; every other browser is signed out, this one stays."""
    try:
        accounts.set_password(session, acting.member_id, password)
    except ValueError as trouble:
        return _page(request, session, acting, found, wrong=str(trouble), status=422)
    answer = back("/me/access", "password_set")
    remember(answer, accounts.open_sign_in(session, found.account_id, now, timedelta(days=settings().sign_in_days)))
    return answer


@router.post("/me/access/tokens")
def add_token(
    request: Request, session: Database, acting: Anyone, found: Browser, now: Now,
    name: Annotated[str, Form(max_length=80)] = "", scope: Annotated[Scope, Form()] = Scope.READ,
    days: Annotated[int, Form(ge=0, le=3650)] = 90,
) -> Response:  # fmt: skip
    """Make a token and show its secret, once."""
    expires_at: datetime | None = now + timedelta(days=days) if days else None
    _, secret = accounts.create_token(
        session, found.account_id, name=name.strip() or "token", scopes=[scope], now=now, expires_at=expires_at
    )
    return _page(request, session, acting, found, token=secret)


@router.post("/me/access/tokens/{token_id}/end")
def end_token(session: Database, acting: Anyone, found: Browser, now: Now, token_id: int) -> Response:
    """End one of one's own tokens, at once."""
    name = next((one.name for one in accounts.tokens_of(session, found.account_id) if one.id == token_id), "")
    if not accounts.revoke_token(session, found.account_id, token_id, now):
        raise NoSuch("token", token_id)
    return back("/me/access", "token_revoked", name=name)


def _page(
    request: Request, session: Session, acting: people.Actor, found: Visitor, *, status: int = 200, **more: Any
) -> Response:
    return page(
        request,
        "me/access.html",
        status=status,
        me=people.member(session, acting.member_id),
        tokens=accounts.tokens_of(session, found.account_id),
        scopes=list(Scope),
        **{"wrong": None, "token": None, **more},
    )
