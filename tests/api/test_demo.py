"""The demo: its words, its two weeks of true history, its feeds, and that it goes without a trace."""

import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from api import accounts
from api.demo import calling, charting, past, present, server, stage, words
from api.demo.answers import answer, feeds
from api.demo.brand import CAST, OWN_HANDLES, TOPICS
from api.demo.papers import identity
from api.demo.posts import WINDOW, shown
from api.first import FIRST_ADMIN, ground
from listener import ingest
from listener.alarm.ear import Counts
from listener.alarm.watch import Watch
from listener.database import Base
from listener.fetch import Fetcher
from listener.heard import Ask, FeedView, Heard, Reply
from listener.models import Feed, Mention, Spike, SpikeSort, Topic
from listener.settings import Settings
from listener.sources import SOURCES
from listener.text import fold
from listener.topics import Speech, read
from listener.volume import BUCKET, bucket_of
from listener.watching import GRID
from triage import charts, ledger, people, promises, route
from triage.models import (
    Crisis,
    CrisisMove,
    Issue,
    IssueMention,
    Lane,
    LedgerEntry,
    Member,
    Move,
    Notice,
    Promise,
    Status,
    Verdict,
)
from triage.standing import Scope

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ORIGIN = "http://127.0.0.1:8001"
PAST_FILES = (*past.FILES, "spike", "quiet")
HOUR = timedelta(hours=1)


# its words


def test_the_past_is_written_in_four_languages_and_nothing_is_said_twice() -> None:
    lines = [line for name in PAST_FILES for line in words.written(name)]
    assert len({line.text for line in lines if not line.repeats}) >= 420
    share = Counter(line.language for line in lines)
    assert {code: round(share[code] / len(lines), 1) for code in words.LANGUAGES} == {
        "en": 0.4,
        "fa": 0.2,
        "ar": 0.2,
        "he": 0.2,
    }


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_kind_is_said_in_every_language(language: str) -> None:
    kinds = {line.kind for name in PAST_FILES for line in words.written(name) if line.language == language}
    assert kinds >= {"complaint", "question", "praise", "idea", "bug", "lead", "spam", "chatter"}


@pytest.mark.parametrize("name", [*PAST_FILES, "present"])
def test_every_reply_has_its_post_and_every_voice_its_name(name: str) -> None:
    lines = words.written(name)
    ids = {line.id for line in lines if line.id}
    assert {line.replies_to or line.repeats for line in lines} - {None} <= ids
    strangers = {line.author for line in lines if line.kind not in ("spam", "boost")} - set(words.authors())
    assert strangers <= {"deal_reposter"}


def test_the_cast_answers_each_kind_in_each_language() -> None:
    for sort in ("complaint", "bug", "question", "praise", "idea", "lead"):
        for language in words.LANGUAGES:
            assert words.cast().by_sort[f"ack.{sort}"][language]


def test_every_query_can_be_read_and_hears_the_name_in_each_script() -> None:
    brand = read(TOPICS[0].query)
    for said, language in (
        ("my Pilora is here", "en"),
        ("پیلورا خریدم", "fa"),
        ("طبخت بالنيمبو", "ar"),
        ("קניתי את הנימבו", "he"),
    ):
        assert brand.matches(Speech(fold(said), language))
    assert all(read(topic.query) for topic in TOPICS)


# its present


def test_the_present_says_something_every_minute_and_the_same_to_whoever_asks_again() -> None:
    day = present.posts(NOW, NOW + 24 * HOUR)
    assert len({post.seen_at.replace(second=0) for post in day}) == 24 * 60
    assert present.posts(NOW + HOUR, NOW + 2 * HOUR) == [
        post for post in day if NOW + HOUR <= post.seen_at < NOW + 2 * HOUR
    ]


def test_no_written_scene_comes_twice_within_a_day() -> None:
    said = [post.said.text for post in present.posts(NOW, NOW + 24 * HOUR) if post.key.startswith("present-")]
    assert len(said) == len(set(said)) >= 60
    assert sum(len(scene) for scene in present.scenes()) >= 120


