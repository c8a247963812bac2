"""A chart to TOML: its own text where nothing changed, with the comments people wrote, and plain text where it did."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from triage.flowchart.chart import Assign, Chart, ChartError, Step
from triage.flowchart.reading import read

_STEP = re.compile(r"^\s*\[\s*steps\s*\.\s*([\w-]+)\s*\]\s*(?:#.*)?$")
_START = re.compile(r"^start\s*=.*$", re.MULTILINE)


def written(chart: Chart) -> str:
    """Return the chart as TOML, without comments; `read` gives the same chart back."""
    head = f"start = {_value(chart.start)}\n"
    if chart.title:
        head += f"\n[title]\n{_pairs(chart.title)}"
    return head + "".join(f"\n{_block(step)}" for step in chart.steps.values())


def rewritten(source: str, chart: Chart) -> str:
    """Return `source` changed to say `chart`: steps that stayed as they were keep their text and their comments.

    Where the source is written in a way that cannot be kept (nested or dotted tables), the chart is written anew.
    """
    before = read(source)
    head, blocks = _cut(source)
    said = _START.sub(f"start = {_value(chart.start)}", head, count=1)
    if said == head and before.start != chart.start:
        said = f"start = {_value(chart.start)}\n{head}"
    parts = [said]
    for name, step in chart.steps.items():
        above, text = blocks.get(name, ("\n", ""))
        stayed = name in before.steps and _bare(before.steps[name]) == _bare(step)
        parts += [above, text if stayed and text else _block(step)]
    made = "".join(parts)
    return made if _says(made, chart) else written(chart)


def same(one: Chart, other: Chart) -> bool:
    """Whether two charts say the same, wherever it stands in their sources."""
    return (one.start, dict(one.title), [_bare(step) for step in one.steps.values()]) == (
        other.start,
        dict(other.title),
        [_bare(step) for step in other.steps.values()],
    )


def _says(source: str, chart: Chart) -> bool:
    try:
        return same(read(source), chart)
    except ChartError:
        return False


def _bare(step: Step) -> Step:
    return replace(step, line=0, title=dict(step.title))


def _cut(source: str) -> tuple[str, dict[str, tuple[str, str]]]:
    """Cut a source into its head and its steps: (what stands above the step, the step)."""
    head: list[str] = []
    blocks: dict[str, tuple[str, str]] = {}
    name, above, body = "", "", head
    for line in source.splitlines(keepends=True):
        found = _STEP.match(line)
        if not found:
            body.append(line)
            continue
        above_next = _trailing(body)
        if name:
            blocks[name] = above, "".join(body)
        name, above, body = found[1], above_next, [line]
    if name:
        blocks[name] = above, _ended("".join(body))
    return "".join(head), blocks


def _trailing(lines: list[str]) -> str:
    """Take the empty lines and comments at the end: they belong to what follows."""
    at = len(lines)
    while at and (not lines[at - 1].strip() or lines[at - 1].lstrip().startswith("#")):
        at -= 1
    taken = "".join(lines[at:])
    del lines[at:]
    return taken


def _ended(text: str) -> str:
    return text if text.endswith("\n") else text + "\n"


def _block(step: Step) -> str:
    lines = [f"[steps.{_key(step.name)}]"]
    if step.title:
        lines.append(f"title = {_value(dict(step.title))}")
    if isinstance(step, Assign):
        lines.append(f"assign = {_value(step.to)}")
    else:
        said = {"ask": step.fact, "test": step.test, "value": step.value, "yes": step.yes, "no": step.no}
        lines += [f"{key} = {_value(value)}" for key, value in said.items() if _is_said(key, value)]
    return "\n".join(lines) + "\n"


def _is_said(key: str, value: Any) -> bool:
    # a question that asks nothing yet is a question all the same
    return key == "ask" or value not in ("", None)


def _pairs(title: Mapping[str, str]) -> str:
    return "".join(f"{_key(language)} = {_value(words)}\n" for language, words in title.items())


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _value(name)


def _value(value: Any) -> str:
    if isinstance(value, str):
        # JSON's escapes are TOML's, but for the one character TOML forbids and JSON does not
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return str(value)
