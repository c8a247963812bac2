"""How the deployment is doing: every fact once, for `/health/ready` and for `hearback doctor`."""

import shutil
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import redis
from fastapi import APIRouter, Response
from sqlalchemy import Connection, Engine, NullPool, and_, create_engine, exists, func, or_, select, text
from sqlalchemy.exc import ArgumentError, ProgrammingError, SQLAlchemyError
from sqlalchemy.orm import Session

from api.schema import versions
from listener import heartbeat, reading
from listener.clock import utc_now
from listener.database import dialect_url
from listener.heartbeat import Sign
from listener.models import Feed, FeedState, Spike, SpikeSort
from listener.reading import Reading
from listener.settings import VERSION, Settings, settings
from listener.sources import PUSHED

ROLES = ("hearing", "deciding", "beat")
STALE = 6 * heartbeat.EVERY  # seconds without a sign after which a process counts as gone
SKEW = 5.0  # seconds two clocks may differ
LOW_DISK = 500_000_000  # bytes
SHORTEST_SILENCE = 900.0  # seconds a feed may stay without an answer, however often it is asked
PATIENCE = 3  # seconds the database and the broker may take to answer


@dataclass(frozen=True, slots=True)
class SilentFeed:
    """A feed that should have answered by now."""

    id: int
    name: str
    since: datetime
    error: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong: a key, what was measured, and whether work stands still because of it."""

    key: str
    blocking: bool
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Health:
    """Everything measured in one look; `None` where the look did not come so far."""

    at: datetime
    database: str | None = None  # the server's version
    schema: str | None = None
    broker: str | None = None  # the server's version
    signs: tuple[Sign, ...] = ()
    clock_skew: float | None = None
    disk_free: int = 0
    silent: tuple[SilentFeed, ...] = ()
    readings: tuple[Reading, ...] = ()  # what reads each language
    troubles: tuple[Trouble, ...] = ()

    @property
    def ready(self) -> bool:
        """Nothing that stops the work."""
        return not any(trouble.blocking for trouble in self.troubles)


@dataclass(slots=True)
class _Look:
    """One look being taken: facts found so far, and what is wrong with them."""

    settings: Settings
    clock: Callable[[], datetime]
    facts: dict[str, Any] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)

    def say(self, key: str, blocking: bool = True, **data: Any) -> None:
        self.troubles.append(Trouble(key, blocking, data))


def look(chosen: Settings, clock: Callable[[], datetime]) -> Health:
    """Measure everything once; never raises, takes `PATIENCE` seconds for each server at most."""
    taken = _Look(chosen, clock)
    at = clock()
    _look_at_database(taken)
    _look_at_broker(taken)
    _look_at_disk(taken)
    _look_at_readings(taken)
    return Health(at=at, troubles=tuple(taken.troubles), **taken.facts)


def _look_at_database(taken: _Look) -> None:
    if not taken.settings.database_url:
        return taken.say("database_unset")
    try:
        engine = _engine(dialect_url(taken.settings.database_url))
    except (ArgumentError, ImportError, ValueError) as error:
        return taken.say("database_address", error=_first_line(error))
    try:
        with engine.connect() as connection:
            connection.execute(text(f"SET statement_timeout = '{PATIENCE}s'"))
            _look_at_clock(taken, connection)
            if _look_at_schema(taken, connection):
                _look_at_signs(taken, connection)
                _look_at_feeds(taken, connection)
    except SQLAlchemyError as error:
        taken.say("database_down", error=_first_line(getattr(error, "orig", error)))
    return None


def _look_at_clock(taken: _Look, connection: Connection) -> None:
    before = taken.clock()
    theirs, version = connection.execute(text("SELECT clock_timestamp(), current_setting('server_version')")).one()
    after = taken.clock()
    # the question takes time too: only what lies outside of it is skew
    skew = (theirs - after).total_seconds() if theirs > after else min(0.0, (theirs - before).total_seconds())
    taken.facts |= {"database": version.partition(" ")[0], "clock_skew": skew}
    if abs(skew) > SKEW:
        taken.say("clock_skew", blocking=False, seconds=skew)


def _look_at_schema(taken: _Look, connection: Connection) -> bool:
    try:
        found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    except ProgrammingError:
        connection.rollback()
        found = None
    taken.facts["schema"] = found
    known = versions()
    if found == known[0]:
        return True
    key = "schema_missing" if found is None else "schema_old" if found in known else "schema_unknown"
    taken.say(key, found=found, needed=known[0])
    return False


def _look_at_signs(taken: _Look, connection: Connection) -> None:
    signs = tuple(heartbeat.signs(Session(connection)))
    taken.facts["signs"] = signs
    now = taken.clock()
    for role in ROLES:
        ages = {sign.name: (now - sign.at).total_seconds() for sign in signs if sign.role == role}
        if not ages:
            taken.say("role_missing", role=role)
        elif min(ages.values()) > STALE:
            taken.say("role_silent", role=role, seconds=min(ages.values()))
        else:
            for name, age in ages.items():
                if age > STALE:
                    taken.say("one_silent", blocking=False, name=name, seconds=age)


def _look_at_feeds(taken: _Look, connection: Connection) -> None:
    since = func.coalesce(Feed.last_success_at, Feed.created_at)
    patience = func.make_interval(0, 0, 0, 0, 0, 0, func.greatest(4 * Feed.interval, SHORTEST_SILENCE))
    unanswered = and_(Feed.source.not_in(PUSHED), since < taken.clock() - patience)
    unusual = exists().where(Spike.feed_id == Feed.id, Spike.sort == SpikeSort.SILENCE, Spike.closed_at.is_(None))
    wanted = (
        select(Feed.id, Feed.name, since.label("since"), func.coalesce(Feed.last_error, "").label("error"))
        .where(Feed.state == FeedState.ACTIVE, or_(unanswered, unusual))
        .order_by(since, Feed.id)
        .limit(50)
    )
    silent = tuple(SilentFeed(**row) for row in connection.execute(wanted).mappings())
    taken.facts["silent"] = silent
    for feed in silent:
        taken.say("feed_silent", blocking=False, id=feed.id)


def _look_at_broker(taken: _Look) -> None:
    url = taken.settings.redis_url
    if not url:
        return taken.say("broker_unset")
    try:
        client = redis.Redis.from_url(
            url.replace("redis+socket://", "unix://", 1), socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE
        )
    except ValueError as error:
        return taken.say("broker_address", error=_first_line(error))
    try:
        with closing(client):
            found = client.info("server")
            taken.facts["broker"] = str(found.get("valkey_version") or found["redis_version"])
    except (redis.RedisError, OSError) as error:
        taken.say("broker_down", error=_first_line(error))
    return None


def _look_at_disk(taken: _Look) -> None:
    folder = next(
        one for one in (taken.settings.state.absolute(), *taken.settings.state.absolute().parents) if one.exists()
    )
    free = shutil.disk_usage(folder).free
    taken.facts["disk_free"] = free
    if free < LOW_DISK:
        taken.say("disk_low", blocking=False, free=free, folder=str(folder))


def _look_at_readings(taken: _Look) -> None:
    taken.facts["readings"] = reading.readings()
    for language in reading.missing():
        taken.say("model_missing", blocking=False, language=language)


@cache
def _engine(url: str) -> Engine:
    return create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": PATIENCE})


def _first_line(error: object) -> str:
    return str(error).strip().partition("\n")[0]


router = APIRouter(tags=["health"])
_born = time.monotonic()


@router.get("/health", summary="Is this process alive?")
def alive() -> dict[str, Any]:
    """Answer as long as this process can; asks nobody else."""
    return {"alive": True, "version": VERSION, "uptime": round(time.monotonic() - _born, 1)}


@router.get("/health/ready", summary="Can the whole deployment do its work?", responses={503: {"description": "No."}})
def ready(response: Response) -> dict[str, Any]:
    """Answer 200 when every part that the work needs answers, 503 with what is missing otherwise.

    Anyone may ask, so it names keys and figures only; `hearback doctor` has the sentences and the names.
    """
    health = look(settings(), utc_now)
    response.status_code = 200 if health.ready else 503
    return summary(health)


def summary(health: Health) -> dict[str, Any]:
    """Return what `/health/ready` says of it."""
    public = {"role", "seconds", "found", "needed", "free", "id", "language"}
    return {
        "ready": health.ready,
        "at": health.at,
        "version": VERSION,
        "database": health.database,
        "schema": {"found": health.schema, "needed": versions()[0]},
        "broker": health.broker,
        "signs": [
            {"role": sign.role, "age": max(0.0, round((health.at - sign.at).total_seconds(), 1))}
            for sign in health.signs
        ],
        "clock_skew": health.clock_skew,
        "disk_free": health.disk_free,
        "silent_feeds": [feed.id for feed in health.silent],
        "moods_read_by": {one.language: one.mood for one in health.readings},
        "troubles": [
            {"key": one.key, "blocking": one.blocking} | {k: v for k, v in one.data.items() if k in public}
            for one in health.troubles
        ],
    }
