"""What was said in public, as we heard it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.dependencies import Database, require
from api.v1.issues import Verdict
from api.v1.paging import Cursor, Limit, Shape, Stretch, example, number, seal
from api.v1.problems import NOT_HERE
from api.v1.shapes import MENTION, Mention
from listener import find as heard
from triage import find, people
from triage.find import said
from triage.models import Issue
from triage.refusals import NoSuch

router = APIRouter(prefix="/mentions", tags=["mentions"])
Insider = Annotated[people.Actor, Depends(require())]
Mood = Literal["negative", "neutral", "positive", "unsure"]
Kind = Literal["complaint", "question", "praise", "idea", "bug", "lead", "spam", "chatter"]


class Version(Shape):
    """An earlier text of an edited mention."""

    title: str
    text: str
    edited_at: datetime | None
    replaced_at: datetime


class WholeMention(Shape):
    """One mention with all that is known of it. `issue_id` is null where it has none, or none you may see."""

    model_config = example(
        {
            "mention": MENTION,
            "links": ["https://shop.example/kettle"],
            "language_confidence": 0.98,
            "mood_evidence": {"version": "1", "words": [["without", -0.42]]},
            "kind_evidence": ["words: broken"],
            "issue_id": 41,
            "verdict": None,
            "versions": [],
            "conversation": [MENTION],
            "also_seen": [],
        }
    )

    mention: Mention
    links: list[str]
    language_confidence: float
    mood_evidence: dict[str, object]
    kind_evidence: list[object]
    issue_id: int | None
    verdict: Verdict | None
    versions: list[Version]
    conversation: list[Mention]
    also_seen: list[Mention]


class Wanted:
    """What mentions are narrowed by; what is left out narrows nothing. Times are of posting."""

    def __init__(
        self,
        q: Annotated[str, Query(max_length=500, description='Words, "phrases", -without, OR.')] = "",
        topic_id: int | None = None,
        feed_id: int | None = None,
        source: Annotated[str | None, Query(max_length=40, examples=["mastodon"])] = None,
        language: Annotated[str | None, Query(max_length=20, examples=["fa"])] = None,
        mood: Mood | None = None,
        kind: Kind | None = None,
        author_id: int | None = None,
        since: AwareDatetime | None = None,
        until: Annotated[AwareDatetime | None, Query(description="Not included.")] = None,
        is_history: bool | None = None,
        is_ours: bool | None = None,
        copies: Annotated[bool, Query(description="False: only the first of near-duplicates.")] = True,
        spam: Annotated[bool, Query(description="False: without spam.")] = True,
    ) -> None:
        self.chosen = heard.Chosen(
            q=q, topic_id=topic_id, feed_id=feed_id, source=source, language=language, mood=mood, kind=kind,
            author_id=author_id, since=since, until=until, is_history=is_history, is_ours=is_ours, copies=copies,
            spam=spam,
        )  # fmt: skip


@router.get("", summary="List and search mentions")
def index(
    session: Database,
    acting: Insider,
    wanted: Annotated[Wanted, Depends()],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Stretch[Mention]:
    """List mentions, the last heard first. Spam, reposts and history are findable too; they are only never counted."""
    found = heard.mentions(session, wanted.chosen, cursor=number(cursor), limit=limit)
    return Stretch[Mention](
        items=shown(session, [hit.mention.id for hit in found.rows]),
        next=seal(found.cursor) if found.cursor is not None else None,
    )


@router.get("/{mention_id}", summary="Read a mention", responses=NOT_HERE)
def read(session: Database, acting: Insider, mention_id: int) -> WholeMention:
    """Read one mention: its earlier texts, its conversation, where else it was seen, and what the chart said of it."""
    found = heard.mention(session, mention_id)
    if found is None:
        raise NoSuch("mention", mention_id)
    row = found.hit.mention
    issue_id = _issue_id(session, acting, mention_id)
    verdict = find.verdicts(session, [mention_id]).get(mention_id)
    told = Verdict.model_validate(verdict).model_copy(update={"issue_id": issue_id}) if verdict else None
    return WholeMention(
        mention=shown(session, [row.id])[0],
        links=[str(link) for link in row.links],
        language_confidence=row.language_confidence,
        mood_evidence=row.mood_evidence,
        kind_evidence=row.kind_evidence,
        issue_id=issue_id,
        verdict=told,
        versions=[Version.model_validate(version) for version in found.versions],
        conversation=shown(session, [hit.mention.id for hit in found.conversation]),
        also_seen=shown(session, [hit.mention.id for hit in found.also_seen]),
    )


def shown(session: Session, mention_ids: Sequence[int]) -> list[Mention]:
    """Return mentions as every list shows them, in the order asked for."""
    posts = said.said(session, mention_ids)
    return [Mention.model_validate(posts[mention_id]) for mention_id in mention_ids]


def _issue_id(session: Session, acting: people.Actor, mention_id: int) -> int | None:
    """Return the issue a mention belongs to, if this person may know of it."""
    wanted = select(Issue.id).where(Issue.id == find.issue_of(session, mention_id), find.visible(acting))
    return session.scalar(wanted)
