"""What a page of the report is made of (版面要素): sections, tables, cells, notes.

Views fill these with plain text; the templates only lay them out. Nothing here is marked up, so
that every name that came with the data is escaped when the page is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "Block",
    "Cell",
    "ClauseRef",
    "Collapsed",
    "Column",
    "Heading",
    "Listing",
    "Paragraph",
    "Row",
    "Section",
    "Strip",
    "StripItem",
    "Table",
    "TableGrid",
    "text_row",
]

Tone = Literal["", "bad", "warn", "good", "muted"]
ColumnKind = Literal["text", "number", "figure", "wide", "code", "clauses"]
RowKind = Literal["row", "subtotal", "total", "rule", "group", "quote"]


@dataclass(frozen=True, slots=True)
class ClauseRef:
    """A clause as cited beside a figure; only a known one can be linked to the appendix."""

    id: str
    known: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: a text, smaller lines under it, and the clauses it rests on."""

    text: str = ""
    notes: tuple[str, ...] = ()
    clauses: tuple[ClauseRef, ...] = ()
    tone: Tone = ""
    #: The name by which links find this cell's row.
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its head and how its cells are set."""

    head: str
    kind: ColumnKind = "text"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of cells.

    A ``group`` row has one cell that spans the table; so has a ``quote`` row, with the words of
    the original document on the row above.
    """

    cells: tuple[Cell, ...]
    kind: RowKind = "row"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption, unit and remarks.

    ``spans`` is an upper head: texts with the number of columns each stands over.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    unit: str = ""
    remarks: tuple[str, ...] = ()
    spans: tuple[tuple[str, int], ...] = ()
    #: The section the caption leads to, in tables of the summary.
    leads_to: str = ""
    #: A long listing: on screen it scrolls within its own frame.
    long: bool = False
    #: Its number in the report, given when the page is put together.
    number: int = 0
    block: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class TableGrid:
    """Small tables side by side where there is room."""

    tables: tuple[Table, ...]
    block: Literal["grid"] = "grid"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    text: str
    tone: Tone = ""
    block: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a section; the number is given when the page is put together."""

    text: str
    number: str = ""
    block: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of short points."""

    items: tuple[Cell, ...]
    block: Literal["listing"] = "listing"


@dataclass(frozen=True, slots=True)
class Collapsed:
    """Points of which only the number is seen until one asks for them."""

    summary: str
    items: tuple[Cell, ...]
    block: Literal["collapsed"] = "collapsed"


@dataclass(frozen=True, slots=True)
class StripItem:
    """One count of a strip."""

    label: str
    value: str
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Strip:
    """A few counts in one line."""

    items: tuple[StripItem, ...]
    block: Literal["strip"] = "strip"


Block = Table | TableGrid | Paragraph | Heading | Listing | Collapsed | Strip


@dataclass(frozen=True, slots=True)
class Section:
    """A section; ``number`` is given when the page is put together."""

    anchor: str
    title: str
    blocks: tuple[Block, ...]
    number: str = ""


def text_row(texts: Iterable[str | Cell], kind: RowKind = "row") -> Row:
    """A row of plain texts and cells.

    >>> text_row(["a", Cell("b")]).cells[0].text
    'a'
    """
    cells: Sequence[Cell] = [text if isinstance(text, Cell) else Cell(text) for text in texts]
    return Row(tuple(cells), kind)
