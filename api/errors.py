"""What went wrong, said properly: RFC 9457 problems for programs, a page for people, and nothing leaked."""

import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import structlog
from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy.exc import DataError, OperationalError
from starlette.exceptions import HTTPException

from api import sentences
from api.rendering import frame_of, page
from listener.events import BadEvent
from listener.hushes import BadHush
from listener.incidents import BadSnooze
from listener.ingest import Refusal as NotTaken
from listener.listening import BadTopic
from listener.sources import BadFeed
from listener.targets import BadTarget
from listener.topics import QueryError
from triage import refusals
from triage.flowchart import ChartError
from triage.refusals import Refusal

log = structlog.get_logger(__name__)
MEDIA_TYPE = "application/problem+json"


class NotSignedIn(Refusal):
    """Nobody is signed in, or the token is not one of ours."""

    key = "not_signed_in"


class NotAllowed(Refusal):
    """The role or the token's scope does not reach this far. `data`: `role`, `scope`, where they matter."""

    key = "not_allowed"


class VersionMissing(Refusal):
    """A move came without saying which version of the issue it was decided on."""

    key = "version_missing"


class TooMany(Refusal):
    """More calls than a minute allows. `data`: `seconds` until the next one."""

    key = "too_many"


class TooLarge(Refusal):
    """More bytes than this door takes. `data`: `limit`."""

    key = "too_large"


STATUS: dict[type[Refusal], int] = {
    Refusal: 409,
    refusals.SomeoneWasFaster: 409,
    refusals.NotNow: 409,
    refusals.NobodyEligible: 409,
    refusals.NotYours: 403,
    refusals.NoSuch: 404,
    refusals.ReasonNeeded: 422,
    refusals.BadInput: 422,
    NotSignedIn: 401,
    NotAllowed: 403,
    VersionMissing: 428,
    TooMany: 429,
    TooLarge: 413,
}


def status_of(refusal: Refusal) -> int:
    """Return the HTTP status of a refusal: its own, or that of the nearest kind it is one of."""
    return next(STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS)


def install(app: FastAPI) -> None:
    """Give every error its answer."""
    app.add_exception_handler(Refusal, refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    for mistake in (BadTopic, BadFeed, BadEvent, BadHush, BadSnooze, BadTarget, QueryError, ChartError, NotTaken):
        app.add_exception_handler(mistake, _mistaken)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(OperationalError, _database_away)
    app.add_exception_handler(DataError, _no_such_value)


def problem(
    status: int, key: str, title: str, detail: str, headers: Mapping[str, str] | None = None, **more: Any
) -> JSONResponse:
    """Return one RFC 9457 problem; `key` never changes, words may."""
    body = {"type": f"urn:hearback:problem:{key}", "title": title, "status": status, "detail": detail, "key": key}
    return JSONResponse(jsonable_encoder(body | more), status, headers, MEDIA_TYPE)


def unexpected(request: Request, error: BaseException) -> Response:
    """Log what nobody expected under an id, and answer with that id alone."""
    error_id = secrets.token_hex(4)
    log.error("unexpected", error_id=error_id, error=type(error).__name__, exc_info=error)
    told = sentences.Told("unexpected", {"error_id": error_id})
    return _answer(request, 500, told, error_id=error_id)


def refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    status = status_of(error)
    headers = {}
    if isinstance(error, NotSignedIn):
        if not _is_api(request):
            return _to_sign_in(request)
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, TooMany):
        headers["Retry-After"] = str(error.data.get("seconds", 60))
    return _answer(request, status, sentences.of(error), headers, data=error.data)


def _mistaken(request: Request, error: Exception) -> Response:
    """Answer what the floors below found wrong with something a person wrote; their sentence is the exact one."""
    match error:
        case BadTopic():
            fields = [{"field": f"body.{error.field}", "sentence": error.sentence}]
            data = {"position": error.position} if error.position is not None else {}
            return _answer(request, 422, sentences.Told("bad_topic", sentence=error.sentence), errors=fields, data=data)
        case BadEvent() | BadHush() | BadSnooze() | BadTarget():
            return refused(request, refusals.BadInput(error.field, error.sentence))
        case QueryError():
            told = sentences.Told("bad_query", sentence=error.sentence)
            return _answer(request, 422, told, data={"position": error.position, "pointed": error.pointed()})
        case ChartError():
            fields = [{"field": f"line {one.line}", "sentence": one.sentence} for one in error.problems]
            told = sentences.Told("bad_chart", sentence=error.sentence)
            return _answer(request, 422, told, errors=fields, data={"problems": list(error.problems)})
        case NotTaken():
            status = {"malformed": 422, "too_many": 422, "too_large": 413}.get(error.key, 401)
            return _answer(request, status, sentences.Told(f"ingest_{error.key}", sentence=error.sentence))
        case _:
            return _answer(request, 422, sentences.Told("bad_feed", sentence=str(error)))


def _malformed(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    catalogue = None if _is_api(request) else frame_of(request).reader.catalogue
    return _answer(request, 422, sentences.Told("malformed"), errors=sentences.fields(error.errors(), catalogue))


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if isinstance(error.__cause__, Refusal):
        # reading a body turns whatever goes wrong into a bare 400; ours knows better
        return refused(request, error.__cause__)
    key = {404: "no_such_page", 405: "no_such_method", 413: "too_large"}.get(error.status_code, "refused")
    return _answer(request, error.status_code, sentences.Told(key), error.headers)


def _database_away(request: Request, error: Exception) -> Response:
    log.warning("database_away", error=str(getattr(error, "orig", error)).partition("\n")[0])
    return _answer(request, 503, sentences.Told("database_away"), {"Retry-After": "5"})


def _no_such_value(request: Request, error: Exception) -> Response:
    """A number beyond 64 bits, or a zero byte in a text: no row can hold it, so somebody sent it on purpose."""
    log.warning("no_such_value", error=str(getattr(error, "orig", error)).partition("\n")[0])
    return _answer(request, 422, sentences.Told("no_such_value"))


def _answer(
    request: Request, status: int, told: sentences.Told, headers: Mapping[str, str] | None = None, **more: Any
) -> Response:
    if _is_api(request):
        return problem(status, told.key, told.title, told.detail, headers, **more)
    catalogue = frame_of(request).reader.catalogue
    answer = page(
        request,
        "error.html",
        status=status,
        title=told.title_in(catalogue),
        sentence=told.detail_in(catalogue),
        key=told.key,
        fields=more.get("errors", []),
        error_id=more.get("error_id", ""),
    )
    answer.headers.update(headers or {})
    return answer


def _is_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def _to_sign_in(request: Request) -> Response:
    url = "/signin"
    if request.method == "GET" and request.url.path != "/":
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        url += "?" + urlencode({"next": wanted})
    if request.headers.get("hx-request") == "true":
        return Response(status_code=204, headers={"HX-Redirect": url})
    return RedirectResponse(url, 303)
