"""The pages, one file each."""

from fastapi import APIRouter

from api.pages import (
    demo,
    feeds,
    flowchart,
    inbox,
    issue,
    mentions,
    notices,
    people,
    promises,
    signin,
    spikes,
    topics,
)

router = APIRouter()
for one in (signin, inbox, issue, promises, mentions, spikes, feeds, topics, flowchart, people, notices, demo):
    router.include_router(one.router)
