"""The cast, their three departments and their policy, and a maker of mentions and issues."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from listener.models import Author, Feed, Mention
from triage import ledger, people
from triage.models import (
    Department,
    Issue,
    IssueMention,
    Lane,
    LedgerEntry,
    Member,
    Membership,
    Move,
    Notice,
    Policy,
    Role,
)
from triage.people import Actor

JOINED = timedelta(days=100)


@dataclass(frozen=True)
class Cast:
    """Everybody, as actors; their departments; and the policy (12 h, 24 h, around the clock)."""

    care: Department
    content: Department
    product: Department
    policy: Policy
    cara: Actor
    conor: Actor
    petra: Actor
    lina: Actor
    max: Actor
    ada: Actor
    olaf: Actor


@pytest.fixture
def cast(session: Session, now: datetime) -> Cast:
    """Cara leads care, Conor content, Petra product; Lina listens, Max manages, Ada sets up, Olaf is outside."""
    return cast_of(session, now)


# first name -> role, and the department they lead
WHO: dict[str, tuple[Role, str]] = {
    "cara": (Role.OWNER, "care"), "conor": (Role.OWNER, "content"), "petra": (Role.OWNER, "product"),
    "lina": (Role.LISTENER, ""), "max": (Role.MANAGER, ""), "ada": (Role.ADMIN, ""), "olaf": (Role.OUTSIDER, ""),
}  # fmt: skip


def cast_of(session: Session, now: datetime) -> Cast:
    """Bring in the cast, in three statements: two thousand tests ask for it."""
    long_ago = now - JOINED
    policy = Policy(effective_at=long_ago)
    places = {key: Department(key=key, name=key.title()) for key in ("care", "content", "product")}
    members = {
        name: Member(name=name.title(), email=f"{name}@example.org", role=role, created_at=long_ago)
        for name, (role, _) in WHO.items()
    }
    session.add_all([policy, *places.values(), *members.values()])
    session.flush()
    led = {name: places[key].id for name, (_, key) in WHO.items() if key}
    session.add_all(
        Membership(member_id=members[name].id, department_id=place, is_lead=True) for name, place in led.items()
    )
    session.flush()

    def actor(name: str) -> Actor:
        mine = frozenset({led[name]} if name in led else ())
        return Actor(members[name].id, members[name].name, WHO[name][0], mine, mine)

    return Cast(
        care=places["care"], content=places["content"], product=places["product"], policy=policy, cara=actor("cara"),
        conor=actor("conor"), petra=actor("petra"), lina=actor("lina"), max=actor("max"), ada=actor("ada"),
        olaf=actor("olaf"),
    )  # fmt: skip


@dataclass
class Maker:
    """Makes mentions and issues as the rooms would, and reads what became of them."""

    session: Session
    now: datetime
    policy: Policy
    feed: Feed
    numbers: Any = field(default_factory=lambda: count(1))

    def author(self, handle: str = "reza", **values: Any) -> Author:
        """Make somebody who speaks."""
        made = Author(
            **{"source": "rss", "native_id": f"a{next(self.numbers)}", "handle": handle, "name": handle.title(),
               "first_heard_at": self.now, "last_heard_at": self.now} | values
        )  # fmt: skip
        return self._added(made)

    def mention(self, *, posted_at: datetime | None = None, heard_at: datetime | None = None, **values: Any) -> Mention:
        """Make one mention, posted and heard at `now` unless said otherwise."""
        if self.feed is None:
            self.feed = self._added(
                Feed(
                    source="rss", name="Forum", address="https://example.org/feed", created_at=self.now, due_at=self.now
                )
            )
        number = next(self.numbers)
        posted = posted_at or self.now
        made = Mention(
            **{"feed_id": self.feed.id, "source": "rss", "native_id": f"m{number}", "text": f"It broke, number {number}.",
               "posted_at": posted, "heard_at": heard_at or max(posted, self.now), "language": "en",
               "thread": f"rss:m{number}", "mood": "negative", "kind": "complaint"} | values
        )  # fmt: skip
        return self._added(made)

    def issue(
        self,
        *mentions: Mention,
        posted_at: datetime | None = None,
        heard_at: datetime | None = None,
        opened_at: datetime | None = None,
        **values: Any,
    ) -> Issue:
        """Open an issue over the mentions (one is made if none is given), with its triage clock running."""
        members = mentions or (self.mention(posted_at=posted_at, heard_at=heard_at),)
        first = members[0]
        opened = opened_at or first.heard_at
        made = Issue(
            **{"title": first.text, "language": first.language, "policy_id": self.policy.id, "first_mention_id": first.id,
               "mention_count": len(members), "author_id": first.author_id, "source": first.source,
               "thread": first.thread, "kind": first.kind, "mood": first.mood, "posted_at": first.posted_at,
               "heard_at": first.heard_at, "opened_at": opened} | values
        )  # fmt: skip
        terms = people.terms_of(self.policy)
        ledger.begin(made, terms)
        self._added(made)
        ledger.open_promises(self.session, [(made, None)], terms, opened)
        if made.late_found:
            made.lane = Lane.LATE
        for mention in members:
            self.session.add(
                IssueMention(mention_id=mention.id, issue_id=made.id, joined_by="opened", joined_at=opened)
            )
        self.session.flush()
        return made

    def lines(self, issue: Issue, promise: str | None = None) -> list[tuple[str, str, datetime]]:
        """Return an issue's ledger as (promise, event, at), oldest first."""
        wanted = select(LedgerEntry).where(LedgerEntry.issue_id == issue.id).order_by(LedgerEntry.id)
        rows = self.session.scalars(wanted)
        return [(row.promise, row.event, row.at) for row in rows if promise in (None, row.promise)]

    def moves(self, issue: Issue) -> list[Move]:
        """Return an issue's moves, oldest first."""
        return list(self.session.scalars(select(Move).where(Move.issue_id == issue.id).order_by(Move.id)))

    def notices(self, issue: Issue, reason: str | None = None) -> list[tuple[int | None, str, str]]:
        """Return the in-app notices of an issue as (member, reason, step), oldest first."""
        wanted = select(Notice).where(Notice.issue_id == issue.id, Notice.channel == "inapp").order_by(Notice.id)
        rows = self.session.scalars(wanted)
        return [(row.member_id, row.reason, str(row.data["step"])) for row in rows if reason in (None, row.reason)]

    def _added(self, row: Any) -> Any:
        self.session.add(row)
        self.session.flush()
        return row


@pytest.fixture
def make(session: Session, now: datetime, cast: Cast) -> Maker:
    """The maker of mentions and issues."""
    feed = Feed(source="rss", name="Forum", address="https://example.org/feed", created_at=now, due_at=now)
    session.add(feed)
    session.flush()
    return Maker(session, now, cast.policy, feed)
