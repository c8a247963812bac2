"""What `hearback up` says while it works: one line a step, with its seconds."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

WIDTH = 34


def say(line: str = "") -> None:
    """Print one line at once, also where the output is a file."""
    click.echo(line)


@contextmanager
def step(what: str) -> Iterator[None]:
    """Print what is being done, and how long it took once it is done."""
    started = time.monotonic()
    click.echo(f"  {what:<{WIDTH}}", nl=False)
    try:
        yield
    except BaseException:
        click.echo()
        raise
    click.echo(f"{time.monotonic() - started:5.1f} s")
