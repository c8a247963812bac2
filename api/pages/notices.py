"""What a person was told."""

from collections.abc import Mapping, Sequence

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from api.dependencies import Database, Now
from api.pages.frame import Insider
from api.reader import Reader
from api.rendering import back, frame_of, page
from listener import find as heard
from triage import notify
from triage.aloud import aloud
from triage.models import Notice

router = APIRouter()

STRETCH = 50


@router.get("/notices")
def index(request: Request, session: Database, acting: Insider, before: int | None = None) -> Response:
    """List one's own notices, newest first."""
    rows = notify.mine(session, acting.member_id, before=before, limit=STRETCH + 1)
    return page(
        request,
        "notices/page.html",
        notices=rows[:STRETCH],
        said=_said(session, rows[:STRETCH], frame_of(request).reader),
        before=rows[STRETCH - 1].id if len(rows) > STRETCH else None,
    )


@router.post("/notices/read")
def read(session: Database, acting: Insider, now: Now) -> Response:
    """Mark all of one's notices as read."""
    notify.mark_read(session, acting.member_id, now)
    return back("/notices", "notices_read")


def _said(session: Session, notices: Sequence[Notice], reader: Reader) -> Mapping[int, str]:
    """Return notice -> its incident in one sentence as it stands now, for the newest notice of each that goes on."""
    newest = {one.spike_id: one for one in reversed(notices) if one.spike_id is not None}
    spikes = {spike_id: heard.spike(session, spike_id) for spike_id in newest}
    return {
        one.id: aloud(spike, spike.cause, reader.language, reader.zone.key, str(one.data.get("topic") or ""))
        for spike_id, one in newest.items()
        if (spike := spikes[spike_id]) is not None and spike.closed_at is None
    }
