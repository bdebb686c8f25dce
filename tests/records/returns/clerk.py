"""A clerk with a return workbook: reads it as a matrix, changes it, saves it with a plain tool."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook

__all__ = ["Grid", "opened", "saved"]


class Grid:
    """The cells of the first sheet."""

    def __init__(self, cells: list[list[Any]]) -> None:
        self.cells = cells

    @property
    def keys(self) -> int:
        """The line of the keys."""
        return next(n for n, row in enumerate(self.cells) if str(row[0]).startswith("#BANGFU"))

    @property
    def first(self) -> int:
        """The first line of values."""
        return next(n for n, row in enumerate(self.cells) if str(row[0]).startswith("#r:"))

    @property
    def last(self) -> int:
        """The line after the last one of values."""
        return max(n for n, row in enumerate(self.cells) if str(row[0]).startswith("#r:")) + 1

    def column(self, name: str) -> int:
        """Where a column of values stands."""
        return self.cells[self.keys].index(f"#c:{name}")

    def lines(self, place: str) -> list[int]:
        """The lines of a place."""
        return [n for n in range(self.first, self.last) if place in self.cells[n]]

    def put(self, place: str, column: str, value: Any, number: int = 0) -> None:
        """Write a value into the row of a place."""
        self.cells[self.lines(place)[number]][self.column(column)] = value

    def get(self, place: str, column: str, number: int = 0) -> Any:
        """What stands in the row of a place."""
        return self.cells[self.lines(place)[number]][self.column(column)]


def opened(data: bytes) -> Grid:
    """Open a workbook."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return Grid([list(row) for row in book.get_sheet_by_index(0).to_python()])


def saved(grid: Grid, change: Callable[[list[list[Any]]], None] | None = None) -> bytes:
    """Save the cells as a plain workbook, as another program would."""
    if change is not None:
        change(grid.cells)
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    page = book.add_worksheet("填报")
    for at, row in enumerate(grid.cells):
        for place, value in enumerate(row):
            if value not in ("", None):
                page.write(at, place, value)
    book.close()
    return buffer.getvalue()
