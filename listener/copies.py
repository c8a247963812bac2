"""A child process that is a copy of this one: it runs a module of ours without reading again what we have read."""

import ctypes
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Sequence
from multiprocessing import get_context
from pathlib import Path

_FORK = get_context("fork")
_PR_SET_PDEATHSIG = 1  # prctl(2)
_NAME_LENGTH = 15  # proc(5), comm


class Copy:
    """`python -m MODULE ARGUMENTS` in a copy of this process (Linux), handled like a `subprocess.Popen`.

    Whoever copies a process must have no other thread and no open connection at that moment.
    """

    def __init__(self, name: str, module: str, arguments: Sequence[str], log: Path) -> None:
        self._process = _FORK.Process(target=_become, args=(name, module, arguments, log, os.getpid()), name=name)
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def poll(self) -> int | None:
        """Return its exit code, negative for a signal; `None` while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; raise `subprocess.TimeoutExpired` after so many seconds."""
        self._process.join(timeout)
        code = self._process.exitcode
        if code is None:
            raise subprocess.TimeoutExpired(self._process.name, timeout or 0.0)
        return code

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()


def _become(name: str, module: str, arguments: Sequence[str], log: Path, parent: int) -> None:
    os.setpgid(0, 0)  # its own group: Ctrl-C reaches the parent alone
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        return  # it died before it could be told to take us along
    Path("/proc/self/comm").write_text(name[:_NAME_LENGTH])
    with log.open("ab") as words:
        os.dup2(words.fileno(), 1)
        os.dup2(words.fileno(), 2)
    sys.argv = ["", *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
