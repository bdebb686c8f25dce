"""Designation (筛选认定): every place of a list's universe with its verdict, class and reasons.

A list the office holds decides; criteria and points only propose. Places the rule does not speak
of are out of scope and named so, never unknown.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from bangfu.engine.exit import retained_until
from bangfu.programme.classes import derived_classes
from bangfu.programme.conditions import with_membership_tags
from bangfu.programme.list_checks import check_list
from bangfu.programme.office_lists import (
    office_list,
    refuse_two_classes,
    refuse_unknown_classes,
)
from bangfu.programme.universe import SCOPE_SCHEMA, universe_of
from bangfu.programme.verdicts import verdicts_of
from bangfu.programme.workspace import LISTED_SCHEMA, Workspace
from bangfu.schemes.format import TargetList
from bangfu.vocabulary.text import Text

__all__ = ["TARGET_COLUMNS", "designate"]

TARGET_COLUMNS = (
    "list",
    "place_code",
    "name",
    "level",
    "class",
    "verdict",
    "score",
    "rank",
    "rank_high",
    "watch",
    "reason",
    "clauses",
)


def designate(work: Workspace) -> None:
    """Judge every list; add ``targets`` and ``out_of_scope``; fill the list other steps use."""
    work.places = with_membership_tags(work)
    lists = work.scheme.targeting.lists
    refuse_unknown_classes(work)
    refuse_two_classes(work)
    targets, aside, listed = [], [], []
    for target_list in lists:
        universe, outside = universe_of(work, target_list)
        aside.append(outside)
        if universe.is_empty():
            work.skip(
                "targets",
                "places",
                Text(
                    f"{target_list.label.zh}：区划表中没有范围内的地方。",
                    f"{target_list.label.en}: no place in scope stands in places.",
                ),
            )
        judged = _judge(work, target_list, universe)
        targets.append(judged.select(TARGET_COLUMNS))
        listed.append(_listed(work, target_list, universe, judged))
        work.listed = pl.concat(listed)
        check_list(work, target_list, universe, judged, listed[-1])
    if targets:
        work.result.tables["targets"] = pl.concat(targets)
    work.result.tables["out_of_scope"] = (
        pl.concat(aside) if aside else pl.DataFrame(schema=SCOPE_SCHEMA)
    )


def _judge(work: Workspace, target_list: TargetList, universe: pl.DataFrame) -> pl.DataFrame:
    """Verdict, class, score, rank and reasons of every place of the universe."""
    judged = verdicts_of(work, target_list, universe).with_columns(
        universe["name"], universe["level"], pl.lit(target_list.id).alias("list")
    )
    held = office_list(work, target_list)
    if held is None:
        return judged.with_columns(derived_classes(work, target_list, universe, judged))
    return judged.join(
        held.select("place_code", "class"), on="place_code", how="left", maintain_order="left"
    )


def _listed(
    work: Workspace, target_list: TargetList, universe: pl.DataFrame, judged: pl.DataFrame
) -> pl.DataFrame:
    """The rows other steps work on: the office's list, else the places proposed."""
    held = office_list(work, target_list)
    if held is not None:
        work.decided = True
        base = held.join(
            work.places, left_on="place_code", right_on="code", how="inner", maintain_order="left"
        )
    else:
        proposed = judged.filter(pl.col("verdict") == "yes").select("place_code", "class")
        base = proposed.join(
            universe, left_on="place_code", right_on="code", how="inner", maintain_order="left"
        ).with_columns(
            pl.lit(None, dtype=pl.Date).alias("entered_on"),
            pl.lit(None, dtype=pl.Date).alias("exited_on"),
        )
    return base.with_columns(
        pl.lit(target_list.id).alias("list"),
        pl.col("city_of").alias("city_code"),
        pl.col("county_of").alias("county_code"),
        pl.col("township_of").alias("township_code"),
        _support_ends(work, target_list, base["exited_on"]),
    ).select(list(LISTED_SCHEMA))


def _support_ends(work: Workspace, target_list: TargetList, exited: pl.Series) -> pl.Series:
    """The day from which a place that left no longer enjoys the policies (exclusive)."""
    years = None
    for rule in work.scheme.exit.rules:
        figure = work.figure(f"exit.{rule.id}.retention")
        if rule.target_list == target_list.id and figure is not None:
            years = int(figure.value[0])

    def ends(day: date | None) -> date | None:
        if day is None or years is None:
            return day
        last = retained_until(day, years=years)
        return date.fromordinal(last.toordinal() + 1)

    return pl.Series("support_ends_on", [ends(day) for day in exited], dtype=pl.Date)
