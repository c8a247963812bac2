"""`hearback serve | work | beat`: one process of a deployment; `hearback alive`: its health check in a container."""

import os
import socket
import sys
from collections.abc import Sequence

import click

from api import processes
from api.health import STALE
from api.settings import settings as showing
from listener import heartbeat
from listener.clock import utc_now
from listener.database import transaction
from listener.settings import settings


@click.command()
def serve() -> None:
    """Answer people and programs on HEARBACK_HOST and HEARBACK_PORT."""
    _become(processes.api(showing().host, showing().port))


@click.command()
@click.argument("queue", type=click.Choice(list(processes.THREADS)))
@click.option("--threads", type=click.IntRange(min=1), help="How many things it does at once.")
def work(queue: str, threads: int | None) -> None:
    """Take work from one queue; start as many of them as you like."""
    _become(processes.worker(queue, threads))


@click.command()
def beat() -> None:
    """Strike the hours: nudge every stage to look for work. Run exactly one."""
    _become(processes.beat())


@click.command()
@click.argument("role")
def alive(role: str) -> None:
    """Say whether ROLE on this very machine has given a sign of life lately (exit code 0 or 1)."""
    name = f"{role}@{socket.gethostname()}"
    with transaction() as session:
        found = {sign.name: sign.at for sign in heartbeat.signs(session)}
    age = (utc_now() - found[name]).total_seconds() if name in found else None
    click.echo(f"{name}: {'never seen' if age is None else f'last seen {age:.0f} s ago'}")
    sys.exit(0 if age is not None and age <= STALE else 1)


def _become(argv: Sequence[str]) -> None:
    """Turn this process into the one asked for: signals reach it directly, and nothing waits in between."""
    chosen = settings()
    for variable, value in (("DATABASE_URL", chosen.database_url), ("REDIS_URL", chosen.redis_url)):
        if not value:
            raise LookupError(
                f"{variable} is not set. `make run` sets it by itself; a server needs it in the environment."
            )
    os.execv(argv[0], list(argv))
