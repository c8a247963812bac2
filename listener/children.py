"""Child processes that never outlive us: started in order, watched, restarted, stopped after those that need them."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from listener.copies import Copy

BREATHER = 0.5  # seconds before a child that died is started again
LONGEST_BREATHER = 30.0


class ChildFailed(RuntimeError):
    """A child did not come up; says which, and the last words of its log."""


@dataclass(frozen=True, slots=True)
class Child:
    """What to run, how to know that it is up, and how it likes to be stopped.

    `drop` are privileges given up with `setpriv` (Linux); `until` are seconds it may take to be ready; what others
    cannot do without is `needed`, and is stopped after them. One that is `copied` (argv: python -m MODULE ...) is a
    copy of this process, where the system has such: it need not read again what we have read.
    """

    name: str
    argv: Sequence[str]
    log: Path
    ready: Callable[[], bool] = lambda: True
    env: Mapping[str, str] = field(default_factory=dict)
    before: Callable[[], None] = lambda: None
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: str = "KILL"
    drop: Sequence[str] = ()
    until: float = 30.0
    needed: bool = False
    copied: bool = False


@dataclass(slots=True)
class _Running:
    child: Child
    process: subprocess.Popen[bytes] | Copy
    started: float
    deaths: int = 0
    again_at: float | None = None


class Children:
    """Our children, in the order they were started.

    The thread that starts them must live as long as they do: Linux sends the parent-death signal
    when that *thread* ends. On systems without `setpriv` only an orderly end stops them.
    """

    def __init__(self, tell: Callable[[str], None] = lambda line: None) -> None:
        self._running: dict[str, _Running] = {}
        self._tell = tell

    def start(self, child: Child) -> None:
        """Start one child and wait until it is ready; raise `ChildFailed` with its last words if it is not."""
        running = self._running[child.name] = _Running(child, _spawn(child), time.monotonic())
        while not child.ready():
            if running.process.poll() is not None or time.monotonic() - running.started > child.until:
                raise ChildFailed(f"{child.name} did not start. Its last words:\n{last_words(child.log)}")
            time.sleep(0.02)

    def watch(self, until: Callable[[], bool], pause: float = 0.2) -> None:
        """Bring back every child that dies, a little later each time, until `until()` says stop."""
        while not until():
            for running in self._running.values():
                self._revive(running)
            time.sleep(pause)

    def _revive(self, running: _Running) -> None:
        now = time.monotonic()
        if running.again_at is None:
            code = running.process.poll()
            if code is None:
                return
            running.deaths = running.deaths + 1 if now - running.started < 60 else 1
            wait = min(BREATHER * 2 ** (running.deaths - 1), LONGEST_BREATHER)
            running.again_at = now + wait
            self._tell(f"{running.child.name} ended ({_ending(code)}); starting it again in {wait:.1f} s.")
        elif now >= running.again_at:
            running.process, running.started, running.again_at = _spawn(running.child), now, None

    def pids(self) -> dict[str, int]:
        """Name -> process id of those that run now."""
        return {name: one.process.pid for name, one in self._running.items() if one.process.poll() is None}

    def stop(self, grace: float = 8.0) -> None:
        """Stop all at once, those that others need after the others; kill what has not ended after `grace` seconds."""
        for needed in (False, True):
            group = [one for one in reversed(self._running.values()) if one.child.needed == needed]
            for running in group:
                if running.process.poll() is None:
                    running.process.send_signal(running.child.stop_signal)
            until = time.monotonic() + grace
            for running in group:
                try:
                    running.process.wait(max(0.0, until - time.monotonic()))
                except subprocess.TimeoutExpired:
                    running.process.kill()
                    running.process.wait()
        self._running.clear()


def _spawn(child: Child) -> subprocess.Popen[bytes] | Copy:
    child.before()
    child.log.parent.mkdir(parents=True, exist_ok=True)
    if child.copied and sys.platform == "linux":
        _, _, module, *rest = child.argv
        return Copy(child.name, module, rest, child.log)
    argv = list(child.argv)
    setpriv = shutil.which("setpriv")
    if setpriv:
        argv = [setpriv, *child.drop, "--pdeathsig", child.death_signal, "--", *argv]
    with child.log.open("ab") as log:
        # its own group: Ctrl-C reaches us alone, and we stop them in order
        return subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **child.env}, process_group=0
        )


def _ending(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit {code}"


def last_words(log: Path, lines: int = 5) -> str:
    """Return the end of a log, for a person."""
    try:
        return "\n".join("  " + line for line in log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return "  (it left no log)"
