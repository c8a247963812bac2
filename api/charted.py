"""A chart in words: what a question asks, where an answer leads, what two charts say otherwise, what is to mend."""

from collections.abc import Collection, Mapping, Sequence

from markupsafe import Markup

from api.locales.words import N_, Words
from api.reader import Reader
from triage import drawing
from triage.facts import FACTS
from triage.flowchart import NOBODY, UNSURE, Ask, Assign, Chart, Problem, Step, name_of
from triage.flowchart.comparing import Change, Place
from triage.flowchart.editing import TO

# what a question may ask, as a person would choose it from a list
ASKED: tuple[tuple[str, Mapping[str, str]], ...] = (
    (
        N_("What it is"),
        {
            "kind": N_("kind"),
            "mood": N_("mood"),
            "mood_score": N_("mood as a number, −1 to 1"),
            "kind_confidence": N_("how sure the kind is, 0 to 1"),
            "rating": N_("stars"),
            "language": N_("language"),
            "source": N_("source"),
            "form": N_("form"),
            "is_reply": N_("it answers another post"),
            "links": N_("web addresses in it"),
            "engagement": N_("likes, replies and shares"),
            "age_hours": N_("hours until we heard it"),
        },
    ),
    (
        N_("What it speaks of"),
        {
            "topics": N_("topics"),
            "topic_kinds": N_("kinds of topic"),
            "competitor_only": N_("only a competitor, nothing of ours"),
            "in_spike": N_("a topic that is spiking now"),
            "danger_words": N_("words of danger"),
            "order_words": N_("words of an order or delivery"),
            "money_words": N_("words of money"),
            "account_words": N_("words of an account"),
            "staff_words": N_("words of our people"),
            "care_words": N_("words of an order, money, an account or our people"),
            "how_to_words": N_("words of a how-to or our content"),
            "part_words": N_("words of a product part"),
        },
    ),
    (
        N_("Who wrote it"),
        {
            "author_mentions": N_("posts by this author"),
            "author_negative": N_("negative posts by this author"),
            "author_positive": N_("positive posts by this author"),
            "author_followers": N_("followers of the author"),
            "author_is_bot": N_("a program wrote it"),
        },
    ),
    (
        N_("What keeps it off the clock"),
        {
            "is_ours": N_("our own post"),
            "is_repost": N_("only a repost"),
            "is_history": N_("imported from the past"),
            "is_alike": N_("nearly the same as one heard before"),
        },
    ),
)
_NAMES = {fact: words for _, facts in ASKED for fact, words in facts.items()}
_TESTS: Mapping[str, str] = {
    "is": N_("%(fact)s: %(value)s"),
    "one_of": N_("%(fact)s: %(value)s"),
    "includes": N_("%(fact)s: %(value)s"),
    "at_least": N_("%(fact)s: %(value)s or more"),
    "at_most": N_("%(fact)s: %(value)s or less"),
    "found": N_("%(fact)s: any"),
}
# a few words at a step of the picture; the sentence stands beside its form
_SHORT: Mapping[str, str] = {
    "dead_end": N_("an answer is missing"),
    "asks_nothing": N_("asks nothing yet"),
    "no_members": N_("nobody works here"),
    "unreachable": N_("no answer leads here"),
    "loop": N_("goes in a circle"),
}
_OTHERWISE = N_("to mend")
_CHANGES: Mapping[str, str] = {
    "added": N_("New question: %(step)s"),
    "removed": N_("Taken out: %(step)s"),
    "asks": N_("%(step)s asks: %(after)s. Before: %(before)s"),
    "words": N_("%(step)s: new words. Before: %(before)s"),
    "renamed": N_("%(step)s: its words in other languages changed"),
    "yes": N_("%(step)s, yes: to %(after)s. Before: %(before)s"),
    "no": N_("%(step)s, no: to %(after)s. Before: %(before)s"),
    "goes": N_("%(step)s ends with %(after)s. Before: %(before)s"),
    "start": N_("The chart begins with %(after)s. Before: %(before)s"),
}


def fact_words(reader: Reader, fact: str) -> str:
    """Return what a fact is called in the list of questions."""
    return str(reader.catalogue.gettext(_NAMES[fact])) if fact in _NAMES else fact


def value_of(reader: Reader, fact: str, value: object) -> str:
    """Return one value of a fact: `complaint`, `Persian`, `3`."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return reader.number(value, 0 if value == int(value) else 2)
    key = str(value)
    if key == "unsure":
        return str(reader.catalogue.gettext("unsure"))
    if fact == "language":
        return reader.language_name(key)
    table = {"topic_kinds": "topic_kind"}.get(fact, fact)
    known = table in ("kind", "mood", "source", "form", "topic_kind")
    return Words(reader.catalogue)(table, key) if known else f"\N{FIRST STRONG ISOLATE}{key}\N{POP DIRECTIONAL ISOLATE}"


def asks(reader: Reader, step: Step) -> str:
    """Return what a question asks in a few words: `kind: complaint`, `stars: 2 or less`; an end asks nothing."""
    if not isinstance(step, Ask) or not step.fact:
        return ""
    fact = fact_words(reader, step.fact)
    if step.test not in _TESTS:
        return fact
    values = step.value if isinstance(step.value, list) else [step.value]
    said = str(reader.catalogue.pgettext("list", ", ")).join(value_of(reader, step.fact, one) for one in values)
    return str(reader.catalogue.gettext(_TESTS[step.test])) % {"fact": fact, "value": said}


def whom(reader: Reader, to: str, names: Mapping[str, str]) -> str:
    """Return whom a walk ends with: a department's name, a listener, nobody."""
    if to in (UNSURE, NOBODY, "nobody_eligible"):
        return Words(reader.catalogue)("dry", to)
    return names.get(to, to)


