"""A file as cells of text, before anybody knows what it holds (原样读表).

For tables whose head takes several rows, merged over the columns below it, as offices keep
them. Nothing here knows a column; `tables.read` is for files whose table is known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

import polars as pl

from bangfu.programme.tables.csv_files import HEAD_ROWS, read_csv_sheet
from bangfu.programme.tables.declared import TableDeclaration
from bangfu.programme.tables.findings import Findings
from bangfu.programme.tables.parquet_files import read_parquet_sheet
from bangfu.programme.tables.workbooks import (
    LARGEST_EXACT,
    filled_sheets,
    opened_workbook,
    text_of_cell,
)
from bangfu.vocabulary.text import Text

__all__ = ["Grid", "read_grids"]

_ROWS_AT_ONCE: Final = 50_000
#: No head is taken for granted: what the file gives is read as it stands.
_ANY: Final = TableDeclaration("any", Text("表", "table"), (), free=True)


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet.

    ``top`` holds the first rows from row 1 of the sheet, merged cells written into every cell
    they cover. ``frame`` has a String column ``c0``, ``c1``, ... for each column of the sheet
    (null where a cell is empty) and ``row`` UInt32, the row on the sheet; rows without any cell
    are left out. ``doubtful`` are cells (row, column) whose number lost its last digits.
    """

    where: str
    sheet: str
    top: tuple[tuple[str, ...], ...]
    frame: pl.DataFrame
    doubtful: frozenset[tuple[int, int]] = frozenset()
    #: The column of the sheet in which ``c0`` stands, from 0.
    first_column: int = 0

    @property
    def width(self) -> int:
        """How many columns the sheet has."""
        return self.frame.width - 1


def read_grids(data: bytes, suffix: str, *, where: str, findings: Findings) -> list[Grid]:
    """All sheets of a file that hold anything; none where it cannot be read (faults noted)."""
    if suffix in (".xlsx", ".xls"):
        return _of_workbook(data, where, findings)
    reader = {".csv": read_csv_sheet, ".parquet": read_parquet_sheet}.get(suffix)
    if reader is None:
        findings.fault(
            "TAB-02",
            where,
            Text(f"不读取 {suffix} 格式。", f"Files of format {suffix} are not read."),
            Text("可用 xlsx、xls、csv、parquet。", "Accepted: xlsx, xls, csv, parquet."),
        )
        return []
    sheet = reader(data, _ANY, where=where, findings=findings)
    if sheet is None:
        return []
    names = {name: f"c{index}" for index, name in enumerate(sheet.head.names)}
    kept = [name for name in sheet.head.names if name in sheet.frame.columns]
    body = sheet.frame.select(*kept, "row").rename({name: names[name] for name in kept})
    given = [*([""] * len(names) for _ in range(sheet.head.row - 1)), list(sheet.head.given)]
    head = pl.DataFrame(
        {f"c{index}": [text or None] for index, text in enumerate(given[-1])},
        schema={f"c{index}": pl.String for index in range(len(names))},
    ).with_columns(row=pl.lit(sheet.head.row, pl.UInt32))
    frame = pl.concat([head, body], how="diagonal")
    return [Grid(where, "", _top_of(given, frame), frame.select(*names.values(), "row"))]


def _top_of(given: list[list[str]], frame: pl.DataFrame) -> tuple[tuple[str, ...], ...]:
    """The first rows of a file without merged cells."""
    rows = dict(enumerate(given, start=1))
    width = len(given[-1])
    for *cells, row in frame.head(HEAD_ROWS).iter_rows():
        rows.setdefault(row, [cell or "" for cell in cells])
    return tuple(
        tuple(rows.get(row, [""] * width)) for row in range(1, min(max(rows), HEAD_ROWS) + 1)
    )


def _of_workbook(data: bytes, where: str, findings: Findings) -> list[Grid]:
    workbook = opened_workbook(data, where, findings)
    if workbook is None:
        return []
    sheets = filled_sheets(workbook)
    return [_of_sheet(sheet, where, alone=len(sheets) == 1) for sheet in sheets]


def _of_sheet(sheet: object, where: str, *, alone: bool) -> Grid:
    start: tuple[int, int] = sheet.start  # type: ignore[attr-defined]
    merged = sheet.merged_cell_ranges or ()  # type: ignore[attr-defined]
    rows = sheet.iter_rows()  # type: ignore[attr-defined]
    first = list(islice(rows, HEAD_ROWS))
    width = max((len(row) for row in first), default=0)
    top = [
        [text_of_cell(cell).strip() for cell in row] + [""] * (width - len(row)) for row in first
    ]
    _spread(top, merged, start[1])
    doubtful: set[tuple[int, int]] = set()
    pieces = [_frame_of(first, 1, width, doubtful)]
    next_row = len(first) + 1
    while piece := list(islice(rows, _ROWS_AT_ONCE)):
        pieces.append(_frame_of(piece, next_row, width, doubtful))
        next_row += len(piece)
    frame = _filled_down(pl.concat(pieces), merged, start[1])
    cells = [f"c{index}" for index in range(width)]
    frame = frame.filter(pl.any_horizontal(pl.col(cells).is_not_null()))
    name = str(sheet.name)  # type: ignore[attr-defined]
    told = where if alone else f"{where} [{name}]"
    return Grid(told, name, tuple(map(tuple, top)), frame, frozenset(doubtful), start[1])


_Merged = Sequence[tuple[tuple[int, int], tuple[int, int]]]


def _spread(top: list[list[str]], merged: _Merged, offset: int) -> None:
    """Write what stands in a merged cell into every cell of the head it covers."""
    for (upper, left), (lower, right) in merged:
        if upper >= len(top) or not 0 <= left - offset < len(top[upper]):
            continue
        text = top[upper][left - offset]
        for row in range(upper, min(lower, len(top) - 1) + 1):
            for column in range(left - offset, min(right - offset, len(top[row]) - 1) + 1):
                top[row][column] = top[row][column] or text


def _filled_down(frame: pl.DataFrame, merged: _Merged, offset: int) -> pl.DataFrame:
    """Below the head a cell merged over several rows, such as a town's name, counts for each."""
    tall = [
        (upper, lower, left - offset)
        for (upper, left), (lower, right) in merged
        if lower > upper and left == right and 0 <= left - offset < frame.width - 1
    ]
    for column in {column for _, _, column in tall}:
        texts = frame.get_column(f"c{column}").to_list()
        for upper, lower, at in tall:
            if at == column and upper < len(texts):
                for row in range(upper + 1, min(lower, len(texts) - 1) + 1):
                    texts[row] = texts[row] if texts[row] is not None else texts[upper]
        frame = frame.with_columns(pl.Series(f"c{column}", texts, dtype=pl.String))
    return frame


def _frame_of(
    rows: list[list[object]], first_row: int, width: int, doubtful: set[tuple[int, int]]
) -> pl.DataFrame:
    show: Callable[[object], str] = text_of_cell  # type: ignore[assignment]
    columns: dict[str, pl.Series] = {}
    for index in range(width):
        cells = [row[index] if index < len(row) else "" for row in rows]
        texts = [(cell if isinstance(cell, str) else show(cell)) or None for cell in cells]
        for row, cell in enumerate(cells, start=first_row):
            if isinstance(cell, float) and abs(cell) >= LARGEST_EXACT:
                doubtful.add((row, index))
        columns[f"c{index}"] = pl.Series(texts, dtype=pl.String)
    numbers = pl.Series(range(first_row, first_row + len(rows)), dtype=pl.UInt32)
    return pl.DataFrame({**columns, "row": numbers})
