"""Goals (目标): per goal how many met it, did not, are unknown or await judgement.

The result for the whole body stands in a table of its own; the places and clusters that did not
reach a goal are listed up to the length the report prints.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import polars as pl

from bangfu.programme.report.context import ROWS_SHOWN, ReportContext
from bangfu.programme.report.goal_words import (
    cluster_goals,
    goal_cell,
    goal_label,
    goal_line,
    shown_value,
    tested_word,
)
from bangfu.programme.report.numbers import whole
from bangfu.programme.report.parts import Block, Cell, Column, Row, Section, Table, Tone, text_row
from bangfu.programme.report.words import RESULTS

__all__ = ["goals_section"]

_TONES: dict[str, Tone] = {"met": "good", "not_met": "bad", "unknown": "warn", "judgement": "warn"}
_WHOLE_BODY: Final = "body"
#: One row of counts: the years of a goal are counted apart, and so are villages and clusters.
_COUNTED_BY: Final = ("goal_id", "scope", "reading", "period")
#: Readings by year make many rows; more than these scroll within their frame.
_FITS_A_SCREEN: Final = 30


def goals_section(report: ReportContext) -> Section | None:
    """Counts per goal, results of the whole body, places and clusters that missed."""
    of_places = bool(report.scheme.goals.goals)
    if not of_places and not any(cluster_goals(report)):
        return None
    title = report.step_title("goals")
    table = report.table("goals")
    if table is None:
        return Section("goals", title, report.nothing("goals" if of_places else "clusters"))
    if "reason" not in table.columns:
        table = table.with_columns(pl.lit("").alias("reason"))
    readings = _readings(table)
    blocks: list[Block] = []
    each = table.filter(pl.col("scope") != _WHOLE_BODY)
    body = table.filter(pl.col("scope") == _WHOLE_BODY)
    if not each.is_empty():
        blocks.append(_counts(report, each, readings))
    if not body.is_empty():
        blocks.append(_whole_body(report, body, readings))
    missed = each.filter(pl.col("result") == "not_met")
    if not missed.is_empty():
        blocks.append(_missed(report, missed))
    return Section("goals", title, tuple(blocks))


def _readings(table: pl.DataFrame) -> dict[str, frozenset[str]]:
    """The readings of each goal that stand beside each other."""
    found = table.group_by("goal_id").agg(pl.col("reading").drop_nulls().unique())
    return {goal: frozenset(readings) for goal, readings in found.iter_rows()}


def _counts(
    report: ReportContext, each: pl.DataFrame, readings: dict[str, frozenset[str]]
) -> Table:
    remark = report.word(
        "用快报数、预计数或有缺数的为初评，用核定数的为终评。",
        "Provisional: from early figures, or with figures missing; final ones may differ.",
    )
    with_clusters = _has_clusters(each)
    rows = tuple(_count_rows(report, each, readings, tested=with_clusters))
    return Table(
        caption=report.word("各项目标检验结果", "Goals tested"),
        columns=(
            Column(report.word("目标", "Goal"), "wide"),
            *([Column(report.word("对象", "Tested"))] if with_clusters else []),
            Column(report.word("年份", "Year"), "number"),
            Column(report.word("标准", "Line")),
            *(Column(report.say(word), "number") for word in RESULTS.values()),
            Column(report.word("合计", "Total"), "number"),
            Column(report.word("其中初评", "Provisional"), "number"),
            report.clause_column(),
        ),
        rows=rows,
        unit=report.word("个", "number of places or clusters")
        if with_clusters
        else report.word("个", "number of places"),
        remarks=(remark,),
        long=len(rows) > _FITS_A_SCREEN,
    )


def _has_clusters(rows: pl.DataFrame) -> bool:
    return bool((rows["scope"] == "cluster").any())


def _count_rows(
    report: ReportContext,
    each: pl.DataFrame,
    readings: dict[str, frozenset[str]],
    *,
    tested: bool,
) -> Iterator[Row]:
    # Goals against the year before have a line of their own at each place.
    one_line = pl.when(pl.col("threshold").n_unique() == 1).then(pl.col("threshold").first())
    found = each.group_by(_COUNTED_BY, maintain_order=True).agg(
        pl.col("op", "clauses").first(),
        one_line.alias("threshold"),
        *((pl.col("result") == word).sum().alias(word) for word in RESULTS),
        pl.len().alias("all"),
        (pl.col("status") != "final").sum().alias("provisional"),
    )
    for record in _by_goal(found).iter_rows(named=True):
        goal_id, scope = record["goal_id"], record["scope"]
        yield text_row(
            [
                goal_cell(report, goal_id, record["reading"], readings[goal_id]),
                *([tested_word(report, goal_id, scope)] if tested else []),
                record["period"],
                goal_line(report, record),
                *(_count(record[word], _TONES[word]) for word in RESULTS),
                whole(record["all"]),
                whole(record["provisional"]),
                report.clause_cell(record["clauses"]),
            ]
        )


def _by_goal(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of one goal and reading together, as they first come, their years in order."""
    first = pl.col("_row").min()
    return (
        rows.with_row_index("_row")
        .with_columns(
            first.over("goal_id").alias("_goal"),
            first.over("goal_id", "scope", "reading").alias("_reading"),
        )
        .sort("_goal", "_reading", "period", maintain_order=True)
        .drop("_row", "_goal", "_reading")
    )


