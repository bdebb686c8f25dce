"""Money (资金): each line of the year by payee and payer, the payers' totals, the years.

Amounts are in 万元 in the tables, exact to the fen; the sums are those of the output table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from bangfu.programme.report.context import ROWS_SHOWN, ReportContext
from bangfu.programme.report.funding_sums import (
    lines_in,
    payee_table,
    payer_label,
    payer_table,
    roles_in,
    year_table,
)
from bangfu.programme.report.numbers import TEN_THOUSAND_YUAN, in_ten_thousands, whole
from bangfu.programme.report.parts import (
    Block,
    Cell,
    Column,
    Heading,
    Paragraph,
    Row,
    RowKind,
    Section,
    Table,
    text_row,
)
from bangfu.schemes.format import FundLine

__all__ = ["funding_section"]

#: Words of the column ``basis``, for the report in English.
_BASIS = {
    "名单": "list",
    "文件个数": "declared numbers",
    "任务安排表": "quota table",
    "比例待定": "ratio not set",
}
_ELEMENT_BASIS = re.compile(r"^(\w+)@(\d{4})$")


def funding_section(report: ReportContext) -> Section | None:
    """The year of the run (or the last one there is) line by line, then its sums, then years."""
    if not report.scheme.funding.lines:
        return None
    title = report.step_title("funding")
    table = report.table("funding")
    if table is None:
        return Section("funding", title, report.nothing("funding"))
    year = _year_to_show(report, table)
    this_year = table.filter(pl.col("year") == year)
    lines = lines_in(report, this_year)
    blocks: list[Block] = [
        Heading(report.word(f"{year} 年资金", f"Money of {year}")),
        *_other_year(report, year),
        _line_table(report, lines, this_year, year),
    ]
    if len(lines) > 1:
        blocks.append(payee_table(report, lines, this_year, year))
    blocks += [
        payer_table(report, lines, this_year, year),
        Heading(report.word("分年度资金", "Money by year")),
        year_table(report, table),
    ]
    return Section("funding", title, tuple(blocks))


def _year_to_show(report: ReportContext, table: pl.DataFrame) -> int:
    years = sorted(int(year) for year in table["year"].unique())
    return report.result.as_of.year if report.result.as_of.year in years else years[-1]


def _other_year(report: ReportContext, year: int) -> list[Block]:
    """A word where the year of the run itself has no money to show."""
    own = report.result.as_of.year
    if own == year:
        return []
    text = report.word(
        f"{own} 年没有可计算的资金，以下为最近有数的 {year} 年。",
        f"Nothing could be worked out for {own}; what follows is {year}, the last year there is.",
    )
    return [Paragraph(text, "warn")]


def _line_table(
    report: ReportContext, lines: list[FundLine], table: pl.DataFrame, year: int
) -> Table:
    """Payees under each line, payers across; a payer is named where it differs by row."""
    roles = roles_in(report, table)
    rows: list[Row] = []
    more: list[str] = []
    for line in lines:
        part = table.filter(pl.col("line") == line.id)
        if len(lines) > 1:
            colon = report.word("：", ": ")
            label = f"{report.say(line.label)}{colon}{report.say(line.purpose)}"
            rows.append(Row((Cell(label),), "group"))
        shown, number = _payee_rows(report, part, roles)
        rows += shown
        more += report.and_more(number, len(shown), "funding")
        head = report.word("小计", "Subtotal") if len(lines) > 1 else report.word("合计", "Total")
        kind: RowKind = "subtotal" if len(lines) > 1 else "total"
        rows.append(_total_row(report, head, part, roles, line.clauses, kind=kind))
    if len(lines) > 1:
        clauses = [clause for line in lines for clause in line.clauses]
        head = report.word("合计", "Total")
        rows.append(_total_row(report, head, table, roles, clauses, kind="total"))
    return Table(
        caption=report.word(f"{year} 年各项资金", f"Money of {year}, by line"),
        columns=(
            Column(report.word("收款方", "Payee")),
            Column(report.word("数量", "Units"), "number"),
            Column(report.word("标准", "Standard"), "number"),
            Column(report.word("应筹", "To raise"), "number"),
            *(Column(payer_label(report, role), "number") for role in roles),
            Column(report.word("依据", "Basis")),
            report.clause_column(),
        ),
        rows=tuple(rows),
        unit=report.say(TEN_THOUSAND_YUAN),
        spans=(("", 4), (report.word("承担方", "Borne by"), len(roles)), ("", 2)),
        remarks=tuple(dict.fromkeys(more)),
    )


def _payee_rows(
    report: ReportContext, part: pl.DataFrame, roles: list[str]
) -> tuple[list[Row], int]:
    """The first rows of a line, and how many it has."""
    # The rows of one group stand once per payer: the n-th row of a payer belongs to group n.
    groups = part.with_columns(
        pl.int_range(pl.len()).over("payee_code", "payee", "payer_role").alias("group")
    ).group_by("payee_code", "payee", "group", maintain_order=True)
    rows: list[Row] = []
    number = 0
    for _, group in groups:
        number += 1
        if len(rows) < ROWS_SHOWN:
            rows.append(_payee_row(report, group.to_dicts(), roles))
    return rows, number


def _total_row(
    report: ReportContext,
    head: str,
    part: pl.DataFrame,
    roles: list[str],
    clauses: Sequence[str],
    *,
    kind: RowKind,
) -> Row:
    """Sums of a line or of the year; units of different lines are not added."""
    sums = dict(part.group_by("payer_role").agg(pl.col("share_fen").sum()).iter_rows())
    units = ""
    if part["line"].n_unique() == 1 and part.height:
        first = part["payer_role"][0]
        units = whole(int(part.filter(pl.col("payer_role") == first)["units"].sum()))
    return text_row(
        [
            head,
            units,
            "",
            in_ten_thousands(int(part["share_fen"].sum())),
            *(in_ten_thousands(sums.get(role)) or "—" for role in roles),
            "",
            report.clause_cell(clauses),
        ],
        kind,
    )


def _payee_row(report: ReportContext, records: list[dict[str, object]], roles: list[str]) -> Row:
    by_role = {str(record["payer_role"]): record for record in records}
    first = records[0]
    cells = [_share_cell(report, by_role.get(role)) for role in roles]
    return text_row(
        [
            str(first["payee"]),
            whole(_int(first["units"])),
            in_ten_thousands(_int(first["unit_fen"])),
            in_ten_thousands(_int(first["pool_fen"])),
            *cells,
            _basis(report, str(first["basis"] or "")),
            report.clause_cell(str(first["clauses"] or "")),
        ]
    )


def _share_cell(report: ReportContext, record: dict[str, object] | None) -> Cell:
    """A share, with the name of the payer where it is a place other than the payee."""
    if record is None:
        return Cell("—", tone="muted")
    role = str(record["payer_role"])
    payer = next((p for p in report.scheme.funding.payers if p.id == role), None)
    code = record["payer_code"]
    named = payer is not None and payer.at == "helper" and code is not None
    notes = (str(record["payer"]).removesuffix(f"（{payer.label.zh}）"),) if payer and named else ()
    return Cell(in_ten_thousands(_int(record["share_fen"])), notes)


def _int(number: object) -> int | None:
    return number if isinstance(number, int) else None


def _basis(report: ReportContext, basis: str) -> str:
    return "；".join(_basis_part(report, part) for part in basis.split("；") if part)


def _basis_part(report: ReportContext, part: str) -> str:
    match = _ELEMENT_BASIS.match(part)
    if match and match[1] in report.scheme.catalogue:
        element = report.scheme.catalogue[match[1]]
        return report.word(f"{match[2]} 年{element.name}", f"{element.label.en}, {match[2]}")
    return report.word(part, _BASIS.get(part, part))
