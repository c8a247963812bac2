"""The cast in the demo's one crisis: who leads and speaks, what is said meanwhile, and what was learnt."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from triage import people, steering
from triage.models import Crisis, CrisisRole

MINUTE = timedelta(minutes=1)
LINE = "Say nothing about the subscription until Petra confirms what 2.8 does."
HOLDING = (
    "We hear you. Since this morning's update some of you find keep-warm stopping after two hours. We are finding out "
    "why, and we will say more here at five o'clock. Nobody has to buy anything."
)
CALLED = "Two papers called. I said what the statement says, and that we speak again at five."
LEARNT = (
    "Firmware 2.8 switched keep-warm off for everybody without Pilora Plus; it was meant for the new model alone. "
    "2.8.1 takes it back, and everybody who wrote has an answer. Learnt: no change that takes something away leaves "
    "the house without a word to the listeners first, and the update notes are read by somebody who owns a pot."
)


class Emergency:
    """What the cast does in a crisis the alarm declared, each step at its own minute after it."""

    def __init__(self, session: Session, members: Mapping[str, int]) -> None:
        self._session = session
        self._actors = {name: people.actor_of(session, number) for name, number in members.items()}
        self._done: dict[int, int] = {}  # crisis -> steps taken

    def act(self, until: datetime) -> None:
        """Take the steps whose time has come in every crisis of the demo that stands."""
        wanted = select(Crisis).where(Crisis.is_demo, Crisis.stood_down_at.is_(None)).order_by(Crisis.id)
        for crisis in self._session.scalars(wanted).all():
            for minutes, step in _STEPS[self._done.get(crisis.id, 0) :]:
                at = crisis.opened_at + minutes * MINUTE
                if at > until:
                    break
                step(self, crisis, at)
                self._done[crisis.id] = self._done.get(crisis.id, 0) + 1

    def _assign(self, crisis: Crisis, at: datetime) -> None:
        max_ = self._actors["Max"]
        holders = {CrisisRole.LEAD: "Max", CrisisRole.SPEAKER: "Lina", CrisisRole.APPROVER: "Petra"}
        for role, name in holders.items():
            number = self._actors[name].member_id
            steering.assign(self._session, crisis.id, role, number, by=max_, seen=crisis.version, now=at)

    def _instruct(self, crisis: Crisis, at: datetime) -> None:
        steering.instruct(self._session, crisis.id, LINE, by=self._actors["Max"], seen=crisis.version, now=at)

    def _hold(self, crisis: Crisis, at: datetime) -> None:
        steering.hold(self._session, crisis.id, HOLDING, by=self._actors["Petra"], seen=crisis.version, now=at)

    def _note(self, crisis: Crisis, at: datetime) -> None:
        steering.note(self._session, crisis.id, CALLED, by=self._actors["Lina"], now=at)

    def _stand_down(self, crisis: Crisis, at: datetime) -> None:
        steering.stand_down(self._session, crisis.id, LEARNT, by=self._actors["Max"], seen=crisis.version, now=at)


_STEPS: tuple[tuple[int, Callable[[Emergency, Crisis, datetime], None]], ...] = (
    (6, Emergency._assign),
    (9, Emergency._instruct),
    (31, Emergency._hold),
    (95, Emergency._note),
    (1290, Emergency._stand_down),
)