def title_of(reader: Reader, step: Step, names: Mapping[str, str]) -> str:
    """Return the words of a step; a question without any is told by what it asks."""
    if isinstance(step, Assign):
        return name_of(step.title, reader.language, whom(reader, step.to, names))
    otherwise = asks(reader, step) or str(reader.catalogue.gettext("A question without words"))
    return name_of(step.title, reader.language, otherwise)


def ends(reader: Reader, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what an answer may end with, as (place, words): the departments, a listener, nobody."""
    return [(TO + key, whom(reader, key, names)) for key in (*names, UNSURE, NOBODY)]


def change_words(reader: Reader, change: Change, older: Chart, newer: Chart, names: Mapping[str, str]) -> str:
    """Return one difference between two charts in one sentence."""
    step = change.after or change.before
    said = {"step": _quoted(reader, title_of(reader, step, names)) if step else "", "before": "", "after": ""}
    key: str = change.sort
    if key in ("yes", "no", "goes", "start"):
        said["before"] = _place(reader, change.was, older, names)
        said["after"] = _place(reader, change.becomes, newer, names)
    elif change.before is not None and change.after is not None:
        words = (asks(reader, change.before), asks(reader, change.after))
        if key == "words":
            words = title_of(reader, change.before, names), title_of(reader, change.after, names)
            key = "words" if words[0] != words[1] else "renamed"
        said["before"], said["after"] = (_quoted(reader, one) for one in words)
    return str(reader.catalogue.gettext(_CHANGES[key])) % said


def problem_words(reader: Reader, problem: Problem, chart: Chart, names: Mapping[str, str]) -> str:
    """Return one problem as somebody who never saw the text of a chart understands it."""
    gettext = reader.catalogue.gettext
    words = Words(reader.catalogue)
    data = dict(problem.data)
    match problem.key:
        case "dead_end":
            said = {"answer": words("answer", str(data.get("answer", "yes")))}
            return str(gettext("The answer “%(answer)s” leads nowhere. Choose where it goes on.")) % said
        case "asks_nothing":
            return str(gettext("This question asks nothing yet. Choose what it asks."))
        case "no_members":
            name = names.get(str(data.get("name")), str(data.get("name")))
            sentence = "Nobody works in “%(name)s”, so nobody would be told. Add a member, or choose another."
            return str(gettext(sentence)) % {"name": name}
        case "unknown_department":
            return str(gettext("There is no department “%(name)s” any more. Choose another.")) % {"name": data["name"]}
        case "unreachable":
            return str(gettext("No answer leads here. Point an answer to it, or take it out."))
        case "loop":
            steps = [title_of(reader, chart.steps[one], names) for one in data["steps"] if one in chart.steps]
            arrow = " ← " if reader.direction == "rtl" else " → "
            trail = arrow.join(_quoted(reader, one) for one in steps)
            return str(gettext("This walk never ends: %(steps)s. Lead one of these answers elsewhere.")) % {
                "steps": trail
            }
        case "unknown_step":
            said = {"answer": words("answer", str(data.get("answer", "yes")))}
            return str(gettext("The answer “%(answer)s” leads to a step there is not. Choose where it goes on.")) % said
        case _:
            return str(gettext("What this question asks does not fit together. Choose it anew."))


def short_words(reader: Reader, problem: Problem) -> str:
    """Return a problem in the few words that fit a step of the picture."""
    return str(reader.catalogue.gettext(_SHORT.get(problem.key, _OTHERWISE)))


def picture(
    reader: Reader, chart: Chart, names: Mapping[str, str], *, links: Mapping[str, str] | None = None,
    problems: Sequence[Problem] = (), new: Collection[str] = (), here: str = "",
) -> Markup:  # fmt: skip
    """Return the chart drawn for this reader, each question with what it asks, each problem where it stands."""
    short: dict[str, str] = {}
    for problem in problems:
        short.setdefault(problem.step, short_words(reader, problem))
    notes = {name: asks(reader, step) for name, step in chart.steps.items()}
    spoken = {**names, UNSURE: whom(reader, UNSURE, names), NOBODY: whom(reader, NOBODY, names)}
    svg = drawing.draw(
        chart, language=reader.language, notes=notes, links=links, problems=short, new=new, departments=spoken,
        here=here,
    )  # fmt: skip
    return Markup(svg)


def _place(reader: Reader, place: Place, chart: Chart, names: Mapping[str, str]) -> str:
    if place.to:
        return _quoted(reader, whom(reader, place.to, names))
    step = chart.steps.get(place.step)
    return _quoted(reader, title_of(reader, step, names)) if step else str(reader.catalogue.gettext("nowhere yet"))


def _quoted(reader: Reader, words: str) -> str:
    quoted = reader.catalogue.pgettext("quoted", "“%(words)s”")
    return f"\N{FIRST STRONG ISOLATE}{str(quoted) % {'words': words}}\N{POP DIRECTIONAL ISOLATE}" if words else "…"


def known_facts() -> list[tuple[str, list[str]]]:
    """Return the facts in their groups, with what a newer release may ask and has no words for yet at the end."""
    groups = [(words, list(facts)) for words, facts in ASKED]
    groups[0][1].extend(fact for fact in FACTS if fact not in _NAMES)
    return groups
