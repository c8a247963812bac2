"""The whole service as `make run` starts it, on a state folder and a port of its own."""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

from listener import database
from listener.settings import settings

ROOT = Path(__file__).parent.parent
# what each process calls itself, to find it among our descendants
ROLES = {
    "hearing worker": "hearing",
    "deciding worker": "deciding",
    "beat": "beat",
    "API": "api",
    "PostgreSQL": "postgres",
    "Valkey": "valkey-server",
}


class Service:
    """One running Hearback; `database.transaction()` of this process reaches its database."""

    def __init__(self, state: Path, port: int, process: subprocess.Popen[bytes]) -> None:
        self.state, self.port, self.process = state, port, process
        self.base = f"http://127.0.0.1:{port}"

    @property
    def way_in(self) -> str:
        """The one-time sign-in link, printed a moment after it is ready."""
        until = time.monotonic() + 10
        while time.monotonic() < until:
            found = re.search(r"http://\S+/signin/\S+", (self.state / "up.log").read_text())
            if found:
                return found[0]
            time.sleep(0.1)
        raise LookupError("the service printed no sign-in link")

    def is_ready(self) -> bool:
        """Whether every part says it works."""
        with (
            contextlib.suppress(OSError, urllib.error.URLError),
            urllib.request.urlopen(f"{self.base}/health/ready", timeout=3),
        ):
            return True
        return False

    def health(self) -> dict[str, object]:
        """What the service says of itself."""
        with urllib.request.urlopen(f"{self.base}/health/ready", timeout=3) as answer:
            return dict(json.load(answer))

    def pid(self, role: str) -> int | None:
        """The process that plays this role now, or `None` while it is being brought back."""
        rows = subprocess.run(["ps", "-eo", "pid=,ppid=,comm="], capture_output=True, text=True, check=True).stdout
        for row in rows.splitlines():
            pid, parent, name = row.split(None, 2)
            if int(parent) == self.process.pid and name == ROLES[role]:
                return int(pid)
        return None

    def kill(self, role: str) -> bool:
        """Kill -9 the process of this role; say whether one was there."""
        pid = self.pid(role)
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return pid is not None


@contextlib.contextmanager
def running(environment: Mapping[str, str], until: float = 90.0) -> Iterator[Service]:
    """Start a service on an empty state folder, wait until it is ready, and leave nothing behind.

    Without `DATABASE_URL` in `environment` it is `hearback up`; with it (and `REDIS_URL`), the commands that
    `docker-compose.yml` gives its containers, each as a process of ours.
    """
    state = Path(tempfile.mkdtemp(prefix="hearback-bench-"))
    port = free_port()
    env = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
    env |= {"HEARBACK_STATE": str(state), "HEARBACK_PORT": str(port), "HEARBACK_DEMO": "0", **environment}
    log = state / "up.log"
    given = environment.get("DATABASE_URL")
    commands = (
        [["serve"], ["work", "hearing"], ["work", "deciding"], ["beat"]] if given else [["up", "--leave-with-parent"]]
    )
    hearback = [sys.executable, "-m", "api.command"]
    with log.open("wb") as out:
        if given:
            subprocess.run([*hearback, "migrate"], cwd=ROOT, env=env, stdout=out, stderr=out, check=True)
        processes = [
            subprocess.Popen([*hearback, *command], cwd=ROOT, env=env, stdout=out, stderr=out) for command in commands
        ]
    service = Service(state, port, processes[0])
    try:
        start = time.monotonic()
        while not service.is_ready():
            if any(one.poll() is not None for one in processes) or time.monotonic() - start > until:
                raise RuntimeError(f"the service did not start:\n{log.read_text()[-2000:]}")
            time.sleep(0.1)
        with _reached(given or f"postgresql://app@/postgres?host={(state / 'sockets').read_text()}"):
            yield service
    finally:
        for process in processes:
            process.send_signal(signal.SIGINT)
        for process in processes:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
        shutil.rmtree(state, ignore_errors=True)


@contextlib.contextmanager
def _reached(database_url: str) -> Iterator[None]:
    """Let this process's transactions reach the service's database, and put back what they reached before."""
    before = os.environ.get("DATABASE_URL")
    os.environ["DATABASE_URL"] = database_url
    _forget()
    try:
        yield
    finally:
        os.environ.pop("DATABASE_URL")
        if before is not None:
            os.environ["DATABASE_URL"] = before
        _forget()


def _forget() -> None:
    database.forget()
    settings.cache_clear()


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
