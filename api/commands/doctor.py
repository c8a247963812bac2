"""`hearback doctor`: what is wrong here, and what to do."""

import contextlib
import sys

import click

from api.doctor import Finding, report
from api.environment import connect, unknown_settings
from api.health import look
from listener.clock import utc_now
from listener.settings import VERSION, settings


@click.command()
def doctor() -> None:
    """Say in plain words what is wrong with this deployment; exit code 1 when anything is."""
    with contextlib.suppress(click.ClickException):  # with nothing to connect to, the report says so itself
        connect()
    click.echo(f"Hearback {VERSION}\n")
    findings = [*report(look(settings(), utc_now)), *(Finding(False, *words) for words in unknown_settings())]
    for one in findings:
        mark = click.style("  well  ", fg="green") if one.well else click.style("  WRONG ", fg="red", bold=True)
        click.echo(f"{mark}{one.sentence}")
        if one.remedy:
            click.echo(f"        What to do: {one.remedy}")
    wrong = sum(not one.well for one in findings)
    click.echo(f"\n{'All is well.' if not wrong else f'{wrong} thing(s) to put right.'}")
    sys.exit(1 if wrong else 0)
