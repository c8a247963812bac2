"""What a journey stands on: feeds, topics, an owner for each department, and a program that works issues through the API."""

import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass

from sqlalchemy import select

from api import accounts
from api.accounts import Scope
from bench.rude import KINDS, RudeServer
from bench.service import Service
from listener import feeds, ingest, listening
from listener.clock import utc_now
from listener.database import transaction
from triage import people
from triage.models import Issue, Role, Status

TOPICS = {
    "Everything in English": "lang:en",
    "فارسی و عربی": "lang:fa OR lang:ar",
    "Money": 'money OR price OR "refund" OR پول OR قیمت OR فلوس OR كسف OR כסף',
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where the pusher pushes, and the token in whose name issues are worked."""

    push_feed_id: int
    push_secret: str
    token: str


def set_up(server: RudeServer) -> Place:
    """Add the feeds, the topics and the people; everything is due at once."""
    now = utc_now()
    with transaction() as session:
        for name, query in TOPICS.items():
            listening.create(session, name=name, kind="brand", query=query, now=now)
        for number, department in enumerate(people.departments(session)):
            owner = people.create_member(
                session, name=f"Owner {number}", email=f"owner{number}@example.org", role=Role.OWNER, now=now
            )
            people.join_department(session, owner.id, department.id, is_lead=True)
        lina = people.create_member(session, name="Lina", email="lina@example.org", role=Role.LISTENER, now=now)
        account = accounts.account_of(session, lina.id)
        _, token = accounts.create_token(
            session, account.id, name="journey", scopes=[Scope.TRIAGE], now=now, expires_at=None
        )
        for language, kind in KINDS.items():
            source, options = ("mastodon", {"tag": "brand"}) if kind == "mastodon" else ("rss", {})
            address = server.address(language)
            feeds.create(session, source=source, name=language, address=address, options=options, interval=1.0, now=now)
        feeds.create(session, source="rss", name="trap", address=f"{server.base}/trap", interval=1.0, now=now)
        secret = ingest.new_secret()
        pushed = feeds.create(session, source="push", name="partner", address="", credential=secret, now=now)
        return Place(pushed.id, secret, token)


def work_issues(service: Service, place: Place, most: int) -> None:
    """Acknowledge and hand over up to `most` waiting issues through the API, as a listener's program would."""
    with transaction() as session:
        departments = [one.id for one in people.departments(session)]
        waiting = select(Issue.id).where(Issue.status == Status.TRIAGE).order_by(Issue.triage_due).limit(most)
        ids = list(session.scalars(waiting))
    for number, issue_id in enumerate(ids):
        _move(service, place, issue_id, "acknowledge", {"words": "We have heard you."})
        _move(service, place, issue_id, "hand-over", {"department_id": departments[number % len(departments)]})


def _move(service: Service, place: Place, issue_id: int, verb: str, body: dict[str, object], tries: int = 40) -> None:
    """Do one move on the version that stands now; ask again when somebody was faster or the API is being restarted."""
    for _ in range(tries):
        try:
            with transaction() as session:
                issue = session.get_one(Issue, issue_id)
                if (verb == "hand-over" and issue.handed_at) or (verb == "acknowledge" and issue.acknowledged_at):
                    return
                seen = issue.version
            _post(f"{service.base}/api/v1/issues/{issue_id}/{verb}", body | {"seen": seen}, place.token)
            return
        except urllib.error.HTTPError as refused:
            if refused.code not in (409, 502, 503):
                raise RuntimeError(f"{verb} of issue {issue_id}: {refused.code} {refused.read()[:300]!r}") from refused
        except OSError:
            pass
        time.sleep(0.25)
    raise RuntimeError(f"{verb} of issue {issue_id} did not go through in {tries} tries")


def _post(url: str, body: dict[str, object], token: str) -> None:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers, method="POST")
    with urllib.request.urlopen(request, timeout=10):
        pass
