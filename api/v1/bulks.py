"""One verb for many issues: previewed, started, stopped, taken back; the worker does what lies in between."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, status
from pydantic import Field, model_validator

from api import sentences
from api.accounts import Scope
from api.dependencies import Database, Now, require
from api.pages import chosen
from api.v1.paging import Cursor, Given, Instant, Limit, Shape, Stretch, cut, example, number
from api.v1.problems import NOT_HERE, STALE
from api.v1.shapes import Name
from triage import bulk, find, people
from triage.find import bulks
from triage.refusals import BadInput

router = APIRouter(prefix="/bulks", tags=["bulks"])
Insider = Annotated[people.Actor, Depends(require())]
Mover = Annotated[people.Actor, Depends(require(scope=Scope.TRIAGE))]
State = Literal["waiting", "done", "refused", "left", "undone", "stays"]

_BULK = {
    "id": 7, "verb": "hand_over", "state": "running", "total": 23, "by": {"id": 4, "name": "Lina"},
    "address": "lane=triage&kind=bug",
    "data": {"words": "", "department_id": 3, "department": "Product", "owner_id": None},
    "counts": {"done": 14, "waiting": 8, "refused": 1}, "created_at": "2026-11-21T11:50:00Z",
    "started_at": "2026-11-21T11:50:20Z", "finished_at": None, "can_undo": False,
}  # fmt: skip
_ITEM = {
    "issue_id": 41, "title": "The kettle arrived without its lid.", "language": "en", "state": "refused",
    "move_id": None, "why": {"key": "someone_was_faster", "sentence": "Cara was faster: hand_over at 11:50."},
}  # fmt: skip


class Ticked(Given):
    """One issue, and the version its chooser saw: what moved since is refused, not overrun."""

    id: int = Field(examples=[41])
    seen: int = Field(ge=1, examples=[7])


class Details(Given):
    """What the verb needs; what it does not need is left out."""

    words: str = Field(
        default="", max_length=10_000, description="The reply, note or reason.", examples=["One bad batch of lids."]
    )
    department_id: int | None = Field(default=None, description="Of hand_over.", examples=[3])
    owner_id: int | None = Field(default=None, description="Of hand_over: one person in it.")
    until: Instant | None = Field(default=None, description="Of snooze.", examples=["2026-11-21T15:00:00Z"])
    becomes: str | None = Field(default=None, description="Of kind: what they are.", examples=["bug"])
    into_id: int | None = Field(
        default=None, description="Of merge: which takes the others in; if left out, the best one is chosen."
    )

    def plain(self) -> dict[str, Any]:
        """Return it as the floor below takes it."""
        return self.model_dump(include=set(Details.model_fields))


class Wish(Details):
    """A verb, and the issues: ticked ones, or all that fit an address of the inbox, 5,000 at most."""

    verb: bulk.Verb = Field(examples=["hand_over"])
    issues: list[Ticked] | None = Field(default=None, max_length=bulk.LONGEST, examples=[[{"id": 41, "seen": 7}]])
    address: str = Field(default="", max_length=2_000, description="As `lane=triage&kind=bug`.")

    @model_validator(mode="after")
    def _one_way(self) -> "Wish":
        if bool(self.issues) == bool(self.address):
            raise ValueError("Send either issues or an address")
        return self


class Bulk(Shape):
    """One verb for many issues. `counts` are its issues by state: waiting, done, refused, left, undone, stays."""

    model_config = example(_BULK)

    id: int
    verb: bulk.Verb
    state: Literal["preview", "running", "done", "undoing", "undone"]
    total: int
    by: Name
    address: str
    data: dict[str, Any]
    counts: dict[State, int]
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    can_undo: bool = Field(description="For an hour after its end.")


class Line(Shape):
    """One thing it does to the clocks: how many issues, and the moment that belongs to it."""

    key: str = Field(
        description="keeps, starts, runs_on, still_acknowledge, still_hand_over, stays_broken, uncounted, breaks, "
        "safe, oldest_wins, own_stays, chart_again, people_decided."
    )
    count: int
    at: datetime | None


class Forecast(Shape):
    """What would happen as things stand. `told` are those who would hear of it, once for all; `instead` a safe end."""

    model_config = example(
        {
            "lines": [{"key": "starts", "count": 22, "at": "2026-11-22T11:50:00Z"}],
            "told": [{"id": 3, "name": "Petra"}],
            "instead": None,
        }
    )

    lines: list[Line]
    told: list[Name]
    instead: datetime | None = Field(description="Of snooze: until when all can be set aside with no promise broken.")


class Why(Shape):
    """Why one issue was refused."""

    key: str
    sentence: str


class Item(Shape):
    """One issue of a bulk. `stays`: done, and could not be taken back."""

    model_config = example(_ITEM)

    issue_id: int
    title: str
    language: str
    state: State
    move_id: int | None
    why: Why | None


@router.post("", summary="Preview a bulk", status_code=status.HTTP_201_CREATED)
def create(session: Database, acting: Mover, now: Now, body: Wish) -> Bulk:
    """Write down what is asked, and who would be refused. Nothing moves before it is started."""
    if body.issues:
        ids, address = [(one.id, one.seen) for one in body.issues], ""
    else:
        seen = chosen.of(body.address)
        ids, address = find.chosen_ids(session, acting, seen.lane or "all", seen.filters, bulk.LONGEST), seen.address
        if not ids:
            raise BadInput("address", "No issue fits this.")
    made = bulk.preview(session, body.verb, ids, body.plain(), by=acting, now=now, address=address)
    return _told(session, acting, made.id, now)


@router.get("", summary="List bulks")
def index(session: Database, acting: Insider, now: Now, cursor: Cursor = None, limit: Limit = 50) -> Stretch[Bulk]:
    """List those you began, newest first; managers and administrators see everybody's. Mere previews are left out."""
    rows = bulks.bulks_of(session, acting, now, before=number(cursor), limit=limit + 1)
    kept, following = cut(rows, limit, lambda row: row.id)
    return Stretch[Bulk](items=[Bulk.model_validate(one) for one in kept], next=following)


