"""Reading XLSX and XLS workbooks (电子表格) into cells of text, as people see them.

Codes stored as numbers come back as text without ``.0``; a number too long to be held exactly
is refused, because its last digits are already lost.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Final, Protocol, cast

import polars as pl
from python_calamine import CalamineWorkbook, SheetTypeEnum

from bangfu.programme.tables.csv_files import HEAD_ROWS
from bangfu.programme.tables.declared import TableDeclaration
from bangfu.programme.tables.findings import Findings
from bangfu.programme.tables.heads import Head, find_head
from bangfu.programme.tables.raw import RawSheet, without_blanks
from bangfu.programme.tables.workbook_probe import reason_not_to_open
from bangfu.vocabulary.text import Text

__all__ = [
    "LARGEST_EXACT",
    "filled_sheets",
    "number_text",
    "opened_workbook",
    "read_every_sheet",
    "read_workbook",
    "text_of_cell",
]

#: From here on a spreadsheet number no longer holds every whole number.
LARGEST_EXACT: Final = 2**53
_ROWS_AT_ONCE: Final = 50_000

Cell = str | float | int | bool | dt.date | dt.time | dt.timedelta
Cells = list[Cell]


class _Sheet(Protocol):
    """What we use of a calamine sheet."""

    name: str
    start: tuple[int, int] | None
    merged_cell_ranges: list[tuple[tuple[int, int], tuple[int, int]]] | None

    def iter_rows(self) -> Iterator[Cells]: ...


@dataclass(frozen=True, slots=True)
class _Doubt:
    """A cell whose content is no longer what was typed."""

    code: str
    row: int
    column: str
    shown: str


def read_workbook(
    data: bytes, declaration: TableDeclaration, *, where: str, findings: Findings
) -> RawSheet | None:
    """Read the bytes of an XLSX or XLS file; None where it cannot be read (faults are noted).

    Notes
    -----
    The sheet named as the table is read, otherwise the first that has cells; other sheets are
    reported as not read. Cells merged in the head count for each column they cover.
    """
    workbook = opened_workbook(data, where, findings)
    if workbook is None:
        return None
    sheet, where = _sheet_of(workbook, declaration, where, findings)
    return None if sheet is None else _read_sheet(sheet, declaration, where, findings)


def read_every_sheet(
    data: bytes, declaration: TableDeclaration, *, where: str, findings: Findings
) -> list[RawSheet]:
    """Read all sheets of a workbook that has its table spread over several."""
    workbook = opened_workbook(data, where, findings)
    if workbook is None:
        return []
    read = [
        _read_sheet(sheet, declaration, f"{where} [{sheet.name}]", findings)
        for sheet in filled_sheets(workbook)
    ]
    return [sheet for sheet in read if sheet is not None]


def filled_sheets(workbook: CalamineWorkbook) -> list[_Sheet]:
    """The sheets of cells that hold anything, in their order."""
    sheets = [
        cast(_Sheet, workbook.get_sheet_by_name(entry.name))
        for entry in workbook.sheets_metadata
        if entry.typ == SheetTypeEnum.WorkSheet
    ]
    return [sheet for sheet in sheets if sheet.start is not None]


def opened_workbook(data: bytes, where: str, findings: Findings) -> CalamineWorkbook | None:
    """The workbook, or None where it must not be opened (a fault is noted)."""
    reason = reason_not_to_open(data)
    if reason is None:
        return CalamineWorkbook.from_filelike(io.BytesIO(data))
    findings.fault(
        "TAB-02",
        where,
        Text(
            f"文件打不开：不是完整的 Excel 工作簿，或设有密码（{reason}）。",
            f"The file cannot be opened: no complete workbook, or protected ({reason}).",
        ),
        Text(
            "请用 WPS 或 Excel 打开，去掉密码后另存为 xlsx。",
            "Open it in WPS or Excel, remove the password and save it as xlsx.",
        ),
    )
    return None


def _sheet_of(
    workbook: CalamineWorkbook, declaration: TableDeclaration, where: str, findings: Findings
) -> tuple[_Sheet | None, str]:
    filled = filled_sheets(workbook)
    if not filled:
        return None, where
    names = (declaration.name, declaration.label.zh)
    chosen = next((sheet for sheet in filled if sheet.name in names), filled[0])
    if len(filled) == 1:
        return chosen, where
    where = f"{where} [{chosen.name}]"
    unread = [sheet.name for sheet in filled if sheet is not chosen]
    findings.notice(
        "TAB-N3",
        where,
        Text(
            f"工作簿里另有工作表没有读取：{'、'.join(unread)}",
            f"other sheets of the workbook were not read: {', '.join(unread)}",
        ),
        len(unread),
    )
    return chosen, where


def _read_sheet(
    sheet: _Sheet, declaration: TableDeclaration, where: str, findings: Findings
) -> RawSheet | None:
    assert sheet.start is not None
    offset = sheet.start[1]
    rows = sheet.iter_rows()
    first = list(islice(rows, HEAD_ROWS))
    width = max((len(row) for row in first), default=0)
    texts = [[text_of_cell(cell) for cell in row] + [""] * (width - len(row)) for row in first]
    _fill_merged(texts, sheet, offset)
    head = find_head(texts, declaration, where=where, findings=findings)
    if head is None:
        return None
    doubts: list[_Doubt] = []
    periods = {c.name for c in declaration.columns if c.type == "period"}
    chunks = [_frame_of(first[head.row :], head.row + 1, head, periods, doubts)]
    next_row = len(first) + 1
    while piece := list(islice(rows, _ROWS_AT_ONCE)):
        chunks.append(_frame_of(piece, next_row, head, periods, doubts))
        next_row += len(piece)
    for doubt in doubts:
        _tell(doubt, where, findings)
    return RawSheet(declaration, where, head, without_blanks(pl.concat(chunks)))


def _fill_merged(texts: list[list[str]], sheet: _Sheet, offset: int) -> None:
    """Write the text of a head merged over several rows into its lower rows.

    A cell below that has its own text keeps it: in a head of two rows the lower one names.
    """
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
        column = left - offset
        if not (0 <= top < bottom < len(texts)) or not 0 <= column < len(texts[top]):
            continue
        # Only downwards: a title over several columns names none of them.
        for row in range(top + 1, bottom + 1):
            texts[row][column] = texts[row][column] or texts[top][column]


def _frame_of(
    rows: list[Cells], first_row: int, head: Head, periods: set[str], doubts: list[_Doubt]
) -> pl.DataFrame:
    columns: dict[str, pl.Series] = {}
    for index, name in enumerate(head.names):
        given = head.given[index]
        values: list[str | None] = []
        for row, cells in enumerate(rows, start=first_row):
            cell = cells[index] if index < len(cells) else ""
            doubt = _doubt_of(cell, is_period=name in periods)
            if doubt:
                doubts.append(_Doubt(doubt, row, given, text_of_cell(cell)))
            values.append(text_of_cell(cell) or None)
        columns[name] = pl.Series(values, dtype=pl.String)
    row_numbers = pl.Series("row", range(first_row, first_row + len(rows)), dtype=pl.UInt32)
    if not columns:
        return pl.DataFrame(row_numbers)
    return pl.DataFrame(columns).with_columns(row_numbers)


def _doubt_of(cell: Cell, *, is_period: bool) -> str | None:
    if isinstance(cell, float) and abs(cell) >= LARGEST_EXACT:
        return "TAB-20"
    # A spreadsheet turns 2024-03 into 1 March 2024; we cannot tell which was typed.
    if is_period and isinstance(cell, dt.date) and cell.day == 1:
        return "TAB-18"
    return None


def _tell(doubt: _Doubt, where: str, findings: Findings) -> None:
    place = f"第 {doubt.row} 行「{doubt.column}」"
    place_en = f'Row {doubt.row}, column "{doubt.column}"'
    if doubt.code == "TAB-18":
        message = Text(
            f"{place}是日期格式 {doubt.shown}，分不清是当天还是当月。",
            f"{place_en} is a date cell, {doubt.shown}: the day or the month?",
        )
        remedy = Text(
            f"请把这一列设为文本，按月填 {doubt.shown[:7]}，按日填 {doubt.shown}。",
            f"Format the column as text; {doubt.shown[:7]} for the month.",
        )
    else:
        message = Text(
            f"{place}按数值存放，显示为 {doubt.shown}，末几位已经丢失。",
            f"{place_en} is stored as a number, {doubt.shown}: its last digits are lost.",
        )
        remedy = Text(
            "请先把这一列设为文本格式，再重新填写或粘贴。",
            "Format the column as text first, then type or paste it again.",
        )
    findings.fault(doubt.code, where, message, remedy)


def text_of_cell(cell: Cell) -> str:
    """A cell as people see it."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, dt.datetime):
        is_midnight = cell.time() == dt.time()
        return cell.date().isoformat() if is_midnight else cell.isoformat(" ")
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    if isinstance(cell, dt.timedelta):
        return str(cell)
    return number_text(float(cell))


def number_text(number: float) -> str:
    """A spreadsheet number as the sheet shows it: 15 digits, no exponent, no ``.0``.

    >>> number_text(330102001001.0), number_text(0.1 + 0.2), number_text(3.3e17)
    ('330102001001', '0.3', '3.3E+17')
    """
    if number != number or number in (float("inf"), float("-inf")):
        return str(number)
    if abs(number) >= LARGEST_EXACT:
        return f"{number:.15G}"
    if number.is_integer():
        return str(int(number))
    return f"{Decimal(f'{number:.15g}'):f}"
