"""The chart's pages: read, changed by forms without a word of code, tried, published, compared, brought back."""

import re
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.api.conftest import Cast, Maker, SignIn, TestClient
from tests.api.test_pages import Outline
from triage import charts, drafting, people, route
from triage.flowchart import Ask, Assign, check
from triage.models import FlowchartDraft, Issue, Reroute

DEPARTMENTS = ("care", "content", "product")


@pytest.fixture
def heard(session: Session, make: Maker, cast: Cast, now: datetime) -> int:
    """Three leads and a complaint, routed by the chart that ships."""
    charts.ensure_shipped(session, now)
    for kind in ("lead", "lead", "lead", "complaint"):
        make.mention(kind=kind, kind_confidence=0.9, mood="neutral", text=f"A {kind} of ours")
    route.round(session, now)
    return charts.current(session)[0]


@pytest.fixture
def lina(signed_in: SignIn, heard: int) -> TestClient:
    return signed_in("lina")


def begun(client: TestClient, session: Session, **given: object) -> str:
    answer = client.post("/flowchart/drafts", data=given)
    assert answer.status_code == 303
    return str(answer.headers["location"])


def draft_of(session: Session, place: str) -> drafting.DraftView:
    return drafting.draft(session, int(re.findall(r"\d+", place)[0]))


def save(client: TestClient, place: str, seen: int, **given: object) -> int:
    return int(client.post(f"{place}/step", data={"seen": seen, **given}).status_code)


LEAD = {
    "name": "lead", "title_en": "Wants to buy?", "title_fa": "خریدار است؟", "fact": "kind", "value": ["lead", "idea"],
    "yes": "to:content", "no": "chatter",
}  # fmt: skip


@pytest.mark.parametrize("name", ["cara", "lina", "max", "ada"])
def test_everybody_reads_the_chart_and_its_steps(signed_in: SignIn, heard: int, name: str) -> None:
    client = signed_in(name)
    page = Outline(client.get("/flowchart?step=complaint").text)
    assert "Yes when:" in page.words
    assert "kind: complaint" in page.words
    assert [one for one in page.all("a") if one.get("aria-current") == "true" and "step=complaint" in str(one["href"])]
    for path in ("/flowchart?step=care", "/flowchart?step=nothing", "/flowchart/history", "/flowchart/compare"):
        assert client.get(path).status_code == 200


def test_owners_read_drafts_and_change_none(signed_in: SignIn, session: Session, lina: TestClient) -> None:
    place = begun(lina, session)
    cara = signed_in("cara")
    assert "Save step" not in cara.get(f"{place}?step=lead").text
    assert cara.post("/flowchart/drafts").status_code == 403
    assert save(cara, place, 1, **LEAD) == 403
    assert cara.get(f"{place}/trial").status_code == 200


def test_a_question_is_changed_in_words(session: Session, lina: TestClient) -> None:
    place = begun(lina, session)
    form = lina.get(f"{place}?step=lead").text
    assert "Wants to buy from us?" in form
    assert save(lina, place, 1, **LEAD) == 303
    step = draft_of(session, place).chart.steps["lead"]
    assert isinstance(step, Ask)
    assert (step.fact, step.test, step.value, step.yes, step.no) == (
        "kind", "one_of", ["lead", "idea"], "content", "chatter",
    )  # fmt: skip
    assert dict(step.title) == {"en": "Wants to buy?", "fa": "خریدار است؟"}
    assert check(draft_of(session, place).chart, DEPARTMENTS) == []
    assert "# 8. Somebody who wants to buy" in draft_of(session, place).source


