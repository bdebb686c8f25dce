"""Verdicts (认定结论): the office's list, criteria joined by a reading, or points up to a size."""

from __future__ import annotations

import polars as pl

from bangfu.engine.targeting import (
    Component,
    point_scores,
    select_by_size,
    verdict_text,
)
from bangfu.programme.conditions import Judge
from bangfu.programme.office_lists import office_list
from bangfu.programme.reasons import criteria_reasons, ranking_reasons
from bangfu.programme.workspace import Workspace
from bangfu.schemes.expression import parse, run_expressions
from bangfu.schemes.format import TargetList
from bangfu.schemes.scope import figure_value, verdict_scope
from bangfu.vocabulary.clause import join_clauses
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text

__all__ = ["component_columns", "screening_year", "verdicts_of"]

_IN_LIST = "在名单内"
_NOT_IN_LIST = "不在名单内"
_HAS_LEFT = "已退出名单，保留期见 exits"
_NO_LIST = "缺名单（list_members），类别待核实"


def verdicts_of(work: Workspace, target_list: TargetList, universe: pl.DataFrame) -> pl.DataFrame:
    """Verdict, score, rank and reason of every place of the universe, in its order.

    Places that are not eligible are a plain no: they neither compete nor wait for figures.
    """
    rule = target_list.eligible
    if rule is None:
        return _by_method(work, target_list, universe)
    judged = Judge(work, work.as_of.year).judge(universe, {"eligible": rule.when})["eligible"]
    competing = universe.filter(judged.fill_null(True))
    aside = universe.filter(~judged.fill_null(True)).select(
        pl.col("code").alias("place_code"),
        pl.lit("no").alias("verdict"),
        *_blank("score", "rank", "rank_high"),
        pl.lit(None, dtype=pl.Boolean).alias("watch"),
        pl.lit(rule.otherwise.zh).alias("reason"),
        pl.lit(join_clauses(rule.clauses)).alias("clauses"),
    )
    found = pl.concat([_by_method(work, target_list, competing).select(aside.columns), aside])
    order = universe.select(pl.col("code").alias("place_code"))
    return order.join(found, on="place_code", how="left", maintain_order="left")


def _by_method(work: Workspace, target_list: TargetList, universe: pl.DataFrame) -> pl.DataFrame:
    match target_list.method:
        case "criteria":
            return _by_criteria(work, target_list, universe)
        case "ranking":
            return _by_ranking(work, target_list, universe)
        case _:
            return _by_list(work, target_list, universe)


def _blank(*names: str) -> list[pl.Expr]:
    return [pl.lit(None, dtype=pl.Int64).alias(name) for name in names]


def _by_list(work: Workspace, target_list: TargetList, universe: pl.DataFrame) -> pl.DataFrame:
    """The office's list decides; without one nothing is known."""
    held = office_list(work, target_list)
    codes = universe.select(pl.col("code").alias("place_code"))
    blank = _blank("score", "rank", "rank_high")
    clauses = pl.lit(join_clauses(target_list.clauses)).alias("clauses")
    watch = pl.lit(None, dtype=pl.Boolean).alias("watch")
    if held is None:
        work.skip(
            "targets",
            "list_members",
            Text(
                f"{target_list.label.zh}：没有名单（list_members），类别空缺、结果待核实。",
                f"{target_list.label.en}: no list_members; class empty, verdict unknown.",
            ),
        )
        return codes.with_columns(
            pl.lit("unknown").alias("verdict"),
            *blank,
            watch,
            pl.lit(_NO_LIST).alias("reason"),
            clauses,
        )
    left = held.filter(pl.col("exited_on") <= work.as_of)["place_code"].to_list()
    named = pl.col("place_code").is_in(held["place_code"].to_list())
    gone = pl.col("place_code").is_in(left)
    return codes.with_columns(
        pl.when(named & ~gone).then(pl.lit("yes")).otherwise(pl.lit("no")).alias("verdict"),
        *blank,
        watch,
        pl.when(gone)
        .then(pl.lit(_HAS_LEFT))
        .when(named)
        .then(pl.lit(_IN_LIST))
        .otherwise(pl.lit(_NOT_IN_LIST))
        .alias("reason"),
        clauses,
    )


