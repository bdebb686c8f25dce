"""The file given back with its faults marked (标注表): coloured cells, a note each, a column 问题.

The cells are those of the file as handed in; formulas come back as the values they showed.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any, Final

import xlsxwriter
from django.db.models import Min

from bangfu.programme.tables.findings import Findings
from bangfu.programme.tables.grids import Grid, read_grids
from bangfu.records.imports.models import ImportBatch
from bangfu.records.imports.storage import kept_bytes, suffix_of

__all__ = ["marked_copy"]

_HEAD: Final = "问题"
#: More notes than this make a workbook slow to open; the column says the rest.
_NOTES: Final = 5000
_NAME_LIMIT: Final = 31

#: sheet -> row -> [(column or 0, sentence)]
_Told = dict[str, dict[int, list[tuple[int, str]]]]


def marked_copy(batch: ImportBatch, *, language: str = "zh") -> bytes:
    """The workbook with every faulty cell marked."""
    told = _told(batch, language)
    findings = Findings()
    data, suffix = kept_bytes(batch.sha256), suffix_of(batch.file_name)
    grids = read_grids(data, suffix, where=batch.file_name, findings=findings)
    findings.raise_if_any()
    heads = _heads(batch)
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept, {"in_memory": True, "strings_to_formulas": False,
                                    "strings_to_urls": False}) as book:  # fmt: skip
        formats = {
            "bad": book.add_format({"bg_color": "#FFC7CE", "font_color": "#9C0006"}),
            "told": book.add_format({"font_color": "#9C0006", "text_wrap": True}),
        }
        for index, grid in enumerate(grids, start=1):
            page = book.add_worksheet((grid.sheet or f"Sheet{index}")[:_NAME_LIMIT])
            _write(page, grid, told.get(grid.sheet, {}), formats)
            if grid.sheet in heads:
                last = grid.first_column + grid.width
                page.write_string(heads[grid.sheet], last, _HEAD, formats["told"])
                page.set_column(last, last, 60)
    return kept.getvalue()


def _told(batch: ImportBatch, language: str) -> _Told:
    told: _Told = {}
    rows = batch.rows.filter(outcome="faulty").order_by("number")
    columns = ("sheet", "row_no", "column_no", "faults")
    for sheet, row_no, column_no, faults in rows.values_list(*columns).iterator(chunk_size=5000):
        sentences = [_sentence(fault, language) for fault in faults]
        told.setdefault(sheet, {}).setdefault(row_no, []).append((column_no, "；".join(sentences)))
    return told


def _sentence(fault: Mapping[str, str], language: str) -> str:
    message = fault["en" if language == "en" else "zh"]
    column = f"「{fault['column']}」" if fault.get("column") else ""
    return f"{column}{message}（{fault['code']}）"


def _write(
    page: Any, grid: Grid, told: Mapping[int, list[tuple[int, str]]], formats: Mapping[str, Any]
) -> None:
    first = grid.first_column
    notes = 0
    for *cells, row in grid.frame.iter_rows():
        faults = told.get(row, [])
        bad = {column - 1 for column, _ in faults}
        for index, cell in enumerate(cells):
            style = formats["bad"] if first + index in bad else None
            if cell is not None:
                page.write_string(row - 1, first + index, cell, style)
            elif style is not None:
                page.write_blank(row - 1, first + index, None, style)
        for column, sentence in faults:
            if notes < _NOTES and column:
                page.write_comment(row - 1, column - 1, sentence, {"x_scale": 2})
                notes += 1
        if faults:
            page.write_string(
                row - 1, first + grid.width, _joined(text for _, text in faults), formats["told"]
            )


def _joined(sentences: Iterable[str]) -> str:
    return "\n".join(dict.fromkeys(sentences))


def _heads(batch: ImportBatch) -> dict[str, int]:
    """For each sheet the row above its first line, from 0: where the head ends."""
    first = batch.rows.values_list("sheet").annotate(first=Min("row_no")).order_by("sheet")
    return {sheet: max(row - 2, 0) for sheet, row in first}
