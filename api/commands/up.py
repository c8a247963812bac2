"""`hearback up`: everything on one machine, as one command."""

import sys

import click

from api.up import run


@click.command()
@click.option("--leave-with-parent", is_flag=True, help="Also stop when the program that started this one is gone.")
def up(leave_with_parent: bool) -> None:
    """Start everything here and keep it running until Ctrl-C."""
    sys.exit(run(leave_with_parent))
