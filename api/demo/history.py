"""The demo's two weeks, lived through by the real rooms with `now` stepping: polls, verdicts, moves, spikes."""

from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.demo import charting, outside, past, present
from api.demo.answers import answer, feeds
from api.demo.brand import CAST, DEPARTMENTS, DOMAIN, OWN_HANDLES, PLACES, TOPICS, Place
from api.demo.crew import Crew, open_issues
from api.demo.emergency import Emergency
from api.demo.papers import identity, pushed
from api.demo.past import QUIET, Calendar
from api.demo.posts import WINDOW, Post
from listener import detect, ingest, listening, poll, targets
from listener import feeds as feeding
from listener.heard import Ask, Reply
from listener.models import Feed, Mention
from triage import crisis, escalate, notify, people, route
from triage.models import Issue, Lane

STEP, NIGHT_STEP = timedelta(hours=1), timedelta(hours=2)
SMALL_STEP = timedelta(minutes=15)  # where much happens: the spike, and the last hours
JUDGED_EVERY = timedelta(hours=6)  # and at each small step, and when the quiet half day ends
UNREAD = timedelta(hours=20)  # notices older than this were read
AWAY = timedelta(minutes=105), timedelta(minutes=30)  # Conor is out before the end, until he is missed


class AtHand:
    """Asks the demo's feeds without a socket: the same pages its server would give at that moment."""

    def __init__(self, posts: list[Post], now: datetime) -> None:
        self._posts = posts
        self.now = now

    def fetch(self, ask: Ask, *, etag: str | None = None, last_modified: str | None = None) -> Reply:
        """Return what the server would answer."""
        headers = {"If-None-Match": etag} if etag else {}
        near = [post for post in self._posts if self.now - WINDOW < post.seen_at <= self.now]
        made = answer(ask.url, headers, near, self.now)
        return Reply(status=made.status, url=ask.url, headers=made.headers, body=made.body)


