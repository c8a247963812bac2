"""A draft tried on what was heard: who gains, who loses, who is reached by nobody."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.triage.conftest import Cast, Maker
from tests.triage.test_charts import ALL_TO_CONTENT, routed
from triage import charts, people, trials
from triage.flowchart import ChartError, read
from triage.models import Issue, Notice, Verdict


def trial(session: Session, source: str, **asked: Any) -> trials.DryRun:
    @contextmanager
    def opening() -> Iterator[Session]:
        yield session

    return trials.run(opening, source, **asked)


def rows(run: trials.DryRun) -> dict[str, tuple[int, int]]:
    return {row.key: (row.before, row.after) for row in run.rows}


def test_a_dry_run_says_who_gains_and_loses_and_moves_nothing(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    routed(session, make, now, complaint=3, praise=2, bug=1, spam=2, chatter=4)

    def counts() -> list[Any]:
        return [session.scalar(select(func.count()).select_from(table)) for table in (Verdict, Issue, Notice)]

    before = counts()
    run = trial(session, ALL_TO_CONTENT, since=now - timedelta(days=7), now=now)
    assert rows(run) == {
        "care": (3, 0), "content": (2, 10), "product": (1, 0), "unsure": (0, 0), "nobody": (6, 2),
        "nobody_eligible": (0, 0),
    }  # fmt: skip
    assert (run.mentions, run.changed, run.complete) == (12, 8, True)
    content = next(row for row in run.rows if row.key == "content")
    assert (content.name, content.change, content.went) == ("Content", 8, ())
    assert dict(content.came) == {"care": 3, "product": 1, "nobody": 4}
    assert len(content.examples) == 8
    assert counts() == before
    assert charts.current(session)[1] == read(charts.shipped())


def test_a_dry_run_names_who_would_reach_nobody(session: Session, make: Maker, cast: Cast, now: datetime) -> None:
    routed(session, make, now, complaint=2, praise=1)
    people.leave_department(session, cast.conor.member_id, cast.content.id)
    run = trial(session, ALL_TO_CONTENT, since=now - timedelta(days=7), now=now)
    assert run.nobody_eligible == 3
    assert rows(run)["nobody_eligible"] == (1, 3)
    assert rows(run)["content"] == (0, 0)


def test_a_dry_run_reads_the_days_it_was_asked_for_and_no_more_than_its_limit(
    session: Session, make: Maker, cast: Cast, now: datetime
) -> None:
    make.mention(
        kind="praise", kind_confidence=0.9, heard_at=now - timedelta(days=8), posted_at=now - timedelta(days=8)
    )
    routed(session, make, now, praise=3)
    week = {"since": now - timedelta(days=7), "now": now}
    assert trial(session, ALL_TO_CONTENT, **week).mentions == 3
    some = trial(session, ALL_TO_CONTENT, **week, most=2)
    assert (some.mentions, some.complete) == (2, False)


def test_a_dry_run_of_a_bad_draft_says_what_to_mend(session: Session, cast: Cast, now: datetime) -> None:
    charts.ensure_shipped(session, now)
    with pytest.raises(ChartError, match="line 2"):
        trial(session, ALL_TO_CONTENT.replace('"content"', '"legal"'), since=now, now=now)
