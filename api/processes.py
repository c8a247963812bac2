"""The processes of a deployment and how each is started: one place for `hearback up`, for containers and for hand."""

import sys
from collections.abc import Sequence

THREADS = {"hearing": 8, "deciding": 4}
# the tasks of each queue, given on the command line: beat knows them by name alone and starts in half the time
TASKS = {"hearing": "listener.tasks", "deciding": "listener.tasks,triage.tasks"}


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
    # fmt: off
    return [
        *_celery("worker"), "--queues", queue, "--hostname", f"{queue}@%h", "--pool", "threads",
        "--concurrency", str(threads or THREADS[queue]),
        "--include", TASKS[queue],
        # workers need not know of each other: they meet in the database
        "--without-mingle", "--without-gossip",
    ]
    # fmt: on


def beat() -> Sequence[str]:
    """Return the command of beat; the timetable lives in memory, so there is no file to keep."""
    return [*_celery("beat"), "--pidfile", ""]


def demo_feeds(port: int) -> Sequence[str]:
    """Return the command of the little server whose feeds the demo polls."""
    return [sys.executable, "-m", "api.demo.server", "--port", str(port)]


def _celery(what: str) -> Sequence[str]:
    return [sys.executable, "-m", "celery", "--app", "triage.worker", "--quiet", what, "--loglevel", "WARNING"]
