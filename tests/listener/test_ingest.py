"""Feeds that call us: signed, idempotent, answered item by item."""

import hashlib
import hmac
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from listener import ingest
from listener.ingest import Refusal
from listener.models import Delivery, Feed, Mention, Rejection
from tests.listener.conftest import MakesFeeds

SECRET = "a secret"


@pytest.fixture
def feed(make_feed: MakesFeeds) -> Feed:
    return make_feed("push", address="", credential=SECRET)


def item(native_id: str = "1", **fields: Any) -> dict[str, Any]:
    return {
        "native_id": native_id,
        "text": f"Post {native_id} speaks of kettles",
        "created_at": "2026-11-21T13:30:00+03:30",
    } | fields


def body(*items: Any) -> bytes:
    return json.dumps({"items": items}, ensure_ascii=False).encode()


# signatures


def test_a_true_signature_is_accepted_in_any_spelling(now: datetime) -> None:
    raw = body(item())
    header = ingest.sign(raw, SECRET, int(now.timestamp()))
    at, _, seal = header.partition(",")
    by_hand = hmac.new(SECRET.encode(), f"{at[2:]}.".encode() + raw, hashlib.sha256).hexdigest()
    assert seal == f"v1={by_hand}"
    for spelling in (
        header,
        f"{at}, {seal}",
        f"{seal},{at}",
        f"{at},v1=00,{seal}",
        header.replace(seal, seal[:3] + seal[3:].upper()),
    ):
        ingest.verify(spelling, raw, SECRET, now)


@pytest.mark.parametrize(
    ("header", "key"),
    [
        (None, "unsigned"), ("", "unsigned"), ("nonsense", "unsigned"), ("t=1795262400", "unsigned"), ("v1=ab", "unsigned"),
        ("t=x,v1=ab", "unsigned"), ("t=1,t=2,v1=ab", "unsigned"), ("t=1795262400,v1=ab", "badly_signed"),
    ],
)  # fmt: skip
def test_a_missing_or_false_signature_is_refused(header: str | None, key: str, now: datetime) -> None:
    with pytest.raises(Refusal) as refused:
        ingest.verify(header, body(item()), SECRET, now)
    assert refused.value.key == key


@pytest.mark.parametrize(("seconds", "is_fine"), [(-301, False), (-299, True), (299, True), (301, False)])
def test_a_signature_is_good_for_five_minutes(seconds: int, is_fine: bool, now: datetime) -> None:
    header = ingest.sign(b"{}", SECRET, int((now + timedelta(seconds=seconds)).timestamp()))
    if is_fine:
        ingest.verify(header, b"{}", SECRET, now)
    else:
        with pytest.raises(Refusal, match="Check your clock"):
            ingest.verify(header, b"{}", SECRET, now)


def test_a_signature_fits_one_body_and_one_secret(now: datetime) -> None:
    header = ingest.sign(b"{}", SECRET, int(now.timestamp()))
    for raw, secret in ((b"{} ", SECRET), (b"{}", "another")):
        with pytest.raises(Refusal):
            ingest.verify(header, raw, secret, now)


def test_a_secret_is_known_for_pushing_feeds_that_are_listened_to(
    session: Session, feed: Feed, make_feed: MakesFeeds
) -> None:
    assert ingest.secret_for(session, feed.id) == SECRET
    assert ingest.secret_for(session, make_feed("rss", credential="x").id) is None
    assert ingest.secret_for(session, make_feed("push", credential="x", state="paused").id) is None
    assert ingest.secret_for(session, 0) is None
    assert len(ingest.new_secret()) > 40


# items


def test_each_item_is_answered(session: Session, feed: Feed, now: datetime) -> None:
    ingest.receive(session, feed, body(item("1"), item("2")), None, now)
    answer = ingest.receive(
        session, feed, body(item("1"), item("2", text="Other words"), item("3"), {"native_id": "4"}, 7), None, now
    )
    assert [one["status"] for one in answer.outcomes] == ["duplicate", "updated", "created", "rejected", "rejected"]
    assert answer.outcomes[3]["reason"] == "“text” is missing or empty."
    assert answer.outcomes[2]["mention_id"]
    assert session.scalar(select(func.count()).select_from(Mention)) == 3
    assert session.scalar(select(func.count()).select_from(Rejection)) == 2
    session.refresh(feed)
    assert (feed.heard_count, feed.rejected_count, feed.last_success_at) == (3, 2, now)


