"""How the promises are doing: every number is derived once more by hand from the ledger's rows."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from listener.models import Topic
from tests.triage.conftest import Cast, Maker
from triage import escalate, move, people, promises, rights
from triage.find.behind import Number, behind
from triage.find.course import Step, course, edges
from triage.models import Issue, LedgerEntry
from triage.promises import FIGURES, Figures, Report
from triage.refusals import BadInput, NotYours
from triage.standing import Scope


def h(hours: float) -> timedelta:
    return timedelta(hours=hours)


Work = Callable[..., Issue]


@pytest.fixture
def work(session: Session, make: Maker, cast: Cast) -> Work:
    """An issue posted at `posted` (hours from now), triaged at `triaged` and resolved at `resolved`, if at all."""

    def working(
        posted: float, triaged: float | None = None, resolved: float | None = None, *, heard: float | None = None,
        department: Any = None, **values: Any,
    ) -> Issue:  # fmt: skip
        posted_at = make.now + h(posted)
        issue = make.issue(posted_at=posted_at, heard_at=make.now + h(posted if heard is None else heard), **values)
        if triaged is not None:
            at, place = make.now + h(triaged), department or cast.care
            move.acknowledge(session, issue.id, by=cast.lina, seen=1, now=at)
            move.hand_over(session, issue.id, place.id, by=cast.lina, seen=2, now=at)
        if resolved is not None:
            move.resolve(session, issue.id, by=cast.max, seen=3, now=make.now + h(resolved))
        return issue

    return working


def told(session: Session, now: datetime, **more: Any) -> Report:
    period = scope(now, **{name: more.pop(name) for name in ("start", "end", "member_id") if name in more})
    return promises.report(session, period, **more)


def scope(now: datetime, **more: Any) -> Scope:
    return Scope(**{"start": now - h(24 * 7), "end": now + h(1), "now": now, **more})


def days(session: Session, period: Scope, zone: str = "UTC") -> tuple[Step, ...]:
    return course(session, period, edges(period, ZoneInfo(zone), "day"))


def rows(session: Session, period: Scope, promise: str, figure: str, late_found: bool = False) -> list[int]:
    return behind(session, period, Number(figure, promise, late_found))


def counts(figures: Figures) -> tuple[int, ...]:
    return tuple(getattr(figures, name) for name in FIGURES)


def test_nothing_yet_is_no_number_at_all(session: Session, cast: Cast, now: datetime) -> None:
    report = told(session, now)
    assert counts(report.triage.figures) == (0, 0, 0, 0, 0)
    assert (report.triage.figures.share, report.triage.figures.median) == (None, None)
    assert len(days(session, report.scope)) == 8
    assert report.groups == ()
    assert set(report.definitions) >= {*FIGURES, "triage", "resolution", "late_found", "share", "seconds"}


def test_each_state_of_a_promise_is_one_figure(session: Session, cast: Cast, now: datetime, work: Work) -> None:
    made = {
        "kept": [work(-20, -18, -10), work(-12.5, -1, None)],
        "broken": [work(-30, -17, None), work(-13)],  # met late; past its deadline, and no round has seen it
        "running": [work(-2)],
        "at_risk": [work(-11)],
        "void": [work(-5)],
    }
    move.dismiss(session, made["void"][0].id, by=cast.lina, seen=1, now=now - h(1), words="spam")
    report = told(session, now)
    assert counts(report.triage.figures) == (2, 2, 1, 1, 1)
    assert report.triage.figures.share == 0.5
    for figure, issues in made.items():
        assert rows(session, report.scope, "triage", figure) == [one.id for one in issues]
    # kept after 2 h and 11.5 h, met late after 13 h: unmet ones have no time yet
    assert report.triage.figures.median == 11.5 * 3600
    assert report.triage.figures.p90 == pytest.approx((11.5 + 0.8 * 1.5) * 3600)


def test_late_found_issues_are_counted_apart(session: Session, cast: Cast, now: datetime, work: Work) -> None:
    work(-40, -1, None, heard=-3)
    work(-40, None, None, heard=-5)
    work(-3, -1, None)
    report = told(session, now)
    assert counts(report.triage.late_found) == (1, 1, 0, 0, 0)
    assert counts(report.triage.figures) == (1, 0, 0, 0, 0)
    assert counts(report.resolution.late_found) == (0, 0, 1, 0, 0)
    assert [day.triage.due for day in days(session, report.scope)][-1] == 1


def test_an_issue_counts_once_however_often_it_was_closed(
    session: Session, cast: Cast, now: datetime, work: Work
) -> None:
    issue = work(-30, -29, -28)
    for hour in (-27, -25):
        move.reopen(session, issue.id, by=cast.max, seen=issue.version, now=now + h(hour), words="Again.")
        move.resolve(session, issue.id, by=cast.max, seen=issue.version, now=now + h(hour + 1))
    report = told(session, now)
    assert counts(report.resolution.figures) == (1, 0, 0, 0, 0)
    # and it counts where it was closed last
    early = told(session, now, start=now - h(29), end=now - h(27.5))
    assert counts(early.resolution.figures) == (0, 0, 0, 0, 0)


def test_a_merged_child_is_void_and_its_matter_counts_once(
    session: Session, cast: Cast, now: datetime, work: Work
) -> None:
    child, into = work(-5), work(-4)
    move.merge(session, child.id, into.id, by=cast.lina, seen=1, now=now - h(1))
    assert counts(told(session, now).triage.figures) == (0, 0, 1, 0, 1)


def test_the_period_is_closed_at_its_start_and_open_at_its_end(
    session: Session, cast: Cast, now: datetime, work: Work
) -> None:
    work(-10, -5)
    assert told(session, now, start=now - h(5), end=now).triage.figures.kept == 1
    assert told(session, now, start=now - h(6), end=now - h(5)).triage.figures.kept == 0


def test_at_the_very_deadline_a_promise_is_at_risk_and_not_broken(
    session: Session, cast: Cast, now: datetime, work: Work
) -> None:
    work(-12)
    assert counts(told(session, now).triage.figures) == (0, 0, 0, 1, 0)
    assert counts(told(session, now + timedelta(seconds=1)).triage.figures) == (0, 1, 0, 0, 0)


def test_days_are_those_of_the_reader_s_zone(session: Session, cast: Cast, now: datetime, work: Work) -> None:
    work(-20, -15.75)  # 20:15 UTC on the 20th is 23:45 in Tehran
    work(-20, -15.25)  # 20:45 UTC is 00:15 on the 21st there
    start, end = datetime(2026, 11, 19, 20, 30, tzinfo=UTC), datetime(2026, 11, 21, 20, 30, tzinfo=UTC)
    there = days(session, scope(now, start=start, end=end), "Asia/Tehran")
    assert [(day.start, day.triage.kept) for day in there] == [(start, 1), (start + h(24), 1)]
    here = days(session, scope(now, start=start - h(20.5), end=end))
    assert [(day.start.day, day.triage.kept) for day in here] == [(19, 0), (20, 2), (21, 0)]


def test_numbers_are_told_by_department_topic_source_or_kind(
    session: Session, cast: Cast, now: datetime, work: Work
) -> None:
    topic = Topic(name="Kettle", kind="product", query="kettle", created_at=now, updated_at=now)
    session.add(topic)
    session.flush()
    work(-20, -18, -10, department=cast.care, kind="complaint", topic_id=topic.id)
    work(-20, -18, -10, department=cast.product, kind="bug", source="mastodon")
    work(-30, -17, None, department=cast.product, kind="bug", source="mastodon")
    work(-1, kind="question")
    seen = {
        by: {
            group.name: (group.triage.figures.kept, group.triage.figures.broken)
            for group in told(session, now, by=by).groups
        }
        for by in ("department", "topic", "source", "kind")
    }
    assert seen == {
        "department": {"Care": (1, 0), "Product": (1, 1), "": (0, 0)},
        "topic": {"Kettle": (1, 0), "": (1, 1)},
        "source": {"rss": (1, 0), "mastodon": (1, 1)},
        "kind": {"complaint": (1, 0), "bug": (1, 1), "question": (0, 0)},
    }
    product = next(group for group in told(session, now, by="department").groups if group.name == "Product")
    assert len(rows(session, scope(now, within=("department", product.key)), "triage", "kept")) == 1
    assert len(rows(session, scope(now, within=("department", None)), "triage", "running")) == 1
    # groups whose name is unknown come last
    assert told(session, now, by="department").groups[-1].key is None


def test_one_person_sees_their_own_numbers_and_nobody_else_s(
    session: Session, cast: Cast, now: datetime, work: Work
) -> None:
    issue = work(-20, -18)
    move.accept(session, issue.id, by=cast.cara, seen=3, now=now - h(17))
    work(-20, -18)
    mine = told(session, now, member_id=cast.cara.member_id, asker=cast.cara)
    assert counts(mine.resolution.figures) == (0, 0, 1, 0, 0)
    assert counts(told(session, now, member_id=cast.lina.member_id, asker=cast.lina).triage.figures)[0] == 2
    for other in (cast.max, cast.ada, cast.lina):
        with pytest.raises(NotYours):
            told(session, now, member_id=cast.cara.member_id, asker=other)


@pytest.mark.parametrize(
    "more",
    [
        {"by": "member"},
        {"timezone": "Mars/Base"},
        {"start": datetime(2026, 11, 22, tzinfo=UTC), "end": datetime(2026, 11, 21, tzinfo=UTC)},
        {"start": datetime(1926, 11, 22, tzinfo=UTC)},
    ],
)
def test_a_question_that_makes_no_sense_is_refused_with_a_sentence(
    session: Session, now: datetime, more: dict[str, Any]
) -> None:
    with pytest.raises(BadInput):
        told(session, now, **more)


@pytest.mark.parametrize(
    "wrong", [Number("kept", "department"), Number("late"), Number("waited", whom="Cara"), Number("waited")]
)
def test_only_real_figures_have_rows(session: Session, now: datetime, wrong: Number) -> None:
    with pytest.raises(BadInput):
        behind(session, scope(now), wrong)


@pytest.mark.parametrize("seed", range(3))
def test_every_number_can_be_derived_by_hand_from_the_ledger(
    session: Session, make: Maker, cast: Cast, now: datetime, seed: int
) -> None:
    busy_days(session, make, cast, Random(seed))
    for start, end in ((now - h(96), now + h(1)), (now - h(60), now - h(20))):
        report = told(session, now, start=start, end=end, by="department")
        for promise, told_of in (("triage", report.triage), ("resolution", report.resolution)):
            for late, figures in ((False, told_of.figures), (True, told_of.late_found)):
                by_hand, seconds = derived(session, promise, start, end, now, late)
                assert {name: sorted(ids) for name, ids in by_hand.items()} == {
                    name: rows(session, report.scope, promise, name, late) for name in FIGURES
                }
                assert counts(figures) == tuple(len(by_hand[name]) for name in FIGURES)
                for share, value in ((0.5, figures.median), (0.9, figures.p90), (0.99, figures.p99)):
                    assert value == (None if not seconds else pytest.approx(percentile(seconds, share)))
        whole = report.triage.figures.due
        assert sum(group.triage.figures.due for group in report.groups) == whole
        assert sum(day.triage.due for day in days(session, report.scope)) == whole


def busy_days(session: Session, make: Maker, cast: Cast, chance: Random) -> None:
    """Four days of people at work, with rounds of escalation in between that come late or not at all."""
    events: list[tuple[float, str, Any]] = [(chance.uniform(-96, 0), "post", None) for _ in range(25)]
    events += [(hour, "round", None) for hour in range(-96, 1, 7)]
    issues: list[Issue] = []
    for hour, what, _ in sorted(events, key=lambda event: event[0]):
        at = make.now + h(hour)
        if what == "round":
            escalate.round(session, at)
        else:
            lag = chance.choice((0, 0, 0, 2, 20))
            issues.append(make.issue(posted_at=at - h(lag), heard_at=at, opened_at=at))
        for issue in chance.sample(issues, min(4, len(issues))):
            session.refresh(issue)
            act(session, cast, issue, at + h(0.01), chance)


# what promises follow from
MOVING = {"acknowledge", "hand_over", "accept", "bounce", "pause", "resume", "resolve", "dismiss", "reopen"}


def act(session: Session, cast: Cast, issue: Issue, at: datetime, chance: Random) -> None:
    verbs = [verb for verb in rights.allowed(cast.ada, issue) if verb in MOVING]
    if not verbs:
        return
    verb = chance.choice(verbs)
    needs: dict[str, dict[str, Any]] = {
        "hand_over": {"department_id": chance.choice((cast.care.id, cast.product.id))},
        "pause": {"until": at + h(chance.choice((1, 6)))},
    }
    getattr(move, verb)(
        session, issue.id, by=cast.ada, seen=issue.version, now=at, words="because", **needs.get(verb, {})
    )


def derived(
    session: Session, promise: str, start: datetime, end: datetime, now: datetime, late: bool
) -> tuple[dict[str, list[int]], list[float]]:
    """Count from ledger rows alone, with nothing of the report's own: (issues by figure, seconds until met)."""
    lines: dict[int, list[LedgerEntry]] = {}
    rows = session.scalars(select(LedgerEntry).where(LedgerEntry.promise == promise).order_by(LedgerEntry.id))
    for row in rows:
        lines.setdefault(row.issue_id, []).append(row)
    late_ids = set(session.scalars(select(Issue.id).where(Issue.late_found)))
    figures: dict[str, list[int]] = {name: [] for name in FIGURES}
    seconds: list[float] = []
    for issue_id, history in lines.items():
        if (issue_id in late_ids) != late:
            continue
        figure, met = figure_of(history, start, end, now)
        if figure is not None:
            figures[figure].append(issue_id)
        if figure in ("kept", "broken") and met is not None:
            seconds.append(met)
    return figures, seconds


