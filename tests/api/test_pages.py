"""Every page as every role: whole, framed, and working with and without script."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import FastAPI
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from api import accounts
from api.dependencies import COOKIE, fetcher
from api.models import Token
from api.rendering import inside
from listener import feeds, listening
from listener.heard import Ask, Reply
from listener.models import Feed, Spike, Topic
from tests.api.conftest import Cast, Maker, TestClient
from triage import charts, notify, people
from triage.models import Issue, Member, Move, Status, Verdict
from triage.models import Notice as NoticeRow

SignIn = Callable[[str], TestClient]
EVERYBODY = ("cara", "conor", "petra", "lina", "max", "ada")
PAGES = (
    "/inbox", "/promises", "/promises?days=30&by=kind", "/promises?mine=1", "/mentions", "/spikes", "/feeds", "/topics",
    "/flowchart", "/people", "/departments", "/policy", "/me/notices", "/me/access", "/notices", "/quarantine", "/hearing", "/events", "/hushes", "/today",
    "/inbox/filters", "/views",
)  # fmt: skip
OWN = ("/people", "/me/access")  # everybody who is signed in has these
SWAP = {"HX-Request": "true"}


class Outline(HTMLParser):
    """What a page is made of: tags, ids, labels, forms, links, and words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self._quiet = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._quiet += tag in ("script", "style", "svg")

    def handle_endtag(self, tag: str) -> None:
        self._quiet -= tag in ("script", "style", "svg")

    def handle_data(self, data: str) -> None:
        if not self._quiet:
            self.words += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture
def chart(session: Session, now: datetime) -> int:
    """The chart that ships, in force."""
    return charts.ensure_shipped(session, now - timedelta(days=30)).id


@pytest.fixture
def matter(session: Session, cast: Cast, make: Maker, chart: int, now: datetime) -> Issue:
    """One complaint of Reza's in triage, suggested to Care, with its verdict and its path."""
    author = make.author("reza")
    said = make.mention(posted_at=now - timedelta(hours=11), heard_at=now - timedelta(hours=10.9),
                        author_id=author.id, text="<b>My order</b> & nobody answers", folded="my order nobody answers",
                        url="https://example.org/p/1", kind_confidence=0.4)  # fmt: skip
    issue = make.issue(said, department_id=cast.care.id, author_id=author.id)
    path = [{"step": "spam", "fact": "kind", "value": "complaint", "test": "is", "answer": "no"}, {"end": "care"}]
    session.add(Verdict(mention_id=said.id, chart_version=chart, outcome="assign", department_id=cast.care.id,
                        path=path, facts={}, joined_by="opened", issue_id=issue.id, at=now))  # fmt: skip
    session.flush()
    return issue


def form(client: TestClient, issue: Issue, verb: str, **values: object) -> Any:
    given = {"verb": verb, "seen": issue.version, **values}
    return client.post(f"/issues/{issue.id}/moves", data=given)


# who sees what


@pytest.mark.parametrize("name", EVERYBODY)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_for_everybody_who_belongs_here(signed_in: SignIn, matter: Issue, name: str, path: str) -> None:
    answer = signed_in(name).get(path)
    assert answer.status_code == 200, answer.text[:500]
    outline = Outline(answer.text)
    assert len(outline.all("main")) == 1
    assert len(outline.all("h1")) == 1
    assert outline.all("html")[0]["lang"] == "en"
    assert {"aria-label": "Main", "class": "nav"}.items() <= outline.all("nav")[0].items()
    assert [link for link in outline.all("a") if link.get("class") == "skip" and link["href"] == "#main"]
    assert not re.search(r"%\(\w+\)s", outline.words)


@pytest.mark.parametrize("path", [page for page in PAGES if page not in OWN])
def test_an_outsider_sees_nothing(signed_in: SignIn, matter: Issue, path: str) -> None:
    answer = signed_in("olaf").get(path)
    assert answer.status_code == 403
    assert "order" not in answer.text


