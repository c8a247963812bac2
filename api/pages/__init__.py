"""The pages, one file each."""

from fastapi import APIRouter

from api.pages import (
    authors,
    corrections,
    demo,
    events,
    feeds,
    flowchart,
    hearing,
    hushes,
    inbox,
    issue,
    mentions,
    notices,
    people,
    promises,
    quarantine,
    reputation,
    signin,
    spikes,
    topics,
)

router = APIRouter()
for one in (
    signin, inbox, issue, promises, mentions, corrections, quarantine, authors, reputation, spikes, events, hushes,
    hearing, feeds, topics, flowchart, people, notices, demo,
):  # fmt: skip
    router.include_router(one.router)
