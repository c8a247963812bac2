"""How a refusal looks in the OpenAPI document."""

from typing import Any

from pydantic import BaseModel, Field

from api.sentences import REFUSALS
from api.v1.paging import example

MEDIA_TYPE = "application/problem+json"
_STALE = {
    "type": "urn:hearback:problem:someone_was_faster",
    "title": "Someone was faster",
    "status": 409,
    "detail": "Cara was faster: hand_over at 2026-11-21 11:58 UTC. Nothing of yours was sent; read what is new, "
    "then decide again.",
    "key": "someone_was_faster",
    "data": {
        "issue_id": 41, "version": 8, "status": "handed", "by": "Cara", "by_id": 1, "move": "hand_over",
        "at": "2026-11-21T11:58:20Z", "to": "Product",
    },
}  # fmt: skip
_MALFORMED = {
    "type": "urn:hearback:problem:malformed",
    "title": "Something to mend",
    "status": 422,
    "detail": "Some values cannot be taken as they are.",
    "key": "malformed",
    "errors": [{"field": "query.limit", "sentence": "This is 200 or less."}],
}


class FieldTrouble(BaseModel):
    """One field and what to do about it."""

    field: str = Field(examples=["body.query"])
    sentence: str = Field(examples=["This is needed."])


class Problem(BaseModel):
    """A refusal as RFC 9457 has it. `key` is for programs and never changes; `title` and `detail` are for people."""

    model_config = example(_STALE, _MALFORMED)

    type: str
    title: str
    status: int
    detail: str
    key: str
    data: dict[str, Any] | None = Field(default=None, description="What the sentence was made of.")
    errors: list[FieldTrouble] | None = Field(default=None, description="One entry for each field that is wrong.")
    error_id: str | None = Field(default=None, description="What to look for in the log.")


def _said(status: int, *keys: str) -> dict[str, Any]:
    examples = {
        key: {
            "value": {
                "type": f"urn:hearback:problem:{key}",
                "title": REFUSALS[key][0],
                "status": status,
                "detail": REFUSALS[key][1],
                "key": key,
            }
        }
        for key in keys
    }
    return {
        "model": Problem,
        "description": REFUSALS[keys[0]][0],
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples}},
    }


# what every route may answer
PROBLEMS: dict[int | str, dict[str, Any]] = {
    401: _said(401, "not_signed_in"),
    403: _said(403, "not_allowed", "scope_missing"),
    422: _said(422, "malformed", "bad_input"),
    500: _said(500, "unexpected"),
    503: _said(503, "database_away"),
}
NOT_HERE: dict[int | str, dict[str, Any]] = {404: _said(404, "no_such")}
STALE: dict[int | str, dict[str, Any]] = {
    409: _said(409, "someone_was_faster", "held", "not_now", "nobody_eligible"),
    428: _said(428, "version_missing"),
}
PUSHED: dict[int | str, dict[str, Any]] = {
    401: _said(401, "ingest_unsigned", "ingest_badly_signed", "ingest_too_old"),
    413: _said(413, "ingest_too_large"),
    422: _said(422, "ingest_malformed", "ingest_too_many"),
    429: _said(429, "too_many"),
}
