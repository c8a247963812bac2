"""What we heard, shown with its evidence, corrected in one click and taken back; the quarantine; how well we hear."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from api import evidence
from api.judged import spam_words
from api.pages.hearing import FEW
from api.reader import Reader
from listener import corrections, learned, learning, listening, scorecard
from listener.find import quarantine
from listener.kinds import Kind
from listener.learning import Example
from listener.models import Correction, LearnedKinds, Mention, MentionTopic
from tests.api.conftest import Cast, Maker, TestClient
from tests.api.test_pages import SWAP, Outline
from triage import charts, people
from triage.models import Issue, Status

SignIn = Callable[[str], TestClient]
WORDS = {
    "language": "en",
    "version": "vader-3.3.2+emoji-1",
    "words": [["late", -1.5], ["love", 2.0], ["good … not", -1.2]],
}


@pytest.fixture(autouse=True)
def chart(session: Session, now: datetime) -> int:
    """The chart that ships, in force."""
    return charts.ensure_shipped(session, now - timedelta(days=30)).id


@pytest.fixture
def said(make: Maker) -> Mention:
    """One complaint, judged with words and chances, not yet of any issue."""
    return make.mention(
        text="I love it, but it is late. Not <good>.", folded="i love it but it is late not good", kind_confidence=0.4,
        kind_evidence=["late", "lov*", "1/5"], kind_version="rules-2", language_confidence=0.9,
        mood_evidence=WORDS | {"chances": [0.7, 0.2, 0.1]},
    )  # fmt: skip


@pytest.fixture
def matter(make: Maker, cast: Cast, said: Mention) -> Issue:
    """That complaint, as an issue of Care's in triage."""
    return make.issue(said, department_id=cast.care.id)


def spam(make: Maker, **values: Any) -> Mention:
    given = {"kind": "spam", "kind_confidence": 0.9, "spam_score": 0.93, "spam_evidence": ["phone", "words:free · win"]}
    return make.mention(text="FREE prizes, call 0800 123 456", **(given | values))


def says(client: TestClient, mention: Mention, word: str, headers: dict[str, str] | None = None, **more: str) -> Any:
    return client.post(f"/mentions/{mention.id}/corrections", data={"says": word, **more}, headers=headers)


def words_of(html: str) -> str:
    return " ".join(Outline(html).words.split())


# the evidence


def test_what_decided_is_marked_and_not_a_character_is_changed(signed_in: SignIn, said: Mention) -> None:
    text = signed_in("lina").get(f"/mentions/{said.id}").text
    shown = re.search(r'<p class="said"[^>]*>(.*?)</p>', text, re.DOTALL)
    assert shown is not None
    assert re.sub(r"<[^>]+>", "", shown[1]) == "I love it, but it is late. Not &lt;good&gt;."
    assert re.search(r'<mark class="plus kind"[^>]*data-why="mood [^"]*\+2\.0[^"]*">love</mark>', shown[1])
    assert re.search(
        r'<mark class="minus kind" tabindex="0" data-why="mood [^"]*, decided the kind">late</mark>', shown[1]
    )
    assert "Decided by: \u2068late\u2069, \u2068lov…\u2069, \u20681/5\u2069" in words_of(text)


def test_how_sure_each_judgement_is_stands_beside_it(signed_in: SignIn, said: Mention) -> None:
    words = words_of(signed_in("lina").get(f"/mentions/{said.id}").text)
    assert "70% sure" in words
    assert "Too unsure to act on: a person decides." in words
    assert "vader-3.3.2+emoji-1" in words
    assert "None of what we listen for." in words


def test_marks_never_overlap_and_what_stood_beside_is_the_nearest() -> None:
    text = "Not once. The lid is not good, the lid is bad"
    found = evidence.marks(text, [("good … not", -1.0), ("lid is bad", -2.0)], ["bad", "once"])
    assert [(text[mark.start : mark.end], mark.shape) for mark in found] == [
        ("once", "kind"), ("not", "minus"), ("good", "minus"), ("lid is bad", "minus kind"),
    ]  # fmt: skip


