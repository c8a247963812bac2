"""Behind and beside the promises: every count is the number of its rows, and every minute waits for one of them."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.triage.conftest import Cast, Maker
from tests.triage.test_promises import busy_days, h, scope
from triage import charts, move
from triage.find import beside, misroutes, waits
from triage.find.behind import NUMBERS, Number, behind, told
from triage.find.coming import coming
from triage.find.curve import curve
from triage.models import Issue, IssueLink, LinkSort, Move, Promise, Verdict
from triage.promises import group_of, report
from triage.refusals import BadInput


def acted(session: Session, issue: Issue, *verbs: tuple[float, str, Any, dict[str, Any]], now: datetime) -> None:
    """Let people act, each (hours from now, verb, who, what it needs)."""
    for hour, verb, by, more in verbs:
        session.refresh(issue)
        getattr(move, verb)(session, issue.id, by=by, seen=issue.version, now=now + h(hour), **more)
    session.refresh(issue)


def by_hand(session: Session, issue: Issue) -> dict[str, float]:
    """Where the minutes of one issue went, read from its moves one after the other."""
    wanted = select(Move).where(Move.issue_id == issue.id).order_by(Move.id)
    rows = [row for row in session.scalars(wanted) if row.sort not in ("note", "warned", "joined", "broken")]
    spent: dict[str, float] = {}
    for row, after in zip(rows, [*rows[1:], None], strict=True):
        whom = {"triage": "listener", "handed": "department", "accepted": "owner", "waiting": "author"}.get(
            row.to_status
        )
        end = after.at if after else issue.resolved_at
        if whom and end:
            spent[whom] = spent.get(whom, 0.0) + (end - row.at).total_seconds()
    return spent


@pytest.fixture
def opened(session: Session, make: Maker) -> Any:
    """An issue as routing opens it: with the move that did, and the verdict of the chart."""

    def opening(
        hour: float, cast: Cast, *, department: int | None = None, outcome: str = "assign", **values: Any
    ) -> Issue:
        at = make.now + h(hour)
        issue = make.issue(posted_at=at - h(0.5), heard_at=at, opened_at=at, **values)
        place = department if department is not None else cast.care.id
        session.add(
            Move(
                issue_id=issue.id, sort="opened", to_status="triage", version=1, at=at,
                data={"outcome": outcome, "department_id": place},
            )
        )  # fmt: skip
        session.flush()
        return issue

    return opening


def test_every_minute_from_post_to_end_waits_for_one_of_them(
    session: Session, cast: Cast, now: datetime, opened: Any
) -> None:
    issue = opened(-20, cast)
    care = {"department_id": cast.care.id}
    acted(
        session, issue, (-19, "acknowledge", cast.lina, {}), (-18, "hand_over", cast.lina, care),
        (-15, "accept", cast.cara, {}), (-14, "pause", cast.cara, {"until": now - h(4), "words": "asked"}),
        (-10, "resume", cast.cara, {}), (-8, "resolve", cast.cara, {}),
        (-6, "reopen", cast.cara, {"words": "again"}), (-5, "resolve", cast.cara, {}), now=now,
    )  # fmt: skip
    found = waits.waits(session, scope(now))
    assert {part.whom: part.seconds / 3600 for part in found.parts} == {
        "unheard": 0.5, "listener": 2.0, "department": 3.0, "owner": 4.0, "author": 4.0,
    }  # fmt: skip
    # closed for two hours
    assert found.seconds == (issue.resolved_at - issue.posted_at).total_seconds() - 2 * 3600
    assert (found.issues, {part.issues for part in found.parts}) == (1, {1})


def test_what_nobody_was_eligible_for_waited_for_nobody(
    session: Session, cast: Cast, now: datetime, opened: Any
) -> None:
    issue = opened(-20, cast, outcome="nobody_eligible")
    acted(
        session, issue, (-18, "acknowledge", cast.lina, {}), (-17, "hand_over", cast.lina, {"department_id": cast.care.id}),
        (-16, "resolve", cast.max, {}), now=now,
    )  # fmt: skip
    found = {part.whom: part.seconds / 3600 for part in waits.waits(session, scope(now)).parts}
    assert found == {"unheard": 0.5, "nobody": 2.0, "listener": 1.0, "department": 1.0}


@pytest.mark.parametrize("seed", range(2))
def test_counts_agree_with_their_rows_and_minutes_with_the_moves(
    session: Session, make: Maker, cast: Cast, now: datetime, seed: int
) -> None:
    busy_days(session, make, cast, Random(seed))
    for period in (scope(now, start=now - h(96)), scope(now, within=("department", cast.care.id))):
        side, spent, astray = (
            beside.beside(session, period), waits.waits(session, period), misroutes.misroutes(session, period),
        )  # fmt: skip
        counted = {
            "unanswered": side.unanswered.count, "owed": side.unanswered.of, "personal": side.personal.count,
            "replied": side.personal.of, "refund_asked": side.solved_without.of, "resolved": spent.issues,
            "handed": astray.handed, "misrouted": astray.misrouted, "bounced": astray.bounced,
            "ending": len(coming(session, period).ending_ids), "breaking": len(coming(session, period).breaking_ids),
            "due": report(session, period).triage.figures.due, "met": curve(session, period, Promise.TRIAGE).met,
        }  # fmt: skip
        assert {name: len(behind(session, period, Number(name))) for name in counted} == counted
        for part in spent.parts:
            assert len(behind(session, period, Number("waited", whom=part.whom))) == part.issues
        ids = behind(session, period, Number("resolved"))
        hand = [by_hand(session, session.get_one(Issue, number)) for number in ids]
        for part in spent.parts:
            assert part.seconds == pytest.approx(sum(one.get(part.whom, 0.0) for one in hand))


def test_the_curve_passes_the_share_kept_where_the_promise_ends(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    busy_days(session, make, cast, Random(5))
    found, figures = curve(session, scope(now), Promise.TRIAGE), report(session, scope(now)).triage.figures
    assert found.due == figures.due
    assert found.points[-1][1] == pytest.approx(found.met / found.due)
    assert found.done_by(0) is not None
    assert found.done_by(1e9) == found.points[-1][1]
    assert found.points == tuple(sorted(found.points))


def test_the_chart_is_told_where_it_led_astray(
    session: Session, make: Maker, cast: Cast, now: datetime, opened: Any
) -> None:
    issues = [opened(-10, cast, department=cast.content.id) for _ in range(3)]
    chart = session.scalars(select(Verdict.chart_version).limit(1)).first() or _edition(session, now)
    for issue in issues:
        path = [{"step": "praise", "fact": "kind", "value": "praise", "test": "is", "answer": "no"}, {"end": "content"}]
        session.add(
            Verdict(
                mention_id=issue.first_mention_id, chart_version=chart, outcome="assign", department_id=cast.content.id,
                path=path, facts={}, joined_by="opened", issue_id=issue.id, at=issue.opened_at,
            )
        )  # fmt: skip
    session.flush()
    for issue, place in zip(issues, (cast.care, cast.content, cast.content), strict=True):
        acted(session, issue, (-9, "hand_over", cast.lina, {"department_id": place.id}), now=now)
    acted(session, issues[1], (-8, "bounce", cast.conor, {"words": "not ours"}), now=now)
    found = misroutes.misroutes(session, scope(now))
    assert [(one.place.step, one.place.answer, one.handed, one.misrouted, one.bounced) for one in found.places] == [
        ("praise", "no", 3, 1, 1)
    ]
    key = found.places[0].place.key
    assert behind(session, scope(now), Number("misrouted", place=key)) == [issues[0].id]
    assert behind(session, scope(now), Number("bounced", place=key)) == [issues[1].id]
    assert behind(session, scope(now), Number("handed", place="9:no:no:no")) == []


def _edition(session: Session, now: datetime) -> int:
    return charts.ensure_shipped(session, now).id


def test_replies_outcomes_and_gaps_stand_beside_the_promises(
    session: Session, cast: Cast, now: datetime, opened: Any
) -> None:
    one, other, open_one = opened(-20, cast), opened(-19, cast), opened(-9, cast)
    for issue, outcome in ((one, {"refund": "solved_without", "customer": "stays"}), (other, {"refund": "given"})):
        acted(
            session, issue, (-8, "acknowledge", cast.lina, {"words": f"Sorry for {issue.id}."}),
            (-7, "hand_over", cast.lina, {"department_id": cast.care.id}),
            (-6, "resolve", cast.max, {"outcome": outcome}), now=now,
        )  # fmt: skip
    session.add(IssueLink(issue_id=one.id, sort=LinkSort.PRODUCT_GAP, name="Lid", at=now - h(1)))
    session.flush()
    found = beside.beside(session, scope(now))
    assert (found.solved_without, found.customers) == (beside.Part(1, 2), beside.Part(1, 1))
    assert (found.unanswered, found.product_gaps, found.content_gaps) == (beside.Part(1, 3), 1, 0)
    assert found.oldest == beside.Oldest(open_one.id, open_one.posted_at)
    assert behind(session, scope(now), Number("solved_without")) == [one.id]


def test_a_file_names_no_person_and_holds_what_one_may_see(
    session: Session, cast: Cast, now: datetime, opened: Any
) -> None:
    issue = opened(-5, cast, department_id=cast.care.id)
    rows = told(session, cast.max, [issue.id])
    assert [row["department"] for row in rows] == ["Care"]
    assert not {"owner", "owner_id", "acknowledged_by"} & rows[0].keys()
    assert told(session, cast.petra, [issue.id]) == []


@pytest.mark.parametrize("text", ["care", "member:1", "department:x", "topic:-1", f"topic:{10**20}", "department:٣"])
def test_a_group_that_is_none_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(BadInput):
        group_of(text)


def test_a_group_is_read_as_an_address_names_it() -> None:
    assert [group_of(text) for text in ("", "department:3", "topic:", "kind:bug")] == [
        None, ("department", 3), ("topic", None), ("kind", "bug"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", NUMBERS)
def test_every_number_can_be_read_in_stretches(
    session: Session, make: Maker, cast: Cast, now: datetime, name: str
) -> None:
    number = Number(name, whom="listener")
    for hour in (-3, -2):
        make.issue(posted_at=now + timedelta(hours=hour))
    whole = behind(session, scope(now), number)
    assert behind(session, scope(now), number, limit=1) == whole[:1]
    assert behind(session, scope(now), number, after=whole[0] if whole else 0) == whole[1:]
