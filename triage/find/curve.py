"""How long a promise takes, as a curve: which share was done by when."""

from bisect import bisect_right
from dataclasses import dataclass

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from triage.models import Promise
from triage.standing import Scope, standing

SHARES = tuple(place / 50 for place in range(51))


@dataclass(frozen=True, slots=True)
class Curve:
    """What fell due (`due`) and how much of it was met at last (`met`), late or not; late-found left out.

    `points` are (seconds of the promise's own time, share of all that fell due), both never falling; they end below 1
    where something was never met.
    """

    promise: Promise
    due: int
    met: int
    points: tuple[tuple[float, float], ...]

    def done_by(self, seconds: float) -> float | None:
        """Return the share that was done by then, straight between neighbouring points; `None` without any."""
        if not self.points:
            return None
        place = bisect_right([at for at, _ in self.points], seconds)
        if place in (0, len(self.points)):
            return self.points[-1][1] if place else 0.0
        (left, low), (right, high) = self.points[place - 1], self.points[place]
        return low + (high - low) * ((seconds - left) / (right - left))


def curve(session: Session, scope: Scope, promise: Promise) -> Curve:
    """Return the curve of one promise over what fell due in the period, in one question."""
    table = standing(promise, scope)
    at = func.percentile_cont(literal(list(SHARES))).within_group(table.c.seconds)
    wanted = select(func.count(), func.count(table.c.seconds), at).where(
        table.c.figure.in_(("kept", "broken")), ~table.c.late_found
    )
    due, met, seconds = session.execute(wanted).one()
    points = tuple(zip(seconds, (share * met / due for share in SHARES), strict=True)) if met else ()
    return Curve(promise, due, met, points)
