"""Reading a Parquet file (列式文件) into cells of text; typed columns are written out exactly."""

from __future__ import annotations

import io

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from bangfu.programme.tables.declared import TableDeclaration
from bangfu.programme.tables.findings import Findings
from bangfu.programme.tables.heads import find_head
from bangfu.programme.tables.raw import RawSheet, without_blanks
from bangfu.programme.tables.workbooks import LARGEST_EXACT, number_text
from bangfu.vocabulary.text import Text

__all__ = ["read_parquet_sheet"]


def read_parquet_sheet(
    data: bytes, declaration: TableDeclaration, *, where: str, findings: Findings
) -> RawSheet | None:
    """Read the bytes of a Parquet file; None where it cannot be read (faults are noted).

    Notes
    -----
    Rows count from 2, as the same table would in a spreadsheet under its head.
    """
    try:
        # pyarrow refuses damaged files where others stop the process.
        table = pq.read_table(io.BytesIO(data))
        table.validate(full=True)
        frame = pl.DataFrame(table)
    except (pa.ArrowException, pl.exceptions.PolarsError, OSError, UnicodeError) as error:
        reason = str(error).splitlines()[0][:120] if str(error) else ""
        findings.fault(
            "TAB-02",
            where,
            Text(
                f"文件打不开：不是完整的 Parquet 文件（{reason}）。",
                f"The file cannot be opened: no complete Parquet file ({reason}).",
            ),
            Text("请重新导出这个文件。", "Export the file again."),
        )
        return None
    head = find_head([frame.columns], declaration, where=where, findings=findings)
    if head is None:
        return None
    columns = [
        _as_text(frame.get_column(old).alias(new), where, findings)
        for old, new in zip(frame.columns, head.names, strict=True)
    ]
    kept = [column for column in columns if column is not None]
    row = pl.int_range(2, frame.height + 2, dtype=pl.UInt32, eager=True).alias("row")
    return RawSheet(declaration, where, head, without_blanks(pl.DataFrame([*kept, row])))


def _as_text(column: pl.Series, where: str, findings: Findings) -> pl.Series | None:
    kind = column.dtype
    if kind == pl.String:
        return column.replace("", None)
    if kind.is_float():
        return _float_text(column.cast(pl.Float64), where, findings)
    if kind == pl.Datetime:
        return column.dt.to_string("%Y-%m-%d %H:%M:%S")
    if kind == pl.List(pl.String):
        return column.list.join(";")
    if kind.is_nested() or kind == pl.Binary:
        findings.fault(
            "TAB-02",
            where,
            Text(
                f"「{column.name}」列的类型 {kind} 不能读取。",
                f'Column "{column.name}" is of type {kind}, which cannot be read.',
            ),
            Text("请改为文本或数值再导出。", "Export it as text or as a number."),
        )
        return None
    return column.cast(pl.String)


def _float_text(column: pl.Series, where: str, findings: Findings) -> pl.Series:
    too_long = column.is_finite() & (column.abs() >= LARGEST_EXACT)
    if too_long.any():
        findings.fault(
            "TAB-20",
            where,
            Text(
                f"「{column.name}」列有 {too_long.sum():,} 个数按浮点存放，末几位已经丢失。",
                f'Column "{column.name}": {too_long.sum():,} numbers are stored as floats; '
                "their last digits are lost.",
            ),
            Text("请把代码按文本、数值按整数导出。", "Export codes as text, figures as integers."),
        )
    whole = column.is_null() | (column.is_finite() & (column == column.round(0)) & ~too_long)
    if whole.all():
        return column.cast(pl.Int64).cast(pl.String)
    texts = [None if number is None else number_text(number) for number in column]
    return pl.Series(column.name, texts, dtype=pl.String)
