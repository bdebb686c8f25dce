"""The firmness of lists on the screen (名单稳定性与临界情形的显示)."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
from rich.console import Console

from bangfu.cli.words import grid, language, say, screen, show
from bangfu.programme.report.numbers import amount
from bangfu.programme.report.words import VERDICTS
from bangfu.programme.whatif import Ground

__all__ = ["show_stability"]


def show_stability(
    ground: Ground,
    tables: Mapping[str, pl.DataFrame],
    *,
    change_pct: int,
    margin_pct: int,
    top: int,
) -> None:
    """Print the three tables of ``bangfu scheme stability``, ``top`` rows of each at most."""
    console = screen()
    scheme = ground.work.scheme
    day = ground.work.as_of.isoformat()
    console.print(f"{show(scheme.about.title.text)}  {scheme.id}  {day}", soft_wrap=True)
    methods = {each.method for each in scheme.targeting.lists}
    if methods == {"list"}:
        text = (
            "名单由主管部门给定，没有可变动的权重和门槛。",
            "The lists are the office's own: there is no weight and no threshold to move.",
        )
        console.print(say(*text))
    if "ranking" in methods:
        _show_weights(console, tables["stability_weights"], change_pct, top)
    if "criteria" in methods:
        _show_thresholds(console, tables["stability_thresholds"], change_pct, top)
    _show_borderline(console, tables["borderline"], margin_pct, top)


def _show_weights(console: Console, stays: pl.DataFrame, change_pct: int, top: int) -> None:
    _head(
        console,
        say(f"权重各变动 ±{change_pct}%", f"Each weight moved by ±{change_pct} per cent"),
    )
    shaky = stays.filter(pl.col("inside") < pl.col("runs"))
    firm = stays.height - shaky.height
    console.print(
        say(
            f"始终在名单内 {firm:,} 个，有时不在的 {shaky.height:,} 个。",
            f"always on the list: {firm:,}; not always: {shaky.height:,}.",
        )
    )
    if shaky.is_empty() or not top:
        return
    heads = (say("单位", "place"), say("县（市、区）", "county"), say("现结论", "verdict"))
    more = (say("在", "in"), say("不在", "out"), say("待核实", "unknown"))
    table = grid(*heads, *more, right=(3, 4, 5), bold=True)
    for row in shaky.head(top).iter_rows(named=True):
        place = f"{row['name']}\n{row['place_code']}"
        counts = [f"{row[name]}/{row['runs']}" for name in ("inside", "outside", "undecided")]
        table.add_row(place, row["county"], show(VERDICTS[row["verdict"]]), *counts)
    console.print(table)
    _tell_rest(console, shaky.height - top)


def _show_thresholds(console: Console, moves: pl.DataFrame, change_pct: int, top: int) -> None:
    _head(
        console,
        say(f"门槛各变动 ±{change_pct}%", f"Each threshold moved by ±{change_pct} per cent"),
    )
    if moves.is_empty():
        console.print(say("没有单位的结论改变。", "No verdict changes."))
        return
    summary = moves.group_by(
        "label", "value_base", "value_varied", "verdict_base", "verdict_varied", maintain_order=True
    ).agg(pl.len())
    for label, before, after, was, now, number in summary.iter_rows():
        arrow = f"{show(VERDICTS[was])} → {show(VERDICTS[now])}"
        console.print(f"{label} {before} → {after}{say('：', ': ')}{arrow}  {number:,}")
    if not top:
        return
    heads = (say("单位", "place"), say("县（市、区）", "county"), say("门槛", "threshold"))
    table = grid(*heads, say("结论", "verdict"), say("条款", "clauses"), bold=True)
    for row in moves.head(top).iter_rows(named=True):
        arrow = f"{show(VERDICTS[row['verdict_base']])} → {show(VERDICTS[row['verdict_varied']])}"
        line = f"{row['label']} {row['value_varied']}"
        table.add_row(row["name"], row["county"], line, arrow, row["clauses"])
    console.print(table)
    _tell_rest(console, moves.height - top)


def _show_borderline(console: Console, near: pl.DataFrame, margin_pct: int, top: int) -> None:
    _head(
        console,
        say(
            f"临界情形（门槛 ±{margin_pct}% 以内）", f"Within {margin_pct} per cent of a threshold"
        ),
    )
    if near.is_empty():
        console.print(say("没有临界的单位。", "No place is close to a threshold."))
        return
    heads = (say("单位", "place"), say("县（市、区）", "county"), say("门槛", "threshold"))
    more = (say("数据年份", "year"), say("数值", "figure"), say("相差（元）", "distance (yuan)"))
    table = grid(*heads, *more, say("条款", "clauses"), right=(4, 5), bold=True)
    for _, rows in near.group_by("source", "id", "path", maintain_order=True):
        for row in rows.head(top).iter_rows(named=True):
            line = f"{row['label']} {amount(row['threshold_fen'], language())}"
            figure = amount(row["value_fen"], language())
            yuan = row["distance_yuan"]
            distance = f"+{yuan}" if row["distance_fen"] > 0 else yuan
            table.add_row(
                row["name"], row["county"], line, row["period"], figure, distance, row["clauses"]
            )
    console.print(table)
    shown = sum(min(top, len(rows)) for _, rows in near.group_by("source", "id", "path"))
    _tell_rest(console, near.height - shown)


def _head(console: Console, words: str) -> None:
    console.print()
    console.print(words, style="bold")


def _tell_rest(console: Console, more: int) -> None:
    if more > 0:
        text = (f"另有 {more:,} 个，全部见 --out 的结果。", f"{more:,} more; --out holds them all.")
        console.print(say(*text))
