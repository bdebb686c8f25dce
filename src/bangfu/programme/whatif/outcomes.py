"""What a trial does to goals, posts and duties (达标、名额、履职的变化), by county.

Counts results the chain has given; it tests no goal itself.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from bangfu.programme.result import RunResult
from bangfu.programme.whatif.sides import differs, side_by_side, table_of, with_county

__all__ = ["COUNTS", "GOALS", "GOAL_PLACES", "count_changes", "goal_changes", "goal_places"]

_RESULTS: Final = ("met", "not_met", "unknown", "judgement")
#: A goal of several years has rows of each; each way of reading it has rows of its own.
_GOAL: Final = ["goal_id", "scope", "reading", "period"]
_COUNTY: Final = ["county_code", "county"]
#: Columns of ``whatif_goals.csv``: one row for all places (county_code empty), one per county.
GOALS: Final = {
    **dict.fromkeys((*_GOAL, *_COUNTY), pl.String),
    **{f"{name}_{side}": pl.Int64 for name in ("tested", *_RESULTS) for side in ("base", "trial")},
    "difference_met": pl.Int64,
    "clauses": pl.String,
}
#: Columns of ``whatif_goal_places.csv``: who has another result.
GOAL_PLACES: Final = (
    *("goal_id", "scope", "reading", "period", "place_code", "name", "county_code", "county"),
    *("value", "threshold_base", "threshold_trial", "result_base", "result_trial", "clauses"),
)
#: Columns of ``whatif_counts.csv``: posts required and duties due.
COUNTS: Final = {
    **dict.fromkeys(("step", "id", "period", *_COUNTY), pl.String),
    **dict.fromkeys(("base", "trial", "difference"), pl.Int64),
    "clauses": pl.String,
}


def goal_changes(base: RunResult, trial: RunResult, where: pl.DataFrame) -> pl.DataFrame:
    """How many places meet each goal, before and after: in all, and in counties that change.

    Returns
    -------
    frame
        Columns ``GOALS``; every goal has its row for all places, whether it changes or not. A
        goal of the whole body counts as one place.
    """
    sides = _goal_sides(base, trial, where)
    if sides is None:
        return pl.DataFrame(schema=GOALS)
    one, other = sides
    everywhere = [pl.lit("").alias(name) for name in _COUNTY]
    total = _counted(one.with_columns(everywhere), other.with_columns(everywhere))
    by_county = _counted(one, other)
    changed = by_county.filter(differs(["tested", *_RESULTS]) & (pl.col("county_code") != ""))
    order = total.select(_GOAL).with_row_index("place")
    return (
        pl.concat([total, changed])
        .join(order, on=_GOAL, how="left", maintain_order="left")
        .sort("place", "county_code", maintain_order=True)
        .select(GOALS.keys())
    )


def _goal_sides(
    base: RunResult, trial: RunResult, where: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame] | None:
    one = table_of(base.tables, "goals", trial.tables)
    other = table_of(trial.tables, "goals", base.tables)
    if one is None or other is None:
        return None
    return with_county(one, where), with_county(other, where)


def _counted(one: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    keys = [*_GOAL, *_COUNTY]
    results = [(pl.col("result") == name).sum().cast(pl.Int64).alias(name) for name in _RESULTS]
    tested = pl.len().cast(pl.Int64).alias("tested")
    before, after = (
        table.group_by(keys, maintain_order=True).agg(tested, *results, pl.col("clauses").first())
        for table in (one, other)
    )
    both = side_by_side(before, after, keys, ["tested", *_RESULTS, "clauses"])
    numbers = [name for name in both.columns if name in GOALS and GOALS[name] == pl.Int64]
    both = both.with_columns(pl.col(numbers).fill_null(0))
    return both.with_columns(
        (pl.col("met_trial") - pl.col("met_base")).alias("difference_met"),
        pl.coalesce("clauses_trial", "clauses_base").alias("clauses"),
    )


def goal_places(base: RunResult, trial: RunResult, where: pl.DataFrame) -> pl.DataFrame:
    """Every place whose result in a goal changes; not tested on a side reads null there.

    Places tested on both sides come first: the others only left or entered the list.
    """
    sides = _goal_sides(base, trial, where)
    if sides is None:
        return pl.DataFrame(schema=dict.fromkeys(GOAL_PLACES, pl.String))
    keys = [*_GOAL, "place_code", *_COUNTY]
    columns = ["name", "value", "threshold", "result", "clauses"]
    on_one_side = ~(pl.col("in_base") & pl.col("in_trial"))
    before, after = (side.unique(keys, keep="first", maintain_order=True) for side in sides)
    both = side_by_side(before, after, keys, columns)
    return (
        both.filter(differs(["result"]))
        .with_columns(
            pl.coalesce(f"{name}_trial", f"{name}_base").alias(name)
            for name in ("name", "value", "clauses")
        )
        .sort(
            on_one_side,
            "goal_id",
            "reading",
            "period",
            "county_code",
            "place_code",
            maintain_order=True,
        )
        .select(GOAL_PLACES)
    )


def count_changes(base: RunResult, trial: RunResult, where: pl.DataFrame) -> pl.DataFrame:
    """Posts required by kind and duties due by year, by county, before and after.

    Returns
    -------
    frame
        Columns ``COUNTS``; rows without change included.
    """
    parts = []
    for step, count in (("slots", _slots), ("duties", _duties)):
        one = table_of(base.tables, step, trial.tables)
        other = table_of(trial.tables, step, base.tables)
        if one is None or other is None:
            continue
        keys = ["id", "period", *_COUNTY]
        both = side_by_side(count(one, where), count(other, where), keys, ["number", "clauses"])
        before, after = (pl.col(f"number_{side}").fill_null(0) for side in ("base", "trial"))
        parts.append(
            both.select(
                pl.lit(step).alias("step"),
                *keys,
                before.alias("base"),
                after.alias("trial"),
                (after - before).alias("difference"),
                pl.coalesce("clauses_trial", "clauses_base").alias("clauses"),
            ).sort("id", "period", "county_code")
        )
    return pl.concat(parts) if parts else pl.DataFrame(schema=COUNTS)


def _slots(table: pl.DataFrame, where: pl.DataFrame) -> pl.DataFrame:
    located = with_county(table, where).with_columns(pl.lit("").alias("period"))
    return located.group_by(pl.col("slot").alias("id"), "period", *_COUNTY).agg(
        pl.col("required").cast(pl.Int64).sum().alias("number"), pl.col("clauses").first()
    )


def _duties(table: pl.DataFrame, where: pl.DataFrame) -> pl.DataFrame:
    located = with_county(table, where, on="object_code")
    year = pl.col("period").str.slice(0, 4).alias("period")
    return located.group_by(pl.col("duty_id").alias("id"), year, *_COUNTY).agg(
        pl.len().cast(pl.Int64).alias("number"), pl.col("clauses").first()
    )
