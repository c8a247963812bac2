"""How well we hear, as people's corrections tell it, and what was learnt from them."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, Field
from sqlalchemy.orm import Session

from api.accounts import Scope
from api.dependencies import LEADERS, Database, Now, require
from api.v1.paging import Cursor, Limit, Shape, Stretch, cut, example, number
from api.v1.problems import NOT_HERE, STALE
from api.v1.shapes import Name
from listener import corrections, learned
from listener.learned import NoSuchModel
from listener.models import Aspect, LearnedKinds, Standing
from triage import people
from triage.refusals import NoSuch, Refusal

router = APIRouter(tags=["hearing"])
Insider = Annotated[people.Actor, Depends(require())]
Leader = Annotated[people.Actor, Depends(require(*LEADERS, scope=Scope.ADMIN))]

WINDOW = timedelta(days=30)
_ACCURACY = {
    "aspect": "kind", "language": "fa", "agreed": 41, "corrected": 9, "unsure": 4, "share": 0.82, "low": 0.69,
    "high": 0.9, "confusions": [{"said": "praise", "becomes": "complaint", "count": 5}],
}  # fmt: skip
_FIGURES = {
    "macro_f1": 0.71, "accuracy": 0.73, "answered": 0.82,
    "kinds": {"complaint": {"count": 21, "precision": 0.7, "recall": 0.76}},
}  # fmt: skip
_MODEL = {
    "id": 3, "language": "en", "standing": "in_force", "examples": 250, "trained_at": "2026-11-21T10:00:00Z",
    "decided_at": "2026-11-21T10:00:00Z", "decided_by": None,
    "report": {
        "n": 75, "learned_from": 175, "margin": 0.0662, "rules": _FIGURES, "learned": _FIGURES, "in_force": None,
        "languages": {"en": 250}, "from": "2026-11-14T08:00:00+00:00", "until": "2026-11-21T09:40:00+00:00",
    },
}  # fmt: skip


class Confusion(Shape):
    """How often the judges said one thing where a person says another."""

    said: str
    becomes: str
    count: int


class Accuracy(Shape):
    """What people said of one aspect in one language. `unsure` was left to a person: neither right nor wrong.

    People correct what is wrong sooner than they confirm what is right, so `share` is rather too low. Between `low` and
    `high` it lies in 95 of 100 cases; all three are null where there was nothing to be right about.
    """

    model_config = example(_ACCURACY)

    aspect: Aspect
    language: str
    agreed: int
    corrected: int
    unsure: int
    share: float | None
    low: float | None
    high: float | None
    confusions: list[Confusion]


class Hearing(Shape):
    """How well we heard in a time."""

    model_config = example({"since": "2026-10-22T12:00:00Z", "until": None, "items": [_ACCURACY]})

    since: datetime
    until: datetime | None
    items: list[Accuracy]


class Model(Shape):
    """A model of kinds, learnt for one language ("mul": for all that have few corrections), with its report.

    `standing`: it judges (`in_force`), was not better by the margin (`worse`), gave way to another (`replaced`), or a
    person took it back (`taken_back`). `decided_by` is null where the round of learning decided. The report tells what
    the rules and the learnt model made of the newest corrections, which neither had seen.
    """

    model_config = example(_MODEL)

    id: int
    language: str
    standing: Standing
    examples: int
    report: dict[str, Any]
    trained_at: datetime
    decided_at: datetime
    decided_by: Name | None


class InForce(Shape):
    """What judges a language's kinds now: a model, or null: the rules."""

    model_config = example({"language": "en", "model": _MODEL})

    language: str
    model: Model | None = Field(description="Null: the rules.")


@router.get("/hearing", summary="Ask how well we hear")
def read(
    session: Database,
    acting: Insider,
    now: Now,
    since: Annotated[AwareDatetime | None, Query(description="30 days ago if left out.")] = None,
    until: Annotated[AwareDatetime | None, Query(description="Not included.")] = None,
) -> Hearing:
    """Say how often people agreed with our judgements, by aspect and language, and what was taken for what."""
    start = since or now - WINDOW
    return Hearing(
        since=start,
        until=until,
        items=[_accuracy(one) for one in corrections.accuracy(session, since=start, until=until)],
    )


@router.get("/learned-kinds", summary="List what was learnt")
def models(session: Database, acting: Insider, cursor: Cursor = None, limit: Limit = 50) -> Stretch[Model]:
    """List the models of kinds with their reports, newest first."""
    rows, following = cut(learned.models(session, cursor=number(cursor), limit=limit + 1), limit, lambda row: row.id)
    return Stretch[Model](items=_models(session, rows), next=following)


@router.get("/learned-kinds/{model_id}", summary="Read what was learnt", responses=NOT_HERE)
def model(session: Database, acting: Insider, model_id: int) -> Model:
    """Read one model's report."""
    try:
        return _models(session, [learned.model(session, model_id)])[0]
    except NoSuchModel:
        raise NoSuch("learned_kinds", model_id) from None


@router.post("/learned-kinds/{model_id}/take-back", summary="Take a model back", responses=NOT_HERE | {409: STALE[409]})
def take_back(session: Database, acting: Leader, now: Now, model_id: int) -> InForce:
    """Let the model that judges now judge no more: the one before it does again, or the rules."""
    try:
        row = learned.model(session, model_id)
        earlier = learned.take_back(session, model_id, by_id=acting.member_id, now=now)
    except NoSuchModel as none:
        raise _refusal(none, model_id, "This model does not judge now, so it cannot be taken back.") from none
    return InForce(language=row.language, model=_models(session, [earlier])[0] if earlier else None)


@router.post(
    "/learned-kinds/{model_id}/take-force", summary="Let a model judge", responses=NOT_HERE | {409: STALE[409]}
)
def take_force(session: Database, acting: Leader, now: Now, model_id: int) -> InForce:
    """Let this model judge its language from now on, whatever its report says."""
    try:
        row = learned.take_force(session, model_id, by_id=acting.member_id, now=now)
    except NoSuchModel as none:
        raise _refusal(none, model_id, "This model judges already.") from none
    return InForce(language=row.language, model=_models(session, [row])[0])


def _accuracy(one: corrections.Accuracy) -> Accuracy:
    low, high = one.band or (None, None)
    return Accuracy(
        aspect=Aspect(one.aspect), language=one.language, agreed=one.agreed, corrected=one.corrected,
        unsure=one.unsure, share=one.share, low=low, high=high,
        confusions=[Confusion.model_validate(wrong) for wrong in one.confusions],
    )  # fmt: skip


def _models(session: Session, rows: list[LearnedKinds]) -> list[Model]:
    names = {one.id: Name(id=one.id, name=one.name) for one in people.members(session)}
    return [
        Model(
            id=row.id, language=row.language, standing=Standing(row.standing), examples=row.examples,
            report=row.report, trained_at=row.trained_at, decided_at=row.decided_at,
            decided_by=names.get(row.decided_by_id or 0),
        )
        for row in rows
    ]  # fmt: skip


def _refusal(none: NoSuchModel, model_id: int, sentence: str) -> Refusal:
    return NoSuch("learned_kinds", model_id) if none.standing is None else Refusal(sentence=sentence)
