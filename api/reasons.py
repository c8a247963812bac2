"""Why a deadline is what it is, and what somebody did, as sentences for the person who reads."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from markupsafe import Markup, escape

from api import sentences
from api.judged import value_words
from api.locales.words import N_, Words
from api.reader import Reader
from triage.deadlines import Reason
from triage.find import MoveView
from triage.refusals import Refusal, SomeoneWasFaster

REASONS: Mapping[str, str] = {
    "posted": N_("Started %(from)s, when it was posted, not when we heard it. We promised %(hours)s."),
    "late_found": N_(
        "Posted %(from)s, first heard %(counts_from)s: late-found, so its own %(hours)s count from when we heard it."
    ),
    "handed_over": N_(
        "Started %(from)s, at the first hand-over. We promised %(hours)s; later hand-overs and bounces never reset it."
    ),
    "older_clock": N_("An older clock took over at %(at)s: it counts from %(counts_from)s."),
    "paused": N_("Paused at %(at)s until %(until)s at the latest: %(words)s"),
    "resumed": N_("Ran again from %(at)s."),
    "continued": N_("Reopened at %(at)s: the old promise went on."),
    "kept": N_("Kept at %(at)s."),
    "broken": N_("Broken at %(at)s."),
    "met": N_("Met at %(at)s, after it was broken."),
    "void": N_("Ended at %(at)s without being due."),
}

MOVES: Mapping[str, str] = {
    "opened": N_("The issue was opened"),
    "joined": N_("A mention joined"),
    "trouble": N_("Looking at its promises failed; it is tried again"),
    "acknowledge": N_("%(name)s acknowledged in public"),
    "hand_over": N_("%(name)s handed it to %(department)s"),
    "accept": N_("%(name)s accepted it"),
    "bounce": N_("%(name)s handed it back"),
    "private": N_("%(name)s moved it to a private channel"),
    "pause": N_("%(name)s paused it, waiting for the author"),
    "resume": N_("%(name)s let the clock run again"),
    "resolve": N_("%(name)s resolved it"),
    "dismiss": N_("%(name)s dismissed it"),
    "reopen": N_("%(name)s reopened it"),
    "merge": N_("%(name)s merged it into another issue"),
    "take_in": N_("%(name)s merged another issue into this one"),
    "split": N_("%(name)s split mentions off"),
    "note": N_("%(name)s noted, for us only"),
    "snooze": N_("%(name)s set it aside"),
    "wake": N_("%(name)s brought it back"),
    "corrected": N_("%(name)s corrected what we heard"),
    "rerouted": N_("%(name)s let it follow the new chart, to %(department)s"),
    "undo": N_("%(name)s took that back"),
    "private_line": N_("%(name)s left a line in public"),
    "private_invitation": N_("%(name)s wrote to the author in private"),
    "private_closed": N_("%(name)s said in public how it ended"),
    "link": N_("%(name)s linked it: %(link)s"),
    "unlink": N_("%(name)s took a link away: %(link)s"),
    "followed_up": N_("%(name)s asked how it is now"),
    "followed_up_left": N_("%(name)s left the word the next day"),
    "told": N_("%(name)s told %(author)s"),
    "told_not": N_("%(name)s took back that %(author)s was told"),
    "warn": N_("%(promise)s: %(step)s of the time was used"),
    "breach": N_("%(promise)s: the promise was broken"),
}
HOUSE = N_("Hearback")
# what a correction was: another word, the same, or one taken back
CORRECTED: Mapping[str, str] = {
    "corrected": N_("%(name)s corrected what we heard: %(becomes)s instead of %(said)s"),
    "confirmed": N_("%(name)s confirmed what we heard: %(becomes)s"),
    "undone": N_("%(name)s took a correction back: %(becomes)s again"),
}

NOTICES: Mapping[str, str] = {
    "handed_over": N_("%(department)s has a new issue: accept it, or hand it back with a reason"),
    "assigned": N_("This issue is yours now: accept it, or hand it back with a reason"),
    "bounced": N_("An issue was handed back and needs a new owner"),
    "at_risk": N_("%(promise)s: %(percent)s of the promised time is gone"),
    "broken": N_("%(promise)s: the promise is broken, and the author still waits"),
    "nobody_eligible": N_("The chart sends an issue to %(department)s, where nobody can take it"),
    "unsure": N_("The chart could not decide; a person must"),
    "reopened": N_("An issue was opened again; the old promise runs on"),
    "woken": N_("An issue you had set aside is back"),
    "taken_back": N_("%(by)s took back what was done to an issue"),
    "follow_up": N_("The day has come to ask how it is now"),
    "spike": N_("Something unusual is being said: %(topic)s"),
    "spike_rose": N_("Further from usual than before: %(topic)s"),
    "spike_over": N_("As usual again: %(topic)s"),
    "feed_silent": N_("A feed has stopped working: %(topic)s"),
    "feed_heard": N_("A feed speaks again: %(topic)s"),
    "crisis": N_("This looks like a crisis: %(topic)s"),
    "crisis_by_hand": N_("A crisis was declared: %(topic)s"),
    "crisis_grew": N_("The crisis grows: %(topic)s"),
    "crisis_role_lead": N_("You lead in a crisis: %(topic)s"),
    "crisis_role_speaker": N_("You speak in public in a crisis: %(topic)s"),
    "crisis_role_approver": N_("You approve what is said in a crisis: %(topic)s"),
    "crisis_role_scribe": N_("You keep the record of a crisis: %(topic)s"),
    "crisis_stood_down": N_("The crisis is over: %(topic)s"),
    "given_up": N_("A notice could not be delivered by %(channel)s"),
    "many_handed_over": N_("%(department)s has new issues (%(count)s): accept them, or hand them back with a reason"),
    "many_assigned": N_("New issues are yours (%(count)s): accept them, or hand them back with a reason"),
    "many_taken_back": N_("%(by)s took back what was handed over at once (%(count)s)"),
    "many_moved": N_("%(by)s moved many issues at once (%(count)s)"),
    "moved": N_("Something happened to an issue"),
}


def reason_words(reader: Reader, reason: Reason) -> str:
    """Return one line of "why this deadline"; the last line is the sum, written out."""
    if reason.key == "sum":
        return _sum(reader, reason.data)
    said = {name: _said(reader, name, value) for name, value in reason.data.items()}
    sentence = str(reader.catalogue.gettext(REASONS[reason.key])) % said
    zone = reason.data.get("timezone")
    if zone:
        sentence += " " + str(reader.catalogue.gettext("Only working hours count (%(zone)s).")) % {"zone": zone}
    return sentence


def refusal_words(reader: Reader, refusal: Refusal) -> str:
    """Say why an act was refused, with verbs, states and moments as this reader knows them."""
    words = Words(reader.catalogue)
    if isinstance(refusal, SomeoneWasFaster):
        done = _done(reader, str(refusal.data.get("move", "")), refusal.data)
        rest = reader.catalogue.gettext("Nothing of yours was sent; read what is new, then decide again.")
        return f"{done} ({_plain(reader, words, 'at', refusal.data.get('at'))}). {rest}"
    told = sentences.of(refusal)
    values = {name: _plain(reader, words, name, value) for name, value in told.values.items()}
    return sentences.Told(told.key, values, told.sentence).detail_in(reader.catalogue)


def _done(reader: Reader, move: str, data: Mapping[str, Any]) -> str:
    by = data.get("by") or str(reader.catalogue.gettext(HOUSE))
    sentence = reader.catalogue.gettext(MOVES.get(move, N_("%(name)s changed it")))
    return str(sentence) % {
        "name": by,
        "department": data.get("to") or "…",
        "promise": "…",
        "step": "…",
        "link": "…",
        "author": "…",
    }


def _plain(reader: Reader, words: Words, name: str, value: Any) -> Any:
    if name in ("status", "verb"):
        return words(name, str(value))
    if name in ("at", "until", "most") and isinstance(value, str):
        try:
            return reader.moment(datetime.fromisoformat(value))
        except ValueError:
            return value
    return value


def move_words(reader: Reader, move: MoveView) -> Markup:
    """Return what a move was, with every name kept in its own direction."""
    gettext = reader.catalogue.gettext
    by = move.by.name if move.by else str(gettext(HOUSE))
    if move.sort == "corrected":
        return _corrected(reader, by, move.data)
    values = {
        "name": _name(by),
        "department": _name(move.data.get("department") or "…"),
        "promise": _promise(reader, str(move.data.get("promise", ""))),
        "step": reader.percent(float(move.data.get("percent", 0)) / 100),
        "link": _name(str(move.data.get("name") or "…")),
        "author": _name(str(move.data.get("author") or "…")),
    }
    sort = _sort(move)
    sentence = Markup(escape(gettext(MOVES.get(sort, "%(name)s: " + sort)))) % values
    if move.data.get("owner"):
        sentence += Markup(escape(gettext(", to %(owner)s"))) % {"owner": _name(str(move.data["owner"]))}
    if move.data.get("channel"):
        sentence += Markup(": ") + _name(str(move.data["channel"]))
    return sentence


def _sort(move: MoveView) -> str:
    """Return the key of a move's sentence: finer than its sort where its data tells more."""
    data = move.data
    finer = {
        "private": data.get("step"),
        "followed_up": data.get("ended"),
        "told": None if data.get("told", True) else "not",
    }.get(move.sort)
    return f"{move.sort}_{finer}" if f"{move.sort}_{finer}" in MOVES else move.sort


