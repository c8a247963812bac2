"""`hearback feeds`: the places we listen to, seen, added and asked from the shell."""

from contextlib import closing

import click

from api.environment import connect
from api.settings import settings as showing
from listener import feeds as feeding
from listener import find, ingest, poll
from listener.clock import utc_now
from listener.database import transaction
from listener.fetch import Fetcher
from listener.settings import settings
from listener.sources import PUSHED, SOURCES, BadFeed


@click.group(invoke_without_command=True)
@click.pass_context
def feeds(context: click.Context) -> None:
    """List the feeds and how they are doing, or add and poll one."""
    connect()
    if context.invoked_subcommand is None:
        context.invoke(list_)


@feeds.command("list")
def list_() -> None:
    """List the feeds and how they are doing."""
    now = utc_now()
    with transaction() as session:
        found = find.feeds(session, now)
    for one in found:
        feed, last = one.feed, one.feed.last_success_at
        answered = f"answered {last:%Y-%m-%d %H:%M} UTC" if last else "no answer yet"
        click.echo(f"{feed.id:>4}  {one.word:<8} {feed.source:<11} {one.per_day:7.1f} a day  {answered}  {feed.name}")
        if feed.last_error and one.word not in ("answers", "paused"):
            click.echo(f"      {feed.last_error}")
    if not found:
        click.echo("No feeds yet. Add one: hearback feeds add rss https://example.org/feed.xml")


@feeds.command()
@click.argument("source", type=click.Choice([*SOURCES, "push"]))
@click.argument("address", default="")
@click.option("--name", default="", help="What people call it.")
@click.option("--option", "options", multiple=True, metavar="KEY=VALUE", help="For example tag=nimbo; may be repeated.")
@click.option("--every", type=click.FloatRange(min=1), default=300.0, show_default=True, help="Seconds between polls.")
@click.option("--untried", is_flag=True, help="Keep it although it was not asked yet.")
def add(source: str, address: str, name: str, options: tuple[str, ...], every: float, untried: bool) -> None:
    """Try a feed, show what it would give, and keep it."""
    chosen = _pairs(options, "--option")
    try:
        feeding.check(source, address, chosen, every)
        if source not in PUSHED and not untried:
            _preview(source, address, chosen)
        credential = ingest.new_secret() if source == "push" else None
        with transaction() as session:
            made = feeding.create(
                session, source=source, address=address, name=name, options=chosen, interval=every,
                credential=credential, now=utc_now(),
            )  # fmt: skip
    except BadFeed as error:
        raise click.ClickException(error.sentence) from error
    click.echo(f"Feed {made.id} ({made.name}) is kept.")
    if credential:
        click.echo(f"It calls {showing().link(f'/api/v1/ingest/{made.id}')}")
        click.echo(f"and signs with this secret, shown now and never again: {credential}")


@feeds.command("poll")
@click.argument("feed_id", type=int)
def poll_(feed_id: int) -> None:
    """Ask one feed now, whenever it would be due."""
    with transaction() as session:
        found = find.feed(session, feed_id)
        if found is None:
            raise click.ClickException(f"There is no feed {feed_id}. `hearback feeds` lists them.")
        if found.source in PUSHED:
            raise click.ClickException(f"{found.name} calls us; it is never asked.")
        feeding.ask_soon(session, feed_id, now=utc_now())
    with closing(Fetcher(settings())) as fetcher:
        went = poll.round_of(feed_id, fetcher, transaction, utc_now)
    if went is None:
        raise click.ClickException("It is paused, or a worker is asking it just now.")
    if went.error:
        raise click.ClickException(went.error)
    click.echo(f"{went.created} new, {went.updated} changed, {went.duplicate} known, {went.rejected} unreadable.")


def _preview(source: str, address: str, options: dict[str, str]) -> None:
    view = feeding.view(source, address, options)
    now = utc_now()
    with closing(Fetcher(settings())) as fetcher:
        reply = fetcher.fetch(SOURCES[source].ask(view, now))
    with transaction() as session:
        seen = feeding.preview(session, view, reply, now=now)
    if seen.error:
        raise click.ClickException(f"{seen.error} Nothing was kept; --untried keeps it all the same.")
    rate = f", about {seen.per_day:.1f} a day" if seen.per_day else ""
    click.echo(f"{seen.title or address}: {len(seen.samples)} on its newest page{rate}.")
    for sample in seen.samples[:3]:
        text = sample.judgement.title or sample.judgement.text
        click.echo(f"  {sample.judgement.mood.label:<8} {' '.join(text.split())[:90]}")


def _pairs(given: tuple[str, ...], option: str) -> dict[str, str]:
    pairs = [one.partition("=") for one in given]
    for key, equals, value in pairs:
        if not (key and equals and value):
            raise click.BadParameter("write it as key=value", param_hint=option)
    return {key: value for key, _, value in pairs}
