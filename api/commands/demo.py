"""`hearback demo`: an invented brand to look at, brought in and taken away."""

import click

from api.demo import stage
from api.demo.brand import NAME
from api.environment import connect
from api.first import ground
from listener.clock import utc_now
from listener.database import transaction


@click.group(invoke_without_command=True)
@click.pass_context
def demo(context: click.Context) -> None:
    """Say who of the demo is here, or bring it in (seed), or take it away (remove)."""
    connect()
    if context.invoked_subcommand is None:
        with transaction() as session:
            cast = stage.people(session)
        for one in cast:
            click.echo(f"{one.name:<8} {one.role:<9} {one.department:<8} {one.email}")
        click.echo("`hearback sign-in-link EMAIL` lets you in as one of them." if cast else "No demo is here.")


@demo.command()
def seed() -> None:
    """Bring in an invented brand with two weeks of history; its feeds speak on while `hearback up` runs."""
    now = utc_now()
    with transaction() as session:
        ground(session, now)
    click.echo(f"{NAME} is here." if stage.seed(transaction, now) else "The demo is here already.")


@demo.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(yes: bool) -> None:
    """Take the demo away, whole, and nothing else."""
    with transaction() as session:
        if not stage.exists(session):
            click.echo("No demo is here.")
            return
    if not yes:
        click.confirm("Take the demo away, with its mentions, issues and people?", abort=True)
    with transaction() as session:
        gone = stage.remove(session, utc_now())
    click.echo(f"The demo is gone, with {gone} mentions. `hearback feeds add` brings in the first feed of yours.")
