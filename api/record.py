"""What happened in a crisis and why it is one, as sentences for the person who reads."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from markupsafe import Markup, escape

from api.locales.words import N_, Words
from api.reader import Reader
from triage.find.crises import CrisisMoveView
from triage.models import Crisis
from triage.refusals import SomeoneWasFaster
from triage.signs import Sign

MOVES: Mapping[str, str] = {
    "declared": N_("%(name)s declared a crisis"),
    "gathered": N_("%(name)s gathered what was said into one issue"),
    "linked": N_("%(name)s found issues of it that people hold"),
    "assigned": N_("%(name)s gave a role to %(member)s: %(role)s"),
    "unassigned": N_("%(name)s took a role back: %(role)s"),
    "instructed": N_("%(name)s set the line on every page"),
    "cleared": N_("%(name)s took the line off every page"),
    "holding": N_("%(name)s wrote the holding statement"),
    "noted": N_("%(name)s noted"),
    "grew": N_("It grew: %(observed)s mentions, usually %(typical)s"),
    "widened": N_("It reached another topic: %(topic)s"),
    "stood_down": N_("%(name)s stood it down"),
}
SIGNS: Mapping[str, str] = {
    Sign.RISE: N_("Louder than usual: %(observed)s mentions, usually %(typical)s"),
    Sign.SURGE: N_("Angrier than usual: %(share)s of it is negative, usually %(usual)s"),
    Sign.SOURCES: N_("In several places at once: %(places)s"),
    Sign.INFLUENCER: N_("A voice that carries far is among them: %(people)s"),
}


def crisis_words(reader: Reader, move: CrisisMoveView) -> Markup:
    """Return what a move of a crisis was, with every name kept in its own direction."""
    gettext, words, data = reader.catalogue.gettext, Words(reader.catalogue), move.data
    by = move.by.name if move.by else str(gettext("Hearback"))
    values = {
        "name": _name(by), "member": _name(str(data.get("member") or "…")), "topic": _name(str(data.get("topic", ""))),
        "role": escape(words("crisis_role", str(data.get("role", "")))),
        "observed": reader.number(float(data.get("observed", 0))), "typical": _usual(reader, data),
    }  # fmt: skip
    return Markup(escape(gettext(MOVES[_sort(move.sort, data, move.words)]))) % values


def gathered_words(reader: Reader, data: Mapping[str, Any]) -> list[str]:
    """Return what a gathering brought, part by part; parts that brought nothing are left out."""
    ngettext = reader.catalogue.ngettext
    merged, linked = len(data.get("merged", ())), len(data.get("linked", ()))
    parts = [
        (int(data.get("mentions", 0)), ngettext("%(n)s mention joined", "%(n)s mentions joined", data["mentions"])),
        (merged, ngettext("%(n)s issue went in", "%(n)s issues went in", merged)),
        (linked, ngettext("%(n)s issue that people hold", "%(n)s issues that people hold", linked)),
    ]
    return [str(sentence) % {"n": reader.number(count)} for count, sentence in parts if count]


def sign_words(
    reader: Reader, crisis: Crisis, places: Mapping[str, str], people: Mapping[int, str]
) -> Sequence[tuple[str, Markup]]:
    """Return (sign, sentence) for each sign a crisis was declared from; `places` and `people` are their names."""
    reason, gettext = crisis.reason, reader.catalogue.gettext
    between = Markup(escape(str(reader.catalogue.pgettext("list", ", "))))
    values = {
        "observed": reader.number(float(reason.get("observed", 0))), "typical": _usual(reader, reason),
        "share": reader.percent(float(reason.get("negative", 0))),
        "usual": reader.percent(float(reason.get("usual", 0))),
        "places": between.join(_name(places.get(one, one)) for one in reason.get("places", ())),
        "people": between.join(_name(people[one]) for one in reason.get("influencers", ()) if one in people),
    }  # fmt: skip
    return [(sign, Markup(escape(gettext(SIGNS[sign]))) % values) for sign in SIGNS if sign in reason["signs"]]


def faster_words(reader: Reader, refusal: SomeoneWasFaster) -> str:
    """Say who was faster in a crisis, what they did and when."""
    gettext, data = reader.catalogue.gettext, refusal.data
    by = data.get("by") or str(gettext("Hearback"))
    sentence = str(gettext(MOVES.get(str(data.get("move")), N_("%(name)s changed it"))))
    done = sentence % {"name": by, "member": "…", "role": "…", "topic": "…", "observed": "…", "typical": "…"}
    at = reader.moment(datetime.fromisoformat(data["at"])) if data.get("at") else "…"
    return f"{done} ({at}). {gettext('Nothing of yours was sent; read what is new, then decide again.')}"


def _sort(sort: str, data: Mapping[str, Any], words: str) -> str:
    if sort == "assigned" and not data.get("member_id"):
        return "unassigned"
    if sort == "instructed" and not words:
        return "cleared"
    if sort == "gathered" and not (data.get("mentions") or data.get("merged")):
        return "linked"
    return "widened" if sort == "grew" and data.get("topic") else sort


def _usual(reader: Reader, data: Mapping[str, Any]) -> str:
    value = float(data.get("typical", 0))
    return reader.number(value, 0 if value >= 10 or value == int(value) else 1)


def _name(text: str) -> Markup:
    return Markup("<bdi>{}</bdi>").format(text)
