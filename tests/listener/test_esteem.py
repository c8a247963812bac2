"""The reputation of a topic out of stored mentions: each counted once, every slice of the same whole."""

from datetime import datetime, timedelta
from math import log2
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from listener.find import esteem
from listener.find.esteem import Told
from listener.models import Author
from listener.reputation import Saying
from tests.listener.test_advocacy import DAY, WINDOW, Stage, stage

__all__ = ["stage"]

UTC = ZoneInfo("UTC")


def told(stage: Stage, window: timedelta = WINDOW, zone: ZoneInfo = UTC) -> Told:
    return esteem.reputation(
        stage.session, topic_id=stage.topic.id, since=stage.now - window, until=stage.now, zone=zone
    )


def crowd(stage: Stage, mood: str, size: int, ago: float = 1, **columns: object) -> list[Author]:
    authors = [stage.author(f"{mood}{number}") for number in range(size)]
    for author in authors:
        stage.says(author, mood, [ago], **columns)
    return authors


def test_the_score_counts_moods_and_leaves_the_rest_out(stage: Stage) -> None:
    crowd(stage, "positive", 12)
    crowd(stage, "negative", 6)
    crowd(stage, "neutral", 6)
    crowd(stage, "unsure", 4)
    for column in ({"is_ours": True}, {"is_repost": True}, {"is_history": True}, {"kind": "spam"}):
        crowd(stage, "negative", 3, **column)
    crowd(stage, "negative", 3, ago=60)
    found = told(stage)
    moods = found.whole.sample.moods
    assert (moods.positive, moods.neutral, moods.negative, moods.unsure) == (12, 6, 6, 4)
    assert (found.whole.sample.mentions, found.whole.voices) == (28, 24)
    assert found.whole.score == pytest.approx(50 + 50 * 6 / 26)
    left = found.left_out
    assert (left.ours, left.reposts, left.history, left.spam) == (3, 3, 3, 3)


def test_n_alike_weigh_log2_of_one_more(stage: Stage) -> None:
    for nth, author in enumerate([stage.author(f"copy{number}") for number in range(15)], start=1):
        stage.says(author, "negative", [1], weight=log2((1 + nth) / nth))
    found = told(stage).whole
    assert found.sample.moods.negative == pytest.approx(log2(16))
    assert found.saying is Saying.TOO_FEW


def test_one_who_writes_forty_times_is_one_voice_and_the_nameless_are_one_each(stage: Stage) -> None:
    stage.says(stage.author("loud"), "negative", [1] * 40)
    assert told(stage).whole.voices == pytest.approx(1)
    stage.says(None, "negative", [2] * 40)
    assert told(stage).whole.voices == pytest.approx(80**2 / (40**2 + 40))


def test_days_languages_and_sources_are_slices_of_the_whole(stage: Stage) -> None:
    crowd(stage, "positive", 13, ago=1)
    crowd(stage, "negative", 2, ago=5, language="fa")
    forum = stage.author("poster", "rss")
    stage.says(forum, "neutral", [5])
    found = told(stage, 10 * DAY)
    whole = found.whole.sample
    for slices in (
        [one.reputation for one in found.steps],
        list(found.languages.values()),
        list(found.sources.values()),
    ):
        assert sum(one.sample.mentions for one in slices) == whole.mentions == 16
        assert sum(one.sample.moods.total for one in slices) == pytest.approx(whole.moods.total)
    assert list(found.languages) == ["en", "fa"]
    assert list(found.sources) == ["mastodon", "rss"]
    assert [(one.day, one.reputation.sample.mentions) for one in found.steps if one.reputation.sample.mentions] == [
        ((stage.now - 5 * DAY).date(), 3),
        ((stage.now - DAY).date(), 13),
    ]
    assert found.languages["fa"].saying is Saying.TOO_FEW
    assert found.languages["en"].is_said


def test_days_are_the_readers_and_long_windows_are_told_by_the_week(stage: Stage, now: datetime) -> None:
    crowd(stage, "positive", 1, ago=0.4)  # 02:24 in UTC, 15:24 of the day before in Honolulu
    found = told(stage, 2 * DAY, ZoneInfo("Pacific/Honolulu"))
    days = [one.day for one in found.steps if one.reputation.sample.mentions]
    assert days == [(now - DAY).date()]
    crowd(stage, "positive", 2, ago=69)
    long = told(stage, 70 * DAY)
    assert {one.days for one in long.steps} == {7}
    assert len(long.steps) == 11
    assert long.steps[0].day == (now - 70 * DAY).date()
    assert [one.reputation.sample.mentions for one in long.steps] == [2, *[0] * 9, 1]


def test_every_number_leads_to_its_mentions(stage: Stage, session: Session, now: datetime) -> None:
    crowd(stage, "positive", 5)
    crowd(stage, "negative", 3, language="fa")
    crowd(stage, "negative", 3, is_repost=True)
    window = {"topic_id": stage.topic.id, "since": now - WINDOW, "until": now}
    first = esteem.behind(session, **window, mood="positive", limit=3)
    rest = esteem.behind(session, **window, mood="positive", limit=3, cursor=first.cursor)
    assert (len(first.rows), len(rest.rows), rest.cursor) == (3, 2, None)
    assert len(esteem.behind(session, **window, language="fa").rows) == 3
    assert len(esteem.behind(session, **window, source="rss").rows) == 0
    assert len(esteem.behind(session, **window).rows) == 8


def test_nothing_heard_is_too_few(stage: Stage) -> None:
    found = told(stage)
    assert found.whole.saying is Saying.TOO_FEW
    assert (found.languages, found.sources) == ({}, {})
    assert len(found.steps) == 31
