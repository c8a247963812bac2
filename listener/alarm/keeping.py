"""A part's memory as bytes and back, so that a restart changes nothing."""

from array import array
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

VERSION = 2


class Unreadable(ValueError):
    """The bytes are of another version or of another width of bucket: learn anew."""


def pack(part: Any) -> bytes:
    """Return every number of a part and of the parts in it; tuples and frozen values are settings and stay out."""
    exact, rough = array("d"), array("f")
    for holder, name in _places(part):
        value = getattr(holder, name)
        if isinstance(value, float):
            exact.append(value)
        elif isinstance(value, list):
            exact.extend(value)
        else:
            rough.extend(value)
    return bytes([VERSION]) + exact.tobytes() + rough.tobytes()


def unpack(part: Any, kept: bytes) -> None:
    """Fill a fresh part with the numbers of one of the same shape.

    Raises Unreadable when they do not fit.
    """
    places = list(_places(part))
    values = [getattr(holder, name) for holder, name in places]
    size = sum(1 if isinstance(value, float) else len(value) for value in values if not isinstance(value, array))
    exact, rough = array("d"), array("f")
    if kept[:1] != bytes([VERSION]) or len(kept) != 1 + 8 * size + 4 * sum(
        len(value) for value in values if isinstance(value, array)
    ):
        raise Unreadable(f"{len(kept)} bytes do not hold this part")
    exact.frombytes(kept[1 : 1 + 8 * size])
    rough.frombytes(kept[1 + 8 * size :])
    done = done_roughly = 0
    for (holder, name), value in zip(places, values, strict=True):
        if isinstance(value, float):
            setattr(holder, name, exact[done])
            done += 1
        elif isinstance(value, list):
            setattr(holder, name, list(exact[done : done + len(value)]))
            done += len(value)
        else:
            setattr(holder, name, rough[done_roughly : done_roughly + len(value)])
            done_roughly += len(value)


def _places(part: Any) -> Iterator[tuple[Any, str]]:
    """Yield (holder, name) of every number, list and array, in the order of the fields."""
    for field in fields(part):
        value = getattr(part, field.name)
        if isinstance(value, float | list | array):
            yield part, field.name
        elif is_dataclass(value) and not _is_setting(type(value)):
            yield from _places(value)


def _is_setting(kind: Any) -> bool:
    """Frozen values were given, not learnt."""
    return bool(kind.__dataclass_params__.frozen)
