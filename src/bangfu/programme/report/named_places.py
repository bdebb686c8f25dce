"""Places the document names (文件所列地名), as found in the table of places or not."""

from __future__ import annotations

import polars as pl

from bangfu.programme.report.context import ROWS_SHOWN, ReportContext
from bangfu.programme.report.parts import Cell, Column, Row, Section, Table, text_row
from bangfu.programme.report.words import MATCHES

__all__ = ["named_places_section"]


def named_places_section(report: ReportContext) -> Section | None:
    """Every name with the place it was found to be; those not found first."""
    table = report.table("named_places")
    if table is None:
        return None
    in_order = table.sort(pl.col("place_code").is_not_null(), maintain_order=True)
    notes = {
        "".join([*place.within, place.written]): report.say(place.note)
        for place in report.scheme.about.places
        if place.note is not None
    }
    shown = in_order.head(ROWS_SHOWN)
    named = Table(
        caption=report.word("文件所列地名与区划表对照", "Names of the document in the place table"),
        columns=(
            Column(report.word("文件写法", "As written"), "wide"),
            Column(report.word("编码", "Code"), "code"),
            Column(report.word("区划表名称", "Name in places")),
            Column(report.word("对照方式", "How found"), "wide"),
            Column(report.word("类别", "Class")),
            report.clause_column(),
        ),
        rows=tuple(_row(report, record, notes) for record in shown.iter_rows(named=True)),
        remarks=report.and_more(table.height, shown.height, "named_places"),
        long=True,
    )
    return Section("named_places", report.step_title("named_places"), (named,))


def _row(report: ReportContext, record: dict[str, str | None], notes: dict[str, str]) -> Row:
    how = record["how"] or ""
    remarks = [record["note"], notes.get(record["written"] or "")]
    return text_row(
        [
            record["written"] or "",
            record["place_code"] or "",
            record["name"] or "",
            Cell(
                report.say(MATCHES[how]) if how in MATCHES else how,
                tuple(remark for remark in remarks if remark),
                tone="warn" if record["place_code"] is None else "",
            ),
            report.class_label(record["class"]) if record["class"] else "",
            report.clause_cell(record["clauses"]),
        ]
    )
