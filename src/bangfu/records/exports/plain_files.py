"""An export as CSV or Parquet (数据文件): for other programs; typed, exact, without sums."""

from __future__ import annotations

import csv
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from bangfu.records.exports.cells import cell_text, safe_text, value_of_cell
from bangfu.records.exports.tables import ExportColumn, ExportRow, ExportTable
from bangfu.vocabulary.text import Language

__all__ = ["write_csv", "write_parquet"]

_BATCH: Final = 5000
_TYPES: Final[dict[str, Any]] = {
    "count": pa.int64(),
    "money": pa.int64(),
    "number": pa.decimal128(24, 6),
    "bool": pa.bool_(),
}


def write_csv(table: ExportTable, path: Path, *, unit: str, language: Language) -> int:
    """UTF-8 without BOM, titles as the first line; texts that look like formulas are quoted off."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([_title(column, unit, language) for column in table.columns])
        for row in table.rows:
            writer.writerow([_cell(column, row, unit) for column in table.columns])
            count += 1
    return count


def write_parquet(table: ExportTable, path: Path) -> int:
    """Columns by their ids; amounts in whole fen, their names ending in ``_fen``."""
    names = [_name(column) for column in table.columns]
    types = [_TYPES.get(column.kind, pa.string()) for column in table.columns]
    schema = pa.schema(list(zip(names, types, strict=True)))
    count = 0
    rows = iter(table.rows)
    with pq.ParquetWriter(path, schema) as writer:
        while batch := list(islice(rows, _BATCH)):
            count += len(batch)
            arrays = [
                pa.array([_typed(column, row) for row in batch], type=kind)
                for column, kind in zip(table.columns, types, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
    return count


def _title(column: ExportColumn, unit: str, language: Language) -> str:
    title = column.title.in_language(language)
    unit = unit if column.kind == "money" else column.unit
    return safe_text(f"{title}（{unit}）" if unit else title)


def _cell(column: ExportColumn, row: ExportRow, unit: str) -> str:
    value = value_of_cell(column, row)
    text = cell_text(column, value, unit)
    is_number = column.kind in ("count", "money", "number") and _is_number(text)
    return text if is_number else safe_text(text)


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except ArithmeticError:
        return False


def _typed(column: ExportColumn, row: ExportRow) -> Any:
    """A value of the column's type; what is no figure in a column of figures is unknown there."""
    value = value_of_cell(column, row)
    if value is None or value == "":
        return None
    if column.kind == "bool":
        return value if isinstance(value, bool) else None
    if column.kind in ("count", "money"):
        return int(value) if isinstance(value, int) and not isinstance(value, bool) else None
    if column.kind == "number":
        text = str(value)
        return Decimal(text).quantize(Decimal("0.000001")) if _is_number(text) else None
    return str(value)


def _name(column: ExportColumn) -> str:
    if column.kind == "money" and not column.id.endswith("_fen"):
        return f"{column.id}_fen"
    return column.id