def test_an_outsider_finds_their_own_settings_and_nobody_else(signed_in: SignIn, matter: Issue) -> None:
    answer = signed_in("olaf").get("/people")
    assert answer.status_code == 200
    assert "cara@example.org" not in answer.text
    assert "<bdi>Cara<" not in answer.text


@pytest.mark.parametrize("path", PAGES)
def test_nobody_comes_in_without_signing_in(visitor: TestClient, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/signin?next=")


def test_a_swap_of_somebody_signed_out_goes_to_the_sign_in(visitor: TestClient) -> None:
    assert visitor.get("/inbox", headers=SWAP).headers["hx-redirect"].startswith("/signin")


@pytest.mark.parametrize("language", ["fa", "ar", "he"])
@pytest.mark.parametrize("path", [*PAGES, "/inbox?lane=all", "/flowchart/history", "/flowchart/compare"])
def test_a_page_speaks_the_members_language(
    signed_in: SignIn, session: Session, cast: Cast, matter: Issue, language: str, path: str
) -> None:
    people.update_member(session, cast.ada.member_id, language=language, timezone="Asia/Tehran")
    answer = signed_in("ada").get(path)
    assert answer.status_code == 200
    outline = Outline(answer.text)
    assert outline.all("html")[0]["dir"] == "rtl"
    assert "Skip to the page" not in outline.words
    assert not re.search(r"%\(\w+\)s", outline.words)


@pytest.mark.parametrize("path", PAGES)
def test_every_field_has_a_label_and_every_id_is_there_once(signed_in: SignIn, matter: Issue, path: str) -> None:
    outline = Outline(signed_in("ada").get(path).text)
    labelled = {label.get("for") for label in outline.all("label")}
    ids = [attrs["id"] for _, attrs in outline.tags if attrs.get("id")]
    assert len(ids) == len(set(ids))
    for tag in ("input", "select", "textarea"):
        for field in outline.all(tag):
            if field.get("type") in ("hidden", "radio", "checkbox"):
                continue
            assert field.get("id") in labelled or field.get("aria-label"), field
    described = {part for _, attrs in outline.tags for part in (attrs.get("aria-describedby") or "").split()}
    assert described <= set(ids)


@pytest.mark.parametrize("path", PAGES)
def test_no_page_needs_script_or_style_of_its_own(signed_in: SignIn, matter: Issue, path: str) -> None:
    outline = Outline(signed_in("ada").get(path).text)
    assert not [attrs for _, attrs in outline.tags if "style" in attrs]
    assert not [name for _, attrs in outline.tags for name in attrs if name.startswith("on")]
    assert all(script.get("src") for script in outline.all("script"))


# the demo


def test_the_demo_says_so_on_every_page_and_only_an_administrator_may_remove_it(
    signed_in: SignIn, session: Session, matter: Issue
) -> None:
    assert "This is a demo." not in signed_in("lina").get("/inbox").text
    session.execute(update(Feed).values(is_demo=True))
    for path in PAGES:
        assert "This is a demo." in signed_in("lina").get(path).text
    assert 'action="/demo/remove"' not in signed_in("lina").get("/inbox").text
    assert 'action="/demo/remove"' in signed_in("ada").get("/inbox").text
    assert signed_in("max").post("/demo/remove").status_code == 403


# signing in


def test_a_link_is_spent_by_its_button_and_not_by_a_mail_scanner(
    visitor: TestClient, session: Session, cast: Cast, now: datetime
) -> None:
    secret = accounts.sign_in_link(session, cast.lina.member_id, now)
    for _ in range(2):
        assert "Come in" in visitor.get(f"/signin/{secret}").text
    answer = visitor.post(f"/signin/{secret}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/inbox")
    assert COOKIE in answer.headers["set-cookie"]
    visitor.cookies.clear()
    assert visitor.post(f"/signin/{secret}").status_code == 410


def test_a_wrong_password_says_how_many_tries_are_left(visitor: TestClient, session: Session, cast: Cast) -> None:
    accounts.set_password(session, cast.lina.member_id, "correct horse battery")
    wrong = {"email": "lina@example.org", "password": "guess"}
    assert "4 tries are left" in visitor.post("/signin", data=wrong).text
    for _ in range(3):
        visitor.post("/signin", data=wrong)
    assert "rests until" in visitor.post("/signin", data=wrong).text


def test_a_right_password_goes_on_to_the_page_that_was_asked_for(
    visitor: TestClient, session: Session, cast: Cast
) -> None:
    accounts.set_password(session, cast.lina.member_id, "correct horse battery")
    right = {"email": "lina@example.org", "password": "correct horse battery", "next": "/promises?days=30"}
    answer = visitor.post("/signin", data=right)
    assert answer.headers["location"] == "/promises?days=30"
    assert visitor.get("/signin").headers["location"] == "/inbox"


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil", "", "x"])
def test_nobody_is_sent_to_another_site(wanted: str) -> None:
    assert inside(wanted) == "/inbox"


def test_the_language_can_be_chosen_before_signing_in(visitor: TestClient) -> None:
    assert 'lang="he"' in visitor.get("/signin", headers={"Accept-Language": "he-IL,he;q=0.9"}).text
    visitor.post("/language", data={"language": "fa", "next": "/signin"})
    assert '<html lang="fa" dir="rtl"' in visitor.get("/signin").text


def test_signing_out_forgets_the_browser(signed_in: SignIn) -> None:
    client = signed_in("lina")
    assert client.post("/signout").headers["location"] == "/signin"
    assert client.get("/inbox").status_code == 303


# the inbox


def test_the_most_urgent_card_is_in_hand(signed_in: SignIn, matter: Issue) -> None:
    answer = signed_in("lina").get("/inbox")
    assert "At risk, 1 h left" in answer.text
    assert "&lt;b&gt;My order&lt;/b&gt;" in answer.text
    assert "<b>My order" not in answer.text
    assert f"HB-{matter.id}" in answer.text
    assert "Acknowledge, hand over, next" in answer.text


def test_an_empty_lane_says_so(signed_in: SignIn, chart: int) -> None:
    assert "Everyone has been heard" in signed_in("lina").get("/inbox").text


def test_an_owner_begins_with_what_is_theirs(signed_in: SignIn, matter: Issue) -> None:
    assert 'data-lane="mine"' in signed_in("cara").get("/inbox").text


def test_a_lane_nobody_knows_is_refused(signed_in: SignIn) -> None:
    assert signed_in("lina").get("/inbox?lane=nonsense").status_code == 422


def test_a_card_opens_in_the_pane_alone(signed_in: SignIn, matter: Issue) -> None:
    headers = {**SWAP, "HX-Target": "pane"}
    answer = signed_in("lina").get(f"/inbox?open={matter.id}", headers=headers)
    assert answer.text.lstrip().startswith('<section class="read" id="pane"')
    assert "<html" not in answer.text
    assert 'id="said"' not in answer.text  # nothing was said, so what stands there stays


def test_one_act_acknowledges_hands_over_and_shows_the_next_card(
    signed_in: SignIn, session: Session, cast: Cast, make: Maker, matter: Issue
) -> None:
    following = make.issue()
    client = signed_in("lina")
    values = {"words": "I am sorry.", "department_id": cast.care.id, "lane": "triage"}
    answer = form(client, matter, "acknowledge_hand_over", **values)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/inbox?lane=triage&open={following.id}"
    session.refresh(matter)
    assert matter.status == Status.HANDED
    assert matter.acknowledged_by == cast.lina.member_id
    assert "Handed to Care." in client.get(answer.headers["location"]).text


def test_of_two_acts_done_as_one_a_refused_second_takes_the_first_back(
    signed_in: SignIn, session: Session, cast: Cast, matter: Issue, now: datetime
) -> None:
    empty = people.create_department(session, key="legal", name="Legal")
    answer = form(
        signed_in("lina"), matter, "acknowledge_hand_over", words="Sorry.", department_id=empty.id, lane="triage"
    )
    assert answer.status_code == 409
    assert "Nobody in Legal can take this now" in answer.text
    assert "Sorry." in answer.text
    session.refresh(matter)
    assert matter.acknowledged_at is None


def test_the_loser_is_told_who_was_faster_and_keeps_the_draft(
    signed_in: SignIn, session: Session, cast: Cast, matter: Issue
) -> None:
    old = matter.version
    form(signed_in("max"), matter, "acknowledge_hand_over", words="We are on it.", department_id=cast.care.id)
    answer = signed_in("lina").post(
        f"/issues/{matter.id}/moves",
        data={"verb": "acknowledge", "seen": old, "words": "My own kind words.", "lane": "triage"},
        headers={**SWAP, "HX-Target": "desk"},
    )
    assert answer.status_code == 409
    assert "answered this" in answer.text
    assert "My own kind words." in answer.text
    assert "Keep mine as a note" in answer.text
    assert answer.headers["hx-push-url"] == "false"
    assert answer.text.lstrip().startswith('<div class="desk"')


def test_news_counts_what_came_and_names_who_took_a_card(
    signed_in: SignIn, session: Session, cast: Cast, make: Maker, matter: Issue, now: datetime
) -> None:
    other = make.issue()
    form(signed_in("max"), other, "dismiss", words="A joke.")
    fresh = make.issue()
    asked = {"lane": "triage", "since": (now - timedelta(minutes=1)).isoformat(), "shown": [matter.id, other.id]}
    answer = signed_in("lina").get("/inbox/news", params=asked)
    assert "1 new since you began reading" in answer.text
    assert f'id="clock-{matter.id}"' in answer.text
    assert f'id="clock-{fresh.id}"' not in answer.text
    assert "<bdi>Max</bdi> took this: dismissed." in answer.text
    assert answer.text.count('hx-swap-oob="true"') >= 4


# one issue


def test_an_issue_shows_its_promises_its_story_and_its_path(signed_in: SignIn, matter: Issue) -> None:
    answer = signed_in("lina").get(f"/issues/{matter.id}")
    assert answer.status_code == 200
    assert "Why this deadline" in answer.text
    assert "So: 01:00 + 12 h = 13:00" in answer.text
    assert "Reza" in answer.text
    assert '<svg class="flow"' in answer.text
    assert "Spam?" in answer.text


def test_an_owner_does_not_learn_of_another_departments_issue(signed_in: SignIn, matter: Issue) -> None:
    assert signed_in("petra").get(f"/issues/{matter.id}").status_code == 404
    assert signed_in("cara").get(f"/issues/{matter.id}").status_code == 200
    assert form(signed_in("petra"), matter, "note", words="x").status_code in (403, 404)


@pytest.mark.parametrize("verb", ["dismiss", "note"])
def test_a_reason_that_is_missing_is_asked_for_beside_its_field(
    signed_in: SignIn, session: Session, matter: Issue, verb: str
) -> None:
    answer = form(signed_in("lina"), matter, verb, words="  ")
    assert answer.status_code == 422
    assert f'id="e-{verb}"' in answer.text
    session.refresh(matter)
    assert matter.status == Status.TRIAGE


def test_an_issue_goes_all_the_way_with_plain_forms(
    signed_in: SignIn, session: Session, cast: Cast, matter: Issue
) -> None:
    lina, cara = signed_in("lina"), signed_in("cara")

    def act(client: TestClient, verb: str, **values: object) -> None:
        session.refresh(matter)
        page = client.get(f"/issues/{matter.id}").text
        offered = {"private": 'name="step" value="channel"'}.get(verb, f'name="verb" value="{verb}"')
        assert offered in page, verb
        answer = form(client, matter, verb, **values)
        # whoever hands it back may not see it any more
        onward = "/inbox" if verb == "bounce" else f"/issues/{matter.id}"
        assert (answer.status_code, answer.headers["location"]) == (303, onward)

    act(lina, "acknowledge", words="I am sorry.")
    act(lina, "hand_over", department_id=cast.care.id, owner_id="")
    act(cara, "bounce", words="This is about a lid.")
    act(lina, "hand_over", department_id=cast.care.id, owner_id=cast.cara.member_id)
    act(cara, "accept")
    act(cara, "private", channel="e-mail")
    act(cara, "note", words="She sent a photo.")
    act(cara, "pause", hours=2, words="the order number")
    act(cara, "resume")
    act(cara, "resolve", refund="given", customer="stays", words="Done.")
    session.refresh(matter)
    assert matter.status == Status.RESOLVED
    assert matter.outcome == {"refund": "given", "customer": "stays"}
    page = cara.get(f"/issues/{matter.id}").text
    assert "Asked, given" in page
    assert "She sent a photo." in page
    act(lina, "reopen", words="It came back.")
    sorts = list(session.scalars(select(Move.sort).where(Move.issue_id == matter.id).order_by(Move.id)))
    assert sorts[-1] == "reopen"


def test_issues_are_merged_by_number_and_split_again(
    signed_in: SignIn, session: Session, make: Maker, matter: Issue
) -> None:
    other, client = make.issue(), signed_in("lina")
    assert form(client, other, "merge", into="nonsense").status_code == 422
    assert form(client, other, "merge", into=f" hb-{matter.id} ").status_code == 303
    session.refresh(matter)
    assert matter.mention_count == 2
    assert f"HB-{matter.id}" in client.get(f"/issues/{other.id}").text
    answer = form(client, matter, "split", mention=[other.first_mention_id])
    assert answer.status_code == 303
    session.refresh(matter)
    assert matter.mention_count == 1


def test_there_is_no_issue_without_a_number(signed_in: SignIn) -> None:
    assert signed_in("lina").get("/issues/999999").status_code == 404
    assert signed_in("lina").get("/issues/x").status_code == 422


# promises


def test_the_promises_say_one_sentence_first_and_link_their_rows(signed_in: SignIn, matter: Issue) -> None:
    text = signed_in("max").get("/promises").text
    assert "At today's pace one more will break in the next 4 hours." in Outline(text).words
    rows = signed_in("max").get("/promises/issues?promise=triage&number=at_risk&days=7")
    assert f"/issues/{matter.id}" in rows.text


def test_rows_of_other_departments_are_counted_and_not_shown(signed_in: SignIn, matter: Issue) -> None:
    answer = signed_in("petra").get("/promises/issues?promise=triage&number=at_risk&days=7")
    assert f"/issues/{matter.id}" not in answer.text
    assert "1 more belongs to other departments" in answer.text


def test_the_promises_come_as_csv(signed_in: SignIn, cast: Cast, matter: Issue) -> None:
    answer = signed_in("max").get("/promises.csv?by=department")
    lines = answer.text.lstrip("\ufeff").splitlines()
    assert lines[0].startswith("from,to,timezone,department,promise,late_found,kept,broken")
    assert any(",Care,triage,False,0,0,0,1," in line for line in lines)
    assert "attachment" in answer.headers["content-disposition"]


def test_a_name_that_a_spreadsheet_would_run_is_written_as_text(
    signed_in: SignIn, session: Session, cast: Cast, matter: Issue
) -> None:
    people.update_department(session, cast.care.id, name="=1+1")
    assert "'=1+1" in signed_in("max").get("/promises.csv").text


# mentions, spikes


def test_mentions_are_found_marked_and_filtered(
    signed_in: SignIn, session: Session, matter: Issue, now: datetime
) -> None:
    client = signed_in("lina")
    assert "My <mark>order</mark>" in client.get("/mentions?q=order").text.replace("&lt;b&gt;", "")
    assert "Nothing fits" in client.get("/mentions?q=kettle").text
    assert "complaint? 40% sure" in client.get("/mentions?kind=complaint&topic=&source=rss").text
    assert f"/issues/{matter.id}" in client.get("/mentions").text
    assert f"Go to issue HB-{matter.id}" in client.get(f"/mentions?q=HB-{matter.id}").text


def test_a_mention_shows_where_it_went_and_why(signed_in: SignIn, matter: Issue) -> None:
    text = signed_in("lina").get(f"/mentions/{matter.first_mention_id}").text
    assert "Where it went, and why" in text
    assert '<svg class="flow"' in text
    assert signed_in("lina").get("/mentions/999999").status_code == 404


@pytest.mark.parametrize("sort", ["spike", "drop", "surge"])
def test_an_incident_is_told_with_its_table(
    signed_in: SignIn, session: Session, make: Maker, matter: Issue, now: datetime, sort: str
) -> None:
    topic = listening.create(session, name="Nimbo Mini", kind="product", query="nimbo", now=now)
    cause = {"sources": [{"name": "rss", "share": 0.6, "typical": 0.2}], "biggest": {"what": "thread", "share": 0.6}}
    spike = Spike(topic_id=topic.id, sort=sort, started_at=now - timedelta(hours=3), opened_at=now, last_at=now,
                  observed=0.6 if sort == "surge" else 30, typical=0.2 if sort == "surge" else 4, score=8, cause=cause,
                  baseline={"window_minutes": 30}, first_mention_id=matter.first_mention_id)  # fmt: skip
    session.add(spike)
    session.flush()
    client = signed_in("lina")
    assert "1 thing is unusual now." in client.get("/spikes").text
    answer = client.get(f"/spikes/{spike.id}")
    assert answer.status_code == 200
    assert 'id="hours"' in answer.text
    assert "from one thread" in answer.text
    assert client.get("/spikes/999999").status_code == 404


def test_a_silent_feed_is_an_incident_without_a_chart(signed_in: SignIn, session: Session, now: datetime) -> None:
    feed = feeds.create(session, source="rss", address="https://example.org/f", now=now, name="Press")
    spike = Spike(feed_id=feed.id, sort="silence", started_at=now, opened_at=now, last_at=now, observed=0, typical=20,
                  score=1, baseline={}, cause={"why": "failing"})  # fmt: skip
    session.add(spike)
    session.flush()
    client = signed_in("lina")
    assert "has gone silent" in client.get(f"/spikes/{spike.id}").text
    assert "Press" in client.get("/spikes").text


# feeds, topics


def test_a_feed_is_added_paused_changed_and_deleted(signed_in: SignIn, session: Session) -> None:
    client = signed_in("ada")
    answer = client.post("/feeds", data={"source": "rss", "address": "https://press.example/f.xml", "name": "Press"})
    assert answer.status_code == 303
    feed = session.scalars(select(Feed).where(Feed.name == "Press")).one()
    assert answer.headers["location"] == f"/feeds/{feed.id}"
    for verb, state in (("pause", "paused"), ("resume", "active"), ("ask", "active")):
        assert client.post(f"/feeds/{feed.id}/{verb}").status_code == 303
        assert feed.state == state
    changed = {"address": feed.address, "name": "Coffee press", "interval": "900", "own_handles": "@a, @b"}
    assert client.post(f"/feeds/{feed.id}", data=changed).status_code == 303
    assert (feed.name, feed.interval, feed.own_handles) == ("Coffee press", 900, ["@a", "@b"])
    assert "Coffee press" in client.get(f"/feeds/{feed.id}").text
    assert client.post(f"/feeds/{feed.id}/delete").headers["location"] == "/feeds"
    assert client.get(f"/feeds/{feed.id}").status_code == 404


def test_a_feed_that_cannot_work_is_told_why_and_keeps_what_was_typed(signed_in: SignIn) -> None:
    answer = signed_in("ada").post("/feeds", data={"source": "mastodon", "address": "nonsense", "what": "#nimbo"})
    assert answer.status_code == 422
    assert 'value="nonsense"' in answer.text
    assert 'role="alert"' in answer.text


class OneReply:
    """A world in which every place answers the same."""

    def __init__(self, reply: Reply) -> None:
        self._reply = reply

    def fetch(self, ask: Ask) -> Reply:
        """Answer."""
        return self._reply


PAPER = b"""<rss version="2.0"><channel><title>Press</title><item><guid>1</guid><title>A lid</title>
<description>&lt;p&gt;The order never came, I hate it.&lt;/p&gt;</description>
<pubDate>Sat, 21 Nov 2026 09:00:00 GMT</pubDate></item></channel></rss>"""


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(200, "https://press.example/f", {"content-type": "application/rss+xml"}, PAPER), "The order never came"),
        (Reply(0, "https://press.example/f", trouble="It did not answer within 30 s."), "It did not answer"),
    ],
)
def test_a_feed_is_tried_before_it_is_kept(
    app: FastAPI, signed_in: SignIn, session: Session, reply: Reply, words: str
) -> None:
    app.dependency_overrides[fetcher] = lambda: OneReply(reply)
    answer = signed_in("ada").post("/feeds/try", data={"source": "rss", "address": "https://press.example/f"})
    assert answer.status_code == 200
    assert words in answer.text
    assert 'value="https://press.example/f"' in answer.text
    assert session.scalar(select(Feed).where(Feed.address == "https://press.example/f")) is None


