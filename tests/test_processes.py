"""Children are watched, brought back, and never outlive us; the embedded servers are such children."""

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis

from listener import embedded
from listener.children import Child, ChildFailed, Children
from listener.embedded import Embedded, EmbeddedError

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
needs_setpriv = pytest.mark.skipif(not shutil.which("setpriv"), reason="a death signal needs Linux's setpriv")


def soon(claim: Callable[[], bool], within: float = 15.0) -> bool:
    """Wait until the claim holds."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        if claim():
            return True
        time.sleep(0.05)
    return claim()


def is_gone(pid: int) -> bool:
    """Say whether no such process runs; one that only waits to be collected counts as gone."""
    found = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return found.stdout.strip()[:1] in ("", "Z")


@contextmanager
def other_process(code: str) -> Iterator[tuple[int, list[int]]]:
    """Run code that prints the pids it started; yield its own and those; kill it with -9 in the end."""
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout
            yield running.pid, [int(word) for word in running.stdout.readline().split()]
        finally:
            running.kill()


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def children(told: list[str]) -> Iterator[Children]:
    started = Children(told.append)
    yield started
    started.stop()


def test_a_child_that_dies_is_started_again_and_somebody_is_told(
    children: Children, told: list[str], tmp_path: Path
) -> None:
    children.start(Child("sleeper", SLEEP, tmp_path / "log"))
    first = children.pids()["sleeper"]
    os.kill(first, signal.SIGKILL)
    children.watch(until=lambda: children.pids().get("sleeper", first) != first, pause=0.02)
    assert told == ["sleeper ended (signal 9); starting it again in 0.5 s."]


def test_a_child_that_dies_again_and_again_is_given_longer_and_longer_rests(
    children: Children, told: list[str], tmp_path: Path
) -> None:
    children.start(Child("faller", [sys.executable, "-c", "raise SystemExit(3)"], tmp_path / "log"))
    children.watch(until=lambda: len(told) == 3, pause=0.02)
    assert [line.rpartition("in ")[2] for line in told] == ["0.5 s.", "1.0 s.", "2.0 s."]
    assert "exit 3" in told[0]


def test_a_child_that_does_not_come_up_says_its_last_words(children: Children, tmp_path: Path) -> None:
    faller = Child(
        "faller", [sys.executable, "-c", "raise SystemExit('no disk')"], tmp_path / "log", ready=lambda: False
    )
    with pytest.raises(ChildFailed, match=r"faller did not start[\s\S]*no disk"):
        children.start(faller)


def test_what_others_need_stops_after_them_and_the_stubborn_are_killed_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = tmp_path / "order"
    polite = f"""
        import signal, sys, time
        def stop(*_): time.sleep(0.2); open({str(order)!r}, 'a').write(sys.argv[1] + ' '); sys.exit()
        signal.signal(signal.SIGTERM, stop); open(sys.argv[2], 'w').close(); time.sleep(600)"""
    deaf = """
        import signal, sys, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN); open(sys.argv[2], 'w').close(); time.sleep(600)"""
    children = Children()
    for name, code in (("server", polite), ("client", polite), ("deaf", deaf), ("deafer", deaf)):
        up = tmp_path / name
        argv = [sys.executable, "-c", textwrap.dedent(code), name, str(up)]
        children.start(Child(name, argv, tmp_path / "log", ready=up.exists, needed=name == "server"))
    pids = children.pids()
    waited: list[float] = []
    wait = subprocess.Popen.wait

    def watched(process: subprocess.Popen[bytes], timeout: float | None = None) -> int:
        waited.append(timeout or 0.0)
        return wait(process, timeout)

    monkeypatch.setattr(subprocess.Popen, "wait", watched)
    children.stop(grace=2.0)
    assert order.read_text() == "client server "
    assert sum(waited) <= 4.0  # one grace for the three that nobody needs, another for the server
    assert all(is_gone(pid) for pid in pids.values())


@needs_setpriv
def test_a_parent_that_is_killed_takes_its_children_along(tmp_path: Path) -> None:
    code = f"""
        import sys, time; from pathlib import Path; from listener.children import Child, Children
        children = Children()
        for name in ("one", "two"):
            children.start(Child(name, {SLEEP!r}, Path({str(tmp_path)!r}) / "log"))
        print(*children.pids().values(), flush=True); time.sleep(600)"""
    with other_process(code) as (_, pids):
        assert not any(is_gone(pid) for pid in pids)
    assert len(pids) == 2
    assert soon(lambda: all(is_gone(pid) for pid in pids))


def copying(tmp_path: Path, code: str) -> str:
    """Return a program that starts `code` as a copy of itself, and says the copy's pid."""
    (tmp_path / "sleeper.py").write_text(textwrap.dedent(code))
    return f"""
        import sys, time; from pathlib import Path; from listener.children import Child, Children
        sys.path.insert(0, {str(tmp_path)!r}); sys.known_to_both = "read once"
        children, told = Children(lambda line: print(line, flush=True)), []
        argv = [sys.executable, "-m", "sleeper", "a", "b"]
        children.start(Child("a-long-name-of-a-sleeper", argv, Path({str(tmp_path)!r}) / "log", copied=True))
        print(*children.pids().values(), flush=True)"""


