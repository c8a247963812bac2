"""The cast at work in the demo's past: plans made when issues open, carried out as real moves by real actors."""

import heapq
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.demo import aftermath, words
from api.demo import cast as casting
from api.demo.brand import OWN_HANDLES
from api.demo.cast import OWNERS, Matter, Step
from api.demo.posts import Post
from api.demo.words import LANGUAGES
from triage import move, people
from triage.models import OPEN, Department, Issue
from triage.people import Actor
from triage.refusals import Refusal

GREETED = ("complaint", "bug", "question", "praise", "idea", "lead")


class Crew:
    """Who is at work, what each of them means to do next, and the words they find for it."""

    def __init__(self, session: Session, members: Mapping[str, int], now: datetime, dice: Random) -> None:
        self._session = session
        self._now = now
        self._dice = dice
        self._actors: dict[str, Actor] = {name: people.actor_of(session, number) for name, number in members.items()}
        self._departments = {one.key: one for one in people.departments(session)}
        self._steps: list[tuple[datetime, int, int, Step]] = []
        self._posts: dict[int, Post] = {}
        self._issues: dict[str, int] = {}  # the ids some lines have -> the issue that opened with them
        self._count = 0
        self.refused: list[str] = []

    def meet(self, issue: Issue, post: Post) -> None:
        """Plan what will be done with an issue that just opened."""
        self._posts[issue.id] = post
        if post.said.id:
            self._issues[post.said.id] = issue.id
        matter = Matter(post.said, issue.posted_at, issue.opened_at, issue.late_found, self._key(issue.department_id))
        for step in casting.plan(matter, self._now, Random(f"{post.key}/{issue.opened_at:%H%M}")):
            self._plan(issue.id, step)

    def act(self, until: datetime) -> None:
        """Carry out what was planned up to `until`, each move at its own moment."""
        while self._steps and self._steps[0][0] <= until:
            at, _, issue_id, step = heapq.heappop(self._steps)
            issue = self._session.get_one(Issue, issue_id, populate_existing=True)
            if issue.status not in OPEN and step.verb not in ("reopen", "follow_up"):
                continue
            try:
                VERBS[step.verb](self, issue, step, at)
            except Refusal as refusal:
                # what was planned no longer fits: somebody merged it, or its author came back
                self.refused.append(f"{step.verb}: {refusal.key}")

    # the moves

    def acknowledge(self, issue: Issue, step: Step, at: datetime) -> None:
        """Lina says that they are heard, in their language."""
        post = self._posts[issue.id]
        sort = post.said.kind if post.said.kind in GREETED else "praise"
        language = post.said.language if post.said.language in LANGUAGES else "en"
        who = words.cast().of(f"who.{OWNERS[step.data]}", language)[0]
        line = self._dice.choice(words.cast().of(f"ack.{sort}", language))
        said = line.format(name=_first_name(post), who=who)
        move.acknowledge(self._session, issue.id, by=self._actors[step.who], seen=issue.version, now=at, words=said)

    def hand_over(self, issue: Issue, step: Step, at: datetime) -> None:
        """Lina gives it to a department, now and then with a remark."""
        said = self._say(f"hand.{step.data}") if self._dice.random() < 0.35 else ""
        department = self._departments[step.data]
        move.hand_over(
            self._session, issue.id, department.id, by=self._actors[step.who], seen=issue.version, now=at, words=said
        )

    def accept(self, issue: Issue, step: Step, at: datetime) -> None:
        """The owner takes it over."""
        move.accept(self._session, issue.id, by=self._actors[step.who], seen=issue.version, now=at)

    def bounce(self, issue: Issue, step: Step, at: datetime) -> None:
        """The owner hands it back, and says why."""
        said = self._say(f"bounce.{step.data}")
        move.bounce(self._session, issue.id, by=self._actors[step.who], seen=issue.version, now=at, words=said)

    def note(self, issue: Issue, step: Step, at: datetime) -> None:
        """A line for colleagues."""
        move.note(self._session, issue.id, self._say("note"), by=self._actors[step.who], now=at)

    def private(self, issue: Issue, step: Step, at: datetime) -> None:
        """The talk goes on elsewhere."""
        move.go_private(self._session, issue.id, step.data, by=self._actors[step.who], seen=issue.version, now=at)

    def pause(self, issue: Issue, step: Step, at: datetime) -> None:
        """Wait for the author, for a number of hours."""
        until = at + timedelta(hours=float(step.data))
        said = self._say("pause")
        move.pause(self._session, issue.id, until, by=self._actors[step.who], seen=issue.version, now=at, words=said)

    def resume(self, issue: Issue, step: Step, at: datetime) -> None:
        """The author answered elsewhere: the clock runs again."""
        move.resume(self._session, issue.id, by=self._actors[step.who], seen=issue.version, now=at)

    def resolve(self, issue: Issue, step: Step, at: datetime) -> None:
        """It ends; one resolution in a few was about money."""
        said = self._say(f"resolve.{step.data}")
        refund = "given" if "efund" in said else "solved_without" if step.data == "care" else "not_asked"
        customer = self._dice.choices(("stays", "unknown", "leaves"), (78, 17, 5))[0]
        outcome = {"refund": refund, "customer": customer, "afterwards": self._say("afterwards")}
        move.resolve(
            self._session, issue.id, outcome, by=self._actors[step.who], seen=issue.version, now=at, words=said
        )
        aftermath.link(self._session, issue, self._posts[issue.id].said.text, self._actors[step.who], at)
        if step.data == "care":
            due = aftermath.owe(self._session, issue, self._actors[step.who], at)
            self._plan(issue.id, Step(due + timedelta(minutes=40), step.who, "follow_up"))

    def follow_up(self, issue: Issue, step: Step, at: datetime) -> None:
        """Ask the author the next day how it is now."""
        said = Random(issue.id).choice(words.cast().of("followed"))
        aftermath.ask(self._session, issue, said, self._actors[step.who], at)

    def dismiss(self, issue: Issue, step: Step, at: datetime) -> None:
        """Nobody has to answer this."""
        said = self._say("dismiss")
        move.dismiss(self._session, issue.id, by=self._actors[step.who], seen=issue.version, now=at, words=said)

    def reopen(self, issue: Issue, step: Step, at: datetime) -> None:
        """It was not over after all."""
        said = self._say("reopen")
        move.reopen(self._session, issue.id, by=self._actors[step.who], seen=issue.version, now=at, words=said)

    def merge(self, issue: Issue, step: Step, at: datetime) -> None:
        """The same matter as another one, if that one is still open."""
        into = self._issues.get(step.data)
        if into is not None and into != issue.id:
            move.merge(self._session, issue.id, into, by=self._actors[step.who], seen=issue.version, now=at)

    def _plan(self, issue_id: int, step: Step) -> None:
        # what lies in the last minutes and ahead is left to the visitor
        if step.at < self._now - timedelta(minutes=20):
            heapq.heappush(self._steps, (step.at, self._count, issue_id, step))
            self._count += 1

    def _say(self, sort: str) -> str:
        return self._dice.choice(words.cast().of(sort))

    def _key(self, department_id: int | None) -> str | None:
        found = self._session.get(Department, department_id) if department_id is not None else None
        return found.key if found and found.key in OWNERS else None


VERBS: Mapping[str, Callable[[Crew, Issue, Step, datetime], None]] = {
    name: getattr(Crew, name)
    for name in (
        *("acknowledge", "hand_over", "accept", "bounce", "note", "private", "pause", "resume", "resolve"),
        *("dismiss", "reopen", "merge", "follow_up"),
    )
}


def open_issues(session: Session, after: int) -> list[Issue]:
    """Return the issues that opened since the one numbered `after`, oldest first."""
    return list(session.scalars(select(Issue).where(Issue.id > after).order_by(Issue.id)))


def _first_name(post: Post) -> str:
    name = words.author(post.said.author).name
    first = name.split()[0].strip(".,")
    return name if post.said.author in OWN_HANDLES or len(first) < 3 else first
