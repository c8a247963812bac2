"""How far words carry: a place among the authors of the same source, by followers or by what their words draw."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select
from sqlalchemy.orm import Session

from listener.find.counted import among, counted
from listener.models import Author, Mention
from listener.standing import INFLUENTIAL, LEAST_AUTHORS, TIERS, Scale, Tier, tier


@dataclass(frozen=True, slots=True)
class Reaches:
    """The scales of the sources, and how to place one author on that of their own."""

    scales: dict[str, Scale]
    answers: dict[int, float]

    def of(self, author: Author) -> tuple[Tier | None, Scale | None, float | None]:
        """Return an author's tier, the scale it was read from, and their value on it."""
        scale = self.scales.get(author.source)
        if scale is None or author.is_ours or author.is_bot:
            return None, None, None
        reach = self.answers.get(author.id) if scale.measure == "answers" else author.followers
        return tier(reach, scale), scale, reach

    def furthest(self, authors: Sequence[Author]) -> tuple[Tier | None, Scale | None, float | None]:
        """Return the highest tier of somebody's identities."""
        order = [None, Tier.USUAL, *(name for name, _ in reversed(TIERS))]
        return max((self.of(one) for one in authors), key=lambda found: (order.index(found[0]), found[2] or 0.0))


def reaches(session: Session, ids: Sequence[int], *, since: datetime, until: datetime) -> Reaches:
    """Return the scales of the sources of these authors, with what is needed to place them."""
    sources = set(session.scalars(select(Author.source).where(among(Author.id, ids)).distinct()))
    scales = _by_followers(session, sources)
    untold = sources - set(scales)
    return Reaches(scales | _by_answers(session, untold, since, until), _answers(session, ids, untold, since, until))


def far(session: Session, since: datetime, until: datetime) -> list[int]:
    """Return the authors of every source who reach far enough to be called influential."""
    sources = set(session.scalars(select(Author.source).distinct()))
    lowest = max(nth for nth, (name, _) in enumerate(TIERS) if name in INFLUENTIAL)
    scales = _by_followers(session, sources)
    enough = [scale for scale in scales.values() if scale.authors >= LEAST_AUTHORS]
    far = [and_(Author.source == scale.source, Author.followers > scale.cuts[lowest]) for scale in enough]
    ids = list(session.scalars(select(Author.id).where(or_(false(), *far), ~Author.is_ours, ~Author.is_bot)))
    for scale in _by_answers(session, sources - set(scales), since, until).values():
        if scale.authors >= LEAST_AUTHORS:
            ids += session.scalars(_drawing(scale.source, since, until).having(_mean() > scale.cuts[lowest]))
    return ids


def _cuts(measure: Any) -> Any:
    return func.percentile_disc([share for _, share in TIERS]).within_group(measure)


def _by_followers(session: Session, sources: Collection[str]) -> dict[str, Scale]:
    wanted = (
        select(Author.source, func.count(), _cuts(Author.followers))
        .where(Author.source.in_(sorted(sources)), Author.followers.is_not(None), ~Author.is_ours, ~Author.is_bot)
        .group_by(Author.source)
    )
    return {row[0]: Scale(row[0], "followers", row[1], tuple(map(float, row[2]))) for row in session.execute(wanted)}


def _answered() -> ColumnElement[Any]:
    """What a mention drew, null where its source does not tell."""
    told = or_(Mention.likes.is_not(None), Mention.replies.is_not(None), Mention.shares.is_not(None))
    drawn = sum((func.coalesce(one, 0) for one in (Mention.likes, Mention.replies, Mention.shares)), start=0)
    return case((told, drawn))


def _mean() -> ColumnElement[Any]:
    """What somebody's mentions drew on average."""
    return func.avg(_answered())


def _drawing(source: str, since: datetime, until: datetime) -> Select[int]:
    """Ask for the authors of a source who were heard in a window."""
    return (
        select(Author.id)
        .join(Mention, Mention.author_id == Author.id)
        .where(Mention.source == source, counted(since, until), ~Author.is_ours, ~Author.is_bot)
        .group_by(Author.id)
    )


def _by_answers(session: Session, sources: Collection[str], since: datetime, until: datetime) -> dict[str, Scale]:
    if not sources:
        return {}
    each = (
        select(Mention.source, _mean().label("drawn"))
        .join(Author, Author.id == Mention.author_id)
        .where(Mention.source.in_(sorted(sources)), counted(since, until), ~Author.is_ours, ~Author.is_bot)
        .group_by(Mention.source, Mention.author_id)
        .having(func.count(_answered()) > 0)
        .subquery()
    )
    wanted = select(each.c.source, func.count(), _cuts(each.c.drawn)).group_by(each.c.source)
    return {row[0]: Scale(row[0], "answers", row[1], tuple(map(float, row[2]))) for row in session.execute(wanted)}


def _answers(
    session: Session, ids: Sequence[int], sources: Collection[str], since: datetime, until: datetime
) -> dict[int, float]:
    if not sources:
        return {}
    wanted = (
        select(Mention.author_id, _mean())
        .where(among(Mention.author_id, ids), Mention.source.in_(sorted(sources)), counted(since, until))
        .group_by(Mention.author_id)
    )
    return {row[0]: float(row[1]) for row in session.execute(wanted) if row[1] is not None}
