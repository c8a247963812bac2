"""What a flowchart is made of: steps that ask, steps that assign, the path through them, what may be wrong."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Literal

UNSURE = "unsure"  # a listener decides
NOBODY = "nobody"  # kept and findable, never on a clock
Answer = Literal["yes", "no"]

# test -> the sort of fact it fits, and what its value is
TESTS: Mapping[str, tuple[str, str]] = {
    "holds": ("flag", "nothing"),
    "is": ("text", "one word"),
    "one_of": ("text", "a list of words"),
    "at_least": ("number", "a number"),
    "at_most": ("number", "a number"),
    "found": ("words", "nothing"),
    "includes": ("words", "a list of words"),
}
ASK_KEYS = ("ask", "test", "value", "yes", "no", "title")
ASSIGN_KEYS = ("assign", "title")


@dataclass(frozen=True, slots=True)
class Ask:
    """A step that asks one fact with one test; a missing answer is empty, and `check` says so."""

    name: str
    line: int
    title: Mapping[str, str]
    fact: str
    test: str
    value: Any = None
    yes: str = ""
    no: str = ""
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)  # of its keys

    def at(self, key: str) -> int:
        """The line of one of its keys, or of the step where the key is missing."""
        return self.lines.get(key, self.line)

    def next(self, answer: Answer) -> str:
        """The step an answer leads to."""
        return self.yes if answer == "yes" else self.no


@dataclass(frozen=True, slots=True)
class Assign:
    """A step that ends the walk: in a department, with a listener (`unsure`) or with nobody."""

    name: str
    line: int
    title: Mapping[str, str]
    to: str


Step = Ask | Assign


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend before a chart can be published; `key` and `data` for the catalogues, `sentence` in English."""

    line: int
    step: str
    key: str
    sentence: str
    data: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        where = f'line {self.line}, step "{self.step}"' if self.step else f"line {self.line}"
        return f"{where}: {self.sentence}"


class ChartError(ValueError):
    """A chart that cannot be read or may not be published, with everything that is wrong with it."""

    def __init__(self, problems: Collection[Problem]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        self.line, self.step, self.sentence = first.line, first.step, first.sentence
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as it was written. It may still be wrong: `check` decides whether it may be published."""

    start: str
    steps: Mapping[str, Step]
    title: Mapping[str, str] = field(default_factory=dict)
    start_line: int = 1
    stray: tuple[Problem, ...] = ()  # keys nobody knows, kept for `check`


@dataclass(frozen=True, slots=True)
class PathStep:
    """One question as it was asked: the value of the fact, the test, the answer."""

    step: str
    fact: str
    value: Any
    test: str
    answer: Answer
    title: Mapping[str, str] = field(default_factory=dict)
    wanted: Any = None


@dataclass(frozen=True, slots=True)
class Decision:
    """Where a walk ended: `step` is the last step, `path` the questions before it."""

    outcome: Literal["assign", "unsure", "nobody"]
    department: str | None
    step: str
    path: tuple[PathStep, ...]


def name_of(title: Mapping[str, str], language: str, otherwise: str) -> str:
    """Return a title in `language`, else in English, else in any language it has, else `otherwise`."""
    return title.get(language) or title.get("en") or next(iter(title.values()), "") or otherwise


def listed(names: Collection[str]) -> str:
    """Return names as a sentence lists them."""
    return ", ".join(f"`{name}`" for name in names)


def nearest(name: str, known: Collection[str]) -> str:
    """Return the question whether somebody meant a name that looks like theirs, or nothing."""
    alike = get_close_matches(name, known, n=1)
    return f" Did you mean `{alike[0]}`?" if alike else ""