@pytest.mark.parametrize("now", [NOW, datetime(2027, 3, 3, 3, 20, tzinfo=UTC)], ids=["noon", "night"])
def test_only_the_planted_spike_and_the_planted_drop_stand_out(now: datetime) -> None:
    calendar, brand, buckets = past.Calendar(now), read(TOPICS[0].query), defaultdict(lambda: [0, 0])
    for post in [*past.posts(now), *present.posts(now - WINDOW, now + 24 * HOUR)]:
        title = "Pilora Nimbo" if post.said.place == "reviews" else post.said.title
        if post.boosts or post.said.author in OWN_HANDLES or post.said.kind == "spam":
            continue
        if brand.matches(Speech(fold(f"{title}\n{post.said.text}"), post.said.language)):
            buckets[bucket_of(post.posted_at)][0] += 1
            buckets[bucket_of(post.posted_at)][1] += not post.said.repeats
    watch, at, told = Watch.of(GRID), bucket_of(calendar.start), []
    while at < now + 24 * HOUR:
        total, people = buckets[at]
        told += [(at, peak) for peak in watch.judge(at.timestamp(), Counts(total, people, 0)) if peak.opens]
        at += BUCKET
    assert [peak.sort for _, peak in told] == ["spike", "drop"]
    assert timedelta(0) < told[0][0] - calendar.spike < 2 * HOUR
    assert timedelta(0) < told[1][0] - calendar.quiet < past.QUIET


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    """The demo's own server, on a free port."""
    running = server.serve(0)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    running.server_close()
    thread.join()


@pytest.fixture
def fetcher(served: str) -> Iterator[Fetcher]:
    """The one who asks for us, allowed to ask this machine."""
    asks = Fetcher(Settings(allow_hosts=(served.removeprefix("http://"),)))
    yield asks
    asks.close()


@pytest.mark.parametrize(
    ("place", "source"), [("forum", "rss"), ("blog", "rss"), ("reviews", "rss"), ("social", "mastodon")]
)
def test_its_feeds_are_read_by_the_real_sources_to_the_last_page(
    served: str, fetcher: Fetcher, place: str, source: str
) -> None:
    feed = FeedView(1, source, feeds(served)[place], {"any": ["FridayPot"]} if source == "mastodon" else {})
    now = datetime.now(UTC)  # noqa: TID251  (the server goes by the real clock)
    ask: Ask | None = SOURCES[source].ask(feed, now)
    told: dict[str, datetime | None] = {}
    while ask is not None:
        reply = fetcher.fetch(ask)
        assert reply.ok, reply.trouble
        heard: Heard = SOURCES[source].read(feed, ask, reply, now)
        assert heard.rejected == ()
        told |= {item.native_id: item.posted_at for item in heard.items}
        ask = heard.more
    settled = [post for post in shown(server.recent(now), place, now) if now - post.seen_at < WINDOW - HOUR / 30]
    assert {identity(post) for post in settled} <= set(told)
    assert all(told[identity(post)] == post.posted_at for post in settled)


@pytest.mark.parametrize("path", ["/forum.atom", "/blogs.rss", "/reviews.json"])
def test_an_unchanged_feed_is_a_304(path: str) -> None:
    posts = present.posts(NOW - WINDOW, NOW)
    first = answer(f"{ORIGIN}{path}", {}, posts, NOW)
    again = answer(f"{ORIGIN}{path}", {"If-None-Match": first.headers["ETag"]}, posts, NOW)
    later = answer(
        f"{ORIGIN}{path}", {"If-None-Match": first.headers["ETag"]}, present.posts(NOW, NOW + WINDOW), NOW + WINDOW
    )
    assert (first.status, again.status, again.body, later.status) == (200, 304, b"", 200)


