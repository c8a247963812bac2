"""The processes of a deployment and how each is started: one place for `hearback up`, for containers and for hand."""

import importlib
import sys
from collections.abc import Sequence

THREADS = {"hearing": 8, "deciding": 4}
_PROCESS = (sys.executable, "-m", "triage.process")
# what more than one of them reads before it begins
_SHARED = ("triage.worker", "listener.tasks", "triage.tasks")


def read_ahead() -> None:
    """Read what the processes will need, so that copies of this one need not."""
    for module in _SHARED:
        importlib.import_module(module)


def api(host: str, port: int) -> Sequence[str]:
    """Return the command that answers people and programs."""
    # fmt: off
    return [
        sys.executable, "-m", "uvicorn", "api.app:create_app", "--factory", "--host", host, "--port", str(port),
        "--no-access-log", "--log-level", "warning", "--no-server-header",
    ]
    # fmt: on


def worker(queue: str, threads: int | None = None) -> Sequence[str]:
    """Return the command of one worker that takes from `queue` alone, so that a slow feed never holds up an alarm."""
    return [*_PROCESS, "work", queue, str(threads or THREADS[queue])]


def beat() -> Sequence[str]:
    """Return the command of beat; the timetable lives in memory, so there is no file to keep."""
    return [*_PROCESS, "beat"]


def demo_feeds(port: int) -> Sequence[str]:
    """Return the command of the little server whose feeds the demo polls."""
    return [sys.executable, "-m", "api.demo.server", "--port", str(port)]
