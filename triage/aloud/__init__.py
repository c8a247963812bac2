"""An incident in one sentence a person can read aloud, in the reader's language, digits and zone.

"Norva: 30-minute volume 412, usually 38; 71% from one thread on Mastodon, started by Tomas Berg at 14:05; negative
share 62% (usually 18%)." The sentences lie beside this room as data, one file a language: letters, webhooks and pages
say the same.
"""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from listener.models import Spike, SpikeSort

FOLDER = Path(__file__).parent
LANGUAGES = ("en", "fa", "ar", "he")
WEEK = 6  # days that a weekday alone tells apart
FEW = 5  # of fewer mentions no share is told
# where people speak to each other; a thread elsewhere is told without its place
_PLACES = {"mastodon": "Mastodon", "hackernews": "Hacker News"}
_DIGITS = {
    "fa": str.maketrans("0123456789,.%", "۰۱۲۳۴۵۶۷۸۹٬٫٪"),
    "ar": str.maketrans("0123456789,.%", "٠١٢٣٤٥٦٧٨٩٬٫٪"),
}
_FSI, _PDI = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
# marks that would end an isolate early, or turn what follows
_TURNS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def aloud(spike: Spike, cause: Mapping[str, Any], language: str, timezone: str, about: str) -> str:
    """Say how large an incident is, who carries it, what began it and how the mood turned, as one plain sentence.

    `cause` is what `listener.causes.explain` found (or nothing yet), `about` the name of the topic or feed. Names are
    isolated in it, so it may stand in a page of either direction; never wrap it in an isolate of its own.
    """
    speech = _Speech(language if language in LANGUAGES else "en", ZoneInfo(timezone), spike.opened_at)
    clauses = [_size(speech, spike, cause, about)]
    if spike.sort != SpikeSort.SILENCE:
        clauses += _carried(speech, spike, cause)
    if spike.sort in {SpikeSort.SPIKE, SpikeSort.DROP}:
        clauses += _mood(speech, cause)
    return str(speech.words["between"]).join(clauses) + str(speech.words["end"])


class _Speech:
    """One language, one zone, and the day that needs no name: the one the incident opened on."""

    def __init__(self, language: str, zone: ZoneInfo, today: datetime) -> None:
        self.language, self.zone, self.today = language, zone, today
        self.words = _catalogue(language)
        self.locale = Locale.parse("en_GB" if language == "en" else language)

    def say(self, table: str, key: str, **values: str) -> str:
        """Return one clause with its names filled in."""
        return str(self.words[table][key]).format_map(values)

    def number(self, value: float) -> str:
        """`1204` -> `1,204`; whole from ten on, with one decimal below where there is one."""
        pattern = "#,##0" if value >= 10 else "#,##0.#"
        return str(format_decimal(value, format=pattern, locale="en")).translate(_DIGITS.get(self.language, {}))

    def percent(self, share: float) -> str:
        """`0.71` -> `71%`; what is not all is never rounded up to all, nor what is there down to nothing."""
        whole = round(share * 100)
        whole = min(whole, 99) if share < 1 else whole
        return f"{max(whole, 1) if share > 0 else whole}%".translate(_DIGITS.get(self.language, {}))

    def counted(self, table: str, number: int) -> str:
        """Return the form that this many take."""
        forms = self.words[table]
        return str(forms.get(self.locale.plural_form(number), forms["other"])).format(n=self.number(number))

    def span(self, minutes: float) -> str:
        """`30` -> `30-minute`, `360` -> `6-hour`."""
        whole = max(round(minutes), 1)
        if whole % 60 and whole < 120:
            return self.counted("minutes", whole)
        return self.counted("hours", round(whole / 60))

    def moment(self, at: datetime, today: str, long_ago: str) -> str:
        """Say when by the hour, with its weekday if that was another day; beyond a week by the days between."""
        local, here = at.astimezone(self.zone), self.today.astimezone(self.zone)
        days = (here.date() - local.date()).days
        if not -1 <= days <= WEEK:
            return self.counted(long_ago, abs(days))
        time = f"{local:%H:%M}".translate(_DIGITS.get(self.language, {}))
        if not days:
            return self.say(today, "today", time=time)
        return self.say(today, "weekday", time=time, weekday=format_date(local, "EEEE", locale=self.locale))


