"""The flowchart: read from TOML, checked, and followed from the first question to who answers."""

from triage.flowchart.chart import (
    NOBODY,
    TESTS,
    UNSURE,
    Answer,
    Ask,
    Assign,
    Chart,
    ChartError,
    Decision,
    PathStep,
    Problem,
    Step,
    name_of,
)
from triage.flowchart.checking import check, reachable
from triage.flowchart.deciding import decide, passes
from triage.flowchart.reading import read

__all__ = [
    "NOBODY",
    "TESTS",
    "UNSURE",
    "Answer",
    "Ask",
    "Assign",
    "Chart",
    "ChartError",
    "Decision",
    "PathStep",
    "Problem",
    "Step",
    "check",
    "decide",
    "name_of",
    "passes",
    "reachable",
    "read",
]