def test_a_feed_that_calls_us_shows_its_secret_once(signed_in: SignIn, session: Session) -> None:
    client = signed_in("ada")
    answer = client.post("/feeds", data={"source": "push", "name": "Desk"})
    feed = session.scalars(select(Feed).where(Feed.name == "Desk")).one()
    assert feed.credential is not None
    assert feed.credential in answer.text
    assert f"/api/v1/ingest/{feed.id}" in answer.text
    assert feed.credential not in client.get(f"/feeds/{feed.id}").text
    old = feed.credential
    assert old not in client.post(f"/feeds/{feed.id}/secret").text
    assert feed.credential != old


def test_a_mastodon_tag_and_search_become_options(signed_in: SignIn, session: Session) -> None:
    client = signed_in("ada")
    for what, options in (("#nimbo", {"tag": "nimbo"}), ("nimbo mini", {"query": "nimbo mini"})):
        client.post(
            "/feeds", data={"source": "mastodon", "address": "https://social.example", "what": what, "name": what}
        )
        assert session.scalars(select(Feed.options).where(Feed.name == what)).one() == options


@pytest.mark.parametrize(
    "path", ["/feeds", "/topics", "/flowchart/reroute", "/people/members", "/feeds/try", "/topics/try"]
)
@pytest.mark.parametrize("name", ["lina", "cara", "max"])
def test_only_administrators_set_things_up(signed_in: SignIn, chart: int, name: str, path: str) -> None:
    assert signed_in(name).post(path, data={"source": "x", "name": "x", "query": "x"}).status_code == 403


