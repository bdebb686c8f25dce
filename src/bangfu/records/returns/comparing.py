"""What came back against what stands (回传比对): cell by cell, three sides.

The side it was given out with tells the clerk's own changes from those made here since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from bangfu.records.returns.reading import CODE
from bangfu.records.returns.sheets import REASON, ReturnColumn, ReturnRow
from bangfu.records.returns.subject import Standing, Subject
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.text import Text

__all__ = ["CellDifference", "RowDifference", "compare"]

#: same: as it stands. kept: left as it was given out. new: stood empty. changed: by the clerk
#: alone. conflict: by both. cleared: emptied by the clerk. faulty: cannot be read.
CellState = Literal["same", "kept", "new", "changed", "conflict", "cleared", "faulty"]


@dataclass(frozen=True, slots=True)
class CellDifference:
    """One cell: what came back, what stands, what it was given out with."""

    column: ReturnColumn
    state: CellState
    given: str
    stands: str
    base: str
    fault: Fault | None = None

    @property
    def needs_choice(self) -> bool:
        """Whether a person has to say which of the two holds."""
        return self.state in ("conflict", "cleared")


@dataclass(frozen=True, slots=True)
class RowDifference:
    """One row with the cells that came back."""

    row: ReturnRow
    line: int
    sheet: str
    standing: Standing
    cells: tuple[CellDifference, ...] = field(default_factory=tuple)
    reason: str = ""

    @property
    def moving(self) -> tuple[CellDifference, ...]:
        """The cells worth showing: those that would change, collide or cannot be read."""
        return tuple(cell for cell in self.cells if cell.state not in ("same", "kept"))

    def count(self, state: str) -> int:
        """How many cells are in a state."""
        return sum(cell.state == state for cell in self.cells)


def compare(
    subject: Subject, rows: Sequence[ReturnRow], returned: Mapping[str, Mapping[str, Any]]
) -> list[RowDifference]:
    """Compare the rows of a file with what stands now.

    Parameters
    ----------
    rows : the rows of the workbook as it was given out
    returned : by row number as text: {"sheet", "line", "cells": {column: text}}
    """
    present = [row for row in rows if str(row.n) in returned]
    standing = subject.standing(present)
    columns = {column.id: column for column in subject.columns}
    return [
        _row(subject, columns, row, standing.get(row.n, Standing()), returned[str(row.n)])
        for row in present
    ]


def _row(
    subject: Subject,
    columns: Mapping[str, ReturnColumn],
    row: ReturnRow,
    standing: Standing,
    told: Mapping[str, Any],
) -> RowDifference:
    cells: list[CellDifference] = []
    where = f"「{told['sheet']}」第 {told['line']} 行"
    for name, text in told["cells"].items():
        if name in (REASON, CODE):
            continue
        column = columns.get(name)
        if column is None:
            if text:
                cells.append(_gone(name, text, where))
            continue
        cells.append(_cell(subject, column, text, row, standing, where))
    reason = str(told["cells"].get(REASON, "")).strip()[:400]
    return RowDifference(row, told["line"], told["sheet"], standing, tuple(cells), reason)


def _cell(
    subject: Subject,
    column: ReturnColumn,
    text: str,
    row: ReturnRow,
    standing: Standing,
    where: str,
) -> CellDifference:
    base, stands = row.base.get(column.id, ""), standing.texts.get(column.id, "")
    read = subject.plain(column.id, text)
    if isinstance(read, Fault):
        fault = replace(read, where=f"{where}「{column.label.zh}」")
        return CellDifference(column, "faulty", text, stands, base, fault)
    return CellDifference(column, _state(read, stands, base), read, stands, base)


def _state(given: str, stands: str, base: str) -> CellState:
    if given == stands:
        return "same"
    if given == base:
        return "kept"
    if not given:
        return "cleared"
    if stands != base:
        return "conflict"
    return "changed" if stands else "new"


def _gone(name: str, text: str, where: str) -> CellDifference:
    fault = Fault(
        "RET-08",
        where,
        Text(
            f"「{name[:40]}」这一栏已停用，没有采用。",
            f"The column {name[:40]} is closed and was not taken.",
        ),
        Text("请用新下载的回传表填写。", "Use a newly downloaded workbook."),
    )
    column = ReturnColumn(name, Text(name, name), "text")
    return CellDifference(column, "faulty", text, "", "", fault)
