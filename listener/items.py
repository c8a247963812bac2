"""One row of JSON, as programs and files give it, to an Item; or why it cannot be one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast, get_args

from listener.heard import Counts, Item, Rejected, Speaker, TextFormat
from listener.sources.reading import mapping, moment, number, sample, web_address

FORMS = ("post", "comment", "review", "dm", "news")
FORMATS = get_args(TextFormat)


def item_of(row: Any) -> Item | Rejected:
    """Read one item.

    Fields: native_id*, text*, created_at* (RFC 3339 with offset), url, text_format (plain, html, markdown), title,
    lang, edited_at, author {id, handle, name, url, followers, following, since}, parent_id, root_id, counts {likes,
    replies, shares, views}, kind (post, comment, review, dm, news), rating, extra {}.
    """
    if not isinstance(row, Mapping):
        return Rejected(None, "It is not an object.", sample(row))
    identity = _string(row, "native_id")
    reason = _wrong(row, identity)
    if reason:
        return Rejected(identity or None, reason, sample(dict(row)))
    return Item(
        native_id=identity,
        text=_string(row, "text"),
        text_format=cast(TextFormat, row.get("text_format") or "plain"),
        title=_string(row, "title"),
        url=web_address(row.get("url")),
        posted_at=_time(row.get("created_at")),
        edited_at=_time(row.get("edited_at")),
        language=_string(row, "lang") or None,
        author=_author(mapping(row.get("author"))),
        parent_id=_string(row, "parent_id") or None,
        root_id=_string(row, "root_id") or None,
        counts=_counts(mapping(row.get("counts"))),
        form=row.get("kind") or "post",
        rating=_rating(row.get("rating")),
        extra=mapping(row.get("extra")),
    )


def _wrong(row: Mapping[str, Any], identity: str) -> str:
    """Return what is wrong with a row, or nothing."""
    if not identity:
        return "“native_id” is missing: without it the post could not be told from others."
    if not _string(row, "text"):
        return "“text” is missing or empty."
    if row.get("created_at") is None:
        return "“created_at” is missing: the promise to the author starts there."
    for name in ("created_at", "edited_at"):
        if row.get(name) is not None and _time(row[name]) is None:
            return f"“{name}” is no time with an offset, like 2026-11-21T09:30:00+03:30."
    if (row.get("text_format") or "plain") not in FORMATS:
        return f"“text_format” must be one of {', '.join(FORMATS)}."
    if (row.get("kind") or "post") not in FORMS:
        return f"“kind” must be one of {', '.join(FORMS)}."
    if row.get("rating") is not None and _rating(row["rating"]) is None:
        return "“rating” is not a number."
    return ""


def _string(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    return value.strip() if isinstance(value, str) else ""


def _time(value: Any) -> datetime | None:
    """Read an RFC 3339 time; one without an offset could be any hour, and is refused."""
    if not isinstance(value, str):
        return None
    try:
        return moment(value) if datetime.fromisoformat(value.strip()).tzinfo else None
    except ValueError:
        return None


def _rating(value: Any) -> float | None:
    try:
        return None if value is None or isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None


def _author(row: Mapping[str, Any]) -> Speaker | None:
    handle, name = _string(row, "handle"), _string(row, "name")
    identity = _string(row, "id") or handle or name
    if not identity:
        return None
    return Speaker(
        native_id=identity,
        handle=handle,
        name=name or handle,
        url=web_address(row.get("url")),
        followers=number(row.get("followers")),
        following=number(row.get("following")),
        since=_time(row.get("since")),
    )


def _counts(row: Mapping[str, Any]) -> Counts:
    return Counts(*(number(row.get(name)) for name in ("likes", "replies", "shares", "views")))
