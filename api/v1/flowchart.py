"""The chart that says whose matter a mention is."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response, status
from pydantic import AwareDatetime, Field

from api.accounts import Scope
from api.dependencies import HEARERS, Database, Now, Open, require, require_briefly
from api.v1.paging import Cursor, Given, Limit, Shape, Stretch, cut, example, number
from api.v1.problems import NOT_HERE
from triage import charts, drawing, find, people, trials
from triage.flowchart import read
from triage.models import Role
from triage.refusals import NoSuch

router = APIRouter(prefix="/flowchart", tags=["flowchart"])
Insider = Annotated[people.Actor, Depends(require())]
Hearer = Annotated[people.Actor, Depends(require(*HEARERS))]
HearerBriefly = Annotated[people.Actor, Depends(require_briefly(*HEARERS))]
Admin = Annotated[people.Actor, Depends(require(Role.ADMIN, scope=Scope.ADMIN))]

LONGEST = 200_000
_SOURCE = 'start = "spam"\n\n[steps.spam]\nask = "is_spam"\ntest = "holds"\nyes = "no_one"\nno = "care"\n'
_PROBLEM = {
    "line": 8, "step": "spam", "key": "unknown_step",
    "sentence": 'The answer "no" leads to "car", and there is no such step. Add it, or name another.',
    "data": {"answer": "no", "name": "car"},
}  # fmt: skip
_EDITION = {
    "id": 3, "note": "Leads go to content", "published_at": "2026-11-20T09:00:00Z", "by": "Ada", "in_force": True,
}  # fmt: skip


class Edition(Shape):
    """One published edition of the chart. `id` is the version people read; `by` is null for the chart that ships."""

    model_config = example(_EDITION)

    id: int
    note: str
    published_at: datetime
    by: str | None
    in_force: bool


class WholeEdition(Edition):
    """An edition with its source."""

    model_config = example({**_EDITION, "source": _SOURCE})

    source: str


class Problem(Shape):
    """One thing to mend, with its place."""

    model_config = example(_PROBLEM)

    line: int
    step: str
    key: str
    sentence: str
    data: dict[str, Any]


class Checked(Shape):
    """What must be mended before a chart can be published, and what one should know of."""

    model_config = example({"ok": False, "problems": [_PROBLEM], "warnings": []})

    ok: bool
    problems: list[Problem]
    warnings: list[Problem]


class Draft(Given):
    """A chart nobody follows yet."""

    source: str = Field(max_length=LONGEST, description="TOML.", examples=[_SOURCE])


class Trial(Draft):
    """A chart to try on what was heard."""

    since: AwareDatetime | None = Field(default=None, description="A week ago if left out.")


class Publication(Draft):
    """A chart to put in force."""

    note: str = Field(default="", max_length=500, description="What is new.", examples=["Leads go to content"])


class DryRow(Shape):
    """Who gains and who loses: a department, `unsure`, `nobody` or `nobody_eligible`."""

    key: str
    name: str
    before: int
    after: int
    change: int
    came: list[tuple[str, int]]
    went: list[tuple[str, int]]
    examples: list[int] = Field(description="Mentions that come here or leave from here.")


class DryFlow(Shape):
    """How many mentions go from one place to another, with ids of the newest of them."""

    before: str
    after: str
    mentions: int
    examples: list[int]


class DryRun(Shape):
    """What a draft would have said. Nothing was moved and nobody was told."""

    model_config = example(
        {
            "since": "2026-11-14T12:00:00Z",
            "mentions": 812,
            "changed": 9,
            "complete": True,
            "rows": [
                {
                    "key": "care",
                    "name": "Care",
                    "before": 120,
                    "after": 111,
                    "change": -9,
                    "came": [],
                    "went": [["content", 9]],
                    "examples": [512, 530],
                }
            ],
            "flows": [{"before": "care", "after": "content", "mentions": 9, "examples": [530, 512]}],
        }
    )

    since: datetime
    mentions: int
    changed: int
    rows: list[DryRow]
    flows: list[DryFlow]
    complete: bool = Field(description="False where there were more than 50,000 mentions: the newest were read.")


@router.get("", summary="Read the chart in force", responses=NOT_HERE)
def current(session: Database, acting: Insider) -> WholeEdition:
    """Read the chart that judges mentions now."""
    version, _ = charts.current(session)
    return WholeEdition.model_validate(charts.edition(session, version))


@router.get("/versions", summary="List editions")
def versions(session: Database, acting: Insider, cursor: Cursor = None, limit: Limit = 50) -> Stretch[Edition]:
    """List the published editions, newest first. Verdicts keep the edition that judged them."""
    rows = charts.versions(session, limit + 1, number(cursor))
    kept, following = cut(rows, limit, lambda row: row.id)
    return Stretch[Edition](items=[Edition.model_validate(row) for row in kept], next=following)


@router.get("/versions/{version}", summary="Read an edition", responses=NOT_HERE)
def version(session: Database, acting: Insider, version: int) -> WholeEdition:
    """Read one edition with its source."""
    return WholeEdition.model_validate(charts.edition(session, version))


@router.get(
    "/drawing.svg",
    summary="See the chart",
    response_class=Response,
    responses=NOT_HERE | {200: {"content": {"image/svg+xml": {}}, "description": "The chart."}},
)
def picture(
    session: Database,
    acting: Insider,
    version: Annotated[int | None, Query(description="An edition; the one in force if left out.")] = None,
    mention_id: Annotated[
        int | None, Query(description="Light the path this mention walked, in its own edition.")
    ] = None,
    language: Annotated[str, Query(pattern="^(en|fa|ar|he)$")] = "en",
) -> Response:
    """Draw an edition as SVG, with the path of one mention lit if you name it."""
    verdict = find.verdicts(session, [mention_id]).get(mention_id) if mention_id is not None else None
    if mention_id is not None and verdict is None:
        raise NoSuch("verdict", mention_id)
    number = verdict.chart_version if verdict else version or charts.current(session)[0]
    chart = charts.edition(session, number).chart
    svg = drawing.draw(chart, verdict.path if verdict else (), language=language)
    return Response(svg, media_type="image/svg+xml")


@router.post("/check", summary="Check a draft")
def check(session: Database, acting: Hearer, body: Draft) -> Checked:
    """Say what must be mended before this draft can be published. Nothing is kept."""
    problems = charts.problems(session, body.source)
    warnings = [] if problems else charts.unattended(session, read(body.source))
    return Checked(
        ok=not problems,
        problems=[Problem.model_validate(problem) for problem in problems],
        warnings=[Problem.model_validate(warning) for warning in warnings],
    )


@router.post("/dry-run", summary="Try a draft")
def dry_run(open_one: Open, acting: HearerBriefly, now: Now, body: Trial) -> DryRun:
    """Say who would gain and who would lose, on what was heard since. Nothing is moved and nobody is told."""
    since = body.since or now - timedelta(days=7)
    return DryRun.model_validate(trials.run(open_one, body.source, since=since, now=now))


@router.post("/versions", summary="Publish a draft", status_code=status.HTTP_201_CREATED)
def publish(session: Database, acting: Admin, now: Now, body: Publication) -> WholeEdition:
    """Put a chart in force from now on. A draft with a mistake is refused with every line to mend."""
    made = charts.publish(session, body.source, note=body.note, by=acting.member_id, now=now)
    return WholeEdition.model_validate(charts.edition(session, made.id))
