"""How well we hear: what people confirmed and corrected, by language; what reads each; what was learnt from it."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy.orm import Session

from api.dependencies import LEADERS, Database, Now
from api.errors import NotAllowed
from api.pages.frame import Insider
from api.reader import Reader
from api.rendering import back, frame_of, page
from listener import corrections, learned, reading
from listener.corrections import Accuracy
from listener.learned import NoSuchModel
from listener.models import Aspect, LearnedKinds
from triage import people
from triage.refusals import NoSuch

router = APIRouter()

Days = Annotated[int, Query(ge=1, le=3660)]
FEW = 20  # judged ones below which a share says nothing
MOST_CONFUSIONS = 12
MOST_MODELS = 20
NAMES = ("language", "aspect", "confirmed", "corrected", "left_unsure", "share", "share_from", "share_to")


@dataclass(frozen=True, slots=True)
class Told:
    """What people said of one aspect of one language; few say too little for a share."""

    language: str
    aspect: str
    confirmed: int
    corrected: int
    unsure: int
    share: float | None
    band: tuple[float, float] | None

    @property
    def judged(self) -> int:
        """How many were right or wrong; what was left unsure is neither."""
        return self.confirmed + self.corrected

    @property
    def is_few(self) -> bool:
        """Whether the share would say more than they know."""
        return self.judged < FEW


@dataclass(frozen=True, slots=True)
class Mistaken:
    """One thing taken for another, and how often."""

    aspect: str
    language: str
    said: str
    becomes: str
    count: int


def leader(acting: Insider) -> people.Actor:
    """Let in only those who decide what judges."""
    if acting.role not in LEADERS:
        raise NotAllowed(role=str(acting.role))
    return acting


Leader = Annotated[people.Actor, Depends(leader)]


@router.get("/hearing")
def show(request: Request, session: Database, acting: Insider, days: Days = 90) -> Response:
    """Show how well each language is heard, as far as people said so, and what reads it."""
    reader = frame_of(request).reader
    start = _start(reader, days)
    told = corrections.accuracy(session, since=start, until=None)
    cells = [_told(one) for one in told]
    enough = sorted((one for one in cells if not one.is_few), key=lambda one: one.share or 0.0)
    return page(
        request,
        "hearing/page.html",
        days=days,
        start=start,
        cells={(one.language, one.aspect): one for one in cells},
        spoken=_by_size(cells),
        aspects=[aspect.value for aspect in Aspect],
        judged=sum(one.judged for one in cells),
        right=sum(one.confirmed for one in cells),
        worst=enough[0] if enough else None,
        best=enough[-1] if len(enough) > 1 else None,
        few=FEW,
        # what was left unsure is no mistake
        mistaken=[one for one in _mistaken(told) if one.said != "unsure"][:MOST_CONFUSIONS],
        readings=reading.readings(),
        models=learned.models(session, limit=MOST_MODELS),
        in_force={language: one.version for language, one in learned.in_force(session).models.items()},
        names=_names(session),
        may_decide=acting.role in LEADERS,
        missing=[reader.language_name(language) for language in reading.missing()],
    )


@router.post("/hearing/models/{model_id}/back")
def take_back(session: Database, acting: Leader, now: Now, model_id: int) -> Response:
    """Take a model back: the one before it judges again, or the rules do."""
    return _decided(session, model_id, lambda: learned.take_back(session, model_id, by_id=acting.member_id, now=now))


@router.post("/hearing/models/{model_id}/force")
def take_force(session: Database, acting: Leader, now: Now, model_id: int) -> Response:
    """Let a model judge because a person says so."""
    return _decided(session, model_id, lambda: learned.take_force(session, model_id, by_id=acting.member_id, now=now))


@router.get("/hearing.csv")
def table(request: Request, session: Database, acting: Insider, days: Days = 90) -> Response:
    """Return the same as CSV, its keys in English so that programs can rely on them."""
    start = _start(frame_of(request).reader, days)
    told = corrections.accuracy(session, since=start, until=None)
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["since", *NAMES])
    for one in map(_told, told):
        share = "" if one.share is None else f"{one.share:.4f}"
        band = ["", ""] if one.band is None else [f"{edge:.4f}" for edge in one.band]
        rows.writerow(
            [start.isoformat(), one.language, one.aspect, one.confirmed, one.corrected, one.unsure, share, *band]
        )
    rows.writerow([])
    rows.writerow(["since", "language", "aspect", "it_said", "it_was", "times"])
    for wrong in _mistaken(told):
        rows.writerow([start.isoformat(), wrong.language, wrong.aspect, wrong.said, wrong.becomes, wrong.count])
    # the mark at the start lets spreadsheets read it as UTF-8
    return Response(
        "\ufeff" + text.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="hearing-{days}-days.csv"'},
    )


def _decided(session: Session, model_id: int, decide: Callable[[], LearnedKinds | None]) -> Response:
    try:
        stands = decide()
    except NoSuchModel as no:
        if no.standing is None:
            raise NoSuch("model", model_id) from None
        return back("/hearing#learnt", "model_decided_already")
    return back("/hearing#learnt", "model_judges" if stands else "rules_judge")


def _names(session: Session) -> dict[int, str]:
    return {member.id: member.name for member in people.members(session)}


def _start(reader: Reader, days: int) -> datetime:
    """Whole days of the reader's zone, today included."""
    return datetime.combine(reader.local(reader.now).date() - timedelta(days=days - 1), time(), reader.zone)


def _told(one: Accuracy) -> Told:
    return Told(one.language, one.aspect, one.agreed, one.corrected, one.unsure, one.share, one.band)


def _by_size(cells: Sequence[Told]) -> list[str]:
    """Return the languages, the one people said most of first."""
    said: dict[str, int] = {}
    for one in cells:
        said[one.language] = said.get(one.language, 0) + one.judged + one.unsure
    return sorted(said, key=lambda language: (-said[language], language))


def _mistaken(told: Sequence[Accuracy]) -> list[Mistaken]:
    """Return what was taken for what, the most frequent first; a topic is told as yes or no."""
    found = [
        Mistaken(one.aspect, one.language, wrong.said, wrong.becomes, wrong.count)
        for one in told
        for wrong in one.confusions
    ]
    return sorted(found, key=lambda one: (-one.count, one.aspect, one.language, one.said, one.becomes))
