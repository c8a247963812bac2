"""`hearback import FILE`: old posts from a CSV or JSONL file, kept as history."""

import sys
from pathlib import Path

import click

from api.environment import connect
from listener.clock import utc_now
from listener.database import transaction
from listener.importing import ImportReport, import_file
from listener.tables import BadFile


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", help="The feed it is kept under; the file's own name if left out.")
@click.option("--dry-run", is_flag=True, help="Read the whole file, say what would happen, keep nothing.")
@click.option(
    "--column", "mapping", multiple=True, metavar="FIELD=COLUMN", help="Where a field stands; may be repeated."
)
@click.option("--zone", help="The time zone of times without one, such as Asia/Tehran.")
@click.option("--encoding", help="How the file is written, if not UTF-8.")
@click.option("--delimiter", help="What stands between two columns.")
def import_(
    file: Path,
    name: str | None,
    dry_run: bool,
    mapping: tuple[str, ...],
    zone: str | None,
    encoding: str | None,
    delimiter: str | None,
) -> None:
    """Import old posts from FILE (CSV or JSONL) as history; started again, it goes on where it stopped."""
    connect()
    pairs = dict(one.split("=", 1) for one in mapping if "=" in one)
    if len(pairs) != len(mapping):
        raise click.BadParameter("write it as field=column", param_hint="--column")
    try:
        with click.progressbar(length=1, label=file.name, hidden=not sys.stdout.isatty()) as bar:

            def progress(done: int, total: int) -> None:
                bar.length = total
                bar.update(done - bar.pos)

            report = import_file(
                file, transaction=transaction, now=utc_now(), name=name, dry_run=dry_run, on_progress=progress,
                mapping=pairs or None, zone=zone, encoding=encoding, delimiter=delimiter,
            )  # fmt: skip
    except BadFile as error:
        raise click.ClickException(error.sentence) from error
    _say(report)


def _say(report: ImportReport) -> None:
    for note in report.notes:
        click.echo(note)
    if report.already:
        click.echo("This file was imported before, so nothing was done. It had:")
    elif report.resumed_at:
        click.echo(f"Went on after row {report.resumed_at}.")
    would = "would be " if report.dry_run else ""
    click.echo(
        f"{report.read} rows read: {report.created} {would}kept, {report.duplicate} known already, "
        f"{report.rejected} {would}rejected."
    )
    for problem in report.problems:
        click.echo(f"  {problem}")
    if report.rejected_file:
        click.echo(f"The rejected rows are in {report.rejected_file}; mend them there and import that file.")
