"""When a recurring duty falls (履职周期): the periods of a span and the day each is due.

Knows natural calendar periods and rest days handed in; it knows no duty, no actor and no
holiday calendar of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, get_args

from bangfu.vocabulary.errors import ComputationError
from bangfu.vocabulary.period import FOREVER, Period, add_months, parse_period

__all__ = [
    "DaysAfter",
    "DueRule",
    "EndOfPeriod",
    "Every",
    "MonthDay",
    "RestDays",
    "due_date",
    "periods_between",
]

Every = Literal["month", "quarter", "half", "year", "once"]
RestShift = Literal["none", "earlier", "later"]

_MONTHS: Final[dict[str, int]] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_TEXT_OF: Final[dict[str, Callable[[date], str]]] = {
    "month": lambda first: f"{first.year:04d}-{first.month:02d}",
    "quarter": lambda first: f"{first.year:04d}Q{(first.month - 1) // 3 + 1}",
    "half": lambda first: f"{first.year:04d}H{(first.month - 1) // 6 + 1}",
    "year": lambda first: f"{first.year:04d}",
}
#: A leap year, so that 29 February is a day a rule may name.
_LEAP_YEAR: Final = 2024


@dataclass(frozen=True, slots=True)
class EndOfPeriod:
    """Due on the last day of the period (期末)."""


@dataclass(frozen=True, slots=True)
class MonthDay:
    """Due on a fixed day in the calendar year in which the period starts."""

    month: int
    day: int

    def __post_init__(self) -> None:
        try:
            date(_LEAP_YEAR, self.month, self.day)
        except ValueError:
            raise ComputationError(
                "no such day in any year", month=self.month, day=self.day
            ) from None


@dataclass(frozen=True, slots=True)
class DaysAfter:
    """Due some calendar days after the last day of the period (期后若干日内)."""

    days: int

    def __post_init__(self) -> None:
        if self.days < 0:
            raise ComputationError("days after the end must not be negative", days=self.days)


DueRule = EndOfPeriod | MonthDay | DaysAfter


@dataclass(frozen=True, slots=True)
class RestDays:
    """Rest days (休息日) and what happens to a due day that falls on one (提前, 顺延)."""

    days: frozenset[date]
    shift: RestShift

    def __post_init__(self) -> None:
        if self.shift not in get_args(RestShift):
            raise ComputationError("unknown shift", given=self.shift, accepted=get_args(RestShift))


def periods_between(every: Every, *, starts_on: date, ends_on: date) -> list[Period]:
    """List the natural calendar periods that overlap a half-open span of days.

    Parameters
    ----------
    every : {"month", "quarter", "half", "year", "once"}
        How often; ``once`` gives the span itself as one period.
    starts_on, ends_on : date
        First day of the span and the day after its last.

    Returns
    -------
    list of Period
        In time order. A period counts although the span covers only part of it. The text of
        ``once`` is ``2021/2026`` where both ends are a 1 January, and the two ISO dates joined
        by ``/`` otherwise.

    Raises
    ------
    ComputationError
        If ``every`` is unknown, the span is empty, or it has no end (9999-12-31) and the
        periods could not be listed.

    Notes
    -----
    The documents speak of 每季度 and 每年 without saying from which day; we read natural
    calendar periods.

    Examples
    --------
    >>> spans = periods_between("quarter", starts_on=date(2025, 2, 1), ends_on=date(2025, 7, 1))
    >>> [period.text for period in spans]
    ['2025Q1', '2025Q2']
    """
    if every not in get_args(Every):
        raise ComputationError("unknown interval", given=every, accepted=get_args(Every))
    if not starts_on < ends_on:
        raise ComputationError("the span is empty", starts_on=starts_on, ends_on=ends_on)
    if every == "once":
        return [_whole_span(starts_on, ends_on)]
    if ends_on >= FOREVER:
        raise ComputationError("a span without an end has no list of periods", ends_on=ends_on)

    months = _MONTHS[every]
    first_month = (starts_on.month - 1) // months * months + 1
    first = date(starts_on.year, first_month, 1)
    periods = []
    while first < ends_on:
        periods.append(parse_period(_TEXT_OF[every](first)))
        first = add_months(first, months)
    return periods


def due_date(
    period: Period, rule: DueRule | None, *, calendar: RestDays | None = None
) -> date | None:
    """Give the day by which the duty of a period is due.

    Parameters
    ----------
    period : Period
        The period of the duty.
    rule : EndOfPeriod, MonthDay, DaysAfter or None
        None means that the document states no day (文件未明确).
    calendar : RestDays, optional
        Rest days and the direction in which a due day moves off them; without it a due day
        stays where it falls.

    Returns
    -------
    date or None
        None where the rule is None.

    Notes
    -----
    A rule naming 29 February falls on the 28th in a common year. Days that the calendar does
    not list count as working days.

    Examples
    --------
    >>> due_date(parse_period("2025Q1"), EndOfPeriod())
    datetime.date(2025, 3, 31)
    >>> due_date(parse_period("2025"), MonthDay(11, 30))
    datetime.date(2025, 11, 30)
    >>> weekend = RestDays(frozenset({date(2025, 11, 29), date(2025, 11, 30)}), "earlier")
    >>> due_date(parse_period("2025"), MonthDay(11, 30), calendar=weekend)
    datetime.date(2025, 11, 28)
    """
    if rule is None:
        return None
    due = _plain_due_date(period, rule)
    if calendar is None or calendar.shift == "none":
        return due
    step = timedelta(days=1 if calendar.shift == "later" else -1)
    while due in calendar.days:
        due += step
    return due


def _plain_due_date(period: Period, rule: DueRule) -> date:
    if isinstance(rule, EndOfPeriod):
        return period.last_day
    if isinstance(rule, DaysAfter):
        return period.last_day + timedelta(days=rule.days)
    # Counting months from January clips 29 February in a common year.
    january = date(period.year, 1, rule.day)
    return add_months(january, rule.month - 1)


def _whole_span(starts_on: date, ends_on: date) -> Period:
    if (starts_on.month, starts_on.day, ends_on.month, ends_on.day) == (1, 1, 1, 1):
        return parse_period(f"{starts_on.year:04d}/{ends_on.year:04d}")
    text = f"{starts_on.isoformat()}/{ends_on.isoformat()}"
    return Period(starts_on, ends_on, text, "span")