@needs_setpriv
def test_a_copy_runs_its_module_with_what_was_read_before_under_its_own_name_and_log(tmp_path: Path) -> None:
    code = """
        import sys, time; from pathlib import Path
        print(sys.argv[1:], sys.known_to_both, Path("/proc/self/comm").read_text().strip(), __name__, flush=True)
        time.sleep(600)"""
    with other_process(copying(tmp_path, code) + "; time.sleep(600)") as (_, [pid]):
        log = tmp_path / "log"
        assert soon(lambda: log.exists() and "\n" in log.read_text())
        assert os.getpgid(pid) == pid  # Ctrl-C reaches the parent alone
    assert log.read_text() == "['a', 'b'] read once a-long-name-of- __main__\n"
    assert soon(lambda: is_gone(pid))


@needs_setpriv
def test_a_copy_that_ends_is_made_again_and_one_that_is_told_to_stop_stops(tmp_path: Path) -> None:
    code = "import time; time.sleep(600)"
    after = """
        import os; first = list(children.pids().values()); os.kill(first[0], 9)
        children.watch(until=lambda: children.pids() and list(children.pids().values()) != first, pause=0.02)
        second = list(children.pids().values()); children.stop(grace=5.0); print(*second, flush=True)
        time.sleep(600)"""
    program = textwrap.dedent(copying(tmp_path, code)) + textwrap.dedent(after)
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        first, told, second = (running.stdout.readline().strip() for _ in range(3))
        running.kill()
    assert told == "a-long-name-of-a-sleeper ended (signal 9); starting it again in 0.5 s."
    assert first != second
    assert is_gone(int(first))
    assert is_gone(int(second))


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.mark.slow
def test_both_servers_come_back_after_kill_9_and_the_rows_are_still_there(children: Children, state: Path) -> None:
    servers = Embedded(state, children)
    addresses = servers.start()
    url = addresses.database_url.replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    before = children.pids()
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)

    def are_back() -> bool:
        now = children.pids()
        return len(now) == 2 and not set(now.values()) & set(before.values()) and embedded.running(state) is not None

    until = time.monotonic() + 30
    children.watch(until=lambda: are_back() or time.monotonic() > until, pause=0.05)
    assert embedded.running(state) == addresses
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
    broker = redis.Redis.from_url(addresses.redis_url.replace("redis+socket", "unix"))
    assert broker.ping()
    broker.close()
    children.stop()
    servers.forget()
    assert embedded.running(state) is None


@pytest.mark.slow
@needs_setpriv
def test_servers_whose_owner_was_killed_are_gone_and_the_next_owner_finds_their_rows(
    children: Children, state: Path
) -> None:
    code = f"""
        import time, psycopg; from pathlib import Path
        from listener.children import Children; from listener.embedded import Embedded
        children = Children()
        servers = Embedded(Path({str(state)!r}), children)
        found = servers.start()
        with psycopg.connect(found.database_url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        print(*children.pids().values(), flush=True); time.sleep(600)"""
    with other_process(code) as (owner, pids):
        with pytest.raises(EmbeddedError, match=f"already runs on .*process {owner}.*Ctrl-C"):
            Embedded(state, children).start()
        with pytest.raises(EmbeddedError, match="already runs"):
            embedded.empty(state)
    assert len(pids) == 2
    assert soon(lambda: all(is_gone(pid) for pid in pids))

    servers = Embedded(state, children)
    url = servers.start().database_url.replace("+psycopg", "")
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
    children.stop()
    servers.forget()
    (state / "notes.txt").write_text("not ours")
    embedded.empty(state)
    assert [one.name for one in state.iterdir()] == ["notes.txt"]


def test_a_folder_nobody_runs_on_has_no_servers(state: Path) -> None:
    assert embedded.running(state) is None
    state.mkdir()
    (state / "sockets").write_text("/nowhere/at/all")
    assert embedded.running(state) is None