def _count(number: int, tone: Tone) -> Cell:
    return Cell(whole(number), tone=tone if number else "muted")


def _whole_body(
    report: ReportContext, body: pl.DataFrame, readings: dict[str, frozenset[str]]
) -> Table:
    rows = tuple(
        text_row(
            [
                goal_cell(
                    report, record["goal_id"], record["reading"], readings[record["goal_id"]]
                ),
                record["period"],
                shown_value(report, record),
                goal_line(report, record),
                _result(report, record),
                _status(report, record["status"]),
                report.clause_cell(record["clauses"]),
            ]
        )
        for record in _by_goal(body).head(ROWS_SHOWN).iter_rows(named=True)
    )
    return Table(
        caption=report.word("全部单位合并检验结果", "Results for the whole body"),
        columns=(
            Column(report.word("目标", "Goal"), "wide"),
            Column(report.word("年份", "Year"), "number"),
            Column(report.word("数值", "Figure"), "number"),
            Column(report.word("标准", "Line")),
            Column(report.word("结果", "Result")),
            Column(report.word("初评/终评", "Status")),
            report.clause_column(),
        ),
        rows=rows,
        remarks=report.and_more(body.height, len(rows), "goals"),
        long=len(rows) > _FITS_A_SCREEN,
    )


def _result(report: ReportContext, record: dict[str, Any]) -> Cell:
    word, reason = record["result"], record["reason"]
    label = report.say(RESULTS[word]) if word in RESULTS else word
    return Cell(label, (reason,) if reason else (), tone=_TONES.get(word, ""))


def _status(report: ReportContext, status: str) -> str:
    return report.word("终评", "final") if status == "final" else report.word("初评", "provisional")


def _missed(report: ReportContext, missed: pl.DataFrame) -> Table:
    shown = missed.head(ROWS_SHOWN)
    reasons = bool((shown["reason"].fill_null("") != "").any())
    rows: list[Row] = [
        text_row(
            [
                goal_label(report, record["goal_id"], record["reading"]),
                record["place_code"],
                record["name"] or "",
                shown_value(report, record),
                goal_line(report, record),
                *([record["reason"] or ""] if reasons else []),
                _status(report, record["status"]),
                report.clause_cell(record["clauses"]),
            ]
        )
        for record in shown.iter_rows(named=True)
    ]
    caption = report.word("未达标单位", "Places that did not meet a goal")
    if _has_clusters(missed):
        caption = report.word("未达标单位和片区", "Places and clusters that did not meet a goal")
    in_chinese = ("Reasons stand in Chinese.",) if reasons and report.language == "en" else ()
    return Table(
        caption=caption,
        columns=(
            Column(report.word("目标", "Goal"), "wide"),
            Column(report.word("编码", "Code"), "code"),
            Column(report.word("名称", "Name")),
            Column(report.word("数值", "Figure"), "number"),
            Column(report.word("标准", "Line")),
            *([Column(report.word("说明", "Reason"), "wide")] if reasons else []),
            Column(report.word("初评/终评", "Status")),
            report.clause_column(),
        ),
        rows=tuple(rows),
        remarks=(*report.and_more(missed.height, shown.height, "goals"), *in_chinese),
        long=True,
    )
