"""Keeping what people call a good day of a topic."""

from collections.abc import Mapping
from datetime import datetime
from math import isfinite

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from listener.models import Measure, Target, Topic

MOST = 1_000_000_000.0


class BadTarget(ValueError):
    """A target that cannot be kept: which measure, and a sentence that says what to do."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence


def aim(
    session: Session, topic_id: int, wanted: Mapping[str, float | None], *, by_id: int, now: datetime
) -> list[Target] | None:
    """Set targets by measure; `None` takes one away, what is left out stays. Return all that stand now.

    Without such a topic return `None`; raise `BadTarget`, and change nothing, where one cannot be kept. A target that
    stays as it was keeps who set it and when.
    """
    if session.scalar(select(Topic.id).where(Topic.id == topic_id).with_for_update(key_share=True)) is None:
        return None
    for measure, at_least in wanted.items():
        if measure not in set(Measure):
            raise BadTarget(measure, "There is no such measure. Choose one of the list.")
        if at_least is not None and not (isfinite(at_least) and 0 < at_least <= MOST):
            raise BadTarget(measure, "A target is a number above zero. Leave it empty for none.")
    stand = {one.measure: one for one in session.scalars(select(Target).where(Target.topic_id == topic_id))}
    gone = [measure for measure, at_least in wanted.items() if at_least is None]
    session.execute(delete(Target).where(Target.topic_id == topic_id, Target.measure.in_(gone)))
    for measure, at_least in wanted.items():
        if at_least is None or (measure in stand and stand[measure].at_least == at_least):
            continue
        session.merge(Target(topic_id=topic_id, measure=measure, at_least=at_least, by_id=by_id, at=now))
    session.flush()
    order = list(Measure)
    rows = session.scalars(
        select(Target).where(Target.topic_id == topic_id), execution_options={"populate_existing": True}
    )
    return sorted(rows, key=lambda one: order.index(Measure(one.measure)))
