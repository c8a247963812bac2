"""Every route of the API, everybody of the cast, every scope: who gets in, and who is turned away."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI

from api.accounts import Scope
from tests.api.conftest import NAMES, Bearer, SignIn, TestClient, door

INSIDERS = frozenset({"cara", "conor", "petra", "lina", "max", "ada"})
HEARERS = frozenset({"lina", "max", "ada"})
LEADERS = frozenset({"max", "ada"})
ADMIN = frozenset({"ada"})
EVERYBODY = frozenset(NAMES)

# operation -> who, and the scope a token needs (None: no token may)
TABLE: dict[str, tuple[frozenset[str], Scope | None]] = {
    "me_read": (EVERYBODY, Scope.READ),
    "me_change": (EVERYBODY, Scope.TRIAGE),
    "me_try_out": (INSIDERS, Scope.TRIAGE),
    **dict.fromkeys(
        ("issues_index", "issues_lanes", "issues_read", "issues_snooze_effect", "views_index", "views_read", "promises_read", "promises_issues",
         "promises_course", "promises_export", "promises_coming", "promises_curve", "promises_waits",
         "promises_misroutes", "promises_beside", "mentions_index",
         "mentions_read", "authors_index", "authors_standings", "authors_read", "authors_card", "authors_absent",
         "authors_alike", "authors_mentions", "persons_index", "persons_read", "persons_changes", "reputation_read",
         "reputation_mentions", "topics_index", "topics_check",
         "topics_preview", "topics_read", "topics_alarm", "topics_back_test_alarm", "feeds_index", "feeds_read", "volume_read", "days_index", "days_read", "days_targets", "spikes_index", "spikes_read",
         "spikes_moments", "spikes_sentence", "spikes_notices", "events_index", "events_read", "hushes_index", "hushes_read",
         "flowchart_current", "flowchart_versions", "flowchart_version", "flowchart_picture", "departments_index",
         "departments_read", "corrections_index", "hearing_read", "hearing_models", "hearing_model", "members_index", "members_read", "notices_index", "notices_read"),
        (INSIDERS, Scope.READ),
    ),
    # who may do which move to which issue is the verbs' own table; here: who may ask at all
    **dict.fromkeys(
        ("moves_acknowledge", "moves_hand_over", "moves_accept", "moves_bounce", "moves_note", "moves_private",
         "moves_pause", "moves_resume", "moves_resolve", "moves_dismiss", "moves_reopen", "moves_merge", "moves_part",
         "moves_split",
         "moves_snooze", "moves_wake", "views_make", "views_change", "views_delete"),
        (INSIDERS, Scope.TRIAGE),
    ),
    **dict.fromkeys(("answering_index", "answering_compare", "answering_read"), (INSIDERS, Scope.READ)),
    **dict.fromkeys(("answering_create", "answering_change", "answering_remove"), (LEADERS, Scope.ADMIN)),
    "answering_take_back": (INSIDERS, Scope.TRIAGE),
    **dict.fromkeys(("bulks_index", "bulks_read", "bulks_forecast", "bulks_issues"), (INSIDERS, Scope.READ)),
    **dict.fromkeys(
        ("bulks_create", "bulks_change", "bulks_start", "bulks_stop", "bulks_undo"), (INSIDERS, Scope.TRIAGE)
    ),
    **dict.fromkeys(
        ("persons_create", "persons_change", "persons_remove", "persons_join", "persons_part"),
        (HEARERS, Scope.TRIAGE),
    ),
    **dict.fromkeys(
        ("spikes_snooze", "spikes_wake", "spikes_judge", "days_aim", "events_create", "events_change", "events_remove",
         "hushes_mute", "hushes_maintain", "hushes_end"),
        (HEARERS, Scope.TRIAGE),
    ),
    "topics_set_alarm": (HEARERS, Scope.TRIAGE),
    **dict.fromkeys(
        ("follow_ups_index", "follow_ups_of_issue", "follow_ups_who", "links_of_issue", "links_index", "links_evidence"),
        (INSIDERS, Scope.READ),
    ),
    **dict.fromkeys(
        ("follow_ups_owe", "follow_ups_end", "follow_ups_told", "links_link", "links_unlink"), (INSIDERS, Scope.TRIAGE)
    ),
    "links_rename": (HEARERS, Scope.TRIAGE),
    **dict.fromkeys(("drafts_index", "drafts_read", "presences_read"), (INSIDERS, Scope.READ)),
    **dict.fromkeys(
        ("drafts_keep", "drafts_remove", "presences_attend", "presences_leave"), (INSIDERS, Scope.TRIAGE)
    ),
    **dict.fromkeys(("corrections_create", "corrections_undo"), (INSIDERS, Scope.TRIAGE)),
    **dict.fromkeys(("crises_index", "crises_read", "sweep_read"), (INSIDERS, Scope.READ)),
    **dict.fromkeys(("crises_declare", "sweep_mark"), (HEARERS, Scope.TRIAGE)),
    # whoever has a role in a crisis may act in it
    **dict.fromkeys(
        ("crises_assign", "crises_instruct", "crises_hold", "crises_note", "crises_stand_down"),
        (INSIDERS, Scope.TRIAGE),
    ),
    **dict.fromkeys(("hearing_take_back", "hearing_take_force"), (LEADERS, Scope.ADMIN)),
    **dict.fromkeys(
        ("flowchart_drafts", "flowchart_draft", "flowchart_compared", "flowchart_reroutes"), (INSIDERS, Scope.READ)
    ),
    **dict.fromkeys(("flowchart_check", "flowchart_dry_run", "flowchart_preview_reroute"), (HEARERS, Scope.READ)),
    **dict.fromkeys(
        ("flowchart_begin_draft", "flowchart_rewrite_draft", "flowchart_undo_draft", "flowchart_discard_draft",
         "flowchart_add_step", "flowchart_change_step", "flowchart_remove_step", "flowchart_move_step"),
        (HEARERS, Scope.TRIAGE),
    ),
    **dict.fromkeys(("flowchart_publish_draft", "flowchart_reroute"), (ADMIN, Scope.ADMIN)),
    **dict.fromkeys(
        ("topics_create", "topics_change", "topics_remove", "feeds_preview", "feeds_create", "feeds_change",
         "feeds_remove", "feeds_ask", "feeds_try_again", "feeds_renew", "feeds_deliveries", "feeds_replay", "feeds_rejections",
         "flowchart_publish", "departments_create", "departments_change", "members_create", "members_change",
         "members_sign_in_link", "webhooks_index", "webhooks_create", "webhooks_change", "webhooks_renew",
         "webhooks_remove", "webhooks_deliveries", "webhooks_replay"),
        (ADMIN, Scope.ADMIN),
    ),
    "audits_index": (LEADERS, Scope.READ),
    **dict.fromkeys(("policies_index", "policies_preview"), (INSIDERS, Scope.READ)),
    **dict.fromkeys(("policies_create", "policies_remove"), (ADMIN, Scope.ADMIN)),
    **dict.fromkeys(("tokens_index", "tokens_create", "tokens_end"), (INSIDERS, None)),
}  # fmt: skip
BY_SIGNATURE = {"ingest_deliver"}


def operations(app: FastAPI) -> Iterator[tuple[str, str, str]]:
    """Every (operation, method, path) of the API, its places filled with ids nobody has."""
    for path, methods in app.openapi()["paths"].items():
        for method, operation in methods.items():
            filled = path
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "path":
                    filled = filled.replace("{" + parameter["name"] + "}", "999999999")
            yield operation["operationId"], method, filled


ROUTES = sorted(operations(door()))


def knock(client: TestClient, method: str, path: str) -> int:
    body: dict[str, Any] = {"json": {}} if method in ("post", "patch", "put") else {}
    status: int = client.request(method.upper(), path, **body).status_code
    return status


def test_the_table_names_every_route() -> None:
    assert {operation for operation, _, _ in ROUTES} == set(TABLE) | BY_SIGNATURE


def test_nobody_gets_in_without_saying_who_they_are(visitor: TestClient) -> None:
    found = {operation: knock(visitor, method, path) for operation, method, path in ROUTES}
    assert found == {operation: 404 if operation in BY_SIGNATURE else 401 for operation in found}


@pytest.mark.parametrize("name", NAMES)
def test_a_role_reaches_what_the_table_says_and_nothing_else(signed_in: SignIn, name: str) -> None:
    client = signed_in(name)
    for operation, method, path in ROUTES:
        if operation in BY_SIGNATURE:
            continue
        status = knock(client, method, path)
        if name in TABLE[operation][0]:
            assert status not in (401, 403, 500), f"{name} {operation}: {status}"
        else:
            assert status == 403, f"{name} {operation}: {status}"


@pytest.mark.parametrize("held", list(Scope))
def test_a_token_reaches_what_its_scope_says_and_nothing_else(bearer: Bearer, held: Scope) -> None:
    order = list(Scope)
    client = bearer("ada", held)
    for operation, method, path in ROUTES:
        if operation in BY_SIGNATURE:
            continue
        wanted = TABLE[operation][1]
        status = knock(client, method, path)
        if wanted is not None and order.index(wanted) <= order.index(held):
            assert status not in (401, 403, 500), f"{held} {operation}: {status}"
        else:
            assert status == 403, f"{held} {operation}: {status}"


def test_a_token_reaches_no_further_than_the_role_of_its_owner(bearer: Bearer) -> None:
    client = bearer("cara", Scope.ADMIN)
    assert client.get("/api/v1/webhooks").status_code == 403
    assert client.get("/api/v1/feeds").status_code == 200


def test_a_token_opens_no_page(bearer: Bearer) -> None:
    answer = bearer("ada", Scope.ADMIN).get("/inbox")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/signin")


@pytest.mark.parametrize("header", ["Bearer hb_wrong", "Basic YTpi", "Bearer", "hb_wrong"])
def test_a_wrong_token_is_not_excused_by_a_cookie(signed_in: SignIn, header: str) -> None:
    answer = signed_in("ada").get("/api/v1/me", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