def test_forms_of_another_site_do_nothing(signed_in: SignIn, session: Session) -> None:
    client = signed_in("ada")
    headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert client.post("/topics", data={"name": "x", "kind": "brand", "query": "x"}, headers=headers).status_code == 403
    assert session.scalar(select(Topic)) is None


def test_a_topic_is_tried_kept_changed_and_deleted(signed_in: SignIn, session: Session, matter: Issue) -> None:
    client = signed_in("ada")
    tried = client.post("/topics/try", data={"name": "Orders", "kind": "brand", "query": "order"})
    assert "1 of the last 1 mentions" in Outline(tried.text).words
    assert session.scalar(select(Topic)) is None
    assert client.post("/topics", data={"name": "Orders", "kind": "brand", "query": "order"}).status_code == 303
    topic = session.scalars(select(Topic)).one()
    assert (
        client.post(f"/topics/{topic.id}", data={"name": "Orders", "kind": "product", "query": "order"}).status_code
        == 303
    )
    assert (topic.kind, topic.enabled) == ("product", False)
    assert client.post(f"/topics/{topic.id}/delete").headers["location"] == "/topics"


def test_a_mistake_in_a_query_is_pointed_at(signed_in: SignIn, matter: Issue) -> None:
    answer = signed_in("ada").post("/topics", data={"name": "x", "kind": "brand", "query": "nimbo AND (mini"})
    assert answer.status_code == 422
    assert re.search(r"nimbo AND \(mini\n +\^", answer.text)
    assert 'aria-invalid="true"' in answer.text


