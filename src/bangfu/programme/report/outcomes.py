"""Evaluation, leaving the list, registers (考核评价、退出、台账): the last steps of the chain.

Scores and ranks are for inside use: the tables say so.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import polars as pl

from bangfu.engine.registers import coverage_totals
from bangfu.programme.report.context import ROWS_SHOWN, ReportContext
from bangfu.programme.report.numbers import points, whole
from bangfu.programme.report.parts import Block, Cell, Column, Row, Section, Table, Tone, text_row
from bangfu.programme.report.words import NOT_KNOWN, RETENTION_STATES, VERDICTS
from bangfu.schemes.format import EvaluationPart

__all__ = ["evaluation_section", "exits_section", "registers_section"]

_PROPOSALS: dict[str, Tone] = {"yes": "good", "unknown": "warn", "no": ""}


def evaluation_section(report: ReportContext) -> Section | None:
    """Scores with their intervals, and each part; not for publication."""
    parts = report.scheme.evaluation.parts
    if not parts:
        return None
    title = report.step_title("evaluation")
    table = report.table("evaluation")
    if table is None:
        return Section("evaluation", title, report.nothing("evaluation"))
    shown = table.head(ROWS_SHOWN)
    inside = report.word(
        "得分和位次仅供内部工作使用，不对外公布；缺数时为区间。",
        "Scores and ranks are for inside use and not for publication; missing figures make ranges.",
    )
    scores = Table(
        caption=report.word("得分和位次", "Scores and ranks"),
        columns=(
            Column(report.word("编码", "Code"), "code"),
            Column(report.word("名称", "Name")),
            Column(report.word("年份", "Year")),
            Column(report.word("得分", "Score"), "number"),
            Column(report.word("位次", "Rank"), "number"),
            *(Column(report.say(part.label), "number") for part in parts),
            report.clause_column(),
        ),
        rows=tuple(_score_row(report, record, parts) for record in shown.iter_rows(named=True)),
        unit=report.word("分", "points"),
        remarks=(inside, *report.and_more(table.height, shown.height, "evaluation")),
        long=True,
    )
    return Section("evaluation", title, (scores,))


def _score_row(
    report: ReportContext, record: dict[str, Any], parts: Sequence[EvaluationPart]
) -> Row:
    return text_row(
        [
            record["place_code"],
            record["name"] or "",
            record["period"],
            _span(points(record["score_low"]), points(record["score_high"])),
            _span(whole(record["rank_low"]), whole(record["rank_high"])),
            *(_part(report, record["parts"], part.id) for part in parts),
            report.clause_cell(record["clauses"]),
        ]
    )


def _span(low: str, high: str) -> str:
    return low if low == high else f"{low}-{high}"


def _part(report: ReportContext, parts: str, part_id: str) -> Cell:
    """What a place earned in one part, of its full marks."""
    found = json.loads(parts).get(part_id, {})
    earned = found.get("points")
    if earned is None:
        return Cell(report.say(NOT_KNOWN), tone="warn")
    return Cell(f"{points(earned)} / {points(found['max'])}")


def exits_section(report: ReportContext) -> Section | None:
    """Proposals counted and those proposed named; decisions with the end of retention."""
    if not report.scheme.exit.rules:
        return None
    blocks: list[Block] = []
    proposals = report.table("exit_proposals")
    if proposals is not None:
        blocks += _proposals(report, proposals)
    decided = report.table("exits")
    if decided is not None:
        blocks.append(_decided(report, decided))
    title = report.step_title("exit")
    return Section("exit", title, tuple(blocks) or report.nothing("exit"))


def _proposals(report: ReportContext, table: pl.DataFrame) -> list[Block]:
    named = table.filter(pl.col("proposal") == "yes")
    summary = _proposal_counts(report, table)
    if named.is_empty():
        return [summary]
    shown = named.head(ROWS_SHOWN)
    rows = [
        text_row([code, name or "", report.clause_cell(clauses)])
        for code, name, clauses in shown.select("place_code", "name", "clauses").iter_rows()
    ]
    return [
        summary,
        Table(
            caption=report.word("可提请退出的单位", "Places that may be proposed"),
            columns=(
                Column(report.word("编码", "Code"), "code"),
                Column(report.word("名称", "Name")),
                report.clause_column(),
            ),
            rows=tuple(rows),
            remarks=report.and_more(named.height, shown.height, "exit_proposals"),
            long=True,
        ),
    ]


def _proposal_counts(report: ReportContext, table: pl.DataFrame) -> Table:
    labels = {
        "yes": report.word("可提请退出", "may be proposed"),
        "unknown": report.say(VERDICTS["unknown"]),
        "no": report.word("尚不具备条件", "not yet"),
    }
    counts = dict(table["proposal"].value_counts().iter_rows())
    clauses = report.clause_cell(table["clauses"][0])
    remark = report.word(
        "达标只是提请退出的依据，是否退出由主管部门决定。",
        "Meeting the goals is ground for a proposal; the office decides.",
    )
    return Table(
        caption=report.word("退出条件检验", "Exit conditions"),
        columns=(
            Column(report.word("结论", "Finding")),
            Column(report.word("单位数", "Places"), "number"),
            report.clause_column(),
        ),
        rows=tuple(
            text_row([Cell(label, tone=_PROPOSALS[word]), whole(counts.get(word, 0)), clauses])
            for word, label in labels.items()
        ),
        unit=report.word("个", "number of places"),
        remarks=(remark,),
    )


def _decided(report: ReportContext, table: pl.DataFrame) -> Table:
    shown = table.head(ROWS_SHOWN)
    rows = [
        text_row(
            [
                record["place_code"],
                record["name"] or "",
                str(record["decided_on"]),
                str(record["retained_until"] or ""),
                report.say(RETENTION_STATES[record["state"]])
                if record["state"] in RETENTION_STATES
                else record["state"],
                report.clause_cell(record["clauses"]),
            ]
        )
        for record in shown.iter_rows(named=True)
    ]
    return Table(
        caption=report.word("已决定退出的单位", "Places whose exit is decided"),
        columns=(
            Column(report.word("编码", "Code"), "code"),
            Column(report.word("名称", "Name")),
            Column(report.word("退出日期", "Exit")),
            Column(report.word("政策保留至", "Policies kept until")),
            Column(report.word("状态", "State"), "wide"),
            report.clause_column(),
        ),
        rows=tuple(rows),
        remarks=report.and_more(table.height, shown.height, "exits"),
        long=True,
    )


def registers_section(report: ReportContext) -> Section | None:
    """How many places keep each register as far as the scheme asks."""
    if not report.scheme.registers.registers:
        return None
    title = report.step_title("registers")
    table = report.table("registers")
    if table is None:
        return Section("registers", title, report.nothing("registers"))
    coverage = Table(
        caption=report.word("台账覆盖情况", "Coverage of registers"),
        columns=(
            Column(report.word("台账", "Register"), "wide"),
            Column(report.word("至少条数", "Rows, at least"), "number"),
            Column(report.word("应建单位", "Places"), "number"),
            Column(report.word("已达到", "Covered"), "number"),
            Column(report.word("不足", "Short"), "number"),
            Column(report.word("待核实", "Unknown"), "number"),
            report.clause_column(),
        ),
        rows=tuple(_coverage_rows(report, table)),
        unit=report.word("个", "number of places"),
    )
    return Section("registers", title, (coverage,))


def _coverage_rows(report: ReportContext, table: pl.DataFrame) -> list[Row]:
    registers = {register.id: register for register in report.scheme.registers.registers}
    required = dict(table.group_by("register").agg(pl.col("required").first()).iter_rows())
    counts = coverage_totals(table).select("register", "places", "covered", "short", "unknown")
    rows = []
    for name, places, covered, short, unknown in counts.iter_rows():
        register = registers.get(name)
        blank = Cell(report.say(NOT_KNOWN), tone="warn") if unknown == places else None
        cells = [
            report.say(register.label) if register else name,
            whole(required[name]),
            whole(places),
            blank or whole(covered),
            blank or Cell(whole(short), tone="warn" if short else ""),
            Cell(whole(unknown), tone="warn" if unknown else ""),
            report.clause_cell(register.clauses if register else None),
        ]
        rows.append(text_row(cells))
    return rows
