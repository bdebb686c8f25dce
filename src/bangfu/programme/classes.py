"""Classes of the places proposed (分类): by a decision table, or by the tags the classes name."""

from __future__ import annotations

import polars as pl

from bangfu.engine.targeting import ClassRule, classify
from bangfu.programme.conditions import Judge
from bangfu.programme.verdicts import screening_year
from bangfu.programme.workspace import Workspace
from bangfu.schemes.format import TargetList
from bangfu.schemes.format.targeting import DecisionTable
from bangfu.vocabulary.text import Text

__all__ = ["derived_classes"]


def derived_classes(
    work: Workspace, target_list: TargetList, universe: pl.DataFrame, judged: pl.DataFrame
) -> pl.Series:
    """The class of each place proposed, named ``class``; empty for the others and where open."""
    if target_list.decision is not None:
        found = _by_table(work, target_list, target_list.decision, universe)
    else:
        found = _by_tags(target_list, universe)
    return judged.select(
        pl.when(pl.col("verdict") == "yes").then(found).otherwise(None).alias("class")
    )["class"]


def _by_tags(target_list: TargetList, universe: pl.DataFrame) -> pl.Series:
    column = pl.lit(None, dtype=pl.String)
    for target_class in target_list.classes:
        if target_class.otherwise or len(target_list.classes) == 1:
            column = pl.lit(target_class.id)
    for target_class in target_list.classes:
        if target_class.tag:
            tagged = pl.col("tags").str.split(";").list.contains(target_class.tag)
            column = pl.when(tagged).then(pl.lit(target_class.id)).otherwise(column)
    return universe.select(column.alias("class"))["class"]


def _by_table(
    work: Workspace, target_list: TargetList, table: DecisionTable, universe: pl.DataFrame
) -> pl.Series:
    """The decision table judged on every place; conflicts are told, never settled by order."""
    conditions = {f"row_{number}": row.when for number, row in enumerate(table.rows, start=1)}
    verdicts = Judge(work, screening_year(work, target_list)).judge(universe, conditions)
    rules = [ClassRule(name, row.gives) for name, row in zip(conditions, table.rows, strict=True)]
    decided = classify(verdicts, rules, hit=table.hit)
    conflicts = decided.filter(pl.col("outcome") == "conflict")
    if not conflicts.is_empty():
        names = "、".join(work.name_of(code) for code in conflicts["place_code"].head(5))
        work.check(
            f"targets.{target_list.id}.classes",
            False,
            Text(
                f"{target_list.label.zh}：{conflicts.height} 个同时符合两类，如 {names}。",
                f"{target_list.label.en}: {conflicts.height} fall into two classes, such as {names}.",
            ),
            clauses=target_list.clauses,
        )
    if table.hit == "collect":
        joined = pl.col("classes_yes").list.join(";")
        return decided.select(pl.when(pl.col("outcome") == "decided").then(joined).alias("class"))[
            "class"
        ]
    return decided["class_code"].alias("class")
