"""The pages, one file each."""

from fastapi import APIRouter

from api.pages import inbox, issue, mentions, promises, signin, spikes

router = APIRouter()
for one in (signin, inbox, issue, promises, mentions, spikes):
    router.include_router(one.router)