def test_every_field_finds_its_place(session: Session, feed: Feed, now: datetime) -> None:
    full = item(
        "9", text="<b>Bold</b> words", text_format="html", url="https://x.example/9", title="T", lang="de", parent_id="8", root_id="7",
        edited_at="2026-11-21T10:30:00Z", author={"id": 5, "handle": "h", "name": "N", "url": "https://x.example/h", "followers": "12"},
        counts={"likes": 1, "replies": 2, "shares": 3, "views": 4}, kind="review", rating="4.5", extra={"sku": "x"},
    )  # fmt: skip
    ingest.receive(session, feed, body(full), None, now)
    row = session.scalars(select(Mention)).one()
    assert (row.text, row.title, row.url, row.form, row.rating) == (
        "Bold words",
        "T",
        "https://x.example/9",
        "review",
        4.5,
    )
    assert (row.likes, row.replies, row.shares, row.views) == (1, 2, 3, 4)
    assert (row.posted_at, row.edited_at) == (now - timedelta(hours=2), now - timedelta(hours=1, minutes=30))
    assert row.thread == f"push:{feed.id}/7"
    assert row.extra == {"sku": "x"}


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"native_id": ""}, "native_id"), ({"native_id": None}, "native_id"), ({"text": None}, "text"),
        ({"created_at": None}, "created_at"), ({"created_at": "2026-11-21T10:00:00"}, "created_at"),
        ({"created_at": 1795255200}, "created_at"), ({"created_at": "today"}, "created_at"), ({"edited_at": "later"}, "edited_at"),
        ({"text_format": "rtf"}, "text_format"), ({"kind": "rant"}, "kind"), ({"rating": "many"}, "rating"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named(
    fields: dict[str, Any], reason: str, session: Session, feed: Feed, now: datetime
) -> None:
    answer = ingest.receive(session, feed, body(item(**fields)), None, now)
    assert answer.outcomes[0]["status"] == "rejected"
    assert f"“{reason}”" in answer.outcomes[0]["reason"]


@pytest.mark.parametrize("given", [item("1"), {"items": [item("1")]}, [item("1")]])
def test_one_item_or_a_list_will_do(given: Any, session: Session, feed: Feed, now: datetime) -> None:
    assert len(ingest.receive(session, feed, json.dumps(given).encode(), None, now).outcomes) == 1


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        (b"", "malformed"), (b"{", "malformed"), (b"7", "malformed"), (b'{"items": {}}', "malformed"), (b"\xff", "malformed"),
        (b"[" * 100_000, "malformed"), (json.dumps([1] * 501).encode(), "too_many"), (b" " * 1_000_001, "too_large"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_whole(
    raw: bytes, key: str, session: Session, feed: Feed, now: datetime
) -> None:
    with pytest.raises(Refusal) as refused:
        ingest.receive(session, feed, raw, None, now)
    assert refused.value.key == key
    assert session.scalar(select(func.count()).select_from(Delivery)) == 0


def test_five_hundred_items_are_taken_at_once(session: Session, feed: Feed, now: datetime) -> None:
    answer = ingest.receive(session, feed, body(*(item(str(one)) for one in range(500))), None, now)
    assert {one["status"] for one in answer.outcomes} == {"created"}


# deliveries


def test_the_same_key_gets_the_same_answer_and_stores_nothing(
    session: Session, feed: Feed, make_feed: MakesFeeds, now: datetime
) -> None:
    first = ingest.receive(session, feed, body(item("1")), "key", now)
    second = ingest.receive(session, feed, body(item("1", text="changed"), item("2")), " key ", now)
    assert not first.replayed
    assert second.replayed
    assert (second.outcomes, second.delivery_id) == (first.outcomes, first.delivery_id)
    assert session.scalar(select(func.count()).select_from(Mention)) == 1
    other = ingest.receive(session, make_feed("push"), body(item("1")), "key", now)
    assert not other.replayed  # a key is one feed's own


def test_the_last_fifty_deliveries_are_kept(session: Session, feed: Feed, now: datetime) -> None:
    for one in range(53):
        ingest.receive(session, feed, body(item(str(one % 3))), f"key-{one}", now)
    assert session.scalars(select(Delivery.idempotency_key).order_by(Delivery.id)).all() == [
        f"key-{one}" for one in range(3, 53)
    ]


def test_a_delivery_can_be_replayed(session: Session, feed: Feed, now: datetime) -> None:
    first = ingest.receive(session, feed, body(item("1"), {"native_id": "bad"}), None, now)
    session.delete(session.scalars(select(Mention)).one())
    session.flush()
    again = ingest.replay(session, first.delivery_id, now)
    assert again is not None
    assert [one["status"] for one in again.outcomes] == ["created", "rejected"]
    assert [one["status"] for one in ingest.replay(session, first.delivery_id, now).outcomes] == [
        "duplicate",
        "rejected",
    ]  # type: ignore[union-attr]
    assert ingest.replay(session, 0, now) is None


JSON = some.recursive(
    some.none() | some.booleans() | some.floats() | some.text() | some.integers(),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(
        some.sampled_from([*item(), "author", "counts", "extra", "rating", "kind", "url", "id", "handle", "likes"]), inner, max_size=6),
    max_leaves=20,
)  # fmt: skip


@given(JSON)
def test_no_item_whatever_breaks_the_reader(row: Any) -> None:
    ingest._one(row)
    ingest._one(item() | row if isinstance(row, dict) else row)
