"""What a program asks of the promises: a period, as things stand now, narrowed to one group or to itself."""

from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Query
from pydantic import AwareDatetime

from api.dependencies import Actor, Now
from triage.promises import checked_period, group_of
from triage.refusals import NotYours
from triage.standing import Scope

LAST = timedelta(days=7)

Timezone = Annotated[str, Query(max_length=64, description="The zone of its days.", examples=["Asia/Tehran"])]


def scope(
    acting: Actor,
    now: Now,
    start: Annotated[
        AwareDatetime | None,
        Query(
            alias="from",
            description="The first moment; a week before `to` if left out.",
            examples=["2026-11-14T00:00:00Z"],
        ),
    ] = None,
    to: Annotated[
        AwareDatetime | None, Query(description="Not included; now if left out.", examples=["2026-11-21T00:00:00Z"])
    ] = None,
    within: Annotated[
        str,
        Query(max_length=200, description="One group alone; `topic:` is what has none.", examples=["department:1"]),
    ] = "",
    member_id: Annotated[int | None, Query(description="You, and only you: nobody is ranked here.")] = None,
) -> Scope:
    """Return what is asked; raise `BadInput` for what makes no sense, `NotYours` for another person."""
    if member_id is not None and member_id != acting.member_id:
        raise NotYours(verb="promises", department=None, ask=[])
    end = to or now
    found = Scope(start or end - LAST, end, now, group_of(within), member_id)
    checked_period(found, "UTC")
    return found


Asked = Annotated[Scope, Depends(scope)]