def _by_criteria(work: Workspace, target_list: TargetList, universe: pl.DataFrame) -> pl.DataFrame:
    """Criteria joined as the reading says."""
    screening = target_list.screening
    assert screening is not None
    option = work.scheme.chosen(screening.reading) if screening.reading else None
    combine = screening.combine[option or next(iter(screening.combine))]
    year = screening_year(work, target_list)
    verdicts = universe.select(pl.col("code").alias("place_code"))
    for criterion in target_list.criteria:
        judge = Judge(work, year, criterion.member_level, criterion.member_include)
        found = judge.judge(universe, {criterion.id: criterion.expression})
        verdicts = verdicts.with_columns(found[criterion.id])
    verdicts = verdicts.with_columns(
        _kleene(combine, target_list, verdicts).alias("decision"),
        _kleene(screening.watch, target_list, verdicts).alias("watched")
        if screening.watch
        else pl.lit(None, dtype=pl.Boolean).alias("watched"),
    )
    clauses = join_clauses([c for criterion in target_list.criteria for c in criterion.clauses])
    return verdicts.with_columns(
        verdict_text(verdicts["decision"]).alias("verdict"),
        (pl.col("watched") & pl.col("decision").eq(False)).alias("watch"),
        *_blank("score", "rank", "rank_high"),
        criteria_reasons(work, target_list, universe, verdicts, year),
        pl.lit(clauses).alias("clauses"),
    )


def _kleene(combine: str, target_list: TargetList, verdicts: pl.DataFrame) -> pl.Series:
    """An expression over criterion ids, in three-valued logic."""
    parsed = parse(combine, verdict_scope(target_list))
    return run_expressions({"outcome": parsed}, verdicts)["outcome"]


def _by_ranking(work: Workspace, target_list: TargetList, universe: pl.DataFrame) -> pl.DataFrame:
    """Points by declared scales; proposed up to the size, unknown where that cannot be said."""
    scoring = target_list.scoring
    assert scoring is not None
    year = screening_year(work, target_list)
    path = f"targeting.{target_list.id}.scoring"
    figures, components = component_columns(work, target_list, universe, year)
    scored = point_scores(figures, components)
    size = work.whole(f"{path}.select")
    clauses = join_clauses([c for part in scoring.components for c in part.clauses])
    ranked = select_by_size(scored, "weighted_points", size=size if size is not None else 0)
    # A place with a figure missing is looked into, even where every rank would be inside the cut.
    known = pl.col("weighted_points").is_not_null() & pl.lit(size is not None)
    ranked = ranked.with_columns(pl.when(known).then(pl.col("verdict")).alias("verdict"))
    _tell_if_all_fit(work, target_list, ranked.height, size)
    return ranked.with_columns(
        verdict_text(ranked["verdict"]).alias("verdict"),
        pl.col("rank_low").alias("rank"),
        pl.lit(None, dtype=pl.Boolean).alias("watch"),
        ranking_reasons(work, target_list, ranked),
        pl.lit(clauses).alias("clauses"),
    )


def _tell_if_all_fit(
    work: Workspace, target_list: TargetList, competing: int, size: int | None
) -> None:
    """A cut that takes everybody selects nobody: usually only a part of the area was handed in."""
    if size is None or not 0 < competing <= size:
        return
    work.check(
        f"targets.{target_list.id}.cut",
        False,
        Text(
            f"{target_list.label.zh}：参加排序的 {competing:,} 个不多于名额 {size:,} 个，排序不起筛选"
            "作用（多因只放了部分地区的数据）。",
            f"{target_list.label.en}: {competing:,} places compete for {size:,}; the ranking selects "
            "nothing (usually only a part of the area is in the tables).",
        ),
        clauses=target_list.clauses,
        failing="warning",
    )


def component_columns(
    work: Workspace, target_list: TargetList, universe: pl.DataFrame, year: int
) -> tuple[pl.DataFrame, list[Component]]:
    """One whole number per component; a share is in hundredths of a per cent, rounded down."""
    assert target_list.scoring is not None
    parts = target_list.scoring.components
    wanted = [name for part in parts for name in (part.element, part.per_element) if name]
    table = universe.select(pl.col("code").alias("place_code")).join(
        work.measurements.wide(year, wanted), on="place_code", how="left", maintain_order="left"
    )
    components = []
    for part in parts:
        path = f"targeting.{target_list.id}.scoring.{part.id}"
        value = pl.col(part.element)
        if part.per_element:
            whole = pl.col(part.per_element)
            value = pl.when(whole > 0).then(value * 10_000 // whole)
        table = table.with_columns(value.alias(part.id))
        zero, full = (figure_value(work.figure(f"{path}.{end}")) for end in ("zero_at", "full_at"))
        weight = work.whole(f"{path}.weight")
        if not isinstance(zero, int) or not isinstance(full, int) or weight is None:
            raise FaultsFound(
                [
                    Fault(
                        "TGT-04",
                        path,
                        Text(
                            "计分的起点、满分点和权重都要有取值。",
                            "zero_at, full_at and weight need figures.",
                        ),
                    )
                ]
            )
        components.append(Component(part.id, zero_at=zero, full_at=full, weight=weight))
    return table, components


def screening_year(work: Workspace, target_list: TargetList) -> int:
    """The year whose figures are screened: the one the list names, else the year before as_of."""
    stated = work.whole(f"targeting.{target_list.id}.year")
    return stated if stated is not None else work.as_of.year - 1
