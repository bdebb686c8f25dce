"""Periods (期间): 2024 | 2024H1 | 2024Q1 | 2024-03 | 2024-03-05 | 2021/2026 (end excluded).

A period knows its first day and the day after its last; it knows no release calendar.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

__all__ = ["FOREVER", "Period", "PeriodKind", "add_months", "add_years", "parse_period"]

PeriodKind = Literal["year", "half", "quarter", "month", "day", "span"]

#: The end of a span that has no end yet.
FOREVER: Final = date(9999, 12, 31)

_FORMS: Final[tuple[tuple[PeriodKind, re.Pattern[str]], ...]] = (
    ("year", re.compile(r"^(\d{4})$")),
    ("half", re.compile(r"^(\d{4})H([12])$")),
    ("quarter", re.compile(r"^(\d{4})Q([1-4])$")),
    ("month", re.compile(r"^(\d{4})-(\d{2})$")),
    ("day", re.compile(r"^(\d{4})-(\d{2})-(\d{2})$")),
    ("span", re.compile(r"^(\d{4})/(\d{4})$")),
)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A half-open stretch of days, with the text it was written as."""

    starts_on: date
    ends_on: date
    text: str
    kind: PeriodKind

    def contains(self, day: date) -> bool:
        """Whether the day lies inside, the end excluded.

        >>> parse_period("2021/2026").contains(date(2026, 1, 1))
        False
        """
        return self.starts_on <= day < self.ends_on

    @property
    def last_day(self) -> date:
        """The last day that still belongs to the period."""
        return self.ends_on - timedelta(days=1)

    @property
    def year(self) -> int:
        """The calendar year in which the period starts."""
        return self.starts_on.year

    def previous(self, years: int = 1) -> Period:
        """The same period some years earlier (上年同期).

        >>> parse_period("2024Q1").previous().text
        '2023Q1'
        """
        if self.kind == "span":
            raise ValueError("a span has no period of the year before")
        return parse_period(f"{self.year - years:04d}{self.text[4:]}")

    def __str__(self) -> str:
        return self.text


def parse_period(text: str) -> Period:
    """Read a period; ValueError names the accepted forms.

    >>> parse_period("2024H2").starts_on
    datetime.date(2024, 7, 1)
    >>> parse_period("2021/2026").last_day
    datetime.date(2025, 12, 31)
    """
    for kind, form in _FORMS:
        match = form.match(text)
        if match is None:
            continue
        parts = [int(part) for part in match.groups()]
        try:
            starts_on, ends_on = _days_of(kind, parts)
        except (ValueError, calendar.IllegalMonthError):
            break
        if not starts_on < ends_on:
            break
        return Period(starts_on, ends_on, text, kind)
    raise ValueError(
        f"unknown period {text!r}; accepted: 2024, 2024H1, 2024Q1, 2024-03, 2024-03-05, 2021/2026"
    )


def _days_of(kind: PeriodKind, parts: list[int]) -> tuple[date, date]:
    year = parts[0]
    if kind == "year":
        return date(year, 1, 1), date(year + 1, 1, 1)
    if kind == "span":
        return date(year, 1, 1), date(parts[1], 1, 1)
    if kind == "day":
        day = date(year, parts[1], parts[2])
        return day, day + timedelta(days=1)
    months = {"half": 6, "quarter": 3, "month": 1}[kind]
    starts_on = date(year, (parts[1] - 1) * months + 1, 1)
    return starts_on, add_months(starts_on, months)


def add_months(day: date, months: int) -> date:
    """The same day of the month some months later; the last day where there is none.

    >>> add_months(date(2024, 1, 31), 1)
    datetime.date(2024, 2, 29)
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def add_years(day: date, years: int) -> date:
    """The corresponding day some years later (对应日); 29 February falls on the 28th.

    >>> add_years(date(2024, 2, 29), 3)
    datetime.date(2027, 2, 28)
    """
    return add_months(day, 12 * years)