# people


def test_a_member_is_added_and_their_link_is_shown_once(signed_in: SignIn, session: Session, cast: Cast) -> None:
    client = signed_in("ada")
    given = {"name": "Nora", "email": "nora@example.org", "role": "owner", "timezone": "UTC", "language": "fa",
             "place": [f"{cast.care.id}:lead", f"{cast.content.id}:"]}  # fmt: skip
    answer = client.post("/people/members", data=given)
    secret = re.search(r"/signin/([\w-]{20,})", answer.text)
    assert secret is not None
    nora = session.scalars(select(Member).where(Member.name == "Nora")).one()
    assert people.actor_of(session, nora.id).led_ids == {cast.care.id}
    assert secret[1] not in client.get("/people").text
    assert client.post("/people/members", data=given).status_code == 422
    left = {**given, "name": "Nora B.", "role": "listener"}
    assert client.post(f"/people/members/{nora.id}", data=left).status_code == 303
    assert (nora.name, nora.active) == ("Nora B.", False)
    assert client.post(f"/people/members/{nora.id}/link").status_code == 422


def test_the_last_administrator_stays_one(signed_in: SignIn, cast: Cast) -> None:
    given = {"name": "Ada", "email": "ada@example.org", "role": "owner", "timezone": "UTC", "active": "true"}
    answer = signed_in("ada").post(f"/people/members/{cast.ada.member_id}", data=given)
    assert answer.status_code == 422
    assert "Somebody must stay administrator" in answer.text


