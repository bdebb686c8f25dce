"""Who comes in and who goes out (新增、调出): verdicts and classes of a trial beside the base.

A place that the universe of one side does not hold counts there as ``out_of_scope``.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from bangfu.programme.result import RunResult
from bangfu.programme.whatif.sides import differs, side_by_side, table_of, with_county

__all__ = ["TARGETS", "target_changes", "targets_by_county", "verdict_matrix"]

#: Columns of ``whatif_targets.csv``. ``change`` is in, out, verdict (no and unknown) or class.
TARGETS: Final = (
    *("list", "place_code", "name", "level", "county_code", "county", "change"),
    *("verdict_base", "verdict_trial", "class_base", "class_trial"),
    *("score_base", "score_trial", "rank_base", "rank_trial"),
    *("reason_base", "reason_trial", "clauses"),
)
_COMPARED: Final = ("verdict", "class", "score", "rank", "reason", "name", "level", "clauses")
_ORDER: Final = {"in": 0, "out": 1, "verdict": 2, "class": 3}


def _sides(base: RunResult, trial: RunResult) -> pl.DataFrame | None:
    one = table_of(base.tables, "targets", trial.tables)
    other = table_of(trial.tables, "targets", base.tables)
    if one is None or other is None:
        return None
    both = side_by_side(one, other, ["list", "place_code"], _COMPARED)
    return both.with_columns(
        pl.col("verdict_base", "verdict_trial").fill_null("out_of_scope"),
        *(
            pl.coalesce(f"{name}_trial", f"{name}_base").alias(name)
            for name in ("name", "level", "clauses")
        ),
    )


def target_changes(base: RunResult, trial: RunResult, where: pl.DataFrame) -> pl.DataFrame:
    """Every place whose verdict or class changes; newly in first, then newly out.

    Returns
    -------
    frame
        Columns ``TARGETS``; ordered by kind of change, county and code.
    """
    both = _sides(base, trial)
    if both is None:
        return pl.DataFrame(schema=dict.fromkeys(TARGETS, pl.String))
    moved = pl.col("verdict_base") != pl.col("verdict_trial")
    change = (
        pl.when(moved & (pl.col("verdict_trial") == "yes"))
        .then(pl.lit("in"))
        .when(moved & (pl.col("verdict_base") == "yes"))
        .then(pl.lit("out"))
        .when(moved)
        .then(pl.lit("verdict"))
        .otherwise(pl.lit("class"))
    )
    changed = both.filter(differs(["verdict", "class"])).with_columns(change.alias("change"))
    order = pl.col("change").replace_strict(_ORDER, return_dtype=pl.Int64)
    return with_county(changed, where).sort(order, "county_code", "place_code").select(TARGETS)


def verdict_matrix(base: RunResult, trial: RunResult) -> pl.DataFrame:
    """How many places went from which verdict to which: list, verdict_base, verdict_trial, places.

    Places whose verdict stays are counted too, so that each list adds up to its universe.
    """
    both = _sides(base, trial)
    keys = ["list", "verdict_base", "verdict_trial"]
    if both is None:
        return pl.DataFrame(schema={**dict.fromkeys(keys, pl.String), "places": pl.Int64})
    return both.group_by(keys).agg(pl.len().cast(pl.Int64).alias("places")).sort(keys)


def moved_in_rank(base: RunResult, trial: RunResult) -> int:
    """How many places have another score or rank."""
    both = _sides(base, trial)
    return 0 if both is None else both.filter(differs(["score", "rank"])).height


def targets_by_county(base: RunResult, trial: RunResult, where: pl.DataFrame) -> pl.DataFrame:
    """Places proposed or listed by county, before and after.

    Returns
    -------
    frame
        list, county_code, county str; yes_base, yes_trial, unknown_base, unknown_trial, newly_in,
        newly_out, class_moves Int64; counties in which something changes, by code.
    """
    both = _sides(base, trial)
    counts = ("yes_base", "yes_trial", "unknown_base", "unknown_trial")
    moves = ("newly_in", "newly_out", "class_moves")
    keys = ["list", "county_code", "county"]
    if both is None:
        kinds = dict.fromkeys((*counts, *moves), pl.Int64)
        return pl.DataFrame(schema={**dict.fromkeys(keys, pl.String), **kinds})
    before, after = pl.col("verdict_base"), pl.col("verdict_trial")
    reclassed = (before == after) & pl.col("class_base").ne_missing(pl.col("class_trial"))
    tests = [
        *(before == "yes", after == "yes", before == "unknown", after == "unknown"),
        *((before != "yes") & (after == "yes"), (before == "yes") & (after != "yes"), reclassed),
    ]
    table = with_county(both, where).group_by(keys).agg(
        test.sum().cast(pl.Int64).alias(name)
        for name, test in zip((*counts, *moves), tests, strict=True)
    )  # fmt: skip
    changed = pl.sum_horizontal(*moves) > 0
    unsettled = pl.col("unknown_base") != pl.col("unknown_trial")
    return table.filter(changed | unsettled).sort("list", "county_code")
