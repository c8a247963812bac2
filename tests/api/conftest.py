"""The door as people meet it: the whole application over the rolled-back session, with everybody signed in."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session
from starlette.exceptions import StarletteDeprecationWarning

from api import accounts
from api.accounts import Scope
from api.app import create_app
from api.dependencies import COOKIE, open_session, opening
from listener.clock import utc_now
from tests.triage.conftest import Cast, Maker, cast, make
from triage.people import Actor

with warnings.catch_warnings():
    # it would rather have httpx2, a second client beside the one this house already speaks with
    warnings.simplefilter("ignore", StarletteDeprecationWarning)
    from fastapi.testclient import TestClient

__all__ = ["Cast", "Maker", "TestClient", "cast", "door", "make"]

# what a browser says of a request that comes from our own pages
SAME_ORIGIN = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
NAMES = ("cara", "conor", "petra", "lina", "max", "ada", "olaf")

SignIn = Callable[[str], TestClient]
Bearer = Callable[..., TestClient]


door = cache(create_app)  # building every route takes a second, and nothing of a test stays in it


@pytest.fixture
def app(session: Session, now: datetime) -> Iterator[FastAPI]:
    """The application, whose transactions are savepoints of the test and whose clock stands still."""

    def savepoint() -> Iterator[Session]:
        with session.begin_nested():
            yield session

    made = door()
    made.dependency_overrides |= {
        open_session: savepoint,
        opening: lambda: contextmanager(savepoint),
        utc_now: lambda: now,
    }
    yield made
    made.dependency_overrides.clear()


@pytest.fixture
def visitor(app: FastAPI) -> TestClient:
    """A browser in which nobody is signed in."""
    return TestClient(app, headers=SAME_ORIGIN, follow_redirects=False)


@pytest.fixture
def signed_in(app: FastAPI, session: Session, cast: Cast, now: datetime) -> SignIn:
    """Return the browser of one of the cast by first name: `signed_in("cara")`."""

    def browser(name: str) -> TestClient:
        actor: Actor = getattr(cast, name)
        account = accounts.account_of(session, actor.member_id)
        client = TestClient(app, headers=SAME_ORIGIN, follow_redirects=False)
        client.cookies.set(COOKIE, accounts.open_sign_in(session, account.id, now))
        return client

    return browser


@pytest.fixture
def bearer(app: FastAPI, session: Session, cast: Cast, now: datetime) -> Bearer:
    """Return a program that acts for one of the cast: `bearer("lina", Scope.TRIAGE)`."""

    def program(name: str, *scopes: Scope) -> TestClient:
        actor: Actor = getattr(cast, name)
        account = accounts.account_of(session, actor.member_id)
        _, secret = accounts.create_token(
            session, account.id, name="test", scopes=scopes or (Scope.READ,), now=now, expires_at=None
        )
        return TestClient(app, headers={"Authorization": f"Bearer {secret}"}, follow_redirects=False)

    return program
