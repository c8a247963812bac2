"""What every route may ask for: a session, the moment, and who is at the door."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import cache
from typing import Annotated

from fastapi import Depends, Request, Response
from sqlalchemy.orm import Session

from api import accounts
from api.accounts import Scope, Visitor
from api.errors import NotAllowed, NotSignedIn
from api.settings import settings
from listener.clock import utc_now
from listener.database import transaction
from listener.fetch import Fetcher
from listener.settings import settings as hearing
from triage import audit, people
from triage.models import Role

COOKIE = "hearback_signed_in"
INSIDERS = (Role.LISTENER, Role.OWNER, Role.MANAGER, Role.ADMIN)
LEADERS = (Role.MANAGER, Role.ADMIN)
HEARERS = (Role.LISTENER, *LEADERS)


def open_session() -> Iterator[Session]:
    """One request, one transaction."""
    with transaction() as session:
        yield session


# "function": the commit comes before the answer leaves, so that nobody is told of what then fails
Database = Annotated[Session, Depends(open_session, scope="function")]
Now = Annotated[datetime, Depends(utc_now)]


def visitor(request: Request, session: Database, now: Now) -> Visitor | None:
    """Say who is at the door: by token if one is sent, else by cookie; `None` where nobody is known.

    A token opens the API alone: pages ask for no scope, so it must not reach them.
    """
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme:
        opens = scheme.lower() == "bearer" and request.url.path.startswith("/api/")
        return accounts.bearer(session, secret.strip(), now) if opens else None
    cookie = request.cookies.get(COOKIE)
    return accounts.browser(session, cookie, now, stay()) if cookie else None


MaybeVisitor = Annotated[Visitor | None, Depends(visitor)]


def signed_in(found: MaybeVisitor) -> Visitor:
    """Refuse whoever is not signed in."""
    if found is None:
        raise NotSignedIn
    return found


SignedIn = Annotated[Visitor, Depends(signed_in)]


def actor(session: Database, found: SignedIn, now: Now) -> people.Actor:
    """Return who acts, with role and departments; everybody signed in, outsiders too. Settings they change say so."""
    audit.acting(session, found.member_id, now)
    return people.actor_of(session, found.member_id)


Actor = Annotated[people.Actor, Depends(actor)]


def require(*roles: Role, scope: Scope = Scope.READ) -> Callable[..., people.Actor]:
    """Let in only these roles (everybody but outsiders where none is named), and tokens only with this scope."""
    wanted = roles or INSIDERS

    def admit(acting: Actor, found: SignedIn) -> people.Actor:
        if acting.role not in wanted:
            raise NotAllowed(role=str(acting.role))
        if not found.may(scope):
            raise NotAllowed(role=str(acting.role), scope=str(scope))
        return acting

    return admit


# routes that ask the world outside: no transaction may be open while a socket is

Opening = Callable[[], AbstractContextManager[Session]]


def opening() -> Opening:
    """Return how to open a transaction where a route opens its own."""
    return transaction


@cache
def fetcher() -> Fetcher:
    """Return this process's one kept-alive client."""
    return Fetcher(hearing())


Open = Annotated[Opening, Depends(opening)]
Fetching = Annotated[Fetcher, Depends(fetcher)]


def require_briefly(*roles: Role, scope: Scope = Scope.READ) -> Callable[..., people.Actor]:
    """Let in as `require` does, in a transaction of its own that is over before the route begins."""
    admit = require(*roles, scope=scope)

    def admit_briefly(request: Request, open_one: Open, now: Now) -> people.Actor:
        with open_one() as session:
            found = signed_in(visitor(request, session, now))
            return admit(actor(session, found, now), found)

    return admit_briefly


def browser_only(found: SignedIn) -> Visitor:
    """Refuse tokens: a token may not make tokens, nor change how its owner comes in."""
    if found.scopes is not None:
        raise NotAllowed(scope="a signed-in browser")
    return found


def stay() -> timedelta:
    """How long a browser stays signed in without a visit."""
    return timedelta(days=settings().sign_in_days)


def remember(response: Response, secret: str) -> None:
    """Give a browser its cookie."""
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(stay().total_seconds()),
        path="/",
        httponly=True,
        secure=settings().is_secure,
        samesite="lax",
    )


def forget(response: Response) -> None:
    """Take a browser's cookie back."""
    response.delete_cookie(COOKIE, path="/", httponly=True, secure=settings().is_secure, samesite="lax")
