"""Calendar arithmetic: months that clamp, birthdays on 29 February, and working days.

Standard library only; today is always an argument.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ISO = re.compile(r"P(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?")


def iso_date(text: str) -> date:
    """Read ``YYYY-MM-DD`` and no other way of writing a day.

    Raises ValueError, or TypeError where ``text`` is no text.
    """
    if _ISO_DATE.fullmatch(text) is None:
        raise ValueError(f"not a date: {text!r}")
    return date.fromisoformat(text)


@dataclass(frozen=True, slots=True)
class Duration:
    """A calendar duration in whole months and days, as ISO 8601 writes it (``P1Y6M``, ``P5D``)."""

    months: int = 0
    days: int = 0

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Read an ISO 8601 date duration.

        Raises ValueError where the text is none; times of day have no place in the rules.
        """
        match = _ISO.fullmatch(text.strip()) if isinstance(text, str) else None
        if match is None or not any(match.groups()):
            raise ValueError(f"not an ISO 8601 duration of years, months, weeks or days: {text!r}")
        years, months, weeks, days = (int(part or 0) for part in match.groups())
        return cls(months=years * 12 + months, days=weeks * 7 + days)

    def __str__(self) -> str:
        years, months = divmod(self.months, 12)
        parts = f"{years}Y" * bool(years) + f"{months}M" * bool(months) + f"{self.days}D" * bool(self.days)
        return f"P{parts}" if parts else "P0D"

    def __mul__(self, times: int) -> Duration:
        return Duration(self.months * times, self.days * times)


def add(day: date, duration: Duration, *, backwards: bool = False) -> date:
    """``day`` plus ``duration``: keeps the day number, clamps to the month's end, then adds the days.

    A result outside the calendar (year 9999) is the calendar's last day: a rule then never comes due.
    """
    sign = -1 if backwards else 1
    index = day.year * 12 + day.month - 1 + sign * duration.months
    year, month = divmod(index, 12)
    if year < date.min.year:
        return date.min
    if year > date.max.year:
        return date.max
    shifted = date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
    try:
        return shifted + timedelta(days=sign * duration.days)
    except OverflowError:
        return date.min if backwards else date.max


def anniversary(birth: date, years: int) -> date:
    """The day on which a person born on ``birth`` is ``years`` old; 29 February counts on 1 March in common years."""
    try:
        return birth.replace(year=birth.year + years)
    except ValueError:
        return date(birth.year + years, 3, 1)


@dataclass(frozen=True)
class WorkingCalendar:
    """Working days by the statutory table: ``exceptions`` maps a day to True (make-up workday) or False (holiday).

    ``years`` are the years for which the table was published; in any other year Monday to Friday count,
    provisionally.
    """

    exceptions: Mapping[date, bool] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    def is_working(self, day: date) -> bool:
        return self.exceptions.get(day, day.weekday() < 5)

    def is_provisional(self, *days: date) -> bool:
        """Whether any year touched by the span of ``days`` has no published table."""
        return any(year not in self.years for year in range(min(days).year, max(days).year + 1))

    def working_days_after(self, start: date, end: date, *, count_start_day: bool = False) -> int:
        """Working days after ``start`` up to and including ``end``; with ``count_start_day`` the start counts too."""
        day = start if count_start_day else start + timedelta(days=1)
        total = 0
        while day <= end:
            total += self.is_working(day)
            day += timedelta(days=1)
        return total

    def nth_working_day(self, start: date, count: int, *, count_start_day: bool = False) -> date:
        """The first day by which ``count`` working days lie after ``start`` (the start itself not counted)."""
        if count <= 0:
            return start
        day = start if count_start_day else start + timedelta(days=1)
        while True:
            count -= self.is_working(day)
            if count <= 0:
                return day
            day += timedelta(days=1)
