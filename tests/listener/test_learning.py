"""Learning kinds: what a model learns, what it keeps, how it is judged, and when it judges."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from listener import corrections, learn, learned, learning, scorecard
from listener.kinds import Kind
from listener.learned import NoSuchModel
from listener.learning import MANY, Example, InForce, Learned, unpacked
from listener.models import LearnedKinds, Mention, Standing
from listener.store import store
from tests.conftest import NOW
from tests.listener.conftest import MakesFeeds, MakesItems

BUG = ("zarbat stuck", "zarbat frozen", "the zarbat blinks", "my zarbat will not start")
IDEA = ("quollem would be nice", "give us quollem", "a quollem for travel", "think about quollem")
RULES = {kind: 1.5 if kind is Kind.CHATTER else 0.0 for kind in Kind}
Transaction = Callable[[], AbstractContextManager[Session]]


def example(text: str, kind: Kind, language: str = "en") -> Example:
    return Example(text, language, kind, NOW, RULES)


EXAMPLES = [example(text, Kind.BUG) for text in BUG] * 3 + [example(text, Kind.IDEA) for text in IDEA] * 3


def likeliest(model: Learned, text: str) -> Kind:
    chances = model.chances(text, RULES)
    return max(chances, key=lambda kind: chances[kind])


def test_words_that_told_kinds_apart_tell_them_again() -> None:
    model = learning.learn(EXAMPLES, "en")
    assert likeliest(model, "again the zarbat") is Kind.BUG
    assert likeliest(model, "please a quollem") is Kind.IDEA
    assert model.words("again the zarbat", Kind.BUG)[0] == "zarbat"


def test_without_examples_it_says_what_the_rules_say() -> None:
    model = learning.learn([], "en")
    chances = model.chances("whatever this is", {Kind.BUG: 3.0, Kind.CHATTER: 1.5, Kind.SPAM: -4.0})
    assert max(chances, key=lambda kind: chances[kind]) is Kind.BUG
    assert chances[Kind.SPAM] == pytest.approx(1 / (1 + 2.718281828**4), rel=1e-3)
    assert unpacked(model.packed()) == model


def test_the_same_examples_teach_the_same() -> None:
    assert learning.learn(EXAMPLES, "en") == learning.learn(list(EXAMPLES), "en")


def test_what_is_packed_holds_no_text_and_comes_back_whole() -> None:
    model = learning.learn(EXAMPLES, "en")
    packed = model.packed()
    again = unpacked(packed, "learned-3")
    assert (again.version, again.language, again.weights) == ("learned-3", "en", model.weights)
    assert again.chances("a zarbat", RULES) == model.chances("a zarbat", RULES)
    assert b"zarbat" not in packed
    assert len(packed) < 20_000


@pytest.mark.parametrize("bytes_", [b"", b"x" * 40, learning.zlib.compress(b"\x02\x00\x00\x00{}rest")])
def test_other_bytes_are_no_model(bytes_: bytes) -> None:
    with pytest.raises(ValueError, match="hold"):
        unpacked(bytes_)


@given(st.text(max_size=300), st.dictionaries(st.sampled_from(list(Kind)), st.floats(-50, 50)))
def test_chances_of_anything_add_up_to_one(text: str, rules: dict[Kind, float]) -> None:
    chances = MODEL.chances(text, rules)
    assert set(chances) == set(Kind)
    assert sum(chances.values()) == pytest.approx(1)
    assert MODEL.words(text, Kind.BUG) == MODEL.words(text, Kind.BUG)


MODEL = learning.learn(EXAMPLES, "en")


def test_a_thousand_examples_are_learnt_in_seconds_and_kept_small() -> None:
    random = Random(1)
    words = [f"word{number}" for number in range(3_000)]
    examples = [
        example(" ".join(random.choice(words) for _ in range(18)), random.choice(list(Kind))) for _ in range(1_000)
    ]
    packed = learning.learn(examples, "en", rounds=3).packed()
    assert len(packed) < 400_000


def test_a_language_without_a_model_of_its_own_has_that_of_many() -> None:
    force = InForce({"en": MODEL, MANY: learning.learn([], MANY)})
    assert force["en"] is MODEL
    assert force["he"].language == MANY
    assert InForce({"en": MODEL}).get("he") is None
    assert dict(InForce()) == {}


# scorecards


def test_a_scorecard_counts_by_kind_and_by_who_answers() -> None:
    gold = [Kind.BUG, Kind.BUG, Kind.PRAISE, Kind.SPAM]
    told = scorecard.report([Kind.IDEA, Kind.BUG, Kind.PRAISE, Kind.CHATTER], gold, gold)
    assert (told.rules.accuracy, told.learned.macro_f1, told.n) == (0.5, 1.0, 4)
    assert told.rules.answered == 1.0
    bug = next(one for one in told.rules.kinds if one.kind == Kind.BUG)
    assert (bug.count, bug.precision, bug.recall) == (2, 1.0, 0.5)
    assert told.gain == pytest.approx(1 - (2 / 3 + 1 + 0) / 3)
    assert told.plain()["learned"]["macro_f1"] == 1.0


def test_a_kind_nobody_calls_by_its_name_scores_nothing() -> None:
    figures = scorecard.figures([Kind.BUG], [Kind.LEAD])
    assert (figures.macro_f1, figures.kinds[0].f1) == (0.0, 0.0)


# rounds


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A round that learns from dozens, so that a test need not store hundreds."""
    monkeypatch.setattr(learn, "LEAST", 40)
    monkeypatch.setattr(learn, "LEAST_TOGETHER", 20)
    monkeypatch.setattr(learn, "EVERY", 10)
    monkeypatch.setattr(learn, "UNSEEN", 5)


