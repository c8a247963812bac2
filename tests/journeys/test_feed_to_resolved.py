"""One mention from a real feed on loopback to resolved and counted as kept, through both doors."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from listener import feeds, listening, poll
from listener.fetch import Fetcher
from listener.models import Mention
from listener.settings import Settings
from tests.api.conftest import SignIn, app, bearer, signed_in, visitor
from tests.journeys.loopback import served
from tests.triage.conftest import Cast, cast, make
from triage import charts, route
from triage.models import Issue, Keeping, LedgerEntry, Status, Verdict

__all__ = ["app", "bearer", "cast", "make", "signed_in", "visitor"]

POSTED = timedelta(hours=3)
COMPLAINT = "My order never arrived and nobody answers. I want my money back, this is a terrible service."


@pytest.fixture
def feed_address(now: datetime) -> Iterator[str]:
    """An RSS feed with one angry post, served over HTTP."""
    feed = f"""<rss version="2.0"><channel><title>Forum</title><item><guid isPermaLink="false">post-1</guid>
      <author>reza@example.org (Reza)</author><description>{COMPLAINT}</description>
      <pubDate>{format_datetime(now - POSTED)}</pubDate></item></channel></rss>"""
    with served(lambda: feed) as address:
        yield address


@pytest.fixture
def heard(session: Session, cast: Cast, feed_address: str, now: datetime) -> Issue:
    """The walk of time: the feed is polled over HTTP, the mention judged, the verdict given, the issue opened."""

    def transaction() -> AbstractContextManager[Session]:
        @contextmanager
        def savepoint() -> Iterator[Session]:
            with session.begin_nested():
                yield session

        return savepoint()

    charts.ensure_shipped(session, now)
    listening.create(session, name="Orders", kind="brand", query="order OR سفارش", now=now)
    feed = feeds.create(session, source="rss", address=feed_address, name="Forum", now=now)
    fetcher = Fetcher(Settings(HEARBACK_ALLOW_HOSTS="127.0.0.1", allow_hosts=("127.0.0.1",)))
    try:
        went = poll.round_of(feed.id, fetcher, transaction, lambda: now)
    finally:
        fetcher.close()
    assert went is not None
    assert (went.created, went.error) == (1, None)
    assert route.round(session, now) == 1
    return session.scalars(select(Issue)).one()


def test_the_walk_of_time_leaves_a_mention_with_a_verdict_and_an_issue_on_a_clock(
    session: Session, heard: Issue, cast: Cast, now: datetime
) -> None:
    mention = session.scalars(select(Mention)).one()
    verdict = session.scalars(select(Verdict)).one()
    assert (mention.language, mention.mood, mention.text) == ("en", "negative", COMPLAINT)
    assert (verdict.outcome, verdict.department_id, verdict.issue_id) == ("assign", cast.care.id, heard.id)
    assert heard.triage_from == mention.posted_at == now - POSTED
    assert heard.triage_due == now - POSTED + timedelta(hours=12)
    assert (heard.triage, heard.resolution, heard.resolution_due) == (Keeping.RUNNING, Keeping.NONE, None)


def test_the_walk_of_people_ends_in_two_kept_promises(
    session: Session, heard: Issue, cast: Cast, signed_in: SignIn, now: datetime
) -> None:
    lina, cara, max_ = signed_in("lina"), signed_in("cara"), signed_in("max")
    seen = _move(lina, heard, "acknowledge", 1, words="I am sorry, Reza. Cara from care takes this over.")
    seen = _move(lina, heard, "hand-over", seen, department_id=cast.care.id)
    seen = _move(cara, heard, "accept", seen)
    seen = _move(cara, heard, "private", seen, channel="e-mail", words="I have written to you.")
    _move(cara, heard, "resolve", seen, outcome={"refund": "given", "customer": "stays"}, words="Your money is back.")

    session.refresh(heard)
    assert (heard.status, heard.triage, heard.resolution) == (Status.RESOLVED, Keeping.KEPT, Keeping.KEPT)
    assert heard.resolution_due == now + timedelta(hours=24)
    entries = list(session.scalars(select(LedgerEntry).order_by(LedgerEntry.id)))
    for promise in ("triage", "resolution"):
        assert [entry.event for entry in entries if entry.promise == promise] == ["started", "kept"]

    window = {"from": (now - timedelta(days=1)).isoformat(), "to": (now + timedelta(days=1)).isoformat()}
    report = max_.get("/api/v1/promises", params=window).json()
    for promise in ("triage", "resolution"):
        figures = report[promise]["figures"]
        assert (figures["kept"], figures["broken"]) == (1, 0)


def test_the_pages_walk_the_same_way(session: Session, heard: Issue, signed_in: SignIn) -> None:
    lina = signed_in("lina")
    inbox = lina.get("/inbox")
    assert inbox.status_code == 200
    assert "never arrived" in inbox.text
    page = lina.get(f"/issues/{heard.id}")
    assert page.status_code == 200
    assert COMPLAINT in re.sub(r"</?mark>", "", page.text)


def _move(client: TestClient, issue: Issue, verb: str, seen: int, **body: object) -> int:
    answer = client.post(f"/api/v1/issues/{issue.id}/{verb}", json=body | {"seen": seen})
    assert answer.status_code == 200, answer.text
    return int(answer.json()["version"])
