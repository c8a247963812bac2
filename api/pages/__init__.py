"""The pages, one file each."""

from fastapi import APIRouter

from api.pages import inbox, issue, signin

router = APIRouter()
for one in (signin, inbox, issue):
    router.include_router(one.router)
