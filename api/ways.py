"""The ways the palette knows: what can be done with the issue in hand, and every place one can go."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.dependencies import INSIDERS, LEADERS
from api.locales.words import N_, TABLES, Words
from api.nearness import nearness
from api.reader import Reader
from listener.models import Feed, Topic
from triage import find, people, rights
from triage.find.named import named
from triage.find.views import views
from triage.models import Issue, Role
from triage.people import Actor

# ways of one group shown at most, and a word too short to look for in what people said
EACH, SHORT = 6, 2
# the groups in the order they are shown where nothing was typed
GROUPS: Mapping[str, str] = {
    "acts": N_("With the issue in hand"),
    "lanes": N_("Lanes"),
    "views": N_("Saved views"),
    "pages": N_("Pages"),
    "issues": N_("Issues"),
    "people": N_("Issues of"),
    "topics": N_("Topics"),
    "feeds": N_("Feeds"),
    "search": N_("Search"),
}
# verbs with a key of their own
KEYS: Mapping[str, str] = {
    "acknowledge": "a", "hand_over": "h", "resolve": "r", "bounce": "b", "private": "p", "snooze": "s", "pause": "s",
    "merge": "m",
}  # fmt: skip
# (address, name, its keys)
PAGES = (
    ("/inbox", N_("Inbox"), "g i"),
    ("/promises", N_("Promises"), "g p"),
    ("/mentions", N_("Mentions"), "g l"),
    ("/flowchart", N_("Flowchart"), "g f"),
    ("/spikes", N_("Incidents"), ""),
    ("/today", N_("Today"), ""),
    ("/sweep", N_("Morning sweep"), ""),
    ("/crises", N_("Crises"), ""),
    ("/events", N_("Events"), ""),
    ("/hushes", N_("Quiet times"), ""),
    ("/authors", N_("Authors"), ""),
    ("/reputation", N_("Reputation"), ""),
    ("/quarantine", N_("Quarantine"), ""),
    ("/hearing", N_("How well we hear"), ""),
    ("/feeds", N_("Feeds"), ""),
    ("/topics", N_("Topics"), ""),
    ("/people", N_("People"), ""),
    ("/departments", N_("Departments"), ""),
    ("/empathy", N_("Empathy lines"), ""),
    ("/policy", N_("Promised times"), ""),
    ("/changes", N_("Changes"), ""),
    ("/start", N_("First steps"), ""),
    ("/follow-ups", N_("Follow-ups"), ""),
    ("/gaps", N_("Gaps"), ""),
    ("/views", N_("Saved views"), ""),
    ("/me", N_("How you read"), ""),
    ("/notices", N_("Notices"), ""),
    ("/keys", N_("Keys"), "?"),
)

# pages that are not for everybody
ONLY: Mapping[str, tuple[Role, ...]] = {"/changes": LEADERS, "/start": (Role.ADMIN,)}


@dataclass(frozen=True, slots=True)
class Way:
    """One line of the palette. `does` is the verb of an act, `keys` what is pressed for it, `count` what waits there.

    `also` are other names it is found by; `near` is how near it is to what was typed, 0…1.
    """

    group: str
    name: str
    url: str
    also: tuple[str, ...] = ()
    does: str = ""
    keys: str = ""
    count: int | None = None
    note: str = ""
    near: float = 0.0


@dataclass(frozen=True, slots=True)
class Group:
    """The ways of one sort, under their name."""

    key: str
    name: str
    ways: tuple[Way, ...]


def found(session: Session, actor: Actor, reader: Reader, query: str, issue_id: int | None) -> list[Group]:
    """Return what fits the query, nearest first; for an empty one the acts, lanes, saved views and pages."""
    query = query.strip()
    known = [*_acts(session, actor, reader, issue_id), *_places(session, actor, reader)]
    if not query:
        return _grouped(reader, known)
    known += _named_by_people(session)
    near = [replace(way, near=score) for way in known if (score := nearness(query, (way.name, *way.also)))]
    near.sort(key=lambda way: -way.near)
    return _grouped(reader, [*near, *_issues(session, actor, reader, query), _search(reader, query)])


def _grouped(reader: Reader, ways: Iterable[Way]) -> list[Group]:
    """Gather ways by their group, a group where its first way stands."""
    gathered: dict[str, list[Way]] = {}
    for way in ways:
        gathered.setdefault(way.group, []).append(way)
    most = {"pages": len(PAGES), "acts": len(rights.VERBS)}
    gettext = reader.catalogue.gettext
    return [Group(key, gettext(GROUPS[key]), tuple(ways[: most.get(key, EACH)])) for key, ways in gathered.items()]


def _acts(session: Session, actor: Actor, reader: Reader, issue_id: int | None) -> Iterator[Way]:
    issue = session.get(Issue, issue_id) if issue_id is not None else None
    if issue is None or not rights.may_see(actor, issue):
        return
    words = Words(reader.catalogue)
    for verb in rights.allowed(actor, issue):
        if verb not in TABLES["verb"] or (verb == "split" and issue.mention_count < 2):
            continue
        also = (TABLES["verb"][verb],)
        yield Way("acts", words("verb", verb), f"/issues/{issue.id}#{verb}", also, verb, KEYS.get(verb, ""))
    yield Way("acts", reader.catalogue.gettext("Open the whole issue"), f"/issues/{issue.id}", note=f"HB-{issue.id}")


def _places(session: Session, actor: Actor, reader: Reader) -> Iterator[Way]:
    """The lanes with what waits in them, the saved views, and the pages."""
    words, gettext = Words(reader.catalogue), reader.catalogue.gettext
    for lane in find.lanes(session, actor):
        name = lane.department.name if lane.department else words("lane", lane.key)
        also = (TABLES["lane"].get(lane.key, lane.key), lane.key)
        yield Way("lanes", name, "/inbox?" + urlencode({"lane": lane.key}), also, count=lane.count)
    for view in views(session, actor):
        yield Way("views", view.name, f"/inbox?{view.address}&view={view.id}")
    for url, name, keys in PAGES:
        if actor.role not in ONLY.get(url, INSIDERS):
            continue
        yield Way("pages", gettext(name), url, (name, url.strip("/")), keys=keys)


def _named_by_people(session: Session) -> Iterator[Way]:
    """Members, topics and feeds, by the names people gave them."""
    for member in people.members(session, active=True):
        yield Way("people", member.name, "/inbox?" + urlencode({"lane": "all", "owner": member.id}), (member.email,))
    for topic_id, name in session.execute(select(Topic.id, Topic.name).order_by(Topic.name)):
        yield Way("topics", name, f"/topics/{topic_id}")
    for feed_id, name, source in session.execute(select(Feed.id, Feed.name, Feed.source).order_by(Feed.name)):
        yield Way("feeds", name, f"/feeds/{feed_id}", (source,))


def _issues(session: Session, actor: Actor, reader: Reader, query: str) -> Iterator[Way]:
    if len(query) < SHORT and not query.isdecimal():
        return
    words = Words(reader.catalogue)
    for link in named(session, actor, query, limit=EACH):
        note = f"HB-{link.id}, {words('status', link.status)}"
        yield Way("issues", link.title, f"/issues/{link.id}", note=note)


def _search(reader: Reader, query: str) -> Way:
    name = reader.catalogue.gettext("Everything ever heard with “%(words)s”") % {"words": query}
    return Way("search", name, "/mentions?" + urlencode({"q": query}), keys="/")