def _size(speech: _Speech, spike: Spike, cause: Mapping[str, Any], about: str) -> str:
    name = _isolate(about)
    if spike.sort == SpikeSort.SILENCE:
        key = "failing" if cause.get("why") == "failing" else "quiet"
        since = speech.moment(spike.started_at, "since", "lasting")
        return speech.say("size", key, about=name, since=since, typical=speech.number(spike.typical))
    figure = speech.percent if spike.sort == SpikeSort.SURGE else speech.number
    # what judged it says over how long it counted; a row without that counted since it began
    minutes = spike.baseline.get("window_minutes") or (spike.last_at - spike.started_at).total_seconds() / 60
    observed, typical = figure(spike.observed), figure(spike.typical)
    return speech.say("size", spike.sort, about=name, span=speech.span(minutes), observed=observed, typical=typical)


def _carried(speech: _Speech, spike: Spike, cause: Mapping[str, Any]) -> Iterator[str]:
    """Yield who carries it and what began it, as far as they are known; a flood of copies is called what it is."""
    biggest, first, copied = (cause.get(name) or {} for name in ("biggest", "first", "amplified"))
    what = str(biggest.get("what"))
    if copied.get("is_flood") and what != "copies":
        yield speech.say("amplified", "alone", share=speech.percent(copied["share"]))
    if what in speech.words["carrier"]:
        clause = _carrier(speech, spike, what, biggest, first)
        is_flood = copied.get("is_flood") and what == "copies"
        yield speech.say("amplified", "carrier", clause=clause) if is_flood else clause
    # what one source carries need not have begun there
    if (what == "source" or not biggest) and first.get("author"):
        yield speech.say("began", "alone", author=_isolate(first["author"]), at=_when(speech, first))


def _carrier(speech: _Speech, spike: Spike, what: str, biggest: Mapping[str, Any], first: Mapping[str, Any]) -> str:
    share = speech.percent(float(biggest["share"]))
    if spike.sort == SpikeSort.SURGE:  # what carries a surge is looked for among the negative ones
        share = speech.say("carrier", "among", share=share)
    place = _PLACES.get(first.get("source", ""), "")
    place = speech.say("carrier", "place", source=_isolate(place)) if place else ""
    name = str(biggest.get("name") or "")
    name = {"source": _PLACES.get(name, name), "link": name.partition("/")[0]}.get(what, name)
    return speech.say("carrier", what, share=share, place=place, name=_isolate(name)) + _began(speech, what, first)


def _began(speech: _Speech, what: str, first: Mapping[str, Any]) -> str:
    if not first or what == "source":
        return ""
    key = "at" if what == "author" or not first.get("author") else "heard" if first.get("is_reply") else "by"
    return speech.say("began", key, author=_isolate(first.get("author") or ""), at=_when(speech, first))


def _when(speech: _Speech, first: Mapping[str, Any]) -> str:
    return speech.moment(datetime.fromisoformat(first["posted_at"]), "when", "earlier")


def _mood(speech: _Speech, cause: Mapping[str, Any]) -> Iterator[str]:
    """Yield the share of negative mentions, beside what it was before where that is known."""
    mood = cause.get("mood") or {}
    during, before = (_negative(mood.get(name)) for name in ("during", "before"))
    if during is None or cause.get("count", FEW) < FEW:
        return
    if before is None:
        yield speech.say("mood", "alone", share=speech.percent(during))
    else:
        yield speech.say("mood", "beside", share=speech.percent(during), typical=speech.percent(before))


def _negative(mood: Any) -> float | None:
    share = mood.get("negative") if isinstance(mood, Mapping) else None
    return float(share) if isinstance(share, int | float) else None


def _isolate(name: str) -> str:
    """Keep somebody's name from turning the sentence around it."""
    return f"{_FSI}{' '.join(name.translate(_TURNS).split())}{_PDI}"


@cache
def _catalogue(language: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))
