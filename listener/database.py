"""The database: one engine, one base for rows, one place that commits."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, DateTime, Engine, Identity, MetaData, Text, create_engine
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker
from sqlalchemy.types import TypeEngine

from listener.settings import settings

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every row of the house: text is unbounded, time carries its zone, JSON is `jsonb`."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: dict[Any, TypeEngine[Any]] = {  # noqa: RUF012  (SQLAlchemy reads it so)
        int: BigInteger(),
        str: Text(),
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB(),
        list[Any]: JSONB(),
    }


class Numbered:
    """A row known by one number that only grows, which is also the cursor of its pages."""

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)


def dialect_url(url: str) -> str:
    """Name the psycopg driver, whichever way a host spells a PostgreSQL address."""
    for plain in ("postgres://", "postgresql://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url[len(plain) :]
    return url


@cache
def engine() -> Engine:
    """Return the process's engine; raise `LookupError` where no address is known."""
    url = settings().database_url
    if url is None:
        raise LookupError(
            "DATABASE_URL is not set. `make run` sets it by itself; a server needs it in the environment."
        )
    # UTC inside, whatever the server's own zone is; no question here is long enough to be worth compiling
    options = {"options": "-c timezone=UTC -c jit=off"}
    return create_engine(
        dialect_url(url), pool_pre_ping=True, pool_size=10, max_overflow=10, pool_recycle=1800, connect_args=options
    )


@cache
def _sessions() -> sessionmaker[Session]:
    return sessionmaker(engine(), expire_on_commit=False)


def forget() -> None:
    """Close the pool and forget its address: whoever chose other servers is asked again."""
    if engine.cache_info().currsize:
        engine().dispose()
    engine.cache_clear()
    _sessions.cache_clear()


@contextmanager
def transaction() -> Iterator[Session]:
    """Open one session and commit it at the end: the only commit in the house, used by doors."""
    with _sessions()() as session, session.begin():
        yield session
