"""What is wrong with a chart, in the reader's language; in English the room below says it best itself."""

from collections.abc import Mapping
from typing import Any

from api.locales.words import N_
from api.reader import Reader
from triage.flowchart import Problem

PROBLEMS: Mapping[str, str] = {
    "unknown_start": N_("The chart starts at “%(name)s”, and there is no such step."),
    "unknown_department": N_("There is no department “%(name)s”. Known are: %(known)s."),
    "no_members": N_("Nobody works in “%(name)s”, so nobody would be told. Add a member, or choose another."),
    "dead_end": N_("One of its answers leads nowhere (%(answer)s). Every question needs both answers."),
    "unknown_step": N_("The answer %(answer)s leads to “%(name)s”, and there is no such step."),
    "unknown_fact": N_("Nothing is known by the name “%(name)s”. A step asks a fact or assigns to a department."),
    "unknown_test": N_("There is no test “%(name)s”. What fits is: %(known)s."),
    "unfit_test": N_("The test “%(name)s” does not fit. What fits is: %(known)s."),
    "odd_value": N_("The value of “%(key)s” has the wrong form."),
    "unknown_value": N_("The fact is never “%(name)s”. It is one of: %(known)s."),
    "loop": N_("This walk never ends: %(steps)s. Lead one of these answers elsewhere."),
    "unreachable": N_("No answer leads here. Point an answer to it, or take it out."),
    "not_toml": N_("This is not TOML. Mend this line, or the one above it, and try again."),
    "no_steps": N_("The chart has no steps. Write each as a table, and name the first one as the start."),
    "unknown_key": N_("“%(name)s” means nothing here. Known are: %(known)s."),
}


def problem_words(reader: Reader, problem: Problem) -> str:
    """Return one sentence on one problem."""
    sentence = PROBLEMS.get(problem.key)
    if reader.language == "en" or sentence is None:
        return problem.sentence
    values = _Values({name: _plain(value) for name, value in problem.data.items()})
    return str(reader.catalogue.gettext(sentence)) % values


class _Values(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        return "…"


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
