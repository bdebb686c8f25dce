"""A sheet as it was found (原始表): every cell text, every row with its number on the sheet."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from bangfu.programme.tables.declared import TableDeclaration
from bangfu.programme.tables.heads import Head

__all__ = ["RawSheet", "without_blanks"]


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One sheet before any cell is understood.

    ``where`` names the file as people see it. ``frame`` has one String column per name of
    ``head`` (null where a cell is empty) and ``row`` (UInt32), the row on the sheet.
    """

    declaration: TableDeclaration
    where: str
    head: Head
    frame: pl.DataFrame

    def with_frame(self, frame: pl.DataFrame) -> RawSheet:
        """The same sheet with other cells."""
        return replace(self, frame=frame)


def without_blanks(frame: pl.DataFrame) -> pl.DataFrame:
    """Drop rows without any cell, and nameless columns without any cell."""
    cells = [name for name in frame.columns if name != "row"]
    kept = frame.filter(pl.any_horizontal(pl.col(cells).is_not_null()))
    idle = [
        name
        for name in cells
        if name.startswith("column_") and kept.get_column(name).null_count() == kept.height
    ]
    return kept.drop(idle)
