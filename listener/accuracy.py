"""How well we hear, as the people who corrected us say: per aspect and language, with what was taken for what."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from math import sqrt

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from listener.models import Aspect, Correction
from listener.models.correction import PERSON

_Z = 1.96  # 95 in a hundred
_UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often the judges said one thing where a person says another."""

    said: str
    becomes: str
    count: int


@dataclass(frozen=True, slots=True)
class Accuracy:
    """What people said of one aspect in one language.

    `unsure` are those the judges had left to a person: neither right nor wrong. `confusions` are the mistakes, the
    most frequent first; of topics they are told as "yes" (it speaks of it) and "no".
    """

    aspect: str
    language: str
    agreed: int
    corrected: int
    unsure: int
    confusions: tuple[Confusion, ...]

    @property
    def share(self) -> float | None:
        """Right ones as a share of those judged; `None` where there are none."""
        judged = self.agreed + self.corrected
        return self.agreed / judged if judged else None

    @property
    def band(self) -> tuple[float, float] | None:
        """Where the true share lies in 95 of 100 cases (Wilson's interval); few corrections say little."""
        judged = self.agreed + self.corrected
        if not judged:
            return None
        share, spread = self.agreed / judged, _Z * _Z / judged
        middle = (share + spread / 2) / (1 + spread)
        reach = _Z * sqrt(share * (1 - share) / judged + spread / (4 * judged)) / (1 + spread)
        return max(0.0, middle - reach), min(1.0, middle + reach)


def accuracy(session: Session, *, since: datetime | None, until: datetime | None) -> list[Accuracy]:
    """Return what people's words of a time (`since` is in it, `until` not) say of the judges, by aspect and language.

    Each mention counts once an aspect: what the judges had said against the newest word that was not taken back.
    People correct what is wrong sooner than they confirm what is right, so the share is rather too low.
    """
    spoken = aliased(Correction)
    in_time = [spoken.version != PERSON, spoken.undone_at.is_(None)]
    in_time += [spoken.at >= since] if since is not None else []
    in_time += [spoken.at < until] if until is not None else []
    same = (spoken.mention_id == Correction.mention_id, spoken.aspect == Correction.aspect)
    wanted = select(Correction).where(Correction.undone_at.is_(None), exists().where(*same, *in_time))
    first: dict[tuple[int, str, str], Correction] = {}
    newest: dict[tuple[int, str, str], str] = {}
    for word in session.scalars(wanted.order_by(Correction.id)):
        matter = word.mention_id, word.aspect, word.becomes.lstrip("-") if word.aspect == Aspect.TOPIC else ""
        if word.version != PERSON:
            first[matter] = word
        newest[matter] = word.becomes
    told: dict[tuple[str, str], Counter[tuple[str, str]]] = defaultdict(Counter)
    for matter, word in first.items():
        in_window = (since is None or word.at >= since) and (until is None or word.at < until)
        if in_window:
            heard = word.said if word.aspect == Aspect.LANGUAGE else word.language
            told[word.aspect, heard][_plain(word.aspect, word.said), _plain(word.aspect, newest[matter])] += 1
    order = {aspect.value: place for place, aspect in enumerate(Aspect)}
    return [_accuracy(*key, told[key]) for key in sorted(told, key=lambda key: (order[key[0]], key[1]))]


def _accuracy(aspect: str, language: str, pairs: Counter[tuple[str, str]]) -> Accuracy:
    wrong = [Confusion(said, becomes, n) for (said, becomes), n in pairs.items() if said != becomes]
    unsure = sum(one.count for one in wrong if one.said == _UNSURE)
    corrected = sum(one.count for one in wrong) - unsure
    ordered = tuple(sorted(wrong, key=lambda one: (-one.count, one.said, one.becomes)))
    return Accuracy(aspect, language, sum(pairs.values()) - unsure - corrected, corrected, unsure, ordered)


def _plain(aspect: str, said: str) -> str:
    if aspect != Aspect.TOPIC:
        return said
    return "no" if said.startswith("-") else "yes"
