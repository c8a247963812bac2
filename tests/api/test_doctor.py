"""`hearback doctor` on a healthy deployment and on broken ones: what is wrong, what to do, and the exit code."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi import Response
from sqlalchemy import text
from sqlalchemy.orm import Session

from api import health, schema
from api.doctor import WORDS, report
from api.health import ROLES, STALE, Health, SilentFeed, Trouble
from listener import heartbeat
from listener.clock import utc_now
from listener.embedded import Addresses
from listener.models import Feed
from listener.settings import Settings
from tests.api.deployment import Deployment, deployed, hearback


@pytest.fixture
def empty(addresses: Addresses) -> Iterator[Deployment]:
    """A deployment whose database holds nothing yet."""
    with deployed(addresses) as made:
        yield made


@pytest.fixture
def healthy(empty: Deployment) -> Deployment:
    """A deployment where everything is as it should be."""
    schema.upgrade(empty.engine)
    for role in ROLES:
        empty.beat(role)
    return empty


def keys(found: Health) -> list[str]:
    return [trouble.key for trouble in found.troubles]


def test_a_healthy_deployment_is_well_and_exits_zero(healthy: Deployment) -> None:
    code, words = hearback("doctor", healthy.environment)
    assert code == 0, words
    assert "WRONG" not in words
    for expected in ("PostgreSQL 1", "the one this program needs", "The broker answers", "hearing was heard of",
                     "deciding was heard of", "beat was heard of", "The clocks agree", "Every feed has answered", "All is well."):  # fmt: skip
        assert expected in words


def test_a_wrong_database_address_is_said_with_what_to_check(healthy: Deployment) -> None:
    code, words = healthy.run("doctor", DATABASE_URL="postgresql://nobody:secret-word@127.0.0.1:1/nothing")
    assert code == 1
    assert "The database does not answer" in words
    assert "What to do: Check that PostgreSQL runs" in words
    assert "secret-word" not in words


def test_an_address_that_is_none_is_said_with_how_one_looks(healthy: Deployment) -> None:
    found = healthy.look(DATABASE_URL="my database", REDIS_URL="somewhere")
    assert keys(found) == ["database_address", "broker_address"]
    assert not found.ready


def test_a_database_nobody_migrated_is_said_to_be_empty(empty: Deployment) -> None:
    code, words = empty.run("doctor")
    assert code == 1
    assert "The database is empty." in words
    assert "What to do: Run `hearback migrate`." in words


def test_a_database_at_another_version_is_said_with_both_versions(
    healthy: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = schema.versions()[0]
    monkeypatch.setattr(health, "versions", lambda: ("newer", head))
    assert healthy.look().troubles[0] == Trouble("schema_old", True, {"found": head, "needed": "newer"})
    monkeypatch.undo()
    with healthy.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'of-tomorrow'"))
    code, words = healthy.run("doctor")
    assert code == 1
    assert "at version of-tomorrow, which this program does not know" in words


def test_a_broker_that_is_down_is_said(healthy: Deployment, tmp_path: Path) -> None:
    code, words = healthy.run("doctor", REDIS_URL=f"redis+socket://{tmp_path}/nothing.sock")
    assert code == 1
    assert "The broker does not answer" in words
    assert "PostgreSQL 1" in words  # the rest is still looked at


def test_silent_workers_and_silent_feeds_are_said_by_name(healthy: Deployment) -> None:
    healthy.beat("hearing", age=3600)
    now = utc_now()
    with Session(healthy.engine) as session, session.begin():
        feed = {
            "source": "rss",
            "address": "https://feed.example/rss",
            "interval": 60.0,
            "due_at": now,
            "created_at": now,
        }
        ago = now - timedelta(days=12)  # huginn#2869: no errors, nothing pulled, for 12 days
        session.add(Feed(name="The quiet one", last_success_at=ago, last_error="410 Gone", **feed))
        session.add(Feed(name="The lively one", last_success_at=now, **feed))
        session.add(Feed(name="The paused one", last_success_at=ago, state="paused", **feed))
    code, words = healthy.run("doctor")
    assert code == 1
    assert "Nothing has been heard of hearing for 60 minutes." in words
    assert "start it again: `hearback work hearing`" in words
    assert "(The quiet one) has brought no answer since" in words
    assert "It said: 410 Gone" in words
    assert "lively" not in words
    assert "paused" not in words


def test_a_silent_feed_is_told_but_stops_no_work(healthy: Deployment) -> None:
    found = Health(at=utc_now(), troubles=(Trouble("feed_silent", False, {"id": 1}),))
    assert found.ready


def test_one_of_two_workers_gone_is_told_but_stops_no_work(healthy: Deployment) -> None:
    long_ago = utc_now() - timedelta(seconds=2 * STALE)
    with Session(healthy.engine) as session, session.begin():
        heartbeat.beat(session, "hearing@there", "hearing", long_ago, long_ago)
    found = healthy.look()
    assert keys(found) == ["one_silent"]
    assert found.ready


@pytest.mark.parametrize("role", ROLES)
def test_nothing_is_ready_before_every_role_has_given_a_sign(empty: Deployment, role: str) -> None:
    schema.upgrade(empty.engine)
    for other in ROLES:
        if other != role:
            empty.beat(other)
    assert keys(empty.look()) == ["role_missing"]
    assert not empty.look().ready
    empty.beat(role)
    assert empty.look().ready


def test_clocks_that_disagree_are_said(healthy: Deployment) -> None:
    found = health.look(Settings.model_validate(healthy.environment), lambda: utc_now() + timedelta(seconds=20))
    assert keys(found) == ["clock_skew"]
    assert found.clock_skew == pytest.approx(-20, abs=1)


def test_every_trouble_has_words_that_its_figures_fill() -> None:
    at = datetime(2026, 11, 21, 12, tzinfo=UTC)
    figures = {"error": "refused", "found": "a1", "needed": "b2", "role": "beat", "name": "beat@here", "seconds": 7200.0,
               "free": 7_000_000, "folder": "/var", "id": 3, "language": "fa"}  # fmt: skip
    silent = (SilentFeed(3, "A feed", at, ""),)
    troubles = tuple(Trouble(key, True, figures) for key in WORDS)
    found = [one for one in report(Health(at=at, silent=silent, troubles=troubles)) if not one.well]
    assert len(found) == len(WORDS)
    for one in found:
        assert one.remedy
        assert "{" not in one.sentence + one.remedy


def test_settings_that_will_not_do_and_names_nobody_reads_are_said(healthy: Deployment) -> None:
    code, words = healthy.run("doctor", HEARBACK_PORT="lots")
    assert (code, words.count("\n")) == (1, 1)
    assert words.startswith("HEARBACK_PORT is 'lots'; it should be a valid integer")
    code, words = healthy.run("doctor", HEARBACK_PROT="8001")
    assert code == 1
    assert "HEARBACK_PROT is set, but no setting has that name." in words
    assert "Was HEARBACK_PORT meant?" in words


def test_without_any_address_it_says_how_to_begin(tmp_path: Path) -> None:
    code, words = hearback("doctor", {"DATABASE_URL": "", "REDIS_URL": "", "HEARBACK_STATE": str(tmp_path)})
    assert code == 1
    assert "No database is known." in words
    assert "make run" in words


def test_ready_says_what_is_missing_and_names_nobody(healthy: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "settings", lambda: Settings.model_validate(healthy.environment))
    answer = Response()
    assert health.alive()["alive"] is True
    assert health.ready(answer)["ready"] is True
    assert answer.status_code == 200
    healthy.beat("beat", age=3600)
    said = health.ready(answer)
    assert answer.status_code == 503
    assert [one["key"] for one in said["troubles"]] == ["role_silent"]
    assert "@here" not in str(said)
