"""Reading a CSV file (文本表格) of UTF-8, UTF-8 with BOM or GB18030 into cells of text.

The bulk goes through polars; only a file polars refuses is walked row by row, to say which row
is wrong. Rows are numbered as a spreadsheet would show them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import Final

import polars as pl

from bangfu.programme.tables.declared import TableDeclaration
from bangfu.programme.tables.findings import FAULTS_PER_FILE, Findings
from bangfu.programme.tables.heads import find_head
from bangfu.programme.tables.raw import RawSheet, without_blanks
from bangfu.vocabulary.text import Text

__all__ = ["HEAD_ROWS", "plain_utf8", "read_csv_sheet"]

#: Rows looked at for the head.
HEAD_ROWS: Final = 20
_BOM: Final = b"\xef\xbb\xbf"
_CHUNK: Final = 1 << 20
_ROWS_AT_ONCE: Final = 50_000
_SAVE_AS_UTF8: Final = Text(
    "请用 WPS 或 Excel 打开后另存为「CSV UTF-8」，或直接交 xlsx 文件。",
    'Open it in WPS or Excel and save as "CSV UTF-8", or hand in the xlsx file.',
)


def read_csv_sheet(
    data: bytes, declaration: TableDeclaration, *, where: str, findings: Findings
) -> RawSheet | None:
    """Read the bytes of a CSV file; None where it cannot be read (faults are noted).

    Parameters
    ----------
    data : bytes
        The whole file.
    declaration : TableDeclaration
        The table it should hold.
    where : str
        The file as people see it.
    """
    text = plain_utf8(data, where=where, findings=findings)
    if text is None or not _is_comma_separated(text, where, findings):
        return None
    head = find_head(_first_rows(text), declaration, where=where, findings=findings)
    if head is None:
        return None
    names = [f"cell_{index}" for index in range(len(head.names))]
    frame = _bulk(text, names)
    if frame is None:
        frame = _row_by_row(text, names, where=where, findings=findings)
    if frame is None or not _quotes_are_closed(text, frame, where, findings):
        return None
    named = frame.slice(head.row).rename(dict(zip(names, head.names, strict=True)))
    return RawSheet(declaration, where, head, without_blanks(named))


def plain_utf8(data: bytes, *, where: str, findings: Findings) -> bytes | None:
    """The text as UTF-8 without BOM and with newlines, or None (a fault is noted).

    Notes
    -----
    What is not UTF-8 is read as GB18030, which accepts many damaged UTF-8 files too; where most
    Chinese characters around the first bad byte are sound UTF-8 the file is refused as damaged.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        _unreadable(where, Text("文件是 UTF-16 编码。", "The file is UTF-16."), findings)
        return None
    text = data.removeprefix(_BOM)
    if b"\0" in text:
        row = text.count(b"\n", 0, text.index(b"\0")) + 1
        given = Text(
            f"第 {row} 行有空字符，文件已损坏或不是文本。",
            f"Row {row} holds a NUL byte: the file is damaged or is no text.",
        )
        _unreadable(where, given, findings)
        return None
    damaged_at = _first_bad_byte(text)
    if damaged_at is not None:
        converted = _from_gb18030(text, damaged_at, where, findings)
        if converted is None:
            return None
        text = converted
    if b"\r" in text and b"\n" not in text:
        text = text.replace(b"\r", b"\n")
    return text


def _unreadable(where: str, message: Text, findings: Findings) -> None:
    findings.fault("TAB-07", where, message, _SAVE_AS_UTF8)


def _first_bad_byte(text: bytes) -> int | None:
    """Where UTF-8 ends to be valid; checked in pieces so that no second copy is held."""
    start = 0
    while start < len(text):
        piece = text[start : start + _CHUNK]
        try:
            piece.decode("utf-8")
        except UnicodeDecodeError as error:
            # A character cut by the end of the piece is read again with the next one.
            cut_at_end = "unexpected end" in error.reason and start + _CHUNK < len(text)
            if not cut_at_end:
                return start + error.start
            start += error.start
        else:
            start += _CHUNK
    return None


