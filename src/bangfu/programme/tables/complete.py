"""Tables with every declared column (补齐列): what a caller leaves out is there, all unknown.

The folder reader does this itself; other callers of the chain need not know every column.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from bangfu.programme.tables.declared import ColumnType, declaration_of

__all__ = ["with_declared_columns"]

_TYPES: Final[dict[ColumnType, type[pl.DataType]]] = {
    "code": pl.String,
    "text": pl.String,
    "tags": pl.String,
    "period": pl.String,
    "int": pl.Int64,
    "money": pl.Int64,
    "bool": pl.Boolean,
    "date": pl.Date,
    "number": pl.Float64,
}


def with_declared_columns(name: str, table: pl.DataFrame) -> pl.DataFrame:
    """The table with a column of nulls for each declared column it lacks.

    >>> with_declared_columns("units", pl.DataFrame({"unit_code": ["U1"]})).columns[:2]
    ['unit_code', 'name']
    """
    declaration = declaration_of(name)
    if declaration is None:
        return table
    missing = [
        pl.lit(None, dtype=_TYPES[column.type]).alias(column.name)
        for column in declaration.columns
        if column.name not in table.columns
    ]
    return table.with_columns(missing)
