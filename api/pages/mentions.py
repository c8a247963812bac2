"""Everything ever heard: searched, narrowed, and one mention with its facts, its path and its earlier texts."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from markupsafe import Markup
from sqlalchemy.orm import Session

from api import evidence
from api.dependencies import Database
from api.evidence import Mark
from api.judged import said_words
from api.pages.frame import Insider
from api.reader import Reader
from api.rendering import frame_of, page
from listener import find as heard
from listener import listening
from listener.find import Chosen, Hit, quarantine
from listener.kinds import Kind
from listener.models import Topic
from listener.sentiment import MoodLabel
from listener.sources import PUSHED, SOURCES
from listener.topics import highlights
from triage import charts, drawing, find, people
from triage.find import Heard, VerdictView
from triage.refusals import NoSuch

router = APIRouter()

STRETCH = 20
LANGUAGES = ("en", "fa", "ar", "he", "und")


@router.get("/mentions")
def index(
    request: Request,
    session: Database,
    acting: Insider,
    q: Annotated[str, Query(max_length=500)] = "",
    topic: str = "",
    source: str = "",
    language: str = "",
    mood: str = "",
    kind: str = "",
    feed: str = "",
    author: str = "",
    thread: str = "",
    cursor: int | None = None,
) -> Response:
    """List what was heard, newest first; a number such as HB-12 goes straight to that issue's page."""
    chosen = Chosen(
        q=q,
        topic_id=_number(topic),
        source=source or None,
        language=language or None,
        mood=mood or None,
        kind=kind or None,
        feed_id=_number(feed),
        author_id=_number(author),
        thread=thread or None,
    )
    hits = heard.mentions(session, chosen, cursor=cursor, limit=STRETCH, counted=True)
    return page(
        request,
        "mentions/page.html",
        seek=q,
        chosen=chosen,
        hits=hits,
        issue_number=_issue_number(q),
        found=hits.found,
        few=heard.FEW,
        marks={hit.mention.id: marks(hit, q) for hit in hits.rows},
        verdicts=find.verdicts(session, [hit.mention.id for hit in hits.rows]),
        judged=find.judgements(session, acting, [hit.mention.id for hit in hits.rows]),
        quarantined=quarantine.count(session),
        topics=heard.topics(session),
        author=heard.author(session, chosen.author_id) if chosen.author_id else None,
        sources=[*SOURCES, *PUSHED],
        known_languages=LANGUAGES,
        moods=list(MoodLabel),
        kinds=list(Kind),
        link=_query(chosen),
    )


@router.get("/mentions/{mention_id}")
def show(request: Request, session: Database, acting: Insider, mention_id: int) -> Response:
    """Show one mention: who, how we heard it and what decided, why it went where it went, what it said before."""
    whole = heard.mention(session, mention_id)
    if whole is None:
        raise NoSuch("mention", mention_id)
    reader = frame_of(request).reader
    one = find.judgements(session, acting, [mention_id])[mention_id]
    spoken = {topic.id for topic in (*one.topics, *one.off)}
    verdict = find.verdicts(session, [mention_id]).get(mention_id)
    return page(
        request,
        "mentions/mention.html",
        whole=whole,
        hit=whole.hit,
        one=one,
        title_marks=marked_in(whole.hit.mention.title, one),
        text_marks=marked_in(whole.hit.mention.text, one),
        other_topics=[topic for topic in heard.topics(session) if topic.enabled and topic.id not in spoken],
        verdict=verdict,
        issue_id=find.issue_of(session, mention_id),
        drawing=lit(session, reader, verdict),
    )


def marks(hit: Hit, q: str) -> list[tuple[int, int]]:
    """Return the spans to mark in a text: the words of its topics and of the search."""
    wanted = [*listening.words_of(hit.topics), *(heard.words(q).replace('"', "").split() if q else ())]
    return highlights(hit.mention.text, wanted) if wanted else []


def marked_in(text: str, one: Heard) -> tuple[Mark, ...]:
    """Return where the words stand that decided how a mention was heard."""
    return evidence.marks(text, one.mood_words, said_words(one))


def lit(session: Session, reader: Reader, verdict: VerdictView | None) -> Markup | None:
    """Draw the chart that judged a mention, with its path lit."""
    if verdict is None:
        return None
    names = {one.key: one.name for one in people.departments(session)}
    chart = charts.edition(session, verdict.chart_version).chart
    return Markup(drawing.draw(chart, verdict.path, language=reader.language, departments=names))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _issue_number(q: str) -> int | None:
    text = q.strip().upper()
    return _number(text.removeprefix("HB-")) if text.startswith("HB-") else None


def _query(chosen: Chosen) -> dict[str, str]:
    """Return the filters in force, as they stand in the address."""
    values: Sequence[tuple[str, object]] = (
        ("q", chosen.q),
        ("topic", chosen.topic_id),
        ("source", chosen.source),
        ("language", chosen.language),
        ("mood", chosen.mood),
        ("kind", chosen.kind),
        ("feed", chosen.feed_id),
        ("author", chosen.author_id),
        ("thread", chosen.thread),
    )
    return {name: str(value) for name, value in values if value}


def topics_by_id(session: Session) -> dict[int, Topic]:
    """Return every topic by its number."""
    return {topic.id: topic for topic in heard.topics(session)}
