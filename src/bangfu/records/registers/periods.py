"""Periods of registers (台账期别): which a register accepts, the one that runs, the one before."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.period import Period, parse_period
from bangfu.vocabulary.text import Text

__all__ = ["kind_of", "period_before", "period_fault", "period_of", "recent_periods"]

_EXAMPLES: Final = {"year": "2026", "half": "2026H1", "quarter": "2026Q3", "month": "2026-03"}


def kind_of(period_kind: str) -> str:
    """The kind of period rows are filed by; what happens at any time is filed by the year."""
    return "year" if period_kind == "event" else period_kind


def period_of(period_kind: str, on: date) -> str:
    """The period a day falls into.

    >>> period_of("quarter", date(2026, 11, 22)), period_of("event", date(2026, 11, 22))
    ('2026Q4', '2026')
    """
    kind = kind_of(period_kind)
    if kind == "half":
        return f"{on.year}H{1 if on.month <= 6 else 2}"
    if kind == "quarter":
        return f"{on.year}Q{(on.month + 2) // 3}"
    if kind == "month":
        return f"{on.year}-{on.month:02d}"
    return f"{on.year}"


def period_before(text: str) -> str:
    """The period right before one.

    >>> period_before("2026Q1"), period_before("2026")
    ('2025Q4', '2025')
    """
    period = parse_period(text)
    return period_of(period.kind, period.starts_on - timedelta(days=1))


def recent_periods(period_kind: str, on: date, count: int = 6) -> list[str]:
    """The running period and those before it, newest first."""
    periods = [period_of(period_kind, on)]
    while len(periods) < count:
        periods.append(period_before(periods[-1]))
    return periods


def period_fault(period_kind: str, text: str) -> Fault | None:
    """Why a text is no period of the register, or None."""
    kind = kind_of(period_kind)
    try:
        period: Period | None = parse_period(text)
    except ValueError:
        period = None
    if period is not None and period.kind == kind:
        return None
    example = _EXAMPLES[kind]
    return Fault(
        "REG-10",
        "",
        Text(
            f"期别「{text[:20]}」不适用于这本台账，应写作 {example}。",
            f'The period "{text[:20]}" does not fit this register; it is written {example}.',
        ),
    )
