"""The words of every refusal: a title and a sentence for each key, marked for the catalogues."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from babel.support import Translations

from api.locales.words import N_
from triage.refusals import BadInput, NotNow, Refusal

# key -> (what is the matter, what happened and what to do)
REFUSALS: Mapping[str, tuple[str, str]] = {
    "refused": (N_("Not possible"), N_("This cannot be done.")),
    "someone_was_faster": (
        N_("Someone was faster"),
        N_("%(by)s was faster: %(move)s at %(at)s. Nothing of yours was sent; read what is new, then decide again."),
    ),
    "held": (
        N_("Somebody is writing this answer"),
        N_("%(by)s is writing the answer, until %(until)s at the latest. Wait, or take the answer over."),
    ),
    "not_yours": (N_("Not yours"), N_("This belongs to somebody else. Ask a manager to let you in.")),
    "not_now": (N_("Not now"), N_("An issue that is %(status)s cannot be changed so: %(verb)s.")),
    "reopen_too_late": (
        N_("Too late to reopen"),
        N_("The time for reopening ended at %(until)s. Open a new issue that follows this one."),
    ),
    "cannot_undo": (N_("It stays as it is"), N_("This cannot be taken back.")),
    "reason_needed": (N_("A reason is needed"), N_("Say why in a few words, so that the next person knows.")),
    "no_such": (N_("Not here"), N_("There is no such thing here, or it is not for you to see.")),
    "nobody_eligible": (
        N_("Nobody eligible"),
        N_("Nobody in %(department)s can take this now. Choose another department, or add a member."),
    ),
    "crisis_stands": (
        N_("Already a crisis"),
        N_("A crisis of this topic stands already. Go on with that one, or stand it down first."),
    ),
    "crisis_over": (
        N_("The crisis is over"),
        N_("This crisis was stood down; a note is all that can be added. Declare a new one if it comes back."),
    ),
    "bad_input": (N_("Something to mend"), N_("One value cannot be taken as it is.")),
    "no_such_value": (N_("Something to mend"), N_("One value is too large, or holds a character no text can hold.")),
    "malformed": (N_("Something to mend"), N_("Some values cannot be taken as they are.")),
    "bad_topic": (N_("The topic has a mistake"), N_("This topic cannot be kept as it is.")),
    "bad_query": (N_("The query has a mistake"), N_("The query cannot be read.")),
    "bad_chart": (N_("The chart has a mistake"), N_("The chart cannot be read.")),
    "bad_feed": (N_("The feed cannot be used"), N_("This feed cannot be used.")),
    "not_signed_in": (N_("Sign in first"), N_("Sign in, or send a token as `Authorization: Bearer …`.")),
    "not_allowed": (N_("Not for this role"), N_("Your role does not reach this far. Ask an administrator.")),
    "scope_missing": (N_("Not for this token"), N_("This token lacks the scope %(scope)s. Make one that has it.")),
    "version_missing": (
        N_("Which version?"),
        N_("Say which version of the issue you saw: `If-Match` with its ETag, or `seen` in the body."),
    ),
    "versions_differ": (N_("Which version?"), N_("`If-Match` and `seen` name different versions. Send one of them.")),
    "too_many": (N_("Too many calls"), N_("Too many calls in a minute. Wait %(seconds)s seconds.")),
    "too_large": (N_("Too large"), N_("This is larger than we take at once. Send it in parts.")),
    "ingest_unsigned": (N_("Not signed"), N_("The X-Signature header is missing.")),
    "ingest_badly_signed": (N_("Not signed as agreed"), N_("The signature does not fit.")),
    "ingest_too_old": (N_("Signed too long ago"), N_("The signature is more than five minutes off our clock.")),
    "ingest_too_large": (N_("Too large"), N_("This is larger than we take at once. Send it in parts.")),
    "ingest_too_many": (N_("Too many items"), N_("Too many items came at once. Send them in parts.")),
    "ingest_malformed": (N_("Something to mend"), N_("The body cannot be read.")),
    "other_site": (
        N_("From another site"),
        N_("This came from a page of another site, so nothing was done. Open Hearback itself and do it there."),
    ),
    "no_such_page": (N_("Nothing here"), N_("There is no page at this address.")),
    "no_such_method": (N_("Not that way"), N_("This address does not take that method.")),
    "database_away": (
        N_("One moment"),
        N_("The database does not answer. Nothing was changed; try again in a moment."),
    ),
    "unexpected": (
        N_("Something broke"),
        N_("Something broke on our side. Nothing was half done. Error %(error_id)s is in the log."),
    ),
}

# why a verb does not fit where an issue stands, where more can be said than that
NOT_NOW: Mapping[str, str] = {
    "acknowledged": N_("It is acknowledged already."),
    "accepted": N_("It is accepted already."),
    "not_handed_over": N_("No department has it yet. Hand it over first."),
    "target_closed": N_("The other issue is closed. Choose one that is open."),
    "other_way_round": N_("This issue is handed over and the other is not yet. Let the other one go into this one."),
    "many_mentions": N_("It gathers several mentions. Open it, and look at each of them."),
    "moved_on": N_("Some of its mentions have gone elsewhere since. Split off the ones you need instead."),
    "not_merged": N_("It is not part of another issue."),
    "too_late": N_("It ended more than an hour ago, so it stays. Each issue can still be changed by itself."),
    "undone": N_("This was taken back already."),
    "too_long_ago": N_("More than a minute has passed, so it stays. Move the issue on from where it stands."),
    "moved_since": N_("Something has happened to the issue since, so it stays. Read what is new, then decide."),
    "no_way_back": N_("What stood before is not kept any more, so it stays."),
    "bulk_state": N_("It has gone on meanwhile. Load the page again to see where it stands."),
}

# what pydantic calls a mistake -> what a person can do about it
FIELDS: Mapping[str, str] = {
    "missing": N_("This is needed."),
    "string_too_short": N_("This needs at least %(min_length)s characters."),
    "string_too_long": N_("This takes at most %(max_length)s characters."),
    "too_long": N_("This takes at most %(max_length)s entries."),
    "too_short": N_("This needs at least %(min_length)s entries."),
    "int_parsing": N_("This is a whole number."),
    "int_type": N_("This is a whole number."),
    "int_from_float": N_("This is a whole number."),
    "float_parsing": N_("This is a number."),
    "float_type": N_("This is a number."),
    "bool_parsing": N_("This is true or false."),
    "bool_type": N_("This is true or false."),
    "string_type": N_("This is a text."),
    "list_type": N_("This is a list."),
    "dict_type": N_("This is an object."),
    "model_attributes_type": N_("This is an object."),
    "greater_than": N_("This is more than %(gt)s."),
    "greater_than_equal": N_("This is %(ge)s or more."),
    "less_than_equal": N_("This is %(le)s or less."),
    "enum": N_("This is one of: %(expected)s."),
    "literal_error": N_("This is one of: %(expected)s."),
    "datetime_from_date_parsing": N_("This is a moment such as 2026-11-21T09:30:00Z."),
    "datetime_parsing": N_("This is a moment such as 2026-11-21T09:30:00Z."),
    "timezone_aware": N_("This moment needs its zone, such as Z or +03:30."),
    "date_from_datetime_parsing": N_("This is a day such as 2026-11-21."),
    "extra_forbidden": N_("There is no such field here."),
    "json_invalid": N_("This is not JSON: %(error)s."),
    "url_parsing": N_("This is an address that begins with https://."),
}
_OF_A_DEPARTMENT = N_("This belongs to %(department)s. Ask them, or a manager, to let you in.")
_OTHER = N_("This cannot be taken: %(msg)s.")


@dataclass(frozen=True, slots=True)
class Told:
    """One trouble in words. `sentence` replaces the catalogue's where somebody below wrote an exact one."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)
    sentence: str | None = None

    @property
    def title(self) -> str:
        """What is the matter, in English."""
        return self.title_in(Translations())

    @property
    def detail(self) -> str:
        """What happened and what to do, in English."""
        return self.detail_in(Translations())

    def title_in(self, catalogue: Translations) -> str:
        """What is the matter, in this catalogue's language."""
        return str(catalogue.gettext(self._words[0]))

    def detail_in(self, catalogue: Translations) -> str:
        """What happened and what to do, in this catalogue's language."""
        sentence = str(catalogue.gettext(self.sentence or self._words[1]))
        return sentence % _Values(self.values) if self.values or "%(" in sentence else sentence

    @property
    def _words(self) -> tuple[str, str]:
        return REFUSALS.get(self.key, REFUSALS["refused"])


