"""Real PostgreSQL and Valkey for every test, each test rolled back, one fixed `now`, and the cast."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

import pytest
from hypothesis import settings as hypothesis_settings
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from api import schema
from listener import database
from listener.children import Children
from listener.embedded import Addresses, Embedded
from listener.settings import settings

ROOT = Path(__file__).parent.parent
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

# how long an example takes says more of the machine than of us
hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.load_profile("house")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let what takes long begin first, so that no worker is left alone with it at the end."""
    long = {"journeys", "test_demo.py", "test_up.py"}
    items.sort(key=lambda item: long.isdisjoint(item.path.parts))


@pytest.fixture(scope="session")
def addresses() -> Iterator[Addresses]:
    """PostgreSQL and Valkey of this run alone; nothing of it outlives the run."""
    state = Path(tempfile.mkdtemp(prefix="hearback-test-"))
    children = Children()
    embedded = Embedded(state, children, durable=False)
    try:
        found = embedded.start()
        os.environ.update(found.environment)
        settings.cache_clear()
        yield found
    finally:
        children.stop()
        embedded.forget()
        shutil.rmtree(state, ignore_errors=True)


@pytest.fixture(scope="session")
def engine(addresses: Addresses) -> Iterator[Engine]:
    """The migrated database."""
    made = create_engine(database.dialect_url(addresses.database_url))
    schema.upgrade(made)
    yield made
    made.dispose()
    database.forget()


@contextmanager
def aside(addresses: Addresses, like: str = "template1") -> Iterator[Engine]:
    """Yield a database beside that one, copied from the one named `like`, and drop it in the end."""
    server = create_engine(database.dialect_url(addresses.database_url), isolation_level="AUTOCOMMIT")
    name = f"aside_{token_hex(4)}"
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {like} STRATEGY FILE_COPY"))
    engine = create_engine(server.url.set(database=name))
    try:
        yield engine
    finally:
        engine.dispose()
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()


@pytest.fixture(scope="session")
def blank(addresses: Addresses) -> Iterator[str]:
    """The name of a migrated database in which nobody is: to copy it is far quicker than to migrate another."""
    with aside(addresses) as made:
        schema.upgrade(made)
        made.dispose()
        yield str(made.url.database)


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session whose every change is rolled back, savepoints and commits included."""
    with engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as opened:
            yield opened
        outer.rollback()


@pytest.fixture
def now() -> datetime:
    """The one moment at which all tests happen."""
    return NOW
