"""From text to typed columns (单元格取值): trimming, full-width forms, dates, booleans, codes.

Each faulty cell is told with its row as on the sheet. Nothing here knows what a figure means.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import polars as pl

from bangfu.programme.tables.decimals import NOT_WHOLE, TOO_LARGE, is_decimal, whole_units
from bangfu.programme.tables.declared import Column, ColumnType
from bangfu.programme.tables.findings import Findings, always, rows_text
from bangfu.programme.tables.raw import RawSheet, without_blanks
from bangfu.vocabulary.period import parse_period
from bangfu.vocabulary.text import Text

__all__ = ["DTYPES", "TRUTH", "tell_problems", "tidied", "typed_frame"]

#: What each column type becomes.
DTYPES: Final[dict[ColumnType, pl.DataType]] = {
    "code": pl.String(),
    "text": pl.String(),
    "tags": pl.String(),
    "period": pl.String(),
    "int": pl.Int64(),
    "money": pl.Int64(),
    "number": pl.Float64(),
    "bool": pl.Boolean(),
    "date": pl.Date(),
}
_BLANKS: Final = " \t\r\n\u00a0\u2002\u2003\u2009\u200b\u202f\u2060\u3000\ufeff"
_FULL_WIDTH: Final = "０１２３４５６７８９．，－＋／：％＿Ｈ" + "Ｑ"
_HALF_WIDTH: Final = "0123456789.,-+/:%_HQ"
#: What a boolean may be written as.
TRUTH: Final = {"true": True, "false": False, "1": True, "0": False, "是": True, "否": False}


def tidied(sheet: RawSheet, findings: Findings) -> RawSheet:
    """Trim every cell and turn full-width digits into plain ones where digits are meant.

    A cell left without text is unknown (null), a row left without cells is dropped. What was
    changed is reported column by column.
    """
    frame = sheet.frame
    columns = [
        _tidy(frame.get_column(name), sheet, findings) for name in frame.columns if name != "row"
    ]
    tidy = pl.DataFrame([*columns, frame.get_column("row")])
    emptied = any(
        column.null_count() > frame.get_column(column.name).null_count() for column in columns
    )
    return sheet.with_frame(without_blanks(tidy) if emptied else tidy)


def _tidy(given: pl.Series, sheet: RawSheet, findings: Findings) -> pl.Series:
    declared = sheet.declaration.column(given.name)
    kind = declared.type if declared else sheet.declaration.free_type
    # Most columns of a large table are plain ASCII and tidy: look before rewriting.
    is_ascii = not (given.str.len_bytes() != given.str.len_chars()).any()
    series = given.str.strip_chars(None if is_ascii else _BLANKS)
    if kind in ("code", "period", "int", "money", "number", "date", "bool"):
        series = _tidy_digits(series, kind, is_ascii=is_ascii)
    elif kind == "tags":
        series = _tidy_tags(series)
    changed = int((series != given).sum())
    if changed:
        head = sheet.head.as_given(given.name)
        findings.notice(
            "TAB-N4",
            sheet.where,
            Text(
                f"「{head}」有 {changed:,} 格去掉了空格、全角等多余字符",
                f'column "{head}": blanks or full-width forms were tidied in {changed:,} cells',
            ),
            changed,
        )
    return series.set(series == "", None) if (series == "").any() else series


def _tidy_digits(series: pl.Series, kind: ColumnType, *, is_ascii: bool) -> pl.Series:
    if not is_ascii:
        series = series.str.replace_many(list(_FULL_WIDTH), list(_HALF_WIDTH))
    if kind == "code":
        if not is_ascii or series.str.starts_with("'").any() or series.str.starts_with("`").any():
            series = series.str.replace("^['‘’`]", "")
        if series.str.ends_with(".0").any():
            series = series.str.replace(r"^([0-9]+)\.0$", "$1")
    if kind == "date" and series.str.contains("00:00:00", literal=True).any():
        series = series.str.replace(r"[ T]00:00:00(?:\.0+)?$", "")
    return series


def _tidy_tags(series: pl.Series) -> pl.Series:
    parts = series.str.replace_all("[；、]", ";").str.replace_all(r"\s*;[\s;]*", ";")
    return parts.str.strip_chars(";")


def typed_frame(
    sheet: RawSheet, findings: Findings, *, untouched: tuple[str, ...] = ()
) -> pl.DataFrame:
    """Turn a tidied sheet into typed columns; faults are noted cell by cell.

    Parameters
    ----------
    sheet : RawSheet
        Tidied; see ``tidied``.
    untouched : tuple of str
        Columns left as text, because only another table tells how to read them.

    Returns
    -------
    frame with the declared columns in their order (null columns where the sheet has none), the
    columns beyond the declaration, and row UInt32
    """
    frame = sheet.frame
    columns: list[pl.Series] = []
    for column in sheet.declaration.columns:
        if column.name not in frame.columns:
            columns.append(pl.Series(column.name, [None] * frame.height, DTYPES[column.type]))
            continue
        series = frame.get_column(column.name)
        if column.filled:
            _refuse_empty(series, column, sheet, findings)
        if column.name not in untouched:
            series = _typed(series, column, sheet, findings)
        columns.append(series)
    declared = {column.name for column in sheet.declaration.columns}
    for name in frame.columns:
        if name not in declared and name != "row":
            columns.append(_free(frame.get_column(name), sheet, findings))
    return pl.DataFrame([*columns, frame.get_column("row")])


def _free(series: pl.Series, sheet: RawSheet, findings: Findings) -> pl.Series:
    """A column beyond the declaration; a free column of numbers may also be plain text."""
    if sheet.declaration.free_type != "number":
        return series
    if not series.to_frame().select(is_decimal(pl.col(series.name)).any()).item():
        return series
    column = Column(series.name, "number", Text(series.name, series.name))
    return _typed(series, column, sheet, findings)


def _refuse_empty(series: pl.Series, column: Column, sheet: RawSheet, findings: Findings) -> None:
    if series.null_count() == 0:
        return
    head = sheet.head.as_given(column.name)
    bad = _bad(series, series.is_null(), sheet)
    says = always(
        Text("这一栏每行都要填", "every row needs it"),
        Text(
            "请补填；如是合计行、备注行，请删去整行。",
            "Fill it in; delete the row if it is a total or a note.",
        ),
    )
    findings.cells("TAB-10", sheet.where, head, bad, says)


def _bad(series: pl.Series, mask: pl.Series, sheet: RawSheet) -> pl.DataFrame:
    return pl.DataFrame(
        {"row": sheet.frame.get_column("row"), "given": series.cast(pl.String)}
    ).filter(mask)


def _typed(series: pl.Series, column: Column, sheet: RawSheet, findings: Findings) -> pl.Series:
    head = sheet.head.as_given(column.name)
    if column.values:
        return _one_of(series, column, sheet, findings)
    if column.type in ("int", "money"):
        shift = pl.Series([0]).new_from_index(0, len(series))
        read = whole_units(series, shift)
        tell_problems(series, read.get_column("problem"), sheet, head, findings)
        return read.get_column("value").alias(column.name)
    if column.type == "number":
        numbers = series.str.replace_all(",", "", literal=True).cast(pl.Float64, strict=False)
        wrong = ~series.to_frame().select(is_decimal(pl.col(series.name))).to_series()
        tell_problems(series, wrong.cast(pl.UInt8), sheet, head, findings)
        return numbers
    reader = _READERS.get(column.type)
    return reader(series, head, sheet, findings) if reader else series


def _one_of(series: pl.Series, column: Column, sheet: RawSheet, findings: Findings) -> pl.Series:
    lower = series.str.to_lowercase()
    wrong = lower.is_not_null() & ~lower.is_in(list(column.values))
    choices = "、".join(column.values)
    says = always(
        Text(f"只能填 {choices}", f"accepted: {', '.join(column.values)}"),
        Text("请从中选一个。", "Choose one of them."),
    )
    head = sheet.head.as_given(column.name)
    findings.cells("TAB-19", sheet.where, head, _bad(series, wrong, sheet), says)
    return lower


def tell_problems(
    given: pl.Series, problem: pl.Series, sheet: RawSheet, head: str, findings: Findings
) -> None:
    """Note a fault for each number that could not be read."""
    if not (problem.fill_null(0) != 0).any():
        return
    known = (NOT_WHOLE, TOO_LARGE)
    for code, mask, says in (
        ("TAB-11", (problem != 0) & ~problem.is_in(known), _says_number),
        ("TAB-12", problem == NOT_WHOLE, always(_WHOLE, _WHOLE_REMEDY)),
        ("TAB-13", problem == TOO_LARGE, always(_LARGE, _LARGE_REMEDY)),
    ):
        findings.cells(code, sheet.where, head, _bad(given, mask, sheet), says)


_WHOLE: Final = Text("这一栏须为整数（金额精确到分）", "a whole number is accepted, or whole fen")
_WHOLE_REMEDY: Final = Text(
    "请核对小数；金额按元填报的最多两位小数，若本来是万元，请把计量单位改为万元。",
    "Check the decimals; an amount in 元 has two at most. If it is in 万元, change the unit.",
)
_LARGE: Final = Text("数值超出可以记录的范围", "the number is beyond what can be held")
_LARGE_REMEDY: Final = Text("请核对位数和计量单位。", "Check the digits and the unit.")
_STRAY_UNIT = re.compile(r"^[+-]?[\d,.]*\d\s*(万|亿|万元|亿元|元|%|人|户|亩|个|名|分)$")


def _says_number(given: str | None) -> tuple[Text, Text | None]:
    accepted = Text("这一栏只填数字，例如 32.5", "only a number is accepted, such as 32.5")
    text = given or ""
    if _STRAY_UNIT.match(text):
        return accepted, Text("计量单位请填在「unit」栏。", 'Give the unit in the column "unit".')
    if re.match(r"^[+-]?\d+(\.\d+)?[eE][+-]?\d+$", text):
        return accepted, Text("请写出全部数字，不用科学计数法。", "Write all digits, no exponent.")
    return accepted, Text("不知道的请留空，确为零的填 0。", "Leave it empty if unknown; 0 is zero.")


def _read_bool(series: pl.Series, head: str, sheet: RawSheet, findings: Findings) -> pl.Series:
    lower = series.str.to_lowercase()
    wrong = lower.is_not_null() & ~lower.is_in(list(TRUTH))
    says = always(
        Text(
            "只能填 true 或 false（也可填 是、否、1、0）",
            "accepted: true or false (also 1, 0, 是, 否)",
        ),
        Text("不知道的请留空。", "Leave it empty if unknown."),
    )
    findings.cells("TAB-17", sheet.where, head, _bad(series, wrong, sheet), says)
    return lower.replace_strict(TRUTH, default=None, return_dtype=pl.Boolean)


def _read_date(series: pl.Series, head: str, sheet: RawSheet, findings: Findings) -> pl.Series:
    iso = series.str.contains(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
    days = series.set(~iso, None).str.to_date("%Y-%m-%d", strict=False)
    wrong = series.is_not_null() & days.is_null()
    findings.cells("TAB-16", sheet.where, head, _bad(series, wrong, sheet), _says_date)
    return days


def _says_date(given: str | None) -> tuple[Text, Text | None]:
    accepted = Text("日期写作 2025-08-28", "a date is written 2025-08-28")
    parts = re.fullmatch(
        r"(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})日?", given or ""
    ) or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", given or "")
    if parts is None:
        return accepted, Text("请改写；不知道的请留空。", "Rewrite it; leave it empty if unknown.")
    day = f"{parts[1]}-{parts[2]:0>2}-{parts[3]:0>2}"
    return accepted, Text(f"请改为 {day}。", f"Write {day}.")


def _read_period(series: pl.Series, head: str, sheet: RawSheet, findings: Findings) -> pl.Series:
    unknown = [text for text in series.drop_nulls().unique() if not _is_period(text)]
    if unknown:
        wrong = series.is_in(unknown)
        findings.cells("TAB-18", sheet.where, head, _bad(series, wrong, sheet), _says_period)
    return series


def _is_period(text: str) -> bool:
    try:
        parse_period(text)
    except ValueError:
        return False
    return True


_CHINESE_DIGITS: Final = str.maketrans("一二三四", "1234")
_PERIOD_HABITS: Final[tuple[tuple[str, Callable[[re.Match[str]], str]], ...]] = (
    (r"(\d{4})(?:年|年度|\.0)", lambda m: m[1]),
    (r"(\d{4})(?:年|[-./])?(\d{1,2})月?(?:份)?", lambda m: f"{m[1]}-{m[2]:0>2}"),
    (r"(\d{4})年?([上下])半年", lambda m: f"{m[1]}H{'12'['上下'.index(m[2])]}"),
    (r"(\d{4})年?第?([1-4])季度?", lambda m: f"{m[1]}Q{m[2]}"),
    (r"(\d{4})[-/ ]?([hHqQ])([1-4])", lambda m: f"{m[1]}{m[2].upper()}{m[3]}"),
    (r"(\d{4})[./年](\d{1,2})[./月](\d{1,2})日?", lambda m: f"{m[1]}-{m[2]:0>2}-{m[3]:0>2}"),
)


def _says_period(given: str | None) -> tuple[Text, Text | None]:
    accepted = Text(
        "期间写作 2024、2024H1、2024Q1、2024-03、2024-03-05 或 2021/2026（不含止年）",
        "a period is written 2024, 2024H1, 2024Q1, 2024-03, 2024-03-05 or 2021/2026 (end excluded)",
    )
    text = (given or "").translate(_CHINESE_DIGITS)
    for habit, written in _PERIOD_HABITS:
        match = re.fullmatch(habit, text)
        if match and _is_period(written(match)):
            return accepted, Text(f"请改为 {written(match)}。", f"Write {written(match)}.")
    return accepted, Text("请改写。", "Rewrite it.")


def _read_code(series: pl.Series, head: str, sheet: RawSheet, findings: Findings) -> pl.Series:
    lost = series.str.contains(r"^[0-9](?:\.[0-9]+)?[eE]\+[0-9]+$|^[0-9]\.[0-9]+[eE][0-9]+$")
    says = always(
        Text(
            "代码被存成了科学计数法，末几位已经丢失",
            "the code was turned into scientific notation and its last digits are lost",
        ),
        Text(
            "请先把这一列设为文本格式，再重新填写代码。",
            "Format the column as text first, then enter the codes again.",
        ),
    )
    findings.cells("TAB-20", sheet.where, head, _bad(series, lost, sheet), says)
    return series


def _read_text(series: pl.Series, head: str, sheet: RawSheet, findings: Findings) -> pl.Series:
    damaged = series.str.contains("\ufffd", literal=True)
    if damaged.any():
        rows = _bad(series, damaged, sheet).get_column("row").to_list()
        named = rows_text(rows)
        findings.notice(
            "TAB-N5",
            sheet.where,
            Text(
                f"{named.zh}「{head}」有乱码，请核对",
                f'{named.en}: column "{head}" holds damaged characters',
            ),
            len(rows),
        )
    return series


_Reader = Callable[[pl.Series, str, RawSheet, Findings], pl.Series]
_READERS: Final[dict[ColumnType, _Reader]] = {
    "bool": _read_bool,
    "date": _read_date,
    "period": _read_period,
    "code": _read_code,
    "text": _read_text,
    "tags": _read_text,
}