def test_a_password_is_set_and_this_browser_stays(signed_in: SignIn) -> None:
    client = signed_in("cara")
    assert client.post("/me/access/password", data={"password": "short"}).status_code == 422
    assert client.post("/me/access/password", data={"password": "long enough for me"}).status_code == 303
    assert client.get("/inbox").status_code == 200


def test_a_token_is_shown_once_and_ended(signed_in: SignIn, session: Session) -> None:
    client = signed_in("lina")
    answer = client.post("/me/access/tokens", data={"name": "export", "scope": "read", "days": "30"})
    secret = re.search(r"hb_[\w-]+", answer.text)
    assert secret is not None
    page = client.get("/me/access").text
    assert secret[0] not in page
    assert "export" in page
    token = session.scalars(select(Token)).one()
    assert client.post(f"/me/access/tokens/{token.id}/end").status_code == 303
    assert signed_in("cara").post(f"/me/access/tokens/{token.id}/end").status_code == 404


def test_notices_are_read(signed_in: SignIn, session: Session, cast: Cast, matter: Issue, now: datetime) -> None:
    form(signed_in("lina"), matter, "hand_over", department_id=cast.care.id)
    assert session.scalar(select(NoticeRow).where(NoticeRow.member_id == cast.cara.member_id)) is not None
    client = signed_in("cara")
    assert "Care has a new issue" in client.get("/notices").text
    assert client.post("/notices/read").status_code == 303
    assert "You have read everything." in client.get("/notices").text


