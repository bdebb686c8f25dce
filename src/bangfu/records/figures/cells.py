"""Cells of a return (栏目取值): what somebody wants to write, against what stands.

Reads every cell, finds what collides with somebody else's change, writes what is right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from bangfu.records.catalogue.models import FormColumn
from bangfu.records.figures.models import Observation
from bangfu.records.figures.values import Value, read_value, value_of, write_value
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.text import Text

__all__ = ["CellInput", "Conflict", "Intended", "RowPlan", "plan_row"]

_LONGEST_REASON: Final = 400


@dataclass(frozen=True, slots=True)
class CellInput:
    """What somebody wants in one cell.

    ``reason`` None keeps the reason that stands. ``base`` is the text the person saw there when
    the page was opened, where it is known: it tells the own changes from those of others.
    """

    text: str
    reason: str | None = None
    base: str | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """One cell two people changed: what the person wants, what stands, what both started from."""

    element: str
    label: Text
    mine: str
    theirs: str
    base: str | None


@dataclass(frozen=True, slots=True)
class Intended:
    """One cell that will be written."""

    column: FormColumn
    value: Value
    reason: str


@dataclass
class RowPlan:
    """What saving one return would do."""

    writes: list[Intended] = field(default_factory=list)
    faults: dict[str, tuple[Fault, ...]] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)


def plan_row(
    columns: Sequence[FormColumn],
    values: Mapping[str, CellInput],
    standing: Mapping[int, Observation],
    *,
    is_stale: bool,
    where: str,
) -> RowPlan:
    """Decide what to write for one return; cells that stand as wanted are left alone.

    Parameters
    ----------
    columns : the open columns of the form
    values : by the element's code; codes that the form has not are faults
    standing : the figures there are, by the element's id
    is_stale : whether the return was changed after the person opened it
    where : the row as the person knows it, for faults
    """
    plan = RowPlan()
    known = {column.element.element: column for column in columns}
    for code in values.keys() - known.keys():
        plan.faults[code] = (_unknown_column(code, where),)
    for code, column in known.items():
        if code in values:
            _plan_cell(plan, column, values[code], standing.get(column.element_id), is_stale, where)
    return plan


def _plan_cell(
    plan: RowPlan,
    column: FormColumn,
    cell: CellInput,
    held: Observation | None,
    is_stale: bool,
    where: str,
) -> None:
    element, code = column.element, column.element.element
    read = read_value(element, cell.text, column.unit)
    if isinstance(read, Fault):
        plan.faults[code] = (replace(read, where=where),)
        return
    stands = value_of(held) if held is not None else Value()
    reason = (held.reason if held else "") if cell.reason is None else cell.reason.strip()
    if len(reason) > _LONGEST_REASON:
        plan.faults[code] = (_long_reason(column, where),)
        return
    if read == stands and (cell.reason is None or reason == (held.reason if held else "")):
        return
    if read != stands and _collides(column, cell, read, stands, is_stale):
        theirs = write_value(element, stands, column.unit)
        label = Text(element.label_zh, element.label_en)
        plan.conflicts.append(Conflict(code, label, cell.text, theirs, cell.base))
        return
    if read != stands and _is_untouched(column, cell, read):
        return
    if held is not None and held.locked:
        plan.faults[code] = (_locked(column, where),)
        return
    plan.writes.append(Intended(column, read, reason))


def _collides(
    column: FormColumn, cell: CellInput, mine: Value, stands: Value, is_stale: bool
) -> bool:
    """Whether somebody else changed the cell which the person changes too."""
    if cell.base is None:
        return is_stale
    base = read_value(column.element, cell.base, column.unit)
    return base not in (stands, mine)


def _is_untouched(column: FormColumn, cell: CellInput, mine: Value) -> bool:
    """Whether the person left the cell as it was shown, so that another's change stays."""
    return cell.base is not None and read_value(column.element, cell.base, column.unit) == mine


def _unknown_column(code: str, where: str) -> Fault:
    return Fault(
        "DAT-08",
        where,
        Text(f"这张报表没有「{code[:60]}」这一栏。", f"The form has no column {code[:60]}."),
        Text("请用最新的报表填写。", "Use the form as it is now."),
    )


def _long_reason(column: FormColumn, where: str) -> Fault:
    label = column.element
    return Fault(
        "DAT-09",
        where,
        Text(
            f"「{label.label_zh}」的说明最多 {_LONGEST_REASON} 字。",
            f"The reason for {label.label_en} has at most {_LONGEST_REASON} characters.",
        ),
    )


def _locked(column: FormColumn, where: str) -> Fault:
    label = column.element
    return Fault(
        "DAT-10",
        where,
        Text(
            f"「{label.label_zh}」已审核锁定，不能直接修改。",
            f"{label.label_en} is approved and locked.",
        ),
        Text(
            "确需修改的，请审核单位重新打开已审核的报表。",
            "Ask the reviewing office to re-open the approved return.",
        ),
    )
