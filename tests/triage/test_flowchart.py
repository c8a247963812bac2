"""The flowchart: what is read, what is refused with its line, and where a walk ends."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage import flowchart
from triage.facts import FACTS, Facts
from triage.flowchart import Ask, Assign, Chart, ChartError, check, decide, passes, reachable, read

SHIPPED = Path(flowchart.__file__).parent.parent / "flowchart.toml"
DEPARTMENTS = ("care", "content", "product")

SOUND = """\
start = "spam"
[steps.spam]
title = { en = "Spam?", fa = "هرزنامه؟" }
ask = "kind"
test = "is"
value = "spam"
yes = "nobody"
no = "care"
[steps.care]
assign = "care"
[steps.nobody]
assign = "nobody"
"""


def shipped() -> Chart:
    return read(SHIPPED.read_text(encoding="utf-8"))


def test_the_chart_that_ships_has_nothing_to_mend() -> None:
    assert check(shipped(), DEPARTMENTS) == []


def test_every_step_that_ships_has_words_in_four_languages() -> None:
    for step in shipped().steps.values():
        assert set(step.title) == {"en", "fa", "ar", "he"}, step.name
        assert all(words.strip() for words in step.title.values()), step.name


def test_a_chart_reads_its_steps_titles_and_lines() -> None:
    chart = read(SOUND)
    spam = chart.steps["spam"]
    assert isinstance(spam, Ask)
    assert (spam.fact, spam.test, spam.value, spam.yes, spam.no) == ("kind", "is", "spam", "nobody", "care")
    assert (spam.line, spam.at("value"), spam.title["fa"]) == (2, 6, "هرزنامه؟")
    assert chart.steps["care"] == Assign("care", 9, {}, "care")


def test_without_a_start_the_first_step_is_the_start() -> None:
    assert read(SOUND.replace('start = "spam"', "")).start == "spam"


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ('start = "a"\nsteps = [', 2, "not TOML"),
        ("start = \n", 1, "not TOML"),
        ('[steps.a]\nask = "kind"\n[steps.a]\n', 3, "not TOML"),
        ("", 1, "no steps"),
        ("steps = 3", 1, "no steps"),
        ("[steps]\na = 3", 2, "a table"),
        ('start = 3\n[steps.a]\nassign = "care"', 1, "name of a step"),
        ("[steps.a]\nassign = 3", 2, "word in quotes"),
        ('[steps.a]\nask = "kind"\nyes = ["b"]', 3, "word in quotes"),
        ('[steps.a]\nassign = "care"\ntitle = 3', 3, "by language"),
        ('[steps.a]\nassign = "care"\ntitle = { en = 3 }', 3, "by language"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(source: str, line: int, words: str) -> None:
    with pytest.raises(ChartError) as caught:
        read(source)
    assert caught.value.line == line
    assert words in caught.value.sentence


@pytest.mark.parametrize(
    ("old", "new", "key", "line", "step"),
    [
        ('start = "spam"', 'start = "spm"', "unknown_start", 1, ""),
        ('ask = "kind"', 'ask = "knd"', "unknown_fact", 4, "spam"),
        ('ask = "kind"', "", "asks_nothing", 2, "spam"),
        ('test = "is"', 'test = "equals"', "unknown_test", 5, "spam"),
        ('test = "is"', 'test = "at_least"', "unfit_test", 5, "spam"),
        ('value = "spam"', 'value = ["spam"]', "odd_value", 6, "spam"),
        ('value = "spam"', "", "odd_value", 2, "spam"),
        ('value = "spam"', 'value = "spma"', "unknown_value", 6, "spam"),
        ('no = "care"', "", "dead_end", 2, "spam"),
        ('no = "care"', 'no = "cara"', "unknown_step", 8, "spam"),
        ('no = "care"', 'no = "spam"', "loop", 2, "spam"),
        ('no = "care"', 'no = "nobody"', "unreachable", 9, "care"),
        ('assign = "care"', 'assign = "carre"', "unknown_department", 9, "care"),
        ('no = "care"', 'no = "care"\nelse = "care"', "unknown_key", 9, "spam"),
        ('start = "spam"', 'start = "spam"\nverison = 2', "unknown_key", 2, ""),
    ],
)
def test_what_is_wrong_is_said_with_line_and_step(old: str, new: str, key: str, line: int, step: str) -> None:
    found = [problem for problem in check(read(SOUND.replace(old, new)), DEPARTMENTS) if problem.key == key]
    assert [(problem.line, problem.step) for problem in found] == [(line, step)]
    assert str(found[0]).startswith(f"line {line}")


def test_a_mistake_in_spelling_is_asked_back() -> None:
    (problem,) = check(read(SOUND.replace('"kind"', '"knd"')), DEPARTMENTS)
    assert "Did you mean `kind`?" in problem.sentence


def test_problems_come_in_the_order_of_their_lines_and_all_at_once() -> None:
    source = SOUND.replace('"kind"', '"knd"').replace('no = "care"', 'no = "x"').replace('"nobody"\n', '"nobdy"\n')
    problems = check(read(source), DEPARTMENTS)
    assert {problem.key for problem in problems} == {
        "unknown_fact",
        "unknown_step",
        "unknown_department",
        "unreachable",
    }
    assert [problem.line for problem in problems] == sorted(problem.line for problem in problems)


def test_a_long_loop_is_found_and_told_step_by_step() -> None:
    steps = [
        f'[steps.s{n}]\nask = "is_ours"\ntest = "holds"\nyes = "end"\nno = "s{(n + 1) % 3000}"\n' for n in range(3000)
    ]
    chart = read("".join(steps) + '[steps.end]\nassign = "nobody"\n')
    (problem,) = check(chart, DEPARTMENTS)
    assert problem.key == "loop"
    assert problem.data["steps"][0] == problem.data["steps"][-1] == "s0"


# deciding

CASES: list[tuple[dict[str, Any], str, str | None]] = [
    ({"is_history": True, "kind": "complaint"}, "nobody", None),
    ({"is_ours": True, "danger_words": ("fire",)}, "nobody", None),
    ({"is_repost": True, "kind": "complaint"}, "nobody", None),
    ({"kind": "spam", "danger_words": ("fire",)}, "nobody", None),
    ({"competitor_only": True, "kind": "complaint"}, "nobody", None),
    ({"competitor_only": True, "kind": "lead"}, "assign", "care"),
    ({"kind": "chatter", "danger_words": ("caught fire",)}, "assign", "product"),
    ({"kind": "complaint", "care_words": ("refund",), "part_words": ("lid",)}, "assign", "care"),
    ({"kind": "complaint", "part_words": ("lid",)}, "assign", "product"),
    ({"kind": "complaint", "topic_kinds": ("brand", "product")}, "assign", "product"),
    ({"kind": "complaint"}, "assign", "care"),
    ({"kind": "bug"}, "assign", "product"),
    ({"kind": "idea"}, "assign", "product"),
    ({"kind": "question", "how_to_words": ("how do",)}, "assign", "content"),
    ({"kind": "question", "how_to_words": ("how do",), "care_words": ("order",)}, "assign", "care"),
    ({"kind": "question"}, "assign", "care"),
    ({"kind": "praise", "mood": "positive"}, "assign", "content"),
    ({"kind": "praise", "mood": "unsure"}, "assign", "content"),
    ({"kind": "praise", "mood": "negative"}, "unsure", None),
    ({"kind": "lead"}, "assign", "care"),
    ({"kind": "chatter", "mood": "neutral"}, "nobody", None),
    ({"kind": "chatter", "mood": "negative"}, "unsure", None),
    ({"kind": "unsure"}, "unsure", None),
]


@pytest.mark.parametrize(("facts", "outcome", "department"), CASES)
def test_the_feedback_loop_finds_who_answers(facts: dict[str, Any], outcome: str, department: str | None) -> None:
    decision = decide(shipped(), Facts(**facts))
    assert (decision.outcome, decision.department) == (outcome, department)


def test_the_cases_above_end_in_every_step_that_ends() -> None:
    chart = shipped()
    ends = {decide(chart, Facts(**facts)).step for facts, _, _ in CASES}
    asked = {step.step for facts, _, _ in CASES for step in decide(chart, Facts(**facts)).path}
    assert ends | asked == set(chart.steps)


def test_the_path_tells_fact_value_test_and_answer() -> None:
    decision = decide(read(SOUND), Facts(kind="praise"))
    (step,) = decision.path
    assert (step.step, step.fact, step.value, step.test, step.wanted, step.answer) == (
        "spam", "kind", "praise", "is", "spam", "no"
    )  # fmt: skip
    assert decision.step == "care"
    assert step.title["en"] == "Spam?"


@pytest.mark.parametrize(
    ("test", "value", "wanted", "expected"),
    [
        ("holds", True, None, True),
        ("holds", False, None, False),
        ("is", "bug", "bug", True),
        ("is", "bug", "idea", False),
        ("one_of", "bug", ["bug", "idea"], True),
        ("one_of", "lead", ["bug", "idea"], False),
        ("at_least", 3, 3, True),
        ("at_least", 2.9, 3, False),
        ("at_most", 3, 3, True),
        ("at_most", 3.1, 3, False),
        ("at_least", None, 0, False),
        ("at_most", None, 5, False),
        ("found", ("hot",), None, True),
        ("found", (), None, False),
        ("includes", ("brand", "product"), ["product"], True),
        ("includes", ("brand",), ["product", "person"], False),
    ],
)
def test_each_test_says_yes_to_what_it_names(test: str, value: Any, wanted: Any, expected: bool) -> None:
    assert passes(test, value, wanted) is expected


@pytest.mark.parametrize("source", [SOUND.replace('no = "care"', ""), SOUND.replace('no = "care"', 'no = "spam"')])
def test_an_unchecked_chart_never_walks_for_ever(source: str) -> None:
    with pytest.raises(ChartError, match="did not end"):
        decide(read(source), Facts(kind="praise"))


names = st.sampled_from([f"s{n}" for n in range(6)])


@st.composite
def charts(draw: st.DrawFn) -> Chart:
    steps: dict[str, Ask | Assign] = {}
    for number in range(draw(st.integers(1, 6))):
        name = f"s{number}"
        if draw(st.booleans()):
            steps[name] = Assign(name, number, {}, draw(st.sampled_from([*DEPARTMENTS, "unsure", "nobody", "legal"])))
        else:
            fact = draw(st.sampled_from(["is_ours", "is_repost", "in_spike"]))
            steps[name] = Ask(name, number, {}, fact, "holds", None, draw(names), draw(names))
    return Chart(draw(names), steps)


facts = st.builds(Facts, is_ours=st.booleans(), is_repost=st.booleans(), in_spike=st.booleans())


@given(charts(), facts)
def test_a_chart_with_nothing_to_mend_always_ends_with_someone_known(chart: Chart, one: Facts) -> None:
    problems = check(chart, DEPARTMENTS)
    if problems:
        assert all(problem.sentence and problem.line >= 0 for problem in problems)
        return
    decision = decide(chart, one)
    assert decision.outcome != "assign" or decision.department in DEPARTMENTS
    assert [step.step for step in decision.path] == list(dict.fromkeys(step.step for step in decision.path))


@given(charts())
def test_a_step_is_unreachable_only_if_no_walk_meets_it(chart: Chart) -> None:
    blamed = {problem.step for problem in check(chart, DEPARTMENTS) if problem.key == "unreachable"}
    if chart.start in chart.steps:
        assert blamed == set(chart.steps) - set(reachable(chart))


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_with_a_sentence(source: str) -> None:
    trouble = refused(source)
    if trouble is not None:
        assert trouble.sentence
        assert 1 <= trouble.line <= source.count("\n") + 1


def refused(source: str) -> ChartError | None:
    try:
        check(read(source), DEPARTMENTS, FACTS)
    except ChartError as trouble:
        return trouble
    return None
