"""A sheet as one of the programme's declared tables (申报表样): typed, or refused with every fault.

For reference tables, which are taken whole or not at all: places, units, pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from bangfu.programme.tables.cells import tidied, typed_frame
from bangfu.programme.tables.declared import TABLES, TableDeclaration
from bangfu.programme.tables.findings import Findings
from bangfu.programme.tables.grids import Grid
from bangfu.programme.tables.heads import Head, find_head, plain_head
from bangfu.programme.tables.keys import refuse_duplicates
from bangfu.programme.tables.raw import RawSheet
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text

__all__ = ["frame_of_rows", "heads_named", "plain_data", "read_declared"]


def heads_named(grid: Grid, table: str) -> int:
    """How many columns of a declared table the best row of a sheet's top names, if it names all
    that are required; 0 otherwise."""
    declaration = TABLES[table]
    best = 0
    for cells in grid.top:
        given = {plain_head(cell) for cell in cells}
        named = [
            column
            for column in declaration.columns
            if given & {plain_head(head) for head in column.heads}
        ]
        if all(column in named for column in declaration.columns if column.required):
            best = max(best, len(named))
    return best


def read_declared(grids: Sequence[Grid], table: str) -> tuple[Grid, pl.DataFrame]:
    """The first sheet that holds the table, and its rows with ``row``; FaultsFound otherwise."""
    declaration = TABLES[table]
    grid = next((grid for grid in grids if heads_named(grid, table)), None)
    if grid is None:
        raise FaultsFound([_no_table(declaration, grids)])
    findings = Findings()
    head = find_head(grid.top, declaration, where=grid.where, findings=findings)
    findings.raise_if_any()
    assert head is not None
    sheet = tidied(RawSheet(declaration, grid.where, head, _body(grid, head)), findings)
    frame = typed_frame(sheet, findings)
    refuse_duplicates(frame, sheet, findings)
    findings.raise_if_any()
    return grid, frame


def plain_data(row: dict[str, Any]) -> dict[str, Any]:
    """A row of a typed frame as JSON holds it."""
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in row.items()
        if name != "row"
    }


def frame_of_rows(rows: Sequence[Any], table: str) -> pl.DataFrame:
    """Staged rows as a typed frame of the declared table again."""
    columns = TABLES[table].columns
    texts = [name for column in columns for name in (column.name,) if column.type == "date"]
    data = {column.name: [row.get(column.name) for row in rows] for column in columns}
    frame = pl.DataFrame(data, infer_schema_length=None)
    return frame.with_columns(pl.col(name).cast(pl.String).str.to_date() for name in texts)


def _body(grid: Grid, head: Head) -> pl.DataFrame:
    names = {f"c{index}": name for index, name in enumerate(head.names)}
    return grid.frame.filter(pl.col("row") > head.row).rename(names)


def _no_table(declaration: TableDeclaration, grids: Sequence[Grid]) -> Fault:
    needed = "、".join(column.label.zh for column in declaration.columns if column.required)
    return Fault(
        "IMP-37",
        grids[0].where,
        Text(
            f"表头不全，「{declaration.label.zh}」须有：{needed}。",
            f"The table of {declaration.label.en} needs: "
            f"{', '.join(c.label.en for c in declaration.columns if c.required)}.",
        ),
        Text("请补全表头后重新上传。", "Complete the head and upload it again."),
    )
