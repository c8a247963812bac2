"""One pass over one item: everything a mention's row needs, whatever a stranger wrote."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.heard import Item, Speaker
from listener.judgement import Judgement, Topicality, judge
from listener.text import LONGEST
from listener.topics import read
from tests.listener.hostile import GROWING, HOSTILE

HEARD = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TOPICS = (
    Topicality(1, "brand", read('acme OR אקמה OR اكمه OR "acme cloud"')),
    Topicality(2, "product", read("refund NEAR/5 late")),
    Topicality(3, "industry", read("lang:fa")),
    Topicality(4, "influencer", read("author:@lina")),
)


def judged(text: str = "", title: str = "", **about: object) -> Judgement:
    item = Item(native_id="7", text=text, title=title, **about)  # type: ignore[arg-type]
    return judge(item, source="rss", heard_at=HEARD, topics=TOPICS)


def test_a_post_is_judged_whole_in_one_pass() -> None:
    found = judged(
        '<p>Still no <b>refund</b>, so late! Worst service, <a href="/acme">Acme</a> 😡</p>',
        text_format="html",
        url="https://a.example/1",
        author=Speaker("1", handle="Lina@a.example"),
        posted_at=HEARD - timedelta(hours=3),
        root_id="5",
        parent_id="6",
    )
    assert found.text == "Still no refund, so late! Worst service, Acme 😡"
    assert found.links == ("https://a.example/acme",)
    assert found.folded == "still no refund, so late! worst service, acme 😡"
    assert (found.language.code, found.mood.label, found.kind.kind) == ("en", "negative", "complaint")
    assert found.topic_ids == (1, 2, 4)
    assert found.fingerprint is not None
    assert found.posted_at == HEARD - timedelta(hours=3)
    assert found.thread == "rss:5"


@pytest.mark.parametrize(
    ("posted_at", "believed"),
    [
        (None, HEARD),
        (HEARD - timedelta(days=900), HEARD - timedelta(days=900)),
        (HEARD + timedelta(seconds=1), HEARD),
        (HEARD + timedelta(days=4000), HEARD),
        (datetime(1970, 1, 1, tzinfo=UTC), HEARD),
        (datetime(1, 1, 1, tzinfo=UTC), HEARD),
        (datetime(2026, 11, 21, 11, 0), datetime(2026, 11, 21, 11, 0, tzinfo=UTC)),  # noqa: DTZ001 - as feeds send it
    ],
)
def test_a_clock_that_lies_is_not_believed(posted_at: datetime | None, believed: datetime) -> None:
    assert judged("x", posted_at=posted_at).posted_at == believed


@pytest.mark.parametrize(
    ("about", "thread"), [({}, "rss:7"), ({"parent_id": "6"}, "rss:6"), ({"parent_id": "6", "root_id": "5"}, "rss:5")]
)
def test_a_thread_is_named_by_its_root(about: dict[str, str], thread: str) -> None:
    assert judged("x", **about).thread == thread


@pytest.mark.parametrize(
    ("title", "text", "folded"),
    [
        ("Acme", "is late", "acme is late"),
        ("Acme is", "Acme is late", "acme is late"),
        ("Acme is…", "Acme is late", "acme is late"),
        ("", "Acme", "acme"),
        ("Acme", "", "acme"),
    ],
)
def test_a_title_counts_unless_it_is_the_beginning_of_the_text(title: str, text: str, folded: str) -> None:
    assert judged(text, title).folded == folded


def test_a_feeds_language_helps_where_the_text_is_too_short() -> None:
    item = Item(native_id="1", text="👍")
    assert judge(item, source="rss", heard_at=HEARD, topics=TOPICS, feed_language="fa").language.code == "fa"


@pytest.mark.parametrize("form", ["plain", "html", "markdown"])
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_are_judged_and_can_be_stored(text: str, form: str) -> None:
    found = judged(text, title=text, text_format=form, author=Speaker("1", handle=text))
    for said in (found.text, found.title, found.folded, *found.links, *found.kind.why):
        said.encode()
        assert "\0" not in said


@given(st.text(), st.text(max_size=40), st.sampled_from(["plain", "html", "markdown"]))
def test_anything_that_is_text_is_judged(text: str, title: str, form: str) -> None:
    found = judged(text, title=title, text_format=form)
    assert found.posted_at <= HEARD
    assert len(found.text) <= LONGEST


@pytest.mark.parametrize("form", ["plain", "html", "markdown"])
@pytest.mark.parametrize("piece", GROWING)
def test_a_huge_text_takes_time_in_proportion(piece: str, form: str) -> None:
    def seconds(size: int) -> float:
        item = piece * (size // len(piece))
        times = []
        for _ in range(2):
            began = time.process_time()
            judged(item, text_format=form)
            times.append(time.process_time() - began)
        return min(times)

    # eight times the text: a quadratic reader would take sixty-four times as long
    assert seconds(48_000) < 25 * max(seconds(6_000), 0.005)
