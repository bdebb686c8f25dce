"""What a method asks of a table before it works on it (列的核对).

Checks names and types of columns and says at once everything that does not fit. It does not know
what a column means.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from bangfu.vocabulary.errors import ComputationError

__all__ = ["integer_column", "require_columns", "require_unique"]


def require_columns(table: pl.DataFrame, names: Iterable[str]) -> None:
    """Refuse a table that lacks a column.

    Raises
    ------
    ComputationError
        With ``missing`` (all of them) and ``present`` as facts.

    Examples
    --------
    >>> require_columns(pl.DataFrame({"score": [1]}), ["score"])
    """
    missing = [name for name in names if name not in table.columns]
    if missing:
        raise ComputationError("columns are missing", missing=missing, present=table.columns)


def integer_column(table: pl.DataFrame, name: str) -> pl.Series:
    """A column of whole numbers or nulls, as it stands.

    Parameters
    ----------
    table : frame
    name : str
        Column of an integer type. A column of nothing but nulls without a type is taken as
        unknown whole numbers.

    Returns
    -------
    Series of Int64, null = unknown

    Raises
    ------
    ComputationError
        If the column is missing, is not of an integer type (a float is never rounded here), or
        holds a value beyond 64 bits.

    Examples
    --------
    >>> integer_column(pl.DataFrame({"score": [3, None]}), "score").to_list()
    [3, None]
    """
    require_columns(table, [name])
    column = table[name]
    if not (column.dtype.is_integer() or column.dtype == pl.Null):
        raise ComputationError("whole numbers only", column=name, dtype=str(column.dtype))
    try:
        return column.cast(pl.Int64)
    except pl.exceptions.InvalidOperationError:
        raise ComputationError("a value does not fit 64 bits", column=name) from None


def require_unique(table: pl.DataFrame, keys: list[str]) -> None:
    """Refuse a table in which a key is empty or stands twice.

    Raises
    ------
    ComputationError
        With ``repeated`` (the keys, as tuples) and ``empty`` (number of rows without a key).

    Examples
    --------
    >>> require_unique(pl.DataFrame({"place_code": ["a", "b"]}), ["place_code"])
    """
    require_columns(table, keys)
    empty = table.filter(pl.any_horizontal(pl.col(keys).is_null())).height
    repeated = table.select(keys).filter(pl.struct(keys).is_duplicated()).unique().sort(keys).rows()
    if empty or repeated:
        raise ComputationError("keys are not unique", keys=keys, empty=empty, repeated=repeated)
