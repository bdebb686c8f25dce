"""What a sheet of a workbook is made of (工作表要素): blocks of rows under typed columns.

Money comes in whole fen and is shown in 万元; nothing here knows a file format or a scheme.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

__all__ = ["MOST_ROWS", "Block", "Cell", "Column", "Kind", "Row", "RowKind", "Sheet", "cut"]

#: Rows of one block at most; what is longer stands in the CSV file beside the workbook.
MOST_ROWS: Final = 2000

#: ``money``: whole fen, shown in 万元. ``points``: hundredths of a point.
Kind = Literal["text", "wide", "code", "count", "money", "points"]
RowKind = Literal["row", "subtotal", "total", "warn"]
Cell = str | int | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its head, how its cells are shown, its width in characters."""

    head: str
    kind: Kind = "text"
    width: int = 12


@dataclass(frozen=True, slots=True)
class Row:
    """One row of as many cells as there are columns; a number may also be told in words."""

    cells: Sequence[Cell]
    kind: RowKind = "row"


@dataclass(frozen=True, slots=True)
class Block:
    """A table on a sheet: a caption (where there are several), heads, rows, a note below."""

    columns: tuple[Column, ...]
    rows: Sequence[Row]
    caption: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its tab, its title, lines under the title, its blocks, lines at the end."""

    tab: str
    title: str
    lines: tuple[str, ...]
    blocks: tuple[Block, ...]
    ends: tuple[str, ...] = ()


def cut(columns: tuple[Column, ...], rows: Sequence[Row], total: int, note: str) -> Block:
    """A block of the first rows, with a note where there are more.

    ``note`` is a text with ``{shown}`` and ``{more}``; rows of totals at the end stay.
    """
    body = [row for row in rows if row.kind in ("row", "warn")]
    ends = [row for row in rows if row.kind not in ("row", "warn")]
    shown = body[:MOST_ROWS]
    more = total - len(shown)
    words = note.format(shown=f"{len(shown):,}", more=f"{more:,}") if more > 0 else ""
    return Block(columns, [*shown, *ends], note=words)
