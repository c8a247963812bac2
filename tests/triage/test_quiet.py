"""Quiet hours: by the clock on the wall, over midnight and over clock changes; what may never wait."""

from datetime import UTC, datetime

import pytest

from triage import quiet

NIGHT = {"from": "22:00", "until": "07:00"}
NOON = {"from": "12:00", "until": "13:30"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "zone", "now", "ends"),
    [
        (None, "UTC", "2026-11-21T03:00", None),
        (NIGHT, "UTC", "2026-11-21T21:59", None),
        (NIGHT, "UTC", "2026-11-21T22:00", "2026-11-22T07:00"),
        (NIGHT, "UTC", "2026-11-22T06:59", "2026-11-22T07:00"),
        (NIGHT, "UTC", "2026-11-22T07:00", None),
        (NOON, "UTC", "2026-11-21T12:30", "2026-11-21T13:30"),
        (NOON, "UTC", "2026-11-21T13:30", None),
        # 22:00 in Tehran is 18:30 in Greenwich
        (NIGHT, "Asia/Tehran", "2026-11-21T18:30", "2026-11-22T03:30"),
        (NIGHT, "Asia/Tehran", "2026-11-21T18:29", None),
        # far east of Greenwich the day is another one
        (NIGHT, "Pacific/Kiritimati", "2026-11-21T08:30", "2026-11-21T17:00"),
        # Berlin: the night in which the clock goes forward is an hour shorter, the one in which it goes back longer
        (NIGHT, "Europe/Berlin", "2026-03-28T21:00", "2026-03-29T05:00"),
        (NIGHT, "Europe/Berlin", "2026-10-24T20:00", "2026-10-25T06:00"),
        # an end inside the hour that is skipped is the moment of the skip
        ({"from": "23:00", "until": "02:30"}, "Europe/Berlin", "2026-03-29T00:59", "2026-03-29T01:00"),
        ({"from": "23:00", "until": "02:30"}, "Europe/Berlin", "2026-03-29T01:00", None),
        # an end that occurs twice is its first occurrence, and the second night does not begin
        ({"from": "23:00", "until": "02:30"}, "Europe/Berlin", "2026-10-25T00:10", "2026-10-25T00:30"),
        ({"from": "23:00", "until": "02:30"}, "Europe/Berlin", "2026-10-25T01:10", None),
    ],
)
def test_quiet_ends_by_the_clock_on_the_readers_wall(
    hours: dict[str, str] | None, zone: str, now: str, ends: str | None
) -> None:
    assert quiet.until(hours, zone, at(now)) == (at(ends) if ends else None)


@pytest.mark.parametrize("reason", ["broken", "crisis", "crisis_grew", "crisis_stood_down"])
def test_a_broken_promise_and_a_crisis_never_wait(reason: str) -> None:
    assert not quiet.waits(reason)


@pytest.mark.parametrize("reason", ["spike", "spike_rose", "feed_silent", "handed_over", "at_risk", "bounced"])
def test_everything_else_can(reason: str) -> None:
    assert quiet.waits(reason)


@pytest.mark.parametrize(
    ("digest", "zone", "written", "told"),
    [
        ("each", "UTC", "2026-11-21T03:00", None),
        ("hourly", "UTC", "2026-11-21T03:00", "2026-11-21T04:00"),
        ("hourly", "UTC", "2026-11-21T03:59", "2026-11-21T04:00"),
        ("daily", "UTC", "2026-11-21T07:59", "2026-11-21T08:00"),
        ("daily", "UTC", "2026-11-21T08:00", "2026-11-22T08:00"),
        ("daily", "Asia/Tehran", "2026-11-21T04:29", "2026-11-21T04:30"),
        # Berlin: the day on which the clock goes forward
        ("daily", "Europe/Berlin", "2026-03-28T08:00", "2026-03-29T06:00"),
    ],
)
def test_a_letter_gathers_until_its_time(digest: str, zone: str, written: str, told: str | None) -> None:
    assert quiet.gathered(digest, "08:00", zone, at(written)) == (at(told) if told else None)
