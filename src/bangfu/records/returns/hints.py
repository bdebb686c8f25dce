"""What a cell of a return workbook tells who fills it (填写提示): accepted values, in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bangfu.records.returns.sheets import ReturnColumn

__all__ = ["Hint", "hint_of"]


@dataclass(frozen=True, slots=True)
class Hint:
    """The words beside the cell, what is accepted, and the spreadsheet's own rule."""

    words: str
    accepted: str
    rule: dict[str, Any] = field(default_factory=dict)
    options: tuple[str, ...] = ()


def hint_of(column: ReturnColumn) -> Hint:
    """The hint of a column."""
    unit = f"单位：{column.unit}。" if column.unit else ""
    if column.kind == "choice":
        return Hint("请从下拉列表中选一个。", "只能从下拉列表中选。", options=column.choices)
    if column.kind == "bool":
        return Hint("请选 是 或 否；不清楚的留空。", "只能填 是 或 否。", options=("是", "否"))
    if column.kind == "date":
        rule = {
            "validate": "date",
            "criteria": "between",
            "minimum": date(1950, 1, 1),
            "maximum": date(2100, 12, 31),
        }
        return Hint("写到日，例如 2026-08-28。", "日期写到日，例如 2026-08-28。", rule)
    if column.kind == "count":
        rule = {"validate": "integer", "criteria": "between", "minimum": -(10**9), "maximum": 10**9}
        return Hint(f"{unit}只填整数，不写单位。", f"这一栏只填整数。{unit}", rule)
    if column.kind in ("money", "number"):
        rule = {
            "validate": "decimal",
            "criteria": "between",
            "minimum": -(10**12),
            "maximum": 10**12,
        }
        return Hint(f"{unit}只填数字，例如 32.5。", f"这一栏只填数字，例如 32.5。{unit}", rule)
    rule = {"validate": "length", "criteria": "<=", "value": 400}
    return Hint("最多 400 字，请写全，不写同上。", "最多 400 字。", rule)
