"""A year of mentions and their issues, laid by the database itself: large enough to show what does not scale."""

import json
import random
from datetime import datetime, timedelta
from enum import Enum
from itertools import accumulate

from sqlalchemy import Connection, text

from api.first import ground
from listener.database import Base, engine, transaction
from listener.models import Author, Feed, Mention, Topic
from triage import people
from triage.models import Issue, IssueMention, LedgerEntry, Membership, Move, Verdict

YEAR = timedelta(days=365)
VOCABULARY = 5_000  # words of each language, the first the most common
AUTHORS = 50_000
LENGTH = 18  # words of a post
OPEN = 2_000  # issues still open, the last ones
LETTERS = {
    "en": "aeioubcdfglmnprst", "fa": "ابپتجچدرزسشفکگلمنوهی", "ar": "ابتجحدرزسشصضعفقكلمنهوي", "he": "אבגדהוזחטיכלמנסעפקרשת",
}  # fmt: skip
SOURCES = ("rss", "mastodon", "hackernews", "push")


def words(language: str) -> list[str]:
    """Return invented words of a language's letters, the same ones every time."""
    dice, found = random.Random(language), dict[str, None]()
    while len(found) < VOCABULARY:
        found["".join(dice.choices(LETTERS[language], k=dice.randint(3, 8)))] = None
    return list(found)


def furnish(mentions: int, issues: int, now: datetime) -> int:
    """Fill an empty, migrated house; return the number of an administrator. Every tenth mention or so opens an issue."""
    with transaction() as session:
        ground(session, now - YEAR)
        admin = people.create_member(session, name="Ada", email="ada@example.org", role="admin", now=now - YEAR).id
        for place in people.departments(session):
            owner = people.create_member(
                session, name=f"Owner of {place.name}", email=f"{place.key}@example.org", role="owner", now=now - YEAR
            )
            session.add(Membership(member_id=owner.id, department_id=place.id, is_lead=True))
        session.add_all(
            Feed(source=source, name=f"Feed {source}", address="", created_at=now - YEAR, due_at=now + YEAR)
            for source in SOURCES
        )
        session.add_all(
            Topic(name=f"Topic {n}", kind="brand", query=f"topic{n}", created_at=now, updated_at=now) for n in range(8)
        )
    with engine().begin() as connection:
        _lay(connection, mentions, issues, now)
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM (FULL) issues"))
        connection.execute(text("VACUUM ANALYZE"))
    return admin


def _lay(connection: Connection, mentions: int, issues: int, now: datetime) -> None:
    given: dict[str, object] = {
        "n": mentions,
        "issues": issues,
        "every": mentions // issues,
        "open": OPEN,
        "authors": AUTHORS,
    }
    given |= {"now": now, "start": now - YEAR}
    connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
    connection.execute(text("SELECT setseed(0.5)"))
    for model in (Author, Mention, Issue, IssueMention, LedgerEntry, Move, Verdict):
        _default(connection, model)
    searched = connection.scalar(text("SELECT indexdef FROM pg_indexes WHERE indexname = 'ix_mentions_search'"))
    connection.execute(text("DROP INDEX ix_mentions_search"))
    connection.execute(text(WRITERS), given)
    _speak(connection, mentions, now)
    for statement in STATEMENTS:
        connection.execute(text(statement), given)
    connection.execute(text(str(searched)))


def _speak(connection: Connection, mentions: int, now: datetime) -> None:
    """Copy the mentions in: the commonest word of a language stands in every other post, most words in few."""
    dice, spoken = random.Random(1), {language: words(language) for language in LETTERS}
    weights = list(accumulate(1 / (place + 2) for place in range(VOCABULARY)))
    step, languages = YEAR / mentions, list(spoken)
    cursor = connection.connection.cursor()
    with cursor.copy(f"COPY mentions ({', '.join(COPIED)}) FROM STDIN") as copy:
        for number in range(1, mentions + 1):
            language, at = languages[number % 4], now - YEAR + step * number
            said = " ".join(dice.choices(spoken[language], cum_weights=weights, k=LENGTH))
            place, writer = number % len(SOURCES), 1 + int(dice.random() ** 3 * AUTHORS)
            copy.write_row((
                1 + place, SOURCES[place], f"m{number}", at, at, said, said, language, 0.9, dice.choice(MOODS), 0.1,
                dice.choice(KINDS), 0.8, writer, f"thread{number // 3}", dice.randrange(50),
            ))  # fmt: skip


