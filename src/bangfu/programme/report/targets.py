"""The lists (筛选认定): verdicts by class, borderline cases, the first places with reasons.

A list may hold tens of thousands of places; what is printed is counted in the table, not walked.
"""

from __future__ import annotations

import polars as pl

from bangfu.programme.report.context import ROWS_SHOWN, ReportContext
from bangfu.programme.report.numbers import signed, whole
from bangfu.programme.report.parts import (
    Block,
    Cell,
    Column,
    Heading,
    Row,
    Section,
    Table,
    Tone,
    text_row,
)
from bangfu.programme.report.universe import out_of_scope, universe_differences
from bangfu.programme.report.words import NOT_KNOWN, VERDICTS
from bangfu.schemes.format import TargetClass, TargetList

__all__ = ["targets_section"]

#: Places shown on each side of the line of a ranked list.
_NEAR_THE_LINE = 5
_TONES: dict[str, Tone] = {"yes": "good", "unknown": "warn", "no": ""}
_COLUMNS = ("place_code", "name", "class", "verdict", "score", "rank", "rank_high", "reason")


def targets_section(report: ReportContext) -> Section | None:
    """One part per list, then what lies outside and how the place table compares."""
    lists = report.scheme.targeting.lists
    if not lists:
        return None
    table = report.table("targets")
    blocks: list[Block] = []
    for target_list in lists if table is not None else ():
        assert table is not None
        rows = table.filter(pl.col("list") == target_list.id)
        if not rows.is_empty():
            blocks.append(Heading(report.say(target_list.label)))
            blocks.extend(_list_blocks(report, target_list, rows))
    blocks.extend(out_of_scope(report))
    blocks.extend(universe_differences(report))
    title = report.step_title("targets")
    return Section("targets", title, tuple(blocks) or report.nothing("targets"))


def _list_blocks(report: ReportContext, target_list: TargetList, rows: pl.DataFrame) -> list[Block]:
    blocks: list[Block] = [_verdicts(report, target_list, rows)]
    borderline = _borderline(report, rows)
    if borderline is not None:
        blocks.append(borderline)
    return [*blocks, _first_rows(report, target_list, rows)]


def _verdicts(report: ReportContext, target_list: TargetList, rows: pl.DataFrame) -> Table:
    """How many places of each class were found, beside the number the document declares."""
    counts: dict[tuple[str | None, str], int] = {
        (class_id, verdict): number
        for class_id, verdict, number in rows.group_by("class", "verdict").len().iter_rows()
    }
    classes: dict[str | None, TargetClass | None] = {c.id: c for c in target_list.classes}
    others = {class_id for class_id, _ in counts} - set(classes)
    body = [
        _class_row(report, target_list, class_id, counts)
        for class_id in (*classes, *sorted(others, key=str))
    ]
    totals = [sum(n for (_, v), n in counts.items() if v == verdict) for verdict in VERDICTS]
    cells = [report.word("合计", "Total"), *map(whole, totals), whole(rows.height), "", ""]
    body.append(text_row([*cells, report.clause_cell(target_list.clauses)], "total"))
    return Table(
        caption=report.word(
            f"{target_list.label.zh}：分类和结论", f"{target_list.label.en}: classes and verdicts"
        ),
        columns=(
            Column(report.word("类别", "Class"), "wide"),
            *(Column(report.say(word), "number") for word in VERDICTS.values()),
            Column(report.word("小计", "Sum"), "number"),
            Column(report.word("文件个数", "Declared"), "number"),
            Column(report.word("列入与文件相差", "Yes less declared"), "number"),
            report.clause_column(),
        ),
        rows=tuple(body),
        unit=report.word("个", "number of places"),
    )


def _class_row(
    report: ReportContext,
    target_list: TargetList,
    class_id: str | None,
    counts: dict[tuple[str | None, str], int],
) -> Row:
    by_verdict = [counts.get((class_id, verdict), 0) for verdict in VERDICTS]
    declared, difference = "", Cell("")
    known = next((c for c in target_list.classes if c.id == class_id), None)
    if known is not None:
        figure = report.result.figures.get(f"targeting.{target_list.id}.{known.id}.size")
        if figure is not None:
            declared = whole(figure.value)
            gap = by_verdict[0] - figure.value
            difference = Cell(signed(gap), tone="warn" if gap else "")
            # While verdicts are open, the number listed is not yet one to compare.
            if any(verdict == "unknown" for _, verdict in counts):
                difference = Cell(report.say(NOT_KNOWN), tone="warn")
    return text_row(
        [
            report.class_label(class_id),
            *map(whole, by_verdict),
            whole(sum(by_verdict)),
            declared,
            difference,
            report.clause_cell(known.clauses if known else None),
        ]
    )


