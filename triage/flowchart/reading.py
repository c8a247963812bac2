"""TOML to a chart, with the line of every step and every mistake."""

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from triage.flowchart.chart import ASK_KEYS, ASSIGN_KEYS, Ask, Assign, Chart, ChartError, Problem, Step, listed, nearest


def read(source: str) -> Chart:
    """Read a chart from TOML; raise `ChartError` where no chart can be made of it."""
    try:
        document = tomllib.loads(source)
    except tomllib.TOMLDecodeError as trouble:
        found = re.search(r"\(at (?:line (\d+), column \d+|end of document)\)", str(trouble))
        line = int(found[1]) if found and found[1] else source.count("\n") + 1
        why = str(trouble).split(" (at ")[0]
        sentence = f"This is not TOML: {why}. Mend this line, or the one above it, and try again."
        raise ChartError([Problem(line, "", "not_toml", sentence, {"why": why})]) from trouble
    lines = _Lines(source)
    steps = document.get("steps")
    if not isinstance(steps, dict) or not steps:
        sentence = "The chart has no steps. Write each as a table, [steps.name], and name the first one in `start`."
        raise ChartError([Problem(1, "", "no_steps", sentence)])
    read_steps = {name: _step(name, step, lines) for name, step in steps.items()}
    start = document.get("start", next(iter(steps)))
    if not isinstance(start, str):
        raise ChartError([_odd(lines.of("", "start"), "", "start", "the name of a step")])
    return Chart(
        start=start,
        steps=read_steps,
        title=_titles(document.get("title", {}), "", lines),
        start_line=lines.of("", "start"),
        stray=tuple(_stray(document, lines)),
    )


class _Lines:
    """Where in the source each step and each of its keys stands; tomllib does not say."""

    _TABLE = re.compile(r"^\s*\[\s*([^\]]+?)\s*\]")
    _KEY = re.compile(r"^\s*[\"']?([\w-]+)[\"']?\s*[.=]")

    def __init__(self, source: str) -> None:
        self._found: dict[tuple[str, str], int] = {}
        step = ""
        for number, line in enumerate(source.splitlines(), 1):
            table, key = self._TABLE.match(line), self._KEY.match(line)
            if table:
                path = [part.strip().strip("\"'") for part in table[1].split(".")]
                step = path[1] if path[0] == "steps" and len(path) > 1 else ""
                self._found.setdefault((step, path[2] if len(path) > 2 else ""), number)
                self._found.setdefault((step, ""), number)
            elif key:
                self._found.setdefault((step, key[1]), number)

    def of(self, step: str, key: str = "") -> int:
        """Return the line of a key of a step, else of the step, else 1."""
        found = ((step, key), (step, ""), ("", step))
        return next((self._found[place] for place in found if place in self._found), 1)


def _step(name: str, step: Any, lines: _Lines) -> Step:
    if not isinstance(step, dict):
        raise ChartError([_odd(lines.of(name), name, name, "a table, [steps.name]")])
    line, title = lines.of(name), _titles(step.get("title", {}), name, lines)
    if "assign" in step and "ask" not in step:
        return Assign(name, line, title, _word(step, "assign", name, lines))
    words = {key: _word(step, key, name, lines) for key in ("ask", "test", "yes", "no")}
    at = {key: lines.of(name, key) for key in ASK_KEYS if key in step}
    return Ask(name, line, title, words["ask"], words["test"], step.get("value"), words["yes"], words["no"], at)


def _word(step: Mapping[str, Any], key: str, name: str, lines: _Lines) -> str:
    value = step.get(key, "")
    if not isinstance(value, str):
        raise ChartError([_odd(lines.of(name, key), name, key, "a word in quotes")])
    return value


def _titles(title: Any, name: str, lines: _Lines) -> dict[str, str]:
    if isinstance(title, str):
        return {"en": title}
    if not isinstance(title, dict) or not all(isinstance(words, str) for words in title.values()):
        raise ChartError([_odd(lines.of(name, "title"), name, "title", 'words by language, { en = "A complaint?" }')])
    return dict(title)


def _odd(line: int, step: str, key: str, wanted: str) -> Problem:
    return Problem(line, step, "odd_value", f"`{key}` must be {wanted}.", {"key": key, "wanted": wanted})


def _stray(document: Mapping[str, Any], lines: _Lines) -> Iterator[Problem]:
    for key in document.keys() - {"start", "title", "steps"}:
        yield _unknown_key(lines.of("", key), "", key, ("start", "title", "steps"))
    for name, step in document["steps"].items():
        known = ASSIGN_KEYS if "assign" in step and "ask" not in step else ASK_KEYS
        for key in step:
            if key not in known:
                yield _unknown_key(lines.of(name, key), name, key, known)


def _unknown_key(line: int, step: str, key: str, known: Collection[str]) -> Problem:
    may = f"A step may say {listed(known)}" if step else f"Outside its steps a chart may say {listed(known)}"
    sentence = f"`{key}` means nothing here.{nearest(key, known)} {may}; take it out or mend its spelling."
    return Problem(line, step, "unknown_key", sentence, {"name": key, "known": list(known)})
