"""Ranks with ties and with unknown scores, as intervals (名次区间).

Competition ranks: equal scores share every place they fill. A missing score is neither best nor
worst, so it widens the rank of everybody else. Does not know what a score measures.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import polars as pl

from bangfu.engine.numeric.columns import integer_column, require_columns
from bangfu.vocabulary.errors import ComputationError

__all__ = ["First", "rank_intervals"]

#: Which end of the scores takes rank 1.
First = Literal["highest", "lowest"]


def rank_intervals(
    table: pl.DataFrame,
    score: str = "score",
    *,
    first: First = "highest",
    within: Sequence[str] = (),
) -> pl.DataFrame:
    """Add the interval of ranks each row may hold.

    Parameters
    ----------
    table : frame with an integer column ``score``, null = unknown; one row per unit
    score : str
        Name of the column to rank by.
    first : {"highest", "lowest"}
        Which scores come first. With a score of weakness, the highest is the weakest.
    within : sequence of str
        Rank inside each combination of these columns; none: over the whole table.

    Returns
    -------
    frame
        ``table`` in its order, with ``rank_low`` and ``rank_high`` Int64 (replaced if present):
        for a known score ``rank_low`` = 1 + number of known scores strictly ahead, ``rank_high``
        = number of known scores ahead or equal (itself among them) + number of unknown scores;
        for an unknown score 1 and the number of units.

    Raises
    ------
    ComputationError
        If a column is missing, the score is not of an integer type, or ``first`` is unknown.

    Notes
    -----
    Both ends can be reached: all unknown scores may turn out behind and the unit win its ties,
    or ahead and lose them.

    Examples
    --------
    >>> table = pl.DataFrame({"score": [90, 70, 70, None]})
    >>> rank_intervals(table).rows()
    [(90, 1, 2), (70, 2, 4), (70, 2, 4), (None, 1, 4)]
    """
    if first not in get_args(First):
        raise ComputationError("unknown end", first=first, accepted=list(get_args(First)))
    require_columns(table, [score, *within])
    numbers = integer_column(table, score).alias("_score")
    column = pl.col("_score")
    descending = first == "highest"
    strictly = column.rank("min", descending=descending).cast(pl.Int64)
    or_equal = column.rank("max", descending=descending).cast(pl.Int64) + column.null_count()
    low, high = pl.coalesce(strictly, pl.lit(1)), pl.coalesce(or_equal, pl.len().cast(pl.Int64))
    if within:
        low, high = low.over(within), high.over(within)
    ranks = table.with_columns(numbers).select(
        rank_low=low.cast(pl.Int64), rank_high=high.cast(pl.Int64)
    )
    return table.with_columns(ranks["rank_low"], ranks["rank_high"])
