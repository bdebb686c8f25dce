"""Reading a workbook that came back (回传表读取): by its keys, wherever rows and columns went."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from python_calamine import CalamineWorkbook, SheetTypeEnum

from bangfu.programme.tables.workbook_probe import reason_not_to_open
from bangfu.programme.tables.workbooks import number_text
from bangfu.records.ground.refusals import Refused, refuse
from bangfu.records.returns.keys import read_column, read_head, read_row
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.text import Text

__all__ = ["CODE", "LARGEST_FILE", "ReadReturn", "ReturnedRow", "read_return"]

#: What a workbook of some thousand rows may weigh. [bytes]
LARGEST_FILE: Final = 20 * 2**20
#: The key of the printed codes, which tell whether the hidden keys were left behind in a sort.
CODE: Final = "@code"
_MOST_LINES: Final = 20_000


@dataclass(frozen=True, slots=True)
class ReturnedRow:
    """The cells of one row as texts, and where they stood."""

    n: int
    sheet: str
    line: int
    cells: dict[str, str]


@dataclass
class ReadReturn:
    """What a file said: the workbook's code, its rows, and what is wrong with the file itself."""

    code: str
    rows: dict[int, ReturnedRow] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def read_return(data: bytes) -> ReadReturn:
    """Read a file; a foreign, damaged or tampered one is refused with words.

    Columns are found by their keys, so that inserted, moved and deleted ones do no harm; rows
    carry their own keys and may be sorted.
    """
    if len(data) > LARGEST_FILE:
        raise refuse("RET-01", Text("文件超过 20 MB。", "The file is larger than 20 MB."))
    reason = reason_not_to_open(data)
    if reason is not None:
        raise refuse(
            "RET-02",
            Text(
                f"文件打不开：不是完整的表格文件，或设有密码（{reason}）。",
                f"The file cannot be opened: no complete workbook, or protected ({reason}).",
            ),
            remedy=Text(
                "请用 WPS 或 Excel 打开，去掉密码后另存为 xlsx 再回传。",
                "Open it in WPS or Excel, remove the password, save it as xlsx and send it again.",
            ),
        )
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    found: ReadReturn | None = None
    for entry in book.sheets_metadata:
        if entry.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(entry.name)
        if sheet.start is None:
            continue
        found = _read_sheet(entry.name, sheet, found)
    if found is None:
        raise _foreign()
    return found


def _read_sheet(name: str, sheet: Any, found: ReadReturn | None) -> ReadReturn | None:
    first_line = sheet.start[0] + 1
    lines = _lines(sheet, first_line)
    for _line, texts in lines:
        for place, text in enumerate(texts):
            head = read_head(text)
            if head is None:
                continue
            if not head.is_sound:
                raise _tampered("表头")
            if found is not None and found.code != head.code:
                raise refuse(
                    "RET-05",
                    Text(
                        "一个文件里有两份不同的回传表。", "The file holds two different workbooks."
                    ),
                    remedy=Text("请分成两个文件回传。", "Send them as two files."),
                )
            found = found or ReadReturn(head.code)
            columns = {
                where: column
                for where, told in enumerate(texts)
                if (column := read_column(told)) is not None
            }
            _read_rows(found, name, lines, place, columns)
            return found
    return found


def _lines(sheet: Any, first_line: int) -> Iterator[tuple[int, list[str]]]:
    for number, cells in enumerate(sheet.iter_rows(), start=first_line):
        if number > _MOST_LINES:
            return
        yield number, [_text_of(cell) for cell in cells]


def _read_rows(
    found: ReadReturn,
    sheet: str,
    lines: Iterator[tuple[int, list[str]]],
    key_place: int,
    columns: dict[int, str],
) -> None:
    for line, texts in lines:
        keys = [(place, text) for place, text in enumerate(texts) if text.startswith("#r:")]
        told = {
            column: texts[place] if place < len(texts) else "" for place, column in columns.items()
        }
        if not keys:
            if _looks_filled(told, texts):
                found.faults.append(_keyless(sheet, line))
            continue
        n = read_row(keys[0][1], found.code)
        if not n or len(keys) > 1 or keys[0][0] != key_place:
            raise _tampered(f"「{sheet}」第 {line} 行")
        if n in found.rows:
            _repeat(found, ReturnedRow(n, sheet, line, told))
            continue
        found.rows[n] = ReturnedRow(n, sheet, line, told)


def _looks_filled(told: dict[str, str], texts: Sequence[str]) -> bool:
    """Whether a line without a key holds values, and is no head, signature or blank line."""
    given = [text for column, text in told.items() if text and column != CODE]
    return len(given) > 1 and any(text[:1].isdigit() for text in given)


def _repeat(found: ReadReturn, again: ReturnedRow) -> None:
    before = found.rows[again.n]
    if before.cells == again.cells:
        return
    found.faults.append(
        Fault(
            "RET-06",
            f"「{again.sheet}」第 {again.line} 行",
            Text(
                f"与第 {before.line} 行是同一行，内容不同，只采用了第 {before.line} 行。",
                f"It is the same row as line {before.line} with other content; "
                f"line {before.line} was taken.",
            ),
            Text("请只保留一行后重新回传。", "Keep one of them and send it again."),
        )
    )


def _keyless(sheet: str, line: int) -> Fault:
    return Fault(
        "RET-07",
        f"「{sheet}」第 {line} 行",
        Text(
            "这一行不是回传表原有的行，没有采用。",
            "The line is not one of the workbook and was not taken.",
        ),
        Text(
            "新增内容请填在表内的空白行；不够的请重新下载。",
            "Use the blank rows of the workbook; download it again for more.",
        ),
    )


def _text_of(cell: Any) -> str:
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, dt.datetime):
        midnight = cell.time() == dt.time()
        return cell.date().isoformat() if midnight else cell.isoformat(" ")
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, int | float):
        return number_text(float(cell))
    return str(cell) if cell is not None else ""


def _foreign() -> Refused:
    return refuse(
        "RET-03",
        Text("这个文件不是从本系统下载的回传表。", "The file is no return workbook of this site."),
        remedy=Text(
            "请下载回传表后填写；其他表格请走「导入」。",
            "Download the workbook and fill it; other tables go through the imports.",
        ),
    )


def _tampered(where: str) -> Refused:
    return refuse(
        "RET-04",
        Text(
            f"{where}的隐藏标识被改动过，整份没有采用。",
            "A hidden key was changed; nothing of the file was taken.",
        ),
        where=where,
        remedy=Text(
            "请重新下载回传表，把填好的内容粘贴过去，不要改动隐藏的第一列。",
            "Download the workbook again and paste your values; leave the hidden column alone.",
        ),
    )