def _borderline(report: ReportContext, rows: pl.DataFrame) -> Table | None:
    """Watched places, places tied or undecided at the line, and those next to it."""
    ranked = rows.filter(pl.col("score").is_not_null())
    inside = ranked.filter(pl.col("verdict") == "yes").sort(
        "rank", descending=True, maintain_order=True
    )
    outside = ranked.filter(pl.col("verdict") == "no").sort("rank", maintain_order=True)
    groups = [
        (
            report.word("满足部分条件，关注", "meets part of the criteria, watched"),
            rows.filter(pl.col("watch").fill_null(False)),
        ),
        (
            report.word("处在名额线，未决", "at the line, undecided"),
            ranked.filter(pl.col("verdict") == "unknown"),
        ),
        (
            report.word("线上最末几位", "last above the line"),
            inside.head(_NEAR_THE_LINE).sort("rank"),
        ),
        (report.word("线下最前几位", "first below the line"), outside.head(_NEAR_THE_LINE)),
    ]
    if not outside.height:
        groups = groups[:2]
    number = sum(found.height for _, found in groups)
    if not number:
        return None
    body = [
        (Cell(why), *_place_cells(report, record, ranked=not ranked.is_empty()))
        for why, found in groups
        for record in found.select(_COLUMNS).head(ROWS_SHOWN).iter_rows(named=True)
    ][:ROWS_SHOWN]
    columns = _place_columns(report, ranked=not ranked.is_empty())
    return Table(
        caption=report.word("临界单位", "Borderline cases"),
        columns=(Column(report.word("情形", "Why borderline"), "wide"), *columns),
        rows=tuple(Row(cells) for cells in body),
        remarks=report.and_more(number, len(body), "targets"),
        long=True,
    )


def _first_rows(report: ReportContext, target_list: TargetList, rows: pl.DataFrame) -> Table:
    """The first rows: those listed, then those unknown, then the others; by rank within."""
    order = pl.col("verdict").replace_strict(
        {"yes": 0, "unknown": 1, "no": 2}, default=3, return_dtype=pl.Int8
    )
    ranked = rows["score"].null_count() < rows.height
    shown = rows.sort(order, "rank", nulls_last=True, maintain_order=True).head(ROWS_SHOWN)
    body = [
        Row((*_place_cells(report, record, ranked=ranked), report.clause_cell(record["clauses"])))
        for record in shown.select(*_COLUMNS, "clauses").iter_rows(named=True)
    ]
    remarks = report.and_more(rows.height, len(body), "targets")
    if ranked:
        scale = report.word("得分为 0 至 10,000 分。", "Scores run from 0 to 10,000 points.")
        remarks = (scale, *remarks)
    if report.language == "en":
        remarks = (*remarks, "Names and reasons stand in Chinese, the language of the decision.")
    return Table(
        caption=report.word(
            f"{target_list.label.zh}：逐个结论和理由", f"{target_list.label.en}: places and reasons"
        ),
        columns=(*_place_columns(report, ranked=ranked), report.clause_column()),
        rows=tuple(body),
        remarks=remarks,
        long=True,
    )


def _place_columns(report: ReportContext, *, ranked: bool) -> tuple[Column, ...]:
    scores = (
        Column(report.word("得分", "Score"), "number"),
        Column(report.word("位次", "Rank"), "number"),
    )
    return (
        Column(report.word("编码", "Code"), "code"),
        Column(report.word("名称", "Name")),
        Column(report.word("类别", "Class")),
        Column(report.word("结论", "Verdict")),
        *(scores if ranked else ()),
        Column(report.word("理由", "Reason"), "wide"),
    )


def _place_cells(
    report: ReportContext, record: dict[str, object], *, ranked: bool
) -> tuple[Cell, ...]:
    verdict = str(record["verdict"])
    score, low, high = record["score"], record["rank"], record["rank_high"]
    rank = "" if low is None else f"{low:,}" if low == high else f"{low:,}-{high:,}"
    return (
        Cell(str(record["place_code"])),
        Cell(str(record["name"] or "")),
        Cell(report.class_label(str(record["class"])) if record["class"] else ""),
        Cell(
            report.say(VERDICTS[verdict]) if verdict in VERDICTS else verdict,
            tone=_TONES.get(verdict, ""),
        ),
        *((Cell(whole(score) if isinstance(score, int) else ""), Cell(rank)) if ranked else ()),
        Cell(str(record["reason"] or "")),
    )
