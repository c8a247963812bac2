"""Near-duplicates are looked up in time that does not grow."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from listener import clusters
from listener.models import LikenessBand, Mention
from listener.store import store
from tests.listener.conftest import MakesFeeds, MakesItems

WORDS = "Two boils in a row and the handle of the Nimbo Mini is far too hot to hold"


def test_bands_of_old_mentions_are_forgotten(
    session: Session, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    old = say("old", WORDS, posted_at=now - timedelta(days=40))
    new = say("new", "Quite another matter, and one that is told today for the first time")
    store(session, make_feed(), [old, new], now=now)
    before = session.scalar(select(func.count()).select_from(LikenessBand)) or 0
    gone = clusters.forget(session, now)
    left = session.scalars(select(LikenessBand.mention_id).distinct()).all()
    assert 0 < gone < before
    assert left == [session.scalar(select(Mention.id).where(Mention.native_id == "new"))]
    assert clusters.forget(session, now) == 0


def test_what_went_viral_carries_the_bands_of_one(
    session: Session, make_feed: MakesFeeds, say: MakesItems, now: datetime
) -> None:
    store(session, make_feed(), [say(str(one), WORDS, by=f"u{one}") for one in range(50)], now=now)
    assert len(set(session.scalars(select(LikenessBand.mention_id)))) == 1
    assert session.scalar(select(func.count()).where(Mention.same_as_id.is_not(None))) == 49
