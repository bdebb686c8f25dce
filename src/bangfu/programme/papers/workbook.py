"""Writing sheets as an .xlsx workbook (工作簿): A4 landscape, ruled, ready to print and forward.

Texts are always written as texts: what begins with = + - or @ is never taken for a formula.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any, Final
from unicodedata import east_asian_width

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from bangfu.programme.papers.sheets import Block, Cell, Kind, Row, RowKind, Sheet
from bangfu.vocabulary.money import FEN_PER_UNIT
from bangfu.vocabulary.text import Language

__all__ = ["workbook_bytes"]

_FONT: Final = "宋体"
_TITLE_FONT: Final = "黑体"
_A4: Final = 9
#: A cell holds 32,767 characters at most.
_LONGEST: Final = 32_000
#: Heights of a row with one line, of each further line, and of the tallest row there can be. [pt]
_ROW, _LINE, _TALLEST = 15.0, 12.75, 399.75
#: Kinds of column whose texts run over several lines.
_WRAPPED: Final = ("text", "wide")
_FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r")
_NUMBERS: Final[dict[str, str]] = {
    "count": "#,##0",
    # Two decimals are shown; the number itself goes to the fen.
    "money": "#,##0.00",
    "points": "0.00",
}
_FILLS: Final[dict[RowKind, str]] = {"subtotal": "#F2F2F2", "total": "#E4E9F0", "warn": "#FFF6E0"}


class _Writer:
    """A workbook under way, with one format for each kind of cell and row."""

    def __init__(self, properties: dict[str, Any], footer: str) -> None:
        self._buffer = BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        }
        self._book = xlsxwriter.Workbook(self._buffer, options)
        self._book.set_properties(properties)
        self._footer = footer
        self._formats: dict[tuple[str, str, bool], Format] = {}
        #: Width of the sheet under way, in characters.
        self._across = 0

    def close(self) -> bytes:
        self._book.close()
        return self._buffer.getvalue()

    def add(self, sheet: Sheet) -> None:
        page = self._book.add_worksheet(sheet.tab)
        page.hide_gridlines(2)
        widths = list(_widths(sheet.blocks))
        self._across = sum(widths)
        last = max(len(block.columns) for block in sheet.blocks) - 1
        self._merged(page, 0, last, sheet.title, "title")
        page.set_row(0, 30)
        at = 1
        for line in sheet.lines:
            self._merged(page, at, last, line, "line")
            at += 1
        heads: list[int] = []
        for block in sheet.blocks:
            if block.caption:
                self._merged(page, at, last, block.caption, "caption")
                at += 1
            heads.append(at)
            at = self._block(page, block, at, widths)
        for line in sheet.ends:
            self._merged(page, at, last, line, "line")
            at += 1
        for position, width in enumerate(widths):
            page.set_column(position, position, width)
        self._set_up(page, sheet.blocks, heads)

    def _set_up(self, page: Worksheet, blocks: Sequence[Block], heads: list[int]) -> None:
        page.set_landscape()
        page.set_paper(_A4)
        page.fit_to_pages(1, 0)
        page.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.7)
        page.center_horizontally()
        page.set_footer(self._footer)
        # On paper the head of the last table, which runs over the pages, stands on each of them.
        page.repeat_rows(heads[-1])
        if len(blocks) == 1:
            # With several tables no one head could stand still for all of them.
            page.freeze_panes(heads[0] + 1, 0)
            body = [row for row in blocks[0].rows if row.kind in ("row", "warn")]
            if len(body) > 1:
                page.autofilter(heads[0], 0, heads[0] + len(body), len(blocks[0].columns) - 1)

    def _block(self, page: Worksheet, block: Block, at: int, widths: Sequence[int]) -> int:
        """Write a table and the line below it; the first row that is free after it."""
        for place, column in enumerate(block.columns):
            page.write_string(at, place, column.head, self._format("head", "row"))
        page.set_row(at, max(30, _height([column.head for column in block.columns], widths)))
        wraps = [column.kind in _WRAPPED for column in block.columns]
        for row in block.rows:
            at += 1
            wrapped = [cell if wrap else "" for cell, wrap in zip(row.cells, wraps, strict=True)]
            page.set_row(at, _height(wrapped, widths))
            for place, (column, cell) in enumerate(zip(block.columns, row.cells, strict=True)):
                self._cell(page, at, place, cell, column.kind, row)
        at += 1
        if block.note:
            self._merged(page, at, len(block.columns) - 1, block.note, "line")
            at += 1
        return at + 1

    def _cell(self, page: Worksheet, at: int, place: int, cell: Cell, kind: Kind, row: Row) -> None:
        if cell is None or cell == "":
            page.write_blank(at, place, None, self._format(kind, row.kind))
        elif isinstance(cell, int):
            page.write_number(at, place, _number(cell, kind), self._format(kind, row.kind))
        else:
            shown = kind if kind in ("text", "wide", "code") else "text"
            hostile = cell.startswith(_FORMULA_SIGNS)
            style = self._format(shown, row.kind, hostile=hostile)
            page.write_string(at, place, _fitting(cell), style)

    def _merged(self, page: Worksheet, at: int, last: int, text: str, style: str) -> None:
        if last > 0:
            page.merge_range(at, 0, at, last, "", self._format(style, "row"))
        page.write_string(at, 0, _fitting(text), self._format(style, "row"))
        if style == "line":
            page.set_row(at, _height([text], [self._across]))

    def _format(self, style: str, row: RowKind, *, hostile: bool = False) -> Format:
        key = (style, row, hostile)
        if key not in self._formats:
            properties = _properties(style, row)
            if hostile:
                properties["quote_prefix"] = True
            self._formats[key] = self._book.add_format(properties)
        return self._formats[key]


def workbook_bytes(
    sheets: Sequence[Sheet], *, title: str, footer: str, created_on: date, language: Language
) -> bytes:
    """Sheets as the bytes of an .xlsx file.

    Parameters
    ----------
    sheets : sequence of Sheet
        At least one; tabs differ and have at most 31 characters.
    title : str
        Title of the document in its properties.
    footer : str
        Printed at the left of every page; the page number stands in the middle.
    created_on : date
        Written as the date of the document, so that the same input gives the same bytes.
    language : {'zh', 'en'}

    Returns
    -------
    bytes
    """
    pages = "第 &P 页，共 &N 页" if language == "zh" else "Page &P of &N"
    properties = {
        "title": title,
        "author": "Bangfu 帮扶",
        "created": datetime(created_on.year, created_on.month, created_on.day),
    }
    plain = footer.replace("&", "&&")
    writer = _Writer(properties, f"&L{plain}&C{pages}&R{created_on.isoformat()}")
    for sheet in sheets:
        writer.add(sheet)
    return writer.close()


def _number(cell: int, kind: Kind) -> float:
    if kind == "money":
        return cell / FEN_PER_UNIT["万元"]
    return cell / 100 if kind == "points" else cell


def _fitting(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _widths(blocks: Sequence[Block]) -> Iterator[int]:
    for place in range(max(len(block.columns) for block in blocks)):
        yield max(b.columns[place].width for b in blocks if place < len(b.columns))


def _height(cells: Sequence[Cell], widths: Sequence[int]) -> float:
    """The height of a row in which the longest text has room; programs differ in growing rows."""
    lines = max(
        (_lines(cell, width) for cell, width in zip(cells, widths, strict=False) if cell),
        default=1,
    )
    return min(_ROW + _LINE * (lines - 1), _TALLEST)


def _lines(cell: Cell, width: int) -> int:
    """Lines that a text takes in a column; a Chinese character is two wide, and a word is kept."""
    room = max(width - 2, 2)
    return sum(-(-max(display_width(part), 1) // room) for part in str(cell).split("\n"))


def display_width(text: str) -> int:
    """How wide a text is in characters of a column.

    >>> display_width("GD-05"), display_width("工作队")
    (5, 6)
    """
    return sum(2 if east_asian_width(character) in "WFA" else 1 for character in text)


def _properties(style: str, row: RowKind) -> dict[str, Any]:
    base: dict[str, Any] = {"font_name": _FONT, "font_size": 10, "valign": "vcenter"}
    if style == "title":
        return {**base, "font_name": _TITLE_FONT, "font_size": 16, "align": "center"}
    if style == "caption":
        return {**base, "font_name": _TITLE_FONT, "font_size": 11}
    if style == "line":
        return {**base, "font_size": 9, "text_wrap": True}
    base["border"] = 1
    if style == "head":
        return {**base, "bold": True, "align": "center", "text_wrap": True, "bg_color": "#DCE6F1"}
    if row in _FILLS:
        base["bg_color"] = _FILLS[row]
    if row in ("subtotal", "total"):
        base["bold"] = True
    if style in _NUMBERS:
        return {**base, "align": "right", "num_format": _NUMBERS[style]}
    # A little room keeps a text off the number in the column before it.
    base |= {"align": "left", "indent": 1}
    if style == "code":
        # As text, or a twelve-digit code would be shown as 3.3E+11.
        return {**base, "num_format": "@"}
    return {**base, "text_wrap": True}
