"""The person who reads: their language, zone and moment, and every number, day and span as they would write it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from babel.support import Translations

from api.calendars import GREGORIAN, OF_LANGUAGE, Named, hebrew_letters, hebrew_year, named
from api.locales import RIGHT_TO_LEFT, translations

# Babel gives Persian separators but Latin digits, so both are set here, from one plain English number.
_DIGITS = {
    "fa": str.maketrans("0123456789,.%", "۰۱۲۳۴۵۶۷۸۹٬٫٪"),
    "ar": str.maketrans("0123456789,.%", "٠١٢٣٤٥٦٧٨٩٬٫٪"),
}
_PLAIN_DIGITS = {language: dict(list(table.items())[:10]) for language, table in _DIGITS.items()}
MINUS = "\N{MINUS SIGN}"
OWN, LATIN = "own", "latin"
# Monday is 0; Babel knows territories, and these languages are read in many
FIRST_DAY = {"fa": 5, "ar": 6, "he": 6}


@dataclass(frozen=True)
class Reader:
    """Who a page speaks to; `now` is the moment of the request, so that every word of a page agrees.

    `calendar`, `figures` (`own` or `latin` digits) and `week_from` (0 is Monday) are their wishes; empty is as their
    language does.
    """

    language: str
    zone: ZoneInfo
    now: datetime
    calendar: str = ""
    figures: str = OWN
    week_from: int | None = None

    @property
    def direction(self) -> str:
        """Which way the page runs: `ltr` or `rtl`."""
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"

    @cached_property
    def catalogue(self) -> Translations:
        """The sentences of this reader's language."""
        return translations(self.language)

    @cached_property
    def _locale(self) -> Locale:
        return Locale.parse("en_GB" if self.language == "en" else self.language)

    @property
    def first_day(self) -> int:
        """The day a week begins with; Monday is 0."""
        return FIRST_DAY.get(self.language, 0) if self.week_from is None else self.week_from

    def week_of(self, day: date) -> date:
        """The first day of the week `day` lies in."""
        return day - timedelta(days=(day.weekday() - self.first_day) % 7)

    @property
    def locale(self) -> str:
        """What a browser's `Intl` is told, so that charts write what pages write: `fa-u-nu-arabext`."""
        base = {"en": "en-GB"}.get(self.language, self.language)
        figures = {"fa": "arabext", "ar": "arab"}.get(self.language, "latn") if self.figures == OWN else "latn"
        return f"{base}-u-nu-{figures}"

    # numbers

    @cached_property
    def _own_digits(self) -> bool:
        return self.figures == OWN and self.language in _DIGITS

    def digits(self, text: str) -> str:
        """Write the digits of our own text as this reader does; a person's words are never passed through here."""
        return text.translate(_PLAIN_DIGITS[self.language]) if self._own_digits else text

    def number(self, value: float, places: int = 0) -> str:
        """`1204` -> `1,204`, `۱٬۲۰۴`."""
        pattern = "#,##0" + ("." + "0" * places if places else "")
        text = format_decimal(value, format=pattern, locale="en").replace("-", MINUS)
        return text.translate(_DIGITS[self.language]) if self._own_digits else text

    def percent(self, share: float, places: int = 0) -> str:
        """`0.949` -> `94.9%`, `۹۴٫۹٪`; a share that is not whole is never rounded up to the whole."""
        value = share * 100
        if value < 100 and round(value, places) >= 100:
            value = 100 - 10**-places
        return self.number(value, places) + ("٪" if self._own_digits else "%")

    def signed(self, value: float, places: int = 0) -> str:
        """`42` -> `+42`, `-3` -> `−3`."""
        return ("+" if value > 0 else "") + self.number(value, places)

    # moments

    def local(self, at: datetime) -> datetime:
        """The same moment on this reader's wall clock."""
        return at.astimezone(self.zone)

    def clock_time(self, at: datetime) -> str:
        """`14:05`, always of 24 hours."""
        return self.digits(f"{self.local(at):%H:%M}")

    def weekday_time(self, at: datetime) -> str:
        """`Sat 08:42`, for what lies within a week of something dated."""
        form = "EEEE" if self.language == "fa" else "EEE"
        return f"{format_date(self.local(at).date(), form, locale=self._locale)} {self.clock_time(at)}"

    def day(self, at: datetime | date, *, year: bool = False, weekday: bool = True) -> str:
        """`Sat 21 Nov`, `شنبه ۳۰ آبان`, in the reader's calendar."""
        day = self.local(at).date() if isinstance(at, datetime) else at
        found = self._named(day)
        if found is None:
            pattern = ("EEE " if weekday else "") + "d MMM" + (" y" if year else "")
            return self.digits(format_date(day, pattern, locale=self._locale))
        name = format_date(day, "EEEE" if self.language == "fa" else "EEE", locale=self._locale) + " "
        return (name if weekday else "") + self._in_calendar(day, found, year)

    def month(self, at: datetime) -> str:
        """`March 2021`, `اسفند ۱۳۹۹`."""
        day = self.local(at).date()
        found = self._named(day)
        if found is None:
            return self.digits(format_date(day, "MMMM y", locale=self._locale))
        return self.digits(f"{self.catalogue.gettext(found.month)} {found.year}")

    def _named(self, day: date) -> Named | None:
        return named(self.calendar or OF_LANGUAGE.get(self.language, GREGORIAN), day)

    def _in_calendar(self, day: date, found: Named, year: bool) -> str:
        if self.language == "he" and self.calendar == "hebrew":
            return hebrew_letters(day) + (f" {hebrew_year(day)}" if year else "")
        return self.digits(f"{found.day} {self.catalogue.gettext(found.month)}" + (f" {found.year}" if year else ""))

    def _year(self, day: date) -> int:
        found = self._named(day)
        return found.year if found else day.year

    def moment(self, at: datetime, *, full: bool = False) -> str:
        """The shortest exact way to say when: the time today, else with its day, else with its year."""
        local, today = self.local(at), self.local(self.now)
        if not full and local.date() == today.date():
            return self.clock_time(at)
        day = self.day(at, year=self._year(local.date()) != self._year(today.date()))
        return self.catalogue.gettext("%(day)s, %(time)s") % {"day": day, "time": self.clock_time(at)}

    def field(self, at: datetime) -> str:
        """`2026-11-21T14:05` on this reader's clock: what a field for a moment is filled with."""
        return f"{self.local(at):%Y-%m-%dT%H:%M}"

    def typed(self, text: str) -> datetime | None:
        """Read a moment as a field gives it, of this reader's clock; `None` where it is none."""
        try:
            return datetime.fromisoformat(text.strip()).replace(tzinfo=self.zone).astimezone(UTC)
        except (ValueError, OverflowError):
            return None

    def is_midnight(self, at: datetime) -> bool:
        """Say whether a day of this reader begins then."""
        return self.local(at).time() == time()

    def days(self, start: datetime, end: datetime) -> str:
        """`15 to 21 Nov 2026`: the days a report covers, `end` not included."""
        first, last = self.local(start).date(), self.local(end - timedelta(microseconds=1)).date()
        if first == last:
            return self.day(first, year=True)
        same_year = self._year(first) == self._year(last)
        return self.catalogue.gettext("%(first)s to %(last)s") % {
            "first": self.day(first, year=not same_year, weekday=False),
            "last": self.day(last, year=True, weekday=False),
        }

    def zone_name(self) -> str:
        """`Tehran time (UTC+3:30)`, `UTC`."""
        offset = self.local(self.now).utcoffset() or timedelta()
        if not offset and self.zone.key in ("UTC", "Etc/UTC"):
            return "UTC"
        minutes = int(offset.total_seconds() // 60)
        sign, minutes = ("+" if minutes >= 0 else MINUS), abs(minutes)
        text = f"{sign}{minutes // 60}" + (f":{minutes % 60:02}" if minutes % 60 else "")
        place = self.zone.key.rsplit("/", 1)[-1].replace("_", " ")
        return self.catalogue.gettext("%(place)s time (UTC%(offset)s)") % {"place": place, "offset": self.digits(text)}

    # spans

    def span(self, seconds: float) -> str:
        """Under an hour minutes, under a day hours and minutes, beyond it days and hours; never seconds."""
        minutes = int(abs(seconds) // 60)
        if minutes < 60:
            return self._count("%(n)s min", "%(n)s min", minutes)
        if minutes < 24 * 60:
            return self._joined(self._count("%(n)s h", "%(n)s h", minutes // 60), self._after_hours(minutes % 60))
        hours = minutes // 60
        rest = self._count("%(n)s h", "%(n)s h", hours % 24) if hours % 24 else ""
        return self._joined(self._count("%(n)s d", "%(n)s d", hours // 24), rest)

    def ago(self, at: datetime) -> str:
        """`12 s ago`, `6 min ago`, `13 h ago`, `3 d ago`: one unit is enough for what is over."""
        seconds = max(0, int((self.now - at).total_seconds()))
        if seconds < 60:
            words = self._count("%(n)s s", "%(n)s s", seconds)
        elif seconds < 3600:
            words = self._count("%(n)s min", "%(n)s min", seconds // 60)
        elif seconds < 48 * 3600:
            words = self._count("%(n)s h", "%(n)s h", seconds // 3600)
        else:
            words = self._count("%(n)s d", "%(n)s d", seconds // 86400)
        return self.catalogue.gettext("%(time)s ago") % {"time": words}

    def every(self, seconds: float) -> str:
        """How often a feed is asked, exact: `45 s`, `5 min`, `1 h 30`."""
        return self._count("%(n)s s", "%(n)s s", round(seconds)) if seconds < 60 else self.span(seconds)

    def _count(self, one: str, many: str, n: int) -> str:
        return str(self.catalogue.ngettext(one, many, n)) % {"n": self.number(n)}

    def _after_hours(self, minutes: int) -> str:
        if not minutes:
            return ""
        # in English the minutes after an hour stand alone: 1 h 20
        text = str(self.catalogue.npgettext("after hours", "%(n)s", "%(n)s", minutes))
        return text % {"n": self.digits(f"{minutes:02}" if self.language == "en" else str(minutes))}

    def _joined(self, first: str, second: str) -> str:
        if not second:
            return first
        return str(self.catalogue.pgettext("two parts of a span", "%(first)s %(second)s")) % {
            "first": first,
            "second": second,
        }

    # names

    def language_name(self, code: str) -> str:
        """`fa` -> `Persian`, `فارسی`; what we could not tell is said so."""
        if code == "und":
            return self.catalogue.gettext("language unsure")
        return str(self._locale.languages.get(code, code))
