"""The sheets of places in the workbook of a run: lists, posts, goals (名单、名额、目标).

What asks for work comes first: places listed, posts open, goals not met.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from bangfu.programme.papers.sheets import MOST_ROWS, Block, Cell, Column, Row, cut
from bangfu.programme.report.context import ReportContext
from bangfu.programme.report.numbers import figure_words
from bangfu.programme.report.words import READING_WORDS, RESULTS, VERDICTS

__all__ = ["goals_sheet", "more_rows", "slots_sheet", "targets_sheet"]

_SIGNS: Final = {">=": "≥", "<=": "≤"}


def more_rows(report: ReportContext, file: str) -> str:
    """The note under a table that was cut, to be filled with numbers."""
    return report.word(
        f"本表列前 {{shown}} 行，另有 {{more}} 行，见结果文件 {file}.csv。",
        f"The first {{shown}} rows; {{more}} more stand in {file}.csv.",
    )


def targets_sheet(report: ReportContext) -> tuple[Block, ...]:
    """Places listed, then unknown, then not listed; within them by rank."""
    columns = (
        Column(report.word("名单", "List"), "text", 14),
        Column(report.word("编码", "Code"), "code", 15),
        Column(report.word("名称", "Name"), "text", 16),
        Column(report.word("类别", "Class"), "text", 16),
        Column(report.word("结论", "Verdict"), "text", 9),
        Column(report.word("得分", "Score"), "points", 9),
        Column(report.word("位次", "Rank"), "count", 8),
        Column(report.word("位次（并列至）", "Rank to"), "count", 9),
        Column(report.word("理由", "Reason"), "wide", 60),
        Column(report.word("条款", "Clauses"), "text", 18),
    )
    table = report.table("targets")
    if table is None:
        return (Block(columns, (), note=report.word("没有名单结果。", "No list was made.")),)
    lists = {found.id: report.say(found.label) for found in report.scheme.targeting.lists}
    names = ("list", "place_code", "name", "class", "verdict", "score", "rank", "rank_high")
    rows = [
        Row(
            (
                lists.get(record[0], record[0]),
                record[1],
                record[2],
                report.class_label(record[3]) if record[3] else "",
                report.say(VERDICTS[record[4]]) if record[4] in VERDICTS else record[4],
                *record[5:],
            ),
            "warn" if record[4] == "unknown" else "row",
        )
        for record in _first(table).select(*names, "reason", "clauses").iter_rows()
    ]
    counts = dict(table.group_by("verdict").len().iter_rows())
    told = "，".join(f"{report.say(word)} {counts.get(v, 0):,}" for v, word in VERDICTS.items())
    total = (report.word("合计", "Total"), f"{table.height:,}", *[""] * 6, told, "")
    rows.append(Row(total, "total"))
    return (cut(columns, rows, table.height, more_rows(report, "targets")),)


def _first(table: pl.DataFrame) -> pl.DataFrame:
    order = pl.col("verdict").replace_strict(
        {"yes": 0, "unknown": 1, "no": 2}, default=3, return_dtype=pl.Int8
    )
    ordered = table.select(pl.int_range(pl.len()).alias("at"), order.alias("order"), "rank")
    ordered = ordered.sort("order", "rank", "at", nulls_last=True).head(MOST_ROWS)
    return table[ordered["at"]]


def slots_sheet(report: ReportContext) -> tuple[Block, ...]:
    """Sums by post, then the places where a post is open or unknown."""
    table = report.table("slots")
    sums = (
        Column(report.word("名额", "Post"), "text", 26),
        Column(report.word("应有", "Required"), "count", 16),
        Column(report.word("已到位", "Present"), "count", 16),
        Column(report.word("空缺", "Open"), "count", 12),
        Column(report.word("超出", "In excess"), "count", 12),
        Column(report.word("待核实（个地方）", "Unknown (places)"), "count", 12),
        Column(report.word("条款", "Clauses"), "text", 24),
    )
    if table is None:
        return (Block(sums, (), note=report.word("没有名额结果。", "No posts were counted.")),)
    labels = {slot.id: report.say(slot.label) for slot in report.scheme.staffing.slots}
    counted = {slot.id for slot in report.scheme.staffing.slots if slot.counts_in_total}
    amounts = ("required", "present", "gap", "excess")
    # What is known is summed; at how many places it is unknown stands beside it.
    grouped = table.group_by("slot", maintain_order=True).agg(
        *(
            pl.when(pl.col(name).null_count() < pl.len())
            .then(pl.col(name).sum())
            .otherwise(None)
            .alias(name)
            for name in amounts
        ),
        pl.col("present").null_count().alias("unknown"),
        pl.col("clauses").first(),
    )
    rows = [Row((labels.get(r[0], r[0]), *r[1:])) for r in grouped.iter_rows()]
    whole = grouped.filter(pl.col("slot").is_in(list(counted)))
    totals: list[Cell] = [int(whole[name].sum()) for name in (*amounts, "unknown")]
    if whole["present"].null_count() == whole.height:
        totals[1:4] = [None, None, None]
    word = report.word("合计（计入名额的）", "Total (posts that count)")
    rows.append(Row((word, *totals, ""), "total"))
    summary = Block(sums, rows, caption=report.word("按名额汇总", "Sums by post"))
    return (summary, _open_posts(report, table, labels))


def _open_posts(report: ReportContext, table: pl.DataFrame, labels: dict[str, str]) -> Block:
    columns = (
        Column(report.word("名称", "Name"), "text", 26),
        Column(report.word("编码", "Code"), "code", 16),
        Column(report.word("名额", "Post"), "text", 16),
        Column(report.word("应有", "Required"), "count", 12),
        Column(report.word("已到位", "Present"), "count", 12),
        Column(report.word("空缺", "Open"), "count", 12),
        Column(report.word("条款", "Clauses"), "text", 24),
    )
    open_ = table.filter((pl.col("gap") > 0) | pl.col("present").is_null())
    order = ("name", "place_code", "slot", "required", "present", "gap", "clauses")
    rows = [
        Row((name, code, labels.get(slot, slot), *rest), "warn" if rest[1] is None else "row")
        for name, code, slot, *rest in open_.head(MOST_ROWS).select(order).iter_rows()
    ]
    block = cut(columns, rows, open_.height, more_rows(report, "slots"))
    caption = report.word(
        f"空缺或待核实的（{open_.height:,} 项）", f"Open or unknown ({open_.height:,})"
    )
    return Block(block.columns, block.rows, caption, block.note)


def goals_sheet(report: ReportContext) -> tuple[Block, ...]:
    """Counts by goal, then the places that did not meet one or are not known."""
    sums = (
        Column(report.word("目标", "Goal"), "text", 34),
        Column(report.word("期间", "Period"), "text", 15),
        *(Column(report.say(word), "count", 12) for word in RESULTS.values()),
        Column(report.word("合计", "Total"), "count", 12),
        Column(report.word("条款", "Clauses"), "text", 20),
    )
    table = report.table("goals")
    if table is None:
        return (Block(sums, (), note=report.word("没有目标结果。", "No goals were tested.")),)
    keys = ("goal_id", "reading", "scope", "period")
    grouped = table.group_by(*keys, maintain_order=True).agg(
        *((pl.col("result") == word).sum().alias(word) for word in RESULTS),
        pl.len().alias("total"),
        pl.col("clauses").first(),
    )
    rows = [
        Row((_goal(report, goal, reading, whole=scope == "body"), *rest))
        for goal, reading, scope, *rest in grouped.iter_rows()
    ]
    summary = Block(sums, rows, caption=report.word("按目标汇总", "Sums by goal"))
    return (summary, _missed(report, table))


def _missed(report: ReportContext, table: pl.DataFrame) -> Block:
    columns = (
        Column(report.word("目标", "Goal"), "text", 34),
        Column(report.word("编码", "Code"), "code", 15),
        Column(report.word("名称", "Name"), "text", 12),
        Column(report.word("期间", "Period"), "text", 12),
        Column(report.word("数值", "Figure"), "text", 12),
        Column(report.word("标准", "Line"), "text", 12),
        Column(report.word("结果", "Result"), "text", 12),
        Column(report.word("条款", "Clauses"), "text", 20),
    )
    missed = table.filter(pl.col("result").is_in(["not_met", "unknown"]))
    # Not met before not known, in the order of the table within each.
    ordered = missed.sort(pl.col("result") != "not_met", maintain_order=True).head(MOST_ROWS)
    rows = [
        Row(
            (
                _goal(report, record["goal_id"], record["reading"]),
                "" if record["scope"] == "body" else record["place_code"],
                record["name"],
                record["period"],
                record["value"],
                _line(report, record["goal_id"], record["op"], record["threshold"]),
                report.say(RESULTS[record["result"]]),
                record["clauses"],
            ),
            "warn" if record["result"] == "unknown" else "row",
        )
        for record in ordered.iter_rows(named=True)
    ]
    block = cut(columns, rows, missed.height, more_rows(report, "goals"))
    caption = report.word(
        f"未达标或待核实的（{missed.height:,} 项）", f"Not met or unknown ({missed.height:,})"
    )
    return Block(block.columns, block.rows, caption, block.note)


def _line(report: ReportContext, goal_id: str, op: str | None, threshold: str | None) -> str:
    """The line as the document writes it where the goal has one figure, else as it was tested."""
    stated = report.result.figures.get(f"goals.{goal_id}.threshold")
    shown = figure_words(stated, report.language) if stated is not None else threshold or ""
    return f"{_SIGNS.get(op or '', op or '')} {shown}".strip()


def _goal(report: ReportContext, goal_id: str, reading: str | None, *, whole: bool = False) -> str:
    found = next((goal for goal in report.scheme.goals.goals if goal.id == goal_id), None)
    label = goal_id if found is None else report.say(found.label)
    words = []
    if reading:
        words.append(report.say(READING_WORDS[reading]) if reading in READING_WORDS else reading)
    if whole:
        words.append(report.word("全部单位合计", "all places together"))
    if not words:
        return label
    return report.word(f"{label}（{'，'.join(words)}）", f"{label} ({', '.join(words)})")
