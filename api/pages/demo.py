"""The one button that takes the demo away."""

from fastapi import APIRouter, Response

from api.demo import stage
from api.dependencies import Database
from api.pages.frame import Administrator
from api.rendering import back

router = APIRouter()


@router.post("/demo/remove")
def remove(session: Database, acting: Administrator) -> Response:
    """Take away all that is marked as demo; what people made themselves stays."""
    stage.remove(session)
    return back("/inbox", "demo_removed")
