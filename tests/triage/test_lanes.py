"""Lanes, filters and what they count: every number opens exactly what it says, whatever there is."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.triage.conftest import Cast, Maker
from triage import find, move, snooze
from triage.find import Filters
from triage.models import OPEN, Issue, Keeping, Lane, Status
from triage.refusals import BadInput

HOUR = timedelta(hours=1)

# what one issue may be: (status, lane, department or none, held, hers, snoozed, kind, mood, source, late, broken)
ISSUE = st.tuples(
    st.sampled_from(list(Status)), st.sampled_from(list(Lane)), st.sampled_from(["care", "product", None]),
    st.booleans(), st.booleans(), st.booleans(), st.sampled_from(["complaint", "question"]),
    st.sampled_from(["negative", "unsure"]), st.sampled_from(["rss", "mastodon"]), st.booleans(), st.booleans(),
)  # fmt: skip
FILTERS = st.builds(
    Filters,
    kind=st.sampled_from([None, "complaint"]),
    mood=st.sampled_from([None, "unsure"]),
    source=st.sampled_from([None, "rss"]),
    late_found=st.sampled_from([None, True]),
    broken=st.sampled_from([None, False]),
)


def opened(make: Maker, cast: Cast, what: tuple[Any, ...]) -> Issue:
    status, lane, department, held, hers, asleep, kind, mood, source, late, broken = what
    issue = make.issue(lane=lane, kind=kind, mood=mood, source=source)
    issue.status, issue.late_found = status, late
    issue.department_id = getattr(cast, department).id if department else None
    issue.held_at = make.now if held and department else None
    issue.owner_id = cast.cara.member_id if hers else None
    issue.snoozed_until = make.now + HOUR if asleep else None
    issue.triage = Keeping.BROKEN if broken else Keeping.RUNNING
    issue.closed_at = None if status in OPEN else make.now
    return issue


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(issues=st.lists(ISSUE, min_size=6, max_size=12), filters=FILTERS)
def test_every_count_is_what_opens(
    session: Session, make: Maker, cast: Cast, now: datetime, issues: list[tuple[Any, ...]], filters: Filters
) -> None:
    with session.begin_nested() as savepoint:
        for what in issues:
            opened(make, cast, what)
        session.flush()
        for actor in (cast.lina, cast.cara, cast.olaf):
            also = [(lane.key, filters) for lane in find.lanes(session, actor)]
            lanes, counts = find.counted(session, actor, also)
            for (key, _), lane, narrowed in zip(also, lanes, counts, strict=True):
                assert lane.count == len(find.chosen_ids(session, actor, key))
                page = find.queue(session, actor, key, filters, now=now)
                assert narrowed == page.total == len(page.cards)
                chosen = find.chosen_ids(session, actor, key, filters)
                assert [(card.id, card.version) for card in page.cards] == chosen
        facets = find.facets(session, cast.lina, "triage", filters)
        for field, values in facets.items():
            for value, count in values:
                given_value: Any = {"true": True, "false": False}.get(value, value)
                narrowed_by = {**{name: getattr(filters, name) for name in Filters.__slots__}, field: given_value}
                if field.endswith("_id"):
                    narrowed_by[field] = int(value)
                chosen = find.chosen_ids(session, cast.lina, "triage", Filters(**narrowed_by))
                assert count == len(chosen), (field, value)
        savepoint.rollback()


def test_a_person_waits_in_one_lane_of_work_alone(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    issue = make.issue()

    def places() -> set[str]:
        lanes = ("triage", "late", "unsure", "nobody", "snoozed", "closed")
        return {lane for lane in lanes if find.queue(session, cast.lina, lane, now=now).total}

    assert places() == {"triage"}
    snooze.snooze(session, issue.id, now + HOUR, by=cast.lina, seen=1, now=now)
    assert places() == {"snoozed"}
    snooze.wake(session, issue.id, by=cast.lina, seen=2, now=now)
    assert places() == {"triage"}
    move.dismiss(session, issue.id, by=cast.lina, seen=3, now=now, words="Not ours.")
    assert places() == {"closed"}


def test_the_next_card_is_the_one_that_followed(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    issues = [make.issue(posted_at=now - n * HOUR, heard_at=now) for n in (3, 2, 1)]
    ids = [one.id for one in issues]
    assert [one for one, _ in find.chosen_ids(session, cast.lina, "triage")] == ids
    following = [find.following(session, cast.lina, "triage", Filters(), number) for number in ids]
    assert following == [ids[1], ids[2], None]
    assert find.following(session, cast.lina, "all", Filters(), ids[1]) == ids[0]
    assert find.following(session, cast.lina, "triage", Filters(), 0) is None


def test_news_tells_what_came_what_went_and_what_stays(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    stays, taken, aside, bounced = (make.issue() for _ in range(4))
    move.hand_over(session, bounced.id, cast.care.id, by=cast.lina, seen=1, now=now)
    move.acknowledge(session, bounced.id, by=cast.lina, seen=2, now=now)
    later = now + HOUR
    move.dismiss(session, taken.id, by=cast.max, seen=1, now=later, words="A joke.")
    snooze.snooze(session, aside.id, later + HOUR, by=cast.lina, seen=1, now=later)
    move.bounce(session, bounced.id, by=cast.cara, seen=3, now=later, words="Not ours.")
    make.issue(posted_at=later, heard_at=later)
    shown = [stays.id, taken.id, aside.id]
    news = find.news(session, cast.lina, "triage", Filters(), shown, now + HOUR / 2, later)
    assert list(news.clocks) == [stays.id]
    assert news.clocks[stays.id].left == stays.triage_due - later
    assert [(one.id, one.by, one.move) for one in news.gone] == [
        (taken.id, "Max", "dismiss"), (aside.id, "Lina", "snooze")
    ]  # fmt: skip
    assert news.came == 2  # what was handed back is new here too
    nothing = find.news(session, cast.lina, "triage", Filters(kind="praise"), [], now, later)
    assert (nothing.clocks, nothing.gone, nothing.came) == ({}, (), 0)


def test_a_card_says_how_far_its_matter_has_spread(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    first = make.mention(thread="rss:t")
    make.mention(thread="rss:t", source="rss")
    issue = make.issue(first, make.mention(source="reddit"))
    make.mention(source="mastodon", same_as_id=first.id)
    (card,) = find.queue(session, cast.lina, "triage", now=now).cards
    assert (card.id, card.thread_size, card.also_at) == (issue.id, 2, ("mastodon", "reddit"))


def test_the_queue_asks_the_same_few_questions_however_many_cards(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    def asked() -> int:
        told: list[str] = []
        listen = lambda *row: told.append(row[2])  # noqa: E731
        event.listen(session.get_bind(), "before_cursor_execute", listen)
        find.queue(session, cast.lina, "triage", now=now)
        find.lanes(session, cast.lina)
        event.remove(session.get_bind(), "before_cursor_execute", listen)
        return len(told)

    make.issue(make.mention(author_id=make.author().id))
    few = asked()
    for _ in range(12):
        make.issue(make.mention(author_id=make.author().id), make.mention(source="reddit"))
    assert asked() == few <= 16


def test_a_lane_that_is_gone_counts_nothing_and_opens_with_a_word(session: Session, cast: Cast, now: datetime) -> None:
    gone = ("department:sales", Filters())
    heavy = [("triage", Filters(words="refund")), ("triage", Filters(topic_id=1)), ("closed", Filters())]
    assert find.counted(session, cast.lina, [gone, *heavy])[1] == (None, None, None, None)
    assert find.counted(session, cast.olaf, [gone]) == ((), (None,))
    with pytest.raises(BadInput):
        find.queue(session, cast.lina, "department:sales", now=now)
