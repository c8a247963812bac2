"""A deployment with a database of its own, for commands that commit and for the doctor."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api import health, schema
from api.command import main
from api.environment import choose
from api.health import Health
from listener import heartbeat
from listener.clock import utc_now
from listener.embedded import Addresses
from listener.settings import Settings
from tests.conftest import aside


class Deployment:
    """A database of its own on the tests' server, the tests' broker, and signs of life of processes."""

    def __init__(self, engine: Engine, addresses: Addresses) -> None:
        self.engine = engine
        self.environment = {
            "DATABASE_URL": engine.url.render_as_string(hide_password=False),
            "REDIS_URL": addresses.redis_url,
        }

    def beat(self, role: str, age: float = 0.0) -> None:
        """Let a process of that role have given its last sign `age` seconds ago."""
        at = utc_now() - timedelta(seconds=age)
        with Session(self.engine) as session, session.begin():
            heartbeat.beat(session, f"{role}@here", role, at, at)

    def look(self, **changed: str) -> Health:
        """Measure it in this process."""
        chosen = {**self.environment, **changed}
        return health.look(Settings.model_validate(chosen), utc_now)

    def run(self, command: str, **changed: str) -> tuple[int, str]:
        """Run one command in this process, against this deployment; return exit code and words."""
        before, argv, said = dict(os.environ), sys.argv, io.StringIO()
        sys.argv = ["hearback", *command.split()]
        try:
            choose(**{**self.environment, **changed})
            with redirect_stdout(said), redirect_stderr(said):
                main()
        except SystemExit as end:
            return int(end.code or 0), said.getvalue()
        finally:
            sys.argv = argv
            os.environ.clear()
            choose(**before)
        return 0, said.getvalue()


def hearback(command: str, environment: Mapping[str, str]) -> tuple[int, str]:
    """Run one command in a process of its own, as a person would; return exit code and words."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("HEARBACK_")}
    done = subprocess.run(
        [sys.executable, "-m", "api.command", *command.split()],
        capture_output=True, text=True, check=False, env={**inherited, **environment}, cwd=schema.ROOT,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


@contextmanager
def deployed(addresses: Addresses) -> Iterator[Deployment]:
    """Yield a deployment whose database holds nothing yet, and drop that database in the end."""
    with aside(addresses) as engine:
        yield Deployment(engine, addresses)
