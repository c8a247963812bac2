"""The shell: what each command says to good input and to bad, and that no mistake ends in a traceback."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.command import COMMANDS
from listener.embedded import Addresses
from tests.api.deployment import Deployment, deployed, hearback


@pytest.fixture(scope="module")
def here(addresses: Addresses) -> Iterator[Deployment]:
    """A deployment that was migrated by its command."""
    with deployed(addresses) as made:
        code, words = made.run("migrate")
        assert code == 0, words
        yield made


def test_help_lists_every_command_with_what_it_does() -> None:
    code, words = hearback("--help", {})
    assert code == 0
    for name in COMMANDS:
        line = next(line for line in words.splitlines() if line.split()[:1] == [name])
        assert len(line.split()) > 3


def test_migrate_says_the_version_and_doing_it_twice_changes_nothing(here: Deployment) -> None:
    assert "The database is at version" in here.run("migrate")[1]


def test_a_person_is_added_listed_and_let_in(here: Deployment) -> None:
    code, words = here.run("member add Cara cara@example.org --role owner --department care")
    assert code == 0
    assert "/signin/" in words
    assert "Cara" in here.run("member")[1]
    code, words = here.run("sign-in-link CARA@example.org", HEARBACK_PUBLIC_URL="https://hearback.example.org")
    assert code == 0
    assert words.startswith("https://hearback.example.org/signin/")


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("member add Carl nonsense", "That is not an e-mail address"),
        ("member add Carl carl@example.org --department cooking", "The departments are care, content, product."),
        ("member add Carl carl@example.org --role king", "'king' is not one of"),
        ("sign-in-link who@example.org", "Nobody at work here has the address who@example.org."),
        ("feeds add rss ftp://example.org/feed", "is not a web address"),
        ("feeds add carrier-pigeon x", "'carrier-pigeon' is not one of"),
        ("feeds add mastodon https://social.example --option tag", "write it as key=value"),
        ("feeds add rss http://127.0.0.1:9/feed", "private or local address"),
        ("feeds poll 4711", "There is no feed 4711."),
        ("import /no/such/file.csv", "does not exist"),
        ("import Makefile", "No column holds"),
        ("import pyproject.toml --column text", "write it as field=column"),
        ("dance", "No such command 'dance'"),
    ],
)
def test_bad_input_is_answered_in_a_sentence(here: Deployment, command: str, sentence: str) -> None:
    code, words = here.run(command)
    assert code in (1, 2)
    assert sentence in words
    assert "Traceback" not in words


def test_a_feed_is_kept_listed_and_one_that_calls_gets_its_secret_once(here: Deployment) -> None:
    code, words = here.run("feeds add rss https://example.org/feed.xml --name Blog --untried")
    assert (code, "(Blog) is kept" in words) == (0, True)
    code, words = here.run("feeds add push --name Partner")
    assert "signs with this secret" in words
    secret = words.split()[-1]
    listed = here.run("feeds list")[1]
    assert "Blog" in listed
    assert "Partner" in listed
    assert secret not in listed


def test_a_file_is_tried_imported_and_not_imported_twice(here: Deployment, tmp_path: Path) -> None:
    file = tmp_path / "old.csv"
    file.write_text("id,text,created_at\n1,Where is my order?,2026-01-02T03:04:00Z\n2,Thanks!,yesterday\n")
    tried = here.run(f"import {file} --dry-run")[1]
    assert "2 rows read: 1 would be kept, 0 known already, 1 would be rejected." in tried
    assert not list(tmp_path.glob("*.rejected*"))
    code, words = here.run(f"import {file}")
    assert code == 0
    assert "2 rows read: 1 kept, 0 known already, 1 rejected." in words
    assert (tmp_path / "old.rejected.csv").exists()
    assert "was imported before" in here.run(f"import {file}")[1]


def test_without_a_demo_there_is_none_to_remove(here: Deployment) -> None:
    assert here.run("demo") == (0, "No demo is here.\n")
    assert here.run("demo remove --yes") == (0, "No demo is here.\n")


def test_where_nothing_runs_it_says_how_to_begin(tmp_path: Path) -> None:
    nowhere = {"DATABASE_URL": "", "REDIS_URL": "", "HEARBACK_STATE": str(tmp_path)}
    code, words = hearback("feeds", nowhere)
    assert (code, words.count("\n")) == (1, 1)
    assert "Start it with `make run`" in words
    code, words = hearback("work hearing", nowhere)
    assert code == 1
    assert words.startswith("DATABASE_URL is not set.")


def test_a_database_that_is_down_is_said_in_a_sentence(tmp_path: Path) -> None:
    away = {"DATABASE_URL": f"postgresql://app@/postgres?host={tmp_path}", "REDIS_URL": "redis://127.0.0.1:1"}
    code, words = hearback("feeds", away)
    assert code == 1
    assert words.startswith("The database does not answer:")
    assert "Traceback" not in words


def test_reset_empties_the_state_folder_and_touches_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "api.log").write_text("words")
    (tmp_path / "letter.txt").write_text("mine")
    code, words = hearback("reset --yes", {"HEARBACK_STATE": str(tmp_path)})
    assert code == 0, words
    assert [one.name for one in tmp_path.iterdir()] == ["letter.txt"]
