"""Evaluation (考核评价): the yearly score of each listed place from declared parts and weights.

A part is the share of its goals a place met, or an element on a declared scale. Without weights
nothing is computed: the document gives none, and none is invented.
"""

from __future__ import annotations

import polars as pl

from bangfu.engine.evaluation import digest, evaluate
from bangfu.engine.targeting import Component, point_scores
from bangfu.programme.result import Headline
from bangfu.programme.workspace import Workspace
from bangfu.schemes.format import EvaluationPart
from bangfu.schemes.scope import figure_value
from bangfu.vocabulary.clause import join_clauses
from bangfu.vocabulary.text import Text

__all__ = ["evaluation"]

_FULL = 10_000


def evaluation(work: Workspace) -> None:
    """Score the listed places; add the table ``evaluation``."""
    file = work.scheme.evaluation
    if not file.parts:
        return
    weights = {part.id: work.whole(f"evaluation.{part.id}.weight") for part in file.parts}
    missing = [part for part in file.parts if weights[part.id] is None]
    if missing:
        zh = "、".join(part.label.zh for part in missing)
        en = ", ".join(part.label.en for part in missing)
        work.skip(
            "evaluation",
            "、".join(f"evaluation.{part.id}.weight" for part in missing),
            Text(
                f"权重文件未明确、待定：{zh}。设定后才计算。",
                f"no weight is stated for: {en}; not computed until set.",
            ),
        )
        return
    chosen = {part: weight for part, weight in weights.items() if weight is not None}
    year = _year(work)
    lists = [t.id for t in work.scheme.targeting.lists if file.target_list in (None, t.id)]
    scored = [
        _scored(work, listed, chosen, year)
        for name in lists
        if not (listed := work.listed.filter(pl.col("list") == name)).is_empty()
    ]
    if not scored:
        work.skip(
            "evaluation",
            "list_members",
            Text("没有列入的单位，无从评价。", "no listed places to evaluate."),
        )
        return
    table = pl.concat(scored)
    work.result.tables["evaluation"] = table
    clauses = tuple(dict.fromkeys(c for part in file.parts for c in part.clauses))
    work.headline(
        Headline(
            "evaluation.places",
            Text(f"{year} 年参评单位", f"Evaluated, {year}"),
            table.height,
            "个",
            clauses,
            step="evaluation",
        )
    )


def _scored(
    work: Workspace, listed: pl.DataFrame, weights: dict[str, int], year: int
) -> pl.DataFrame:
    """Scores and ranks within one list: places of different lists are not compared."""
    file = work.scheme.evaluation
    parts = pl.concat([_points(work, part, listed["place_code"], year) for part in file.parts])
    seal = digest(parts, weights)[:16]
    name = listed["list"][0]
    work.notice(
        "evaluation",
        Text(
            f"{name} 评价数据封存校验值 {seal}；分数为百分之一分，仅供内部工作使用。",
            f"{name}: digest of the evaluation input {seal}; scores in hundredths of a point.",
        ),
    )
    clauses = join_clauses(list(dict.fromkeys(c for part in file.parts for c in part.clauses)))
    return (
        evaluate(parts, weights)
        .join(
            listed.select("place_code", "name", "list"),
            on="place_code",
            how="left",
            maintain_order="left",
        )
        .select(
            "list",
            "place_code",
            "name",
            pl.lit(str(year)).alias("period"),
            pl.col("score_centi").alias("score"),
            pl.col("score_low_centi").alias("score_low"),
            pl.col("score_high_centi").alias("score_high"),
            "rank_low",
            "rank_high",
            "parts",
            pl.lit(clauses).alias("clauses"),
        )
        .sort("rank_low", "rank_high", "place_code")
    )


def _year(work: Workspace) -> int:
    """The year evaluated: that of the run, within the years for which there are goals."""
    years = sorted(
        {
            year
            for goal in work.scheme.goals.goals
            if (year := work.whole(f"goals.{goal.id}.year")) is not None
        }
    )
    earlier = [year for year in years if year <= work.as_of.year]
    return (earlier or years or [work.as_of.year])[-1 if earlier else 0]


def _points(work: Workspace, part: EvaluationPart, codes: pl.Series, year: int) -> pl.DataFrame:
    points = (
        _goal_points(work, part, codes, year)
        if part.goals
        else _element_points(work, part, codes, year)
    )
    return points.select(
        "place_code",
        pl.lit(part.id).alias("part"),
        pl.col("points").cast(pl.Int64),
        pl.lit(_FULL).cast(pl.Int64).alias("max"),
    )


def _goal_points(
    work: Workspace, part: EvaluationPart, codes: pl.Series, year: int
) -> pl.DataFrame:
    """The share of a place's results that are met; unknown while one is open."""
    places = pl.DataFrame({"place_code": codes})
    results = work.result.tables.get("goals")
    blank = places.with_columns(pl.lit(None, dtype=pl.Int64).alias("points"))
    if results is None:
        return blank
    readings = _counting_readings(work)
    rows = results.filter(
        pl.col("goal_id").is_in(list(part.goals))
        & (pl.col("period") == str(year))
        & (pl.col("scope") == "each")
        & pl.col("reading").is_in(readings)
    )
    if rows.is_empty():
        return blank
    met = (pl.col("result") == "met").sum()
    open_ = (~pl.col("result").is_in(["met", "not_met"])).sum()
    shares = rows.group_by("owner_code").agg(
        pl.when(open_ == 0).then(met * _FULL // pl.len()).alias("points")
    )
    return places.join(
        shares, left_on="place_code", right_on="owner_code", how="left", maintain_order="left"
    )


def _counting_readings(work: Workspace) -> list[str]:
    """The readings whose results count where a goal is tested in several: those chosen."""
    chosen = [reading.chosen for reading in work.scheme.readings.values() if reading.chosen]
    if not {"growth_yoy", "growth_annual_avg"} & set(chosen):
        chosen.append("growth_yoy")
    return ["", *chosen]


def _element_points(
    work: Workspace, part: EvaluationPart, codes: pl.Series, year: int
) -> pl.DataFrame:
    assert part.element is not None
    path = f"evaluation.{part.id}"
    zero, full = (figure_value(work.figure(f"{path}.{end}")) for end in ("zero_at", "full_at"))
    table = (
        pl.DataFrame({"place_code": codes})
        .join(
            work.measurements.wide(year, [part.element]),
            on="place_code",
            how="left",
            maintain_order="left",
        )
        .rename({part.element: part.id})
    )
    if not isinstance(zero, int) or not isinstance(full, int):
        return table.select("place_code", pl.lit(None, dtype=pl.Int64).alias("points"))
    scored = point_scores(table, [Component(part.id, zero_at=zero, full_at=full, weight=1)])
    return scored.select("place_code", pl.col(f"{part.id}_points").alias("points"))
