"""Feeds, ingest, topics, mentions, authors, spikes, volume and the flowchart: over the API."""

import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session

from api.dependencies import fetcher
from api.pace import Pace
from api.v1 import ingest as pushing
from listener.fetch import Fetcher
from listener.ingest import MOST_BYTES, MOST_ITEMS, sign
from listener.models import Feed, MentionTopic, Spike, Topic, Volume
from listener.settings import Settings
from listener.volume import bucket_of
from tests.api.conftest import Cast, Maker, SignIn, TestClient
from triage import charts
from triage.models import IssueMention, Verdict

RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Forum</title>
<item><guid>1</guid><title>The lid</title><description>&lt;p&gt;It broke. I hate it.&lt;/p&gt;</description>
<pubDate>Sat, 21 Nov 2026 09:00:00 GMT</pubDate></item></channel></rss>"""


# feeds


@pytest.fixture
def place(app: FastAPI) -> Iterator[str]:
    """A feed on loopback, which this deployment allows."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = RSS.encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/rss+xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    at = f"127.0.0.1:{server.server_address[1]}"
    asking = Fetcher(Settings(allow_hosts=(at,)))
    app.dependency_overrides[fetcher] = lambda: asking
    try:
        yield f"http://{at}/feed.xml"
    finally:
        asking.close()
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_feed_is_tried_added_changed_paused_and_deleted(signed_in: SignIn, place: str) -> None:
    ada = signed_in("ada")
    tried = ada.post("/api/v1/feeds/preview", json={"source": "rss", "address": place}).json()
    assert (tried["title"], tried["error"]) == ("Forum", None)
    assert "It broke. I hate it." in tried["items"][0]["text"]
    assert "<p>" not in tried["items"][0]["text"]
    made = ada.post("/api/v1/feeds", json={"source": "rss", "address": place, "credential": "hush", "interval": 600})
    assert made.status_code == 201
    assert "hush" not in made.text
    path = f"/api/v1/feeds/{made.json()['id']}"
    assert ada.get(path).json()["has_credential"] is True
    assert ada.get(path).json()["health"]["word"] == "new"
    changed = ada.patch(path, json={"name": "The forum", "state": "paused"}).json()
    assert (changed["name"], changed["state"]) == ("The forum", "paused")
    assert ada.patch(path, json={"state": "active"}).json()["state"] == "active"
    assert ada.post(f"{path}/ask").status_code == 200
    assert [one["name"] for one in signed_in("cara").get("/api/v1/feeds").json()["items"]] == ["The forum"]
    assert ada.get(f"{path}/rejections").json() == {"items": [], "next": None}
    assert ada.delete(path).status_code == 204
    assert ada.get(path).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"source": "rss", "address": "not an address"},
        {"source": "rss", "address": "file:///etc/passwd"},
        {"source": "mastodon", "address": "https://social.example", "options": {}},
    ],
)
def test_a_feed_that_cannot_be_is_refused_with_what_to_do(signed_in: SignIn, body: dict[str, Any]) -> None:
    for path in ("/api/v1/feeds", "/api/v1/feeds/preview"):
        answer = signed_in("ada").post(path, json=body)
        assert (answer.status_code, answer.json()["key"]) == (422, "bad_feed")
        assert answer.json()["detail"]


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/feed", "http://169.254.169.254/latest", "http://localhost/x"])
def test_trying_a_feed_asks_no_private_place(signed_in: SignIn, place: str, address: str) -> None:
    tried = signed_in("ada").post("/api/v1/feeds/preview", json={"source": "rss", "address": address}).json()
    assert tried["items"] == []
    assert "HEARBACK_ALLOW_HOSTS" in tried["error"]


# ingest


