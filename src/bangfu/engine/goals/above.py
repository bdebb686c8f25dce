"""Growth compared with growth elsewhere (增幅高于平均): one place, or many weighed together.

Decided by cross-multiplication of exact numbers: growth above that of the benchmark means
``current * benchmark base > benchmark current * base``. Knows neither which places belong in a
year nor whose mean the benchmark is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from bangfu.engine.goals.result import (
    RESULT_COLUMNS,
    all_final,
    comparison,
    result_of,
    result_table,
)
from bangfu.engine.numeric.columns import integer_column, require_columns, require_unique
from bangfu.engine.numeric.growth import Comparison, growth_pct_text
from bangfu.vocabulary.errors import ComputationError

__all__ = [
    "Benchmark",
    "assess_above",
    "assess_pooled_above",
    "growth_exceeds",
    "weighted_mean",
]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """The figure that growth is compared with, in the later and the earlier year.

    ``current`` and ``base`` are whole numbers of one unit, None = unknown; ``final`` tells
    whether both are final.
    """

    current: int | None
    base: int | None
    final: bool = True


def growth_exceeds(
    current: int | Fraction | None,
    base: int | Fraction | None,
    benchmark: Benchmark,
    *,
    op: Comparison = ">",
) -> bool | None:
    """Whether a figure grew as compared with the benchmark: current / base ``op`` theirs.

    Parameters
    ----------
    current, base : int, Fraction or None
        The figure in the later and the earlier year, same unit; None = unknown.
    benchmark : Benchmark
        The figure compared with, in the same two years; its unit may be another.
    op : {">=", ">", "<=", "<"}
        高于 excludes growth that is just the same.

    Returns
    -------
    bool or None
        None (unknown) if a figure is missing, or a base is zero or below: there is no growth
        from there.

    Raises
    ------
    ComputationError
        If ``op`` is not one of the four.

    Examples
    --------
    From 10,000 to 11,000 against 20,000 to 22,000 is the same growth, and not above.

    >>> growth_exceeds(11_000, 10_000, Benchmark(22_000, 20_000))
    False
    >>> growth_exceeds(11_001, 10_000, Benchmark(22_000, 20_000))
    True
    """
    compare = comparison(op)
    if current is None or base is None or benchmark.current is None or benchmark.base is None:
        return None
    if base <= 0 or benchmark.base <= 0:
        return None
    return bool(compare(current * benchmark.base, benchmark.current * base))


def weighted_mean(figures: Iterable[int | None], weights: Iterable[int | None]) -> Fraction | None:
    """The mean of figures, each counted as often as its weight says, exactly.

    Parameters
    ----------
    figures : iterable of int or None
        One figure per place, same unit; None = unknown.
    weights : iterable of int or None
        As many weights, such as population; None = unknown. [count]

    Returns
    -------
    Fraction or None
        None if a figure or a weight is unknown, or the weights come to nothing. A place of
        weight zero changes nothing, whatever its figure.

    Raises
    ------
    ComputationError
        If a weight is negative, or there are not as many weights as figures.

    Examples
    --------
    >>> weighted_mean([10, 20], [3, 1])
    Fraction(25, 2)
    >>> weighted_mean([10, None], [3, 1]) is None
    True
    """
    pairs = _pairs(list(figures), list(weights))
    total, weight_sum = 0, 0
    for figure, weight in pairs:
        if weight is None:
            return None
        if weight == 0:
            continue
        if figure is None:
            return None
        total += figure * weight
        weight_sum += weight
    return Fraction(total, weight_sum) if weight_sum else None


def assess_above(
    table: pl.DataFrame, benchmark: Benchmark, *, op: Comparison = ">"
) -> pl.DataFrame:
    """Compare growth with that of one benchmark, place by place.

    Parameters
    ----------
    table : DataFrame
        Columns place_code (text), current, base (whole numbers of one unit, null = unknown),
        current_status, base_status (provisional or final). One row per place.
    benchmark : Benchmark
        The same two years elsewhere.
    op : {">=", ">", "<=", "<"}

    Returns
    -------
    DataFrame
        Columns as in ``assess_level``: value_text and threshold are the two growths in percent,
        for display only (two that print alike may differ). In the order of ``table``.

    Raises
    ------
    ComputationError
        If a column is missing or not whole, a place stands twice, or ``op`` is unknown.

    Examples
    --------
    >>> table = pl.DataFrame({"place_code": ["A"], "current": [110], "base": [100],
    ...     "current_status": ["final"], "base_status": ["final"]})
    >>> row = assess_above(table, Benchmark(109, 100)).row(0, named=True)
    >>> row["value_text"], row["op"], row["threshold"], row["result"], row["status"]
    ('10.00', '>', '9.00', 'met', 'final')
    """
    require_unique(table, ["place_code"])
    require_columns(table, ["current_status", "base_status"])
    pairs = list(zip(integer_column(table, "current"), integer_column(table, "base"), strict=True))
    met = [growth_exceeds(now, before, benchmark, op=op) for now, before in pairs]
    shown = [growth_pct_text(now, before) for now, before in pairs]
    final = all_final(table, ["current_status", "base_status"]) & benchmark.final
    return result_table(
        pl.DataFrame({"place_code": table["place_code"]}).with_columns(
            pl.lit(None, dtype=pl.Int64).alias("value_num"),
            pl.Series("value_text", shown, dtype=pl.String),
            pl.lit(growth_pct_text(benchmark.current, benchmark.base), dtype=pl.String).alias(
                "threshold"
            ),
            pl.lit(op).alias("op"),
            pl.Series("met", met, dtype=pl.Boolean),
            final.alias("final"),
        )
    )


def assess_pooled_above(
    now: pl.DataFrame,
    before: pl.DataFrame,
    benchmark: Benchmark,
    *,
    body_code: str,
    op: Comparison = ">",
) -> pl.DataFrame:
    """Compare growth of the weighted mean of many places with that of a benchmark.

    Parameters
    ----------
    now, before : DataFrame
        Columns place_code (text), value (whole number, null = unknown), weight (whole number
        such as population, null = unknown), status. One row per place of the body in that year;
        the two years may have other places (a cross-section) or the same (a panel).
    benchmark : Benchmark
        The same two years elsewhere.
    body_code : str
        What stands in place_code of the result.
    op : {">=", ">", "<=", "<"}

    Returns
    -------
    DataFrame
        One row, columns as in ``assess_above``.

    Raises
    ------
    ComputationError
        If a column is missing or not whole, a place stands twice in a year, a weight is
        negative, or ``op`` is unknown.

    Notes
    -----
    Ratio of means, not mean of ratios. One missing figure leaves the body unknown, as does a
    year without places.
    """
    means = [_mean(part) for part in (now, before)]
    met = growth_exceeds(means[0], means[1], benchmark, op=op)
    settled = met is not None and benchmark.final and _is_final(now) and _is_final(before)
    row = (
        body_code,
        None,
        _growth_text(means[0], means[1]),
        growth_pct_text(benchmark.current, benchmark.base),
        op,
        result_of(met),
        "final" if settled else "provisional",
    )
    return pl.DataFrame([row], schema=RESULT_COLUMNS, orient="row")


def _pairs(
    figures: list[int | None], weights: list[int | None]
) -> list[tuple[int | None, int | None]]:
    if len(figures) != len(weights):
        raise ComputationError(
            "as many weights as figures", figures=len(figures), weights=len(weights)
        )
    if any(weight is not None and weight < 0 for weight in weights):
        raise ComputationError(
            "a weight is negative", lowest=min(w for w in weights if w is not None)
        )
    return list(zip(figures, weights, strict=True))


def _mean(part: pl.DataFrame) -> Fraction | None:
    require_unique(part, ["place_code"])
    return weighted_mean(integer_column(part, "value"), integer_column(part, "weight"))


def _is_final(part: pl.DataFrame) -> bool:
    return bool(all_final(part, ["status"]).all())


def _growth_text(current: Fraction | None, base: Fraction | None) -> str | None:
    if current is None or base is None:
        return None
    # Over a common denominator the two means are whole numbers in the same ratio.
    scale = current.denominator * base.denominator
    return growth_pct_text(int(current * scale), int(base * scale))
