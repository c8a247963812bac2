"""Rows as files: CSV for spreadsheets and JSON lines for programs, written as they are read."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal

from fastapi.responses import Response, StreamingResponse

from api.dependencies import Opening
from triage.find import behind
from triage.find.behind import Number
from triage.rights import Actor
from triage.standing import Scope

Form = Literal["csv", "jsonl"]
TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}
BATCH = 5000
# what a spreadsheet takes for the beginning of a formula, wide forms too
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def issues(open_one: Opening, acting: Actor, scope: Scope, number: Number, form: Form, name: str) -> Response:
    """Answer with the issues behind a number as a file called `name`, those `acting` may see.

    Rows are read in batches, each in a transaction of its own, and sent on at once.
    """
    return _file(_written(_issues(open_one, acting, scope, number), form), form, name)


def table(rows: Iterable[Mapping[str, Any]], form: Form, name: str) -> Response:
    """Answer with some rows as a file called `name`."""
    return _file(_written([[*rows]], form), form, name)


def cell(value: Any) -> str | int | float | bool:
    """Return a value as a spreadsheet may read it: text that would run as a formula stays text."""
    if value is None:
        return ""
    if isinstance(value, str):
        return "'" + value if value.startswith(_FORMULA) else value
    if isinstance(value, date):  # a datetime too
        return value.isoformat()
    return value if isinstance(value, int | float | bool) else str(value)


def _issues(open_one: Opening, acting: Actor, scope: Scope, number: Number) -> Iterator[Sequence[Mapping[str, Any]]]:
    after = 0
    while True:
        with open_one() as session:
            ids = behind.behind(session, scope, number, limit=BATCH, after=after)
            rows = behind.told(session, acting, ids)
        yield rows
        if len(ids) < BATCH:
            return
        after = ids[-1]


def _written(batches: Iterable[Sequence[Mapping[str, Any]]], form: Form) -> Iterator[str]:
    """Write batch by batch; a file of no rows is empty but for the mark of its encoding."""
    if form == "jsonl":
        for rows in batches:
            yield "".join(json.dumps(row, default=_plain, ensure_ascii=False) + "\n" for row in rows)
        return
    yield "\ufeff"  # lets spreadsheets read it as UTF-8
    headed = False
    for rows in batches:
        text = io.StringIO()
        written = csv.writer(text)
        for row in rows:
            if not headed:
                written.writerow(row)
                headed = True
            written.writerow([cell(value) for value in row.values()])
        yield text.getvalue()


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime | date) else str(value)


def _file(lines: Iterator[str], form: Form, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"', "Cache-Control": "no-store"}
    return StreamingResponse(lines, media_type=TYPES[form], headers=headers)
