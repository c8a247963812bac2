"""Refusals: problems for programs, pages for people, nothing leaked, nothing done for another site."""

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from api import accounts
from api.dependencies import COOKIE, open_session
from api.guard import LARGEST_BODY
from tests.api.conftest import Cast, SignIn, TestClient
from triage import people

FIELDS = {"type", "title", "status", "detail", "key"}


@pytest.mark.parametrize(
    ("method", "path", "status", "key"),
    [
        ("GET", "/api/v1/nothing", 404, "no_such_page"),
        ("PUT", "/api/v1/me", 405, "no_such_method"),
        ("GET", "/api/v1/issues/999999", 404, "no_such"),
        ("GET", "/api/v1/issues/x", 422, "malformed"),
        ("GET", "/api/v1/issues?limit=9999", 422, "malformed"),
        ("GET", "/api/v1/issues?lane=nowhere", 422, "bad_input"),
        ("GET", "/api/v1/mentions?cursor=rubbish", 422, "bad_input"),
        ("GET", "/api/v1/issues?cursor=rubbish", 422, "bad_input"),
        ("GET", "/api/v1/webhooks", 403, "not_allowed"),
        ("GET", "/api/v1/promises?timezone=Mars/Base", 422, "bad_input"),
    ],
)
def test_a_problem_has_the_shape_of_rfc_9457(signed_in: SignIn, method: str, path: str, status: int, key: str) -> None:
    answer = signed_in("max").request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert set(problem) >= FIELDS
    assert problem["status"] == status
    assert problem["key"] == key
    assert problem["type"] == f"urn:hearback:problem:{key}"
    assert problem["title"]
    assert problem["detail"].endswith(".")
    assert "%(" not in problem["detail"]


def test_each_wrong_field_has_a_sentence(signed_in: SignIn) -> None:
    answer = signed_in("ada").post("/api/v1/topics", json={"name": "", "kind": "colour", "size": 3})
    assert {one["field"]: one["sentence"] for one in answer.json()["errors"]} == {
        "body.name": "This needs at least 1 characters.",
        "body.kind": "This is one of: 'brand', 'product', 'person', 'competitor', 'industry', 'influencer', 'campaign' "
        "or 'own_staff'.",
        "body.query": "This is needed.",
        "body.size": "There is no such field here.",
    }


@pytest.mark.parametrize("body", [b"{", b"", b"[1]", b'"x"', b"\xff\xfe", b"null"])
def test_a_body_that_cannot_be_read_is_said_so(signed_in: SignIn, body: bytes) -> None:
    answer = signed_in("ada").post("/api/v1/topics", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_zero_byte_in_words_is_no_server_error(signed_in: SignIn) -> None:
    for path in (
        "/api/v1/mentions?q=%00",
        "/api/v1/issues?words=%00",
        "/api/v1/authors?q=%00",
        "/api/v1/issues?kind=%00",
    ):
        assert signed_in("max").get(path).status_code < 500, path


def test_a_number_too_large_for_a_row_is_no_server_error(signed_in: SignIn) -> None:
    for path in ("issues", "mentions", "authors", "topics", "feeds", "spikes", "departments", "members"):
        answer = signed_in("max").get(f"/api/v1/{path}/{10**30}")
        assert answer.status_code in (404, 422), (path, answer.status_code)


@pytest.fixture
def broken(app: FastAPI) -> Iterator[FastAPI]:
    """The application with a route on which something unexpected happens."""

    def trouble() -> None:
        raise RuntimeError("the password is hunter2")

    app.add_api_route("/api/v1/trouble", trouble)
    app.router.routes.insert(0, app.router.routes.pop())
    yield app
    app.router.routes.pop(0)


def test_something_unexpected_is_answered_with_an_id_and_logged_under_it(broken: FastAPI, visitor: TestClient) -> None:
    with capture_logs() as logs:
        answer = visitor.get("/api/v1/trouble")
    problem = answer.json()
    assert answer.status_code == 500
    assert "hunter2" not in answer.text
    assert problem["error_id"] in problem["detail"]
    (line,) = [log for log in logs if log["event"] == "unexpected"]
    assert line["error_id"] == problem["error_id"]
    assert isinstance(line["exc_info"], RuntimeError)


def test_a_page_says_what_is_missing_in_the_language_of_its_reader(
    signed_in: SignIn, session: Session, cast: Cast
) -> None:
    people.update_member(session, cast.ada.member_id, language="fa")
    answer = signed_in("ada").get("/inbox/news")
    assert answer.status_code == 422
    assert "این لازم است." in answer.text
    assert "This is needed" not in answer.text


def test_a_database_that_is_away_is_a_503_and_says_when_to_come_back(app: FastAPI, visitor: TestClient) -> None:
    def away() -> Iterator[Session]:
        raise OperationalError("SELECT secret", {}, Exception("server closed the connection"))
        yield

    app.dependency_overrides[open_session] = away
    answer = visitor.get("/api/v1/me")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.json()["key"] == "database_away"
    assert "secret" not in answer.text


def test_nobody_is_told_of_what_then_could_not_be_kept(app: FastAPI, session: Session, signed_in: SignIn) -> None:
    ada = signed_in("ada")

    def fails_to_commit() -> Iterator[Session]:
        with session.begin_nested():
            yield session
        raise OperationalError("COMMIT", {}, Exception("server closed the connection"))

    app.dependency_overrides[open_session] = fails_to_commit
    assert ada.post("/api/v1/departments", json={"key": "legal", "name": "Legal"}).status_code == 503


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "same-site", "Origin": "https://other.testserver"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://testserver.evil.example"},
        {},
    ],
)
def test_a_page_of_another_site_can_do_nothing_with_our_cookie(
    app: FastAPI, session: Session, cast: Cast, now: object, headers: dict[str, str], signed_in: SignIn
) -> None:
    ours = signed_in("ada")
    theirs = TestClient(app, headers=headers, cookies={COOKIE: ours.cookies[COOKIE]})
    answer = theirs.post("/api/v1/notices/read", json={})
    assert answer.status_code == 403
    assert answer.json()["key"] == "other_site"
    assert theirs.get("/api/v1/me").status_code == 200
    assert ours.post("/api/v1/notices/read", json={}).status_code == 200