@pytest.mark.parametrize(
    ("given", "test", "value"),
    [
        ({"fact": "kind", "value": ["idea"]}, "is", "idea"),
        ({"fact": "language", "value": ["fa"], "typed": "ur، pl"}, "one_of", ["fa", "ur", "pl"]),
        ({"fact": "rating", "test": "at_most", "typed": "۲"}, "at_most", 2),
        ({"fact": "mood_score", "test": "at_least", "typed": "-0.5"}, "at_least", -0.5),
        ({"fact": "is_reply"}, "holds", None),
        ({"fact": "danger_words"}, "found", None),
        ({"fact": "topics", "value": ["Nimbo"]}, "includes", ["Nimbo"]),
    ],
)
def test_each_sort_of_fact_has_its_fields(
    session: Session, lina: TestClient, given: dict[str, object], test: str, value: object
) -> None:
    place = begun(lina, session)
    assert save(lina, place, 1, **{**LEAD, "value": [], **given}) == 303
    step = draft_of(session, place).chart.steps["lead"]
    assert isinstance(step, Ask)
    assert (step.test, step.value) == (test, value)
    assert lina.get(f"{place}?step=lead").status_code == 200


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"fact": ""}, "Choose what this question asks."),
        ({"fact": "kind", "value": []}, "Tick at least one"),
        ({"fact": "rating", "typed": "many"}, "This is a number."),
        ({"fact": "rating", "typed": "nan"}, "This is a number."),
    ],
)
def test_what_does_not_fit_is_said_at_its_field_and_kept(
    session: Session, lina: TestClient, given: dict[str, object], words: str
) -> None:
    place = begun(lina, session)
    answer = lina.post(f"{place}/step", data={"seen": 1, **LEAD, "title_en": "Mine?", **given})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="Mine?"' in answer.text
    assert draft_of(session, place).version == 1


def test_choosing_another_fact_shows_what_fits_and_saves_nothing(session: Session, lina: TestClient) -> None:
    place = begun(lina, session)
    given = {"seen": 1, **LEAD, "fact": "rating", "then": "choose"}
    whole = lina.post(f"{place}/step", data=given)
    assert (whole.status_code, 'name="typed"' in whole.text) == (200, True)
    part = lina.post(f"{place}/step", data=given, headers={"HX-Request": "true", "HX-Target": "asked"})
    assert part.text.startswith('<div id="asked"')
    assert "<html" not in part.text
    assert draft_of(session, place).version == 1


def test_questions_are_added_moved_and_taken_out(session: Session, lina: TestClient) -> None:
    place = begun(lina, session)
    answer = lina.post(f"{place}/steps", data={"seen": 1, "name": "lead", "where": "before"})
    new = re.findall(r"step=(\w+)", answer.headers["location"])[0]
    page = lina.get(f"{place}?step={new}").text
    assert "This question asks nothing yet." in page
    assert "Every question needs both answers." in page
    assert "aria-disabled" not in page  # a listener does not publish at all
    given = {
        **LEAD,
        "name": new,
        "title_en": "A fan?",
        "fact": "author_positive",
        "typed": "3",
        "value": [],
        "no": "lead",
    }
    assert save(lina, place, 2, **given) == 303
    assert check(draft_of(session, place).chart, DEPARTMENTS) == []
    lina.post(f"{place}/step/move", data={"seen": 3, "name": new, "way": "down"})
    step = draft_of(session, place).chart.steps["lead"]
    assert isinstance(step, Ask)
    assert step.no == new
    lina.post(f"{place}/step/remove", data={"seen": 4, "name": "complaint", "keep": "no"})
    chart = draft_of(session, place).chart
    assert not {"complaint", "complaint_care"} & set(chart.steps)
    for left in range(5, 1, -1):
        assert lina.post(f"{place}/undo", data={"seen": draft_of(session, place).version}).status_code == 303, left
    assert draft_of(session, place).source == charts.shipped()
    assert lina.post(f"{place}/undo", data={"seen": draft_of(session, place).version}).status_code == 409


def test_an_answer_may_lead_to_a_question_still_to_be_written(session: Session, lina: TestClient) -> None:
    place = begun(lina, session)
    answer = lina.post(f"{place}/step", data={"seen": 1, **LEAD, "yes": "+"})
    new = re.findall(r"step=(\w+)", answer.headers["location"])[0]
    chart = draft_of(session, place).chart
    lead, made = chart.steps["lead"], chart.steps[new]
    assert isinstance(lead, Ask)
    assert isinstance(made, Ask)
    assert (lead.yes, made.fact, made.no) == (new, "", "care")


