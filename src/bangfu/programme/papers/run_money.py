"""The sheets of numbers a superior asks for: quotas and money (任务数、资金), with their sums."""

from __future__ import annotations

import polars as pl

from bangfu.programme.papers.run_lists import more_rows
from bangfu.programme.papers.sheets import MOST_ROWS, Block, Column, Row, RowKind, cut
from bangfu.programme.report.context import ReportContext

__all__ = ["funding_sheet", "quotas_sheet"]

_SCOPES: dict[str, RowKind] = {"row": "row", "subtotal": "subtotal", "total": "total"}


def quotas_sheet(report: ReportContext) -> tuple[Block, ...]:
    """The table of quotas as it was reconciled, subtotals and totals in their place."""
    columns = (
        Column(report.word("类别", "Class"), "text", 18),
        Column(report.word("帮扶方", "Helper"), "text", 16),
        Column(report.word("受帮扶方", "Recipient"), "text", 16),
        Column(report.word("层次", "Layer"), "text", 22),
        Column(report.word("按比例", "By the ratio"), "count", 10),
        Column(report.word("文件公布", "Published"), "count", 10),
        Column(report.word("采用", "Used"), "count", 10),
        Column(report.word("公布减比例", "Published less ratio"), "count", 11),
        Column(report.word("条款", "Clauses"), "text", 18),
    )
    table = report.table("quotas")
    if table is None:
        return (Block(columns, (), note=report.word("没有任务数表。", "There are no quotas.")),)
    layers = {
        layer.id: report.say(layer.label)
        for quota in report.scheme.pairing.quotas
        for layer in quota.layers
    }
    layers["total"] = report.word("小计", "sum")
    words = {
        "subtotal": report.word("小计", "Subtotal"),
        "total": report.word("合计", "Total"),
    }
    rows = []
    for record in table.head(MOST_ROWS).iter_rows(named=True):
        scope = record["scope"]
        helper, recipient = record["helper"] or "", record["recipient"] or ""
        if scope == "subtotal":
            helper = f"{helper or recipient} {words[scope]}"
        elif scope == "total":
            helper = words[scope]
        known = record["class"] in report.class_labels
        rows.append(
            Row(
                (
                    report.class_label(record["class"]) if known else words["total"],
                    helper,
                    recipient if scope == "row" else "",
                    layers.get(record["layer"], record["layer"]),
                    record["rule_value"],
                    record["published_value"],
                    record["value"],
                    record["deviation"],
                    record["clauses"],
                ),
                _SCOPES.get(scope, "row"),
            )
        )
    return (Block(columns, rows),)


def funding_sheet(report: ReportContext) -> tuple[Block, ...]:
    """Every share with its sums by year; amounts in 万元."""
    columns = (
        Column(report.word("年份", "Year"), "text", 8),
        Column(report.word("资金", "Line"), "text", 26),
        Column(report.word("承担方", "Payer"), "text", 26),
        Column(report.word("受助方", "Payee"), "text", 18),
        Column(report.word("个数", "Units"), "count", 9),
        Column(report.word("标准（万元）", "Each (10,000 yuan)"), "money", 14),
        Column(report.word("总额（万元）", "Pool (10,000 yuan)"), "money", 15),
        Column(report.word("应承担（万元）", "Share (10,000 yuan)"), "money", 16),
        Column(report.word("依据", "Basis"), "text", 26),
        Column(report.word("条款", "Clauses"), "text", 26),
    )
    table = report.table("funding")
    if table is None:
        note = report.word(
            "没有可计算的资金：文件未明确，或缺少数据（见「未计算」）。",
            "No money could be worked out: nothing is stated, or data are missing.",
        )
        return (Block(columns, (), note=note),)
    lines = {line.id: report.say(line.label) for line in report.scheme.funding.lines}
    rows: list[Row] = []
    shown = table.sort("year", maintain_order=True)
    for (year,), part in shown.group_by("year", maintain_order=True):
        rows += [
            Row((str(year), lines.get(line, line), *rest, _basis(report, basis), clauses))
            for line, *rest, basis, clauses in part.select(
                *("line", "payer", "payee", "units", "unit_fen", "pool_fen", "share_fen"),
                *("basis", "clauses"),
            ).iter_rows()
        ]
        rows.append(_sum(report.word(f"{year} 小计", f"{year} subtotal"), part, "subtotal"))
    rows.append(_sum(report.word("合计", "Total"), table, "total"))
    blocks = [_by_payer(report, table)]
    detail = cut(columns, rows, table.height, more_rows(report, "funding"))
    if table.height <= MOST_ROWS:
        # Sums stand under their year as long as no row of the year is left out.
        detail = Block(columns, rows)
    blocks.append(Block(columns, detail.rows, report.word("逐项明细", "Every share"), detail.note))
    return tuple(blocks)


def _basis(report: ReportContext, basis: str | None) -> str:
    """What a share was worked out from; an element by its name instead of its id."""
    element, at, year = (basis or "").partition("@")
    known = report.scheme.catalogue.get(element)
    return f"{report.say(known.label)} {year}" if known and at else basis or ""


def _sum(label: str, part: pl.DataFrame, kind: RowKind) -> Row:
    return Row((label, *[""] * 6, int(part["share_fen"].sum()), "", ""), kind)


def _by_payer(report: ReportContext, table: pl.DataFrame) -> Block:
    """What each payer bears over the years, in the order of the table."""
    heads = (
        Column(report.word("序号", "No."), "count", 8),
        Column(report.word("承担方", "Payer"), "text", 26),
        Column(report.word("应承担合计（万元）", "Borne in all (10,000 yuan)"), "money", 20),
        Column(report.word("项数", "Shares"), "count", 10),
    )
    sums = table.group_by("payer", maintain_order=True).agg(
        pl.col("share_fen").sum(), pl.len().alias("number")
    )
    rows = [
        Row((place, *record))
        for place, record in enumerate(sums.head(MOST_ROWS).iter_rows(), start=1)
    ]
    total = int(table["share_fen"].sum())
    rows.append(Row(("", report.word("合计", "Total"), total, table.height), "total"))
    return Block(heads, rows, report.word("各方承担合计", "Borne by each payer"))