def test_an_act_of_our_own_page_passes_by_origin_alone(app: FastAPI, signed_in: SignIn) -> None:
    ours = TestClient(app, headers={"Origin": "http://testserver"}, cookies={COOKIE: signed_in("ada").cookies[COOKIE]})
    assert ours.post("/api/v1/notices/read", json={}).status_code == 200


def test_a_cross_site_sign_in_is_refused_before_anybody_is_known(app: FastAPI) -> None:
    theirs = TestClient(app, headers={"Origin": "https://evil.example"})
    assert theirs.post("/signin", data={"email": "a@b.example", "password": "x"}).status_code == 403


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_too_large_is_refused_declared_or_not(signed_in: SignIn, declared: bool) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(LARGEST_BODY // 100_000 + 2):
            yield b" " * 100_000

    content = b" " * (LARGEST_BODY + 1) if declared else pieces()
    answer = signed_in("ada").post("/api/v1/topics", content=content, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["key"]) == (413, "too_large")


def test_every_answer_carries_safe_headers_and_a_request_id(visitor: TestClient) -> None:
    for path in ("/signin", "/api/v1/me", "/health", "/static/app.css", "/nothing"):
        headers = visitor.get(path).headers
        policy = headers["content-security-policy"]
        assert "script-src 'self'" in policy
        assert "unsafe-eval" not in policy
        assert "script-src 'self' 'unsafe-inline'" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert re.fullmatch(r"[0-9a-f]{16}", headers["x-request-id"])


def test_a_request_id_that_came_along_is_kept_and_an_odd_one_is_not(visitor: TestClient) -> None:
    assert visitor.get("/health", headers={"X-Request-ID": "abc-12345678"}).headers["x-request-id"] == "abc-12345678"
    assert visitor.get("/health", headers={"X-Request-ID": "a b<script>"}).headers["x-request-id"] != "a b<script>"


def test_the_log_names_the_route_and_never_the_secret_in_its_path(
    session: Session, cast: Cast, visitor: TestClient, now: object
) -> None:
    with capture_logs() as logs:
        visitor.get("/signin/this-is-a-secret")
    assert "this-is-a-secret" not in str(logs)
    assert [log["route"] for log in logs if log["event"] == "request"] == ["/signin/{secret}"]


def test_somebody_not_signed_in_is_led_to_the_way_in_and_back(visitor: TestClient) -> None:
    answer = visitor.get("/issues/41?tab=moves")
    assert (answer.status_code, answer.headers["location"]) == (303, "/signin?next=%2Fissues%2F41%3Ftab%3Dmoves")
    swap = visitor.get("/inbox", headers={"HX-Request": "true"})
    assert swap.headers["hx-redirect"].startswith("/signin")


def test_a_person_is_told_on_a_page(signed_in: SignIn) -> None:
    answer = signed_in("max").get("/nothing/here")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "There is no page at this address." in answer.text


def test_the_cookie_is_out_of_scripts_reach(visitor: TestClient, session: Session, cast: Cast) -> None:
    accounts.set_password(session, cast.cara.member_id, "a long enough secret")
    answer = visitor.post("/signin", data={"email": "cara@example.org", "password": "a long enough secret"})
    cookie = next(value for value in answer.headers.get_list("set-cookie") if value.startswith(COOKIE))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
