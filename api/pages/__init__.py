"""The pages, one file each."""

from fastapi import APIRouter

from api.pages import (
    access,
    afterwards,
    alarm,
    authors,
    changes,
    corrections,
    crises,
    demo,
    departments,
    drafts,
    events,
    feeds,
    filters,
    flowchart,
    follow_ups,
    gaps,
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
    snooze,
    spikes,
    sweep,
    today,
    told,
    topics,
    views,
)

router = APIRouter()
for one in (
    signin, inbox, filters, views, snooze, issue, afterwards, follow_ups, gaps, promises, mentions, corrections,
    quarantine, authors, reputation, spikes, today, crises, sweep, events, hushes, hearing, feeds, topics, alarm,
    flowchart, people, departments, changes, me, told, access, notices, demo, presence, drafts, palette,
):  # fmt: skip
    router.include_router(one.router)
