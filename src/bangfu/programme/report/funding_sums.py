"""Sums of the money (资金合计): by payee, by payer, by year; to the fen, in 万元."""

from __future__ import annotations

import polars as pl

from bangfu.programme.report.context import ROWS_SHOWN, ReportContext
from bangfu.programme.report.numbers import TEN_THOUSAND_YUAN, in_ten_thousands
from bangfu.programme.report.parts import Cell, Column, Row, RowKind, Table, text_row
from bangfu.schemes.format import FundLine

__all__ = ["lines_in", "payee_table", "payer_label", "payer_table", "roles_in", "year_table"]

#: With more lines than this a table by payer shows sums only.
_LINES_ACROSS = 4


def payee_table(
    report: ReportContext, lines: list[FundLine], table: pl.DataFrame, year: int
) -> Table:
    """What each payee receives in the year, payer by payer, over all lines."""
    roles = roles_in(report, table)
    by_payee: dict[str, dict[str, int]] = {}
    for payee, role, fen in (
        table.group_by("payee", "payer_role", maintain_order=True)
        .agg(pl.col("share_fen").sum())
        .iter_rows()
    ):
        by_payee.setdefault(payee, {})[role] = fen
    clauses = report.clause_cell([clause for line in lines for clause in line.clauses])
    totals = {role: sum(found.get(role, 0) for found in by_payee.values()) for role in roles}
    rows = [
        _cross_row(payee, roles, found, clauses)
        for payee, found in list(by_payee.items())[:ROWS_SHOWN]
    ]
    rows.append(_cross_row(report.word("合计", "Total"), roles, totals, clauses, kind="total"))
    return Table(
        caption=report.word(f"{year} 年各收款方合计", f"Received by each payee in {year}"),
        columns=(
            Column(report.word("收款方", "Payee"), "wide"),
            *(Column(payer_label(report, role), "number") for role in roles),
            Column(report.word("合计", "Total"), "number"),
            report.clause_column(),
        ),
        rows=tuple(rows),
        unit=report.say(TEN_THOUSAND_YUAN),
        remarks=report.and_more(len(by_payee), len(rows) - 1, "funding"),
    )


def payer_table(
    report: ReportContext, lines: list[FundLine], table: pl.DataFrame, year: int
) -> Table:
    """What each payer bears in the year; line by line where there are few lines."""
    by_payer: dict[tuple[str, str], dict[str, int]] = {}
    for role, payer, line, fen in (
        table.group_by("payer_role", "payer", "line", maintain_order=True)
        .agg(pl.col("share_fen").sum())
        .iter_rows()
    ):
        by_payer.setdefault((role, payer), {})[line] = fen
    columns = [line.id for line in lines] if 1 < len(lines) <= _LINES_ACROSS else []
    rows: list[Row] = []
    for role in roles_in(report, table):
        rows += _role_rows(report, role, columns, by_payer)
    totals = dict(table.group_by("line").agg(pl.col("share_fen").sum()).iter_rows())
    clauses = _clauses_of(report, totals)
    rows.append(_cross_row(report.word("合计", "Total"), columns, totals, clauses, kind="total"))
    heads = [report.say(line.label) for line in lines if line.id in columns]
    return Table(
        caption=report.word(f"{year} 年各方承担", f"Borne by each payer in {year}"),
        columns=(
            Column(report.word("承担方", "Payer"), "wide"),
            *(Column(head, "number") for head in heads),
            Column(report.word("合计", "Total"), "number"),
            report.clause_column(),
        ),
        rows=tuple(rows),
        unit=report.say(TEN_THOUSAND_YUAN),
    )


def year_table(report: ReportContext, table: pl.DataFrame) -> Table:
    """Lines down, years across."""
    lines = lines_in(report, table)
    years = [str(year) for year in sorted(table["year"].unique().to_list())]
    sums: dict[str, dict[str, int]] = {line.id: {} for line in lines}
    for year, line, fen in (
        table.group_by("year", "line").agg(pl.col("share_fen").sum()).iter_rows()
    ):
        sums[line][str(year)] = fen
    rows = [
        _cross_row(report.say(line.label), years, sums[line.id], report.clause_cell(line.clauses))
        for line in lines
    ]
    if len(lines) > 1:
        totals = {year: sum(found.get(year, 0) for found in sums.values()) for year in years}
        clauses = _clauses_of(report, dict.fromkeys(sums, 0))
        rows.append(_cross_row(report.word("合计", "Total"), years, totals, clauses, kind="total"))
    return Table(
        caption=report.word("分年度应筹资金", "Money to raise by year"),
        columns=(
            Column(report.word("资金", "Line"), "wide"),
            *(Column(year, "number") for year in years),
            Column(report.word("合计", "Total"), "number"),
            report.clause_column(),
        ),
        rows=tuple(rows),
        unit=report.say(TEN_THOUSAND_YUAN),
    )


def lines_in(report: ReportContext, table: pl.DataFrame) -> list[FundLine]:
    present = set(table["line"].to_list())
    return [line for line in report.scheme.funding.lines if line.id in present]


def roles_in(report: ReportContext, table: pl.DataFrame) -> list[str]:
    """Payers in the order of the scheme; those it does not name come last."""
    present = list(dict.fromkeys(table["payer_role"].to_list()))
    order = [payer.id for payer in report.scheme.funding.payers]
    return sorted(present, key=lambda role: order.index(role) if role in order else len(order))


def payer_label(report: ReportContext, role: str) -> str:
    payer = next((p for p in report.scheme.funding.payers if p.id == role), None)
    if payer is not None:
        return report.say(payer.label)
    return report.word("文件未明确", "not stated in the document")


def _role_rows(
    report: ReportContext,
    role: str,
    columns: list[str],
    by_payer: dict[tuple[str, str], dict[str, int]],
) -> list[Row]:
    """The payers of one role, and their subtotal where there are several."""
    payers = {payer: found for (name, payer), found in by_payer.items() if name == role}
    rows = [
        _cross_row(_payer_name(report, role, payer), columns, found, _clauses_of(report, found))
        for payer, found in list(payers.items())[:ROWS_SHOWN]
    ]
    if len(payers) > 1:
        ids = dict.fromkeys(line for found in payers.values() for line in found)
        sums = {line: sum(found.get(line, 0) for found in payers.values()) for line in ids}
        label = payer_label(report, role)
        head = report.word(
            f"小计：{label}（{len(payers)} 个）", f"Subtotal: {label} ({len(payers)})"
        )
        clauses = _clauses_of(report, sums)
        rows.append(_cross_row(head, columns, sums, clauses, kind="subtotal"))
    return rows


def _payer_name(report: ReportContext, role: str, payer: str) -> str:
    known = next((p for p in report.scheme.funding.payers if p.id == role), None)
    if report.language == "zh" or known is None:
        return payer if known else payer_label(report, role)
    place = payer.removesuffix(f"（{known.label.zh}）")
    return known.label.en if place == known.label.zh else f"{place} ({known.label.en})"


def _cross_row(
    head: str, columns: list[str], sums: dict[str, int], clauses: Cell, *, kind: RowKind = "row"
) -> Row:
    """One amount per column, and their sum."""
    cells = [in_ten_thousands(sums.get(column)) or "—" for column in columns]
    return text_row([head, *cells, in_ten_thousands(sum(sums.values())), clauses], kind)


def _clauses_of(report: ReportContext, sums: dict[str, int]) -> Cell:
    """The clauses of the lines that a sum is made of."""
    lines = [line for line in report.scheme.funding.lines if line.id in sums]
    return report.clause_cell([clause for line in lines for clause in line.clauses])
