"""Empathy lines: which fit, how they are filled, and who may change them."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from listener.kinds import Kind
from tests.triage.conftest import Cast
from triage import empathy
from triage.models import Audit
from triage.refusals import BadInput, NoSuch, NotYours


def test_lines_ship_in_four_languages_with_variables_we_fill(session: Session, now: datetime) -> None:
    empathy.ensure_shipped(session, now)
    empathy.ensure_shipped(session, now)
    shipped = empathy.every(session)
    by_language = {language: [one for one in shipped if one.language == language] for language in empathy.LANGUAGES}
    assert {language: len(lines) for language, lines in by_language.items()} == dict.fromkeys(empathy.LANGUAGES, 8)
    values = {"name": "Reza", "department": "Care", "hours": "24"}
    for one in shipped:
        assert one.kind is None or one.kind in set(Kind)
        assert len(one.words) < empathy.LONGEST
        assert "{" not in empathy.filled(one.words, **values)
        assert "{name}" not in empathy.filled(one.words, **values | {"name": ""})


def test_the_line_for_this_department_and_this_kind_comes_first(session: Session, cast: Cast, now: datetime) -> None:
    def add(words: str, **more: object) -> None:
        empathy.add(session, words=words, by=cast.max, now=now, **{"language": "fa", **more})  # type: ignore[arg-type]

    add("همه")
    add("شکایت", kind="complaint")
    add("پشتیبانی", department_id=cast.care.id)
    add("محصول", department_id=cast.product.id)
    add("praise", kind="praise", language="en")
    add("everybody", language="en")

    def found(language: str, **more: object) -> list[str]:
        return [one.words for one in empathy.lines(session, language, **more)]  # type: ignore[arg-type]

    assert found("fa", kind="complaint", department_id=cast.care.id) == ["پشتیبانی", "شکایت", "همه"]
    assert found("fa") == ["همه"]
    assert found("de") == ["everybody"]  # nobody wrote German ones
    put_away = empathy.every(session, "fa")[0]
    empathy.change(session, put_away.id, enabled=False, by=cast.ada, now=now)
    assert found("fa") == ["everybody"]


@pytest.mark.parametrize(
    ("words", "values", "filled"),
    [
        ("{name}, I am sorry.", {"name": "Reza"}, "Reza, I am sorry."),
        ("{name}, am I late?", {"name": ""}, "Am I late?"),
        ("I hear you, {name}.", {"name": ""}, "I hear you."),
        ("{name} عزیز، متأسفم.", {"name": ""}, "متأسفم."),
        ("{department} within {hours} hours", {"department": "Care"}, "Care within {hours} hours"),
        ("{other} stays", {"other": ""}, "{other} stays"),
    ],
)
def test_a_name_nobody_knows_leaves_no_gap(words: str, values: dict[str, str], filled: str) -> None:
    assert empathy.filled(words, **{"name": "x", **values}) == filled


@pytest.mark.parametrize(
    ("label", "name"),
    [("Reza Mohammadi", "Reza"), ("Abu Khalid", "Abu Khalid"), ("@mirela_k", "mirela_k"), ("رضا محمدی", "رضا محمدی"),
     ("نسترن کریمی", "نسترن"), ("", ""), ("Mirela K.", "Mirela"), ("🙂 Lea Berg", "🙂 Lea Berg")],
)  # fmt: skip
def test_people_are_called_by_their_first_name_where_it_is_one(label: str, name: str) -> None:
    assert empathy.first_name(label) == name


def test_managers_and_administrators_change_lines_and_it_is_written_down(
    session: Session, cast: Cast, now: datetime
) -> None:
    first = empathy.add(session, language="en", words="  One {name},\n sorry. ", by=cast.max, now=now)
    second = empathy.add(session, language="en", words="Two", by=cast.ada, now=now)
    assert (first.words, first.position, second.position) == ("One {name}, sorry.", 0, 1)
    empathy.change(session, second.id, position=0, words="Zero", by=cast.ada, now=now)
    assert [one.words for one in empathy.every(session, "en")] == ["Zero", "One {name}, sorry."]
    empathy.delete(session, first.id, by=cast.max, now=now)
    trail = session.scalars(select(Audit).where(Audit.subject == "empathy_line").order_by(Audit.id)).all()
    assert [(one.what, one.by_id) for one in trail] == [
        ("made", cast.max.member_id), ("made", cast.ada.member_id), ("changed", cast.ada.member_id),
        ("deleted", cast.max.member_id),
    ]  # fmt: skip
    assert trail[2].said == {"words": "Two", "position": 1}
    with pytest.raises(NoSuch):
        empathy.line(session, first.id)


@pytest.mark.parametrize("name", ["lina", "cara", "olaf"])
def test_others_do_not(session: Session, cast: Cast, now: datetime, name: str) -> None:
    with pytest.raises(NotYours):
        empathy.add(session, language="en", words="Mine", by=getattr(cast, name), now=now)


@pytest.mark.parametrize(
    "wrong",
    [{"words": " "}, {"words": "x" * 501}, {"words": "Dear {customer}"}, {"language": "tlh"}, {"kind": "rant"},
     {"department_id": 10**9}, {"words": "nul \0"}],
)  # fmt: skip
def test_what_cannot_be_kept_is_named(session: Session, cast: Cast, now: datetime, wrong: dict[str, object]) -> None:
    given = {"language": "en", "words": "Sorry, {name}.", "by": cast.max, "now": now, **wrong}
    with pytest.raises(BadInput) as refused:
        empathy.add(session, **given)  # type: ignore[arg-type]
    assert refused.value.field in wrong
