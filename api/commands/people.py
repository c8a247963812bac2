"""`hearback member` and `hearback sign-in-link`: who works here, and their way in."""

import click
from sqlalchemy import func, select

from api.environment import connect
from api.first import LINK_MINUTES, ground, way_in
from api.settings import settings
from listener.clock import utc_now
from listener.database import transaction
from triage import people
from triage.models import Member, Role


@click.group(invoke_without_command=True)
@click.pass_context
def member(context: click.Context) -> None:
    """List the people who work here, or add one."""
    connect()
    if context.invoked_subcommand is None:
        with transaction() as session:
            for one in people.members(session):
                click.echo(f"{one.id:>4}  {one.role:<9} {one.email:<32} {one.name}{'' if one.active else '  (left)'}")


@member.command()
@click.argument("name")
@click.argument("email")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), default=Role.LISTENER.value, show_default=True
)
@click.option("--department", "keys", multiple=True, help="The key of a department they work in; may be repeated.")
def add(name: str, email: str, role: str, keys: tuple[str, ...]) -> None:
    """Add a person and print their sign-in link."""
    with transaction() as session:
        ground(session, utc_now())
        ids = {one.key: one.id for one in people.departments(session)}
        for key in set(keys) - ids.keys():
            raise click.ClickException(f"There is no department {key}. The departments are {', '.join(ids)}.")
        made = people.create_member(
            session, name=name, email=email, role=role, now=utc_now(), department_ids=[ids[key] for key in keys]
        )
        path = way_in(session, made.id, utc_now())
    click.echo(f"{name} is here as {role}. This link signs them in once, within {LINK_MINUTES}:")
    click.echo(settings().link(path))


@click.command()
@click.argument("email")
def link(email: str) -> None:
    """Print a new one-time link for the person with this EMAIL."""
    connect()
    with transaction() as session:
        found = session.scalars(select(Member).where(func.lower(Member.email) == email.lower(), Member.active)).first()
        if found is None:
            raise click.ClickException(f"Nobody at work here has the address {email}. `hearback member` lists them.")
        path = way_in(session, found.id, utc_now())
    click.echo(settings().link(path))