class Fortnight:
    """Two weeks that end at `now`, in one session that somebody else commits."""

    def __init__(self, session: Session, now: datetime, origin: str, seed: int = 1) -> None:
        self._session = session
        self._calendar = Calendar(now)
        self._posts = [*past.posts(now, seed), *present.posts(now - WINDOW, now)]
        self._posts.sort(key=lambda post: post.shelf)
        self._known = {identity(post): post for post in self._posts}
        self._at_hand = AtHand(self._posts, self._calendar.start)
        self._feeds: dict[str, int] = {}
        self._members: dict[str, int] = {}
        self._origin = origin
        self._dice = Random(seed)
        self._last_issue = session.scalar(select(func.max(Issue.id))) or 0
        self._missed = False

    def live(self) -> None:
        """Lay the ground as it was two weeks ago, then live through them step by step."""
        start, now = self._calendar.start, self._calendar.now
        self._lay(start)
        crew = Crew(self._session, self._members, now, self._dice)
        emergency = Emergency(self._session, self._members)
        at = judged = start
        while at < now:
            before, at = at, min(at + self._step(at), now)
            crew.act(at)
            emergency.act(at)
            self._conor_is_out(at)
            if self._hear(before, at):
                route.round(self._session, at)
                self._meet(crew)
            self._escalate(at)
            if self._is_busy(at) or at - judged >= JUDGED_EVERY or at == now:
                # a session this long remembers rows that were changed under it
                self._session.expire_all()
                detect.judge_round(self._session, at)
                crisis.round(self._session, at)
                judged = at
        for number in self._members.values():
            self._read_notices(number)

    def _is_busy(self, at: datetime) -> bool:
        since_spike, since_quiet = at - self._calendar.spike, at - self._calendar.quiet
        spikes = timedelta(0) <= since_spike < timedelta(hours=2)
        returns = QUIET - STEP <= since_quiet < QUIET
        return spikes or returns or at >= self._calendar.end

    def _step(self, at: datetime) -> timedelta:
        if self._is_busy(at):
            return SMALL_STEP
        return NIGHT_STEP if at.hour < 6 else STEP

    def _lay(self, start: datetime) -> None:
        departments = {one.key: one for one in people.departments(self._session)}
        for key, name in DEPARTMENTS.items():
            if key not in departments:
                departments[key] = people.create_department(self._session, key=key, name=name, is_demo=True)
        for person in CAST:
            made = people.create_member(
                self._session, name=person.name, email=person.email, role=person.role, now=start, is_demo=True
            )
            self._members[person.name] = made.id
            if person.department:
                people.join_department(self._session, made.id, departments[person.department].id, is_lead=True)
        for topic in TOPICS:
            heard = listening.create(
                self._session, name=topic.name, kind=topic.kind, query=topic.query, now=start, is_demo=True
            )
            targets.aim(self._session, heard.id, topic.good_day, by_id=self._members["Max"], now=start)
        charting.publish(self._session, self._members["Ada"], self._calendar.now)
        addresses = feeds(self._origin)
        for place in PLACES:
            row = feeding.create(
                self._session, source=place.source, address=addresses.get(place.word, f"https://{DOMAIN}{place.path}"),
                now=start, name=place.name, options=place.options, interval=place.interval,
                own_handles=own_handles(place), is_demo=True,
                credential=ingest.new_secret() if place.source == "push" else None,
            )  # fmt: skip
            self._feeds[place.word] = row.id
        outside.log(self._session, self._calendar, self._members["Lina"], self._feeds)

    def _hear(self, after: datetime, at: datetime) -> bool:
        """Poll the feeds that have something new, and take what the contact form sends; say whether anything came."""
        new = [post for post in self._posts if after < post.seen_at <= at]
        edited = [post for post in self._posts if post.edited_at and after < post.edited_at <= at]
        words = {post.said.place for post in (*new, *edited)}
        if at == self._calendar.now:
            words |= {place.word for place in PLACES if place.source != "push"}
        self._at_hand.now = at
        for word in sorted(words - {"desk"}):
            poll.round_of(self._feeds[word], self._at_hand, self._same_session, lambda: at)
        for post in new:
            if post.said.place == "desk":
                desk = self._session.get_one(Feed, self._feeds["desk"])
                ingest.receive(self._session, desk, pushed([post], at), post.key, post.seen_at)
        return bool(words)

    def _same_session(self) -> AbstractContextManager[Session]:
        return nullcontext(self._session)

    def _meet(self, crew: Crew) -> None:
        for issue in open_issues(self._session, self._last_issue):
            self._last_issue = issue.id
            native_id = self._session.get_one(Mention, issue.first_mention_id).native_id
            crew.meet(issue, self._known[native_id])
            self._missed = self._missed or issue.lane == Lane.NOBODY

    def _escalate(self, at: datetime) -> None:
        if self._session.scalar(select(Issue.id).where(Issue.escalate_at <= at).limit(1)) is not None:
            escalate.round(self._session, at)

    def _conor_is_out(self, at: datetime) -> None:
        """Let Conor be away near the end until one issue found nobody: the lane that raises an alarm is not empty."""
        now = self._calendar.now
        out = now - AWAY[0] <= at < now - AWAY[1] and not self._missed
        member = people.member(self._session, self._members["Conor"])
        if member.active == out:
            people.update_member(self._session, member.id, active=not out)

    def _read_notices(self, member_id: int) -> None:
        before = self._calendar.now - UNREAD
        found = notify.mine(self._session, member_id, unread=True, limit=10_000)
        old = [one.id for one in found if one.created_at < before]
        if old:
            notify.mark_read(self._session, member_id, before, old)


def own_handles(place: Place) -> list[str]:
    """Return our accounts as one feed names them."""
    if place.source == "mastodon":
        return [f"{handle}@{place.host}" for handle in OWN_HANDLES]
    return [f"https://{place.host}/u/{handle}" for handle in OWN_HANDLES] if place.word == "forum" else []
