"""A chart changed one step at a time: written back with its comments, compared, and never worse than it was said."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.triage.test_flowchart import charts
from triage import flowchart
from triage.facts import Facts
from triage.flowchart import Ask, Assign, Chart, check, decide, read
from triage.flowchart.checking import loops
from triage.flowchart.comparing import Place, compare, touched
from triage.flowchart.editing import add, ending, free_name, goes_with, leads_back, move, put, remove
from triage.flowchart.writing import rewritten, same, written

SOURCE = (Path(flowchart.__file__).parent.parent / "flowchart.toml").read_text(encoding="utf-8")
SHIPPED = read(SOURCE)
DEPARTMENTS = ("care", "content", "product")
FAN = Ask("fan", 0, {"en": 'A "known" fan?', "fa": "هوادارِ شناخته؟"}, "author_positive", "at_least", 3)


def asks(chart: Chart, name: str) -> Ask:
    step = chart.steps[name]
    assert isinstance(step, Ask)
    return step


# writing


@given(charts())
def test_what_is_written_is_read_back(chart: Chart) -> None:
    assert same(read(written(chart)), chart)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40), st.floats(-1e6, 1e6))
def test_any_words_and_numbers_survive(words: str, number: float) -> None:
    chart = Chart("a", {"a": Ask("a", 0, {"en": words}, "rating", "at_least", number, "b", "b"), "b": Assign("b", 0, {"fa": words}, words)}, {"he": words})  # fmt: skip
    assert same(read(written(chart)), chart)


def test_a_source_nobody_changed_stays_as_it_is() -> None:
    assert rewritten(SOURCE, SHIPPED) == SOURCE


def test_a_change_keeps_the_comments_and_every_other_step() -> None:
    chart = put(SHIPPED, FAN_OF_SHIPPED)
    made = rewritten(SOURCE, chart)
    assert same(read(made), chart)
    assert "# 7. Praise is thanked by content" in made
    kept = set(SOURCE.splitlines()) - set(made.splitlines())
    assert len(kept) <= 3


FAN_OF_SHIPPED = Ask("lead", 0, {"en": "Buys?"}, "kind", "is", "lead", "care", "chatter")


@pytest.mark.parametrize(
    "source",
    [
        'start = "a"\n[steps]\na = { assign = "care" }\n',
        'steps.a.assign = "care"\n',
        '[steps.a]\nask = "kind"\n[steps.a.title]\nen = "x"\n[steps.b]\nassign = "care"\n',
        '[steps."a b"]\nassign = "care"\n',
    ],
)
def test_a_source_written_otherwise_is_written_anew(source: str) -> None:
    chart = put(read(source), Assign("care_end", 0, {}, "care"))
    chart = add(chart, FAN)
    assert same(read(rewritten(source, chart)), chart)


@given(charts(), st.data())
def test_any_edit_is_written_back(chart: Chart, data: st.DataObject) -> None:
    source = written(chart)
    edited = _edited(read(source), data)
    assert same(read(rewritten(source, edited)), edited) if edited.steps else True


def _edited(chart: Chart, data: st.DataObject) -> Chart:
    questions = [name for name, step in chart.steps.items() if isinstance(step, Ask)]
    if not questions or data.draw(st.booleans()):
        return add(chart, FAN)
    name = data.draw(st.sampled_from(questions))
    match data.draw(st.sampled_from(["add", "remove", "up", "down"])):
        case "add":
            return add(chart, FAN, name, "yes")
        case "remove":
            return remove(chart, name, "yes")
        case "up":
            return move(chart, name, "up") or chart
        case _:
            return move(chart, name, "down") or chart


# adding


def test_a_new_question_stands_between_a_branch_and_where_it_led() -> None:
    chart = add(SHIPPED, FAN, "praise_mood", "no")
    assert asks(chart, "praise_mood").no == "fan"
    assert (asks(chart, "fan").yes, asks(chart, "fan").no) == ("", "content")
    assert list(chart.steps).index("fan") == list(chart.steps).index("praise_mood") + 1
    assert {problem.key for problem in check(chart, DEPARTMENTS)} == {"dead_end"}


def test_a_new_question_before_all_others_is_the_start() -> None:
    chart = add(SHIPPED, FAN)
    assert (chart.start, asks(chart, "fan").no) == ("fan", "history")


def test_an_end_is_found_by_whom_it_assigns_to_or_made() -> None:
    assert ending(SHIPPED, "care") == (SHIPPED, "care")
    chart, name = ending(SHIPPED, "legal", {"en": "Legal"})
    assert chart.steps[name] == Assign("legal", 0, {"en": "Legal"}, "legal")


def test_an_end_no_answer_leads_to_goes() -> None:
    step = asks(SHIPPED, "question_how")
    other = put(SHIPPED, replace(step, yes="care"))
    praise = put(other, replace(asks(SHIPPED, "praise_mood"), no="care"))
    assert "content" in other.steps
    assert "content" not in praise.steps
    assert check(praise, DEPARTMENTS) == []


@pytest.mark.parametrize(
    ("words", "name"),
    [("A known fan?", "a_known_fan"), ("هوادار؟", "question_2"), ("Care", "care_2"), ("", "question_2")],
)
def test_a_new_step_is_named_by_its_words_where_they_are_latin(words: str, name: str) -> None:
    assert free_name(SHIPPED, words) == name


# removing


def test_removing_a_question_joins_what_stood_before_and_after() -> None:
    chart = remove(SHIPPED, "idea")
    assert asks(chart, "bug").no == "question"
    assert check(chart, DEPARTMENTS) == []


def test_what_only_a_removed_question_led_to_goes_with_it() -> None:
    assert goes_with(SHIPPED, "complaint") == ("complaint_care", "complaint_part", "complaint_product")
    chart = remove(SHIPPED, "complaint")
    assert check(chart, DEPARTMENTS) == []
    assert len(SHIPPED.steps) - len(chart.steps) == 4
    kept = remove(SHIPPED, "chatter", keep="yes")
    assert asks(kept, "lead").no == "chatter_mood"


def test_removing_the_first_question_begins_with_the_next() -> None:
    assert remove(SHIPPED, "history").start == "ours"


@given(charts(), st.data())
def test_removing_leaves_no_answer_without_a_place_that_had_one(chart: Chart, data: st.DataObject) -> None:
    questions = [one.name for one in chart.steps.values() if isinstance(one, Ask) and one.no in chart.steps]
    if not questions or loops(chart):
        return
    made = remove(chart, data.draw(st.sampled_from(questions)))
    for step in made.steps.values():
        before = chart.steps[step.name]
        if isinstance(step, Ask) and isinstance(before, Ask):
            for answer in ("yes", "no"):
                assert before.next(answer) not in chart.steps or step.next(answer) in made.steps or not made.steps


# reordering


def test_a_question_is_asked_one_earlier_or_later() -> None:
    later = move(SHIPPED, "bug", "down")
    assert later is not None
    assert (asks(later, "complaint").no, asks(later, "idea").no, asks(later, "bug").no) == ("idea", "bug", "question")
    assert check(later, DEPARTMENTS) == []
    back = move(later, "bug", "up")
    assert back is not None
    assert same(back, SHIPPED)


def test_the_first_question_moves_and_the_chart_begins_with_the_other() -> None:
    chart = move(SHIPPED, "history", "down")
    assert chart is not None
    assert chart.start == "ours"
    assert move(SHIPPED, "history", "up") is None


def test_a_question_a_yes_begins_cannot_be_asked_earlier_nor_the_last_later() -> None:
    assert move(SHIPPED, "complaint_care", "up") is None
    assert move(SHIPPED, "complaint_product", "down") is None
    assert move(SHIPPED, "nobody", "down") is None


@given(charts(), st.data(), st.builds(Facts, is_ours=st.booleans(), in_spike=st.booleans()))
def test_moving_makes_no_walk_endless(chart: Chart, data: st.DataObject, facts: Facts) -> None:
    name = data.draw(st.sampled_from(sorted(chart.steps)))
    made = move(chart, name, data.draw(st.sampled_from(["up", "down"])))
    if made is None:
        return
    assert set(made.steps) == set(chart.steps)
    assert len(loops(made)) <= len(loops(chart))
    if not check(made, DEPARTMENTS):
        assert decide(made, facts).step in made.steps


def test_an_answer_may_lead_to_what_does_not_lead_back() -> None:
    assert leads_back(SHIPPED, "ours") == {"history", "ours"}
    assert "complaint" in leads_back(SHIPPED, "complaint_part")
    assert "bug" not in leads_back(SHIPPED, "complaint_part")


# comparing


def test_two_equal_charts_differ_in_nothing() -> None:
    assert compare(SHIPPED, SHIPPED) == ()


def test_every_sort_of_change_is_told_once() -> None:
    chart = add(SHIPPED, FAN, "praise_mood", "no")
    chart = put(chart, replace(asks(chart, "fan"), yes="product"))
    chart = put(chart, replace(asks(chart, "lead"), value="idea", yes="content"))
    chart = put(chart, Assign("unsure", 0, {"en": "We look"}, "unsure"))
    chart = remove(chart, "bug")
    found = [(one.sort, one.step) for one in compare(SHIPPED, chart)]
    assert found == [
        ("no", "complaint"), ("no", "praise_mood"), ("added", "fan"), ("asks", "lead"), ("yes", "lead"),
        ("words", "unsure"), ("removed", "bug"),
    ]  # fmt: skip
    by_sort = {(one.sort, one.step): one for one in compare(SHIPPED, chart)}
    assert (by_sort["yes", "lead"].was, by_sort["yes", "lead"].becomes) == (Place(to="care"), Place(to="content"))
    assert by_sort["no", "praise_mood"].becomes == Place(step="fan")
    assert touched(compare(SHIPPED, chart)) == {
        "complaint": "no", "praise_mood": "no", "fan": "added", "lead": "asks", "unsure": "words",
    }  # fmt: skip


@given(charts(), charts())
def test_charts_without_a_difference_decide_alike(one: Chart, other: Chart) -> None:
    if compare(one, other) or check(one, DEPARTMENTS) or check(other, DEPARTMENTS):
        return
    for facts in (Facts(), Facts(is_ours=True), Facts(is_repost=True, in_spike=True)):
        assert decide(one, facts).department == decide(other, facts).department
