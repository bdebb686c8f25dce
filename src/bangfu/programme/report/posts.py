"""Posts (名额与到位): required and present per slot, and the places that fall short."""

from __future__ import annotations

import polars as pl

from bangfu.programme.report.context import ROWS_SHOWN, ReportContext
from bangfu.programme.report.numbers import whole
from bangfu.programme.report.parts import Block, Cell, Column, Row, Section, Table, text_row
from bangfu.programme.report.words import NOT_KNOWN
from bangfu.schemes.format import Slot
from bangfu.schemes.format.clusters import ClusterLeader

__all__ = ["posts_section"]


def posts_section(report: ReportContext) -> Section | None:
    """Slots of the scheme with their counts; then the gaps, place by place."""
    slots = _slots(report)
    if not slots:
        return None
    title = report.step_title("slots")
    table = report.table("slots")
    if table is None:
        step = "slots" if report.scheme.staffing.slots else "clusters"
        return Section("slots", title, report.nothing(step))
    if "cluster_code" not in table.columns:
        table = table.with_columns(pl.lit(None, dtype=pl.String).alias("cluster_code"))
    blocks: list[Block] = [_by_slot(report, table, slots)]
    short = table.filter(pl.col("gap").fill_null(0) > 0)
    if not short.is_empty():
        blocks.append(_gaps(report, short, slots))
    return Section("slots", title, tuple(blocks))


def _slots(report: ReportContext) -> dict[str, Slot | ClusterLeader]:
    """Posts at places, and leaders responsible for a cluster."""
    posts: tuple[Slot | ClusterLeader, ...] = (
        *report.scheme.staffing.slots,
        *report.scheme.clusters.leaders,
    )
    return {post.id: post for post in posts}


def _by_slot(
    report: ReportContext, table: pl.DataFrame, slots: dict[str, Slot | ClusterLeader]
) -> Table:
    counts = table.group_by("slot", maintain_order=True).agg(
        pl.len().alias("places"),
        pl.col("required", "present", "gap", "excess").sum(),
        pl.col("present").null_count().alias("unknown"),
        pl.col("clauses").first(),
    )
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


def _slot_row(
    report: ReportContext, slot: Slot | ClusterLeader | None, record: dict[str, object]
) -> Row:
    unknown = record["unknown"]
    nothing_known = unknown == record["places"]
    blank = Cell(report.say(NOT_KNOWN), tone="warn")
    notes: tuple[str, ...] = ()
    if isinstance(slot, Slot) and not slot.counts_in_total:
        notes = (report.word("规模要求，不计入合计", "rule on size, not in the total"),)
    return Row(
        (
            Cell(report.say(slot.label) if slot else str(record["slot"]), notes),
            Cell(_where(report, slot)),
            _count(record["places"]),
            _count(record["required"]),
            blank if nothing_known else _count(record["present"]),
            blank if nothing_known else _count(record["gap"], alert=True),
            blank if nothing_known else _count(record["excess"], alert=True),
            _count(unknown, alert=True),
            report.clause_cell(str(record["clauses"] or "")),
        )
    )


def _where(report: ReportContext, slot: Slot | ClusterLeader | None) -> str:
    """What a post stands at: classes of places, or every cluster."""
    if isinstance(slot, ClusterLeader):
        return report.word("片区", "village clusters")
    return report.joined(report.class_label(name) for name in slot.classes) if slot else ""


def _count(number: object, *, alert: bool = False) -> Cell:
    text = whole(number) if isinstance(number, int) else ""
    return Cell(text, tone="warn" if alert and number else "")


def _gaps(
    report: ReportContext, short: pl.DataFrame, slots: dict[str, Slot | ClusterLeader]
) -> Table:
    shown = short.head(ROWS_SHOWN)
    rows = [
        text_row(
            [
                _at(report, code, cluster),
                name or "",
                report.say(slots[slot].label) if slot in slots else slot,
                whole(required),
                whole(present, report.say(NOT_KNOWN)),
                Cell(whole(gap), tone="warn"),
                report.clause_cell(clauses),
            ]
        )
        for code, cluster, name, slot, required, present, gap, clauses in shown.select(
            "place_code", "cluster_code", "name", "slot", "required", "present", "gap", "clauses"
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


def _at(report: ReportContext, place: str | None, cluster: str | None) -> Cell:
    """The code of a place; a cluster has one of its own, and the place is its hub village."""
    if cluster is None:
        return Cell(place or "")
    return Cell(cluster, (report.word(f"重点村 {place}", f"hub {place}"),) if place else ())
