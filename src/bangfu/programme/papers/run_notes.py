"""The sheets around the results: overview, duties, checks, what is open, figures used.

(总览、履职、核对、未计算、取值与依据)
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from bangfu.programme.papers.sheets import Block, Cell, Column, Row, RowKind
from bangfu.programme.report.context import ReportContext
from bangfu.programme.report.numbers import figure_words
from bangfu.programme.report.words import NO_VALUE, OUTCOMES, UNITS
from bangfu.programme.result import Headline
from bangfu.schemes.coverage import open_figures
from bangfu.schemes.figures import NOT_STATED

__all__ = ["checks_sheet", "duties_sheet", "figures_sheet", "overview_sheet", "skipped_sheet"]

_TONES: dict[str, RowKind] = {"failed": "warn", "warning": "warn"}


def overview_sheet(report: ReportContext, inputs: Mapping[str, str]) -> tuple[Block, ...]:
    """Headline figures as numbers with their units, and the files they were worked out from."""
    money = Column(report.word("金额（万元）", "Money (10,000 yuan)"), "money", 18)
    columns = (
        Column(report.word("环节", "Step"), "text", 16),
        Column(report.word("项目", "Item"), "text", 44),
        Column(report.word("数值", "Figure"), "count", 14),
        money,
        Column(report.word("单位", "Unit"), "text", 10),
        Column(report.word("说明", "Basis"), "wide", 40),
        Column(report.word("条款", "Clauses"), "wide", 30),
    )
    headlines = report.result.headlines
    rows = [Row(_headline(report, item), _tone(item)) for item in headlines]
    none = report.word("没有形成数据。", "There are no figures.")
    blocks = [
        Block(
            columns,
            rows,
            report.word("主要数据", "Headline figures"),
            "" if rows else none,
        )
    ]
    if inputs:
        files = (
            Column(report.word("数据文件", "Input file"), "text", 16),
            Column("SHA-256", "text", 44),
        )
        given = [Row((name, digest)) for name, digest in inputs.items()]
        blocks.append(Block(files, given, report.word("所用数据", "Input files")))
    return tuple(blocks)


def _tone(item: Headline) -> RowKind:
    return "warn" if item.value is None else "row"


def _headline(report: ReportContext, item: Headline) -> tuple[Cell, ...]:
    is_money = item.unit == "fen"
    unknown = report.say(NO_VALUE)
    unit = UNITS[item.unit].in_language(report.language) if item.unit in UNITS else item.unit
    shown: Cell = unknown if item.value is None else item.value
    return (
        report.step_title(item.step),
        report.say(item.label),
        "" if is_money else shown,
        shown if is_money else "",
        report.word("万元", "10,000 yuan") if is_money else unit,
        report.say(item.basis) if item.basis else "",
        "; ".join(item.clauses),
    )


def duties_sheet(report: ReportContext) -> tuple[Block, ...]:
    """Per duty who acts, how often, on how many objects, how many times a year."""
    table = report.table("duties")
    counts: dict[tuple[str, str], int] = {}
    objects: dict[str, int] = {}
    if table is not None:
        by_year = table.group_by("duty_id", pl.col("period").str.slice(0, 4).alias("year")).len()
        counts = {(duty, year): number for duty, year, number in by_year.iter_rows()}
        objects = dict(table.group_by("duty_id").agg(pl.col("object_code").n_unique()).iter_rows())
    years = sorted({year for _, year in counts})
    columns = (
        Column(report.word("事项", "Duty"), "text", 34),
        Column(report.word("履职主体", "Who"), "text", 26),
        Column(report.word("间隔", "Interval"), "text", 16),
        Column(report.word("对象数", "Objects"), "count", 10),
        *(Column(report.word(f"{year} 年次数", f"Times in {year}"), "count", 10) for year in years),
        Column(report.word("合计次数", "Times in all"), "count", 11),
        Column(report.word("条款", "Clauses"), "text", 18),
    )
    rows: list[Row] = []
    for duty in report.scheme.duties.duties:
        found = [counts.get((duty.id, year)) for year in years]
        total = sum(number for number in found if number is not None)
        interval = report.result.figures.get(f"duties.{duty.id}.every")
        rows.append(
            Row(
                (
                    report.say(duty.label),
                    report.say(duty.actor.label),
                    figure_words(interval, report.language),
                    objects.get(duty.id),
                    *((number or 0) if total else None for number in found),
                    total or None,
                    ";".join(duty.clauses),
                ),
                "row" if total else "warn",
            )
        )
    sums: list[Cell] = [
        sum(number for (_, at), number in counts.items() if at == year) for year in years
    ]
    if rows:
        whole = sum(counts.values())
        word = report.word("合计", "Total")
        rows.append(Row((word, "", "", None, *sums, whole, ""), "total"))
    note = report.word(
        "次数为空的事项：间隔文件未明确，或没有对象。逐次事项和到期日见 duties.csv。",
        "Without a number: no interval is stated, or there is no object. Each instance and its "
        "date stand in duties.csv.",
    )
    return (Block(columns, rows, note=note),)


def checks_sheet(report: ReportContext) -> tuple[Block, ...]:
    """Failed first, then warnings, then what passed."""
    columns = (
        Column(report.word("结果", "Outcome"), "text", 10),
        Column(report.word("说明", "What was found"), "wide", 90),
        Column(report.word("条款", "Clauses"), "wide", 24),
        Column(report.word("编号", "Id"), "text", 26),
    )
    rows = [
        Row(
            (report.say(label), report.say(check.message), "; ".join(check.clauses), check.id),
            _TONES.get(outcome, "row"),
        )
        for outcome, label in OUTCOMES.items()
        for check in report.result.checks
        if check.outcome == outcome
    ]
    note = "" if rows else report.word("没有核对项。", "There were no checks.")
    return (Block(columns, rows, note=note),)


def skipped_sheet(report: ReportContext) -> tuple[Block, ...]:
    """What could not be computed, what it needs and why."""
    columns = (
        Column(report.word("环节", "Step"), "text", 18),
        Column(report.word("需要", "Needs"), "wide", 50),
        Column(report.word("说明", "Why"), "wide", 80),
    )
    seen = dict.fromkeys(
        (report.step_title(item.step), _needs(report, item.needs), report.say(item.reason))
        for item in report.result.skipped
    )
    rows = [Row(cells) for cells in seen]
    note = "" if rows else report.word("没有。", "Nothing.")
    return (Block(columns, rows, note=note),)


def _needs(report: ReportContext, needs: str) -> str:
    names = needs.split("、")
    if all(name in report.scheme.figures for name in names):
        return "\n".join(report.figure_label(name) for name in names)
    return report.joined(report.table_label(name) for name in names)


def figures_sheet(report: ReportContext) -> tuple[Block, ...]:
    """Every figure the run used, as it stood on the day, with what it rests on."""
    columns = (
        Column(report.word("取值", "Figure"), "text", 46),
        Column(report.word("数值", "Value"), "text", 22),
        Column(report.word("依据", "Rests on"), "wide", 50),
        Column(report.word("条款", "Clauses"), "wide", 20),
        Column(report.word("路径", "Path"), "text", 44),
    )
    scheme, unanswered = report.scheme, open_figures(report.scheme)
    rows = []
    for path, figure in sorted(report.result.figures.items()):
        # A limit that an entry does not set is no figure; one the document leaves open is.
        if path not in scheme.figures or (figure is None and path not in unanswered):
            continue
        own, origin = scheme.figures[path], scheme.origin(path)
        words = [text for text in (origin.assumption, origin.citation) if text is not None]
        if origin.set_by_overlay:
            tried = report.word("政策测算改动的取值", "changed for a trial")
            basis = tried
        else:
            basis = " ".join(report.say(text) for text in words)
        shown = figure_words(figure, report.language) if figure else report.say(NOT_STATED)
        clauses = "; ".join(own.clauses or origin.clauses)
        cells = (report.entry_label(own), shown, basis, clauses, path)
        rows.append(Row(cells, "row" if figure else "warn"))
    note = "" if rows else report.word("没有用到取值。", "No figures were used.")
    return (Block(columns, rows, note=note),)
