"""Reasons (理由): why a place is in or out, with the figures, for all places at once.

Reasons are written in Chinese, the language of the decision; the figures themselves stand in the
tables.
"""

from __future__ import annotations

import polars as pl

from bangfu.programme.conditions import ATTRIBUTES, Judge
from bangfu.programme.workspace import Workspace
from bangfu.schemes.expression import Names, parse
from bangfu.schemes.figures import figure_text
from bangfu.schemes.format import TargetList
from bangfu.schemes.format.catalogue import DataElement
from bangfu.schemes.scope import element_of_name, scope_for

__all__ = ["amount_text", "criteria_reasons", "figure_expression", "ranking_reasons"]

_VERDICTS = {True: "是", False: "否"}
_UNKNOWN = "待核实"


def criteria_reasons(
    work: Workspace,
    target_list: TargetList,
    universe: pl.DataFrame,
    verdicts: pl.DataFrame,
    year: int,
) -> pl.Series:
    """One sentence per place: each criterion, its outcome, the figures it looked at."""
    parts: list[pl.Expr] = []
    table = verdicts
    for criterion in target_list.criteria:
        scope = scope_for(work.scheme, members=criterion.member_level is not None)
        names = Names.of(parse(criterion.expression, scope).tree)
        own = [
            element_of_name(work.scheme, name)
            for name in sorted(names.own)
            if name not in ATTRIBUTES
        ]
        if own:
            values = work.measurements.wide(year, [element.id for element in own]).rename(
                {element.id: f"{criterion.id}:{element.id}" for element in own}
            )
            table = table.join(values, on="place_code", how="left", maintain_order="left")
        counted = _member_counts(
            work,
            criterion.id,
            criterion.expression,
            universe,
            Judge(work, year, criterion.member_level, criterion.member_include),
        )
        if counted is not None:
            table = table.join(counted, on="place_code", how="left", maintain_order="left")
        figures = [
            pl.format(
                "{} {}",
                pl.lit(element.name),
                figure_expression(element, f"{criterion.id}:{element.id}"),
            )
            for element in own
        ]
        figures += [
            pl.format("计数 {}", pl.col(f"{criterion.id}:count"))
            for _ in range(counted is not None)
        ]
        verdict = pl.col(criterion.id).replace_strict(
            _VERDICTS, default=_UNKNOWN, return_dtype=pl.String
        )
        inner = pl.concat_str(figures, separator="，") if figures else pl.lit("")
        bracket = pl.when(inner == "").then(pl.lit("")).otherwise(pl.format("（{}）", inner))
        parts.append(pl.format("{}：{}{}", pl.lit(criterion.label.zh), verdict, bracket))
    return table.select(pl.concat_str(parts, separator="；").alias("reason"))["reason"]


def _member_counts(
    work: Workspace, name: str, source: str, universe: pl.DataFrame, judge: Judge
) -> pl.DataFrame | None:
    """The count a criterion compares, as text: a number, or from-to where members are unknown."""
    counts = _count_calls(source)
    if judge.member_level is None or len(counts) != 1:
        return None
    found = judge.judge(universe, {"n": counts[0]})
    low, high = pl.col("n_lo"), pl.col("n_hi")
    text = (
        pl.when(low.is_null())
        .then(pl.lit(_UNKNOWN))
        .when(low == high)
        .then(low.cast(pl.String))
        .otherwise(pl.format("{}至{}", low, high))
    )
    return found.select("place_code", text.alias(f"{name}:count"))


def _count_calls(source: str) -> list[str]:
    """The count(...) calls written in an expression."""
    calls, start = [], source.find("count(")
    while start >= 0:
        depth = 0
        for end in range(start + 5, len(source)):
            depth += {"(": 1, ")": -1}.get(source[end], 0)
            if depth == 0:
                calls.append(source[start : end + 1])
                break
        start = source.find("count(", start + 1)
    return calls


def ranking_reasons(work: Workspace, target_list: TargetList, ranked: pl.DataFrame) -> pl.Series:
    """One sentence per place: rank, points, and each component with its figure."""
    assert target_list.scoring is not None
    parts: list[pl.Expr] = []
    for part in target_list.scoring.components:
        element = work.scheme.catalogue[part.element]
        value = (
            _hundredths(pl.col(part.id), "%")
            if part.per_element
            else figure_expression(element, part.id)
        )
        points = pl.col(f"{part.id}_points").cast(pl.String).fill_null(_UNKNOWN)
        parts.append(pl.format("{} {}（{}分）", pl.lit(part.label.zh), value, points))
    low, high = pl.col("rank_low"), pl.col("rank_high")
    rank = (
        pl.when(pl.col("weighted_points").is_null())
        .then(pl.lit("位次待核实"))
        .when(low == high)
        .then(pl.format("第{}位", low))
        .otherwise(pl.format("第{}至{}位", low, high))
    )
    why = pl.col("reason").replace_strict(
        {"tie_at_the_cut": "；并列于名额线", "undecided_by_missing": "；因有单位缺数待核实"},
        default="",
        return_dtype=pl.String,
    )
    size = figure_text(work.figure(f"targeting.{target_list.id}.scoring.select"))
    return ranked.select(
        pl.concat_str([pl.format("{}（名额 {}）", rank, pl.lit(size)), *parts], separator="；")
        .add(why)
        .alias("reason")
    )["reason"]


def figure_expression(element: DataElement, column: str) -> pl.Expr:
    """A figure of a column as people read it; 缺数 where it is missing."""
    if element.kind == "money":
        return amount_text(pl.col(column))
    if element.kind == "bool":
        return pl.col(column).replace_strict(
            {True: "有", False: "无"}, default="缺数", return_dtype=pl.String
        )
    if element.kind == "number":
        return _hundredths(pl.col(column), element.unit)
    return pl.col(column).cast(pl.String).fill_null("缺数") + pl.when(
        pl.col(column).is_null()
    ).then(pl.lit("")).otherwise(pl.lit(element.unit))


def amount_text(fen: pl.Expr) -> pl.Expr:
    """Fen as 万元 or 元, exactly; 缺数 where it is missing."""
    yuan = _decimal_text(fen, 2) + pl.lit("元")
    ten_thousand = _decimal_text(fen, 6) + pl.lit("万元")
    return (
        pl.when(fen.is_null())
        .then(pl.lit("缺数"))
        .when(fen.abs() >= 10_000_000)
        .then(ten_thousand)
        .otherwise(yuan)
    )


def _hundredths(value: pl.Expr, unit: str) -> pl.Expr:
    return (
        pl.when(value.is_null())
        .then(pl.lit("缺数"))
        .otherwise(_decimal_text(value, 2) + pl.lit(unit))
    )


def _decimal_text(value: pl.Expr, digits: int) -> pl.Expr:
    """A whole number shown with its last digits behind the point, spare zeros dropped."""
    sign = pl.when(value < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    size = value.abs().cast(pl.String).str.pad_start(digits + 1, "0")
    whole = size.str.slice(0, size.str.len_chars() - digits)
    rest = size.str.slice(-digits).str.strip_chars_end("0")
    point = pl.when(rest == "").then(pl.lit("")).otherwise(pl.lit("."))
    return sign + whole + point + rest
