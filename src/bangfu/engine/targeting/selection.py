"""Who is in, who is out, who cannot be said yet (筛选认定、临界情形).

A verdict is a nullable Boolean: true, false, null = unknown (待核实). Screening proposes; it
decides nothing, and it does not know the policy behind a verdict, a score or a threshold.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import polars as pl

from bangfu.engine.numeric.columns import integer_column, require_columns
from bangfu.engine.numeric.ranking import First, rank_intervals
from bangfu.vocabulary.errors import ComputationError
from bangfu.vocabulary.money import INT64_MAX

__all__ = [
    "borderline",
    "combine_verdicts",
    "require_verdicts",
    "select_by_size",
    "verdict_text",
]


def require_verdicts(table: pl.DataFrame, columns: Sequence[str]) -> None:
    """Refuse columns that are not verdicts.

    Raises
    ------
    ComputationError
        If a column is missing or is not Boolean (a column of nulls only is taken as unknown).

    Examples
    --------
    >>> require_verdicts(pl.DataFrame({"poor": [True, None]}), ["poor"])
    """
    require_columns(table, columns)
    wrong = {
        name: str(table.schema[name])
        for name in columns
        if table.schema[name] not in (pl.Boolean, pl.Null)
    }
    if wrong:
        raise ComputationError("verdicts must be true, false or null", wrong=wrong)


def combine_verdicts(
    table: pl.DataFrame, columns: Sequence[str], *, how: Literal["all", "any"] = "all"
) -> pl.Series:
    """Join verdicts row by row, unknown staying unknown until it cannot matter.

    Parameters
    ----------
    table : frame
    columns : sequence of str
        Verdict columns, at least one: what ``all`` means over nothing a scheme must declare.
    how : {"all", "any"}
        ``all``: one no decides; ``any``: one yes decides.

    Returns
    -------
    Series of Boolean, (n,), null = unknown, named ``verdict``

    Raises
    ------
    ComputationError
        If there is no column, one is missing or is no verdict, or ``how`` is unknown.

    Notes
    -----
    Kleene's three-valued logic.

    Examples
    --------
    >>> table = pl.DataFrame({"poor": [True, None, None], "remote": [True, True, False]})
    >>> combine_verdicts(table, ["poor", "remote"]).to_list()
    [True, None, False]
    """
    if not columns:
        raise ComputationError("no verdict to combine", how=how)
    if how not in ("all", "any"):
        raise ComputationError("unknown way to combine", how=how, accepted=["all", "any"])
    require_verdicts(table, columns)
    verdicts = [pl.col(name).cast(pl.Boolean) for name in columns]
    joined = pl.all_horizontal(verdicts) if how == "all" else pl.any_horizontal(verdicts)
    return table.select(joined.alias("verdict")).to_series()


def verdict_text(verdicts: pl.Series) -> pl.Series:
    """Verdicts as the words of a result file: ``yes``, ``no``, ``unknown``.

    Examples
    --------
    >>> verdict_text(pl.Series([True, False, None])).to_list()
    ['yes', 'no', 'unknown']
    """
    require_verdicts(verdicts.to_frame(), [verdicts.name])
    column = pl.col(verdicts.name).cast(pl.Boolean)
    word = pl.when(column).then(pl.lit("yes")).when(~column).then(pl.lit("no"))
    return verdicts.to_frame().select(word.otherwise(pl.lit("unknown")).alias(verdicts.name))[
        verdicts.name
    ]


def select_by_size(
    table: pl.DataFrame, score: str = "score", *, size: int, first: First = "highest"
) -> pl.DataFrame:
    """Take the first ``size`` units by score, saying for whom that cannot be said.

    Parameters
    ----------
    table : frame with an integer column ``score``, null = unknown; one row per unit that competes
    score : str
    size : int
        Number of places on the list, not negative. [count]
    first : {"highest", "lowest"}
        Which scores come first.

    Returns
    -------
    frame
        ``table`` with ``rank_low``, ``rank_high`` Int64, ``verdict`` Boolean (null = unknown) and
        ``reason`` str: null where decided, else ``tie_at_the_cut`` (equal known scores straddle
        the cut, whatever the missing scores turn out to be behind them) or
        ``undecided_by_missing``.

    Raises
    ------
    ComputationError
        If ``size`` is negative, or as for :func:`bangfu.engine.numeric.rank_intervals`.

    Notes
    -----
    A yes holds however the missing scores turn out and however ties are broken; so does a no.
    More than ``size`` units are never yes. A unit of which it is unknown whether it competes is
    best given a null score here, and its own verdict joined with that question afterwards.

    Examples
    --------
    >>> table = pl.DataFrame({"place_code": ["a", "b", "c", "d"], "score": [90, 80, 70, 70]})
    >>> select_by_size(table, size=3).select("place_code", "verdict", "reason").rows()[1:3]
    [('b', True, None), ('c', None, 'tie_at_the_cut')]
    """
    if size < 0:
        raise ComputationError("size is negative", size=size)
    ranked = rank_intervals(table, score, first=first)
    low, high = pl.col("rank_low"), pl.col("rank_high")
    known_high = high - pl.col(score).null_count().cast(pl.Int64)
    verdict = pl.when(high <= size).then(True).when(low > size).then(False)
    tied = pl.col(score).is_not_null() & (low <= size) & (known_high > size)
    reason = pl.when(tied).then(pl.lit("tie_at_the_cut")).otherwise(pl.lit("undecided_by_missing"))
    return ranked.with_columns(verdict=verdict.otherwise(None)).with_columns(
        reason=pl.when(pl.col("verdict").is_null()).then(reason)
    )


def borderline(table: pl.DataFrame, value: str, *, threshold: int, margin: int) -> pl.DataFrame:
    """The units whose figure lies so near a threshold that it deserves a second look (临界).

    Parameters
    ----------
    table : frame with an integer column ``value``
    value : str
    threshold, margin : int
        In the unit of ``value``; the margin is not negative and belongs to the borderline.

    Returns
    -------
    frame
        The rows with |value - threshold| <= margin, nearest first, then in the order given, with
        ``distance`` Int64 (value - threshold) and ``side`` str (``below``, ``at``, ``above``).
        A row without a figure is not borderline but unknown, and is left out.

    Raises
    ------
    ComputationError
        If the margin is negative or beyond 64 bits, the column is missing or is not of an integer
        type.

    Examples
    --------
    >>> table = pl.DataFrame({"place_code": ["a", "b", "c"], "income_fen": [990, 1_500, 1_000]})
    >>> near = borderline(table, "income_fen", threshold=1_000, margin=20)
    >>> near.select("place_code", "distance", "side").rows()
    [('c', 0, 'at'), ('a', -10, 'below')]
    """
    if not 0 <= margin <= INT64_MAX:
        raise ComputationError("the margin is negative or beyond 64 bits", margin=margin)
    figures = integer_column(table, value)
    # Python integers for the ends: threshold + margin may lie beyond 64 bits, a figure does not.
    low, high = threshold - margin, threshold + margin
    near = [figure is not None and low <= figure <= high for figure in figures]
    cases = table.filter(pl.Series(near, dtype=pl.Boolean))
    distance = [figure - threshold for figure, keep in zip(figures, near, strict=True) if keep]
    column = pl.col("distance")
    side = pl.when(column < 0).then(pl.lit("below")).when(column > 0).then(pl.lit("above"))
    return (
        cases.with_columns(pl.Series("distance", distance, dtype=pl.Int64))
        .with_columns(side=side.otherwise(pl.lit("at")))
        .sort(column.abs(), maintain_order=True)
    )