def _corrected(reader: Reader, by: str, data: Mapping[str, Any]) -> Markup:
    gettext = reader.catalogue.gettext
    aspect, said, becomes = (str(data.get(name, "")) for name in ("aspect", "said", "becomes"))
    key = "undone" if data.get("undone") else "confirmed" if said == becomes else "corrected"
    topics = {int(value.lstrip("-")): str(data.get("topic", "")) for value in (said, becomes) if aspect == "topic"}
    values = {
        "name": _name(by),
        "said": _name(value_words(reader, aspect, said, topics)),
        "becomes": _name(value_words(reader, aspect, becomes, topics)),
    }
    sentence = Markup(escape(gettext(CORRECTED[key]))) % values
    if data.get("department"):
        now_for = escape(gettext("; the chart now sends it to %(department)s"))
        sentence += Markup(now_for) % {"department": _name(str(data["department"]))}
    return sentence


def notice_words(reader: Reader, reason: str, data: Mapping[str, Any]) -> str:
    """Return what a notice says, in one line."""
    values = {
        "department": data.get("department") or "…",
        "promise": _promise(reader, str(data.get("promise", ""))),
        "percent": reader.percent(float(data.get("percent") or 0) / 100),
        "topic": f"\N{FIRST STRONG ISOLATE}{data.get('topic') or '…'}\N{POP DIRECTIONAL ISOLATE}",
        "channel": data.get("channel") or "…",
        "count": reader.number(int(data.get("count") or 0)),
        "by": data.get("by") or str(reader.catalogue.gettext(HOUSE)),
    }
    return str(reader.catalogue.gettext(NOTICES.get(reason, NOTICES["moved"]))) % values


def _name(text: str) -> Markup:
    return Markup("<b><bdi>{}</bdi></b>").format(text)


def _promise(reader: Reader, key: str) -> str:
    return str(reader.catalogue.gettext({"triage": N_("Triage"), "resolution": N_("Resolution")}.get(key, key) or "…"))


def _said(reader: Reader, name: str, value: Any) -> Any:
    if name == "hours":
        return _hours(reader, value)
    return reader.moment(value) if hasattr(value, "isoformat") else value


def _hours(reader: Reader, hours: float) -> str:
    """Write a promise as people say it: 24 h, not 1 d."""
    if hours != int(hours) or hours > 72:
        return reader.span(hours * 3600)
    return str(reader.catalogue.ngettext("%(n)s h", "%(n)s h", int(hours))) % {"n": reader.number(hours)}


def _sum(reader: Reader, data: Mapping[str, Any]) -> str:
    parts = [reader.moment(data["from"]), _hours(reader, data["hours"])]
    if data["paused"] > timedelta(0):
        parts.append(reader.span(data["paused"].total_seconds()))
    return str(reader.catalogue.gettext("So: %(parts)s = %(due)s")) % {
        "parts": " + ".join(parts),
        "due": reader.moment(data["due"]),
    }
