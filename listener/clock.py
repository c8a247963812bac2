"""The wall clock, read in one line."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the present moment in UTC; doors read it once and pass it on as `now`."""
    return datetime.now(UTC)  # noqa: TID251  (the one place that may)
