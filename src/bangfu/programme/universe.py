"""The universe of a list (认定范围): which places a rule speaks of, and which it leaves out.

A place the rule does not speak of is out of scope and named so, with the reason; it is never
unknown.
"""

from __future__ import annotations

import polars as pl

from bangfu.programme.conditions import Judge
from bangfu.programme.geography import ANCESTOR_COLUMNS
from bangfu.programme.workspace import Workspace
from bangfu.schemes.format import TargetList
from bangfu.vocabulary.clause import join_clauses
from bangfu.vocabulary.place import PROVINCE_DIGITS

__all__ = ["SCOPE_SCHEMA", "universe_of"]

SCOPE_SCHEMA = {
    "list": pl.String,
    "place_code": pl.String,
    "name": pl.String,
    "level": pl.String,
    "kind": pl.String,
    "reason": pl.String,
    "clauses": pl.String,
}


def universe_of(work: Workspace, target_list: TargetList) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The places the list is drawn from, and those of the level left out, with the reason."""
    universe = target_list.universe
    level = work.places.filter((pl.col("level") == universe.level) & _inside_area(work))
    rules = {f"out_{i}": rule.when for i, rule in enumerate(universe.out_of_scope)}
    judged = Judge(work, work.as_of.year).judge(level, {"include": universe.include, **rules})
    inside = judged["include"].fill_null(True)
    reason = pl.lit("不在方案规定的范围内")
    for name, rule in reversed(list(zip(rules, universe.out_of_scope, strict=True))):
        reason = (
            pl.when(pl.col(name).fill_null(False)).then(pl.lit(rule.reason.zh)).otherwise(reason)
        )
    outside = level.with_columns(judged.drop("place_code").get_columns()).filter(~inside)
    return level.filter(inside), outside.select(
        pl.lit(target_list.id).alias("list"),
        pl.col("code").alias("place_code"),
        "name",
        "level",
        "kind",
        reason.alias("reason"),
        pl.lit(join_clauses(universe.clauses)).alias("clauses"),
    )


def _inside_area(work: Workspace) -> pl.Expr:
    """Whether a place lies where the scheme runs.

    A table that holds nothing of the area at all (a worked case, a sample) is taken as it is,
    but for places of another real province.
    """
    area = work.scheme.about.area_code or work.scheme.about.province_code
    inside = pl.any_horizontal(
        pl.col(name).eq_missing(pl.lit(area)) for name in ANCESTOR_COLUMNS.values()
    )
    if work.places.select(inside.any()).item():
        return inside
    own = area[:2]
    others = [digits for digits in PROVINCE_DIGITS if digits != own]
    return ~pl.col("code").str.slice(0, 2).is_in(others)