class _Values(dict[str, Any]):
    """Values for a sentence; one that is not known is left out rather than failing the answer."""

    def __missing__(self, name: str) -> str:
        return "…"


def of(refusal: Refusal) -> Told:
    """Put a refusal into words."""
    data = refusal.data
    if isinstance(refusal, BadInput):
        return Told(refusal.key, data["values"], refusal.sentence)
    if refusal.key == "someone_was_faster":
        return Told(refusal.key, {**data, "by": data.get("by") or "Hearback", "at": _moment(data.get("at"))})
    if isinstance(refusal, NotNow) and data["why"] in NOT_NOW:
        return Told(refusal.key, data, NOT_NOW[data["why"]])
    if refusal.key == "not_yours" and data.get("department"):
        return Told(refusal.key, data, _OF_A_DEPARTMENT)
    if refusal.key == "not_allowed" and data.get("scope"):
        return Told("scope_missing", data)
    return Told(refusal.key, {name: _plain(value) for name, value in data.items()}, data.get("sentence"))


def fields(errors: Iterable[Mapping[str, Any]], catalogue: Translations | None = None) -> list[dict[str, str]]:
    """Turn pydantic's errors into one sentence for each field: `[{"field": "body.query", "sentence": ...}]`.

    They are in English for programs, and for people in the language of their catalogue.
    """
    told = []
    for error in errors:
        sentence = str((catalogue or Translations()).gettext(FIELDS.get(str(error["type"]), _OTHER)))
        said = sentence % _Values({"msg": _own_words(str(error["msg"])), **(error.get("ctx") or {})})
        told.append({"field": ".".join(str(part) for part in error["loc"]), "sentence": said})
    return told


def _own_words(message: str) -> str:
    # our validators raise ValueError with a sentence; pydantic puts its own words before it
    return message.removeprefix("Value error, ").rstrip(".")


def _moment(value: Any) -> str:
    return str(_plain(datetime.fromisoformat(value))) if isinstance(value, str) else "…"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    return value
