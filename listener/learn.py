"""The rounds of learning: what people said of kinds becomes a model, which judges only where it hears better."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from listener import by_hand, learned, learning, scorecard
from listener.kinds import Kind
from listener.learning import MANY, Example, Learned
from listener.models import Correction, Mention
from listener.rejudging import Rejudged

LEAST = 100  # examples a language needs for a model of its own
LEAST_TOGETHER = 40  # examples that languages with fewer need together for the model of many
EVERY = 25  # new examples before a language is learnt anew
MOST = 4_000  # examples learnt from, the newest
ASIDE = 0.3  # the newest part of them, kept aside to judge by
# how much better than the rules the macro-F1 must be: this much, and more where few rows say so
MARGIN, MARGIN_OF_FEW = 0.02, 0.4
UNSEEN = 20  # rows a model in force has not seen, before one that knows more may take its place

Transaction = Callable[[], AbstractContextManager[Session]]
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Named:
    """A mention whose kind people named: the last word on it, and when it was said."""

    mention_id: int
    language: str
    kind: Kind
    at: datetime
    correction_id: int


@dataclass(frozen=True)
class Lesson:
    """What there is to learn for one language, oldest word first.

    `judged_by` are the languages whose rows decide, `in_force` the model that judges them now (`None`: the rules) and
    `seen_upto_id` the last correction it had seen.
    """

    language: str
    named: tuple[Named, ...]
    mentions: dict[int, Mention]
    judged_by: frozenset[str]
    in_force: Learned | None
    seen_upto_id: int

    @property
    def upto_id(self) -> int:
        """The last correction among them."""
        return max(one.correction_id for one in self.named)


@dataclass(frozen=True)
class Learnt:
    """What came of a lesson: a model of all of it, whether it is better than what judges now, and the report."""

    lesson: Lesson
    model: Learned
    is_better: bool
    report: dict[str, Any]


def round(transaction: Transaction, clock: Clock) -> int:
    """Learn whatever there is to learn; return how many models were made.

    1. Read what was named in every language with enough new words on it. 2. Outside of any transaction: learn from the
    oldest seven in ten, and let that and what judges now hear the newest three. 3. Learn from all of it; keep that with
    the report, in force where it was better by the margin.
    """
    with transaction() as session:
        lessons = due(session)
    made = 0
    for lesson in lessons:
        learnt = train(lesson)
        with transaction() as session:
            kept = learned.keep(
                session,
                lesson.language,
                learnt.model.packed(),
                examples=len(lesson.named),
                upto_id=lesson.upto_id,
                report=learnt.report,
                against=lesson.in_force.version if lesson.in_force else None,
                is_better=learnt.is_better,
                now=clock(),
            )
        made += kept is not None
    return made


# what there is to learn


def due(session: Session) -> list[Lesson]:
    """Return a lesson for every language with enough examples and enough new ones, and one for the others together."""
    by_language: dict[str, list[Named]] = defaultdict(list)
    for one in _named(session):
        by_language[one.language].append(one)
    own = sorted(language for language, found in by_language.items() if len(found) >= LEAST)
    few = frozenset(by_language) - frozenset(own)
    wanted = [(language, by_language[language], frozenset({language})) for language in own]
    if sum(len(by_language[language]) for language in few) >= LEAST_TOGETHER:
        wanted.append((MANY, [one for found in by_language.values() for one in found], few))
    seen = learned.seen_upto(session)
    return [
        _lesson(session, language, named, judged_by)
        for language, named, judged_by in wanted
        if sum(one.correction_id > seen.get(language, 0) for one in named if one.language in judged_by) >= EVERY
    ]


def _named(session: Session) -> list[Named]:
    """Return every mention whose kind people named; an invented one teaches nothing."""
    wanted = (
        select(Correction.mention_id, Correction.aspect, Correction.becomes, Correction.at, Correction.id)
        .add_columns(Mention.language)
        .join(Mention, Mention.id == Correction.mention_id)
        .where(Correction.aspect.in_(by_hand.SORTS), Correction.undone_at.is_(None), ~Mention.is_demo)
        .order_by(Correction.id)
    )
    words: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(wanted):
        words[row.mention_id].append(row)
    found = []
    for mention_id, said in words.items():
        kind = by_hand.kind((row.aspect, row.becomes) for row in said)
        if kind is not None:
            last = said[-1]
            found.append(Named(mention_id, last.language, Kind(kind), last.at, last.id))
    return found


def _lesson(session: Session, language: str, named: Sequence[Named], judged_by: frozenset[str]) -> Lesson:
    newest = sorted(named, key=lambda one: (one.at, one.correction_id))[-MOST:]
    mentions = session.scalars(select(Mention).where(Mention.id.in_([one.mention_id for one in newest])))
    judge = learned.in_force(session).models.get(language)
    upto_id = learned.upto_of(session, [judge.version])[judge.version] if judge else 0
    return Lesson(language, tuple(newest), {one.id: one for one in mentions}, judged_by, judge, upto_id)


# learning


def train(lesson: Lesson) -> Learnt:
    """Learn from a lesson and decide: pure work, seconds long, with no database at hand."""
    rejudged = [Rejudged(lesson.mentions[one.mention_id], one.language) for one in lesson.named]
    examples = [
        Example(heard.speech.folded, one.language, one.kind, one.at, heard.rules)
        for one, heard in zip(lesson.named, rejudged, strict=True)
    ]
    decisive = [place for place, one in enumerate(lesson.named) if one.language in lesson.judged_by]
    aside = decisive[-max(1, int(len(decisive) * ASIDE)) :]
    trial = learning.learn(examples[: aside[0]], lesson.language)
    gold = [lesson.named[place].kind for place in aside]
    ruled = [rejudged[place].kind.kind for place in aside]
    heard = [_heard(trial, examples[place]) for place in aside]
    told = scorecard.report(ruled, heard, gold)
    needed = MARGIN + MARGIN_OF_FEW / sqrt(len(aside))
    is_better = told.gain >= needed
    report = told.plain() | {
        "learned_from": aside[0],
        "margin": _four(needed),
        "languages": dict(Counter(one.language for one in lesson.named)),
        "from": lesson.named[aside[0]].at.isoformat(),
        "until": lesson.named[aside[-1]].at.isoformat(),
        "in_force": None,
    }
    if lesson.in_force is not None:
        unseen = [at for at, place in enumerate(aside) if lesson.named[place].correction_id > lesson.seen_upto_id]
        now_said = [_heard(lesson.in_force, examples[aside[at]]) for at in unseen]
        new_said, right = [heard[at] for at in unseen], [gold[at] for at in unseen]
        against = scorecard.report(now_said, new_said, right)
        is_better = is_better and len(unseen) >= UNSEEN and against.gain >= 0
        report["in_force"] = {
            "version": lesson.in_force.version, "n": len(unseen),
            "macro_f1": _four(against.rules.macro_f1), "learned": _four(against.learned.macro_f1),
        }  # fmt: skip
    return Learnt(lesson, learning.learn(examples, lesson.language), is_better, report)


def _heard(model: Learned, example: Example) -> Kind:
    chances = model.chances(example.folded, example.rules)
    return max(chances, key=lambda kind: chances[kind])


def _four(share: float) -> float:
    return float(f"{share:.4f}")