def _default(connection: Connection, model: type[Base]) -> None:
    """Let the database know the defaults our rows have, so that statements name only what differs."""
    for column in model.__table__.columns:
        if column.default is None or column.server_default is not None:
            continue
        value = getattr(column.default, "arg", None)
        if callable(value):
            value = json.dumps(value(None))
        value = value.value if isinstance(value, Enum) else value
        kept = str(value).lower() if isinstance(value, bool) else str(value)
        connection.execute(text(f"ALTER TABLE {model.__tablename__} ALTER {column.name} SET DEFAULT '{kept}'"))


MOODS = ("negative", "neutral", "positive", "unsure")
KINDS = ("complaint", "question", "praise", "idea", "bug", "chatter", "chatter", "chatter")
COPIED = (
    "feed_id", "source", "native_id", "posted_at", "heard_at", "text", "folded", "language", "language_confidence", "mood",
    "mood_score", "kind", "kind_confidence", "author_id", "thread", "likes",
)  # fmt: skip
WRITERS = """
    INSERT INTO authors (source, native_id, handle, name, followers, first_heard_at, last_heard_at, mentions)
    SELECT (ARRAY['rss', 'mastodon', 'hackernews', 'push'])[1 + g % 4], 'a' || g, 'handle' || g, 'Name ' || g,
           (power(random(), 4) * 100000)::int, :start, :now, cast(:n AS int) / cast(:authors AS int)
      FROM generate_series(1, cast(:authors AS int)) AS g
"""
# each promise's columns follow from those before them, as triage/ledger.py would write them
DECIDED = """
    UPDATE issues SET
        triage_decided_at = CASE WHEN triage <> 'running' THEN least(triage_done_at, triage_due) END,
        triage_seconds = extract(epoch FROM triage_done_at - triage_from),
        resolution_decided_at =
            CASE WHEN resolution IN ('kept', 'broken') THEN least(resolution_done_at, resolution_due) END,
        resolution_seconds = extract(epoch FROM resolution_done_at - resolution_from)
"""
STATEMENTS = (
    "INSERT INTO mention_topics (mention_id, topic_id) SELECT g, 1 + (g / 4) % 8 FROM generate_series(1, cast(:n AS int)) AS g",
    """
    INSERT INTO issues (title, language, policy_id, first_mention_id, mention_count, author_id, topic_id, source, thread,
                        kind, mood, department_id, owner_id, posted_at, heard_at, opened_at, version, status,
                        acknowledged_at, acknowledged_by, handed_at, held_at, accepted_at, resolved_at, closed_at,
                        triage, triage_from, triage_due, triage_done_at,
                        resolution, resolution_from, resolution_due, resolution_done_at)
    SELECT left(m.text, 80), m.language, 1, m.id, 2, m.author_id, 1 + m.id % 8, m.source, m.thread, m.kind, m.mood,
           CASE WHEN stage > 0 THEN 1 + m.id % 3 END, CASE WHEN stage > 1 THEN 2 + m.id % 3 END,
           m.posted_at, m.heard_at, m.heard_at, 1 + stage,
           (ARRAY['triage', 'handed', 'accepted', 'resolved'])[1 + stage],
           CASE WHEN stage > 0 THEN acted END, CASE WHEN stage > 0 THEN 1 END, CASE WHEN stage > 0 THEN acted END,
           CASE WHEN stage > 0 THEN acted END, CASE WHEN stage > 1 THEN acted + interval '1 hour' END,
           CASE WHEN stage = 3 THEN solved END, CASE WHEN stage = 3 THEN solved END,
           CASE WHEN stage = 0 THEN CASE WHEN m.posted_at + interval '12 hours' > :now THEN 'running' ELSE 'broken' END
                WHEN acted <= m.posted_at + interval '12 hours' THEN 'kept' ELSE 'broken' END,
           m.posted_at, m.posted_at + interval '12 hours', CASE WHEN stage > 0 THEN acted END,
           CASE WHEN stage = 0 THEN 'none'
                WHEN stage < 3 THEN CASE WHEN acted + interval '24 hours' > :now THEN 'running' ELSE 'broken' END
                WHEN solved <= acted + interval '24 hours' THEN 'kept' ELSE 'broken' END,
           CASE WHEN stage > 0 THEN acted END, CASE WHEN stage > 0 THEN acted + interval '24 hours' END,
           CASE WHEN stage = 3 THEN solved END
      FROM (SELECT m.*, CASE WHEN m.id <= cast(:n AS int) - cast(:open AS int) * cast(:every AS int) THEN 3
                             ELSE floor(random() * 3)::int END AS stage,
                   m.posted_at + interval '1 hour' * (power(random(), 3) * 16) AS acted,
                   m.posted_at + interval '1 hour' * (16 + power(random(), 3) * 28) AS solved
              FROM mentions AS m WHERE m.id % cast(:every AS int) = 0 ORDER BY m.id) AS m
    """,
    DECIDED,
    """
    INSERT INTO issue_mentions (mention_id, issue_id, joined_by, joined_at)
    SELECT id, issue_id, CASE WHEN id = first_mention_id THEN 'opened' ELSE 'likeness' END, at FROM (
        SELECT first_mention_id AS id, issues.id AS issue_id, first_mention_id, opened_at AS at FROM issues
        UNION ALL SELECT first_mention_id - 1, issues.id, first_mention_id, opened_at FROM issues) AS both_of_them
    """,
    """
    INSERT INTO verdicts (mention_id, chart_version, outcome, department_id, path, facts, joined_by, issue_id, at)
    SELECT m.mention_id, 1, 'assign', 1 + m.mention_id % 3, '[]', '{}', m.joined_by, m.issue_id, m.joined_at
      FROM issue_mentions AS m
    """,
    """
    INSERT INTO moves (issue_id, sort, from_status, to_status, version, by_id, at, words, data)
    SELECT i.id, done.sort, done.was, done.becomes, done.version, done.by_id, done.at, done.words, done.data
      FROM issues AS i CROSS JOIN LATERAL (VALUES
        (1, 'opened', NULL, 'triage', 1, NULL::bigint, i.opened_at, '', '{}'::jsonb),
        (2, 'acknowledge', 'triage', 'triage', 2, 1, i.acknowledged_at, 'We hear you, ' || left(i.title, 40), '{"personal": true}'),
        (3, 'hand_over', 'triage', 'handed', 3, 1, i.handed_at, '', '{}'),
        (4, 'accept', 'handed', 'accepted', 4, i.owner_id, i.accepted_at, '', '{}'),
        (5, 'resolve', 'accepted', 'resolved', 5, i.owner_id, i.resolved_at, 'Solved for you', '{}')
      ) AS done(place, sort, was, becomes, version, by_id, at, words, data)
     WHERE done.at IS NOT NULL ORDER BY i.id, done.place
    """,
    """
    INSERT INTO ledger (issue_id, promise, event, at, due, department_id, why)
    SELECT i.id, line.promise, line.event, line.at, line.due, line.department_id,
           CASE line.event WHEN 'started' THEN jsonb_build_object('from', line.since, 'counts_from', line.since,
                'hours', extract(epoch FROM line.due - line.since) / 3600, 'calendar', NULL, 'rule', line.promise)
                ELSE jsonb_build_object('seconds', line.seconds) END
      FROM issues AS i CROSS JOIN LATERAL (VALUES
        (1, 'triage', 'started', i.opened_at, i.triage_due, NULL::bigint, 0, i.triage_from),
        (2, 'triage', i.triage, least(i.triage_done_at, i.triage_due), i.triage_due, NULL,
            extract(epoch FROM i.triage_done_at - i.triage_from), NULL),
        (3, 'resolution', 'started', i.handed_at, i.resolution_due, i.department_id, 0, i.resolution_from),
        (4, 'department', 'held', i.handed_at, NULL, i.department_id, 0, NULL),
        (5, 'resolution', i.resolution, least(i.resolution_done_at, i.resolution_due), i.resolution_due, i.department_id,
            extract(epoch FROM i.resolution_done_at - i.resolution_from), NULL),
        (6, 'department', 'left', i.resolved_at, NULL, i.department_id, 0, NULL)
      ) AS line(place, promise, event, at, due, department_id, seconds, since)
     WHERE line.at IS NOT NULL AND line.event <> 'running' ORDER BY i.id, line.place
    """,
)
