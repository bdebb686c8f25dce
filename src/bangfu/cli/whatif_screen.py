"""A trial on the screen (政策测算的显示): what was tried, who, how much, which goals."""

from __future__ import annotations

from typing import Final

import polars as pl
from rich.console import Console

from bangfu.cli.difference_screen import field_words
from bangfu.cli.words import grid, language, say, screen, show
from bangfu.programme.report.numbers import amount, signed
from bangfu.programme.report.words import READING_WORDS, RESULTS, VERDICTS
from bangfu.programme.whatif import WhatIf
from bangfu.programme.whatif.money import money_totals
from bangfu.schemes.differences import Difference
from bangfu.schemes.load import Scheme
from bangfu.vocabulary.text import Text

__all__ = ["show_whatif"]

_OUT_OF_SCOPE: Final = Text("不在范围", "out of scope")
_CHANGES: Final = {
    "in": Text("新增", "newly in"),
    "out": Text("调出", "newly out"),
    "verdict": Text("结论变化", "other verdict"),
    "class": Text("类别变化", "other class"),
}
_OTHER: Final = {
    "evaluation": Text("考核评价得分、位次", "scores and ranks of the evaluation"),
    "exits": Text("退出与保留期", "exits and retention"),
    "exit_proposals": Text("可提请退出", "proposals for exit"),
    "quotas": Text("任务数", "quotas"),
    "slots": Text("名额明细", "posts, place by place"),
    "registers": Text("台账", "registers"),
    "out_of_scope": Text("不在范围的地方", "places out of scope"),
    "people": Text("选派条件", "conditions on people"),
}


def show_whatif(found: WhatIf, *, top: int) -> None:
    """Print a trial; ``top`` names at most in each list of names."""
    console = screen()
    title = show(found.scheme.about.title.text)
    heading = f"{title}  {found.scheme.id}  {found.base.as_of.isoformat()}"
    console.print(heading, soft_wrap=True)
    _show_settings(console, found)
    if found.is_empty:
        console.print(say("结果没有任何变化。", "Nothing changes in the result."), style="bold")
        return
    _show_targets(console, found, top)
    _show_money(console, found)
    _show_counts(console, found)
    _show_goals(console, found, top)
    _show_rest(console, found)
    for check in found.new_failures:
        console.print(
            say("测算后不符：", "fails in the trial: ") + show(check.message), soft_wrap=True
        )


def _show_settings(console: Console, found: WhatIf) -> None:
    tried = {key.partition("@")[0] for key in found.trial.overlay}
    asked = [(_is_among(row, tried), row) for row in found.settings]
    for given, row in sorted(asked, key=lambda pair: not pair[0]):
        lead = say("试改：", "tried: ") if given else say("随之变动：", "follows: ")
        field = f" · {field_words(row.field)}" if row.field else ""
        before, after = (show(text) if text else "—" for text in (row.before, row.after))
        since = ""
        if row.on is not None:
            since = say(f"（{row.on} 起）", f" (from {row.on})")
        clauses = f" [{', '.join(row.clauses_a)}]" if row.clauses_a else ""
        line = f"{lead}{show(row.label)}{field}  {before} → {after}{since}{clauses}"
        console.print(line, soft_wrap=True)
    for setting in found.idle:
        same = ("与方案现值相同，不是改动：", "the scheme says so already, no change: ")
        console.print(say(*same) + setting, soft_wrap=True)
    if found.unused:
        unused = ("本次运行没有用到这些取值：", "no step of this run uses: ")
        console.print(say(*unused) + ", ".join(found.unused), soft_wrap=True)
    if found.ruled_by_list:
        text = (
            "名单由主管部门确定，资金、名额、履职、目标按名单计；"
            "这里的认定结论只是测算（不用名单请加 --ignore-list）。",
            "The office's list decides: money, posts, duties and goals follow it; verdicts here are "
            "only computed (add --ignore-list to leave the list aside).",
        )
        console.print(say(*text), soft_wrap=True)


def _is_among(row: Difference, tried: set[str]) -> bool:
    """Whether a difference was asked for; others follow from it."""
    path = row.path_b or row.path_a or ""
    return path in tried or f"readings.{path}" in tried


def _verdict(word: str) -> str:
    return show(VERDICTS.get(word, _OUT_OF_SCOPE))