@pytest.mark.parametrize("word", ["", "…", " … ", "\x00", "😡", "ـ"])
def test_evidence_of_any_shape_is_looked_for_without_harm(word: str) -> None:
    for mark in evidence.marks("😡 wow … \x00", [(word, -1.0)], [word]):
        assert 0 <= mark.start < mark.end <= 9


# one click


def test_a_kind_is_corrected_by_a_plain_form_and_taken_back(
    signed_in: SignIn, session: Session, said: Mention, cast: Cast
) -> None:
    client = signed_in("lina")
    page = client.get(f"/mentions/{said.id}").text
    assert 'name="says" value="kind:question"' in page
    answer = says(client, said, "kind:question", back=f"/mentions/{said.id}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/mentions/{said.id}")
    page = client.get(answer.headers["location"]).text
    assert "You said: question." in page
    session.refresh(said)
    assert (said.kind, said.kind_confidence) == ("question", 1.0)
    made = session.scalars(select(Correction)).one()
    assert (made.by_id, made.becomes) == (cast.lina.member_id, "question")
    assert f'action="/corrections/{made.id}/undo"' in page
    assert "What people said of it" in page
    answer = client.post(f"/corrections/{made.id}/undo", data={"back": f"/mentions/{said.id}"})
    page = words_of(client.get(answer.headers["location"]).text)
    assert "Taken back." in page
    assert "taken back 12:00" in page


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("mood:negative", "You agreed: negative."),
        ("mood:positive", "You said: positive."),
        ("language:fa", "You said: Persian."),
        ("spam:no", "You agreed: not spam."),
        ("spam:yes", "You said: spam."),
    ],
)
def test_every_judgement_is_settled_in_one_click(signed_in: SignIn, said: Mention, word: str, sentence: str) -> None:
    client = signed_in("lina")
    assert sentence in client.get(says(client, said, word).headers["location"]).text


def test_a_topic_is_taken_away_and_another_added(
    signed_in: SignIn, session: Session, said: Mention, now: datetime
) -> None:
    lid, order = (
        listening.create(session, name=name, kind="product", query=name, now=now) for name in ("lid", "order")
    )
    session.add(MentionTopic(mention_id=said.id, topic_id=lid.id))
    session.flush()
    client = signed_in("lina")
    page = client.get(f"/mentions/{said.id}").text
    assert f'value="topic:-{lid.id}"' in page
    assert f'<option value="topic:{order.id}">order</option>' in page
    for word in (f"topic:-{lid.id}", f"topic:{order.id}"):
        assert says(client, said, word).status_code == 303
    spoken = set(session.scalars(select(MentionTopic.topic_id).where(MentionTopic.mention_id == said.id)))
    assert spoken == {order.id}
    assert "not \u2068lid\u2069" in client.get(f"/mentions/{said.id}").text


def test_in_a_list_only_the_chips_of_one_mention_come_back(signed_in: SignIn, said: Mention) -> None:
    headers = {**SWAP, "HX-Target": f"heard-{said.id}"}
    answer = says(signed_in("lina"), said, "kind:praise", headers, back="/mentions?q=late")
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith(f'<div class="heard" id="heard-{said.id}"')
    assert "<html" not in answer.text
    assert words_of(answer.text).count("You said: praise.") >= 2  # beside the chips, and in the live region
    assert "data-undo" in answer.text
    assert 'value="/mentions?q=late"' in answer.text


def test_a_list_shows_chips_that_open_and_what_is_unsure_with_its_percent(signed_in: SignIn, said: Mention) -> None:
    page = signed_in("lina").get("/mentions").text
    assert re.search(r'<summary class="chip unsure" id="j-\d+-kind">complaint\? 40% sure', page)
    assert f'action="/mentions/{said.id}/corrections"' in page


@pytest.mark.parametrize(("target", "back"), [("main", "/issues/{issue}"), ("pane", "/inbox?lane=triage&open={issue}")])
def test_on_the_desk_and_on_an_issue_the_page_around_comes_back_too(
    signed_in: SignIn, matter: Issue, said: Mention, target: str, back: str
) -> None:
    client = signed_in("lina")
    headers = {**SWAP, "HX-Target": target}
    where = back.format(issue=matter.id)
    answer = says(client, said, "mood:positive", headers, back=where)
    assert answer.headers["location"] == where
    page = client.get(where, headers=headers)
    assert page.status_code == 200
    assert "<html" not in page.text
    assert "You said: positive." in page.text


