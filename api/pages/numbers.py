"""The numbers of the promises as a page asks for them: each is counted when its part of the page is drawn, or never."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import zip_longest

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.curves import Risen, risen
from api.locales.words import Words
from api.pages.asked import Asked
from api.plots import Plot, shares
from api.reader import Reader
from listener.models import Topic
from triage import find, people, presence, promises
from triage.find import beside, coming, course, curve, misroutes, waits
from triage.find.clocks import bounds
from triage.find.queue import cards as cards_of
from triage.models import Department, Issue, Policy, Promise
from triage.pace import Forecast
from triage.people import Actor
from triage.presence import PresenceView
from triage.promises import Group, Report
from triage.standing import Scope

LISTED = 6  # of what will break, on the page itself


@dataclass(frozen=True, slots=True)
class Breaking:
    """One promise that ends soon, with its card and who is at it now."""

    forecast: Forecast
    card: find.Card
    at_work: tuple[PresenceView, ...]

    @property
    def clock(self) -> find.Clock:
        """The clock of the promise that ends."""
        return self.card.triage if self.forecast.running.promise == Promise.TRIAGE else self.card.resolution


class Numbers:
    """What one reader asked; templates read its parts."""

    def __init__(self, session: Session, acting: Actor, reader: Reader, asked: Asked) -> None:
        self._session = session
        self._acting = acting
        self._reader = reader
        self.asked = asked

    @cached_property
    def policy(self) -> Policy:
        """The promises in hours, as they are in force."""
        return people.current_policy(self._session, self._reader.now)

    @cached_property
    def report(self) -> Report:
        """Both promises, as a whole and by group."""
        zone = self._reader.zone.key
        return promises.report(
            self._session, self.asked.scope, by=self.asked.by, timezone=zone, asker=self._acting
        )  # fmt: skip

    @cached_property
    def before(self) -> Report | None:
        """The same of the days it is compared with."""
        scope = self.asked.before
        return promises.report(self._session, scope, timezone=self._reader.zone.key) if scope else None

    def change(self, promise: str) -> float | None:
        """Return by how much the share kept rose since the days before, −1…1; `None` where one of them has none."""
        if self.before is None:
            return None
        now, then = (getattr(one, promise).figures.share for one in (self.report, self.before))
        return None if now is None or then is None else now - then

    @cached_property
    def worst(self) -> Group | None:
        """The group in which most broke, if any stands out."""
        broken = sorted(self.report.groups, key=_broken, reverse=True)
        if len(broken) < 2 or _broken(broken[0]) <= _broken(broken[1]) or broken[0].key is None:
            return None
        return broken[0]

    @cached_property
    def pace(self) -> course.Pace:
        """How long one step of the trend is."""
        return self.asked.step or course.pace_of(self.asked.scope)

    @cached_property
    def steps(self) -> tuple[course.Step, ...]:
        """The trend."""
        return self._course(self.asked.scope)

    @cached_property
    def steps_before(self) -> tuple[course.Step, ...]:
        """The trend of the days it is compared with, step by step beside the other; empty where nothing was due."""
        found = self._course(self.asked.before)[: len(self.steps)] if self.asked.before else ()
        return found if any(step.triage.due or step.resolution.due for step in found) else ()

    @cached_property
    def plot(self) -> Plot | None:
        """The trend as lines; `None` where there is but one step."""
        if len(self.steps) < 2:
            return None
        words = Words(self._reader.catalogue)
        lines = [
            (words("promise", promise), [getattr(step, promise).share for step in self.steps])
            for promise in ("triage", "resolution")
        ]
        if self.steps_before:
            pairs = list(zip_longest(self.steps, self.steps_before))
            lines += [
                ("", [getattr(step, promise).share if step else None for _, step in pairs])
                for promise in ("triage", "resolution")
            ]
        return shares(lines, mirrored=self._reader.direction == "rtl")

    @cached_property
    def coming(self) -> coming.Coming:
        """The next four hours."""
        return coming.coming(self._session, self.asked.scope)

    @cached_property
    def breaking(self) -> tuple[Breaking, ...]:
        """The first of those that will break and that this reader may see."""
        ahead = self.coming.breaking[: LISTED * 4]
        cards = {one.id: one for one in self.cards(one.running.issue_id for one in ahead)}
        here = [one for one in ahead if one.running.issue_id in cards][:LISTED]
        ids = [one.running.issue_id for one in here]
        at_work = presence.at_work(self._session, ids, self._reader.now, but=0)
        return tuple(Breaking(one, cards[one.running.issue_id], at_work.get(one.running.issue_id, ())) for one in here)

    @cached_property
    def curve(self) -> curve.Curve:
        """How long the promise that was asked for takes."""
        return curve.curve(self._session, self.asked.scope, Promise(self.asked.of))

    @cached_property
    def curve_plot(self) -> Risen | None:
        """That curve as a drawing, with half and nine in ten marked; `None` where nothing was met."""
        figures = getattr(self.report, self.asked.of).figures
        if not self.curve.points:
            return None
        whole = self.curve.met / self.curve.due
        marked = [(at, share * whole) for at, share in ((figures.median, 0.5), (figures.p90, 0.9)) if at is not None]
        return risen(self.curve.points, marked, self.hours, mirrored=self._reader.direction == "rtl")

    @property
    def hours(self) -> float:
        """How long the promise of the curve is."""
        return self.policy.triage_hours if self.asked.of == "triage" else self.policy.resolution_hours

    @cached_property
    def waits(self) -> waits.Waits:
        """Where the minutes go."""
        return waits.waits(self._session, self.asked.scope)

    @cached_property
    def waits_bar(self) -> list[tuple[str, float]]:
        """The same as stretches of a bar."""
        return [(f"wait-{part.whom}", part.seconds) for part in self.waits.parts]

    @cached_property
    def waits_label(self) -> str:
        """The same in words, for those who listen."""
        words = Words(self._reader.catalogue)
        parts = [
            f"{words('whom', part.whom)} {self._reader.percent(part.seconds / self.waits.seconds)}"
            for part in self.waits.parts
        ]
        return str(self._reader.catalogue.pgettext("list", ", ")).join(parts)

    @cached_property
    def misroutes(self) -> misroutes.Misroutes:
        """Which questions of the chart lead astray."""
        return misroutes.misroutes(self._session, self.asked.scope)

    @cached_property
    def beside(self) -> beside.Beside:
        """Unanswered, personal replies, refunds, customers, gaps."""
        return beside.beside(self._session, self.asked.scope)

    @cached_property
    def within(self) -> tuple[str, str] | None:
        """What everything is narrowed to and its name; the name is empty for those that have none."""
        if self.asked.scope.within is None:
            return None
        by, key = self.asked.scope.within
        if by in ("department", "topic") and key is not None:
            names = Department if by == "department" else Topic
            return by, self._session.scalar(select(names.name).where(names.id == key)) or ""
        return by, str(key or "")

    def last_day(self, step: course.Step) -> date:
        """Return the last day a step of the trend reaches into."""
        return self._reader.local(step.end - timedelta(microseconds=1)).date()

    def cards(self, ids: Iterable[int]) -> tuple[find.Card, ...]:
        """Return the cards of those of some issues that this reader may see."""
        wanted = select(Issue).where(Issue.id.in_(list(ids)), find.visible(self._acting)).order_by(Issue.id)
        issues = self._session.scalars(wanted).all()
        return cards_of(self._session, issues, self._reader.now, bounds(self._reader.now, self._reader.zone.key))

    def _course(self, scope: Scope | None) -> tuple[course.Step, ...]:
        if scope is None:
            return ()
        edges: list[datetime] = course.edges(scope, self._reader.zone, self.pace)
        return course.course(self._session, scope, edges)


def _broken(group: Group) -> int:
    return group.triage.figures.broken + group.resolution.figures.broken
