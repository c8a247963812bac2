"""Why a volume is unusual: what began it, who carries it, where, in which words; for people to read."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import not_, select
from sqlalchemy.orm import Session

from listener.kinds import UNSURE_BELOW, Kind
from listener.models import Author, Mention, MentionTopic
from listener.sources.reading import host_of
from listener.text import snippet

READ = 3_000  # mentions looked at on each side
BEFORE = timedelta(days=14)
SHOWN = 5
LEAST = 3  # a word fewer people use says nothing
LEADS = 0.1  # the share from which one conversation may be said to have begun it


def explain(
    session: Session, topic_id: int, start: datetime, end: datetime, skip_words: Iterable[str] = ()
) -> dict[str, Any]:
    """Return what the counted mentions of a topic from `start` to `end` have in common, as plain JSON.

    count, distinct; first {mention_id, posted_at, author, source, text, heard_at}: the post it traces back to;
    biggest {what: thread | copies | author, name, share, mention_id}: the largest single carrier;
    authors [{author_id, name, source, count, share, brought, mood, mention_id}] by replies and shares brought;
    threads [{mention_id, name, count, share}]; sources and languages [{name, count, share, typical}];
    links [{name, count, share}]; terms [{name, count, share, typical}]: words said now and not before.
    """
    rows = _mentions(session, topic_id, start, end)
    if not rows:
        return {"count": 0, "distinct": 0}
    before = _mentions(session, topic_id, start - BEFORE, start)
    threads = _groups(rows, lambda row: row.thread)
    first, biggest = _origin(session, topic_id, rows)
    return {
        "count": len(rows),
        "distinct": sum(row.same_as_id is None for row in rows),
        "first": first,
        "biggest": biggest,
        "authors": _authors(rows),
        "threads": [
            _named(snippet(members[0].text, 80), members, len(rows)) | {"mention_id": members[0].id}
            for members in threads[:SHOWN]
            if len(members) > 1
        ],
        "sources": _shares(rows, before, lambda row: row.source),
        "languages": _shares(rows, before, lambda row: row.language),
        "links": _links(rows),
        "terms": _terms(rows, before, set(skip_words)),
    }


def _mentions(session: Session, topic_id: int, start: datetime, end: datetime) -> list[Any]:
    """Return the counted mentions of a stretch, oldest first; of very many, the newest."""
    quarantined = (Mention.kind == Kind.SPAM) & (Mention.kind_confidence >= UNSURE_BELOW)
    uncounted = Mention.is_ours | Mention.is_repost | Mention.is_history | quarantined
    rows = session.execute(
        select(
            Mention.id, Mention.posted_at, Mention.heard_at, Mention.thread, Mention.same_as_id, Mention.source,
            Mention.language, Mention.text, Mention.folded, Mention.links, Mention.replies, Mention.shares,
            Mention.mood, Author.id.label("author_id"), Author.name, Author.handle,
        )
        .join(MentionTopic, MentionTopic.mention_id == Mention.id)
        .outerjoin(Author, Author.id == Mention.author_id)
        .where(
            MentionTopic.topic_id == topic_id, Mention.posted_at >= start, Mention.posted_at < end,
            not_(uncounted),
        )
        .order_by(Mention.posted_at.desc(), Mention.id.desc())
        .limit(READ)
    ).all()  # fmt: skip
    return list(rows)[::-1]


def _groups(rows: Sequence[Any], key: Any) -> list[list[Any]]:
    """Return rows by key, the largest group first, each oldest first."""
    groups: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        found = key(row)
        if found is not None:
            groups[found].append(row)
    return sorted(groups.values(), key=lambda members: (-len(members), members[0].posted_at, members[0].id))


def _origin(session: Session, topic_id: int, rows: Sequence[Any]) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Return the post it traces back to, and the largest single carrier if it carries enough to be named."""
    candidates = [
        ("thread", members, members[0].thread) for members in _groups(rows, lambda row: row.thread)[:1]
    ] + [
        ("copies", members, members[0].id) for members in _groups(rows, lambda row: row.same_as_id or row.id)[:1]
    ] + [
        ("author", members, members[0].author_id) for members in _groups(rows, lambda row: row.author_id)[:1]
    ]  # fmt: skip
    what, members, _ = max(candidates, key=lambda one: (len(one[1]), one[0] == "thread"))
    share = len(members) / len(rows)
    if len(members) < 2 or share < LEADS:
        return _post(rows[0]), None
    first = _earliest(session, topic_id, what, members[0]) or members[0]
    name = members[0].name or members[0].handle if what == "author" else snippet(first.text, 80)
    biggest = {"what": what, "name": name, "share": round(share, 3), "count": len(members), "mention_id": first.id}
    return _post(first), biggest


