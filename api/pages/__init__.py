"""The pages, one file each."""

from fastapi import APIRouter

from api.pages import (
    access,
    afterwards,
    alarm,
    authors,
    bulk,
    changes,
    corrections,
    crises,
    demo,
    departments,
    drafts,
    empathy,
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
    merging,
    notices,
    palette,
    people,
    policy,
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
    undo,
    views,
)

router = APIRouter()
for one in (
    signin, inbox, filters, views, snooze, issue, afterwards, follow_ups, gaps, promises, mentions, corrections,
    quarantine, authors, reputation, spikes, today, crises, sweep, events, hushes, hearing, feeds, topics, alarm,
    flowchart, people, departments, policy, changes, me, told, access, notices, demo, presence, drafts, palette, undo, empathy,
    bulk, merging,
):  # fmt: skip
    router.include_router(one.router)
