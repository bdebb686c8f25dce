"""Lists beside the document (名单核对): sizes, cities, scope, and the published numbers by city."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from bangfu.programme.geography import ANCESTOR_COLUMNS
from bangfu.programme.office_lists import office_list
from bangfu.programme.result import Headline
from bangfu.programme.workspace import Workspace
from bangfu.schemes.format import TargetClass, TargetList
from bangfu.vocabulary.text import Text

__all__ = ["check_list"]


def check_list(
    work: Workspace,
    target_list: TargetList,
    universe: pl.DataFrame,
    judged: pl.DataFrame,
    listed: pl.DataFrame,
) -> None:
    """Note the headlines and checks of one list."""
    _check_in_scope(work, target_list, universe, listed)
    _compare_sizes(work, target_list, universe, judged)
    _check_allowed(work, target_list, universe, judged)


def _compare_sizes(
    work: Workspace, target_list: TargetList, universe: pl.DataFrame, judged: pl.DataFrame
) -> None:
    """Counts of the universe and of each class beside the numbers the document declares."""
    path = f"targeting.{target_list.id}"
    counts = {
        word: judged.filter(pl.col("verdict") == word).height for word in ("yes", "no", "unknown")
    }
    work.headline(
        Headline(
            f"targets.{target_list.id}.universe",
            Text(f"{target_list.label.zh}：范围内单位", f"{target_list.label.en}: places in scope"),
            universe.height,
            "个",
            target_list.universe.clauses,
            step="targets",
        )
    )
    held = office_list(work, target_list)
    computed = target_list.method != "list"
    if held is not None:
        _headline_listed(work, target_list, held)
        if computed:
            _compare_with_list(work, target_list, judged)
    words = (
        {"yes": ("测算符合", "computed yes"), "no": ("测算不符合", "computed no")}
        if computed
        else {"yes": ("列入", "listed"), "no": ("不列入", "not listed")}
    )
    for word, number in counts.items():
        zh, en = words.get(word, ("待核实", "unknown"))
        work.headline(
            Headline(
                f"targets.{target_list.id}.{word}",
                Text(f"{target_list.label.zh}：{zh}", f"{target_list.label.en}: {en}"),
                number,
                "个",
                target_list.clauses,
                step="targets",
            )
        )
    declared = work.whole(f"{path}.universe.size")
    if declared is not None:
        work.check(
            f"{path}.universe",
            declared == universe.height,
            Text(
                f"区划表中范围内 {universe.height:,} 个，文件为 {declared:,} 个。",
                f"places in scope: {universe.height:,}; the document says {declared:,}.",
            ),
            clauses=target_list.universe.clauses,
            failing="warning",
        )
        _compare_by_city(work, target_list, universe)
    for target_class in target_list.classes:
        size = work.whole(f"{path}.{target_class.id}.size")
        if size is not None:
            work.headline(
                Headline(
                    f"targets.{target_class.id}.declared",
                    Text(
                        f"{target_class.label.zh}（文件个数）",
                        f"{target_class.label.en}, declared number",
                    ),
                    size,
                    "个",
                    target_class.clauses,
                    step="targets",
                )
            )
            _compare_class(work, target_class, size, judged)


def _headline_listed(work: Workspace, target_list: TargetList, held: pl.DataFrame) -> None:
    """How many the office's list holds on the day, those that left apart."""
    left = held.filter(pl.col("exited_on") <= work.as_of).height
    work.headline(
        Headline(
            f"targets.{target_list.id}.listed",
            Text(f"{target_list.label.zh}：名单内", f"{target_list.label.en}: on the list"),
            held.height - left,
            "个",
            target_list.clauses,
            basis=Text(f"另有已退出 {left} 个", f"{left} more have left") if left else None,
            step="targets",
        )
    )


def _compare_with_list(work: Workspace, target_list: TargetList, judged: pl.DataFrame) -> None:
    """Where the office's list and the computed verdict differ: shown, never changed."""
    on_list = pl.col("class").is_not_null()
    against = judged.filter(on_list & (pl.col("verdict") == "no")).height
    open_ = judged.filter(on_list & (pl.col("verdict") == "unknown")).height
    beside = judged.filter(~on_list & (pl.col("verdict") == "yes")).height
    work.check(
        f"targets.{target_list.id}.computed",
        not (against or open_ or beside),
        Text(
            f"{target_list.label.zh}：名单内测算不符合 {against} 个、待核实 {open_} 个；"
            f"测算符合而不在名单 {beside} 个。名单以认定为准。",
            f"{target_list.label.en}: on the list but computed no {against}, unknown {open_}; "
            f"computed yes but not listed {beside}. The list decides.",
        ),
        clauses=target_list.clauses,
        failing="warning",
    )


