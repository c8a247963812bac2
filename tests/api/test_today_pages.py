"""The pages of a day: every topic in one table, one topic hour by hour, and targets kept by a form that works alone."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from listener import counting, events, targets
from listener.counting import contribution
from listener.find import days
from listener.models import Mention, MentionTopic, Spike, Topic
from tests.api.conftest import Cast, Maker, TestClient
from tests.api.test_pages import Outline
from triage import charts, people

SignIn = Callable[[str], TestClient]
Speak = Callable[..., list[Mention]]
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def chart(session: Session, now: datetime) -> int:
    """The chart that ships, in force."""
    return charts.ensure_shipped(session, now - timedelta(days=30)).id


@pytest.fixture
def topic(session: Session, now: datetime) -> Topic:
    made = Topic(name="Nimbo", kind="brand", query="nimbo", created_at=now - timedelta(weeks=9), updated_at=now)
    session.add(made)
    session.flush()
    return made


@pytest.fixture
def speak(session: Session, make: Maker, topic: Topic) -> Speak:
    def say(*moments: datetime, **values: object) -> list[Mention]:
        made = [make.mention(posted_at=at, heard_at=at, **values) for at in moments]
        session.add_all(MentionTopic(mention_id=one.id, topic_id=topic.id) for one in made)
        names = ("posted_at", "kind", "kind_confidence", "mood", "weight", "is_ours", "is_repost", "is_history")
        rows = [{name: getattr(one, name) for name in names} for one in made]
        counting.add(session, made[0].feed_id, [(1, contribution(row, [topic.id])) for row in rows])
        session.flush()
        return made

    return say


@pytest.fixture
def spoken(speak: Speak, topic: Topic, now: datetime) -> Topic:
    """Every day of four weeks ten mentions, and today thirty by noon."""
    noon = now.replace(hour=12)
    speak(*[noon - timedelta(days=day, hours=hour) for day in range(1, 29) for hour in range(10)])
    speak(*[now - timedelta(minutes=10 * count) for count in range(1, 31)])
    return topic


def text_of(client: TestClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return " ".join(Outline(answer.text).words.split())


def test_no_topic_is_no_error(signed_in: SignIn) -> None:
    assert "No topics yet" in text_of(signed_in("lina"), "/today")
    assert signed_in("lina").get("/today/999999").status_code == 404


def test_every_topic_stands_beside_its_typical_day(
    signed_in: SignIn, session: Session, spoken: Topic, now: datetime
) -> None:
    session.add(Topic(name="Steamly", kind="competitor", query="steamly", created_at=now, updated_at=now))
    session.add(Topic(name="Nimbo Old", kind="product", query="old", created_at=now, updated_at=now, enabled=False))
    targets.aim(session, spoken.id, {"mentions": 20, "leads": 4}, by_id=1, now=now)
    words = text_of(signed_in("cara"), "/today")
    assert "1 topic is spoken of more than usual. 1 of 2 targets are reached." in words
    assert "Nimbo" in words
    assert "30 of 20 Mentions reached" in words
    assert "learning" in words
    assert "Nimbo Old" not in words


def test_a_spike_that_runs_is_linked(signed_in: SignIn, session: Session, spoken: Topic, now: datetime) -> None:
    spike = Spike(topic_id=spoken.id, sort="spike", started_at=now - HOUR, opened_at=now, last_at=now, observed=30,
                  typical=5, score=4)  # fmt: skip
    session.add(spike)
    session.flush()
    client = signed_in("cara")
    links = [link["href"] for link in Outline(client.get("/today").text).all("a")]
    assert f"/spikes/{spike.id}" in links
    assert f"/today/{spoken.id}" in links
    assert f"/spikes/{spike.id}" in client.get(f"/today/{spoken.id}").text
    assert f"/spikes/{spike.id}" not in client.get("/today?date=2026-11-20").text


def test_one_topic_is_told_in_a_sentence_and_hour_by_hour(signed_in: SignIn, spoken: Topic) -> None:
    client = signed_in("cara")
    words = text_of(client, f"/today/{spoken.id}")
    assert "More than usual: 30 mentions so far, where" in words
    assert "By midnight about" in words
    page = Outline(client.get(f"/today/{spoken.id}").text)
    rows = [row for row in page.all("tr") if row.get("data-at")]
    assert len(rows) == 24
    assert rows[11]["data-total"] == "6.0"
    assert rows[13]["data-total"] == ""
    assert rows[13]["data-high"]


def test_any_day_that_has_begun_can_be_looked_at(signed_in: SignIn, spoken: Topic) -> None:
    client = signed_in("cara")
    past = text_of(client, f"/today/{spoken.id}?date=2026-11-18")
    assert "10 mentions, where" in past
    assert "By midnight" not in past
    for odd in ("2026-11-22", "0001-01-01", "soon", ""):
        assert "so far" in text_of(client, f"/today/{spoken.id}?date={odd}")
        assert text_of(client, f"/today?date={odd}").count("By midnight")


@pytest.mark.parametrize("measure", ["mentions", "negative", "shares", "new_authors", "leads", "smiles"])
def test_every_measure_is_drawn(signed_in: SignIn, spoken: Topic, measure: str) -> None:
    assert "Hour by hour" in text_of(signed_in("cara"), f"/today/{spoken.id}?measure={measure}")


def test_the_day_is_that_of_the_reader(
    signed_in: SignIn, session: Session, cast: Cast, speak: Speak, topic: Topic, now: datetime
) -> None:
    speak(now.replace(hour=20, minute=45) - timedelta(days=1))
    client = signed_in("cara")
    assert "0 mentions" in text_of(client, f"/today/{topic.id}")
    people.update_member(session, cast.cara.member_id, timezone="Asia/Tehran", language="fa")
    page = client.get(f"/today/{topic.id}").text
    assert "۱ گفته" in page
    assert "شنبه" in page or "جمعه" in page
    assert 'dir="rtl"' in page


@pytest.mark.parametrize("language", ["fa", "ar", "he"])
def test_both_pages_stand_in_every_language(
    signed_in: SignIn, session: Session, cast: Cast, spoken: Topic, now: datetime, language: str
) -> None:
    targets.aim(session, spoken.id, {"mentions": 20, "shares": 1.5}, by_id=1, now=now)
    people.update_member(session, cast.lina.member_id, language=language)
    client = signed_in("lina")
    for path in ("/today", "/today?date=2026-11-19", f"/today/{spoken.id}", f"/today/{spoken.id}?date=2026-11-19"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert f'lang="{language}"' in answer.text


def test_what_happened_is_beside_the_line(signed_in: SignIn, session: Session, spoken: Topic, now: datetime) -> None:
    event = events.log(
        session, name="It's <Friday>", kind="campaign", topic_id=None, starts_at=now - HOUR, by_id=1, now=now
    )
    page = signed_in("cara").get(f"/today/{spoken.id}").text
    assert f"/events/{event.id}" in page
    place = next(one for one in Outline(page).all("div") if one.get("data-plot"))
    assert "It's <Friday>" in (place["data-marks"] or "").encode().decode("unicode_escape")


def test_targets_are_kept_by_a_form(signed_in: SignIn, session: Session, spoken: Topic) -> None:
    client = signed_in("lina")
    answer = client.post(f"/today/{spoken.id}/targets", data={"mentions": "۱٬۲۰۰", "leads": "2.5", "shares": ""})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/today/{spoken.id}")
    assert [(one.measure, one.at_least) for one in days.targets(session, spoken.id)] == [
        ("mentions", 1200), ("leads", 2.5),
    ]  # fmt: skip
    page = Outline(client.get(f"/today/{spoken.id}").text)
    fields = {
        one["name"]: one["value"] for one in page.all("input") if one.get("name") in ("mentions", "leads", "shares")
    }
    assert fields == {"mentions": "1200", "leads": "2.5", "shares": ""}
    client.post(f"/today/{spoken.id}/targets", data={"leads": "2.5"})
    assert [one.measure for one in days.targets(session, spoken.id)] == ["leads"]


@pytest.mark.parametrize("typed", ["many", "-3", "0", "nan", "inf", "1e300"])
def test_what_is_no_target_is_said_beside_its_field(
    signed_in: SignIn, session: Session, spoken: Topic, typed: str
) -> None:
    answer = signed_in("max").post(f"/today/{spoken.id}/targets", data={"mentions": "5", "leads": typed})
    assert answer.status_code == 422
    page = Outline(answer.text)
    wrong = next(one for one in page.all("input") if one.get("name") == "leads")
    assert (wrong["value"], wrong["aria-invalid"]) == (typed, "true")
    assert "A target is a number above zero" in page.words
    assert days.targets(session, spoken.id) == []


@pytest.mark.parametrize("name", ["cara", "olaf"])
def test_owners_read_targets_and_do_not_set_them(signed_in: SignIn, session: Session, spoken: Topic, name: str) -> None:
    client = signed_in(name)
    assert client.post(f"/today/{spoken.id}/targets", data={"leads": "2"}).status_code == 403
    assert days.targets(session, spoken.id) == []
    if name == "cara":
        assert '<form method="post" action="/today' not in client.get(f"/today/{spoken.id}").text
    else:
        assert client.get("/today").status_code == client.get(f"/today/{spoken.id}").status_code == 403


def test_advocates_who_went_quiet_are_named(
    signed_in: SignIn, make: Maker, speak: Speak, topic: Topic, now: datetime
) -> None:
    mira = make.author("mira")
    speak(*[now - timedelta(days=8 + count) for count in range(60)], author_id=mira.id, mood="positive", kind="praise")
    words = text_of(signed_in("lina"), f"/today/{topic.id}")
    assert "1 advocate is known. Together they spoke 0 times" in words
    assert "Mira" in words
    assert "Nobody speaks up more than usual." in words
