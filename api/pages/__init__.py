"""The pages, one file each."""

from fastapi import APIRouter

from api.pages import (
    alarm,
    authors,
    corrections,
    crises,
    demo,
    drafts,
    events,
    feeds,
    flowchart,
    hearing,
    hushes,
    inbox,
    issue,
    me,
    mentions,
    notices,
    palette,
    people,
    presence,
    promises,
    quarantine,
    reputation,
    signin,
    spikes,
    sweep,
    today,
    topics,
)

router = APIRouter()
for one in (
    signin, inbox, issue, promises, mentions, corrections, quarantine, authors, reputation, spikes, today, crises,
    sweep, events, hushes, hearing, feeds, topics, alarm, flowchart, people, me, notices, demo, presence, drafts,
    palette,
):  # fmt: skip
    router.include_router(one.router)
