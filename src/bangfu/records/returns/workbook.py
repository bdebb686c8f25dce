"""Writing a return workbook (回传表 .xlsx): protected, prefilled, with drop-downs and hints.

No macro and no formula: it opens alike in WPS and in Excel. Keys stand in a hidden column and a
hidden row; last period's value stands beside each cell to fill.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range_abs

from bangfu.records.exports.cells import FORMULA_SIGNS
from bangfu.records.exports.tables import INTERNAL_USE, Head
from bangfu.records.returns.hints import hint_of
from bangfu.records.returns.keys import column_key, head_key, row_key
from bangfu.records.returns.reading import CODE
from bangfu.records.returns.sheets import REASON, ReturnColumn, ReturnRow

__all__ = ["Marks", "Sheet", "return_workbook"]

_FONT: Final = "宋体"
_A4: Final = 9
#: A list of choices may be written into the cell up to this length; longer ones stand aside.
_LONGEST_LIST: Final = 250
#: Row key, code, name: what stands before the columns to fill.
_BEFORE: Final = 3


@dataclass(frozen=True, slots=True)
class Sheet:
    """All a workbook shows."""

    code: str
    title: str
    area: str
    period: str
    columns: Sequence[ReturnColumn]
    rows: Sequence[ReturnRow]
    head: Head
    made_on: date
    is_internal: bool = True


@dataclass(frozen=True, slots=True)
class Marks:
    """What a marked copy shows instead: the texts that came back, and a word beside faulty cells.

    Both by row number and column id.
    """

    given: Mapping[tuple[int, str], str] = field(default_factory=dict)
    faults: Mapping[tuple[int, str], str] = field(default_factory=dict)


def return_workbook(sheet: Sheet, marks: Marks | None = None) -> bytes:
    """The workbook as bytes."""
    buffer = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    book = xlsxwriter.Workbook(buffer, options)
    made = datetime(sheet.made_on.year, sheet.made_on.month, sheet.made_on.day)
    book.set_properties({"title": sheet.title, "author": "Bangfu 帮扶", "created": made})
    _Writer(book, sheet, marks or Marks()).write()
    book.close()
    return buffer.getvalue()


class _Writer:
    def __init__(self, book: Any, sheet: Sheet, marks: Marks) -> None:
        self.book, self.sheet, self.marks = book, sheet, marks
        self.page = book.add_worksheet("填报")
        self.aside: Any = None
        self.lists = 0
        self.formats: dict[str, Format] = {}
        self.last = _BEFORE + 2 * len(sheet.columns) - 1
        self.widths = [4.0, 14.0, 10.0, *self._first_widths()]

    def _first_widths(self) -> list[float]:
        widths: list[float] = []
        for column in self.sheet.columns:
            asked = _width(column.label.zh)
            beside = 1.0 if column.id == REASON else min(max(8.0, asked * 0.5), 14.0)
            widths += [24.0 if column.id == REASON else min(max(11.0, asked + 3), 30.0), beside]
        return widths

    def write(self) -> None:
        self.page.hide_gridlines(2)
        self.page.set_default_row(18)
        at = self._write_head()
        key_row = at
        self._write_keys(key_row)
        head_row = at + 1
        self._write_heads(head_row)
        for offset, row in enumerate(self.sheet.rows):
            self._write_row(head_row + 1 + offset, row)
        end = head_row + len(self.sheet.rows)
        for place, column in enumerate(self.sheet.columns):
            self._validate(head_row + 1, end, _BEFORE + 2 * place, column)
        self._write_end(end + 1)
        self._set_up(head_row)

    def _write_head(self) -> int:
        sheet, head = self.sheet, self.sheet.head
        self.page.set_row(0, 28)
        self._merged(0, 1, self.last, sheet.title, "title")
        stamp = INTERNAL_USE.zh if sheet.is_internal else ""
        lines: list[tuple[str, str]]
        if head.is_form:
            valid = head.valid_until.isoformat() if head.valid_until else ""
            lines = [
                (stamp, f"表　　号：{head.number or '（未编表号）'}"),
                ("", f"制定机关：{head.made_by}"),
                ("", f"批准文号：{head.approval_number}"),
                (f"填报单位：{sheet.area}　　期别：{sheet.period}", f"有效期至：{valid}"),
            ]
        else:
            owner = f"责任单位：{head.made_by}" if head.made_by else ""
            lines = [(stamp, owner), (f"填报单位：{sheet.area}　　期别：{sheet.period}", "")]
        for number, (left, right) in enumerate(lines, start=1):
            self._two(number, left, right, stamp)
        at = 1 + len(lines)
        self._merged(at, 1, self.last, _HOW_TO, "note")
        self.page.set_row(at, 15.0 * (1 + int(_width(_HOW_TO) / (sum(self.widths) * 0.9))))
        return at + 1

    def _two(self, at: int, left: str, right: str, stamp: str) -> None:
        middle = _middle(self.widths)
        style = "stamp" if left and left == stamp else "left"
        self._merged(at, 1, middle - 1, left, style)
        self._merged(at, middle, self.last, right, "left")

    def _merged(self, at: int, first: int, last: int, text: str, style: str) -> None:
        form = self._format(style)
        if last > first:
            self.page.merge_range(at, first, at, last, "", form)
        self.page.write_string(at, first, text, form)

    def _write_keys(self, at: int) -> None:
        self.page.write_string(at, 0, head_key(self.sheet.code))
        self.page.write_string(at, 1, column_key(CODE))
        for place, column in enumerate(self.sheet.columns):
            self.page.write_string(at, _BEFORE + 2 * place, column_key(column.id))
        self.page.set_row(at, None, None, {"hidden": True})

    def _write_heads(self, at: int) -> None:
        self.page.set_row(at, 46)
        self.page.write_string(at, 1, "代码", self._format("head"))
        self.page.write_string(at, 2, "名称", self._format("head"))
        for place, column in enumerate(self.sheet.columns):
            unit = f"\n（{column.unit}）" if column.unit else ""
            star = "＊" if column.required else ""
            self.page.write_string(
                at, _BEFORE + 2 * place, f"{star}{column.label.zh}{unit}", self._format("head")
            )
            word = "" if column.id == REASON else "上期"
            self.page.write_string(at, _BEFORE + 2 * place + 1, word, self._format("head_last"))

    def _write_row(self, at: int, row: ReturnRow) -> None:
        self.page.write_string(at, 0, row_key(self.sheet.code, row.n))
        self.page.write_string(at, 1, row.code, self._format("code"))
        self._text(at, 2, row.name, "fixed")
        self.widths[2] = min(max(self.widths[2], _width(row.name) + 2.0), 26.0)
        for place, column in enumerate(self.sheet.columns):
            key = (row.n, column.id)
            text = self.marks.given.get(key, row.base.get(column.id, ""))
            fault = self.marks.faults.get(key, "")
            style = f"{'fault_' if fault else 'fill_'}{column.kind}"
            at_column = _BEFORE + 2 * place
            self._value(at, at_column, column, text, style)
            if fault:
                self.page.write_comment(at, at_column, fault, {"author": "帮扶", "x_scale": 2})
            self._value(at, at_column + 1, column, row.previous.get(column.id, ""), "last")
            self.widths[at_column] = min(max(self.widths[at_column], _width(text) + 2.0), 30.0)

    def _value(self, at: int, place: int, column: ReturnColumn, text: str, style: str) -> None:
        """A value as a workbook holds it: numbers as numbers, days as days, the rest as text."""
        form = self._format(style)
        if not text:
            self.page.write_blank(at, place, None, form)
        elif column.kind in ("count", "money", "number") and _fits_number(text):
            self.page.write_number(at, place, float(Decimal(text)), form)
        elif column.kind == "date" and style != "last" and _day(text):
            self.page.write_datetime(at, place, _day(text), form)
        else:
            self._text(at, place, text, style)

    def _text(self, at: int, place: int, text: str, style: str) -> None:
        hostile = text.startswith(FORMULA_SIGNS)
        self.page.write_string(at, place, text, self._format(style, hostile=hostile))

    def _validate(self, first: int, last: int, place: int, column: ReturnColumn) -> None:
        if last < first:
            return
        hint = hint_of(column)
        rule: dict[str, Any] = {
            "input_title": column.label.zh[:30],
            "input_message": hint.words[:250],
            "error_title": "请核对",
            "error_message": hint.accepted[:220],
            # A warning, not a wall: 不涉及 and the like may be written on purpose.
            "error_type": "warning",
            **hint.rule,
        }
        if hint.options:
            rule |= {"validate": "list", "source": self._options(hint.options)}
        self.page.data_validation(first, place, last, place, rule)

    def _options(self, options: Sequence[str]) -> Any:
        if len(",".join(options)) <= _LONGEST_LIST and not any("," in one for one in options):
            return list(options)
        if self.aside is None:
            self.aside = self.book.add_worksheet("选项")
            self.aside.hide()
        for number, one in enumerate(options):
            self.aside.write_string(number, self.lists, one)
        cells = xl_range_abs(0, self.lists, len(options) - 1, self.lists)
        self.lists += 1
        return f"=选项!{cells}"

    def _write_end(self, at: int) -> None:
        signature = (
            "单位负责人：　　　　　审核人：　　　　　填表人：　　　　　联系电话：　　　　　　　"
            "报出日期：　　　年　　月　　日"
        )
        self._merged(at, 1, self.last, signature, "left")
        self.page.set_row(at, 24)
        mark = f"回传码 {self.sheet.code}　下载日期 {self.sheet.made_on.isoformat()}"
        self._merged(at + 1, 1, self.last, mark, "note")

    def _set_up(self, head_row: int) -> None:
        page = self.page
        for place, width in enumerate(self.widths):
            page.set_column(place, place, width, None, {"hidden": place == 0})
        page.set_landscape()
        page.set_paper(_A4)
        page.fit_to_pages(1, 0)
        page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        page.center_horizontally()
        page.repeat_rows(head_row)
        page.freeze_panes(head_row + 1, _BEFORE)
        stamp = INTERNAL_USE.zh if self.sheet.is_internal else ""
        page.set_footer(f"&L{stamp}&C第 &P 页，共 &N 页&R回传码 {self.sheet.code}")
        # Without a password: it keeps keys from being overwritten by chance, nothing more.
        page.protect(
            "",
            {
                "format_columns": True,
                "format_rows": True,
                "format_cells": True,
                "insert_columns": True,
                "sort": True,
                "autofilter": True,
            },
        )

    def _format(self, style: str, *, hostile: bool = False) -> Format:
        name = f"{style}{'!' if hostile else ''}"
        if name not in self.formats:
            properties = _properties(style)
            if hostile:
                properties["quote_prefix"] = True
            self.formats[name] = self.book.add_format(properties)
        return self.formats[name]


_HOW_TO: Final = (
    "填写说明：只填浅黄色格；带＊的必填；不知道的留空，确为零的填 0。"
    "可以增减列、调整行的顺序，不要改动隐藏的第一列。填好后整份回传，可以分批多次回传。"
)
_NUMBERS: Final = {"money": "#,##0.00####", "count": "#,##0", "number": "#,##0.######"}


def _properties(style: str) -> dict[str, Any]:
    base: dict[str, Any] = {"font_name": _FONT, "font_size": 10, "valign": "vcenter"}
    if style == "title":
        return {**base, "font_name": "黑体", "font_size": 16, "align": "center"}
    if style in ("left", "note"):
        return {**base, "font_size": 9 if style == "note" else 10, "text_wrap": style == "note"}
    if style == "stamp":
        return {**base, "font_name": "黑体", "font_color": "#B00000"}
    base["border"] = 1
    if style in ("head", "head_last"):
        colour = "#DCE6F1" if style == "head" else "#EDEDED"
        return {**base, "bold": True, "align": "center", "text_wrap": True, "bg_color": colour}
    if style == "last":
        return {
            **base,
            "font_color": "#666666",
            "bg_color": "#F5F5F5",
            "num_format": "#,##0.######",
        }
    if style in ("code", "fixed"):
        return {**base, "num_format": "@", "bg_color": "#F5F5F5"}
    mark, _, kind = style.partition("_")
    filled = {**base, "locked": False, "bg_color": "#FFFBE6" if mark == "fill" else "#F8CBAD"}
    if kind in _NUMBERS:
        return {**filled, "align": "right", "num_format": _NUMBERS[kind]}
    if kind == "date":
        return {**filled, "align": "center", "num_format": "yyyy-mm-dd"}
    return {**filled, "num_format": "@", "text_wrap": True}


def _middle(widths: Sequence[float]) -> int:
    total, seen = sum(widths[1:]), 0.0
    for place, width in enumerate(widths[1:], start=1):
        seen += width
        if seen >= total * 0.6:
            return min(max(place + 1, 2), len(widths) - 1)
    return len(widths) - 1


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text[:120])


def _fits_number(text: str) -> bool:
    """Whether a spreadsheet number holds the text exactly (fifteen digits)."""
    try:
        number = Decimal(text)
    except ArithmeticError:
        return False
    return number.is_finite() and len(number.as_tuple().digits) <= 15


def _day(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d")
    except ValueError:
        return None