def test_a_watermark_brings_what_came_after_it_and_only_that() -> None:
    posts = present.posts(NOW - WINDOW, NOW)
    newest = shown(posts, "social", NOW)
    mark = newest[50].number
    feed = FeedView(1, "mastodon", f"{ORIGIN}/tags/kitchen", {}, {"min_id": str(mark), "newest": str(mark)})
    ask: Ask | None = SOURCES["mastodon"].ask(feed, NOW)
    told: list[str] = []
    while ask is not None:
        from_there = answer(ask.url, {}, posts, NOW)
        reply = Reply(from_there.status, ask.url, from_there.headers, from_there.body)
        heard = SOURCES["mastodon"].read(feed, ask, reply, NOW)
        told += [item.native_id for item in heard.items]
        ask = heard.more
    assert sorted(told) == sorted(identity(post) for post in newest if post.number > mark)


def test_an_address_that_is_no_feed_is_a_404(served: str, fetcher: Fetcher) -> None:
    assert fetcher.fetch(Ask(f"{served}/nothing.rss")).status == 404
    assert fetcher.fetch(Ask(f"{served}/")).ok


# its past


class Counted:
    """The transactions of a door, counted, over one session that is rolled back."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.opened = 0

    def __call__(self) -> AbstractContextManager[Session]:
        self.opened += 1
        return nullcontext(self.session)


@pytest.fixture(scope="module")
def lived(engine: Engine) -> Iterator[Session]:
    """Two weeks, lived through once for all tests of this file."""
    with engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as session:
            ground(session, NOW)
            session.info["before"] = counts(session)
            door = Counted(session)
            assert stage.seed(door, NOW, origin=ORIGIN)
            assert door.opened == 1  # so that a start that dies on the way leaves nothing
            session.expire_all()
            yield session
        outer.rollback()


@pytest.fixture
def here(lived: Session) -> Iterator[Session]:
    """The two weeks, as they were before this test."""
    savepoint = lived.begin_nested()
    yield lived
    savepoint.rollback()
    lived.expire_all()


def counts(session: Session) -> dict[str, int]:
    """Return how many rows each table has."""
    return {
        table.name: session.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    }


def test_every_mention_has_its_verdict_and_every_post_its_mention(here: Session) -> None:
    judged = set(here.scalars(select(Verdict.mention_id).where(Verdict.is_current)))
    assert judged == set(here.scalars(select(Mention.id)))
    told = {identity(post) for post in [*past.posts(NOW), *present.posts(NOW - WINDOW, NOW)]}
    assert set(here.scalars(select(Mention.native_id))) == told
    assert here.scalar(select(func.count()).where(~Mention.is_demo)) == 0


def test_every_promise_follows_from_its_ledger(here: Session) -> None:
    for issue in here.scalars(select(Issue)):
        triage = ledger.clock(here, issue.id, Promise.TRIAGE)
        resolution = ledger.clock(here, issue.id, Promise.RESOLUTION)
        assert triage is not None
        assert (triage.state, triage.due, triage.done_at) == (issue.triage, issue.triage_due, issue.triage_done_at)
        if not issue.late_found:
            assert issue.triage_due - issue.triage_from == timedelta(hours=12)
        if resolution is None:
            assert issue.handed_at is None
        else:
            assert (resolution.state, resolution.due) == (issue.resolution, issue.resolution_due)
            assert issue.resolution_from == issue.handed_at


def test_nothing_happens_before_it_could_or_after_the_past_ends(here: Session) -> None:
    for row, at in (
        (Move, Move.at),
        (LedgerEntry, LedgerEntry.at),
        (Notice, Notice.created_at),
        (Mention, Mention.heard_at),
    ):
        first, last = here.execute(select(func.min(at), func.max(at)).select_from(row)).one()
        assert NOW - timedelta(days=past.DAYS) <= first
        assert last <= NOW
    early = select(Move.id).join(Issue, Issue.id == Move.issue_id).where(Move.at < Issue.opened_at)
    assert here.scalars(early).all() == []


def test_most_promises_are_kept_and_a_few_are_broken(here: Session) -> None:
    told = promises.report(here, Scope(NOW - timedelta(days=past.DAYS), NOW, NOW))
    for promised in (told.triage, told.resolution):
        assert promised.figures.due > 150
        assert 0 < promised.figures.broken < promised.figures.due / 8


def test_the_cast_has_done_all_that_can_be_done(here: Session) -> None:
    done = set(here.scalars(select(Move.sort).distinct()))
    assert done >= {"acknowledge", "hand_over", "accept", "bounce", "note", "private", "pause", "resume", "resolve"}
    assert done >= {"dismiss", "reopen", "merge", "warn", "breach", "joined", "opened"}
    nights = here.scalar(select(func.count()).where(Move.by_id.is_not(None), func.date_part("hour", Move.at) < 6))
    assert nights == 0


def test_the_inbox_is_left_with_something_of_everything(here: Session) -> None:
    waiting = here.scalars(select(Issue).where(Issue.status == Status.TRIAGE)).all()
    left = Counter(issue.lane for issue in waiting)
    assert 15 <= len(waiting) <= 40
    assert left[Lane.NOBODY] == 1
    assert left[Lane.LATE] >= 3
    assert left[Lane.UNSURE] >= 1
    due = [issue.triage_due - NOW for issue in waiting if not issue.late_found]
    assert 1 <= sum(left < timedelta(0) for left in due) <= 4
    assert 2 <= sum(timedelta(0) < left < 2 * HOUR for left in due) <= 6
    held = Counter(here.scalars(select(Issue.status).where(Issue.status != Status.TRIAGE)))
    assert held[Status.ACCEPTED] >= 2
    assert held[Status.WAITING] >= 1
    assert people.member(here, _number(here, "Conor")).active


def test_the_spike_traces_to_the_one_post_and_the_drop_to_silence(here: Session) -> None:
    calendar = past.Calendar(NOW)
    brand = here.scalars(select(Topic).where(Topic.name == TOPICS[0].name)).one()
    told = here.scalars(select(Spike).where(Spike.topic_id == brand.id).order_by(Spike.opened_at)).all()
    assert [one.sort for one in told] == [SpikeSort.SPIKE, SpikeSort.DROP]
    spike, drop = told
    assert timedelta(0) < spike.opened_at - calendar.spike < 2 * HOUR
    first = here.get_one(Mention, spike.first_mention_id)
    origin = next(post for post in past.posts(NOW) if post.said.id == "plus")
    assert first.native_id == identity(origin)
    assert drop.observed == 0
    assert calendar.quiet < drop.opened_at <= calendar.quiet + past.QUIET


def test_the_storm_was_a_crisis_that_the_alarm_declared_and_people_stood_down(here: Session) -> None:
    crisis = here.scalars(select(Crisis)).one()
    assert (crisis.opened_by_id, crisis.is_demo) == (None, True)
    assert {"rise", "surge"} < set(crisis.reason["signs"])
    assert crisis.stood_down_at is not None
    assert crisis.note
    sorts = here.scalars(select(CrisisMove.sort).where(CrisisMove.crisis_id == crisis.id).order_by(CrisisMove.id)).all()
    assert (sorts[0], sorts[-1]) == ("declared", "stood_down")
    assert {"gathered", "assigned", "instructed", "holding", "noted"} <= set(sorts)


def test_edits_own_posts_boosts_and_late_ones_are_told_apart(here: Session) -> None:
    edited = here.scalar(select(func.count()).where(Mention.edited_at.is_not(None)))
    ours = set(here.scalars(select(Mention.is_ours).join(Issue, Issue.first_mention_id == Mention.id)))
    assert (edited or 0) >= 3
    assert ours == {False}
    assert here.scalar(select(func.count()).where(Mention.is_ours)) == sum(
        post.said.author in OWN_HANDLES
        for post in [*past.posts(NOW), *present.posts(NOW - WINDOW, NOW)]
        if not post.boosts
    )
    assert (here.scalar(select(func.count()).where(Mention.is_repost)) or 0) >= past.BOOSTS
    assert (here.scalar(select(func.count()).where(Issue.late_found)) or 0) >= 5


def test_no_notice_waits_to_leave_the_machine(here: Session) -> None:
    assert set(map(tuple, here.execute(select(Notice.channel, Notice.state).distinct()))) == {("inapp", "sent")}


def test_the_cast_is_here_and_the_outsider_belongs_to_nothing(here: Session) -> None:
    found = {one.name: one for one in stage.people(here)}
    assert set(found) == {person.name for person in CAST}
    assert (found["Cara"].department, found["Olaf"].department) == ("Care", "")
    assert found["Ada"].role == "admin"


def test_a_second_seed_changes_nothing(here: Session) -> None:
    before = counts(here)
    assert not stage.seed(lambda: nullcontext(here), NOW + HOUR, origin=ORIGIN)
    assert counts(here) == before


def test_its_feeds_move_with_the_port(here: Session) -> None:
    assert calling.moved(here, ORIGIN, NOW) == 0
    assert calling.moved(here, "http://127.0.0.1:9001", NOW) == 4
    assert {
        row.address.partition(
            "/",
        )[0]
        for row in here.scalars(select(Feed))
    } <= {"http:", "https:"}
    polled = here.scalars(select(Feed.address).where(Feed.source != "push")).all()
    assert all(address.startswith("http://127.0.0.1:9001/") for address in polled)


def test_the_contact_form_is_known_at_the_door(here: Session) -> None:
    desk = here.scalars(select(Feed).where(Feed.source == "push")).one()
    secret = ingest.secret_for(here, desk.id)
    assert secret
    ingest.verify(ingest.sign(b"{}", secret, int(NOW.timestamp())), b"{}", secret, NOW)


# and that it goes


def test_nothing_of_it_remains_when_it_is_removed(here: Session) -> None:
    gone = stage.remove(here, NOW)
    after = counts(here)
    changed = {name: (before, after[name]) for name, before in here.info["before"].items() if after[name] != before}
    # one person must be able to come in, which is written down; where routing stood is kept
    assert set(changed) <= {"members", "accounts", "route_marks", "audits"}
    assert gone > 700
    assert not stage.exists(here)
    left = here.scalars(select(Member)).one()
    assert (left.name, left.is_demo) == (FIRST_ADMIN[0], False)
    assert charts.current(here)[1] == charts.edition(here, charts.current(here)[0]).chart
    assert charting.NOTE not in here.execute(text("SELECT note FROM flowchart_versions")).scalars().all()


def test_who_administered_the_demo_in_a_browser_goes_on_as_the_first_administrator(here: Session) -> None:
    account = accounts.account_of(here, _number(here, "Ada"))
    secret = accounts.open_sign_in(here, account.id, NOW)
    stage.remove(here, NOW)
    visitor = accounts.browser(here, secret, NOW + HOUR)
    assert visitor is not None
    assert people.member(here, visitor.member_id).name == FIRST_ADMIN[0]


def test_what_is_real_stays_and_is_routed_anew(here: Session) -> None:
    feed = Feed(
        source="push", name="Real", address="push", due_at=NOW, created_at=NOW, interval=60.0, cursor={}, failures=0,
        heard_count=0, duplicate_count=0, rejected_count=0, options={}, own_handles=[],
    )  # fmt: skip
    here.add(feed)
    here.flush()
    issue = here.scalars(select(Issue).where(Issue.status == Status.TRIAGE).order_by(Issue.id)).first()
    assert issue is not None
    item = {
        "native_id": "real-1",
        "text": "My own parcel never arrived, please refund order 5511.",
        "created_at": NOW.isoformat(),
    }
    ingest.receive(here, feed, {"items": [item]}, None, NOW)
    mention = here.scalars(select(Mention).where(Mention.native_id == "real-1")).one()
    route.round(here, NOW)
    own = here.scalars(select(IssueMention).where(IssueMention.mention_id == mention.id)).one_or_none()
    if own is not None:
        here.delete(own)
        here.flush()
    here.add(IssueMention(mention_id=mention.id, issue_id=issue.id, joined_by="author", joined_at=NOW))
    here.flush()
    stage.remove(here, NOW)
    assert here.scalar(select(Mention.native_id).where(Mention.id == mention.id)) == "real-1"
    route.round(here, NOW + HOUR / 60)
    assert (
        here.scalar(select(Verdict.mention_id).where(Verdict.mention_id == mention.id, Verdict.is_current))
        == mention.id
    )


def _number(session: Session, name: str) -> int:
    return session.scalars(select(Member.id).where(Member.name == name, Member.is_demo)).one()