def _from_gb18030(text: bytes, damaged_at: int, where: str, findings: Findings) -> bytes | None:
    around = text[max(0, damaged_at - _CHUNK // 4) : damaged_at + _CHUNK // 4]
    as_utf8 = around.decode("utf-8", errors="replace")
    sound = sum("\u4e00" <= character <= "\u9fff" for character in as_utf8)
    damaged = as_utf8.count("\ufffd")
    try:
        converted = text.decode("gb18030") if damaged >= sound else None
    except UnicodeDecodeError as error:
        converted, damaged_at = None, error.start
    if converted is None:
        row = text.count(b"\n", 0, damaged_at) + 1
        given = Text(
            f"第 {row} 行的文字既不是 UTF-8，也不是 GB18030 编码，可能已损坏。",
            f"Row {row} is neither UTF-8 nor GB18030; it may be damaged.",
        )
        _unreadable(where, given, findings)
        return None
    findings.notice("TAB-N2", where, Text("按 GB18030 编码读取", "read as GB18030"))
    return converted.encode("utf-8")


def _is_comma_separated(text: bytes, where: str, findings: Findings) -> bool:
    first = text.lstrip().split(b"\n", 1)[0]
    others = [
        (first.count(mark), name)
        for mark, name in ((b"\t", "Tab"), (b";", ";"), ("，".encode(), "，"))
    ]
    count, name = max(others)
    if b"," in first or count == 0:
        return True
    findings.fault(
        "TAB-06",
        where,
        Text(f"各列以「{name}」分隔。", f'The columns are separated by "{name}".'),
        Text(
            "请改用英文逗号分隔，或直接交 xlsx 文件。",
            "Separate them with commas, or hand in the xlsx file.",
        ),
    )
    return False


def _first_rows(text: bytes) -> list[list[str]]:
    start = text[:_CHUNK].decode("utf-8", errors="ignore")
    try:
        return list(islice(csv.reader(io.StringIO(start, newline="")), HEAD_ROWS))
    except csv.Error:
        return [line.split(",") for line in start.splitlines()[:HEAD_ROWS]]


def _bulk(text: bytes, names: list[str]) -> pl.DataFrame | None:
    try:
        frame = pl.read_csv(
            text,
            has_header=False,
            schema=dict.fromkeys(names, pl.String),
            row_index_name="row",
            row_index_offset=1,
            missing_columns="insert",
        )
    except pl.exceptions.PolarsError:
        return None
    return frame.select(*names, "row")


def _row_by_row(
    text: bytes, names: list[str], *, where: str, findings: Findings
) -> pl.DataFrame | None:
    """Walk a file polars refuses: find the rows that are wrong, or read it after all."""
    chunks: list[pl.DataFrame] = []
    too_long: list[tuple[int, int]] = []
    rows = csv.reader(io.TextIOWrapper(io.BytesIO(text), "utf-8", newline=""), strict=True)
    try:
        for numbered in _in_pieces(enumerate(rows, start=1)):
            too_long += [
                (row, len(cells))
                for row, cells in numbered
                if any(cell.strip() for cell in cells[len(names) :])
            ]
            chunks.append(_frame_of(numbered, names))
    except csv.Error:
        _unclosed(where, rows.line_num, findings)
        return None
    for row, cells in too_long[:FAULTS_PER_FILE]:
        findings.fault(
            "TAB-06",
            where,
            Text(
                f"第 {row} 行有 {cells} 格，表头只有 {len(names)} 列。",
                f"Row {row} has {cells} cells; the head has {len(names)} columns.",
            ),
            Text(
                "文字里有英文逗号时，请给整格加英文双引号，或直接交 xlsx 文件。",
                "Put double quotes round a text that holds a comma, or hand in the xlsx file.",
            ),
        )
    if len(too_long) > FAULTS_PER_FILE:
        findings.unlisted("TAB-06", where, len(too_long) - FAULTS_PER_FILE)
    return None if too_long else pl.concat(chunks)


def _in_pieces(
    rows: Iterator[tuple[int, list[str]]],
) -> Iterator[list[tuple[int, list[str]]]]:
    while piece := list(islice(rows, _ROWS_AT_ONCE)):
        yield piece


def _frame_of(numbered: list[tuple[int, list[str]]], names: list[str]) -> pl.DataFrame:
    columns = {
        name: pl.Series(
            [cells[index] or None if index < len(cells) else None for _, cells in numbered],
            dtype=pl.String,
        )
        for index, name in enumerate(names)
    }
    row = pl.Series("row", [row for row, _ in numbered], dtype=pl.UInt32)
    return pl.DataFrame(columns).with_columns(row)


def _quotes_are_closed(text: bytes, frame: pl.DataFrame, where: str, findings: Findings) -> bool:
    """Refuse a cell that swallowed whole rows because a quotation mark was never closed."""
    if text.count(b"\n") <= frame.height:
        return True
    cells = [name for name in frame.columns if name != "row"]
    swallowed = frame.filter(pl.any_horizontal(pl.col(cells).str.contains(_SWALLOWED)))
    for row in swallowed.get_column("row").head(FAULTS_PER_FILE):
        _unclosed(where, row, findings)
    return swallowed.is_empty()


#: A line end followed by a line of at least two commas: rows, not a text of two lines.
_SWALLOWED: Final = r"\n[^\n]*,[^\n]*,[^\n]*(\n|$)"


def _unclosed(where: str, row: int, findings: Findings) -> None:
    findings.fault(
        "TAB-06",
        where,
        Text(
            f"第 {row} 行起有英文双引号没有成对，后面的行被并成一格。",
            f"A double quote that opens near row {row} is never closed and swallows rows.",
        ),
        Text(
            "请补上或删去这个引号，或直接交 xlsx 文件。",
            "Close or delete the quotation mark, or hand in the xlsx file.",
        ),
    )
