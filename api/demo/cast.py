"""What the cast does with an issue: a plan of human moves at human times, decided when the issue opens."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from api.demo.words import Written

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
# when somebody is at work (hours, UTC); at weekends the departments but for care work half of it
SHIFTS = {"Lina": (6, 21), "Cara": (7, 19), "Conor": (8, 18), "Petra": (8, 18)}
HALF = (10, 15)
OWNERS = {"care": "Cara", "content": "Conor", "product": "Petra"}
WEEKEND = (5, 6)


@dataclass(frozen=True, slots=True)
class Matter:
    """What the plan goes by: what a careful person would say of the issue, and what the chart said."""

    said: Written
    posted_at: datetime
    opened_at: datetime
    late_found: bool
    suggested: str | None  # the department the chart named


@dataclass(frozen=True, slots=True)
class Step:
    """One move of the plan: who, when, which verb; `data` is what that verb needs."""

    at: datetime
    who: str
    verb: str
    data: str = ""


def at_work(who: str, at: datetime, dice: Random) -> datetime:
    """Return `at`, or the beginning of the person's next shift and a little more."""
    first, last = SHIFTS[who]
    for _ in range(8):
        begin, end = HALF if at.weekday() in WEEKEND and who in ("Conor", "Petra") else (first, last)
        if at.hour < begin:
            return at.replace(hour=begin, minute=0, second=0) + MINUTE * dice.triangular(2, 75, 15)
        if at.hour < end:
            return at
        at = (at + timedelta(days=1)).replace(hour=0, minute=0, second=0)
    return at


def plan(matter: Matter, now: datetime, dice: Random) -> Iterator[Step]:
    """Say what will be done, in order; `now` is the end of the past, and what comes later is left to visitors."""
    if _is_left(matter, now, dice):
        return
    # a post late in the evening is still seen before the shift ends
    begins = at_work("Lina", matter.opened_at + MINUTE * dice.triangular(5, 200, 30), dice)
    if dice.random() < 0.03 and not matter.late_found:
        begins = max(begins, at_work("Lina", matter.posted_at + HOUR * dice.uniform(12.3, 15), dice))
    if matter.said.like:
        yield Step(begins, "Lina", "merge", matter.said.like)
    wanted = _kindly(matter.said, dice) if matter.said.kind in ("praise", "chatter") else matter.said.department
    if wanted is None:
        yield Step(begins, "Lina", "dismiss")
        return
    yield Step(begins, "Lina", "acknowledge", wanted)
    handed = begins + MINUTE * dice.triangular(0.3, 40, 1)
    follows_chart = matter.suggested is not None and (matter.suggested == wanted or dice.random() < 0.3)
    given = matter.suggested if follows_chart and matter.suggested else wanted
    yield Step(handed, "Lina", "hand_over", given)
    if given != wanted:
        bounced = at_work(OWNERS[given], handed + MINUTE * dice.triangular(8, 160, 25), dice)
        yield Step(bounced, OWNERS[given], "bounce", given)
        again = at_work("Lina", bounced + MINUTE * dice.triangular(4, 60, 12), dice)
        yield Step(again, "Lina", "hand_over", wanted)
        yield from _work(wanted, again, handed, matter, dice)
        return
    yield from _work(wanted, handed, handed, matter, dice)


def _is_left(matter: Matter, now: datetime, dice: Random) -> bool:
    """Leave to the visitors what was kept for them, most of what is new, and a little of what grows old."""
    age = (now - matter.posted_at) / HOUR
    if matter.said.ago is not None:
        return True
    return dice.random() < (0.75 if age < 4 else 0.25 if age < 10 else 0.1 if age < 14 else 0.0)


def _kindly(said: Written, dice: Random) -> str | None:
    """Say who thanks or answers somebody who asked nothing: often nobody needs to."""
    return "content" if dice.random() < {"praise": 0.6, "chatter": 0.2}.get(said.kind, 0.0) else None


def _work(department: str, handed: datetime, first: datetime, matter: Matter, dice: Random) -> Iterator[Step]:
    """Say what the owner does; `first` is the first hand-over, from which the promise counts."""
    who = OWNERS[department]
    accepted = at_work(who, handed + MINUTE * dice.triangular(4, 150, 20), dice)
    yield Step(accepted, who, "accept")
    begins = accepted + MINUTE * dice.triangular(3, 60, 12)
    if dice.random() < 0.3:
        yield Step(begins, who, "note")
    if (department == "care" and dice.random() < 0.55) or dice.random() < 0.1:
        yield Step(begins + MINUTE * 4, who, "private", dice.choice(("message", "e-mail", "phone")))
    ends = at_work(who, accepted + HOUR * dice.triangular(0.4, 16, 2.5), dice)
    if ends - first > 23 * HOUR:  # the promise would break overnight: it is done before going home
        ends = accepted + HOUR * dice.uniform(0.6, 1.8)
    if dice.random() < 0.1:
        paused = begins + MINUTE * dice.uniform(8, 50)
        yield Step(paused, who, "pause", str(dice.choice((20, 28, 44))))
        ends = at_work(who, paused + HOUR * dice.triangular(6, 40, 14), dice)
        yield Step(ends - MINUTE * 30, who, "resume")
    elif dice.random() < 0.035:
        ends = at_work(who, first + HOUR * dice.uniform(24.5, 33), dice)
    yield Step(ends, who, "resolve", department)
    if dice.random() < 0.03:
        again = at_work(who, ends + HOUR * dice.uniform(6, 20), dice)
        yield Step(again, who, "reopen", department)
        yield Step(at_work(who, again + HOUR * dice.uniform(1, 5), dice), who, "resolve", department)
