"""When a feed is due again: the hints of its source, our manners, and a spread so that feeds do not march in step."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

SOON = 2.0  # seconds: a round that stopped before it was drained goes on
FIRST_WAIT = 5.0  # seconds after a first failure, for feeds that are asked at least this seldom
LONGEST_WAIT = 3600.0  # seconds between two tries of a feed that fails
LONGEST_WISH = 3600.0  # a source may wish to be asked seldom, but we promise people an answer within hours
LONGEST_ORDER = 86_400.0  # what a Retry-After may ask of us
SPREAD = 0.1

Why = Literal["interval", "more", "wish", "asked to wait", "failed", "refused"]


@dataclass(frozen=True, slots=True)
class Due:
    """When to ask again, and why then."""

    at: datetime
    why: Why


def next_due(
    now: datetime,
    *,
    interval: float,
    failures: int = 0,
    retry_after: float | None = None,
    wish: float | None = None,
    drained: bool = True,
    permanent: bool = False,
    luck: float = 0.5,
) -> Due:
    """Return when a feed is due after a round that ended at `now`.

    `interval`, `retry_after` (429, 503) and `wish` (ttl, max-age) are seconds; `failures` counts those in a row,
    this one included; `permanent` failures wait longest at once; `luck` in [0, 1) is the caller's dice.
    """
    if failures:
        if retry_after is not None:
            wait = min(retry_after, LONGEST_ORDER)
            return Due(now + timedelta(seconds=wait * (1 + SPREAD * luck)), "asked to wait")
        if permanent:
            return Due(now + timedelta(seconds=LONGEST_WAIT * (1 - SPREAD * luck)), "refused")
        # doubling, with jitter over the upper half: a server that comes back is not met by everybody at once
        longest = min(min(interval, FIRST_WAIT) * 2.0 ** min(failures - 1, 20), LONGEST_WAIT)
        return Due(now + timedelta(seconds=longest * (0.5 + 0.5 * luck)), "failed")
    if retry_after is not None and retry_after > interval:
        return Due(now + timedelta(seconds=min(retry_after, LONGEST_ORDER)), "asked to wait")
    if not drained:
        return Due(now + timedelta(seconds=min(SOON, interval)), "more")
    wished = min(wish or 0.0, LONGEST_WISH)
    if wished > interval:
        return Due(now + timedelta(seconds=wished), "wish")
    return Due(now + timedelta(seconds=interval * (1 + SPREAD * (luck - 0.5))), "interval")
