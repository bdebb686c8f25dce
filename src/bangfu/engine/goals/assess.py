"""Whether a place meets a goal (目标完成): levels, growth, and goals left to people.

Knows figures, a threshold and a comparison; it knows neither indicators nor policies, and it
passes nothing that has no measure.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import polars as pl

from bangfu.engine.goals.result import all_final, comparison, result_table
from bangfu.engine.numeric.columns import integer_column, require_columns, require_unique
from bangfu.engine.numeric.growth import (
    Comparison,
    annual_average_meets_column,
    growth_pct_text_column,
)
from bangfu.vocabulary.errors import ComputationError

__all__ = ["assess_growth", "assess_judgement", "assess_level", "rate_text", "required_growth"]

#: Steps of a printed yearly rate in one whole: 0.01 percent.
_STEPS = 10_000


def assess_level(
    table: pl.DataFrame, *, op: Comparison, threshold: int | None = None
) -> pl.DataFrame:
    """Compare a figure with a threshold, place by place.

    Parameters
    ----------
    table : DataFrame
        Columns place_code (text), value (whole number, null = unknown), status (provisional or
        final); where ``threshold`` is None also threshold (whole number, null = unknown), each
        place's own benchmark, and optionally threshold_status. One row per place.
    op : {">=", ">", "<=", "<"}
        以上 and 不低于 include the number itself, 高于 does not.
    threshold : int, optional
        The same threshold for all, in the unit of ``value``.

    Returns
    -------
    DataFrame
        Columns place_code, value_num, value_text (null), threshold (text), op, result (met,
        not_met, unknown), status. In the order of ``table``.

    Raises
    ------
    ComputationError
        If a column is missing or not whole, a place stands twice, or ``op`` is unknown.

    Notes
    -----
    The status is final only if every figure used is final; an unknown result is provisional.

    Examples
    --------
    Operating income in fen against 300,000 yuan.

    >>> income = pl.DataFrame({"place_code": ["A", "B"], "value": [30_000_000, None],
    ...                        "status": ["final", "provisional"]})
    >>> assess_level(income, op=">=", threshold=30_000_000)["result"].to_list()
    ['met', 'unknown']
    """
    require_unique(table, ["place_code"])
    require_columns(table, ["status"])
    statuses = ["status"]
    if threshold is None:
        limits = integer_column(table, "threshold")
        statuses += ["threshold_status"] if "threshold_status" in table.columns else []
    else:
        limits = pl.repeat(threshold, table.height, dtype=pl.Int64, eager=True)
    figures = pl.DataFrame(
        {
            "place_code": table["place_code"],
            "value_num": integer_column(table, "value"),
            "limit": limits,
            "final": all_final(table, statuses),
        }
    )
    met = comparison(op)(pl.col("value_num"), pl.col("limit"))
    return result_table(
        figures.with_columns(
            met.alias("met"),
            pl.lit(None, dtype=pl.String).alias("value_text"),
            pl.col("limit").cast(pl.String).alias("threshold"),
            pl.lit(op).alias("op"),
        )
    )


def assess_growth(
    table: pl.DataFrame, *, op: Comparison, rate_pct: Fraction, years: int = 1
) -> pl.DataFrame:
    """Compare growth with a rate, place by place.

    Parameters
    ----------
    table : DataFrame
        Columns place_code (text), current, base (whole numbers of one unit, null = unknown),
        current_status, base_status (provisional or final). One row per place. ``base`` is the
        figure ``years`` years earlier.
    op : {">=", ">", "<=", "<"}
        The comparison.
    rate_pct : Fraction
        The rate in percent: ``Fraction(8)``, ``Fraction("7.5")``.
    years : int
        1 reads the goal as growth on last year (较上年); n as yearly average over n years from
        the base (年均).

    Returns
    -------
    DataFrame
        Columns as in ``assess_level``; value_num is null and value_text is the growth in
        percent, two decimals, for display only.

    Raises
    ------
    ComputationError
        If a column is missing or not whole, a place stands twice, or ``op``, ``years`` or the
        rate are out of range.

    Notes
    -----
    Decided by cross multiplication of whole numbers: 1.0799999 does not pass for 1.08 although
    it prints as 8.00. Growth from a base of zero or below is unknown.

    Examples
    --------
    >>> income = pl.DataFrame({"place_code": ["A"], "current": [11_664], "base": [10_000],
    ...     "current_status": ["final"], "base_status": ["final"]})
    >>> eight = Fraction(8)
    >>> row = assess_growth(income, op=">=", rate_pct=eight, years=2).row(0, named=True)
    >>> row["value_text"], row["result"], row["status"]
    ('8.00', 'met', 'final')
    """
    require_unique(table, ["place_code"])
    require_columns(table, ["current_status", "base_status"])
    met = annual_average_meets_column(
        table, current="current", base="base", years=years, rate_pct=rate_pct, op=op
    )
    text = growth_pct_text_column(table, current="current", base="base", years=years)
    return result_table(
        table.select(
            "place_code",
            pl.lit(None, dtype=pl.Int64).alias("value_num"),
            text.alias("value_text"),
            pl.lit(rate_text(rate_pct)).alias("threshold"),
            pl.lit(op).alias("op"),
            met.alias("met"),
            all_final(table, ["current_status", "base_status"]).alias("final"),
        )
    )


def assess_judgement(table: pl.DataFrame) -> pl.DataFrame:
    """Hold a goal without a measure (明显改善, 新进展) open until a person has decided.

    Parameters
    ----------
    table : DataFrame
        Columns place_code (text), verdict (bool, null = not decided yet), status (provisional
        or final: of the verdict); optional value_text, the figures shown to those who decide.
        One row per place.

    Returns
    -------
    DataFrame
        Columns as in ``assess_level``; result is met or not_met by the verdict, otherwise
        judgement (provisional). threshold and op are null.
    """
    require_unique(table, ["place_code"])
    require_columns(table, ["verdict", "status"])
    shown = pl.col("value_text") if "value_text" in table.columns else pl.lit(None)
    held = result_table(
        table.select(
            "place_code",
            pl.lit(None, dtype=pl.Int64).alias("value_num"),
            shown.alias("value_text"),
            pl.lit(None, dtype=pl.String).alias("threshold"),
            pl.lit(None, dtype=pl.String).alias("op"),
            pl.col("verdict").cast(pl.Boolean).alias("met"),
            all_final(table, ["status"]).alias("final"),
        )
    )
    return held.with_columns(pl.col("result").replace("unknown", "judgement"))


def required_growth(value: int | None, target: int, *, years: int) -> str | None:
    """Give the yearly growth a figure needs to reach a target, in percent, for display.

    Parameters
    ----------
    value : int or None
        The figure now; None = unknown.
    target : int
        The figure to reach, in the same unit.
    years : int
        Years left, at least 1. [year]

    Returns
    -------
    str or None
        Percent with two decimals, rounded up so that growing at this rate does reach the
        target; ``0.00`` where it is reached already. None if the figure is unknown, or zero or
        below and short of the target: no rate leads there.

    Raises
    ------
    ComputationError
        If ``years`` is below 1.

    Examples
    --------
    From 300,000 to 400,000 yuan in two years.

    >>> required_growth(30_000_000, 40_000_000, years=2)
    '15.48'
    """
    if years < 1:
        raise ComputationError("years must be at least 1", years=years)
    if value is None:
        return None
    if value >= target:
        return "0.00"
    if value <= 0:
        return None
    steps = _smallest_factor(value, target, years=years) - _STEPS
    return f"{steps // 100}.{steps % 100:02d}"


def rate_text(rate_pct: Fraction) -> str:
    """Write a rate in percent as a decimal, or as a fraction where it has no end.

    >>> rate_text(Fraction("7.5")), rate_text(Fraction(8)), rate_text(Fraction(1, 3))
    ('7.5', '8', '1/3')
    """
    decimal = Decimal(rate_pct.numerator) / Decimal(rate_pct.denominator)
    if Fraction(decimal) != rate_pct:
        return str(rate_pct)
    text = f"{decimal:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _smallest_factor(value: int, target: int, *, years: int) -> int:
    """The smallest whole f with value * (f / steps) ** years >= target, by bisection."""
    goal = target * _STEPS**years
    low, high = _STEPS, _STEPS
    while value * high**years < goal:
        high *= 2
    while low < high:
        middle = (low + high) // 2
        if value * middle**years >= goal:
            high = middle
        else:
            low = middle + 1
    return low