def test_an_owner_corrects_what_is_theirs_and_reads_the_rest(
    signed_in: SignIn, session: Session, make: Maker, matter: Issue, said: Mention
) -> None:
    other = make.mention(text="Something else")
    cara = signed_in("cara")
    assert says(cara, said, "kind:bug").status_code == 303
    page = cara.get(f"/mentions/{other.id}").text
    assert "/corrections" not in page
    refused = says(cara, other, "kind:bug")
    assert refused.status_code == 403
    assert says(signed_in("olaf"), said, "kind:bug").status_code == 403
    session.refresh(other)
    assert other.kind == "complaint"


def test_with_script_a_refusal_stands_beside_the_chips(signed_in: SignIn, make: Maker) -> None:
    other = make.mention(text="Something else")
    answer = says(signed_in("cara"), other, "kind:bug", {**SWAP, "HX-Target": "main"})
    assert answer.status_code == 403
    assert answer.headers["hx-retarget"] == f"#heard-{other.id}"
    assert 'role="alert"' in answer.text
    assert "<html" not in answer.text


def test_of_two_who_take_a_word_back_the_second_is_told(signed_in: SignIn, session: Session, said: Mention) -> None:
    says(signed_in("lina"), said, "kind:bug")
    made = session.scalars(select(Correction)).one()
    assert signed_in("max").post(f"/corrections/{made.id}/undo").status_code == 303
    answer = signed_in("lina").post(f"/corrections/{made.id}/undo", headers={**SWAP, "HX-Target": f"heard-{said.id}"})
    assert answer.status_code == 422
    assert "This was taken back already." in answer.text


@pytest.mark.parametrize("word", ["", "kind", "kind:nonsense", "mood:", "nonsense:yes", "topic:x", "topic:999999"])
def test_a_word_that_cannot_be_kept_is_refused(signed_in: SignIn, session: Session, said: Mention, word: str) -> None:
    assert says(signed_in("lina"), said, word).status_code == 422
    assert session.scalar(select(Correction)) is None


def test_what_is_not_there_cannot_be_corrected(signed_in: SignIn) -> None:
    client = signed_in("lina")
    assert client.post("/mentions/999999/corrections", data={"says": "kind:bug"}).status_code == 404
    assert client.post("/corrections/999999/undo").status_code == 404


def test_nobody_corrects_from_another_site_or_signed_out(
    signed_in: SignIn, visitor: TestClient, session: Session, said: Mention
) -> None:
    foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert says(signed_in("lina"), said, "kind:bug", foreign).status_code == 403
    assert says(visitor, said, "kind:bug").status_code == 303
    assert session.scalar(select(Correction)) is None


def test_a_form_never_leads_to_another_site(signed_in: SignIn, said: Mention) -> None:
    answer = says(signed_in("lina"), said, "kind:bug", back="https://evil.example/")
    assert answer.headers["location"] == "/inbox"


# quarantine


def test_the_quarantine_tells_why_and_lets_out_with_one_click_and_back(
    signed_in: SignIn, session: Session, make: Maker
) -> None:
    kept = spam(make)
    client = signed_in("lina")
    page = client.get("/quarantine").text
    assert "1 mention looks like spam" in page
    assert "looks like spam: 93%" in page
    assert "a phone number" in page
    assert "words of spam: \u2068free, win\u2069" in page
    answer = says(client, kept, "spam:no", back="/quarantine")
    assert answer.headers["location"] == "/quarantine"
    page = client.get("/quarantine").text
    assert "Nothing is held back" in page
    assert "Let out in the last day" in page
    made = session.scalars(select(Correction)).one()
    client.post(f"/corrections/{made.id}/undo", data={"back": "/quarantine"})
    session.refresh(kept)
    assert quarantine.count(session) + (kept.kind != "spam") == 1


