"""How far the matter of a card has spread: posts in its conversation, and the other sources it was seen at."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, union
from sqlalchemy.orm import Session

from listener.models import Mention
from triage.models import Issue, IssueMention


@dataclass(frozen=True, slots=True)
class Spread:
    """`thread_size` counts the posts heard in the conversation it began in; `also_at` are sources, by name."""

    thread_size: int = 1
    also_at: tuple[str, ...] = ()


def spreads(session: Session, issues: Sequence[Issue]) -> dict[int, Spread]:
    """Return how far each of the issues has spread, with two questions for all of them."""
    if not issues:
        return {}
    threads = {one.thread for one in issues}
    sizes: dict[str, int] = dict(
        session.execute(
            select(Mention.thread, func.count()).where(Mention.thread.in_(threads)).group_by(Mention.thread)
        ).all()
    )
    numbers = [one.id for one in issues]
    joined = (
        select(IssueMention.issue_id, Mention.source)
        .join(Mention, Mention.id == IssueMention.mention_id)
        .where(IssueMention.issue_id.in_(numbers))
    )
    copies = (
        select(Issue.id, Mention.source)
        .join(Mention, Mention.same_as_id == Issue.first_mention_id)
        .where(Issue.id.in_(numbers))
    )
    seen: dict[int, set[str]] = {}
    for number, source in session.execute(union(joined, copies)):
        seen.setdefault(number, set()).add(source)
    return {
        one.id: Spread(sizes.get(one.thread, 1), tuple(sorted(seen.get(one.id, set()) - {one.source})))
        for one in issues
    }
