"""Your keys for programs."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, status
from pydantic import AwareDatetime, Field

from api import accounts
from api.accounts import Scope, Visitor
from api.dependencies import Actor, Database, Now, browser_only, require
from api.v1.paging import Given, Shape, Stretch, example
from api.v1.problems import NOT_HERE
from triage.refusals import BadInput, NoSuch

router = APIRouter(prefix="/tokens", tags=["tokens"], dependencies=[Depends(require())])
Browser = Annotated[Visitor, Depends(browser_only)]

_TOKEN = {
    "id": 3, "name": "nightly export", "scopes": ["read"], "created_at": "2026-11-21T12:00:00Z",
    "expires_at": "2027-02-21T00:00:00Z", "last_used_at": None,
}  # fmt: skip


class Token(Shape):
    """A token, without its secret."""

    model_config = example(_TOKEN)

    id: int
    name: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class NewToken(Given):
    """A token to make."""

    name: str = Field(min_length=1, max_length=80, description="What it is for.", examples=["nightly export"])
    scopes: list[Scope] = Field(default=[Scope.READ], min_length=1, max_length=3, examples=[["read"]])
    expires_at: AwareDatetime | None = Field(default=None, description="Null lives until you end it.")


class MadeToken(Token):
    """A new token with its secret, which is shown now and never again."""

    model_config = example({**_TOKEN, "secret": "hb_Zk3…"})

    secret: str


@router.get("", summary="List your tokens")
def index(session: Database, found: Browser) -> Stretch[Token]:
    """List your living tokens, newest first. Only a signed-in browser may; a token knows nothing of tokens."""
    rows = accounts.tokens_of(session, found.account_id)
    return Stretch[Token](items=[Token.model_validate(row) for row in rows])


@router.post("", summary="Make a token", status_code=status.HTTP_201_CREATED)
def create(session: Database, acting: Actor, found: Browser, now: Now, body: NewToken) -> MadeToken:
    """Make a token that acts for you. We keep only its digest: copy the secret now."""
    if body.expires_at is not None and body.expires_at <= now:
        raise BadInput("expires_at", "This moment has passed; name one to come.")
    row, secret = accounts.create_token(
        session, found.account_id, name=body.name, scopes=body.scopes, now=now, expires_at=body.expires_at
    )
    return MadeToken(**Token.model_validate(row).model_dump(), secret=secret)


@router.delete("/{token_id}", summary="End a token", status_code=status.HTTP_204_NO_CONTENT, responses=NOT_HERE)
def end(session: Database, found: Browser, now: Now, token_id: int) -> None:
    """End one of your tokens, at once."""
    if not accounts.revoke_token(session, found.account_id, token_id, now):
        raise NoSuch("token", token_id)
