"""One process of time: `python -m triage.process work QUEUE THREADS`, or `python -m triage.process beat`.

Celery's own command line would first read two dozen commands that are never given here: a third of each start.
"""

import importlib
import socket
import sys
from collections.abc import Sequence

from triage.worker import DECIDING, HEARING, app

# a worker reads the tasks of its queue alone; beat knows them all by name and reads none
TASKS = {HEARING: ("listener.tasks",), DECIDING: ("listener.tasks", "triage.tasks")}


def main(asked: Sequence[str]) -> int:
    """Work until told to stop; return the exit code."""
    match asked:
        case ["work", queue, threads] if queue in TASKS:
            return _work(queue, int(threads))
        case ["beat"]:
            app.Beat(loglevel="WARNING", quiet=True).run()
            return 0
    print(__doc__.partition("\n")[0], file=sys.stderr)  # noqa: T201
    return 2


def _work(queue: str, threads: int) -> int:
    for module in TASKS[queue]:
        importlib.import_module(module)
    worker = app.Worker(
        hostname=f"{queue}@{socket.gethostname()}",
        queues=[queue],
        pool_cls="threads",
        concurrency=threads,
        loglevel="WARNING",
        quiet=True,
        # workers need not know of each other: they meet in the database
        without_mingle=True,
        without_gossip=True,
    )
    worker.start()
    return int(worker.exitcode or 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
