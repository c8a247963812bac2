"""The trail of settings: who changed what, and what stood there before."""

import re
from datetime import datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from api.dependencies import LEADERS, Database
from api.errors import NotAllowed
from api.locales.words import Words
from api.pages.frame import Insider
from api.reader import Reader
from api.rendering import frame_of, page
from triage import people
from triage.find import audits

router = APIRouter()

MOST = 50
TABLES = {"digest": "digest", "role": "role", "state": "feed_state", "kind": "topic_kind", "source": "source"}
_CLOCK = re.compile(r"\d\d:\d\d")
PLACES = {
    "feed": "/feeds/{id}", "topic": "/topics/{id}", "department": "/departments/{id}",
    "membership": "/departments/{id}", "member": "/people?change={id}#change", "policy": "/policy",
    "flowchart": "/flowchart",
}  # fmt: skip


@router.get("/changes")
def index(
    request: Request,
    session: Database,
    acting: Insider,
    subject: Annotated[str, Query(max_length=40)] = "",
    id: Annotated[int | None, Query(ge=1)] = None,
    by: Annotated[str, Query(max_length=20)] = "",
    first: Annotated[str, Query(max_length=40)] = "",
    last: Annotated[str, Query(max_length=40)] = "",
    before: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    """Show changes, the newest first, narrowed to a thing, a person or some days."""
    if acting.role not in LEADERS:
        raise NotAllowed(role=str(acting.role))
    reader = frame_of(request).reader
    start, end = reader.typed(first), reader.typed(last)
    rows = audits.trail(
        session, subject=subject or None, subject_id=id, by_id=int(by) if by.isdigit() else None, start=start,
        end=end + timedelta(days=1) if end else None, before=before, limit=MOST + 1,
    )  # fmt: skip
    asked = {"subject": subject, "id": id or "", "by": by, "first": first, "last": last}
    kept = {name: value for name, value in asked.items() if value}
    following = urlencode({**kept, "before": rows[MOST - 1].id}) if len(rows) > MOST else ""
    return page(
        request,
        "settings/changes.html",
        changes=rows[:MOST],
        asked=asked,
        narrowed=bool(kept),
        following=following,
        subjects=audits.subjects(session),
        members=people.members(session),
        places=PLACES,
        told=told,
    )


def told(reader: Reader, value: Any, field: str = "") -> str:
    """Write one value of a change as the reader would: moments in their zone, lists in a row, nothing as a dash."""
    words = Words(reader.catalogue)
    if field in TABLES and isinstance(value, str):
        return words(TABLES[field], value)
    if value is None or value in ("", [], {}):
        return "–"
    if isinstance(value, bool):
        return words("answer", "yes" if value else "no")
    if isinstance(value, float | int):
        return reader.number(value, 0 if value == int(value) else 2)
    if isinstance(value, list) and len(value) == 2 and all(_CLOCK.fullmatch(str(one)) for one in value):
        return "–".join(reader.digits(one) for one in value)
    if isinstance(value, list):
        return _between(reader).join(told(reader, one) for one in value)
    if isinstance(value, dict):
        return _between(reader).join(
            f"{words('audit_part', words('weekday', name))}: {told(reader, one)}" for name, one in value.items()
        )
    return _moment(reader, str(value))


def _between(reader: Reader) -> str:
    return str(reader.catalogue.pgettext("between two of a list", ", "))


def _moment(reader: Reader, text: str) -> str:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return reader.moment(at, full=True) if at.tzinfo else text