def _show_targets(console: Console, found: WhatIf, top: int) -> None:
    _head(console, say("名单", "Lists"))
    labels = {each.id: show(each.label.text) for each in found.scheme.targeting.lists}
    moved = found.matrix.filter(pl.col("verdict_base") != pl.col("verdict_trial"))
    if found.targets.is_empty():
        console.print(say("名单没有变化。", "No list changes."))
    for name, before, after, places in moved.iter_rows():
        arrow = f"{_verdict(before)} → {_verdict(after)}"
        console.print(f"{labels.get(name, name)}{say('：', ': ')}{arrow}  {places:,}")
    if found.moved_in_rank:
        number = f"{found.moved_in_rank:,}"
        console.print(
            say(f"得分或位次有变化的：{number} 个", f"another score or rank: {number} places")
        )
    if not found.counties.is_empty():
        _show_counties(console, found.counties)
    _show_names(console, found.targets, top)


def _show_counties(console: Console, counties: pl.DataFrame) -> None:
    heads = (say("县（市、区）", "county"), say("原", "base"), say("测算", "trial"))
    more = (
        say("新增", "in"),
        say("调出", "out"),
        say("类别变化", "class"),
        say("待核实", "unknown"),
    )
    table = grid(*heads, *more, right=(1, 2, 3, 4, 5, 6), bold=True)
    for row in counties.iter_rows(named=True):
        unknown = f"{row['unknown_base']} → {row['unknown_trial']}"
        numbers = ("yes_base", "yes_trial", "newly_in", "newly_out", "class_moves")
        county = row["county"] or row["county_code"] or "—"
        table.add_row(county, *(f"{row[name]:,}" for name in numbers), unknown)
    console.print(table)


def _show_names(console: Console, targets: pl.DataFrame, top: int) -> None:
    if targets.is_empty() or not top:
        return
    heads = (say("变化", "change"), say("单位", "place"), say("县（市、区）", "county"))
    more = (say("结论", "verdict"), say("位次", "rank"), say("测算理由", "reason in the trial"))
    table = grid(*heads, *more, bold=True)
    for row in targets.head(top).iter_rows(named=True):
        arrow = f"{_verdict(row['verdict_base'])} → {_verdict(row['verdict_trial'])}"
        if row["change"] == "class":
            arrow = f"{row['class_base'] or '—'} → {row['class_trial'] or '—'}"
        ranks = [row["rank_base"], row["rank_trial"]]
        rank = " → ".join("—" if each is None else f"{each:,}" for each in ranks)
        place = f"{row['name']}\n{row['place_code']}"
        named = show(_CHANGES[row["change"]])
        shown = "" if ranks == [None, None] else rank
        table.add_row(named, place, row["county"], arrow, shown, row["reason_trial"] or "")
    console.print(table)
    _tell_rest(console, targets.height - top)


def _show_money(console: Console, found: WhatIf) -> None:
    changed = pl.col("base_fen").ne_missing(pl.col("trial_fen"))
    if found.money.is_empty():
        return
    _head(console, say("资金", "Money"))
    if found.money.filter(changed).is_empty():
        console.print(say("资金没有变化。", "No amount changes."))
        return
    payers = {payer.id: show(payer.label.text) for payer in found.scheme.funding.payers}
    by_payer = money_totals(found.money, ["year", "payer_role"]).filter(changed)
    by_payee = money_totals(found.money, ["year", "payee"]).filter(changed)
    by_year = money_totals(found.money, ["year"]).filter(changed)
    everyone = say("合计", "all")
    rows = [
        *((year, everyone, fen) for year, *fen in by_year.iter_rows()),
        *((year, payers.get(role, role), fen) for year, role, *fen in by_payer.iter_rows()),
    ]
    _money_table(console, say("承担方", "payer"), rows)
    _money_table(
        console,
        say("受助方", "payee"),
        [(year, payee, fen) for year, payee, *fen in by_payee.iter_rows()],
    )


def _money_table(console: Console, who: str, rows: list[tuple[int, str, list[int | None]]]) -> None:
    table = grid(
        *(say("年份", "year"), who, say("原", "base"), say("测算", "trial")),
        say("增减", "difference"), right=(2, 3, 4), bold=True,
    )  # fmt: skip
    for year, name, (before, after, difference) in rows:
        sign = "+" if difference is not None and difference > 0 else ""
        table.add_row(str(year), name, _fen(before), _fen(after), sign + _fen(difference))
    console.print(table)


