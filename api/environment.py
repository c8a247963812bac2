"""The environment of a command: which deployment it is about, and which variables nobody reads."""

import difflib
import os

import click

from api import settings as showing
from listener import database, embedded
from listener import settings as hearing
from triage import settings as deciding


def choose(**environment: str) -> None:
    """Set variables for this process and all it starts, and read the settings of every floor anew."""
    os.environ.update(environment)
    for floor in (hearing, deciding, showing):
        floor.settings.cache_clear()
    database.forget()


def connect() -> None:
    """Find the deployment that a command is about: the addresses given, or what `make run` has running here."""
    chosen = hearing.settings()
    if not (chosen.database_url or chosen.redis_url):
        found = embedded.running(chosen.state)
        if found is None:
            raise click.ClickException(
                f"Nothing runs on {chosen.state}. Start it with `make run`, or set DATABASE_URL and REDIS_URL."
            )
        choose(**found.environment)
    choose(**surroundings())


def address() -> str:
    """Return where this machine's own pages are, for a browser on it."""
    host, port = showing.settings().host, showing.settings().port
    near = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{near}:{port}"


def demo_port() -> int:
    """Return where the demo's feeds are served: the port after ours."""
    return showing.settings().port + 1


def surroundings() -> dict[str, str]:
    """Return what the processes of one machine know beside what they were told: their address, and the demo's feeds."""
    added = {}
    if "HEARBACK_PUBLIC_URL" not in os.environ:
        added["HEARBACK_PUBLIC_URL"] = address()
    demo = f"127.0.0.1:{demo_port()}"
    if showing.settings().demo and demo not in hearing.settings().allow_hosts:
        added["HEARBACK_ALLOW_HOSTS"] = ",".join((*hearing.settings().allow_hosts, demo))
    return added


def unknown_settings() -> list[tuple[str, str]]:
    """Return, for each HEARBACK_ variable that no floor reads, a sentence and what to do."""
    fields = {**hearing.Settings.model_fields, **showing.Settings.model_fields}
    known = [str(one.validation_alias or f"HEARBACK_{name.upper()}") for name, one in fields.items()]
    found = []
    for variable in sorted(one for one in os.environ if one.startswith("HEARBACK_") and one not in known):
        near = difflib.get_close_matches(variable, known, n=1)
        remedy = f"Was {near[0]} meant?" if near else "Unset it."
        found.append((f"{variable} is set, but no setting has that name.", remedy))
    return found