def test_ticked_ones_are_let_out_together(signed_in: SignIn, session: Session, make: Maker) -> None:
    first, second, third = spam(make), spam(make), spam(make)
    client = signed_in("lina")
    answer = client.post("/quarantine", data={"says": "no", "mention": [first.id, third.id]})
    assert (answer.status_code, answer.headers["location"]) == (303, "/quarantine")
    assert "Let out of quarantine: 2." in client.get("/quarantine").text
    assert [hit.mention.id for hit in quarantine.rows(session).rows] == [second.id]
    assert "Nothing was ticked" in client.get(client.post("/quarantine", data={"says": "no"}).headers["location"]).text


def test_ticked_ones_are_called_spam_and_wait_no_longer(signed_in: SignIn, session: Session, make: Maker) -> None:
    kept = spam(make)
    client = signed_in("lina")
    client.post("/quarantine", data={"says": "yes", "mention": [kept.id]})
    assert quarantine.count(session) == 0
    told = client.get("/quarantine?show=told").text
    assert "You agreed: spam." in told
    assert "Not spam" in told


def test_one_that_is_gone_does_not_stop_the_others(signed_in: SignIn, session: Session, make: Maker) -> None:
    kept = spam(make)
    answer = signed_in("lina").post("/quarantine", data={"says": "no", "mention": [999999, kept.id]})
    assert answer.status_code == 404
    assert "1 other was settled." in answer.text
    session.refresh(kept)
    assert kept.kind != "spam"


def test_an_owner_sees_the_quarantine_and_lets_nothing_out(signed_in: SignIn, make: Maker) -> None:
    kept = spam(make)
    client = signed_in("cara")
    page = client.get("/quarantine").text
    assert "FREE prizes" in page
    assert 'name="says"' not in page
    assert client.post("/quarantine", data={"says": "no", "mention": [kept.id]}).status_code == 403
    assert 'href="/quarantine"><span>' not in client.get("/inbox").text


def test_the_lanes_and_the_mentions_lead_to_the_quarantine(signed_in: SignIn, make: Maker) -> None:
    spam(make)
    spam(make, kind_confidence=0.3)
    spam(make, is_history=True)
    client = signed_in("lina")
    assert re.search(r'href="/quarantine"><bdi>Spam</bdi><span class="n">1</span>', client.get("/inbox").text)
    assert re.search(r'href="/quarantine">Quarantine <span class="tag">1</span>', client.get("/mentions").text)


# how well we hear


def test_few_judgements_give_no_share(signed_in: SignIn, said: Mention) -> None:
    client = signed_in("lina")
    assert "Nobody confirmed or corrected anything" in client.get("/hearing").text
    says(client, said, "mood:negative")
    words = words_of(client.get("/hearing").text)
    assert "People looked at 1 judgement; 1 of them was right." in words
    assert "too few to say" in words


