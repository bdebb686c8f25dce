"""Totals of an export (合计、小计): sums of what is known, and how much is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from bangfu.records.exports.cells import is_figure, value_of_cell
from bangfu.records.exports.tables import ExportColumn, ExportRow, Subtotals

__all__ = ["Counter", "SumRow", "with_sums"]


@dataclass
class Counter:
    """Sums of some rows. A cell without a figure is counted as unknown, not as zero."""

    columns: Sequence[ExportColumn]
    rows: int = 0
    sums: dict[str, Decimal | int] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)

    def add(self, row: ExportRow) -> None:
        """Count one row."""
        self.rows += 1
        for column in self.columns:
            if not column.is_summed:
                continue
            value: Any = value_of_cell(column, row)
            if column.kind == "number" and isinstance(value, str):
                value = _decimal(value)
            if is_figure(value):
                self.sums[column.id] = self.sums.get(column.id, 0) + value
            else:
                self.unknown[column.id] = self.unknown.get(column.id, 0) + 1


@dataclass(frozen=True, slots=True)
class SumRow:
    """A line of sums: of a township, of a county, or of all."""

    level: str
    name: str
    counter: Counter


def with_sums(
    rows: Iterator[ExportRow], columns: Sequence[ExportColumn], subtotals: Subtotals
) -> Iterator[ExportRow | SumRow]:
    """The rows with their subtotals after each group, and the total at the end."""
    levels = {"": (), "county": ("county",), "township": ("township", "county")}[subtotals]
    total = Counter(columns)
    running: dict[str, tuple[tuple[str, ...], Counter]] = {}
    for row in rows:
        keys = {"county": (row.county,), "township": (row.county, row.township)}
        for level in levels:
            held = running.get(level)
            if held is not None and held[0] != keys[level]:
                yield SumRow(level, held[0][-1], held[1])
                del running[level]
        for level in levels:
            counter = running.setdefault(level, (keys[level], Counter(columns)))[1]
            counter.add(row)
        total.add(row)
        yield row
    for level in levels:
        if level in running:
            key, counter = running[level]
            yield SumRow(level, key[-1], counter)
    yield SumRow("total", "", total)


def _decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except ArithmeticError:
        return None
    return number if number.is_finite() else None
