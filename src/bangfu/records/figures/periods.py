"""Periods of forms (期别): which one is due, which came before, when a figure may be shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from bangfu.vocabulary.period import Period, parse_period

__all__ = ["due_on", "last_ended", "period_before", "recent_periods", "released_on"]

_MONTHS = {"year": 12, "half": 6, "quarter": 3, "month": 1}


def last_ended(kind: str, today: date) -> Period:
    """The period of a kind that ended last.

    >>> last_ended("quarter", date(2026, 11, 22)).text
    '2026Q3'
    >>> last_ended("year", date(2026, 1, 1)).text
    '2025'
    """
    return period_before(_holding(kind, today))


def period_before(period: Period) -> Period:
    """The period of the same kind just before (上期).

    >>> period_before(parse_period("2026Q1")).text
    '2025Q4'
    """
    return _holding(period.kind, period.starts_on - timedelta(days=1))


def recent_periods(kind: str, today: date, count: int) -> tuple[Period, ...]:
    """The last periods that ended, the latest first."""
    periods = [last_ended(kind, today)]
    while len(periods) < count:
        periods.append(period_before(periods[-1]))
    return tuple(periods)


def due_on(period: Period, days: int) -> date:
    """The last day on which a return is in time.

    >>> due_on(parse_period("2026Q3"), 15)
    datetime.date(2026, 10, 15)
    """
    return period.last_day + timedelta(days=days)


def released_on(calendar: Mapping[str, str], period: Period, release: str) -> date | None:
    """The day from which a telling of a figure may be shown; None if no day is set.

    >>> released_on({"flash": "01-15"}, parse_period("2025"), "flash")
    datetime.date(2026, 1, 15)
    >>> released_on({"flash": "+20"}, parse_period("2026Q3"), "flash")
    datetime.date(2026, 10, 20)
    """
    day = calendar.get(release, "")
    if day.startswith("+"):
        return period.last_day + timedelta(days=int(day[1:]))
    if not day:
        return None
    month, of_month = (int(part) for part in day.split("-"))
    year = period.ends_on.year
    try:
        return date(year, month, of_month)
    except ValueError:
        return date(year, month + 1, 1) - timedelta(days=1)


def _holding(kind: str, day: date) -> Period:
    """The period of a kind that holds a day."""
    if kind not in _MONTHS:
        raise ValueError(f"unknown kind of period {kind!r}; accepted: {', '.join(_MONTHS)}")
    number = (day.month - 1) // _MONTHS[kind] + 1
    text = {
        "year": f"{day.year:04d}",
        "half": f"{day.year:04d}H{number}",
        "quarter": f"{day.year:04d}Q{number}",
        "month": f"{day.year:04d}-{day.month:02d}",
    }[kind]
    return parse_period(text)
