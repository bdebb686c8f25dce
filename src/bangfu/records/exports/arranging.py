"""An export as the office wants it (按我的台账排列): its columns, its order, its own titles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bangfu.records.exports.tables import ExportColumn, ExportTable
from bangfu.records.ground.refusals import refuse
from bangfu.vocabulary.text import Text

__all__ = ["arranged", "checked_columns"]

#: Columns a layout may have, and characters of a title.
_MOST = 80
_LONGEST = 60


def checked_columns(columns: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """A layout's columns in their plain form; what does not fit is refused."""
    kept: list[dict[str, str]] = []
    for one in columns:
        names = set(one)
        if "own" in one and names <= {"own", "text"} and str(one["own"]).strip():
            kept.append({"own": _short(one["own"]), "text": _short(one.get("text", ""))})
        elif "id" in one and names <= {"id", "title"}:
            told = {"id": str(one["id"])[:100]}
            title = _short(one.get("title", ""))
            kept.append({**told, "title": title} if title else told)
        else:
            raise refuse(
                "EXP-01",
                Text("栏目设置不完整。", "A column of the layout is not complete."),
                remedy=Text("请重新选择栏目后保存。", "Choose the columns again and save."),
            )
    if not kept or len(kept) > _MOST:
        raise refuse(
            "EXP-02",
            Text(f"请选择 1 至 {_MOST} 个栏目。", f"Choose 1 to {_MOST} columns."),
        )
    return kept


def arranged(table: ExportTable, columns: Sequence[Mapping[str, str]], title: str) -> ExportTable:
    """The table with a layout's columns; one the table no longer has is left out."""
    known = {column.id: column for column in table.columns}
    chosen: list[ExportColumn] = []
    for number, one in enumerate(columns):
        if "own" in one:
            text = Text(one["own"], one["own"])
            chosen.append(ExportColumn(f"own_{number}", text, own_text=one.get("text", "")))
        elif one["id"] in known:
            column = known[one["id"]]
            own = one.get("title")
            chosen.append(replace(column, title=Text(own, own)) if own else column)
    if not chosen:
        raise refuse(
            "EXP-03",
            Text("这份我的台账的栏目都已停用。", "All columns of the layout are closed."),
            remedy=Text("请重新选择栏目后保存。", "Choose the columns again and save."),
        )
    named = Text(title, title) if title else table.title
    return replace(table, columns=tuple(chosen), title=named)


def _short(text: Any) -> str:
    plain = "".join(letter for letter in str(text) if ord(letter) >= 32)
    return plain.strip()[:_LONGEST]
