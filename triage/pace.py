"""What will break at today's pace: promises that run, worked off in the order of their deadlines."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

# whose turn it is: a department's id, or the listeners
Desk = int | None
LISTENERS: Desk = None
FAR = 8760.0  # hours: what takes longer is as good as never


@dataclass(frozen=True, slots=True)
class Running:
    """One promise that runs: when it is due, and at whose desk it waits."""

    issue_id: int
    promise: str
    due: datetime
    desk: Desk


@dataclass(frozen=True, slots=True)
class Forecast:
    """When its desk would come to it; `None` where nobody there works anything off."""

    running: Running
    done_at: datetime | None

    @property
    def breaks(self) -> bool:
        """Whether that is too late; the last moment still counts as kept."""
        return self.done_at is None or self.done_at > self.running.due


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour to come: promises that end in it, and those of them that would break."""

    start: datetime
    due: int
    breaks: int


def forecast(running: Iterable[Running], pace: Mapping[tuple[str, Desk], float], now: datetime) -> list[Forecast]:
    """Let every desk work off what waits there, the nearest deadline first, so many an hour as `pace` says.

    `pace` is by (promise, desk); who is not in it does nothing. What is already past its deadline is worked off first
    too, and is in the answer. The order of the answer is that of the deadlines.
    """
    found, turns = [], dict.fromkeys(pace, 0)
    for one in sorted(running, key=lambda one: (one.due, one.issue_id, one.promise)):
        desk = one.promise, one.desk
        speed = pace.get(desk, 0.0)
        if speed <= 0:
            found.append(Forecast(one, None))
            continue
        turns[desk] += 1
        found.append(Forecast(one, now + timedelta(hours=min(turns[desk] / speed, FAR))))
    return found


def hours(forecasts: Sequence[Forecast], now: datetime, count: int) -> list[Hour]:
    """Return the next `count` hours with what ends in each; a deadline on the hour belongs to the hour it ends."""
    found = []
    for place in range(count):
        start, end = now + timedelta(hours=place), now + timedelta(hours=place + 1)
        ending = [one for one in forecasts if start < one.running.due <= end or (place == 0 and one.running.due == now)]
        found.append(Hour(start, len(ending), sum(one.breaks for one in ending)))
    return found
