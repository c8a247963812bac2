"""A round: claimed for a term, drained page by page, the watermark moved last, gaps recorded and refilled."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from listener import claims, poll
from listener.heard import Ask, Reply
from listener.models import Feed, FeedState, Gap, Mention, MentionVersion, Rejection
from listener.settings import settings
from tests.listener.conftest import MakesFeeds

Transaction = Callable[[], AbstractContextManager[Session]]


@dataclass
class Asked:
    """Somebody who asks, and remembers; `answer` may look at how often it was asked."""

    answer: Callable[[Ask, int], Reply]
    asks: list[Ask] = field(default_factory=list)
    conditions: list[tuple[str | None, str | None]] = field(default_factory=list)

    def fetch(self, ask: Ask, *, etag: str | None = None, last_modified: str | None = None) -> Reply:
        self.asks.append(ask)
        self.conditions.append((etag, last_modified))
        return self.answer(ask, len(self.asks))


@dataclass
class Archive:
    """A JSON Feed of `size` posts, one a minute, `a_page` to a page, newest first."""

    now: datetime
    size: int
    a_page: int = 10
    edited: frozenset[int] = frozenset()

    def page(self, ask: Ask) -> Reply:
        at = int(parse_qs(urlsplit(ask.url).query).get("page", ["0"])[0])
        numbers = range(self.size - 1 - at * self.a_page, max(self.size - 1 - (at + 1) * self.a_page, -1), -1)
        items = [
            {
                "id": f"post-{one}", "content_text": f"Post number {one} tells of {one * 7919} things" + " (edited)" * (one in self.edited),
                "date_published": (self.now - timedelta(minutes=self.size - one)).isoformat(), "authors": [{"name": "tomas"}],
            }
            for one in numbers
        ]  # fmt: skip
        more = f"https://club.example/feed.json?page={at + 1}" if (at + 1) * self.a_page < self.size else None
        body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items, "next_url": more})
        return Reply(200, ask.url, {"etag": f'"{self.size}"', "last-modified": "then"}, body.encode())


@pytest.fixture
def feed(make_feed: MakesFeeds) -> Feed:
    return make_feed(address="https://club.example/feed.json")


@pytest.fixture
def few_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """A budget of three pages a round."""
    monkeypatch.setattr(poll, "settings", lambda: settings().model_copy(update={"poll_pages": 3}))


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Mention)) or 0


def again(session: Session, feed: Feed, at: datetime) -> None:
    session.refresh(feed)
    feed.due_at = at
    session.flush()


def test_a_round_drains_all_pages_and_moves_the_watermark_last(
    session: Session, transaction: Transaction, feed: Feed, now: datetime
) -> None:
    archive = Archive(now, 45)
    cursors: list[object] = []

    def answer(ask: Ask, _: int) -> Reply:
        cursors.append(session.scalar(select(Feed.cursor).where(Feed.id == feed.id)))
        return archive.page(ask)

    asked = Asked(answer)
    went = poll.round_of(feed.id, asked, transaction, lambda: now)
    assert went is not None
    assert (went.created, went.error, len(asked.asks)) == (45, None, 5)
    assert cursors == [{}] * 5
    session.refresh(feed)
    assert feed.cursor == {"newest": (now - timedelta(minutes=1)).isoformat()}
    assert (feed.etag, feed.last_modified) == ('"45"', "then")
    assert (feed.failures, feed.last_success_at, feed.claimed_by, feed.claimed_until) == (0, now, None, None)
    assert feed.due_at > now
    assert feed.heard_count == 45


def test_the_next_round_overlaps_and_stores_nothing_twice(
    session: Session, transaction: Transaction, feed: Feed, now: datetime
) -> None:
    poll.round_of(feed.id, Asked(lambda ask, _: Archive(now, 45).page(ask)), transaction, lambda: now)
    again(session, feed, now)
    asked = Asked(lambda ask, _: Archive(now + timedelta(minutes=5), 50, edited=frozenset({44})).page(ask))
    went = poll.round_of(feed.id, asked, transaction, lambda: now + timedelta(minutes=5))
    assert went is not None
    assert (went.created, went.updated) == (5, 1)
    assert asked.conditions[0] == ('"45"', "then")
    assert set(asked.conditions[1:]) <= {(None, None)}
    assert count(session) == 50
    assert session.scalars(select(MentionVersion.text)).one() == "Post number 44 tells of 348436 things"
    session.refresh(feed)
    assert feed.lag == pytest.approx(180, abs=121)


def test_a_304_is_a_success(session: Session, transaction: Transaction, feed: Feed, now: datetime) -> None:
    feed.etag, feed.failures, feed.cursor = '"a"', 4, {"newest": now.isoformat()}
    session.flush()
    went = poll.round_of(feed.id, Asked(lambda ask, _: Reply(304, ask.url)), transaction, lambda: now)
    assert went is not None
    session.refresh(feed)
    assert (feed.failures, feed.last_success_at, feed.etag, feed.cursor) == (0, now, '"a"', {"newest": now.isoformat()})


# gaps


@pytest.mark.usefixtures("few_pages")
def test_a_budget_spent_early_leaves_a_gap_that_later_rounds_refill(
    session: Session, transaction: Transaction, feed: Feed, now: datetime
) -> None:
    archive = Archive(now, 100)
    stored = []
    for number in range(6):
        asked = Asked(lambda ask, _: archive.page(ask))
        poll.round_of(feed.id, asked, transaction, lambda: now)
        stored.append(count(session))
        session.refresh(feed)
        gap = session.scalar(select(Gap).where(Gap.filled_at.is_(None)))
        if number == 0:
            assert gap is not None
            assert gap.resume["url"] == "https://club.example/feed.json?page=3"
            assert feed.cursor["newest"] == (now - timedelta(minutes=1)).isoformat()
            assert feed.due_at <= now + timedelta(seconds=2)  # what was left out is not left for long
        again(session, feed, now)
    assert stored == [30, 50, 70, 90, 100, 100]
    assert session.scalars(select(Gap.filled_at)).all() == [now]


@pytest.mark.usefixtures("few_pages")
def test_a_gap_outlives_a_page_that_fails_and_says_why(
    session: Session, transaction: Transaction, feed: Feed, now: datetime
) -> None:
    archive = Archive(now, 40)
    poll.round_of(feed.id, Asked(lambda ask, _: archive.page(ask)), transaction, lambda: now)
    again(session, feed, now)

    def answer(ask: Ask, number: int) -> Reply:
        return archive.page(ask) if number == 1 else Reply(503, ask.url, retry_after=90.0)

    poll.round_of(feed.id, Asked(answer), transaction, lambda: now)
    gap = session.scalars(select(Gap).execution_options(populate_existing=True)).one()
    assert (gap.tries, gap.filled_at) == (1, None)
    assert "too busy" in str(gap.last_error)
    session.refresh(feed)
    assert feed.failures == 0  # the feed itself answered
    assert feed.due_at >= now + timedelta(seconds=90)
    again(session, feed, now)
    poll.round_of(feed.id, Asked(lambda ask, _: archive.page(ask)), transaction, lambda: now)
    assert count(session) == 40


@pytest.mark.usefixtures("few_pages")
def test_a_gap_keeps_no_credential_and_still_asks_with_it(
    session: Session, transaction: Transaction, feed: Feed, now: datetime
) -> None:
    feed.credential = "secret"
    session.flush()
    archive = Archive(now, 50)
    poll.round_of(feed.id, Asked(lambda ask, _: archive.page(ask)), transaction, lambda: now)
    assert "secret" not in json.dumps(session.scalars(select(Gap.resume)).one())
    again(session, feed, now)
    asked = Asked(lambda ask, _: archive.page(ask))
    poll.round_of(feed.id, asked, transaction, lambda: now)
    assert {ask.headers["Authorization"] for ask in asked.asks} == {"Bearer secret"}


@pytest.mark.usefixtures("few_pages")
def test_pages_that_come_oldest_first_leave_no_gap(
    session: Session, transaction: Transaction, make_feed: MakesFeeds, now: datetime
) -> None:
    feed = make_feed("mastodon", address="https://social.example/tags/nimbo", cursor={"newest": "100", "min_id": "100"})

    def answer(ask: Ask, _: int) -> Reply:
        after = int(parse_qs(urlsplit(ask.url).query)["min_id"][0])
        ids = [one for one in range(101, 111) if one > after][:2][::-1]
        rows = [
            {
                "id": str(one), "uri": f"https://social.example/{one}", "content": f"post {one} of many", "created_at": now.isoformat(),
                "account": {"acct": "tberg"},
            }
            for one in ids
        ]  # fmt: skip
        return Reply(200, ask.url, {}, json.dumps(rows).encode())

    stored = []
    for _ in range(4):
        poll.round_of(feed.id, Asked(answer), transaction, lambda: now)
        stored.append(count(session))
        again(session, feed, now)
    assert stored == [6, 10, 10, 10]
    assert session.scalar(select(func.count()).select_from(Gap)) == 0


# failures


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(500, "u"), "Something broke on their side."),
        (Reply(404, "u"), "nothing at this address"),
        (Reply(403, "u", {}, b'{"error": "token revoked"}'), "They say: token revoked"),
        (Reply(0, "u", trouble="The answer broke off."), "The answer broke off."),
        (Reply(200, "u", {}, b"<!doctype html><html>"), "A web page came back instead of a feed."),
        (Reply(200, "u", {}, b'{"items": [{"id": 1, "content_te'), "ends in the middle"),
        (Reply(200, "u", {}, b""), "nothing at all"),
    ],
)
def test_a_failed_page_fails_the_round_and_loses_nothing(
    reply: Reply, said: str, session: Session, transaction: Transaction, feed: Feed, now: datetime
) -> None:
    archive = Archive(now, 30)
    asked = Asked(lambda ask, number: archive.page(ask) if number == 1 else reply)
    went = poll.round_of(feed.id, asked, transaction, lambda: now)
    assert went is not None
    assert said in str(went.error)
    session.refresh(feed)
    assert (feed.failures, feed.last_error_at, feed.cursor, feed.etag) == (1, now, {}, None)
    assert said in str(feed.last_error)
    assert feed.claimed_by is None
    assert count(session) == 10  # what was whole is kept
    assert poll.round_of(feed.id, asked, transaction, lambda: now) is None  # and the next try comes later
    again(session, feed, now)
    poll.round_of(feed.id, Asked(lambda ask, _: archive.page(ask)), transaction, lambda: now)
    assert count(session) == 30
    session.refresh(feed)
    assert (feed.failures, feed.last_error) == (0, None)


def test_a_feed_cut_off_in_the_middle_gives_its_whole_rows_and_is_asked_again(
    session: Session, transaction: Transaction, feed: Feed, now: datetime
) -> None:
    whole = "".join(
        f"<item><guid>urn:{one}</guid><description>Item {one} of the feed</description></item>" for one in range(4)
    )
    body = f"<rss version='2.0'><channel>{whole}</channel></rss>".encode()
    went = poll.round_of(
        feed.id, Asked(lambda ask, _: Reply(200, ask.url, {"etag": "x"}, body[:-60])), transaction, lambda: now
    )
    assert went is not None
    assert went.error == "The reply ends in the middle; the rest did not arrive."
    assert went.created == 3
    session.refresh(feed)
    assert (feed.failures, feed.cursor, feed.etag) == (1, {}, None)
    again(session, feed, now)
    poll.round_of(feed.id, Asked(lambda ask, _: Reply(200, ask.url, {}, body)), transaction, lambda: now)
    assert count(session) == 4


def test_a_wait_they_ask_for_is_kept(session: Session, transaction: Transaction, feed: Feed, now: datetime) -> None:
    poll.round_of(feed.id, Asked(lambda ask, _: Reply(429, ask.url, retry_after=600.0)), transaction, lambda: now)
    session.refresh(feed)
    assert now + timedelta(seconds=600) <= feed.due_at <= now + timedelta(seconds=660)


def test_a_feed_that_has_ended_is_asked_no_more(
    session: Session, transaction: Transaction, feed: Feed, now: datetime
) -> None:
    poll.round_of(feed.id, Asked(lambda ask, _: Reply(410, ask.url)), transaction, lambda: now)
    session.refresh(feed)
    assert feed.state == FeedState.GONE
    assert poll.due(session, now + timedelta(days=9), 10) == []


@pytest.mark.parametrize(
    ("moved_to", "takes_over"),
    [("https://new.example/feed.json", True), ("http://new.example/feed.json", False), ("file:///etc/passwd", False)],
)
def test_a_move_for_good_is_taken_over_unless_it_is_for_the_worse(
    moved_to: str, takes_over: bool, session: Session, transaction: Transaction, feed: Feed, now: datetime
) -> None:
    def answer(ask: Ask, _: int) -> Reply:
        page = Archive(now, 5).page(ask)
        return Reply(200, moved_to, page.headers, page.body, moved_to=moved_to)

    poll.round_of(feed.id, Asked(answer), transaction, lambda: now)
    session.refresh(feed)
    assert feed.address == (moved_to if takes_over else "https://club.example/feed.json")
    assert count(session) == 5


def test_a_bad_row_is_told_and_stops_nothing(
    session: Session, transaction: Transaction, feed: Feed, now: datetime
) -> None:
    body = json.dumps({"items": [{"content_text": "no id"}, 7, {"id": "1", "content_text": "fine by me"}, {"id": "2"}]})
    went = poll.round_of(
        feed.id, Asked(lambda ask, _: Reply(200, ask.url, {}, body.encode())), transaction, lambda: now
    )
    assert went is not None
    assert (went.created, went.error) == (1, None)
    reasons = session.scalars(select(Rejection.reason)).all()
    assert len(reasons) == 3
    session.refresh(feed)
    assert feed.rejected_count == 3


def test_a_reader_that_breaks_is_told_on_its_feed(
    session: Session, transaction: Transaction, feed: Feed, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("surprise")

    monkeypatch.setattr(poll.SOURCES["rss"], "read", broken)
    went = poll.round_of(feed.id, Asked(lambda ask, _: Reply(200, ask.url)), transaction, lambda: now)
    assert went is not None
    assert "surprise" in str(went.error)


def test_whatever_else_breaks_a_round_is_told_and_tried_later(
    session: Session, transaction: Transaction, feed: Feed, now: datetime
) -> None:
    def explode(ask: Ask, _: int) -> Reply:
        raise RuntimeError("out of cheese")

    with pytest.raises(RuntimeError):
        poll.round_of(feed.id, Asked(explode), transaction, lambda: now)
    session.refresh(feed)
    assert "out of cheese" in str(feed.last_error)
    assert feed.claimed_by is None
    assert feed.due_at > now


# claims


def test_only_feeds_that_are_due_free_and_polled_are_found(
    session: Session, make_feed: MakesFeeds, now: datetime
) -> None:
    later, held = now + timedelta(minutes=1), {"claimed_until": now + timedelta(seconds=9), "claimed_by": "x"}
    first = make_feed(due_at=now - timedelta(minutes=9))
    second = make_feed(due_at=now, claimed_until=now - timedelta(seconds=1), claimed_by="a worker that died")
    for columns in ({"due_at": later}, {"state": "paused"}, {"state": "gone"}, {"state": "deleted"}, held):
        make_feed(**columns)
    make_feed("push")
    make_feed("import")
    assert poll.due(session, now, 10) == [first.id, second.id]
    assert poll.due(session, now, 1) == [first.id]


def test_a_claim_keeps_others_out_for_its_term(session: Session, feed: Feed, now: datetime) -> None:
    assert poll.claim(session, feed.id, now) is not None
    assert poll.claim(session, feed.id, now + timedelta(seconds=5)) is None
    assert poll.claim(session, feed.id, now + timedelta(seconds=settings().claim_term + 1)) is not None


def test_a_feed_that_is_being_taken_is_not_waited_for(engine: Engine, now: datetime) -> None:
    with Session(engine) as first, Session(engine) as second:
        row = Feed(
            source="rss", name="taken", address="https://taken.example", created_at=now, due_at=now, options={}, own_handles=[], cursor={},
        )  # fmt: skip
        first.add(row)
        first.commit()
        try:
            assert poll.claim(first, row.id, now) is not None  # not committed yet
            assert poll.claim(second, row.id, now) is None  # skipped, not blocked
            second.rollback()
        finally:
            first.rollback()
            first.delete(first.get_one(Feed, row.id))
            first.commit()


def test_a_worker_that_lost_its_claim_writes_nothing(
    session: Session, transaction: Transaction, feed: Feed, now: datetime
) -> None:
    archive = Archive(now, 25)

    def answer(ask: Ask, number: int) -> Reply:
        if number == 2:  # it took so long that somebody else has the feed now
            feed.claimed_by = "another"
            session.flush()
        return archive.page(ask)

    assert poll.round_of(feed.id, Asked(answer), transaction, lambda: now) is None
    assert count(session) == 10
    session.refresh(feed)
    assert (feed.claimed_by, feed.cursor) == ("another", {})


def test_a_feed_paused_in_the_middle_of_a_round_stays_paused(
    session: Session, transaction: Transaction, feed: Feed, now: datetime
) -> None:
    def answer(ask: Ask, _: int) -> Reply:
        feed.state, feed.claimed_by, feed.claimed_until = FeedState.PAUSED, None, None
        session.flush()
        return Archive(now, 5).page(ask)

    assert poll.round_of(feed.id, Asked(answer), transaction, lambda: now) is None
    session.refresh(feed)
    assert feed.state == FeedState.PAUSED


def test_a_claim_holds_long_enough_for_the_slowest_request() -> None:
    assert claims._term().total_seconds() > settings().fetch_timeout


def test_a_page_of_thousands_is_stored_in_parts(
    session: Session, transaction: Transaction, feed: Feed, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poll, "BATCH", 10)
    went = poll.round_of(feed.id, Asked(lambda ask, _: Archive(now, 35, a_page=99).page(ask)), transaction, lambda: now)
    assert went is not None
    assert (went.created, count(session)) == (35, 35)
