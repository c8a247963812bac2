"""`hearback reset`: forget everything that was kept on this machine."""

import click

from listener import embedded
from listener.settings import settings


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def reset(yes: bool) -> None:
    """Empty the state folder: its database, its logs, everything. A server's database is not touched."""
    state = settings().state
    if not state.exists():
        click.echo(f"There is nothing in {state}.")
        return
    if not yes:
        click.confirm(f"Remove the database and the logs in {state.absolute()}?", abort=True)
    try:
        embedded.empty(state)
    except embedded.EmbeddedError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{state} is empty. The next start is a first start.")
