"""The drawing: every step once, no box over another, the path lit, right to left, safe; and the same steps as a list."""

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.triage.test_flowchart import charts
from triage import flowchart
from triage.drawing import OutlineStep, draw, outline
from triage.facts import Facts
from triage.flowchart import Ask, Chart, decide, read
from triage.labels import lines, width

SHIPPED = read((Path(flowchart.__file__).parent.parent / "flowchart.toml").read_text(encoding="utf-8"))
PATH = decide(SHIPPED, Facts(kind="complaint", part_words=("lid", "handle"))).path
DRAFT = """\
start = "a"
[steps.a]
title = "Is <b>this</b> & that \\"bold\\"?"
ask = "kind"
test = "is"
value = "praise"
yes = "b"
no = "c"
[steps.b]
ask = "rating"
test = "at_least"
value = 3
yes = "c"
no = "z"
[steps.c]
ask = "is_ours"
test = "holds"
yes = "e"
no = "a"
[steps.e]
assign = "care"
[steps.f]
assign = "content"
"""


def tree(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(re.sub(r' xmlns="[^"]+"', "", svg))


def boxes(svg: str) -> list[tuple[float, float, float, float]]:
    rects = [one for one in tree(svg).iter("rect") if one.get("class") != "lab"]
    return [tuple(float(one.attrib[name]) for name in ("x", "y", "width", "height")) for one in rects]  # type: ignore[misc]


def words(svg: str) -> list[str]:
    return [(one.text or "").strip("⁦⁧⁩") for one in tree(svg).iter("text")]


@pytest.mark.parametrize("language", ["en", "fa", "ar", "he"])
def test_every_question_is_drawn_once_in_its_language(language: str) -> None:
    drawn = tree(draw(SHIPPED, language=language))
    asked = [group.get("data-step") for group in drawn.iter("g") if group.get("data-yes")]
    assert sorted(asked) == sorted(name for name, step in SHIPPED.steps.items() if isinstance(step, Ask))
    said = " ".join(words(draw(SHIPPED, language=language)))
    for step in SHIPPED.steps.values():
        assert step.title[language].split()[0] in said


@pytest.mark.parametrize("language", ["en", "fa"])
def test_boxes_do_not_cover_each_other_and_stay_in_the_picture(language: str) -> None:
    svg = draw(SHIPPED, PATH, language=language)
    _, _, wide, high = map(float, tree(svg).attrib["viewBox"].split())
    check_apart(boxes(svg), wide, high)


def check_apart(found: list[tuple[float, float, float, float]], wide: float, high: float) -> None:
    for number, (x, y, w, h) in enumerate(found):
        assert x >= 0
        assert y >= 0
        assert x + w <= wide + 0.5
        assert y + h <= high + 0.5
        for x2, y2, w2, h2 in found[number + 1 :]:
            assert x + w <= x2 or x2 + w2 <= x or y + h <= y2 or y2 + h2 <= y


def test_the_path_is_lit_from_the_first_question_to_its_end() -> None:
    drawn = tree(draw(SHIPPED, PATH))
    lit = [
        group.get("data-step")
        for group in drawn.iter("g")
        if any("lit" in r.get("class", "") for r in group.iter("rect"))
    ]
    assert lit == [*(step.step for step in PATH), "product"]
    assert sum("lit" in line.get("class", "") for line in drawn.iter("polyline")) == len(PATH)
    assert "lid, handle" in words(draw(SHIPPED, PATH))  # the words that were found


def test_without_a_path_nothing_is_lit() -> None:
    assert "lit" not in draw(SHIPPED)


def test_right_to_left_is_the_mirror_image() -> None:
    left, right = boxes(draw(SHIPPED, language="en")), boxes(draw(SHIPPED, language="fa"))
    wide = float(tree(draw(SHIPPED, language="fa")).attrib["viewBox"].split()[2])
    assert left[0][0] < wide / 2 < right[0][0]
    assert "⁧" in draw(SHIPPED, language="fa")
    assert "direction" not in draw(SHIPPED, language="fa")


def test_a_chart_that_is_still_wrong_is_drawn_with_what_is_wrong() -> None:
    svg = draw(read(DRAFT), problems={"c": "never ends"}, new={"b"}, links={"a": "/flowchart?step=a&x=1"})
    drawn = tree(svg)
    bad = {
        group.get("data-step")
        for group in drawn.iter("g")
        if any("bad" in r.get("class", "") for r in group.iter("rect"))
    }
    assert bad == {"c", "f", None}  # the loop, the step nobody reaches, the answer that leads nowhere
    assert "no: z?" in words(svg)
    assert "never ends" in words(svg)
    assert [one.get("class") for one in drawn.iter("rect") if "new" in one.get("class", "")] == ["ask new"]
    assert [link.get("href") for link in drawn.iter("a")] == ["/flowchart?step=a&x=1"]
    assert drawn.get("role") == "group"


def test_words_are_escaped_and_no_ids_are_used() -> None:
    svg = draw(read(DRAFT), links={"a": '"><script>'})
    assert "<b>" not in svg
    assert "<script" not in svg
    assert " id=" not in svg
    assert " ".join(words(svg)[:2]).startswith("yes") or "Is <b>this</b>" in " ".join(words(svg))


def test_the_picture_has_a_name_in_its_language() -> None:
    assert (tree(draw(SHIPPED, language="he")).find("title").text or "").startswith("התרשים: מעגל המשוב")  # type: ignore[union-attr]


@given(charts(), st.sampled_from(["en", "ar"]))
def test_any_chart_is_drawn_whole_with_boxes_apart(chart: Chart, language: str) -> None:
    svg = draw(chart, language=language)
    _, _, wide, high = map(float, tree(svg).attrib["viewBox"].split())
    drawn = [group.get("data-step") for group in tree(svg).iter("g")]
    assert set(chart.steps) <= set(drawn)
    asked = [name for name in drawn if name and isinstance(chart.steps[name], Ask)]
    assert len(asked) == len(set(asked))
    check_apart(boxes(svg), wide, high)
    listed = [one.step for one in flat(outline(chart, language))]
    assert sorted(listed) == sorted(asked)


@given(st.text(max_size=120), st.floats(40, 300))
def test_a_label_fits_its_box(text: str, room: float) -> None:
    made = lines(text, room, 14.5)
    assert len(made) <= 3
    assert all(width(line, 14.5) <= room for line in made)


def test_a_long_label_ends_in_an_ellipsis_and_a_short_one_is_whole() -> None:
    assert lines("An order, money or service?", 184, 14.5) == ("An order, money or", "service?")
    assert lines("word " * 60, 184, 14.5)[-1].endswith("…")
    assert lines("", 184, 14.5) == ()


# the list


def flat(steps: tuple[OutlineStep, ...]) -> Iterator[OutlineStep]:
    for step in steps:
        yield step
        yield from flat(step.children)


def test_the_list_numbers_questions_and_nests_those_after_a_yes() -> None:
    found = {one.step: one for one in flat(outline(SHIPPED))}
    assert found["history"].number == "1"
    assert (found["complaint"].number, found["complaint_care"].number, found["complaint_product"].number) == (
        "7", "7.1", "7.3"
    )  # fmt: skip
    assert [one.step for one in found["complaint"].children] == [
        "complaint_care",
        "complaint_part",
        "complaint_product",
    ]
    assert found["complaint"].yes.number == "7.1"
    assert found["complaint"].no.number == "8"
    assert (found["spam"].yes.outcome, found["spam"].yes.department) == ("nobody", None)
    assert (found["bug"].yes.outcome, found["bug"].yes.department, found["bug"].yes.title) == (
        "assign",
        "product",
        "Product",
    )


def test_the_list_speaks_the_readers_language_and_shows_the_path() -> None:
    found = {one.step: one for one in flat(outline(SHIPPED, "fa", PATH))}
    assert found["complaint"].title == "شکایت؟"
    assert found["complaint"].answer == "yes"
    assert found["complaint"].yes.lit
    assert not found["complaint"].no.lit
    assert found["bug"].answer is None


def test_the_list_says_what_leads_nowhere_and_what_nobody_reaches() -> None:
    found = {one.step: one for one in flat(outline(read(DRAFT)))}
    assert (found["b"].no.step, found["b"].no.title) == ("z", "")
    assert found["c"].no.number == "1"
    lost = read(DRAFT + '[steps.g]\nask = "is_ours"\ntest = "holds"\nyes = "e"\nno = "f"\n')
    assert not {one.step: one for one in flat(outline(lost))}["g"].reachable
