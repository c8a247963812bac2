"""A correction and what follows: who may, the verdict anew, the issue opened, dismissed, moved or left alone."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from listener import feeds
from listener.heard import Item
from listener.kinds import Kind
from listener.models import Correction, Feed, Mention
from listener.store import store
from tests.triage.conftest import Cast, Maker
from triage import charts, correcting, find, move, people, route
from triage.models import Issue, IssueMention, Lane, Role, Status, Verdict
from triage.refusals import BadInput, NoSuch, NotYours

ANGRY = "My order never arrived and nobody answers. Where is my refund? This is awful."
CHATTER = "I was at the concert last night with my sister."

Hears = Callable[..., Mention]


@pytest.fixture
def hear(session: Session, make: Maker, cast: Cast, now: datetime) -> Hears:
    """Store a post as the rooms do, and route it."""
    count = iter(range(1000))

    def heard(text: str, *, posted_at: datetime | None = None, at: datetime = now, **fields: object) -> Mention:
        item = Item(f"n{next(count)}", text, posted_at=posted_at or at - timedelta(minutes=5), **fields)  # type: ignore[arg-type]
        tally = store(session, session.get_one(Feed, make.feed.id), [item], now=at)
        route.round(session, at)
        return session.get_one(Mention, tally.mention_ids[0])

    return heard


def issue_of(session: Session, row: Mention) -> Issue | None:
    wanted = select(Issue).join(IssueMention, IssueMention.issue_id == Issue.id)
    return session.scalars(
        wanted.where(IssueMention.mention_id == row.id).execution_options(populate_existing=True)
    ).one_or_none()


def verdicts(session: Session, row: Mention) -> list[tuple[str, bool]]:
    rows = session.scalars(select(Verdict).where(Verdict.mention_id == row.id).order_by(Verdict.id))
    return [(one.outcome, one.is_current) for one in rows]


def sorts(make: Maker, issue: Issue) -> list[str]:
    return [one.sort for one in make.moves(issue)]


def test_chatter_that_was_a_complaint_opens_an_issue(
    session: Session, make: Maker, cast: Cast, hear: Hears, now: datetime
) -> None:
    row = hear(CHATTER)
    assert issue_of(session, row) is None
    correcting.correct(session, row.id, "kind", "complaint", by=cast.lina, now=now)
    issue = issue_of(session, row)
    assert issue is not None
    assert (issue.kind, issue.department_id, issue.status) == ("complaint", cast.care.id, Status.TRIAGE)
    assert sorts(make, issue) == ["opened", "corrected"]
    told = make.moves(issue)[-1]
    assert told.by_id == cast.lina.member_id
    assert (told.data["aspect"], told.data["becomes"], told.data["mention_id"]) == ("kind", "complaint", row.id)
    assert [current for _, current in verdicts(session, row)] == [False, True]
    assert issue.triage_from == row.posted_at


def test_taking_that_back_dismisses_the_issue_it_opened(
    session: Session, make: Maker, cast: Cast, hear: Hears, now: datetime
) -> None:
    row = hear(CHATTER)
    made = correcting.correct(session, row.id, "kind", "complaint", by=cast.lina, now=now)
    correcting.undo(session, made.id, by=cast.max, now=now)
    issue = issue_of(session, row)
    assert issue is not None
    assert issue.status == Status.DISMISSED
    assert (make.moves(issue)[-1].sort, make.moves(issue)[-1].by_id) == ("dismiss", cast.max.member_id)
    assert make.moves(issue)[-2].data["undone"] is True


def test_spam_ends_an_issue_nobody_touched_and_taking_it_back_reopens_it(
    session: Session, make: Maker, cast: Cast, hear: Hears, now: datetime
) -> None:
    row = hear(ANGRY)
    issue = issue_of(session, row)
    assert issue is not None
    due, department, lane = issue.triage_due, issue.department_id, issue.lane
    made = correcting.correct(session, row.id, "spam", "yes", by=cast.lina, now=now)
    assert (issue.status, issue.triage) == (Status.DISMISSED, "void")
    assert row.kind == Kind.SPAM
    correcting.undo(session, made.id, by=cast.lina, now=now)
    assert (issue.status, issue.triage, issue.triage_due) == (Status.TRIAGE, "running", due)
    assert (issue.department_id, issue.lane, issue.closed_at) == (department, lane, None)
    assert sorts(make, issue) == ["opened", "corrected", "dismiss", "corrected", "reopen"]


def test_letting_it_out_of_quarantine_reopens_what_the_correction_had_ended(
    session: Session, cast: Cast, hear: Hears, now: datetime
) -> None:
    row = hear(ANGRY)
    correcting.correct(session, row.id, "spam", "yes", by=cast.lina, now=now)
    correcting.correct(session, row.id, "spam", "no", by=cast.max, now=now)
    issue = issue_of(session, row)
    assert issue is not None
    assert issue.status == Status.TRIAGE


def test_long_after_it_was_ended_a_new_issue_follows_the_old_one(
    session: Session, make: Maker, cast: Cast, hear: Hears, now: datetime
) -> None:
    row = hear(ANGRY)
    old = issue_of(session, row)
    assert old is not None
    correcting.correct(session, row.id, "spam", "yes", by=cast.lina, now=now)
    later = now + timedelta(days=30)
    correcting.correct(session, row.id, "spam", "no", by=cast.max, now=later)
    issue = issue_of(session, row)
    assert issue is not None
    assert (issue.id != old.id, issue.follows_id, old.status) == (True, old.id, Status.DISMISSED)
    assert sorts(make, old)[-1] == "corrected"


def test_what_is_restored_from_quarantine_starts_its_clock_as_any_mention(
    session: Session, make: Maker, cast: Cast, hear: Hears, now: datetime
) -> None:
    row = hear(
        "FREE entry! Win a £1000 cash prize, call 09061701461 now, text WIN to 87121", at=now - timedelta(hours=3)
    )
    assert row.kind == Kind.SPAM
    assert issue_of(session, row) is None
    correcting.correct(session, row.id, "spam", "no", by=cast.lina, now=now)
    correcting.correct(session, row.id, "kind", "complaint", by=cast.lina, now=now)
    issue = issue_of(session, row)
    assert issue is not None
    assert issue.triage_due == row.posted_at + timedelta(hours=12)
    assert issue.late_found is False


def test_in_triage_the_department_and_lane_follow(
    session: Session, make: Maker, cast: Cast, hear: Hears, now: datetime
) -> None:
    row = hear(ANGRY)
    issue = issue_of(session, row)
    assert issue is not None
    assert issue.department_id == cast.care.id
    seen = issue.version
    correcting.correct(session, row.id, "kind", "idea", by=cast.lina, now=now)
    assert (issue.department_id, issue.kind, issue.lane) == (cast.product.id, "idea", Lane.TRIAGE)
    assert issue.version == seen + 1
    assert make.moves(issue)[-1].data["department"] == cast.product.name


def test_handed_over_people_have_decided_and_only_the_move_is_written(
    session: Session, make: Maker, cast: Cast, hear: Hears, now: datetime
) -> None:
    row = hear(ANGRY)
    issue = issue_of(session, row)
    assert issue is not None
    move.hand_over(session, issue.id, cast.content.id, by=cast.lina, seen=issue.version, now=now)
    session.refresh(issue)
    before = issue.version, issue.status, issue.department_id, issue.triage, issue.resolution
    correcting.correct(session, row.id, "spam", "yes", by=cast.lina, now=now)
    session.refresh(issue)
    assert (issue.version, issue.status, issue.department_id, issue.triage, issue.resolution) == before
    assert sorts(make, issue)[-1] == "corrected"
    assert verdicts(session, row)[-1] == ("nobody", True)


def test_an_issue_of_several_mentions_stays_when_one_of_them_is_spam(
    session: Session, make: Maker, cast: Cast, hear: Hears, now: datetime
) -> None:
    first = hear(ANGRY)
    again = hear(ANGRY, at=now)
    issue = issue_of(session, again)
    assert issue is not None
    assert issue_of(session, first) == issue
    correcting.correct(session, again.id, "spam", "yes", by=cast.lina, now=now)
    assert issue.status == Status.TRIAGE
    assert issue.kind != Kind.SPAM


def test_agreeing_changes_nothing_but_is_told(
    session: Session, make: Maker, cast: Cast, hear: Hears, now: datetime
) -> None:
    row = hear(ANGRY)
    issue = issue_of(session, row)
    assert issue is not None
    before = issue.version, issue.department_id, issue.lane
    correcting.correct(session, row.id, "mood", row.mood, by=cast.lina, now=now)
    assert (issue.version, issue.department_id, issue.lane) == before
    assert sorts(make, issue) == ["opened", "corrected"]


def test_before_it_is_routed_only_the_word_is_kept(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    row = make.mention(text=CHATTER, kind="chatter", kind_confidence=0.9, mood="neutral")
    correcting.correct(session, row.id, "kind", "complaint", by=cast.lina, now=now)
    assert verdicts(session, row) == []
    route.round(session, now)
    assert issue_of(session, row) is not None


# who may


def test_an_owner_corrects_what_is_in_their_departments_issues_alone(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    theirs, other, free = make.mention(), make.mention(), make.mention()
    make.issue(theirs, department_id=cast.care.id)
    make.issue(other, department_id=cast.product.id)
    ids = [theirs.id, other.id, free.id]
    assert correcting.may_correct(session, cast.cara, ids) == {theirs.id}
    assert correcting.may_correct(session, cast.lina, ids) == set(ids)
    assert correcting.may_correct(session, cast.olaf, ids) == frozenset()
    made = correcting.correct(session, theirs.id, "mood", "neutral", by=cast.cara, now=now)
    correcting.undo(session, made.id, by=cast.cara, now=now)
    for mention in (other, free):
        with pytest.raises(NotYours):
            correcting.correct(session, mention.id, "mood", "neutral", by=cast.cara, now=now)
    foreign = correcting.correct(session, other.id, "mood", "neutral", by=cast.ada, now=now)
    with pytest.raises(NotYours):
        correcting.undo(session, foreign.id, by=cast.cara, now=now)


def test_an_outsider_may_not_even_know(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    row = make.mention()
    made = correcting.correct(session, row.id, "mood", "neutral", by=cast.lina, now=now)
    for refused in (
        lambda: correcting.correct(session, row.id, "mood", "neutral", by=cast.olaf, now=now),
        lambda: correcting.undo(session, made.id, by=cast.olaf, now=now),
        lambda: correcting.correct(session, 999_999_999, "mood", "neutral", by=cast.ada, now=now),
        lambda: correcting.undo(session, 999_999_999, by=cast.ada, now=now),
    ):
        with pytest.raises(NoSuch):
            refused()


@pytest.mark.parametrize(
    ("aspect", "becomes", "field"),
    [
        ("colour", "red", "aspect"),
        ("mood", "angry", "becomes"),
        ("kind", "rant", "becomes"),
        ("spam", "perhaps", "becomes"),
        ("language", "??", "becomes"),
        ("topic", "999999", "becomes"),
        ("topic", "x", "becomes"),
    ],
)
def test_an_unknown_word_is_refused_by_its_field(
    session: Session, make: Maker, cast: Cast, now: datetime, aspect: str, becomes: str, field: str
) -> None:
    row = make.mention()
    with pytest.raises(BadInput) as refused:
        correcting.correct(session, row.id, aspect, becomes, by=cast.lina, now=now)
    assert refused.value.field == field
    assert str(refused.value)


def test_of_two_at_once_the_second_corrects_the_first(engine: Engine, now: datetime) -> None:
    """Two sessions of their own: the second waits for the first, and says what it found there."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        feed = feeds.create(session, source="push", name="Race", address="", credential="x" * 40, now=now)
        tally = store(session, feed, [Item("race", ANGRY, posted_at=now)], now=now)
        ada = people.create_member(session, name="Ada", email="race@example.org", role=Role.ADMIN, now=now)
        actor, mention_id = people.actor_of(session, ada.id), tally.mention_ids[0]
    entered, made = threading.Event(), []

    def second() -> None:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            entered.set()
            made.append(correcting.correct(session, mention_id, "mood", "neutral", by=actor, now=now))

    try:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            first = correcting.correct(session, mention_id, "mood", "positive", by=actor, now=now)
            waiting = threading.Thread(target=second)
            waiting.start()
            assert entered.wait(10)
        waiting.join(20)
        assert (first.said, first.becomes) == ("negative", "positive")
        assert [(one.said, one.becomes, one.version) for one in made] == [("positive", "neutral", "person")]
    finally:
        with Session(engine) as session, session.begin():
            for table, number in ((Feed, feed.id), (people.Member, ada.id)):
                session.delete(session.get_one(table, number))


def test_the_issue_page_tells_of_a_correction(session: Session, cast: Cast, hear: Hears, now: datetime) -> None:
    row = hear(ANGRY)
    correcting.correct(session, row.id, "mood", "neutral", by=cast.lina, now=now)
    issue = issue_of(session, row)
    assert issue is not None
    told = find.issue(session, cast.lina, issue.id, now).moves[-1]
    assert (told.sort, told.by and told.by.name) == ("corrected", "Lina")
    assert session.scalars(select(Correction).where(Correction.mention_id == row.id)).one().said == "negative"


def test_whoever_only_agrees_moves_no_issue_even_under_another_chart(
    session: Session, make: Maker, cast: Cast, hear: Hears, now: datetime
) -> None:
    row = hear(ANGRY)
    issue = issue_of(session, row)
    assert issue is not None
    everything_to_nobody = 'start = "end"\n\n[steps.end]\nassign = "nobody"\n'
    charts.publish(session, everything_to_nobody, by=cast.ada.member_id, now=now)
    correcting.correct(session, row.id, "mood", row.mood, by=cast.lina, now=now)
    assert issue.status == Status.TRIAGE
    assert len(verdicts(session, row)) == 1