def figure_of(
    history: list[LedgerEntry], start: datetime, end: datetime, now: datetime
) -> tuple[str | None, float | None]:
    begun = datetime.fromisoformat(history[0].why["from"])
    due = [row.due for row in history if row.due is not None][-1]
    decided, met, waits, pauses, pause = None, None, False, timedelta(0), None
    for row in history:
        match row.event:
            case "kept" | "broken" | "void":
                decided = row
            case "continued" if decided is not None and decided.event != "broken":
                decided = None
            case "paused":
                waits, pause = True, row.at
            case "resumed":
                assert pause is not None
                waits, pauses = False, pauses + (row.at - pause)
        if row.event in ("kept", "met"):
            counts_from = datetime.fromisoformat(history[0].why["counts_from"])
            met = (row.at - counts_from - pauses).total_seconds()
        elif row.event == "continued":
            met = None
    if decided is not None:
        return (decided.event, met) if start <= decided.at < end else (None, None)
    if not waits and due < now:
        return ("broken", None) if start <= due < end else (None, None)
    if begun >= end:
        return None, None
    return ("at_risk" if not waits and due - now <= h(2) else "running"), None


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def test_a_report_answers_quickly_over_many_issues(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    report = told(session, now, start=now - h(24 * 365), timezone="Asia/Tehran", by="kind")
    assert len(days(session, report.scope, "Asia/Tehran")) == 366
    assert people.current_policy(session).id == cast.policy.id
