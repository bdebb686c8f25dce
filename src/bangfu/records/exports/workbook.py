"""An export as an .xlsx workbook (台账工作簿): statutory head, sums, A4 landscape, row by row.

Rows go to the disk as they come, so that a province's list needs no more memory than a town's.
Texts are always written as texts: what begins with = + - or @ is never taken for a formula.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from bangfu.records.exports.cells import FORMULA_SIGNS, scaled_money, value_of_cell
from bangfu.records.exports.sums import SumRow, with_sums
from bangfu.records.exports.tables import (
    INTERNAL_USE,
    ExportColumn,
    ExportRow,
    ExportTable,
    Subtotals,
)
from bangfu.vocabulary.text import Language, Text

__all__ = ["Printing", "write_workbook"]

_FONT: Final = "宋体"
_TITLE_FONT: Final = "黑体"
_A4: Final = 9
#: A cell holds 32,767 characters at most, and a sheet 1,048,576 rows.
_LONGEST: Final = 32_000
_NARROWEST, _WIDEST = 7.0, 32.0
_NUMBERS: Final = {"count": "#,##0", "number": "#,##0.######", "元": "#,##0.00", "万元": "#,##0.00"}
_FILLS: Final = {"township": "#F7F7F7", "county": "#EFEFEF", "total": "#E4E9F0"}


@dataclass(frozen=True, slots=True)
class Printing:
    """How an export is printed: unit of money, subtotals, language, who reports, the day."""

    unit: str = "万元"
    subtotals: Subtotals = ""
    language: Language = "zh"
    office: str = ""
    made_on: date = date(2026, 1, 1)
    code: str = ""


def write_workbook(table: ExportTable, path: Path, how: Printing) -> int:
    """Write a table to a file; the number of rows, sums not counted."""
    book = xlsxwriter.Workbook(
        str(path),
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        },
    )
    made = datetime(how.made_on.year, how.made_on.month, how.made_on.day)
    title = table.title.in_language(how.language)
    book.set_properties({"title": title, "author": "Bangfu 帮扶", "created": made})
    writer = _Sheet(book, table, how)
    count = writer.write()
    book.close()
    return count


class _Sheet:
    """The one sheet of an export under way."""

    def __init__(self, book: Any, table: ExportTable, how: Printing) -> None:
        self.book, self.table, self.how = book, table, how
        self.columns: Sequence[ExportColumn] = table.columns
        self.page: Worksheet = book.add_worksheet(_tab(table.title.in_language(how.language)))
        self.at = 0
        self.count = 0
        self.formats: dict[tuple[str, str, bool], Format] = {}
        self.widths = [min(_width(self._head(column)) + 2.0, 14.5) for column in self.columns]

    def write(self) -> int:
        self.page.hide_gridlines(2)
        self.page.set_default_row(17)
        self._write_head()
        head_row = self.at
        self._write_heads()
        last: SumRow | None = None
        for row in with_sums(self.table.rows, self.columns, self.how.subtotals):
            if isinstance(row, SumRow):
                self._write_sums(row)
                last = row
            else:
                self._write_row(row)
        self._write_end(last)
        self._set_up(head_row)
        return self.count

    def say(self, zh: str, en: str) -> str:
        return Text(zh, en).in_language(self.how.language)

    def _head(self, column: ExportColumn) -> str:
        title = column.title.in_language(self.how.language)
        unit = self.how.unit if column.kind == "money" else column.unit
        return f"{title}\n（{unit}）" if unit else title

    def _write_head(self) -> None:
        """Title in the middle; number, maker, approval and validity at the right above it."""
        table, head, say = self.table, self.table.head, self.say
        last = len(self.columns) - 1
        self._merged(0, last, table.title.in_language(self.how.language), "title", 30)
        stamp = INTERNAL_USE.in_language(self.how.language) if table.is_internal else ""
        lines: list[tuple[str, str]] = []
        if head.is_form:
            number = head.number or say("（未编表号）", "(no number)")
            valid = head.valid_until.isoformat() if head.valid_until else ""
            lines = [
                (stamp, say(f"表　　号：{number}", f"Form number: {number}")),
                ("", say(f"制定机关：{head.made_by}", f"Made by: {head.made_by}")),
                ("", say(f"批准文号：{head.approval_number}", f"Approval: {head.approval_number}")),
                ("", say(f"有效期至：{valid}", f"Valid until: {valid}")),
            ]
        else:
            owner = say(f"责任单位：{head.made_by}", f"Kept by: {head.made_by}")
            if stamp or head.made_by:
                lines = [(stamp, owner if head.made_by else "")]
        units = self._units()
        reporting = say(f"填报单位：{table.area}", f"Reporting unit: {table.area}")
        if table.period:
            reporting += say(f"　　期别：{table.period}", f"   Period: {table.period}")
        lines.append((reporting, say(f"计量单位：{units}", f"Units: {units}") if units else ""))
        for left, right in lines:
            self._two(left, right)
        if table.filter_words:
            words = say(f"范围：{table.filter_words}", f"Scope: {table.filter_words}")
            self._merged(0, last, words, "left")

    def _units(self) -> str:
        units = [self.how.unit if c.kind == "money" else c.unit for c in self.columns]
        return "、".join(dict.fromkeys(unit for unit in units if unit))

    def _two(self, left: str, right: str) -> None:
        """A line with a text at either side; in a narrow table one below the other."""
        last = len(self.columns) - 1
        if last < 3:
            for text in filter(None, (left, right)):
                self._merged(0, last, text, "left")
            return
        middle = _split(self.widths)
        style = "stamp" if left == INTERNAL_USE.in_language(self.how.language) else "left"
        self._merge_here(0, middle - 1, left, style)
        self._merge_here(middle, last, right, "left")
        self.at += 1

    def _merged(self, first: int, last: int, text: str, style: str, height: float = 0) -> None:
        if height:
            self.page.set_row(self.at, height)
        self._merge_here(first, last, text, style)
        self.at += 1

    def _merge_here(self, first: int, last: int, text: str, style: str) -> None:
        form = self._format(style)
        if last > first:
            self.page.merge_range(self.at, first, self.at, last, "", form)
        self.page.write_string(self.at, first, text[:_LONGEST], form)

    def _write_heads(self) -> None:
        lines = max(1 + self._head(c).count("\n") + _width(c.title.zh) // 26 for c in self.columns)
        self.page.set_row(self.at, 16 + 14 * int(lines))
        for place, column in enumerate(self.columns):
            self.page.write_string(self.at, place, self._head(column), self._format("head"))
        self.at += 1

    def _write_row(self, row: ExportRow) -> None:
        self.count += 1
        for place, column in enumerate(self.columns):
            self._cell(place, column, value_of_cell(column, row), "row")
        self.at += 1

    def _write_sums(self, row: SumRow) -> None:
        counter, level = row.counter, row.level
        word = self.say("合计", "Total") if level == "total" else self.say("小计", "Subtotal")
        count = self.say(f"（{counter.rows:,} 行）", f" ({counter.rows:,} rows)")
        label = f"{row.name} {word}{count}".strip()
        first = self._label_columns()
        if first > 1:
            self.page.merge_range(self.at, 0, self.at, first - 1, "", self._format("text", level))
        self.page.write_string(self.at, 0, label, self._format("text", level))
        for place in range(first, len(self.columns)):
            column = self.columns[place]
            value = counter.sums.get(column.id) if column.is_summed else None
            self._cell(place, column, value, level)
        self.at += 1

    def _label_columns(self) -> int:
        """How many columns at the left the words of a sum may take."""
        free = 0
        for column in self.columns[:3]:
            if column.is_summed:
                break
            free += 1
        return max(free, 1)

    def _cell(self, place: int, column: ExportColumn, value: Any, row: str) -> None:
        if value is None or value == "":
            self.page.write_blank(self.at, place, None, self._format("text", row))
            return
        if isinstance(value, bool):
            value = self.say("是", "yes") if value else self.say("否", "no")
        if column.kind == "number" and isinstance(value, str) and _is_number(value):
            value = Decimal(value)
        if isinstance(value, int | Decimal) and column.kind in ("count", "money", "number"):
            kind = self.how.unit if column.kind == "money" else column.kind
            number = scaled_money(int(value), self.how.unit) if column.kind == "money" else value
            self.page.write_number(self.at, place, float(number), self._format(kind, row))
            self._widen(place, f"{number:,.2f}" if column.kind == "money" else f"{number:,}")
            return
        text = str(value)[:_LONGEST]
        kind = column.kind if column.kind in ("code", "date", "bool") else "text"
        hostile = text.startswith(FORMULA_SIGNS)
        self.page.write_string(self.at, place, text, self._format(kind, row, hostile=hostile))
        self._widen(place, text)

    def _widen(self, place: int, text: str) -> None:
        self.widths[place] = max(self.widths[place], _width(text) + 1.5)

    def _write_end(self, total: SumRow | None) -> None:
        say, last = self.say, len(self.columns) - 1
        unknown = total.counter.unknown if total else {}
        if unknown:
            named = {
                column.id: column.title.in_language(self.how.language) for column in self.columns
            }
            told = "；".join(f"{named[key]} {count:,}" for key, count in unknown.items())
            words = say(
                f"注：合计、小计只含已填数据。未填或不是数字的格数：{told}。",
                f"Note: sums hold what is filled in. Cells without a figure: {told}.",
            )
            self.page.set_row(self.at, 15.0 * (1 + _width(words) // 150))
            self._merged(0, last, words, "note")
        signature = say(
            "单位负责人：　　　　　　审核人：　　　　　　填表人：　　　　　　"
            "联系电话：　　　　　　　　报出日期：　　　年　　月　　日",
            "Head of unit:               Reviewed by:               Filled by:               "
            "Telephone:               Date:",
        )
        self._merged(0, last, signature, "left", 24)
        self._merged(0, last, self._mark(), "note")

    def _mark(self) -> str:
        made = self.how.made_on.isoformat()
        office = f"{self.how.office}　" if self.how.office else ""
        return self.say(
            f"{office}版本号 {self.how.code}　打印日期 {made}",
            f"{office}Version {self.how.code}   Made on {made}",
        )

    def _set_up(self, head_row: int) -> None:
        page, say = self.page, self.say
        for place, width in enumerate(self.widths):
            page.set_column(place, place, min(max(width, _NARROWEST), _WIDEST))
        page.set_landscape()
        page.set_paper(_A4)
        page.fit_to_pages(1, 0)
        page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        page.center_horizontally()
        page.repeat_rows(head_row)
        page.freeze_panes(head_row + 1, 0)
        stamp = INTERNAL_USE.in_language(self.how.language) if self.table.is_internal else ""
        pages = say("第 &P 页，共 &N 页", "Page &P of &N")
        page.set_footer(f"&L{stamp}&C{pages}&R{self.how.code.replace('&', '&&')}")

    def _format(self, style: str, row: str = "row", *, hostile: bool = False) -> Format:
        key = (style, row, hostile)
        if key not in self.formats:
            properties = _properties(style, row)
            if hostile:
                properties["quote_prefix"] = True
            self.formats[key] = self.book.add_format(properties)
        return self.formats[key]


def _properties(style: str, row: str) -> dict[str, Any]:
    base: dict[str, Any] = {"font_name": _FONT, "font_size": 10, "valign": "vcenter"}
    if style == "title":
        return {**base, "font_name": _TITLE_FONT, "font_size": 16, "align": "center"}
    if style in ("left", "note"):
        return {**base, "font_size": 9 if style == "note" else 10, "text_wrap": style == "note"}
    if style == "stamp":
        return {**base, "font_name": _TITLE_FONT, "font_color": "#B00000"}
    base["border"] = 1
    if style == "head":
        return {**base, "bold": True, "align": "center", "text_wrap": True, "bg_color": "#DCE6F1"}
    if row in _FILLS:
        base |= {"bg_color": _FILLS[row], "bold": True}
    if style in _NUMBERS or style == "亿元":
        return {**base, "align": "right", "num_format": _NUMBERS.get(style, "#,##0.0000")}
    if style == "code":
        # As text, or a twelve-digit code would be shown as 3.3E+11.
        return {**base, "num_format": "@"}
    if style in ("date", "bool"):
        return {**base, "align": "center"}
    return {**base, "text_wrap": True}


def _split(widths: Sequence[float]) -> int:
    """The column at which the right part of the head begins: about a third of the width."""
    total, seen = sum(widths), 0.0
    for place, width in enumerate(widths):
        seen += width
        if seen >= total * 0.62:
            return min(max(place + 1, 1), len(widths) - 1)
    return len(widths) - 1


def _width(text: str) -> int:
    """Columns a text takes on the sheet; a Chinese character takes two."""
    longest = max(text.split("\n"), key=len) if text else ""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in longest[:80])


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except ArithmeticError:
        return False


def _tab(title: str) -> str:
    plain = "".join(letter for letter in title if letter not in "[]:*?/\\'" and ord(letter) >= 32)
    return plain[:31] or "Sheet1"
