"""Goals (目标): per goal how many met it, did not, are unknown or await judgement.

The result for the whole body stands in a table of its own; the places that did not reach a goal
are listed up to the length the report prints.
"""

from __future__ import annotations

import polars as pl

from bangfu.programme.report.context import ROWS_SHOWN, ReportContext
from bangfu.programme.report.numbers import figure_words, whole
from bangfu.programme.report.parts import Block, Cell, Column, Row, Section, Table, Tone, text_row
from bangfu.programme.report.words import READING_WORDS, RESULTS
from bangfu.schemes.format import Goal

__all__ = ["goals_section"]

_SIGNS = {">=": "≥", "<=": "≤", ">": "＞", "<": "＜"}
_TONES: dict[str, Tone] = {"met": "good", "not_met": "bad", "unknown": "warn", "judgement": "warn"}


def goals_section(report: ReportContext) -> Section | None:
    """Counts per goal, results of the whole body, places that missed."""
    if not report.scheme.goals.goals:
        return None
    title = report.step_title("goals")
    table = report.table("goals")
    if table is None:
        return Section("goals", title, report.nothing("goals"))
    blocks: list[Block] = []
    each = table.filter(pl.col("scope") == "each")
    body = table.filter(pl.col("scope") != "each")
    if not each.is_empty():
        blocks.append(_counts(report, each))
    if not body.is_empty():
        blocks.append(_whole_body(report, body))
    missed = each.filter(pl.col("result") == "not_met")
    if not missed.is_empty():
        blocks.append(_missed(report, missed))
    return Section("goals", title, tuple(blocks))


def _label(report: ReportContext, goal_id: str, reading: str) -> str:
    goal = _goal(report, goal_id)
    label = report.say(goal.label) if goal else goal_id
    if reading not in READING_WORDS:
        return label
    word = report.say(READING_WORDS[reading])
    return report.word(f"{label}（{word}）", f"{label} ({word})")


def _goal(report: ReportContext, goal_id: str) -> Goal | None:
    return next((g for g in report.scheme.goals.goals if g.id == goal_id), None)


def _threshold(report: ReportContext, goal_id: str, op: str | None, threshold: str | None) -> str:
    """The line as it is tested; a condition of the scheme stands in its own (Chinese) words."""
    goal = _goal(report, goal_id)
    if goal is not None and goal.measure == "judgement":
        return report.word("由人评定", "for people to judge")
    sign, line = _SIGNS.get(op or "", op or ""), threshold or ""
    stated = report.result.figures.get(f"goals.{goal_id}.threshold")
    if goal is not None and goal.measure in ("level", "growth") and stated is not None:
        return f"{sign} {figure_words(stated, report.language)}"
    if goal is not None and goal.measure in ("body_count", "body_share"):
        before = report.word(f"{sign} 上年", f"{sign} the year before")
        return f"{before} {line}".rstrip()
    return f"{sign} {line}".strip()


def _counts(report: ReportContext, each: pl.DataFrame) -> Table:
    remark = report.word(
        "用快报数、预计数或有缺数的为初评，用核定数的为终评。",
        "Provisional: from early figures, or with figures missing; final ones may differ.",
    )
    return Table(
        caption=report.word("各项目标检验结果", "Goals tested"),
        columns=(
            Column(report.word("目标", "Goal"), "wide"),
            Column(report.word("年份", "Year")),
            Column(report.word("标准", "Line")),
            *(Column(report.say(word), "number") for word in RESULTS.values()),
            Column(report.word("合计", "Total"), "number"),
            Column(report.word("其中初评", "Provisional"), "number"),
            report.clause_column(),
        ),
        rows=tuple(_count_rows(report, each)),
        unit=report.word("个", "number of places"),
        remarks=(remark,),
    )


def _count_rows(report: ReportContext, each: pl.DataFrame) -> list[Row]:
    """One row per goal and reading."""
    # Goals against the year before have a line of their own at each place.
    one_line = pl.when(pl.col("threshold").n_unique() == 1).then(pl.col("threshold").first())
    found = each.group_by("goal_id", "reading", maintain_order=True).agg(
        pl.col("period", "op", "clauses").first(),
        one_line.alias("threshold"),
        *((pl.col("result") == word).sum().alias(word) for word in RESULTS),
        pl.len().alias("all"),
        (pl.col("status") != "final").sum().alias("provisional"),
    )
    return [
        text_row(
            [
                _label(report, record["goal_id"], record["reading"]),
                record["period"],
                _threshold(report, record["goal_id"], record["op"], record["threshold"]),
                *(_count(record[word], _TONES[word]) for word in RESULTS),
                whole(record["all"]),
                whole(record["provisional"]),
                report.clause_cell(record["clauses"]),
            ]
        )
        for record in found.iter_rows(named=True)
    ]


def _count(number: int, tone: Tone) -> Cell:
    return Cell(whole(number), tone=tone if number else "muted")


def _whole_body(report: ReportContext, body: pl.DataFrame) -> Table:
    rows = [
        text_row(
            [
                _label(report, record["goal_id"], record["reading"]),
                record["period"],
                record["value"] or "",
                _threshold(report, record["goal_id"], record["op"], record["threshold"]),
                _result(report, record["result"]),
                _status(report, record["status"]),
                report.clause_cell(record["clauses"]),
            ]
        )
        for record in body.head(ROWS_SHOWN).iter_rows(named=True)
    ]
    return Table(
        caption=report.word("全部单位合并检验结果", "Results for the whole body"),
        columns=(
            Column(report.word("目标", "Goal"), "wide"),
            Column(report.word("年份", "Year")),
            Column(report.word("数值", "Figure"), "number"),
            Column(report.word("标准", "Line")),
            Column(report.word("结果", "Result")),
            Column(report.word("初评/终评", "Status")),
            report.clause_column(),
        ),
        rows=tuple(rows),
    )


def _result(report: ReportContext, word: str) -> Cell:
    return Cell(report.say(RESULTS[word]) if word in RESULTS else word, tone=_TONES.get(word, ""))


def _status(report: ReportContext, status: str) -> str:
    return report.word("终评", "final") if status == "final" else report.word("初评", "provisional")


def _missed(report: ReportContext, missed: pl.DataFrame) -> Table:
    shown = missed.head(ROWS_SHOWN)
    rows: list[Row] = [
        text_row(
            [
                _label(report, record["goal_id"], record["reading"]),
                record["place_code"],
                record["name"] or "",
                record["value"] or "",
                _threshold(report, record["goal_id"], record["op"], record["threshold"]),
                _status(report, record["status"]),
                report.clause_cell(record["clauses"]),
            ]
        )
        for record in shown.iter_rows(named=True)
    ]
    return Table(
        caption=report.word("未达标单位", "Places that did not meet a goal"),
        columns=(
            Column(report.word("目标", "Goal"), "wide"),
            Column(report.word("编码", "Code"), "code"),
            Column(report.word("名称", "Name")),
            Column(report.word("数值", "Figure"), "number"),
            Column(report.word("标准", "Line")),
            Column(report.word("初评/终评", "Status")),
            report.clause_column(),
        ),
        rows=tuple(rows),
        remarks=report.and_more(missed.height, shown.height, "goals"),
        long=True,
    )
