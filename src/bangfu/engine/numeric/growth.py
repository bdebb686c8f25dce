"""Growth against a rate, decided without division (增长率): on last year, and yearly average.

「较上年增长」 and 「年均增长」 are two tests and have two functions. Works on whole numbers (fen,
persons); knows neither which year is the base nor what rate a policy asks.

Growth from a base of zero or below is not defined and comes back as None (unknown), as does
growth with a figure missing.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Final, Literal

import polars as pl

from bangfu.engine.numeric.columns import integer_column
from bangfu.vocabulary.errors import ComputationError

__all__ = [
    "Comparison",
    "annual_average_meets",
    "annual_average_meets_column",
    "growth_meets",
    "growth_meets_column",
    "growth_pct_text",
    "growth_pct_text_column",
]

Comparison = Literal[">=", ">", "<=", "<"]

_COMPARE: Final[dict[str, Callable[[int, int], bool]]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
}
#: Steps of the printed figure in one whole: 0.01 percent.
_STEPS: Final = 10_000


def growth_meets(
    current: int | None, base: int | None, *, rate_num: int, rate_den: int, op: Comparison
) -> bool | None:
    """Whether growth on the year before meets a rate: current / base - 1 ``op`` rate.

    Parameters
    ----------
    current, base : int or None
        The figure of this year and of the year before, same unit; None = unknown.
    rate_num, rate_den : int
        The rate as a fraction, ``rate_den`` positive: 8 percent is 8 and 100.
    op : {">=", ">", "<=", "<"}

    Returns
    -------
    bool or None
        None (unknown) if a figure is missing or the base is zero or below.

    Raises
    ------
    ComputationError
        If ``rate_den`` is not positive or ``op`` is not one of the four.

    Examples
    --------
    10,800 yuan after 10,000 is 8 percent to the fen, and one fen less is not.

    >>> growth_meets(1_080_000, 1_000_000, rate_num=8, rate_den=100, op=">=")
    True
    >>> growth_meets(1_079_999, 1_000_000, rate_num=8, rate_den=100, op=">=")
    False
    """
    up, down = _one_year(rate_num, rate_den)
    return _meets(current, base, up=up, down=down, op=op)


def annual_average_meets(
    current: int | None, base: int | None, *, years: int, rate_pct: Fraction, op: Comparison
) -> bool | None:
    """Whether average yearly growth meets a rate: current / base ``op`` (1 + rate) ** years.

    Parameters
    ----------
    current, base : int or None
        The last figure and that of ``years`` years before, same unit; None = unknown.
    years : int
        Whole years between the two figures, at least 1.
    rate_pct : Fraction
        The rate in percent, above -100: ``Fraction(8)``, ``Fraction("7.5")``.
    op : {">=", ">", "<=", "<"}

    Returns
    -------
    bool or None
        None (unknown) if a figure is missing or the base is zero or below.

    Raises
    ------
    ComputationError
        If ``years`` is below 1, the rate is -100 percent or less, or ``op`` is unknown.

    Notes
    -----
    Compound growth (the geometric mean of the yearly factors), by whole powers. A figure that
    has fallen below zero is below every target.

    Examples
    --------
    >>> annual_average_meets(11_664, 10_000, years=2, rate_pct=Fraction(8), op=">=")
    True
    >>> annual_average_meets(11_600, 10_000, years=2, rate_pct=Fraction(8), op=">=")
    False
    """
    up, down = _compound(years=years, rate_pct=rate_pct)
    return _meets(current, base, up=up, down=down, op=op)


def growth_pct_text(current: int | None, base: int | None, *, years: int = 1) -> str | None:
    """Growth, or its yearly average, in percent with two decimals; for display only.

    Parameters
    ----------
    current, base : int or None
        As for :func:`annual_average_meets`.
    years : int
        Whole years between the figures; 1 gives growth on the year before.

    Returns
    -------
    str or None
        Rounded half to even from the exact value. None if a figure is missing, the base is zero
        or below, or the average over several years would be the root of a negative number.

    Notes
    -----
    Never compare this text with a threshold: 7.996 percent prints as 8.00 and does not meet 8.

    Examples
    --------
    >>> growth_pct_text(11_664, 10_000, years=2)
    '8.00'
    >>> growth_pct_text(95, 100)
    '-5.00'
    """
    if years < 1:
        raise ComputationError("years must be at least 1", years=years)
    if current is None or base is None or base <= 0 or (years > 1 and current < 0):
        return None
    steps = _rounded_root(current, base, years=years) - _STEPS
    sign = "-" if steps < 0 else ""
    return f"{sign}{abs(steps) // 100}.{abs(steps) % 100:02d}"


def growth_meets_column(
    table: pl.DataFrame, *, current: str, base: str, rate_num: int, rate_den: int, op: Comparison
) -> pl.Series:
    """:func:`growth_meets` for every row.

    Parameters
    ----------
    table : frame
    current, base : str
        Names of integer columns, null = unknown.
    rate_num, rate_den, op
        As for :func:`growth_meets`.

    Returns
    -------
    Series of Boolean, (n,), null = unknown, named ``meets``

    Examples
    --------
    >>> table = pl.DataFrame({"now": [108, 107, None, 5], "before": [100, 100, 100, 0]})
    >>> growth_meets_column(
    ...     table, current="now", base="before", rate_num=8, rate_den=100, op=">="
    ... ).to_list()
    [True, False, None, None]
    """
    up, down = _one_year(rate_num, rate_den)
    return _meets_column(table, (current, base), up=up, down=down, op=op)


def annual_average_meets_column(
    table: pl.DataFrame, *, current: str, base: str, years: int, rate_pct: Fraction, op: Comparison
) -> pl.Series:
    """:func:`annual_average_meets` for every row; one base year for all.

    Returns
    -------
    Series of Boolean, (n,), null = unknown, named ``meets``

    Examples
    --------
    >>> table = pl.DataFrame({"y2026": [11_664, 11_600], "y2024": [10_000, 10_000]})
    >>> annual_average_meets_column(
    ...     table, current="y2026", base="y2024", years=2, rate_pct=Fraction(8), op=">="
    ... ).to_list()
    [True, False]
    """
    up, down = _compound(years=years, rate_pct=rate_pct)
    return _meets_column(table, (current, base), up=up, down=down, op=op)


def growth_pct_text_column(
    table: pl.DataFrame, *, current: str, base: str, years: int = 1
) -> pl.Series:
    """:func:`growth_pct_text` for every row, for display only.

    Returns
    -------
    Series of String, (n,), null = unknown, named ``growth_pct``

    Examples
    --------
    >>> table = pl.DataFrame({"now": [108, None], "before": [100, 100]})
    >>> growth_pct_text_column(table, current="now", base="before").to_list()
    ['8.00', None]
    """
    pairs = zip(integer_column(table, current), integer_column(table, base), strict=True)
    texts = [growth_pct_text(now, before, years=years) for now, before in pairs]
    return pl.Series("growth_pct", texts, dtype=pl.String)


def _one_year(rate_num: int, rate_den: int) -> tuple[int, int]:
    if rate_den < 1:
        raise ComputationError("the denominator of a rate must be positive", rate_den=rate_den)
    return rate_den + rate_num, rate_den


def _compound(*, years: int, rate_pct: Fraction) -> tuple[int, int]:
    """(1 + rate) ** years as numerator and denominator."""
    if years < 1:
        raise ComputationError("years must be at least 1", years=years)
    if not isinstance(rate_pct, (Fraction, int)):
        raise ComputationError("the rate must be an exact fraction", rate_pct=rate_pct)
    if rate_pct <= -100:
        raise ComputationError("no yearly average of -100 percent or less", rate_pct=rate_pct)
    factor = 1 + Fraction(rate_pct) / 100
    return factor.numerator**years, factor.denominator**years


def _comparison(op: str) -> Callable[[int, int], bool]:
    if op not in _COMPARE:
        raise ComputationError("unknown comparison", op=op, accepted=list(_COMPARE))
    return _COMPARE[op]


def _meets(
    current: int | None, base: int | None, *, up: int, down: int, op: Comparison
) -> bool | None:
    compare = _comparison(op)
    if current is None or base is None or base <= 0:
        return None
    return compare(current * down, base * up)


def _meets_column(
    table: pl.DataFrame, columns: tuple[str, str], *, up: int, down: int, op: Comparison
) -> pl.Series:
    compare = _comparison(op)
    now_column, before_column = (integer_column(table, name).to_list() for name in columns)
    # Python integers on purpose: the products leave 64 bits, and polars would wrap them silently.
    verdicts = [
        None if now is None or before is None or before <= 0 else compare(now * down, before * up)
        for now, before in zip(now_column, before_column, strict=True)
    ]
    return pl.Series("meets", verdicts, dtype=pl.Boolean)


def _rounded_root(current: int, base: int, *, years: int) -> int:
    """10,000 * (current / base) ** (1 / years), rounded half to even without a float."""
    below = _root(current * _STEPS**years // base, years)
    # Twice the value against 2 * below + 1 tells on which side of the half it lies.
    twice_value = current * (2 * _STEPS) ** years
    half = (2 * below + 1) ** years * base
    if twice_value == half:
        return below + below % 2
    return below + 1 if twice_value > half else below


def _root(number: int, degree: int) -> int:
    """The greatest integer whose power does not exceed ``number`` (not negative for degree > 1)."""
    if degree == 1 or number == 0:
        return number
    # Newton from above falls until it stops; then it stands on the whole part of the root.
    guess = 1 << -(-number.bit_length() // degree)
    while True:
        lower = ((degree - 1) * guess + number // guess ** (degree - 1)) // degree
        if lower >= guess:
            return guess
        guess = lower
