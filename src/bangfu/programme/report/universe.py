"""The universe of a list (范围): what lies outside it, and how the place table compares.

Out of scope is not unknown: the rule does not speak of these places, and the report says why.
"""

from __future__ import annotations

import polars as pl

from bangfu.programme.report.context import ReportContext
from bangfu.programme.report.numbers import signed, whole
from bangfu.programme.report.parts import (
    Block,
    Cell,
    Column,
    Heading,
    Paragraph,
    Row,
    Table,
    text_row,
)

__all__ = ["out_of_scope", "universe_differences"]


def out_of_scope(report: ReportContext) -> list[Block]:
    """Places of the level the rule does not speak of, counted by reason."""
    table = report.table("out_of_scope")
    if table is None:
        return []
    counts = table.group_by("list", "reason", "clauses", maintain_order=True).len()
    remark = report.word(
        "不在范围内不等于待核实；逐个单位见结果文件 out_of_scope.csv。",
        "Out of scope is not unknown; each place stands in out_of_scope.csv.",
    )
    return [
        Heading(report.word("不在范围内的单位", "Places out of scope")),
        Table(
            caption=report.word("不在范围内的单位，按原因", "Places out of scope, by reason"),
            columns=(
                Column(report.word("名单", "List"), "wide"),
                Column(report.word("原因", "Reason"), "wide"),
                Column(report.word("个数", "Number"), "number"),
                report.clause_column(),
            ),
            rows=tuple(_reason_rows(report, counts)),
            remarks=(remark,),
        ),
    ]


def _reason_rows(report: ReportContext, counts: pl.DataFrame) -> list[Row]:
    english = {
        rule.reason.zh: rule.reason.en
        for target_list in report.scheme.targeting.lists
        for rule in target_list.universe.out_of_scope
    }
    english["不在方案规定的范围内"] = "outside the scope the scheme declares"
    labels = {found.id: found.label for found in report.scheme.targeting.lists}
    return [
        text_row(
            [
                report.say(labels[list_id]) if list_id in labels else list_id,
                report.word(reason, english.get(reason, reason)),
                whole(number),
                report.clause_cell(clauses),
            ]
        )
        for list_id, reason, clauses, number in counts.iter_rows()
    ]


def universe_differences(report: ReportContext) -> list[Block]:
    """The place table against the published numbers; only where they differ."""
    table = report.table("universe_by_city")
    if table is None:
        return []
    heading = Heading(report.word("区划表与文件个数对照", "Place table against the document"))
    differing = table.filter(pl.col("difference") != 0)
    if differing.is_empty():
        text = report.word(
            f"{table.height} 个地方全部一致。", f"All {table.height} places above agree."
        )
        return [heading, Paragraph(text)]
    agree = table.height - differing.height
    remark = report.word(f"其余 {agree} 个地方一致。", f"The other {agree} places agree.")
    return [
        heading,
        Table(
            caption=report.word("个数不一致的地方", "Where the numbers differ"),
            columns=(
                Column(report.word("地方", "Place")),
                Column(report.word("区划表", "In places"), "number"),
                Column(report.word("文件", "Document"), "number"),
                Column(report.word("相差", "Difference"), "number"),
                Column(report.word("已知原因", "Known reason"), "wide"),
                report.clause_column(),
            ),
            rows=tuple(_differences(report, table, differing)),
            unit=report.word("个", "number of places"),
            remarks=(remark,) if agree else (),
        ),
    ]


def _differences(report: ReportContext, table: pl.DataFrame, differing: pl.DataFrame) -> list[Row]:
    """One row per place above that differs, and the sum over all."""
    lists = report.scheme.targeting.lists
    notes = {
        known.place_code: report.say(known.note)
        for target_list in lists
        for known in target_list.universe.known_differences
    }
    clauses = report.clause_cell(
        [
            clause
            for found in lists
            if found.universe.compare_by
            for clause in found.universe.clauses
        ]
    )
    columns = ("place_code", "name", "in_places", "published", "difference", "note")
    rows = [
        text_row(
            [
                name,
                whole(here),
                whole(there),
                Cell(signed(gap), tone="warn"),
                notes.get(code, note),
                clauses,
            ]
        )
        for code, name, here, there, gap, note in differing.select(columns).iter_rows()
    ]
    here, there, gap = table.select(pl.col("in_places", "published", "difference").sum()).row(0)
    cells: list[str | Cell] = [
        report.word("全部合计", "All"),
        whole(here),
        whole(there),
        signed(gap),
        "",
        clauses,
    ]
    return [*rows, text_row(cells, "total")]
