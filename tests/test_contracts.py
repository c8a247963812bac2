"""Who may know whom: each contract holds, and a breach planted in a copy of the house is caught by name."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import grimp
import pytest

ROOT = Path(__file__).parent.parent
SETTINGS: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
CONTRACTS: dict[str, dict[str, Any]] = {one["id"]: one for one in SETTINGS["contracts"]}
FLOORS = ("listener", "triage", "api")

# contract -> (a file, what nobody may write there)
BREACHES = {
    "floors": ("listener/text.py", "import triage.refusals"),
    "circles": ("listener/kinds.py", "import listener.judgement"),
    "pure": ("triage/deadlines.py", "import sqlalchemy"),
    "clock": ("triage/move.py", "from listener.clock import utc_now"),
    "sockets": ("triage/notify.py", "import httpx"),
    "speakers": ("listener/poll.py", "from listener.fetch import Fetcher"),
    "celery": ("triage/route.py", "import celery"),
    "web": ("listener/store.py", "from fastapi import Depends"),
    "doors": ("api/health.py", "import triage.worker"),
}
# rooms that import nothing forbidden and are not pure for all that: they read the clock or files, or belong to a socket
NOT_PURE = {
    "listener.clock", "listener.beside", "listener.tables", "listener.transformer", "triage.channels.trouble",
    "triage.letters",
}  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the three floors and of the contracts."""
    copy = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", copy)
    for floor in FLOORS:
        shutil.copytree(ROOT / floor, copy / floor, ignore=lambda folder, names: [
            name for name in names if name == "__pycache__" or not (name.endswith(".py") or (Path(folder) / name).is_dir())
        ])  # fmt: skip
    return copy


def linted(house: Path) -> tuple[int, str]:
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run([sys.executable, "-c", command], cwd=house, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_every_contract_holds(house: Path) -> None:
    code, words = linted(house)
    assert code == 0, words
    assert f"{len(CONTRACTS)} kept, 0 broken" in words


def test_every_contract_has_a_breach_to_catch() -> None:
    assert BREACHES.keys() == CONTRACTS.keys()


@pytest.mark.parametrize("contract", BREACHES)
def test_a_planted_breach_is_caught_by_the_contract_it_breaks(house: Path, contract: str) -> None:
    file, breach = BREACHES[contract]
    sound = (house / file).read_text()
    (house / file).write_text(f"{sound}\n{breach}\n")
    try:
        code, words = linted(house)
    finally:
        (house / file).write_text(sound)
    assert code == 1, words
    assert f"{CONTRACTS[contract]['name']} BROKEN" in words


def test_every_room_that_could_be_pure_is_held_to_it() -> None:
    graph = grimp.build_graph(*FLOORS, include_external_packages=True)
    pure = CONTRACTS["pure"]
    kept = tuple(pure["source_modules"])
    forbidden = {*pure["forbidden_modules"], "fcntl"}
    rooms = {name for name in graph.modules if name.startswith(("listener.", "triage."))}
    free = set()
    for name in rooms - NOT_PURE:
        known = graph.find_upstream_modules(name)
        if not forbidden & (known | {one.partition(".")[0] for one in known}):
            free.add(name)
    held = {name for name in free if name in kept or name.startswith(tuple(f"{one}." for one in kept))}
    assert free - held == set(), "add these to the contract `pure` in pyproject.toml"