@router.get("/{bulk_id}", summary="Read a bulk", responses=NOT_HERE)
def read(session: Database, acting: Insider, now: Now, bulk_id: int) -> Bulk:
    """Say how far it has come."""
    return _told(session, acting, bulk_id, now)


@router.get("/{bulk_id}/forecast", summary="What it would do", responses=NOT_HERE)
def forecast(session: Database, acting: Insider, now: Now, bulk_id: int) -> Forecast:
    """Say beforehand what it does to the clocks, and who will be told: each person once."""
    view = bulks.bulk(session, acting, bulk_id, now)
    return Forecast.model_validate(bulks.forecast(session, view, acting, now))


@router.get("/{bulk_id}/issues", summary="Its issues", responses=NOT_HERE)
def issues(
    session: Database,
    acting: Insider,
    now: Now,
    bulk_id: int,
    state: Annotated[State | None, Query(description="Only these.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Stretch[Item]:
    """List its issues, each with what became of it and why it was refused."""
    bulks.bulk(session, acting, bulk_id, now)
    rows = bulks.items(session, bulk_id, state=state, after=number(cursor), limit=limit + 1)
    kept, following = cut(rows, limit, lambda row: row.issue_id)
    return Stretch[Item](items=[_item(one) for one in kept], next=following)


@router.put("/{bulk_id}", summary="Change a preview", responses=NOT_HERE | STALE)
def change(session: Database, acting: Mover, now: Now, bulk_id: int, body: Details) -> Bulk:
    """Preview the same issues anew with other details."""
    bulk.change(session, bulk_id, body.plain(), by=acting, now=now)
    return _told(session, acting, bulk_id, now)


@router.post("/{bulk_id}/start", summary="Start", responses=NOT_HERE | STALE)
def start(session: Database, acting: Mover, now: Now, bulk_id: int) -> Bulk:
    """Let the worker do what was previewed, in batches; what somebody moves meanwhile is refused."""
    bulk.start(session, bulk_id, by=acting, now=now)
    return _told(session, acting, bulk_id, now)


@router.post("/{bulk_id}/stop", summary="Stop", responses=NOT_HERE | STALE)
def stop(session: Database, acting: Mover, now: Now, bulk_id: int) -> Bulk:
    """Leave alone what was not done yet."""
    bulk.stop(session, bulk_id, by=acting, now=now)
    return _told(session, acting, bulk_id, now)


@router.post("/{bulk_id}/undo", summary="Take back", responses=NOT_HERE | STALE)
def undo(session: Database, acting: Mover, now: Now, bulk_id: int) -> Bulk:
    """Take back every move of it that nobody has built on since; for an hour after its end."""
    bulk.undo(session, bulk_id, by=acting, now=now)
    return _told(session, acting, bulk_id, now)


def _told(session: Database, acting: people.Actor, bulk_id: int, now: datetime) -> Bulk:
    session.flush()
    return Bulk.model_validate(bulks.bulk(session, acting, bulk_id, now))


def _item(row: bulks.ItemView) -> Item:
    why = Why(key=row.why.key, sentence=sentences.of(row.why).detail) if row.why is not None else None
    return Item(
        issue_id=row.issue_id, title=row.title, language=row.language, state=row.state, move_id=row.move_id, why=why
    )
