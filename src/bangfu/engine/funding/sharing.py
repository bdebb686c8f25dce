"""Share an amount among payers in a fixed ratio (资金分担).

What is shared is exactly what was raised, to the fen. Knows no payer by name and no year: the
ratio is an argument.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from bangfu.engine.numeric.apportion import largest_remainder
from bangfu.engine.numeric.columns import integer_column
from bangfu.vocabulary.errors import ShareError

__all__ = ["split_by_ratio", "split_rows_by_ratio"]


def split_by_ratio(amount_fen: int, ratio: Mapping[str, int]) -> dict[str, int]:
    """Share one amount among payers.

    Parameters
    ----------
    amount_fen : int
        Amount to share, not negative. [fen]
    ratio : mapping of str to int
        Part of each payer, not negative, one positive; their order breaks ties. [unitless]

    Returns
    -------
    dict of str to int
        Payers in the order of the ratio; the shares sum to ``amount_fen``. [fen]

    Raises
    ------
    ShareError
        If the amount or a part is negative or not whole, or no part is positive.

    Notes
    -----
    A fen that rounding leaves over goes to the largest remainder, then to the payer named first.
    Where a policy is silent on this, it is our reading.

    Examples
    --------
    A pool of 18.02 billion yuan at 6:3:1.

    >>> split_by_ratio(1_802_000_000_000, {"province": 6, "helper": 3, "local": 1})
    {'province': 1081200000000, 'helper': 540600000000, 'local': 180200000000}
    """
    return largest_remainder(amount_fen, ratio)


def split_rows_by_ratio(
    table: pl.DataFrame, amount: str, *, ratio: Mapping[str, int]
) -> pl.DataFrame:
    """Share the amount of every row among the same payers.

    Parameters
    ----------
    table : frame with an integer column ``amount`` [fen]; null = unknown
    amount : str
        Name of the column to share.
    ratio : mapping of str to int
        As for :func:`split_by_ratio`.

    Returns
    -------
    frame
        ``table`` once per payer, rows and payers in order, with ``payer`` str and ``share_fen``
        Int64 (replaced if present); an unknown amount has unknown shares.

    Raises
    ------
    ShareError
        If an amount is negative (``negative`` lists the row numbers from 0), or the ratio is as
        refused by :func:`split_by_ratio`.
    ComputationError
        If the column is missing or is not of an integer type.

    Examples
    --------
    >>> table = pl.DataFrame({"place_code": ["a", "b"], "amount_fen": [101, None]})
    >>> long = split_rows_by_ratio(table, "amount_fen", ratio={"city": 1, "county": 1})
    >>> long.select("place_code", "payer", "share_fen").rows()[:3]
    [('a', 'city', 51), ('a', 'county', 50), ('b', 'city', None)]
    """
    amounts = integer_column(table, amount)
    negative = (amounts < 0).fill_null(False).arg_true().to_list()
    if negative:
        raise ShareError("an amount is negative", column=amount, negative=negative)
    payers = list(ratio)
    # A ratio that cannot be used is refused even where no amount is known.
    largest_remainder(0, ratio)
    # One amount often stands in many rows (a standard per town), so each is split once.
    split: dict[int | None, list[int | None]] = {None: [None] * len(payers)}
    for amount_fen in amounts.drop_nulls().unique():
        split[amount_fen] = list(largest_remainder(amount_fen, ratio).values())
    shares = [share for amount_fen in amounts for share in split[amount_fen]]
    each_row = pl.int_range(table.height, eager=True).repeat_by(len(payers)).explode()
    return table[each_row].with_columns(
        pl.Series("payer", payers * table.height, dtype=pl.String),
        pl.Series("share_fen", shares, dtype=pl.Int64),
    )