def test_an_end_is_renamed_and_given_to_somebody_else(session: Session, lina: TestClient) -> None:
    place = begun(lina, session)
    assert save(lina, place, 1, name="content", title_en="Editors", assign="to:care") == 303
    step = draft_of(session, place).chart.steps["content"]
    assert isinstance(step, Assign)
    assert (step.to, dict(step.title)) == ("care", {"en": "Editors"})
    assert save(lina, place, 2, name="content", assign="to:legal") == 422
    assert "answers lead here" in lina.get(f"{place}?step=content").text


def test_of_two_who_change_a_draft_one_is_told_and_keeps_what_they_wrote(
    signed_in: SignIn, session: Session, lina: TestClient
) -> None:
    place = begun(lina, session)
    assert save(signed_in("max"), place, 1, **LEAD) == 303
    late = lina.post(f"{place}/step", data={"seen": 1, **LEAD, "title_en": "Mine?"})
    assert late.status_code == 409
    assert "Max" in Outline(late.text).words
    assert 'value="Mine?"' in late.text
    assert 'name="seen" value="2"' in late.text
    for path in ("undo", "discard", "name"):
        assert lina.post(f"{place}/{path}", data={"seen": 1}).status_code == 409


def test_problems_stand_at_their_step_and_keep_the_draft_from_being_published(
    signed_in: SignIn, session: Session, heard: int
) -> None:
    ada = signed_in("ada")
    place = begun(ada, session)
    ada.post(f"{place}/step", data={"seen": 1, **LEAD, "no": ""})
    page = ada.get(place)
    assert "3 things to mend before you can publish:" in page.text
    assert "The answer “no” leads nowhere." in page.text
    assert 'aria-disabled="true"' in page.text
    assert "an answer is missing" in page.text
    assert "to mend before you can publish" in ada.get(f"{place}/publish").text
    assert "to mend before you can publish" in ada.get(f"{place}/trial").text
    assert ada.post(f"{place}/publish", data={"seen": 2, "instead_of": heard}).status_code == 422


def test_a_draft_is_tried_and_what_changes_can_be_read(session: Session, lina: TestClient) -> None:
    place = begun(lina, session)
    assert "Nothing would change." in Outline(lina.get(f"{place}/trial?days=7").text).words
    save(lina, place, 1, **{**LEAD, "value": ["lead"]})
    tried = Outline(lina.get(f"{place}/trial?days=30").text).words
    assert "3 mentions would go elsewhere." in tried
    assert "From Care to Content: 3." in " ".join(tried.split())
    read = lina.get(f"{place}/trial/mentions?before=care&after=content&days=30")
    assert read.text.count("A lead of ours") == 3
    assert "Nothing would go this way." in lina.get(f"{place}/trial/mentions?before=care&after=product").text
    assert lina.get(f"{place}/trial?days=91").status_code == 422
    assert lina.get(f"{place}/publish").status_code == 403


def test_a_draft_is_published_with_a_note_and_open_issues_follow_where_it_was_ticked(
    signed_in: SignIn, session: Session, heard: int, cast: Cast
) -> None:
    ada = signed_in("ada")
    place = begun(ada, session, name="Leads to content")
    save(ada, place, 1, **{**LEAD, "value": ["lead"]})
    before = ada.get(f"{place}/publish").text
    assert "re-route the 3 open issues" in before
    assert "yes: to" in before
    given = {"seen": 2, "instead_of": heard, "note": "Leads to content", "reroute": "true"}
    answer = ada.post(f"{place}/publish", data=given)
    assert (answer.status_code, answer.headers["location"]) == (303, "/flowchart")
    version, chart = charts.current(session)
    assert version > heard
    assert session.scalars(select(Reroute.chart_version)).one() == version
    assert session.scalar(select(FlowchartDraft)) is None
    page = ada.get("/flowchart").text
    assert "Leads to content" in page
    assert "Open issues follow chart" in page
    assert {issue.department_id for issue in session.scalars(select(Issue))} == {cast.care.id}
    assert ada.get(place).headers["location"] == "/flowchart"
    assert ada.get("/flowchart/reroute").status_code == 200
    assert "lead" in chart.steps


