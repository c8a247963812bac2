"""Words that are new, found in every script and shown as people spell them."""

import pytest

from listener.terms import SPEAKS, new_terms, odds

USUAL = [f"my kettle is {word} and the handle is fine number {n}" for n in range(60) for word in ("good", "late")]


def names(texts: list[str], usual: list[str] = USUAL, skip: tuple[str, ...] = ()) -> list[str]:
    return [term.name for term in new_terms(texts, usual, skip)]


def test_a_new_word_is_found_and_a_usual_one_is_not() -> None:
    texts = [f"the kettle of {n} scalded me" for n in range(10)]
    assert "scalded" in " ".join(names(texts))
    assert "kettle" not in names(texts)


def test_a_phrase_stands_for_its_words() -> None:
    texts = [f"a Melted Lid is {n} too many!" for n in range(10)]
    assert names(texts)[:1] == ["Melted Lid"]
    assert "Lid" not in names(texts)


def test_a_term_tells_its_share_now_and_usually() -> None:
    term = next(
        one for one in new_terms(["it is hot"] * 9 + ["it is burnt"], [*USUAL, *["hot"] * 30]) if one.key == "hot"
    )
    assert (term.count, term.share, term.typical) == (9, 0.9, 0.2)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("دستهٔ کتری می‌سوزاند {n}", "می‌سوزاند"),
        ("المقبض ساخن جدًّا يا جماعة {n}", "ساخن"),
        ("הידית רותחת ממש {n}", "רותחת"),
    ],
)
def test_words_of_other_scripts_keep_the_spelling_people_used(said: str, expected: str) -> None:
    usual = [f"{said.split()[0]} خوب است {n}" for n in range(120)]
    found = names([said.format(n=n) for n in range(12)], usual)
    assert any(expected in name for name in found)


def test_spellings_of_one_word_are_one_term_in_the_spelling_of_most() -> None:
    texts = ["کتری می‌سوزاند"] * 6 + ["كتري مي‌سوزاند"] * 3
    assert names(texts, ["چیز دیگر"] * 120)[:1] == ["کتری می‌سوزاند"]


def test_the_words_of_the_topic_links_and_handles_are_no_terms() -> None:
    texts = [f"@nimbo Nimbo exploded https://news.example/exploded{n}" for n in range(10)]
    assert names(texts, skip=("nimbo",)) == ["exploded"]


def test_a_hashtag_is_a_word() -> None:
    assert names([f"{n} and #HotHandle" for n in range(9)], ["and"] * 120) == ["#HotHandle"]


def test_a_word_one_text_repeats_is_said_once() -> None:
    assert names(["boom boom boom boom"], USUAL) == []


def test_with_few_texts_to_compare_everyday_words_are_left_out() -> None:
    assert names([f"and the lid of it {n}" for n in range(9)], []) == ["lid"]


def test_a_text_in_the_new_words_is_told_from_a_usual_one() -> None:
    terms = new_terms([f"scalded by the melted lid {n}" for n in range(20)], USUAL)
    assert odds("It scalded me, the melted lid", terms) > SPEAKS
    assert odds("my kettle is late", terms) < 0