Teaches = Callable[..., list[Mention]]


@pytest.fixture
def teach(session: Session, make_feed: MakesFeeds, say: MakesItems, now: datetime) -> Teaches:
    """Store posts and have a person name the kind of each, one a minute."""
    numbers: Iterator[int] = iter(range(10_000))
    feed = make_feed()

    def taught(count: int, *, agreeing: bool = False, language: str = "en") -> list[Mention]:
        made = []
        for number in (next(numbers) for _ in range(count)):
            texts, kind = ((BUG, Kind.BUG), (IDEA, Kind.IDEA))[number % 2]
            item = say(f"n{number}", f"{texts[number // 2 % 4]} in room {number} of house {number * 7}")
            tally = store(session, feed, [item], now=now)
            row = session.get_one(Mention, tally.mention_ids[0])
            row.language = language
            at = now + timedelta(minutes=number)
            named = row.kind if agreeing else kind
            corrections.correct(session, row.id, "kind", named, by_id=7, now=at)
            made.append(row)
        return made

    return taught


def rows(session: Session) -> list[tuple[str, str]]:
    found = session.scalars(select(LearnedKinds).order_by(LearnedKinds.id).execution_options(populate_existing=True))
    return [(row.language, row.standing) for row in found]


@pytest.mark.usefixtures("few")
def test_what_hears_better_judges_new_posts_and_can_be_taken_back(
    session: Session, transaction: Transaction, teach: Teaches, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    feed = make_feed()

    def heard(native_id: str) -> Mention:
        tally = store(session, feed, [say(native_id, f"The zarbat is stuck {native_id} days now")], now=now)
        return session.get_one(Mention, tally.mention_ids[0])

    assert heard("1").kind != Kind.BUG
    teach(60)
    assert learn.round(transaction, lambda: now) == 1
    assert rows(session) == [("en", Standing.IN_FORCE)]
    row = session.scalars(select(LearnedKinds)).one()
    assert row.examples == 60
    assert row.report["learned"]["macro_f1"] > row.report["rules"]["macro_f1"] + row.report["margin"]
    assert row.report["n"] == 18
    assert b"zarbat" not in row.weights
    judged = heard("2")
    assert (judged.kind, judged.kind_version) == (Kind.BUG, f"learned-{row.id}")
    assert "zarbat" in judged.kind_evidence
    learned.take_back(session, row.id, by_id=7, now=now)
    assert rows(session) == [("en", Standing.TAKEN_BACK)]
    assert heard("3").kind != Kind.BUG
    with pytest.raises(NoSuchModel) as none:
        learned.take_back(session, row.id, by_id=7, now=now)
    assert none.value.standing == Standing.TAKEN_BACK


@pytest.mark.usefixtures("few")
def test_what_is_edited_in_a_language_that_somebody_named_is_judged_by_what_was_learnt_of_it(
    session: Session, transaction: Transaction, teach: Teaches, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    feed = make_feed()
    tally = store(session, feed, [say("1", "La olla está rota y nadie contesta")], now=now)
    row = session.get_one(Mention, tally.mention_ids[0])
    assert row.language != "en"
    teach(60)
    assert learn.round(transaction, lambda: now) == 1
    corrections.correct(session, row.id, "language", "en", by_id=7, now=now)
    store(session, feed, [say("1", "La olla está rota, zarbat stuck")], now=now + timedelta(hours=1))
    session.refresh(row)
    assert (row.language, row.kind) == ("en", Kind.BUG)
    assert row.kind_version == f"learned-{session.scalars(select(LearnedKinds.id)).one()}"


@pytest.mark.usefixtures("few")
def test_what_hears_no_better_does_not_judge(
    session: Session, transaction: Transaction, teach: Teaches, now: datetime
) -> None:
    teach(60, agreeing=True)
    assert learn.round(transaction, lambda: now) == 1
    assert rows(session) == [("en", Standing.WORSE)]
    assert dict(learned.in_force(session).models) == {}


@pytest.mark.usefixtures("few")
def test_it_learns_anew_only_from_enough_new_words(
    session: Session, transaction: Transaction, teach: Teaches, now: datetime
) -> None:
    teach(39)
    assert learn.due(session) == [] or learn.due(session)[0].language == MANY
    teach(3)
    assert learn.round(transaction, lambda: now) == 1
    teach(9)
    assert learn.round(transaction, lambda: now) == 0
    made = teach(1)[0]
    assert learn.round(transaction, lambda: now) == 1
    last = corrections.of(session, [made.id])[made.id][0]
    assert max(session.scalars(select(LearnedKinds.upto_id))) == last.id


@pytest.mark.usefixtures("few")
def test_one_that_knows_more_takes_the_place_and_the_earlier_one_comes_back(
    session: Session, transaction: Transaction, teach: Teaches, now: datetime
) -> None:
    teach(60)
    learn.round(transaction, lambda: now)
    teach(20)
    assert learn.round(transaction, lambda: now) == 1
    assert rows(session) == [("en", Standing.REPLACED), ("en", Standing.IN_FORCE)]
    first, second = session.scalars(select(LearnedKinds).order_by(LearnedKinds.id))
    assert second.report["in_force"]["version"] == f"learned-{first.id}"
    assert second.report["in_force"]["n"] == 20
    back = learned.take_back(session, second.id, by_id=7, now=now)
    assert back is not None
    assert (back.id, rows(session)) == (first.id, [("en", Standing.IN_FORCE), ("en", Standing.TAKEN_BACK)])
    assert learned.in_force(session)["en"].version == f"learned-{first.id}"
    learned.take_force(session, second.id, by_id=7, now=now)
    assert rows(session) == [("en", Standing.REPLACED), ("en", Standing.IN_FORCE)]


@pytest.mark.usefixtures("few")
def test_languages_with_few_words_learn_together(
    session: Session, transaction: Transaction, teach: Teaches, now: datetime
) -> None:
    teach(15, language="fr")
    teach(15, language="de")
    assert learn.round(transaction, lambda: now) == 1
    assert rows(session) == [(MANY, Standing.IN_FORCE)]
    assert learned.in_force(session)["it"].language == MANY


@pytest.mark.usefixtures("few")
def test_words_taken_back_and_the_demos_teach_nothing(session: Session, teach: Teaches, now: datetime) -> None:
    mentions = teach(42)
    for row in mentions[:20]:
        row.is_demo = True
    for row in mentions[20:]:
        corrections.undo(session, corrections.of(session, [row.id])[row.id][0].id, by_id=7, now=now)
    assert learn.due(session) == []


@pytest.mark.usefixtures("few")
def test_of_two_rounds_at_once_one_keeps_its_model(session: Session, teach: Teaches, now: datetime) -> None:
    teach(60)
    (lesson,) = learn.due(session)
    learnt = learn.train(lesson)

    def keep(against: str | None) -> LearnedKinds | None:
        return learned.keep(
            session, "en", learnt.model.packed(), examples=60, upto_id=lesson.upto_id, report={}, against=against,
            is_better=True, now=now,
        )  # fmt: skip

    assert keep(None) is not None
    assert keep(None) is None
    assert rows(session) == [("en", Standing.IN_FORCE)]


def test_a_model_is_not_put_in_force_over_one_it_was_not_compared_with(session: Session, now: datetime) -> None:
    packed = MODEL.packed()
    for number, against in ((1, None), (2, None)):
        learned.keep(
            session, "en", packed, examples=1, upto_id=number, report={}, against=against, is_better=True, now=now
        )
    assert rows(session) == [("en", Standing.IN_FORCE), ("en", Standing.WORSE)]


def test_a_model_nobody_made_cannot_be_read(session: Session, now: datetime) -> None:
    for ask in (learned.model, lambda s, n: learned.take_back(s, n, by_id=7, now=now)):
        with pytest.raises(NoSuchModel) as none:
            ask(session, 999_999)
        assert none.value.standing is None