def test_nobody_publishes_over_a_chart_they_have_not_seen(
    signed_in: SignIn, session: Session, cast: Cast, heard: int, now: datetime
) -> None:
    ada = signed_in("ada")
    place = begun(ada, session)
    charts.publish(session, charts.shipped() + "# newer\n", by=cast.max.member_id, now=now)
    answer = ada.post(f"{place}/publish", data={"seen": 1, "instead_of": heard})
    assert answer.status_code == 409
    assert "Publishing the draft would take back what it changed." in answer.text


def test_two_charts_are_compared_and_an_old_one_is_brought_back(
    signed_in: SignIn, session: Session, heard: int
) -> None:
    ada = signed_in("ada")
    place = begun(ada, session)
    save(ada, place, 1, **LEAD)
    draft = draft_of(session, place)
    compared = Outline(ada.get(f"/flowchart/compare?older={heard}&newer=draft-{draft.id}").text).words
    assert "3 things are otherwise" in compared
    assert "asks: \u2068“kind: lead, idea”\u2069" in compared
    ada.post(f"{place}/publish", data={"seen": 2, "instead_of": heard})
    version = charts.current(session)[0]
    again = begun(ada, session, version=heard, name=f"Chart {heard} again")
    assert draft_of(session, again).source == charts.shipped()
    ada.post(f"{again}/publish", data={"seen": 1, "instead_of": version})
    assert charts.current(session)[1] == charts.edition(session, heard).chart
    assert ada.get("/flowchart/compare?older=999&newer=x").status_code == 303
    assert "Both say the same." in ada.get(f"/flowchart/compare?older={heard}&newer={charts.current(session)[0]}").text


def test_text_of_experts_is_kept_or_told_its_line(session: Session, lina: TestClient) -> None:
    place = begun(lina, session)
    bad = lina.post(f"{place}/source", data={"seen": 1, "source": "start = \r\n"})
    assert bad.status_code == 422
    assert "line 1" in bad.text
    good = charts.shipped().replace("\n", "\r\n") + "# calmer\r\n"
    assert lina.post(f"{place}/source", data={"seen": 1, "source": good}).status_code == 303
    assert draft_of(session, place).source == charts.shipped() + "# calmer\n"
    assert lina.post(f"{place}/name", data={"seen": 2, "name": "Calmer"}).status_code == 303
    assert "Calmer" in lina.get("/flowchart").text
    assert lina.post(f"{place}/discard", data={"seen": 3}).headers["location"] == "/flowchart"
    assert drafting.drafts(session) == ()


def test_a_department_nobody_works_in_is_a_warning(signed_in: SignIn, session: Session, cast: Cast, heard: int) -> None:
    people.leave_department(session, cast.conor.member_id, cast.content.id)
    ada = signed_in("ada")
    for path in ("/flowchart", begun(ada, session)):
        page = ada.get(path).text
        assert "Nobody works in “Content”" in page
        assert "nobody works here" in page


@pytest.mark.parametrize("language", ["fa", "ar", "he"])
def test_every_page_of_the_chart_speaks_the_readers_language(
    signed_in: SignIn, session: Session, cast: Cast, heard: int, language: str
) -> None:
    people.update_member(session, cast.ada.member_id, language=language)
    ada = signed_in("ada")
    place = begun(ada, session)
    save(ada, place, 1, **{**LEAD, "value": ["lead"]})
    save(ada, place, 2, **{**LEAD, "name": "chatter", "no": ""})
    for path in (
        "/flowchart?step=rating", "/flowchart?step=complaint", "/flowchart/history", "/flowchart/compare",
        f"{place}?step=lead", f"{place}?step=care", place, f"{place}/trial", f"{place}/publish", "/flowchart/reroute",
    ):  # fmt: skip
        answer = ada.get(path)
        assert answer.status_code == 200, path
        page = Outline(answer.text)
        assert page.all("html")[0]["dir"] == "rtl"
        assert not re.search(r"%\(\w+\)s|\b(Change it|Save step|Yes when|What changed|Undo)\b", page.words), path
        ids = [attrs["id"] for _, attrs in page.tags if attrs.get("id")]
        assert len(ids) == len(set(ids)), path
