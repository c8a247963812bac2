"""The calendars people count days by: a Gregorian day as each of them names it."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

from hijridate import Gregorian
from persiantools.jdatetime import JalaliDate
from pyluach.dates import HebrewDate

from api.locales.words import N_


class Named(NamedTuple):
    """A day of a calendar; `month` is its English name, a key of the catalogues."""

    year: int
    month: str
    day: int


JALALI = (
    N_("Farvardin"), N_("Ordibehesht"), N_("Khordad"), N_("Tir"), N_("Mordad"), N_("Shahrivar"), N_("Mehr"), N_("Aban"),
    N_("Azar"), N_("Dey"), N_("Bahman"), N_("Esfand"),
)  # fmt: skip
HIJRI = (
    N_("Muharram"), N_("Safar"), N_("Rabi I"), N_("Rabi II"), N_("Jumada I"), N_("Jumada II"), N_("Rajab"),
    N_("Shaban"), N_("Ramadan"), N_("Shawwal"), N_("Dhu al-Qadah"), N_("Dhu al-Hijjah"),
)  # fmt: skip
HEBREW = (
    N_("Nisan"), N_("Iyar"), N_("Sivan"), N_("Tammuz"), N_("Av"), N_("Elul"), N_("Tishrei"), N_("Cheshvan"),
    N_("Kislev"), N_("Tevet"), N_("Shevat"), N_("Adar"),
)  # fmt: skip
ADARS = (N_("Adar I"), N_("Adar II"))


def _jalali(day: date) -> Named:
    found = JalaliDate(day)  # type: ignore[no-untyped-call]
    return Named(found.year, JALALI[found.month - 1], found.day)


def _hijri(day: date) -> Named:
    year, month, number = Gregorian.fromdate(day).to_hijri().datetuple()
    return Named(year, HIJRI[month - 1], number)


def _hebrew(day: date) -> Named:
    found = HebrewDate.from_pydate(day)
    # a leap year has two months of the name
    is_leap = found.month == 13 or found.month_name() == "Adar 1"
    return Named(found.year, ADARS[found.month - 12] if is_leap else HEBREW[found.month - 1], found.day)


GREGORIAN = "gregorian"
OTHERS: Mapping[str, Callable[[date], Named]] = {"jalali": _jalali, "hijri": _hijri, "hebrew": _hebrew}
CALENDARS = (GREGORIAN, *OTHERS)
# what a language counts by unless its reader says otherwise
OF_LANGUAGE = {"fa": "jalali"}


def named(calendar: str, day: date) -> Named | None:
    """Name a day in a calendar; `None` in the Gregorian one, which Babel writes, and beyond a calendar's tables.

    The Hijri calendar is Umm al-Qura's, known from 1343 to 1500 (1924 to 2077).
    """
    count = OTHERS.get(calendar)
    try:
        return count(day) if count else None
    except (OverflowError, ValueError):
        return None


def hebrew_letters(day: date) -> str:
    """`י״א בכסלו תשפ״ז`: a day as Hebrew writes its own calendar, in letters."""
    found = HebrewDate.from_pydate(day)
    return f"{found.hebrew_day()} ב{found.month_name(True)}"


def hebrew_year(day: date) -> str:
    """`תשפ״ז`."""
    return str(HebrewDate.from_pydate(day).hebrew_year())
