"""Posts (名额与到位): required and present per slot, and the places that fall short."""

from __future__ import annotations

import polars as pl

from bangfu.programme.report.context import ROWS_SHOWN, ReportContext
from bangfu.programme.report.numbers import whole
from bangfu.programme.report.parts import Block, Cell, Column, Row, Section, Table, text_row
from bangfu.programme.report.words import NOT_KNOWN
from bangfu.schemes.format import Slot

__all__ = ["posts_section"]


def posts_section(report: ReportContext) -> Section | None:
    """Slots of the scheme with their counts; then the gaps, place by place."""
    if not report.scheme.staffing.slots:
        return None
    title = report.step_title("slots")
    table = report.table("slots")
    if table is None:
        return Section("slots", title, report.nothing("slots"))
    blocks: list[Block] = [_by_slot(report, table)]
    short = table.filter(pl.col("gap").fill_null(0) > 0)
    if not short.is_empty():
        blocks.append(_gaps(report, short))
    return Section("slots", title, tuple(blocks))


def _by_slot(report: ReportContext, table: pl.DataFrame) -> Table:
    counts = table.group_by("slot", maintain_order=True).agg(
        pl.len().alias("places"),
        pl.col("required", "present", "gap", "excess").sum(),
        pl.col("present").null_count().alias("unknown"),
        pl.col("clauses").first(),
    )
    slots = {slot.id: slot for slot in report.scheme.staffing.slots}
    return Table(
        caption=report.word("名额和到位情况", "Posts required and filled"),
        columns=(
            Column(report.word("岗位、力量", "Post"), "wide"),
            Column(report.word("适用类别", "Classes")),
            Column(report.word("单位数", "Places"), "number"),
            Column(report.word("应有", "Required"), "number"),
            Column(report.word("已到位", "Present"), "number"),
            Column(report.word("缺", "Gap"), "number"),
            Column(report.word("超", "Excess"), "number"),
            Column(report.word("待核实单位", "Places unknown"), "number"),
            report.clause_column(),
        ),
        rows=tuple(
            _slot_row(report, slots.get(record["slot"]), record)
            for record in counts.iter_rows(named=True)
        ),
        unit=report.word("个", "number of posts"),
        remarks=(
            report.word(
                "不计入名额合计的为规模要求。「待核实」不按零计。",
                "Rules on size add no post of their own. What is unknown is not counted as none.",
            ),
        ),
    )


def _slot_row(report: ReportContext, slot: Slot | None, record: dict[str, object]) -> Row:
    unknown = record["unknown"]
    nothing_known = unknown == record["places"]
    blank = Cell(report.say(NOT_KNOWN), tone="warn")
    notes: tuple[str, ...] = ()
    if slot is not None and not slot.counts_in_total:
        notes = (report.word("规模要求，不计入合计", "rule on size, not in the total"),)
    return Row(
        (
            Cell(report.say(slot.label) if slot else str(record["slot"]), notes),
            Cell(report.joined(report.class_label(name) for name in slot.classes) if slot else ""),
            _count(record["places"]),
            _count(record["required"]),
            blank if nothing_known else _count(record["present"]),
            blank if nothing_known else _count(record["gap"], alert=True),
            blank if nothing_known else _count(record["excess"], alert=True),
            _count(unknown, alert=True),
            report.clause_cell(str(record["clauses"] or "")),
        )
    )


def _count(number: object, *, alert: bool = False) -> Cell:
    text = whole(number) if isinstance(number, int) else ""
    return Cell(text, tone="warn" if alert and number else "")


def _gaps(report: ReportContext, short: pl.DataFrame) -> Table:
    labels = {slot.id: slot.label for slot in report.scheme.staffing.slots}
    shown = short.head(ROWS_SHOWN)
    rows = [
        text_row(
            [
                code,
                name or "",
                report.say(labels[slot]) if slot in labels else slot,
                whole(required),
                whole(present, report.say(NOT_KNOWN)),
                Cell(whole(gap), tone="warn"),
                report.clause_cell(clauses),
            ]
        )
        for code, name, slot, required, present, gap, clauses in shown.select(
            "place_code", "name", "slot", "required", "present", "gap", "clauses"
        ).iter_rows()
    ]
    return Table(
        caption=report.word("缺额单位", "Places that fall short"),
        columns=(
            Column(report.word("编码", "Code"), "code"),
            Column(report.word("名称", "Name")),
            Column(report.word("岗位、力量", "Post"), "wide"),
            Column(report.word("应有", "Required"), "number"),
            Column(report.word("已到位", "Present"), "number"),
            Column(report.word("缺", "Gap"), "number"),
            report.clause_column(),
        ),
        rows=tuple(rows),
        unit=report.word("个", "number of posts"),
        remarks=report.and_more(short.height, shown.height, "slots"),
        long=True,
    )