def _compare_class(
    work: Workspace, target_class: TargetClass, size: int, judged: pl.DataFrame
) -> None:
    """The places of a class still on the list (or proposed) beside the declared number."""
    held = work.tables.get("list_members") is not None
    if held:
        number = work.members_of((target_class.id,)).height
    else:
        number = judged.filter(pl.col("class") == target_class.id).height
        if number == 0:
            return
    word = ("名单", "list") if held else ("候选", "candidates")
    work.check(
        f"targets.{target_class.id}.size",
        number == size,
        Text(
            f"{target_class.label.zh}：{word[0]} {number:,} 个，文件为 {size:,} 个。",
            f"{target_class.label.en}: {word[1]} {number:,}, the document says {size:,}.",
        ),
        clauses=target_class.clauses,
        failing="warning",
    )


def _check_in_scope(
    work: Workspace, target_list: TargetList, universe: pl.DataFrame, listed: pl.DataFrame
) -> None:
    """Places the office lists although the rule does not speak of them."""
    stray = listed.filter(~pl.col("place_code").is_in(universe["code"].to_list()))
    if stray.is_empty():
        return
    names = "、".join(stray["name"].head(5).to_list())
    work.check(
        f"targets.{target_list.id}.in_scope",
        False,
        Text(
            f"{target_list.label.zh}：名单中有 {stray.height} 个不在方案范围内，如 {names}。",
            f"{target_list.label.en}: {stray.height} of the list are out of scope, such as {names}.",
        ),
        clauses=target_list.universe.clauses or target_list.clauses,
        failing="warning",
    )


def _check_allowed(
    work: Workspace, target_list: TargetList, universe: pl.DataFrame, judged: pl.DataFrame
) -> None:
    """Places listed or proposed outside the cities the document names."""
    allowed = target_list.allowed_within
    inside = pl.any_horizontal(
        pl.col(name).is_in(list(allowed)) for name in ANCESTOR_COLUMNS.values()
    )
    if not allowed or not universe.select(inside.any()).item():
        return
    chosen = (judged["verdict"] == "yes") | judged["class"].is_not_null()
    stray = universe.filter(chosen & ~universe.select(inside.alias("x"))["x"])
    names = "、".join(stray["name"].head(5).to_list())
    where = "、".join(allowed.values())
    decided = office_list(work, target_list) is not None
    work.check(
        f"targets.{target_list.id}.allowed",
        stray.is_empty(),
        Text(
            f"{target_list.label.zh}应在{where}范围内；范围外 {stray.height} 个"
            f"{f'：{names}' if names else ''}。",
            f"{target_list.label.en} must lie in the places named ({len(allowed)}); outside: "
            f"{stray.height}{f' ({names})' if names else ''}.",
        ),
        clauses=target_list.clauses,
        failing="failed" if decided else "warning",
    )


def _compare_by_city(work: Workspace, target_list: TargetList, universe: pl.DataFrame) -> None:
    """Where the table of places and the published quotas differ, place by place above."""
    level = target_list.universe.compare_by
    if level is None:
        return
    published: dict[str, int] = {}
    for quota in work.scheme.pairing.quotas:
        for row in quota.published.rows:
            if row.recipient:
                published[row.recipient] = published.get(row.recipient, 0) + sum(
                    row.numbers.values()
                )
    found = dict(universe[ANCESTOR_COLUMNS[level]].value_counts().iter_rows())
    notes = {known.place_code: known.note for known in target_list.universe.known_differences}
    rows = []
    for code in sorted({*published, *found}, key=str):
        here, there = found.get(code, 0), published.get(code, 0)
        # What is known to differ was seen on a whole table, not on a part of it.
        note = notes.get(code) if here and here != there else None
        rows.append(
            {
                "place_code": code,
                "name": work.name_of(code),
                "in_places": here,
                "published": there,
                "difference": here - there,
                "note": note.zh if note else "",
            }
        )
        if here and here != there:
            _tell_difference(work, target_list, rows[-1], note.text if note else None)
    absent = [row["name"] for row in rows if row["in_places"] == 0]
    if absent:
        work.notice(
            "targets",
            Text(
                f"区划表中没有这些地方的单位，未比较：{'、'.join(absent)}。",
                f"not in places, not compared: {', '.join(absent)}.",
            ),
        )
    work.result.tables["universe_by_city"] = pl.DataFrame(
        rows,
        schema={
            "place_code": pl.String,
            "name": pl.String,
            "in_places": pl.Int64,
            "published": pl.Int64,
            "difference": pl.Int64,
            "note": pl.String,
        },
    )


def _tell_difference(
    work: Workspace, target_list: TargetList, row: Mapping[str, Any], note: Text | None
) -> None:
    tail = (f"：{note.zh}", f": {note.en}") if note else ("", "")
    work.check(
        f"targets.universe.{row['place_code']}",
        False,
        Text(
            f"{row['name']}：区划表 {row['in_places']} 个，文件 {row['published']} 个{tail[0]}",
            f"{row['name']}: {row['in_places']} in places, {row['published']} in the document"
            f"{tail[1]}",
        ),
        clauses=target_list.universe.clauses,
        failing="warning",
    )
