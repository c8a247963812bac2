"""One verb for many issues: previewed, done in batches by the worker, told as one, and taken back as a whole."""

from triage.bulk.life import KEPT, LONGEST, change, may_undo, preview, start, stop, undo
from triage.bulk.verbs import NAMED, VERBS, Verb, into
from triage.bulk.working import round

__all__ = [
    "KEPT",
    "LONGEST",
    "NAMED",
    "VERBS",
    "Verb",
    "change",
    "into",
    "may_undo",
    "preview",
    "round",
    "start",
    "stop",
    "undo",
]