def _earliest(session: Session, topic_id: int, what: str, member: Any) -> Any:
    """Return the first post of a thread or of copies, which may be older than the stretch looked at."""
    if what == "author":
        return None
    clause = Mention.thread == member.thread if what == "thread" else Mention.id == (member.same_as_id or member.id)
    return session.execute(
        select(
            Mention.id, Mention.posted_at, Mention.heard_at, Mention.source, Mention.text,
            Author.id.label("author_id"), Author.name, Author.handle,
        )
        .outerjoin(Author, Author.id == Mention.author_id)
        .where(clause, Mention.is_history.is_(False))
        .order_by(Mention.posted_at, Mention.id)
        .limit(1)
    ).first()  # fmt: skip


def _post(row: Any) -> dict[str, Any]:
    return {
        "mention_id": row.id,
        "posted_at": row.posted_at.isoformat(),
        "heard_at": row.heard_at.isoformat(),
        "author_id": row.author_id,
        "author": row.name or row.handle or "",
        "source": row.source,
        "text": snippet(row.text, 280),
    }


def _authors(rows: Sequence[Any]) -> list[dict[str, Any]]:
    found = []
    for members in _groups(rows, lambda row: row.author_id):
        brought = sum((row.replies or 0) + (row.shares or 0) for row in members)
        one = members[0]
        moods = Counter(row.mood for row in members)
        found.append(
            {
                "author_id": one.author_id, "name": one.name or one.handle, "source": one.source, "count": len(members),
                "share": round(len(members) / len(rows), 3), "brought": brought, "mood": moods.most_common(1)[0][0],
                "mention_id": one.id,
            }
        )  # fmt: skip
    return sorted(found, key=lambda one: (-one["brought"], -one["count"], one["author_id"]))[:SHOWN]


def _shares(rows: Sequence[Any], before: Sequence[Any], key: Any) -> list[dict[str, Any]]:
    now, usual = Counter(map(key, rows)), Counter(map(key, before))
    return [
        {
            "name": name, "count": count, "share": round(count / len(rows), 3),
            "typical": round(usual[name] / len(before), 3) if before else None,
        }
        for name, count in now.most_common(SHOWN)
    ]  # fmt: skip


def _links(rows: Sequence[Any]) -> list[dict[str, Any]]:
    counts = Counter(link for row in rows for link in set(map(str, row.links)))
    return [
        {"name": link, "host": host_of(link), "count": count, "share": round(count / len(rows), 3)}
        for link, count in counts.most_common(SHOWN)
        if count > 1
    ]


def _terms(rows: Sequence[Any], before: Sequence[Any], skip: set[str]) -> list[dict[str, Any]]:
    """Return the words whose share of mentions has risen most; copies speak once."""
    now = [set(row.folded.split()) for row in rows if row.same_as_id is None] or [
        set(row.folded.split()) for row in rows
    ]
    usual = [set(row.folded.split()) for row in before if row.same_as_id is None]
    counts, past = Counter(word for words in now for word in words), Counter(word for words in usual for word in words)
    scored = []
    for word, count in counts.items():
        if count < LEAST or len(word) < 3 or word in skip or not any(char.isalpha() for char in word):
            continue
        share, typical = count / len(now), (past[word] + 0.5) / (len(usual) + 10)
        if share > 2 * typical:
            scored.append((share * (share / typical) ** 0.5, word, count, share, typical))
    scored.sort(key=lambda one: (-one[0], one[1]))
    return [
        {"name": word, "count": count, "share": round(share, 3), "typical": round(typical, 3)}
        for _, word, count, share, typical in scored[: SHOWN + 3]
    ]


def _named(name: str, members: Sequence[Any], total: int) -> dict[str, Any]:
    return {"name": name, "count": len(members), "share": round(len(members) / total, 3)}
