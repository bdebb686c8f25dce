"""Goals of the whole body (总体目标): counts, shares and summed growth over all its members.

Knows the members' figures and answers; a body is known only as far as its members are. Where
some are unknown, an interval is kept and a goal is decided only if both ends agree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

import polars as pl

from bangfu.engine.goals.assess import rate_text
from bangfu.engine.goals.result import (
    RESULT_COLUMNS,
    GoalStatus,
    all_final,
    comparison,
    result_of,
)
from bangfu.engine.numeric.columns import integer_column, require_columns, require_unique
from bangfu.engine.numeric.growth import Comparison, annual_average_meets, growth_pct_text
from bangfu.vocabulary.errors import ComputationError

__all__ = [
    "CountInterval",
    "assess_body_count",
    "assess_body_growth",
    "assess_body_share",
    "body_row",
    "decide",
    "share_of",
]


def assess_body_count(
    members: pl.DataFrame, *, body_code: str, op: Comparison, threshold: int | None = None
) -> pl.DataFrame:
    """Compare how many members meet a condition with last year's number, or with a figure.

    Parameters
    ----------
    members : DataFrame
        Columns place_code (text), now (bool, null = unknown), now_status; without a
        ``threshold`` also before (bool), before_status. One row per member.
    body_code : str
        What stands in place_code of the result.
    op : {">=", ">", "<=", "<"}
        The comparison: number now ``op`` number before.
    threshold : int, optional
        A number to compare with instead of last year's. [count]

    Returns
    -------
    DataFrame
        One row, columns as in ``assess_level``: value_num is the number now (null where it is
        an interval), value_text the number or interval, threshold the number compared with.

    Raises
    ------
    ComputationError
        If a column is missing, a member stands twice, there are no members, or ``op`` is
        unknown.

    Notes
    -----
    An unknown member may or may not meet the condition: the number is the interval [yes,
    yes + unknown], this year and last, and the goal is decided only if all ends agree. A result
    decided although some members are unknown is provisional.

    Examples
    --------
    Townships below the national mean, this year and last: 1 or 2 now, 3 before.

    >>> members = pl.DataFrame({"place_code": ["A", "B", "C"],
    ...     "now": [True, None, False], "now_status": ["final", "provisional", "final"],
    ...     "before": [True] * 3, "before_status": ["final"] * 3})
    >>> row = assess_body_count(members, body_code="zj-76", op="<").row(0, named=True)
    >>> row["value_text"], row["threshold"], row["result"], row["status"]
    ('1-2', '3', 'met', 'provisional')
    """
    statuses = ["now_status"] if threshold is not None else ["now_status", "before_status"]
    _require_members(members, statuses)
    now = _count(members, "now")
    before = _count(members, "before") if threshold is None else CountInterval(threshold, threshold)
    met = decide(now, before, op=op)
    value = now.low if now.is_known else None
    final = now.is_known and before.is_known and all(all_final(members, statuses))
    return _one_row(body_code, (value, str(now), str(before), op), met=met, final=final)


def assess_body_share(
    members: pl.DataFrame,
    *,
    body_code: str,
    op: Comparison,
    threshold_pct: Fraction | None = None,
) -> pl.DataFrame:
    """Compare the share of members meeting a condition with last year's share, or with a figure.

    Parameters
    ----------
    members : DataFrame
        Columns place_code (text), now (bool, null = unknown), now_status; without a
        ``threshold_pct`` also before (bool), before_status; optional in_now, in_before (bool):
        whether the place belongs to the body in that year (default: in both). One row per place.
    body_code : str
        What stands in place_code of the result.
    op : {">=", ">", "<=", "<"}
        The comparison: share now ``op`` share before.
    threshold_pct : Fraction, optional
        A share to compare with instead of last year's. [percent, 0-100]

    Returns
    -------
    DataFrame
        One row, columns as in ``assess_level``: value_num is null; value_text and threshold are
        the shares now and before as ``yes/all``, an interval as ``yes-yes/all``; with a
        ``threshold_pct`` the threshold is that percentage.

    Raises
    ------
    ComputationError
        If a column is missing, a place stands twice, a membership is unknown, or the body is
        empty in one of the years.

    Notes
    -----
    Shares are compared by cross multiplication, so bodies of different size do no harm. Unknown
    members make intervals, as in ``assess_body_count``.
    """
    statuses = ["now_status"] if threshold_pct is not None else ["now_status", "before_status"]
    _require_members(members, statuses)
    now, size_now, final_now = _share(members, "now")
    if threshold_pct is not None:
        wanted = share_of(size_now, threshold_pct)
        met = decide(now.times(wanted.denominator), wanted.count, op=op)
        share = (None, f"{now}/{size_now}", f"{rate_text(threshold_pct)}%", op)
        return _one_row(body_code, share, met=met, final=final_now)
    before, size_before, final_before = _share(members, "before")
    met = decide(now.times(size_before), before.times(size_now), op=op)
    texts = (None, f"{now}/{size_now}", f"{before}/{size_before}", op)
    return _one_row(body_code, texts, met=met, final=final_now and final_before)


def assess_body_growth(
    members: pl.DataFrame,
    *,
    body_code: str,
    op: Comparison,
    rate_pct: Fraction,
    years: int = 1,
) -> pl.DataFrame:
    """Compare the growth of the members' sum, weighted or not, with a rate.

    Parameters
    ----------
    members : DataFrame
        Columns place_code (text), current, base (whole numbers, null = unknown),
        current_status, base_status; optional weight (whole number, such as population): then
        figures per person are summed as figure times weight. One row per member.
    body_code : str
        What stands in place_code of the result.
    op : {">=", ">", "<=", "<"}
        The comparison.
    rate_pct : Fraction
        The rate in percent.
    years : int
        Years between base and current. [year]

    Returns
    -------
    DataFrame
        One row, columns as in ``assess_level``: value_text is the growth in percent.

    Raises
    ------
    ComputationError
        If a column is missing or not whole, a member stands twice, there are no members, or a
        weight is negative.

    Notes
    -----
    This is the ratio of sums, not the mean of the members' ratios. The same weights serve both
    years, so that a shift of people between members is not taken for growth. Known only if
    every figure and weight is known.
    """
    statuses = ["current_status", "base_status"]
    _require_members(members, statuses)
    current = _weighted_sum(members, "current")
    base = _weighted_sum(members, "base")
    met = annual_average_meets(current, base, years=years, rate_pct=rate_pct, op=op)
    texts = (None, growth_pct_text(current, base, years=years), rate_text(rate_pct), op)
    final = all(all_final(members, statuses))
    return _one_row(body_code, texts, met=met, final=final)


@dataclass(frozen=True, slots=True)
class CountInterval:
    """A whole number known only to lie between two ends, both included."""

    low: int
    high: int

    @property
    def is_known(self) -> bool:
        return self.low == self.high

    def times(self, factor: int) -> CountInterval:
        return CountInterval(self.low * factor, self.high * factor)

    def __str__(self) -> str:
        return str(self.low) if self.is_known else f"{self.low}-{self.high}"


@dataclass(frozen=True, slots=True)
class ShareOf:
    """A share of so many members, as a whole number over a denominator."""

    count: CountInterval
    denominator: int


def share_of(size: int, share_pct: Fraction) -> ShareOf:
    """What a share of some members comes to, without rounding.

    >>> share_of(3, Fraction(80))
    ShareOf(count=CountInterval(low=12, high=12), denominator=5)
    """
    share = share_pct / 100
    number = share.numerator * size
    return ShareOf(CountInterval(number, number), share.denominator)


def _require_members(members: pl.DataFrame, statuses: list[str]) -> None:
    require_columns(members, statuses)
    require_unique(members, ["place_code"])
    if members.is_empty():
        raise ComputationError("the body has no members")


def _count(members: pl.DataFrame, column: str) -> CountInterval:
    require_columns(members, [column])
    answers = members[column].cast(pl.Boolean)
    yes = int(answers.sum())
    return CountInterval(yes, yes + answers.null_count())


def _share(members: pl.DataFrame, column: str) -> tuple[CountInterval, int, bool]:
    """Yes answers, size of the body and whether all its figures are final, for one year."""
    belongs = f"in_{column}"
    if belongs in members.columns:
        if members[belongs].null_count():
            raise ComputationError("membership of the body must be known", column=belongs)
        members = members.filter(pl.col(belongs).cast(pl.Boolean))
    if members.is_empty():
        raise ComputationError("the body has no members in a year", column=column)
    count = _count(members, column)
    final = count.is_known and all(all_final(members, [f"{column}_status"]))
    return count, members.height, final


def decide(left: CountInterval, right: CountInterval, *, op: Comparison) -> bool | None:
    """Compare two counts; None where the ends do not agree."""
    compare: Callable[[Any, Any], Any] = comparison(op)
    outcomes = {
        bool(compare(one, other))
        for one, other in product((left.low, left.high), (right.low, right.high))
    }
    return outcomes.pop() if len(outcomes) == 1 else None


def _weighted_sum(members: pl.DataFrame, column: str) -> int | None:
    figures = integer_column(members, column)
    if "weight" not in members.columns:
        return None if figures.null_count() else sum(figures.to_list())
    weights = integer_column(members, "weight")
    if (weights < 0).any():
        raise ComputationError("a weight is negative", column=column)
    if figures.null_count() or weights.null_count():
        return None
    # Python integers: fen times people may pass 64 bits for a province.
    products: list[int] = [one * weight for one, weight in zip(figures, weights, strict=True)]
    return sum(products)


def body_row(
    body_code: str,
    figures: tuple[int | None, str | None, str, str],
    *,
    met: bool | None,
    final: bool,
) -> tuple[object, ...]:
    """One row of the common columns; a result that is open is provisional."""
    status: GoalStatus = "final" if final and met is not None else "provisional"
    return (body_code, *figures, result_of(met), status)


def _one_row(
    body_code: str,
    figures: tuple[int | None, str | None, str, str],
    *,
    met: bool | None,
    final: bool,
) -> pl.DataFrame:
    row = body_row(body_code, figures, met=met, final=final)
    return pl.DataFrame([row], schema=RESULT_COLUMNS, orient="row")
