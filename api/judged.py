"""What was judged of a mention, and what people said of it, in words."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from markupsafe import Markup

from api.evidence import Mark, marked
from api.locales.words import Words
from api.reader import Reader
from triage.find import Heard, Word

# what a person may say it is; spam is said apart
KINDS = ("complaint", "question", "praise", "idea", "bug", "lead", "chatter")
MOODS = ("negative", "neutral", "positive")
# between the words of one reason for spam
BETWEEN = " · "
LANGUAGES = ("en", "fa", "ar", "he", "fr", "de", "es", "it", "pt", "und")


def choices_of(reader: Reader, aspect: str) -> tuple[tuple[str, str], ...]:
    """Return what a form may send for one aspect and what its button says: `("kind:bug", "bug")`."""
    return _choices(reader.language, aspect)


@cache
def _choices(language: str, aspect: str) -> tuple[tuple[str, str], ...]:
    reader = Reader(language, ZoneInfo("UTC"), datetime.min.replace(tzinfo=UTC))
    values = {"mood": MOODS, "kind": KINDS, "language": LANGUAGES}[aspect]
    told = tuple((f"{aspect}:{value}", value_words(reader, aspect, value, {})) for value in values)
    return (*told, ("spam:yes", value_words(reader, "spam", "yes", {}))) if aspect == "kind" else told


@lru_cache(1024)
def buttons(others: tuple[tuple[str, str], ...], right: str) -> Markup:
    """Return a button for each of `choices_of` but the right one: hundreds of the same stand on a page."""
    one = Markup('<button class="btn" name="says" value="{}"><bdi>{}</bdi></button>')
    return Markup("").join(one.format(value, name) for value, name in others if value != right)


def opener(one: Heard, about: str) -> str:
    """Return the id of what opens the choices about one judgement: focus goes back there."""
    return f"j-{one.id}-{'kind' if about == 'spam' else about.replace(':', '-')}"


def value_words(reader: Reader, aspect: str, value: str, topics: Mapping[int, str]) -> str:
    """Return what stands for one aspect, as a reader knows it: `complaint`, `Persian`, `not spam`, `not Nimbo Mini`."""
    words = Words(reader.catalogue)
    if value == "unsure":
        return str(reader.catalogue.gettext("unsure"))
    if aspect == "language":
        return reader.language_name(value)
    if aspect == "topic":
        name = topics.get(int(value.removeprefix("-")), "…")
        return str(reader.catalogue.gettext("not %(topic)s")) % {"topic": name} if value.startswith("-") else name
    return words({"mood": "mood", "kind": "kind"}.get(aspect, "spam"), value)


def word_words(reader: Reader, word: Word, member_id: int | None, topics: Mapping[int, str]) -> str:
    """Return what a person said, in one sentence: `You said: complaint.`, `Lina agreed: not spam.`"""
    gettext = reader.catalogue.gettext
    what = value_words(reader, word.aspect, word.becomes, topics)
    if word.by is not None and word.by.id == member_id:
        return str(gettext("You agreed: %(what)s.") if word.agrees else gettext("You said: %(what)s.")) % {"what": what}
    name = word.by.name if word.by else "…"
    told = gettext("%(name)s agreed: %(what)s.") if word.agrees else gettext("%(name)s said: %(what)s.")
    return str(told) % {"name": f"\u2068{name}\u2069", "what": what}


def evidence(reader: Reader, text: str, found: Sequence[Mark]) -> Markup:
    """Return somebody's words with what decided marked, each mark saying what it weighed."""
    return marked(text, found, lambda mark: _weight(reader, mark))


def spam_words(reader: Reader, why: str) -> str:
    """Return one reason for spam: `phone` -> `a phone number`, `prize:win · free` -> `a prize: win, free`."""
    key, _, detail = why.partition(":")
    if key == "repeated" and detail.isdecimal():
        count = int(detail)
        told = reader.catalogue.ngettext("%(n)s other said the same", "%(n)s others said the same", count)
        return str(told) % {"n": reader.number(count)}
    words = Words(reader.catalogue)("spam_why", key)
    return f"{words}: \u2068{_list(reader).join(map(_cue, detail.split(BETWEEN)))}\u2069" if detail else words


def kind_words(reader: Reader, one: Heard) -> list[str]:
    """Return what decided a kind, as people read it: the words, a beginning of words, stars, or the reasons of spam."""
    if one.kind_version.startswith("spam"):
        return [spam_words(reader, why) for why in one.kind_words]
    return [f"\u2068{_cue(why)}\u2069" for why in one.kind_words]


def _weight(reader: Reader, mark: Mark) -> str:
    gettext = reader.catalogue.gettext
    told = []
    if mark.is_mood:
        told.append(str(gettext("mood %(weight)s")) % {"weight": f"\u2066{reader.signed(mark.weight, 1)}\u2069"})
    if mark.is_kind:
        told.append(str(gettext("decided the kind")))
    return _list(reader).join(told)


def _cue(word: str) -> str:
    """Return a cue as people read it: `crash*` is the beginning of a word."""
    return word.removesuffix("*") + "…" if word.endswith("*") else word


def _list(reader: Reader) -> str:
    return str(reader.catalogue.pgettext("list", ", "))


def names_of(one: Heard) -> dict[int, str]:
    """Return the names of the topics that may be spoken of beside a mention."""
    return {topic.id: f"\u2068{topic.name}\u2069" for topic in (*one.topics, *one.off)}


def said_words(one: Heard) -> list[str]:
    """Return the words of a text that decided its kind; a sign such as a link or the stars is no word of it."""
    if one.kind_version.startswith("spam"):
        return [word for why in one.kind_words for word in why.partition(":")[2].split(BETWEEN) if word]
    return [why for why in one.kind_words if not why.endswith("/5")]
