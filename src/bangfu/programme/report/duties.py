"""Duties (履职事项): per duty who acts, how often, on how many objects, how many times a year."""

from __future__ import annotations

import polars as pl

from bangfu.programme.report.context import ReportContext
from bangfu.programme.report.numbers import figure_words, whole
from bangfu.programme.report.parts import Cell, Column, Row, Section, Table, text_row
from bangfu.programme.report.words import DUE_RULES
from bangfu.schemes.format import Duty

__all__ = ["duties_section"]

#: More years than this are summed, so that the table fits a page.
_YEARS_SHOWN = 8


def duties_section(report: ReportContext) -> Section | None:
    """One row per duty; those without an interval or without objects say so."""
    duties = report.scheme.duties.duties
    if not duties:
        return None
    table = report.table("duties")
    years: list[int] = []
    counts: dict[tuple[str, int], int] = {}
    objects: dict[str, int] = {}
    if table is not None:
        counted = (
            table.with_columns(pl.col("period").str.slice(0, 4).cast(pl.Int64).alias("year"))
            .group_by("duty_id", "year")
            .len()
        )
        counts = {(duty, year): number for duty, year, number in counted.iter_rows()}
        years = sorted({year for _, year in counts})
        objects = dict(table.group_by("duty_id").agg(pl.col("object_code").n_unique()).iter_rows())
    shown = years if len(years) <= _YEARS_SHOWN else []
    rows = [_duty_row(report, duty, shown, counts, objects) for duty in duties]
    return Section("duties", report.step_title("duties"), (_table(report, shown, rows),))


def _table(report: ReportContext, years: list[int], rows: list[Row]) -> Table:
    spans: tuple[tuple[str, int], ...] = ()
    if years:
        spans = (("", 5), (report.word("次数", "Times"), len(years) + 1), ("", 1))
    return Table(
        caption=report.word("履职事项", "Duties"),
        columns=(
            Column(report.word("事项", "Duty"), "wide"),
            Column(report.word("履职主体", "Who"), "text"),
            Column(report.word("间隔", "Interval")),
            Column(report.word("到期", "Due")),
            Column(report.word("对象数", "Objects"), "number"),
            *(Column(str(year), "number") for year in years),
            Column(report.word("合计", "Total"), "number"),
            report.clause_column(),
        ),
        rows=tuple(rows),
        spans=spans,
        remarks=(
            report.word(
                "逐次事项和到期日见结果文件 duties.csv。",
                "Each instance and its date stand in duties.csv.",
            ),
        ),
    )


def _duty_row(
    report: ReportContext,
    duty: Duty,
    years: list[int],
    counts: dict[tuple[str, int], int],
    objects: dict[str, int],
) -> Row:
    total = sum(number for (duty_id, _), number in counts.items() if duty_id == duty.id)
    missing = total == 0
    by_year = ["—" if missing else whole(counts.get((duty.id, year), 0)) for year in years]
    return text_row(
        [
            report.say(duty.label),
            report.say(duty.actor.label),
            _interval(report, duty),
            _due(report, duty),
            whole(objects.get(duty.id), "—"),
            *by_year,
            "—" if missing else whole(total),
            report.clause_cell(duty.clauses),
        ]
    )


def _interval(report: ReportContext, duty: Duty) -> Cell:
    path = f"duties.{duty.id}.every"
    figure = report.result.figures.get(path)
    text = figure_words(figure, report.language)
    times = report.result.figures.get(f"duties.{duty.id}.at_least")
    if figure is not None and times is not None and times.value != 1:
        text = f"{text} {report.word(f'{times.value} 次', f'x {times.value}')}"
    return Cell(text, tone="warn" if figure is None else "")


def _due(report: ReportContext, duty: Duty) -> str:
    due = duty.due
    if due.rule == "day_of_year":
        month, on = due.month or 12, due.day or 31
        return report.word(f"每年{month}月{on}日前", f"by {month:02d}-{on:02d} each year")
    return report.say(DUE_RULES[due.rule])