@pytest.fixture
def pushed(signed_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A feed that calls us, with its secret."""
    monkeypatch.setattr(pushing, "_pace", Pace())
    made: dict[str, Any] = signed_in("ada").post("/api/v1/feeds", json={"source": "push", "name": "Shop"}).json()
    return made


def deliver(visitor: TestClient, feed: dict[str, Any], now: datetime, body: bytes | None = None, **headers: str) -> Any:
    content = body if body is not None else json.dumps({"items": [item("a")]}).encode()
    signed = {"X-Signature": sign(content, feed["secret"], int(now.timestamp()))} | headers
    return visitor.post(f"/api/v1/ingest/{feed['id']}", content=content, headers=signed)


def item(native_id: str, **changes: Any) -> dict[str, Any]:
    return {"native_id": native_id, "text": f"The lid broke, {native_id}.", "created_at": "2026-11-21T12:42:00+03:30"} | changes  # fmt: skip


def test_a_signed_delivery_is_taken_item_by_item(
    visitor: TestClient, pushed: dict[str, Any], now: datetime, signed_in: SignIn
) -> None:
    assert pushed["ingest_url"].endswith(f"/api/v1/ingest/{pushed['id']}")
    items = [item("a"), item("b", text=""), item("c", created_at="yesterday"), "not an item"]
    answer = deliver(visitor, pushed, now, json.dumps({"items": items}).encode())
    assert answer.status_code == 202
    outcomes = answer.json()["items"]
    assert [one["status"] for one in outcomes] == ["created", "rejected", "rejected", "rejected"]
    assert all(one["reason"] for one in outcomes[1:])
    heard = signed_in("cara").get(f"/api/v1/mentions/{outcomes[0]['mention_id']}").json()["mention"]
    assert (heard["source"], heard["posted_at"]) == ("push", "2026-11-21T09:12:00Z")
    (kept,) = signed_in("ada").get(f"/api/v1/feeds/{pushed['id']}/deliveries").json()["items"]
    assert kept["id"] == answer.json()["delivery_id"]
    replayed = signed_in("ada").post(f"/api/v1/feeds/{pushed['id']}/deliveries/{kept['id']}/replay")
    assert replayed.json()["outcome"][0]["status"] == "duplicate"


def test_the_same_key_gets_the_same_answer_and_stores_nothing_again(
    visitor: TestClient, pushed: dict[str, Any], now: datetime
) -> None:
    first = deliver(visitor, pushed, now, **{"Idempotency-Key": "k1"}).json()
    second = deliver(visitor, pushed, now, **{"Idempotency-Key": "k1"}).json()
    assert (first["replayed"], second["replayed"]) == (False, True)
    assert first["items"] == second["items"]


@pytest.mark.parametrize(
    ("headers", "key"),
    [
        ({"X-Signature": ""}, "ingest_unsigned"),
        ({"X-Signature": "t=1,v1="}, "ingest_unsigned"),
        ({"X-Signature": "t=1795262400,v1=00"}, "ingest_badly_signed"),
    ],
)
def test_an_unsigned_delivery_is_refused(
    visitor: TestClient, pushed: dict[str, Any], now: datetime, headers: dict[str, str], key: str
) -> None:
    answer = deliver(visitor, pushed, now, **headers)
    assert (answer.status_code, answer.json()["key"]) == (401, key)


def test_an_old_signature_a_body_that_was_changed_and_another_secret_are_refused(
    visitor: TestClient, pushed: dict[str, Any], now: datetime
) -> None:
    old = deliver(visitor, pushed, now - timedelta(minutes=6))
    assert (old.status_code, old.json()["key"]) == (401, "ingest_too_old")
    signature = sign(b"{}", pushed["secret"], int(now.timestamp()))
    assert deliver(visitor, pushed, now, b'{"items": []}', **{"X-Signature": signature}).status_code == 401
    assert deliver(visitor, pushed | {"secret": "another"}, now).status_code == 401


def test_a_renewed_secret_ends_the_old_one(
    visitor: TestClient, pushed: dict[str, Any], now: datetime, signed_in: SignIn
) -> None:
    renewed = signed_in("ada").post(f"/api/v1/feeds/{pushed['id']}/secret").json()["secret"]
    assert deliver(visitor, pushed, now).status_code == 401
    assert deliver(visitor, pushed | {"secret": renewed}, now).status_code == 202


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 422),
        (b"\xff", 422),
        (b'{"things": []}', 422),
        (json.dumps({"items": [{}] * (MOST_ITEMS + 1)}).encode(), 422),
        (b'{"items": [' + b" " * MOST_BYTES + b"]}", 413),
        (b'{"items": []}', 202),
    ],
)
def test_a_delivery_that_is_too_much_or_no_json_is_refused_with_a_sentence(
    visitor: TestClient, pushed: dict[str, Any], now: datetime, body: bytes, status: int
) -> None:
    answer = deliver(visitor, pushed, now, body)
    assert answer.status_code == status
    assert status == 202 or answer.json()["detail"]


def test_too_many_calls_are_told_when_to_come_again_and_a_stranger_uses_nothing_up(
    visitor: TestClient, pushed: dict[str, Any], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = pushing.settings().model_copy(update={"ingest_per_minute": 2})
    monkeypatch.setattr(pushing, "settings", lambda: chosen)
    for _ in range(5):
        assert deliver(visitor, pushed | {"secret": "stranger"}, now).status_code == 401
    assert [deliver(visitor, pushed, now).status_code for _ in range(3)] == [202, 202, 429]
    assert deliver(visitor, pushed, now).headers["retry-after"] == "60"


def test_a_feed_that_is_asked_or_paused_takes_no_calls(
    session: Session, visitor: TestClient, pushed: dict[str, Any], now: datetime, signed_in: SignIn
) -> None:
    signed_in("ada").patch(f"/api/v1/feeds/{pushed['id']}", json={"state": "paused"})
    assert deliver(visitor, pushed, now).status_code == 404
    asked = Feed(source="rss", name="x", address="https://x.example", credential="c", created_at=now, due_at=now)
    session.add(asked)
    session.flush()
    assert deliver(visitor, {"id": asked.id, "secret": "c"}, now).status_code == 404


# topics


def test_a_topic_is_checked_tried_added_changed_and_deleted(signed_in: SignIn, make: Maker) -> None:
    make.mention(text="The Nimbo lid", folded="the nimbo lid")
    ada = signed_in("ada")
    wrong = ada.post("/api/v1/topics/check", json={"query": "nimbo AND ("}).json()
    assert wrong["ok"] is False
    assert wrong["pointed"].splitlines()[1].strip() == "^"
    assert ada.post("/api/v1/topics/check", json={"query": "nimbo"}).json()["ok"] is True
    tried = ada.post("/api/v1/topics/preview", json={"query": "nimbo"}).json()
    assert (tried["found"], [one["text"] for one in tried["items"]]) == (1, ["The Nimbo lid"])
    made = ada.post("/api/v1/topics", json={"name": "Nimbo", "kind": "brand", "query": "nimbo"})
    assert made.status_code == 201
    path = f"/api/v1/topics/{made.json()['id']}"
    assert ada.patch(path, json={"enabled": False, "query": "nimbo OR lid"}).json()["enabled"] is False
    assert [one["name"] for one in signed_in("cara").get("/api/v1/topics").json()["items"]] == ["Nimbo"]
    assert signed_in("cara").get(path).json()["query"] == "nimbo OR lid"
    assert ada.delete(path).status_code == 204
    assert ada.delete(path).status_code == ada.get(path).status_code == ada.patch(path, json={}).status_code == 404


def test_a_topic_with_a_mistake_is_refused_with_its_place(signed_in: SignIn) -> None:
    body = {"name": "Nimbo", "kind": "brand", "query": "nimbo AND ("}
    answer = signed_in("ada").post("/api/v1/topics", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "body.query")
    assert answer.json()["data"]["position"] >= 0
    assert signed_in("ada").post("/api/v1/topics/preview", json={"query": "("}).json()["key"] == "bad_query"


def test_two_topics_have_two_names(signed_in: SignIn) -> None:
    body = {"name": "Nimbo", "kind": "brand", "query": "nimbo"}
    signed_in("ada").post("/api/v1/topics", json=body)
    answer = signed_in("ada").post("/api/v1/topics", json=body | {"name": "nimbo"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "body.name")


# mentions, authors


@pytest.fixture
def spoken(session: Session, make: Maker, now: datetime) -> dict[str, int]:
    """Three mentions of two authors: one of a topic, one in Persian, one spam."""
    topic = Topic(name="Nimbo", kind="brand", query="nimbo", created_at=now, updated_at=now)
    session.add(topic)
    session.flush()
    reza, mina = make.author("reza"), make.author("mina")
    lid = make.mention(author_id=reza.id, text="The lid", folded="the lid")
    fa = make.mention(author_id=mina.id, text="درب شکست", folded="درب شکست", language="fa", mood="unsure")
    spam = make.mention(
        author_id=mina.id, text="Buy", folded="buy", kind="spam", kind_confidence=0.9, posted_at=now - timedelta(days=3)
    )
    session.add(MentionTopic(mention_id=lid.id, topic_id=topic.id))
    session.flush()
    return {"lid": lid.id, "fa": fa.id, "spam": spam.id, "topic": topic.id, "reza": reza.id, "mina": mina.id}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["spam", "fa", "lid"]),
        ("?spam=false", ["fa", "lid"]),
        ("?q=lid", ["lid"]),
        ("?q=شكست", ["fa"]),
        ("?q=-lid&spam=false", ["fa"]),
        ("?language=fa", ["fa"]),
        ("?mood=unsure", ["fa"]),
        ("?kind=spam", ["spam"]),
        ("?topic_id={topic}", ["lid"]),
        ("?author_id={mina}", ["spam", "fa"]),
        ("?until=2026-11-20T00:00:00Z", ["spam"]),
        ("?since=2026-11-20T00:00:00Z", ["fa", "lid"]),
        ("?source=mastodon", []),
    ],
)
def test_mentions_are_found_by_what_is_asked(
    signed_in: SignIn, spoken: dict[str, int], query: str, found: list[str]
) -> None:
    items = signed_in("conor").get("/api/v1/mentions" + query.format(**spoken)).json()["items"]
    assert [one["id"] for one in items] == [spoken[name] for name in found]


def test_mentions_are_read_in_stretches(signed_in: SignIn, spoken: dict[str, int]) -> None:
    first = signed_in("max").get("/api/v1/mentions?limit=2").json()
    rest = signed_in("max").get(f"/api/v1/mentions?limit=2&cursor={first['next']}").json()
    assert [one["id"] for one in first["items"] + rest["items"]] == [spoken[name] for name in ("spam", "fa", "lid")]
    assert rest["next"] is None


def test_a_mention_tells_its_issue_only_to_those_who_may_know_it(
    session: Session, signed_in: SignIn, cast: Cast, make: Maker, now: datetime
) -> None:
    issue = make.issue(department_id=cast.care.id)
    version = charts.ensure_shipped(session, now).id
    session.add(
        Verdict(
            mention_id=issue.first_mention_id, chart_version=version, outcome="assign", department_id=cast.care.id,
            path=[], facts={}, joined_by="opened", issue_id=issue.id, at=now,
        )
    )  # fmt: skip
    session.flush()
    path = f"/api/v1/mentions/{issue.first_mention_id}"
    seen = {name: signed_in(name).get(path).json() for name in ("cara", "conor", "lina")}
    assert {name: one["issue_id"] for name, one in seen.items()} == {"cara": issue.id, "conor": None, "lina": issue.id}
    assert seen["conor"]["verdict"]["issue_id"] is None
    assert seen["cara"]["verdict"]["department"]["key"] == "care"
    assert session.get(IssueMention, issue.first_mention_id) is not None


def test_authors_are_found_with_what_they_said(signed_in: SignIn, spoken: dict[str, int]) -> None:
    cara = signed_in("cara")
    assert [one["handle"] for one in cara.get("/api/v1/authors?q=rez").json()["items"]] == ["reza"]
    assert cara.get(f"/api/v1/authors/{spoken['mina']}").json()["name"] == "Mina"
    said = cara.get(f"/api/v1/authors/{spoken['mina']}/mentions").json()["items"]
    assert [one["id"] for one in said] == [spoken["spam"], spoken["fa"]]
    assert cara.get("/api/v1/authors/999999/mentions").status_code == 404


# spikes, volume


def test_spikes_are_listed_and_read(session: Session, signed_in: SignIn, spoken: dict[str, int], now: datetime) -> None:
    spike = Spike(
        topic_id=spoken["topic"], sort="spike", started_at=now, opened_at=now, last_at=now, observed=240, typical=31,
        score=9.4, cause={"terms": ["lid"]},
    )  # fmt: skip
    session.add(spike)
    session.flush()
    cara = signed_in("cara")
    assert [one["id"] for one in cara.get("/api/v1/spikes?is_open=true&sort=spike").json()["items"]] == [spike.id]
    assert cara.get("/api/v1/spikes?is_open=false").json()["items"] == []
    assert cara.get(f"/api/v1/spikes/{spike.id}").json()["cause"] == {"terms": ["lid"]}


def test_volume_is_told_in_steps_with_the_quiet_ones(
    session: Session, signed_in: SignIn, spoken: dict[str, int], make: Maker, now: datetime
) -> None:
    assert make.feed is not None
    at = bucket_of(now - timedelta(hours=2))
    row = {"topic_id": spoken["topic"], "feed_id": make.feed.id, "bucket": at, "total": 5, "distinct": 4, "negative": 2}
    session.add(Volume(**row))
    session.flush()
    query = f"/api/v1/volume?topic_id={spoken['topic']}&from=2026-11-21T09:00:00Z&to=2026-11-21T12:00:00Z"
    points = signed_in("cara").get(query).json()["points"]
    assert [(one["at"], one["total"], one["negative"]) for one in points] == [
        ("2026-11-21T09:00:00Z", 0, 0), ("2026-11-21T10:00:00Z", 5, 2), ("2026-11-21T11:00:00Z", 0, 0),
    ]  # fmt: skip
    assert len(signed_in("cara").get("/api/v1/volume").json()["points"]) == 24
    for wrong in ("from=2026-11-22T00:00:00Z", "from=2016-11-21T00:00:00Z&step=5m"):
        assert signed_in("cara").get(f"/api/v1/volume?{wrong}").status_code == 422


# the flowchart


def test_the_chart_is_read_checked_tried_published_and_drawn(
    session: Session, signed_in: SignIn, now: datetime
) -> None:
    charts.ensure_shipped(session, now)
    ada = signed_in("ada")
    current = ada.get("/api/v1/flowchart").json()
    assert current["in_force"] is True
    assert current["source"] == charts.shipped()
    assert ada.post("/api/v1/flowchart/check", json={"source": current["source"]}).json()["ok"] is True
    tried = ada.post("/api/v1/flowchart/dry-run", json={"source": current["source"]}).json()
    assert (tried["mentions"], tried["changed"]) == (0, 0)
    made = ada.post("/api/v1/flowchart/versions", json={"source": current["source"], "note": "The same"})
    assert (made.status_code, made.json()["by"], made.json()["note"]) == (201, "Ada", "The same")
    assert [one["in_force"] for one in ada.get("/api/v1/flowchart/versions").json()["items"]] == [True, False]
    assert ada.get(f"/api/v1/flowchart/versions/{current['id']}").json()["in_force"] is False
    picture = signed_in("cara").get("/api/v1/flowchart/drawing.svg?language=fa")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.text.lstrip().startswith("<svg")
    assert signed_in("cara").get("/api/v1/flowchart/drawing.svg?mention_id=999999").status_code == 404


def test_a_chart_with_mistakes_is_not_published_and_every_line_is_named(
    signed_in: SignIn, session: Session, now: datetime
) -> None:
    charts.ensure_shipped(session, now)
    source = 'start = "a"\n\n[steps.a]\nask = "no_such_fact"\ntest = "holds"\nyes = "b"\nno = "c"\n'
    checked = signed_in("max").post("/api/v1/flowchart/check", json={"source": source}).json()
    assert checked["ok"] is False
    assert {problem["step"] for problem in checked["problems"]} == {"a"}
    answer = signed_in("ada").post("/api/v1/flowchart/versions", json={"source": source})
    assert (answer.status_code, answer.json()["key"]) == (422, "bad_chart")
    assert len(answer.json()["errors"]) == len(checked["problems"])
    for broken in ("", "start = ", "\x00"):
        assert signed_in("ada").post("/api/v1/flowchart/versions", json={"source": broken}).status_code == 422


def test_before_the_first_chart_there_is_none(signed_in: SignIn) -> None:
    assert signed_in("cara").get("/api/v1/flowchart").status_code == 404