def test_enough_judgements_give_a_share_with_its_size_and_what_was_taken_for_what(
    signed_in: SignIn, session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    for number in range(FEW):
        mention = make.mention(text=f"late {number}", kind="complaint", kind_confidence=0.9)
        becomes = "question" if number < 5 else "complaint"
        corrections.correct(session, mention.id, "kind", becomes, by_id=cast.lina.member_id, now=now)
    client = signed_in("max")
    words = words_of(client.get("/hearing?days=7").text)
    assert "75%" in words
    assert "15 of 20" in words
    assert "Weakest: Kind in English, 75% right." in words
    assert "Kind in Englishcomplaintquestion5" in words
    lines = client.get("/hearing.csv?days=7").text.lstrip("\ufeff").splitlines()
    assert lines[0] == "since,language,aspect,confirmed,corrected,left_unsure,share,share_from,share_to"
    assert ",en,kind,15,5,0,0.7500," in lines[1]
    assert lines[-1].endswith(",en,kind,complaint,question,5")
    assert client.get("/hearing?days=0").status_code == 422


@pytest.mark.parametrize("language", ["fa", "ar", "he"])
def test_every_page_of_hearing_speaks_the_members_language(
    signed_in: SignIn,
    session: Session,
    make: Maker,
    cast: Cast,
    matter: Issue,
    said: Mention,
    now: datetime,
    language: str,
) -> None:
    kept, out = spam(make), spam(make)
    corrections.correct(session, said.id, "kind", "bug", by_id=cast.max.member_id, now=now)
    corrections.correct(session, out.id, "spam", "no", by_id=cast.ada.member_id, now=now)
    people.update_member(session, cast.ada.member_id, language=language)
    for path in (f"/mentions/{said.id}", f"/mentions/{kept.id}", "/mentions", "/quarantine", "/quarantine?show=told",
                 "/hearing", f"/issues/{matter.id}", f"/inbox?open={matter.id}"):  # fmt: skip
        answer = signed_in("ada").get(path)
        assert answer.status_code == 200, path
        outline = Outline(answer.text)
        assert outline.all("html")[0]["dir"] == "rtl"
        assert not re.search(r"%\(\w+\)s|That’s right|Not spam|spam:", outline.words), path
        ids = [attrs["id"] for _, attrs in outline.tags if attrs.get("id")]
        assert len(ids) == len(set(ids)), path


def test_a_reason_nobody_knows_is_shown_as_it_is(now: datetime) -> None:
    reader = Reader("en", ZoneInfo("UTC"), now)
    assert spam_words(reader, "something-new") == "something-new"
    assert spam_words(reader, "repeated:1") == "1 other said the same"
    assert spam_words(reader, "repeated:3") == "3 others said the same"
    assert spam_words(reader, "repeated:many") == "repeated: \u2068many\u2069"


# what was learnt


@pytest.fixture
def learnt(session: Session, now: datetime) -> LearnedKinds:
    """A model of Persian kinds in force, with the report it was decided by."""
    examples = [Example(f"word {n}", "fa", Kind.BUG if n % 2 else Kind.PRAISE, now, {}) for n in range(8)]
    told = scorecard.report(["bug", "bug"], ["praise", "bug"], ["praise", "bug"]).plain()
    made = learned.keep(
        session, "fa", learning.learn(examples, "fa").packed(), examples=120, upto_id=7, report=told, against=None,
        is_better=True, now=now,
    )  # fmt: skip
    assert made is not None
    return made


def test_what_was_learnt_is_told_with_its_report_and_taken_back_by_a_leader(
    signed_in: SignIn, session: Session, learnt: LearnedKinds
) -> None:
    client = signed_in("max")
    words = words_of(client.get("/hearing").text)
    assert "judges now" in words
    assert "120" in words
    assert "By kind: Persian" in words
    answer = client.post(f"/hearing/models/{learnt.id}/back")
    assert (answer.status_code, answer.headers["location"]) == (303, "/hearing#learnt")
    page = words_of(client.get("/hearing").text)
    assert "The rules judge kinds again." in page
    assert "taken back" in page
    again = client.post(f"/hearing/models/{learnt.id}/back")
    assert "Somebody decided that already" in client.get(again.headers["location"]).text
    client.post(f"/hearing/models/{learnt.id}/force")
    assert "A learnt model judges kinds from now on." in client.get("/hearing").text
    session.refresh(learnt)
    assert learnt.standing == "in_force"
    assert client.post("/hearing/models/999999/force").status_code == 404


@pytest.mark.parametrize("name", ["lina", "cara", "olaf"])
def test_only_leaders_decide_what_judges(signed_in: SignIn, learnt: LearnedKinds, name: str) -> None:
    client = signed_in(name)
    assert "/hearing/models/" not in client.get("/hearing").text
    for verb in ("back", "force"):
        assert client.post(f"/hearing/models/{learnt.id}/{verb}").status_code == 403


def test_an_issue_that_was_spam_after_all_ends_and_comes_back(
    signed_in: SignIn, session: Session, matter: Issue, said: Mention
) -> None:
    client = signed_in("lina")
    says(client, said, "spam:yes", back=f"/issues/{matter.id}")
    session.refresh(matter)
    assert matter.status == Status.DISMISSED
    made = session.scalars(select(Correction)).one()
    client.post(f"/corrections/{made.id}/undo", data={"back": f"/issues/{matter.id}"})
    session.refresh(matter)
    assert matter.status == Status.TRIAGE
