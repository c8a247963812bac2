"""JSON Feed 1.0 and 1.1."""

from collections.abc import Mapping
from typing import Any

from listener.heard import Item, Rejected, Reply, Speaker
from listener.sources.identity import native_id
from listener.sources.page import Page, sort_out
from listener.sources.reading import host_of, json_of, mapping, moment, sample, web_address
from listener.sources.source import Unreadable


def read(reply: Reply) -> Page:
    """Read a JSON Feed; raise `Unreadable` if the JSON is something else."""
    document = mapping(json_of(reply))
    rows = document.get("items")
    if not isinstance(rows, list):
        raise Unreadable("The reply is JSON, but not a JSON Feed: it has no list of items.")
    items, rejected = sort_out(rows, lambda row: _item(row, document, reply.url))
    return Page(
        items=items,
        rejected=rejected,
        title=_text(document.get("title")) or None,
        next_url=web_address(document.get("next_url"), reply.url),
    )


def _item(row: Mapping[str, Any], document: Mapping[str, Any], base: str) -> Item | Rejected:
    url = web_address(row.get("url"), base) or web_address(row.get("external_url"), base)
    known = row.get("id")
    identity = native_id(str(known) if isinstance(known, str | int | float) else None, url)
    if identity is None:
        return Rejected(None, "It has neither an id nor an address, so it could not be told from others.", sample(row))
    html = _text(row.get("content_html"))
    body, title = html or _text(row.get("content_text")) or _text(row.get("summary")), _text(row.get("title"))
    posted, edited = moment(row.get("date_published")), moment(row.get("date_modified"))
    return Item(
        native_id=identity,
        text=body or title,
        text_format="html" if html else "plain",
        title=title if body else "",
        url=url,
        posted_at=posted or edited,
        edited_at=edited if posted and edited and edited > posted else None,
        language=_text(row.get("language")) or _text(document.get("language")) or None,
        author=_author(row, base) or _author(document, base),
    )


def _author(row: Mapping[str, Any], base: str) -> Speaker | None:
    written = row.get("authors") if isinstance(row.get("authors"), list) else [row.get("author")]
    author = mapping(written[0]) if written else {}
    name, url = _text(author.get("name")), web_address(author.get("url"), base)
    if not (name or url):
        return None
    return Speaker(native_id=url or f"{host_of(base)}/{name}", handle=name, name=name, url=url)


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
