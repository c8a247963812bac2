"""The promised times: the edition in force, those before and to come, and a new one with what it would change."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from api.dependencies import Database, Now
from api.errors import status_of
from api.pages.frame import Administrator, Insider
from api.pages.wrong import wrong_of
from api.rendering import back, frame_of, page
from triage import policies
from triage.models import Policy, Role
from triage.refusals import BadInput, Refusal

router = APIRouter()

# in the order they are read, with those most people never touch last
FIRST = ("triage_hours", "resolution_hours")
REST = ("late_after_hours", "late_hours", "at_risk_hours", "pause_hours", "reopen_hours", "join_hours")


class Wish(BaseModel):
    """The form of an edition; hours as people write them."""

    name: str = Field(default="", max_length=200)
    triage_hours: str = Field(default="", max_length=20)
    resolution_hours: str = Field(default="", max_length=20)
    late_after_hours: str = Field(default="", max_length=20)
    late_hours: str = Field(default="", max_length=20)
    pause_hours: str = Field(default="", max_length=20)
    reopen_hours: str = Field(default="", max_length=20)
    join_hours: str = Field(default="", max_length=20)
    at_risk_hours: str = Field(default="", max_length=20)
    warn_at: str = Field(default="", max_length=60)
    begins: str = Field(default="", max_length=40)

    @property
    def numbers(self) -> dict[str, Any]:
        """The numbers, or `BadInput` for what is none."""
        found: dict[str, Any] = {name: _number(name, getattr(self, name)) for name in (*FIRST, *REST)}
        steps = self.warn_at.replace(",", " ").replace("٪", " ").replace("%", " ").replace("،", " ").split()
        try:
            return {**found, "warn_at": [int(step) for step in steps]}
        except ValueError:
            raise BadInput("warn_at", "Warnings are at most nine different whole percents between 1 and 99.") from None


@router.get("/policy")
def index(request: Request, session: Database, acting: Insider, now: Now) -> Response:
    """Show what is promised now, and every edition there was or will be."""
    return _page(request, session, now)


@router.post("/policy/try")
def try_out(
    request: Request, session: Database, acting: Administrator, now: Now, wish: Annotated[Wish, Form()]
) -> Response:
    """Show what these numbers would have made of the last month. Nothing is kept."""
    try:
        policies.check(wish.numbers)
        tried = policies.effect(session, wish.numbers, now)
    except Refusal as refusal:
        return _refused(request, session, now, wish, refusal)
    return _page(request, session, now, wish=wish, tried=tried)


@router.post("/policy")
def add(
    request: Request, session: Database, acting: Administrator, now: Now, wish: Annotated[Wish, Form()]
) -> Response:
    """Write a new edition, in force now or from the moment it names."""
    begins = frame_of(request).reader.typed(wish.begins)
    try:
        with session.begin_nested():
            made = policies.new_policy(session, now=now, name=wish.name, effective_at=begins, **wish.numbers)
    except Refusal as refusal:
        return _refused(request, session, now, wish, refusal)
    key = "policy_comes" if made.effective_at > now else "policy_in_force"
    return back("/policy", key, name=made.name, at=frame_of(request).reader.moment(made.effective_at))


@router.post("/policy/{policy_id}/withdraw")
def withdraw(session: Database, acting: Administrator, now: Now, policy_id: int) -> Response:
    """Take an edition back that is not in force yet."""
    gone = policies.withdraw(session, policy_id, now)
    return back("/policy", "policy_withdrawn", name=gone.name)


def _refused(request: Request, session: Session, now: datetime, wish: Wish, refusal: Refusal) -> Response:
    wrong = wrong_of(request, "policy", refusal)
    return _page(request, session, now, wish=wish, wrong=wrong, status=status_of(refusal))


def _page(request: Request, session: Session, now: datetime, *, status: int = 200, **more: Any) -> Response:
    current = policies.current_policy(session, now)
    editions = policies.editions(session)
    return page(
        request,
        "settings/policy.html",
        status=status,
        current=current,
        to_come=[one for one in editions if one.effective_at > now][::-1],
        before=[one for one in editions if one.effective_at <= now and one.id != current.id],
        running=policies.running(session),
        first=FIRST,
        rest=REST,
        sets_up=frame_of(request).role == Role.ADMIN,
        **{"wish": _wish(current), "tried": None, "wrong": None, **more},
    )


def _wish(policy: Policy) -> Wish:
    numbers = {name: f"{getattr(policy, name):g}" for name in (*FIRST, *REST)}
    return Wish(name=policy.name, warn_at=", ".join(map(str, policy.warn_at)), **numbers)


def _number(name: str, text: str) -> float:
    try:
        return float(text.strip().replace("٫", ".").replace(",", "."))
    except ValueError:
        raise BadInput(name, "Write the hours as a number, like 12 or 0.5.") from None
