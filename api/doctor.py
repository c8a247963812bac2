"""What is wrong with a deployment, in plain sentences, and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from api.health import ROLES, SKEW, Health, Trouble


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; `remedy` is empty where all is well."""

    well: bool
    sentence: str
    remedy: str = ""


START = {"hearing": "hearback work hearing", "deciding": "hearback work deciding", "beat": "hearback beat"}
ADDRESS = "postgresql://user:password@host:5432/name"

# trouble -> (sentence, what to do), filled from what was measured
WORDS: Mapping[str, tuple[str, str]] = {
    "database_unset": (
        "No database is known.",
        f"Set DATABASE_URL={ADDRESS}, or use `make run`, which brings its own.",
    ),
    "database_address": ("DATABASE_URL is not an address that can be read: {error}", f"It should look like {ADDRESS}"),
    "database_down": (
        "The database does not answer: {error}",
        "Check that PostgreSQL runs, and that host, port, user and password in DATABASE_URL are right.",
    ),
    "schema_missing": ("The database is empty.", "Run `hearback migrate`."),
    "schema_old": (
        "The database is at version {found}; this program needs {needed}.",
        "Run `hearback migrate`, then restart.",
    ),
    "schema_unknown": (
        "The database is at version {found}, which this program does not know.",
        "A newer program was here. Deploy that one again, or restore the database from before it.",
    ),
    "role_missing": ("No process for {role} has ever been seen.", "Start one: `{start}`."),
    "role_silent": ("Nothing has been heard of {role} for {ago}.", "Look at its log, then start it again: `{start}`."),
    "one_silent": (
        "{name} has not been heard of for {ago}; others do its work.",
        "Start it again if it should be there. If it was taken away on purpose, this line goes within the hour.",
    ),
    "clock_skew": (
        "The clocks of this machine and of the database differ by {ago}, so deadlines are off by as much.",
        "Set both by NTP (`timedatectl set-ntp true`).",
    ),
    "broker_unset": (
        "No broker is known.",
        "Set REDIS_URL=redis://host:6379/0, or use `make run`, which brings its own.",
    ),
    "broker_address": (
        "REDIS_URL is not an address that can be read: {error}",
        "It should look like redis://host:6379/0",
    ),
    "broker_down": (
        "The broker does not answer: {error}",
        "Check that Redis or Valkey runs where REDIS_URL points, and its password.",
    ),
    "disk_low": (
        "Only {megabytes} MB are free on the disk of {folder}.",
        "Make room: PostgreSQL stops when it is full.",
    ),
    "model_missing": (
        "The model of moods in {language} is not there, so words alone tell them, and angry posts are missed.",
        "Install Hearback again: the file belongs to it, as listener/sentiment/models/{language}.mood.",
    ),
    "feed_silent": (
        "Feed {id} ({name}) has brought no answer since {since:%Y-%m-%d %H:%M} UTC.{error}",
        "Open it on the feeds page, mend its address or pause it; `hearback feeds poll {id}` tries it now.",
    ),
}


def report(health: Health) -> list[Finding]:
    """Return what is well, then what is not, each in one sentence."""
    return [*_well(health), *(_sentence(trouble, health) for trouble in health.troubles)]


def _well(health: Health) -> list[Finding]:
    troubled = {trouble.key for trouble in health.troubles}
    silent_roles = {trouble.data.get("role") for trouble in health.troubles}
    found: list[str] = []
    if health.database:
        found.append(f"PostgreSQL {health.database} answers.")
    if health.schema and not any(key.startswith("schema") for key in troubled):
        found.append(f"The schema is at version {health.schema}, the one this program needs.")
    if health.broker:
        found.append(f"The broker answers (version {health.broker}).")
    for role in ROLES:
        signs = [sign for sign in health.signs if sign.role == role]
        if signs and role not in silent_roles:
            latest = max(sign.at for sign in signs)
            found.append(f"{role} was heard of {_ago(health.at - latest)} ago ({len(signs)} running).")
    if health.clock_skew is not None and "clock_skew" not in troubled:
        found.append(f"The clocks agree to {max(abs(health.clock_skew), 0.1):.1f} s (up to {SKEW:.0f} s is fine).")
    if health.disk_free and "disk_low" not in troubled:
        found.append(f"{health.disk_free / 1e9:.0f} GB of disk are free.")
    if health.schema and "feed_silent" not in troubled and not any(key.startswith("schema") for key in troubled):
        found.append("Every feed has answered lately.")
    if health.readings and "model_missing" not in troubled:
        found.append(f"Moods are told in {_reads(health)}.")
    return [Finding(True, sentence) for sentence in found]


def _reads(health: Health) -> str:
    """`en by lexicon and model; fa, ar by emoji`: the languages, by what reads them."""
    by: dict[str, list[str]] = {}
    for one in health.readings:
        by.setdefault(one.mood, []).append("any other" if one.language == "und" else one.language)
    return "; ".join(f"{', '.join(languages)} by {mood}" for mood, languages in by.items())


def _sentence(trouble: Trouble, health: Health) -> Finding:
    words: dict[str, Any] = dict(trouble.data)
    if "role" in words:
        words["start"] = START[words["role"]]
    if "seconds" in words:
        words["ago"] = _ago(timedelta(seconds=abs(words["seconds"])))
    if "free" in words:
        words["megabytes"] = words["free"] // 1_000_000
    if trouble.key == "feed_silent":
        feed = next(one for one in health.silent if one.id == words["id"])
        words |= {"name": feed.name, "since": feed.since, "error": f" It said: {feed.error}" if feed.error else ""}
    sentence, remedy = WORDS[trouble.key]
    return Finding(False, sentence.format(**words), remedy.format(**words))


def _ago(span: timedelta) -> str:
    seconds = max(0, round(span.total_seconds()))
    for size, unit in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
