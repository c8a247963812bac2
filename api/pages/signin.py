"""The way in: by link or by password, and the language of the page before anybody is known."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.orm import Session

from api import accounts
from api.accounts import Answer
from api.dependencies import COOKIE, Database, MaybeVisitor, Now, forget, remember
from api.locales import LANGUAGES
from api.models import Account
from api.rendering import LANGUAGE_COOKIE, back, inside, page
from triage import people

router = APIRouter()

YEAR = 365 * 86400


@router.get("/signin")
def ask(request: Request, found: MaybeVisitor, next: str = "") -> Response:
    """Ask for e-mail and password; whoever is in already goes on."""
    if found is not None:
        return back(inside(next))
    return _form(request, next=next)


@router.post("/signin")
def with_password(
    request: Request,
    session: Database,
    now: Now,
    email: Annotated[str, Form(max_length=320)] = "",
    password: Annotated[str, Form(max_length=2000)] = "",
    next: Annotated[str, Form()] = "",
) -> Response:
    """Judge one e-mail and password; a wrong one is told how many tries are left, never whether the e-mail is known."""
    answer = accounts.sign_in(session, email, password, now)
    if answer.account is None:
        return _form(request, status=401, next=next, email=email, answer=answer)
    return _let_in(session, answer.account, now, next)


@router.get("/signin/{secret}")
def link(request: Request, secret: str, next: str = "") -> Response:
    """Show one button. Mail scanners open links too, so opening one does not spend it: the button does."""
    return page(request, "signin/link.html", secret=secret, next=next, spent=False)


@router.post("/signin/{secret}")
def with_link(
    request: Request, session: Database, now: Now, secret: str, next: Annotated[str, Form()] = ""
) -> Response:
    """Spend a link and let its member in."""
    account = accounts.use_link(session, secret, now)
    if account is None:
        return page(request, "signin/link.html", status=410, secret="", next="", spent=True)
    return _let_in(session, account, now, next)


@router.post("/signout")
def leave(request: Request, session: Database) -> Response:
    """Forget this browser."""
    accounts.sign_out(session, request.cookies.get(COOKIE, ""))
    answer = back("/signin", "signed_out")
    forget(answer)
    return answer


@router.post("/language")
def choose_language(
    session: Database,
    found: MaybeVisitor,
    language: Annotated[str, Form()],
    next: Annotated[str, Form()] = "",
) -> Response:
    """Keep the language: on this browser, and with the member if one is signed in."""
    answer = back(inside(next) if next else "/signin")
    if language in LANGUAGES:
        answer.set_cookie(LANGUAGE_COOKIE, language, max_age=YEAR, path="/", samesite="lax", httponly=True)
        if found is not None:
            people.update_member(session, found.member_id, language=language)
    return answer


def _form(
    request: Request, *, status: int = 200, next: str = "", email: str = "", answer: Answer | None = None
) -> Response:
    return page(request, "signin/page.html", status=status, next=next, email=email, answer=answer)


def _let_in(session: Session, account: Account, now: datetime, next: str) -> Response:
    answer = back(inside(next))
    remember(answer, accounts.open_sign_in(session, account.id, now))
    return answer
