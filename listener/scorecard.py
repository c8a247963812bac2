"""How well two judges of kinds did on the same rows: by kind, in all, and by who would have answered."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from listener.kinds import Kind

# who answers a kind in the chart that ships: mistaking a bug for an idea costs less than mistaking it for praise
ANSWERS: Mapping[str, str] = {
    Kind.COMPLAINT: "care", Kind.QUESTION: "care", Kind.PRAISE: "content", Kind.LEAD: "content", Kind.IDEA: "product",
    Kind.BUG: "product", Kind.SPAM: "nobody", Kind.CHATTER: "nobody",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class KindFigures:
    """How one kind was heard: how many there were, and of what was called so, how much was right and how much found."""

    kind: str
    count: int
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Both in one figure: high only where both are."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Figures:
    """How one judge did on rows it had not seen. `answered` is macro-F1 of who would have answered."""

    macro_f1: float
    accuracy: float
    answered: float
    kinds: tuple[KindFigures, ...]


@dataclass(frozen=True)
class Report:
    """Two judges on the same rows: what is in force or the rules, and what was learnt."""

    n: int
    rules: Figures
    learned: Figures

    @cached_property
    def gain(self) -> float:
        """How much higher the learnt one's macro-F1 is."""
        return self.learned.macro_f1 - self.rules.macro_f1

    def plain(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return {"n": self.n, "rules": _plain(self.rules), "learned": _plain(self.learned)}


def report(rules_said: Sequence[str], learned_said: Sequence[str], gold: Sequence[str]) -> Report:
    """Return how the rules and the learnt judge did on rows whose right kinds are `gold`."""
    return Report(len(gold), figures(rules_said, gold), figures(learned_said, gold))


def figures(said: Sequence[str], gold: Sequence[str]) -> Figures:
    """Return how one judge did; macro-F1 is over the kinds that occur in `gold`."""
    kinds = tuple(_figures(kind, said, gold) for kind in Kind if kind in set(gold))
    answers = [ANSWERS[one] for one in gold]
    given = [ANSWERS[one] for one in said]
    answered = [_figures(one, given, answers).f1 for one in sorted(set(answers))]
    return Figures(
        macro_f1=sum(one.f1 for one in kinds) / max(len(kinds), 1),
        accuracy=sum(one == right for one, right in zip(said, gold, strict=True)) / max(len(gold), 1),
        answered=sum(answered) / max(len(answered), 1),
        kinds=kinds,
    )


def _figures(kind: str, said: Sequence[str], gold: Sequence[str]) -> KindFigures:
    right = sum(one == other == kind for one, other in zip(said, gold, strict=True))
    called, there = Counter(said)[kind], Counter(gold)[kind]
    return KindFigures(kind, there, right / called if called else 0.0, right / there if there else 0.0)


def _plain(figures: Figures) -> dict[str, Any]:
    kinds = {
        one.kind: {"count": one.count, "precision": round(one.precision, 4), "recall": round(one.recall, 4)}
        for one in figures.kinds
    }
    return {
        "macro_f1": round(figures.macro_f1, 4), "accuracy": round(figures.accuracy, 4),
        "answered": round(figures.answered, 4), "kinds": kinds,
    }  # fmt: skip
