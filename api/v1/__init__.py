"""The API for programs: JSON, one file a resource, described whole by OpenAPI."""

from fastapi import APIRouter
from fastapi.routing import APIRoute

from api.v1 import (
    alarm,
    answering,
    audits,
    authors,
    bulks,
    chart_drafts,
    chart_steps,
    corrections,
    crises,
    days,
    deliveries,
    departments,
    drafts,
    events,
    feeds,
    flowchart,
    follow_ups,
    hearing,
    hushes,
    ingest,
    issues,
    links,
    me,
    members,
    mentions,
    moves,
    notices,
    outlook,
    persons,
    policies,
    presences,
    promises,
    reputation,
    reroutes,
    snooze,
    spikes,
    sweep,
    telling,
    tokens,
    topics,
    views,
    volume,
    webhooks,
)
from api.v1.problems import PROBLEMS

DESCRIPTION = """
Everything a page shows can be asked for here, and everything a page does can be done.

**Who you are.** Send `Authorization: Bearer hb_…` with a token made on your own page, or come with the cookie of a
signed-in browser. A token acts for the person who made it and never beyond its scope: `read` looks, `triage` also
moves issues, `admin` also sets up feeds, topics, the chart and people, as far as that person's role goes.

**Pages.** Lists answer `{"items": [...], "next": "..."}`. Send `next` back as `cursor` for what follows; `null` is the
end.

**Moves.** An issue has a version, which is its `ETag`. Every move names the version it was decided on, by `If-Match`
or by `seen` in its body. If somebody moved the issue in between, nothing is done, and the 409 says who, what and when.

**Errors** are problems as of RFC 9457, `application/problem+json`. `key` never changes; the words may.

**Time** is UTC, with its zone. Deadlines are moments, never durations.
"""

TAGS = [
    {"name": "me", "description": "Who you are here."},
    {"name": "issues", "description": "The work: one or many mentions of one matter, with its two promises."},
    {"name": "moves", "description": "What people do to an issue. Append-only; of two at once, one is first."},
    {"name": "bulks", "description": "One verb for many issues: previewed, done in batches, taken back as a whole."},
    {"name": "answering", "description": "Empathy lines, the research card, likeness of replies, and the way back."},
    {"name": "drafts", "description": "What you have written on issues and not sent."},
    {"name": "presences", "description": "Who is at an issue just now, and who holds its answer."},
    {"name": "follow_ups", "description": "The word owed the day after, and everybody who reported it told."},
    {"name": "views", "description": "Lanes with their filters under a name: yours, a department's, everybody's."},
    {"name": "links", "description": "Gaps that issues show, and places outside where they go on."},
    {"name": "promises", "description": "Whether the two promises were kept."},
    {"name": "mentions", "description": "What was said in public, as we heard it."},
    {"name": "corrections", "description": "What people say of our judgements: right, or what it should have been."},
    {"name": "hearing", "description": "How well we hear, as the corrections tell it, and what was learnt from them."},
    {"name": "authors", "description": "Who said it, on one source, and how they stand to a topic."},
    {"name": "persons", "description": "Several authors a human joined together; nothing joins by itself."},
    {"name": "reputation", "description": "What a topic's mentions add up to, with its band and its formula."},
    {"name": "topics", "description": "What we listen for: boolean queries with a name."},
    {"name": "feeds", "description": "The places we poll, or that call us."},
    {"name": "ingest", "description": "Where a pushing feed delivers, signed."},
    {"name": "volume", "description": "Mentions per topic over time."},
    {"name": "days", "description": "Today beside a typical day, and what a good day is."},
    {"name": "spikes", "description": "Volume far from typical, and silent feeds, with their cause."},
    {"name": "events", "description": "What happened outside and may move the numbers."},
    {"name": "hushes", "description": "Quiet times: topics muted by hand, and planned maintenance."},
    {"name": "crises", "description": "What explodes: who speaks, what is said, one issue that gathers it."},
    {"name": "sweep", "description": "Everything severe since a moment, for the morning."},
    {"name": "flowchart", "description": "The chart that says whose matter a mention is."},
    {"name": "departments", "description": "Who answers for one sort of matter."},
    {"name": "members", "description": "The people at work here."},
    {"name": "notices", "description": "What you were told, and whether you read it."},
    {"name": "webhooks", "description": "Addresses outside that are told of every notice, signed."},
    {"name": "tokens", "description": "Your keys for programs."},
    {"name": "policies", "description": "The two promises in numbers, edition by edition."},
    {"name": "audits", "description": "Who changed which setting, and what stood there before."},
]

router = APIRouter(prefix="/api/v1", responses=PROBLEMS)
for resource in (
    me, issues, moves, answering, snooze, views, drafts, presences, follow_ups, links, promises, outlook, mentions,
    corrections, hearing, authors, persons, reputation, topics, alarm, feeds, deliveries, ingest, volume, days,
    spikes, telling, crises, sweep, events, hushes, flowchart, chart_drafts, chart_steps, reroutes, departments,
    members, notices, webhooks, tokens, policies, audits, bulks,
):  # fmt: skip
    router.include_router(resource.router)


def operation_id(route: APIRoute) -> str:
    """Name an operation as generated clients will: `issues_read`."""
    return f"{route.tags[0]}_{route.name}" if route.tags else route.name