def _fen(amount_fen: int | None) -> str:
    if amount_fen is None:
        return say("未明确", "not stated")
    return amount(amount_fen, language())


def _show_counts(console: Console, found: WhatIf) -> None:
    changed = (
        found.counts.group_by("step", "id", "period", maintain_order=True)
        .agg(pl.col("base", "trial", "difference").sum())
        .filter(pl.col("base") != pl.col("trial"))
    )
    if changed.is_empty():
        return
    _head(console, say("名额与履职", "Posts and duties"))
    labels = _labels(found.scheme)
    heads = (say("项目", "item"), say("年份", "year"), say("原", "base"), say("测算", "trial"))
    table = grid(*heads, say("增减", "difference"), right=(2, 3, 4), bold=True)
    for step, name, period, *numbers in changed.iter_rows():
        before, after, difference = numbers
        label = labels.get(f"{step}.{name}", name)
        table.add_row(label, period, f"{before:,}", f"{after:,}", signed(difference))
    console.print(table)


def _show_goals(console: Console, found: WhatIf, top: int) -> None:
    whole = found.goals.filter(pl.col("county_code") == "")
    if whole.is_empty():
        return
    _head(console, say("目标", "Goals"))
    if found.goal_places.is_empty():
        console.print(say("达标情况没有变化。", "No result of a goal changes."))
        return
    labels = _labels(found.scheme)
    pairs = [(f"{name}_base", f"{name}_trial") for name in ("tested", "met", "not_met", "unknown")]
    moved = whole.filter(
        pl.any_horizontal(pl.col(before) != pl.col(after) for before, after in pairs)
    )
    heads = (say("目标", "goal"), say("检验", "tested"), show(RESULTS["met"]))
    more = (show(RESULTS["not_met"]), show(RESULTS["unknown"]))
    table = grid(*heads, *more, right=(1, 2, 3, 4), bold=True)
    for row in moved.iter_rows(named=True):
        cells = [f"{row[before]:,} → {row[after]:,}" for before, after in pairs]
        table.add_row(_goal_words(row, labels), *cells)
    console.print(table)
    _show_goal_names(console, found.goal_places, labels, top)


def _goal_words(row: dict[str, str], labels: dict[str, str]) -> str:
    label = labels.get(f"goals.{row['goal_id']}", row["goal_id"])
    reading = row["reading"]
    if reading:
        label += f"（{show(READING_WORDS.get(reading, Text(reading, reading)))}）"
    return label + (say("（整体）", " (whole body)") if row["scope"] == "body" else "")


def _show_goal_names(
    console: Console, places: pl.DataFrame, labels: dict[str, str], top: int
) -> None:
    if not top:
        return
    heads = (say("单位", "place"), say("县（市、区）", "county"), say("目标", "goal"))
    table = grid(*heads, say("数值", "figure"), say("结果", "result"), bold=True)
    for row in places.head(top).iter_rows(named=True):
        sides = [row["result_base"], row["result_trial"]]
        arrow = " → ".join("—" if word is None else show(RESULTS[word]) for word in sides)
        table.add_row(
            row["name"], row["county"], _goal_words(row, labels), row["value"] or "", arrow
        )
    console.print(table)
    _tell_rest(console, places.height - top)


def _show_rest(console: Console, found: WhatIf) -> None:
    if found.rest.is_empty():
        return
    _head(console, say("其他变化", "Also"))
    for name, cells in found.rest.group_by("table", maintain_order=True):
        known = _OTHER.get(str(name[0]), Text(str(name[0]), str(name[0])))
        console.print(
            f"{show(known)}{say('：', ': ')}{cells.height:,}{say(' 处不同', ' cells differ')}"
        )


def _labels(scheme: Scheme) -> dict[str, str]:
    """Labels of posts, duties and goals by step and id."""
    parts = {
        "slots": scheme.staffing.slots,
        "duties": scheme.duties.duties,
        "goals": scheme.goals.goals,
    }
    return {
        f"{step}.{entry.id}": show(entry.label.text)
        for step, entries in parts.items()
        for entry in entries
    }


def _head(console: Console, words: str) -> None:
    console.print()
    console.print(words, style="bold")


def _tell_rest(console: Console, more: int) -> None:
    if more > 0:
        text = (f"另有 {more:,} 个，全部见 --out 的结果。", f"{more:,} more; --out holds them all.")
        console.print(say(*text))
