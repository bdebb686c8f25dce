"""Conditions on the people posted (选派条件): breaches and open points per rule.

Names a place and a row of the table of staff; what was found about the person stays in the file.
"""

from __future__ import annotations

import polars as pl

from bangfu.programme.report.context import ROWS_SHOWN, ReportContext
from bangfu.programme.report.numbers import figure_words, whole
from bangfu.programme.report.parts import Block, Cell, Column, Row, Section, Table, text_row
from bangfu.programme.report.words import NOT_KNOWN
from bangfu.schemes.format import PersonRule

__all__ = ["people_section"]


def people_section(report: ReportContext) -> Section | None:
    """One row per rule; then the rows of the table of staff to be looked at."""
    rules = [rule for rule in report.scheme.staffing.person_rules if rule.kind != "note"]
    table = report.result.tables.get("staff_findings")
    if not rules:
        return None
    title = report.step_title("people")
    if table is None:
        return Section("people", title, report.nothing("people"))
    counts = {
        (rule, finding): number
        for rule, finding, number in table.group_by("rule", "finding").len().iter_rows()
    }
    blocks: list[Block] = [
        Table(
            caption=report.word("选派条件核对", "Conditions on people posted"),
            columns=(
                Column(report.word("条件", "Condition"), "wide"),
                Column(report.word("界限", "Limit")),
                Column(report.word("不符", "Not met"), "number"),
                Column(report.say(NOT_KNOWN), "number"),
                report.clause_column(),
            ),
            rows=tuple(_rule_row(report, rule, counts) for rule in rules),
            unit=report.word("人", "persons"),
        )
    ]
    if not table.is_empty():
        blocks.append(_rows_to_look_at(report, rules, table))
    return Section("people", title, tuple(blocks))


def _rule_row(report: ReportContext, rule: PersonRule, counts: dict[tuple[str, str], int]) -> Row:
    limit = report.result.figures.get(f"staffing.{rule.id}.limit")
    breaches = counts.get((rule.id, "violation"), 0)
    unknown = counts.get((rule.id, "unknown"), 0)
    return text_row(
        [
            report.say(rule.label),
            figure_words(limit, report.language) if limit else "",
            Cell(whole(breaches), tone="bad" if breaches else ""),
            Cell(whole(unknown), tone="warn" if unknown else ""),
            report.clause_cell(rule.clauses),
        ]
    )


def _rows_to_look_at(report: ReportContext, rules: list[PersonRule], table: pl.DataFrame) -> Table:
    labels = {rule.id: report.say(rule.label) for rule in rules}
    breaches_first = table.sort(pl.col("finding") != "violation", maintain_order=True)
    shown = breaches_first.head(ROWS_SHOWN)
    rows = [
        text_row(
            [
                labels.get(rule, rule),
                code or "",
                _staff_row(report, holder or ""),
                Cell(report.word("不符", "not met"), tone="bad")
                if finding == "violation"
                else Cell(report.say(NOT_KNOWN), tone="warn"),
                report.clause_cell(clauses),
            ]
        )
        for rule, code, holder, finding, clauses in shown.select(
            "rule", "place_code", "holder", "finding", "clauses"
        ).iter_rows()
    ]
    return Table(
        caption=report.word("须核对的选派记录", "Records of staff to look at"),
        columns=(
            Column(report.word("条件", "Condition"), "wide"),
            Column(report.word("单位编码", "Place"), "code"),
            Column(report.word("选派人员表", "Table of staff")),
            Column(report.word("结果", "Finding")),
            report.clause_column(),
        ),
        rows=tuple(rows),
        remarks=report.and_more(table.height, shown.height, "staff_findings"),
        long=True,
    )


def _staff_row(report: ReportContext, holder: str) -> str:
    number = holder.removeprefix("row ")
    return report.word(f"第 {number} 行", f"row {number}") if number.isdigit() else holder
