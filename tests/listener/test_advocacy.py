"""Who speaks for a topic and who against it, far, quietly or not at all; when and where somebody speaks."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from listener import persons
from listener.find import advocacy, speakers
from listener.find.advocacy import Sort
from listener.find.counted import place_feed
from listener.models import Author, Feed, Mention, MentionTopic, Topic
from listener.standing import HALF_LIFE, MEMORY, Stance, Tier, faded, place_of
from tests.listener.conftest import MakesFeeds, MakesTopics

DAY = timedelta(days=1)
WINDOW = 30 * DAY


class Stage:
    """A topic, two feeds, and people who say things in a mood so many days ago."""

    def __init__(self, session: Session, topic: Topic, mastodon: Feed, forum: Feed, now: datetime) -> None:
        self.session, self.topic, self.mastodon, self.forum, self.now = session, topic, mastodon, forum, now
        self._numbers = count(1)

    def author(self, handle: str, source: str = "mastodon", **columns: object) -> Author:
        made = Author(**{"source": source, "native_id": f"{handle}/{next(self._numbers)}", "handle": handle,
                         "name": handle.title(), "first_heard_at": self.now, "last_heard_at": self.now, **columns})  # fmt: skip
        self.session.add(made)
        self.session.flush()
        return made

    def says(self, author: Author | None, mood: str, days: Sequence[float], **columns: object) -> list[Mention]:
        """Let somebody speak of the topic, once on each of these days ago."""
        feed = self.forum if author is not None and author.source == "rss" else self.mastodon
        made = []
        for ago in days:
            number = next(self._numbers)
            at = self.now - timedelta(days=ago)
            made.append(Mention(**{
                "feed_id": feed.id, "source": feed.source, "native_id": f"m{number}", "text": f"{mood} {number}",
                "posted_at": at, "heard_at": at, "language": "en", "thread": f"t{number}", "mood": mood,
                "kind": "chatter", "kind_confidence": 0.9, "author_id": author.id if author else None, **columns,
            }))  # fmt: skip
        self.session.add_all(made)
        self.session.flush()
        self.session.add_all(MentionTopic(mention_id=one.id, topic_id=self.topic.id) for one in made)
        self.session.flush()
        return made

    def list(self, sort: Sort, window: timedelta = WINDOW) -> list[advocacy.Standing]:
        rows, total = advocacy.standings(
            self.session, sort, topic_id=self.topic.id, since=self.now - window, until=self.now
        )
        assert total == len(rows)
        return rows

    def standing(self, *authors: Author) -> advocacy.Standing | None:
        return advocacy.standing(
            self.session, [one.id for one in authors], topic_id=self.topic.id, since=self.now - WINDOW, until=self.now
        )


@pytest.fixture
def stage(session: Session, make_feed: MakesFeeds, make_topic: MakesTopics, now: datetime) -> Stage:
    forum = make_feed("rss", name="Forum")
    return Stage(session, make_topic("nimbo"), make_feed("mastodon", name="Tag"), forum, now)


def test_advocates_and_detractors_are_told_apart(stage: Stage) -> None:
    kind, angry, mixed = stage.author("kind"), stage.author("angry"), stage.author("mixed")
    stage.says(kind, "positive", [1, 2, 3])
    stage.says(angry, "negative", [1, 4, 9, 12])
    stage.says(mixed, "positive", [1, 2])
    stage.says(mixed, "negative", [3, 4])
    assert [one.name for one in stage.list(Sort.ADVOCATES)] == ["Kind"]
    found = stage.list(Sort.DETRACTORS)
    assert [(one.name, one.mentions, one.days, one.stance) for one in found] == [("Angry", 4, 4, Stance.DETRACTOR)]
    between = stage.standing(mixed)
    assert between is not None
    assert between.stance is Stance.BETWEEN


def test_what_is_not_counted_makes_nobody_anything(stage: Stage) -> None:
    someone = stage.author("someone")
    for column in ({"is_ours": True}, {"is_repost": True}, {"is_history": True}, {"kind": "spam"}):
        stage.says(someone, "positive", [1, 2, 3], **column)
    stage.says(someone, "positive", [40, 41, 42])
    assert stage.list(Sort.ADVOCATES) == []
    assert stage.standing(someone) is None
    stage.says(someone, "positive", [1, 2, 3], kind="spam", kind_confidence=0.4)
    assert [one.mentions for one in stage.list(Sort.ADVOCATES)] == [3]


@pytest.mark.parametrize("who", [{"is_ours": True}, {"is_bot": True}])
def test_our_own_handles_and_bots_are_in_no_list(stage: Stage, who: dict[str, bool]) -> None:
    someone = stage.author("someone", followers=10**6, **who)
    for number in range(30):
        stage.author(f"other{number}", followers=number)
    stage.says(someone, "positive", [1, 2, 3, 4])
    assert [stage.list(sort) for sort in Sort] == [[], [], [], []]


def test_unsure_moods_say_nothing_of_anybody(stage: Stage) -> None:
    someone = stage.author("someone")
    stage.says(someone, "unsure", range(1, 9))
    found = stage.standing(someone)
    assert found is not None
    assert (found.stance, found.mood, found.days) == (Stance.TOO_LITTLE, 0.0, 0)


def test_a_persons_identities_count_as_one(stage: Stage, session: Session, now: datetime) -> None:
    here, there = stage.author("reza", followers=10), stage.author("reza", "rss")
    stage.says(here, "positive", [1, 2])
    stage.says(there, "positive", [3, 4])
    assert stage.list(Sort.ADVOCATES) == []
    persons.create(session, name="Reza", author_ids=[here.id, there.id], by_id=1, now=now)
    found = stage.list(Sort.ADVOCATES)
    assert [(one.name, one.mentions, len(one.authors)) for one in found] == [("Reza", 4, 2)]


def test_copies_weigh_what_they_add(stage: Stage) -> None:
    loud = stage.author("loud")
    stage.says(loud, "positive", [1])
    stage.says(loud, "positive", [2, 3, 4, 5], weight=0.1)
    found = stage.standing(loud)
    assert found is not None
    assert found.mood < 0.3
    assert stage.list(Sort.ADVOCATES) == []


def test_a_mention_fades_in_the_database_as_the_formula_says(stage: Stage, session: Session, now: datetime) -> None:
    weight = advocacy._weight(now)
    for days in (0, 30, 90, 400):
        (mention,) = stage.says(None, "neutral", [days])
        found = session.scalar(select(weight).where(Mention.id == mention.id))
        assert found == pytest.approx(faded(timedelta(days=days)))
    assert HALF_LIFE / DAY == 90


def test_reach_is_compared_within_the_source_and_never_by_one_number(stage: Stage) -> None:
    for number in range(98):
        stage.author(f"small{number}", followers=number)
    far, known = stage.author("far", followers=5_000), stage.author("known", followers=900)
    stage.says(far, "neutral", [1, 2])
    stage.says(known, "neutral", [1, 2])
    stage.says(stage.author("once", followers=10**6), "neutral", [1])
    found = stage.list(Sort.INFLUENCERS)
    assert [(one.name, one.tier, one.reach) for one in found] == [
        ("Far", Tier.WIDE, 5_000),
        ("Known", Tier.WIDE, 900),
    ]
    assert found[0].scale is not None
    assert (found[0].scale.measure, found[0].scale.authors) == ("followers", 101)


def test_where_a_source_tells_no_followers_the_answers_decide(stage: Stage) -> None:
    for number in range(40):
        stage.says(stage.author(f"quiet{number}", "rss"), "neutral", [1], replies=number % 3)
    echoed = stage.author("echoed", "rss")
    stage.says(echoed, "positive", [1, 2], replies=9, likes=30)
    found = stage.list(Sort.INFLUENCERS)
    assert [(one.name, one.reach) for one in found] == [("Echoed", 39.0)]
    assert found[0].scale is not None
    assert (found[0].scale.measure, found[0].scale.authors) == ("answers", 41)


def test_an_advocate_gone_quiet_is_noticed(stage: Stage) -> None:
    quiet, steady, new = stage.author("quiet"), stage.author("steady"), stage.author("new")
    stage.says(quiet, "positive", list(range(8, 36, 2)))
    stage.says(steady, "positive", list(range(1, 36, 2)))
    stage.says(new, "positive", [8, 9])
    found = stage.list(Sort.QUIETER, window=7 * DAY)
    assert [(one.name, one.seen) for one in found] == [("Quiet", 0)]
    assert found[0].usual == pytest.approx(14 / 27 * 7, rel=0.05)
    assert MEMORY / DAY == 84


def test_lists_are_told_a_stretch_at_a_time(stage: Stage, now: datetime) -> None:
    for number in range(5):
        stage.says(stage.author(f"kind{number}"), "positive", range(1, 5 + number))
    window = {"topic_id": stage.topic.id, "since": now - WINDOW, "until": now}
    first, total = advocacy.standings(stage.session, Sort.ADVOCATES, **window, limit=3)
    rest, _ = advocacy.standings(stage.session, Sort.ADVOCATES, **window, limit=3, after=3)
    assert total == 5
    assert [one.name for one in (*first, *rest)] == ["Kind4", "Kind3", "Kind2", "Kind1", "Kind0"]


def test_absent_is_where_the_topic_is_spoken_of_without_them(stage: Stage, session: Session, now: datetime) -> None:
    advocate, there = stage.author("advocate"), stage.author("advocate", "rss")
    stage.says(advocate, "positive", [1, 2, 3])
    for number in range(6):
        stage.says(stage.author(f"poster{number}", "rss"), "neutral", [2])
    window = {"topic_id": stage.topic.id, "since": now - WINDOW, "until": now}
    (place,) = advocacy.absences(session, [advocate.id], **window)
    assert (place.source, place.feed_id, place.name, place.mentions, place.authors) == (
        "rss", stage.forum.id, "Forum", 6, 6,
    )  # fmt: skip
    # heard there once, long ago and as a repost: then they are not absent
    stage.says(there, "neutral", [400], is_repost=True)
    persons.create(session, name="A", author_ids=[advocate.id, there.id], by_id=1, now=now)
    assert advocacy.absences(session, [advocate.id, there.id], **window) == ()


def test_a_place_is_the_same_in_the_database(stage: Stage, session: Session) -> None:
    stage.says(stage.author("a"), "neutral", [1])
    stage.says(stage.author("b", "rss"), "neutral", [1])
    for source, feed_id, found in session.execute(select(Mention.source, Mention.feed_id, place_feed())):
        assert place_of(source, feed_id) == (source, found)


def test_when_and_where_somebody_speaks(stage: Stage, session: Session, now: datetime) -> None:
    someone = stage.author("someone")
    stage.says(someone, "positive", [0.5, 0.5, 7.5])
    stage.says(someone, "negative", [8])
    stage.says(someone, "negative", [300])
    weeks = speakers.weeks(session, [someone.id], until=now, count=4)
    assert [(one.moods.positive, one.moods.negative) for one in weeks] == [(0, 0), (0, 0), (1, 1), (2, 0)]
    assert weeks[0].at == now - timedelta(weeks=4)
    # now is Saturday noon in UTC: half a day before is Saturday 03:30 in Tehran
    grid = speakers.hours(session, [someone.id], since=now - DAY, until=now, zone=ZoneInfo("Asia/Tehran"))
    assert sum(map(sum, grid)) == 2
    assert grid[5][3] == 2
    (place,) = speakers.places(session, [someone.id])
    assert (place.source, place.feed_id, place.mentions, place.first_at) == ("mastodon", None, 5, now - 300 * DAY)
    ((topic, moods),) = speakers.topics(session, [someone.id], since=now - WINDOW, until=now)
    assert (topic.id, moods.positive, moods.negative) == (stage.topic.id, 3, 1)
    assert [hit.mention.posted_at for hit in speakers.latest(session, [someone.id], 2)] == [now - 0.5 * DAY] * 2
    assert speakers.latest(session, [999_999]) == ()


def test_advocates_are_told_quieter_and_louder_together(stage: Stage) -> None:
    quiet, loud, fresh, even = (stage.author(name) for name in ("quiet", "loud", "fresh", "even"))
    stage.says(quiet, "positive", [8 + day / 2 for day in range(120)])
    stage.says(loud, "positive", [8, 20, 33, 47, 60])
    stage.says(loud, "positive", [0.5, 1, 2, 3, 4, 5])
    stage.says(even, "positive", [2, 12, 20, 30])
    stage.says(fresh, "positive", [1, 2, 3, 4, 5])
    found = advocacy.advocates(stage.session, topic_id=stage.topic.id, since=stage.now - 7 * DAY, until=stage.now)
    assert [one.name for one in found.quieter] == ["Quiet"]
    assert [one.name for one in found.louder] == ["Loud"]
    # who is new is neither: nothing is usual of them yet
    assert (found.heard, found.seen) == (3, 7)
    assert found.usual > 10
