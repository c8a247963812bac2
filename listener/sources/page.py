"""One page of a feed in any format, once its format no longer matters; good rows sorted from bad ones."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from listener.heard import Item, Rejected
from listener.sources.reading import sample


@dataclass(frozen=True, slots=True)
class Page:
    """Items in the document's order, the older page's address, and the wait the feed itself wishes, in seconds."""

    items: tuple[Item, ...]
    rejected: tuple[Rejected, ...] = ()
    title: str | None = None
    next_url: str | None = None
    next_check: float | None = None
    trouble: str | None = None


def sort_out(
    rows: Iterable[Any], read: Callable[[Any], Item | Rejected]
) -> tuple[tuple[Item, ...], tuple[Rejected, ...]]:
    """Read each row; one that is not shaped as it should be is told, and never stops the others."""
    items: list[Item] = []
    rejected: list[Rejected] = []
    for row in rows:
        try:
            one = read(row)
        except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as error:
            one = Rejected(None, f"It could not be read ({type(error).__name__}: {error}).", sample(row))
        if isinstance(one, Item):
            items.append(one)
        else:
            rejected.append(one)
    return tuple(items), tuple(rejected)
