"""The Persian calendar: a Gregorian day -> year, month, day of the Jalali calendar (which Babel lacks)."""

from datetime import date

# Years after which the 33-year rhythm of leap years shifts (Birashk's breaks, as used by every calendar library).
_BREAKS = (-61, 9, 38, 199, 426, 686, 756, 818, 1111, 1181, 1210, 1635, 2060, 2097, 2192, 2262, 2324, 2394, 2456, 3178)

MONTHS = (
    "فروردین",
    "اردیبهشت",
    "خرداد",
    "تیر",
    "مرداد",
    "شهریور",
    "مهر",
    "آبان",
    "آذر",
    "دی",
    "بهمن",
    "اسفند",
)


def _nowruz(year: int) -> date:
    """Return the Gregorian day on which Jalali `year` begins."""
    leaps, before, jump = -14, _BREAKS[0], 0
    for edge in _BREAKS[1:]:
        jump = edge - before
        if year < edge:
            break
        leaps += jump // 33 * 8 + jump % 33 // 4
        before = edge
    since = year - before
    leaps += since // 33 * 8 + (since % 33 + 3) // 4
    if jump % 33 == 4 and jump - since == 4:
        leaps += 1
    gregorian = year + 621
    return date(gregorian, 3, 20 + leaps - (gregorian // 4 - (gregorian // 100 + 1) * 3 // 4 - 150))


def jalali(day: date) -> tuple[int, int, int]:
    """Return (year, month, day) of the Jalali calendar; right for the years 1–3177 of that calendar."""
    year = day.year - 621
    nowruz = _nowruz(year)
    if day < nowruz:
        year -= 1
        nowruz = _nowruz(year)
    passed = (day - nowruz).days
    if passed < 186:
        return year, passed // 31 + 1, passed % 31 + 1
    return year, (passed - 186) // 30 + 7, (passed - 186) % 30 + 1