def test_the_newest_notice_of_an_incident_says_how_it_stands(
    signed_in: SignIn, session: Session, cast: Cast, now: datetime
) -> None:
    topic = Topic(name="Norva", kind="brand", query="norva", created_at=now, updated_at=now)
    session.add(topic)
    session.flush()
    spike = Spike(topic_id=topic.id, sort="spike", started_at=now, opened_at=now, last_at=now, observed=412.3,
                  typical=38.1, score=3.0, baseline={"window_minutes": 30.0})  # fmt: skip
    session.add(spike)
    session.flush()
    for reason in ("spike", "spike_rose"):
        notify.tell(
            session, spike_id=spike.id, member_ids=[cast.max.member_id], reason=reason, step=reason,
            data={"topic": "Norva"}, now=now,
        )  # fmt: skip
    page = signed_in("max").get("/notices").text
    assert page.count("30-minute volume 412, usually 38.") == 1
    assert page.index("Further from usual than before") < page.index("30-minute volume")
    assert page.index("30-minute volume") < page.index("Something unusual is being said")


def test_the_address_of_every_link_on_a_page_is_ours_or_marked(signed_in: SignIn, matter: Issue) -> None:
    for path in (*PAGES, f"/issues/{matter.id}", f"/mentions/{matter.first_mention_id}"):
        for link in Outline(signed_in("ada").get(path).text).all("a"):
            href = link["href"] or ""
            if urlsplit(href).netloc:
                assert "noreferrer" in (link.get("rel") or ""), href
            assert not parse_qs(urlsplit(href).query).get("")
