"""Responsible leaders of clusters (片区包联领导): who must be there, and who is on the day."""

from __future__ import annotations

from typing import Final

import polars as pl

from bangfu.engine.staffing import SlotRule, slot_coverage
from bangfu.programme.result import Headline
from bangfu.programme.workspace import Workspace
from bangfu.vocabulary.text import Text

__all__ = ["cluster_leaders"]

#: The one class of place that needs these leaders: the cluster itself.
_CLASS: Final = "cluster"


def cluster_leaders(work: Workspace, rows: pl.DataFrame) -> None:
    """The leaders each cluster must have and has; rows of ``slots`` at its hub village."""
    file = work.scheme.clusters
    needed = {slot.id: work.whole(f"clusters.{slot.id}.at_least") for slot in file.leaders}
    rules = [
        SlotRule(slot.id, (_CLASS,), (slot.role,), needed[slot.id] or 0, clauses=slot.clauses)
        for slot in file.leaders
        if needed[slot.id] is not None
    ]
    if not rules:
        return
    held = _held(work)
    if held is None:
        zh, en = (
            "没有片区包联领导数据，到位情况待核实。",
            "no table of leaders: presence is unknown.",
        )
        work.skip("clusters", "cluster_leaders", Text(zh, en))
    clusters = rows.select(
        pl.col("cluster_code").alias("place_code"), pl.lit(_CLASS).alias("class")
    )
    found = slot_coverage(clusters, rules, held, on=work.as_of)
    table = found.rename({"place_code": "cluster_code"}).join(
        rows.select("cluster_code", "name", pl.col("hub_code").alias("place_code")),
        on="cluster_code",
        how="left",
        maintain_order="left",
    )
    earlier = work.result.tables.get("slots")
    parts = [*([earlier] if earlier is not None else []), table]
    work.result.tables["slots"] = pl.concat(parts, how="diagonal")
    _leader_headline(work, table, tuple(c for slot in file.leaders for c in slot.clauses))


def _held(work: Workspace) -> pl.DataFrame | None:
    """Who holds what at which cluster, in the words of the scheme."""
    table = work.tables.get("cluster_leaders")
    if table is None:
        return None
    words = {
        word: slot.role
        for slot in work.scheme.clusters.leaders
        for word in (slot.label.zh, slot.label.en, *slot.aliases)
    }
    return table.select(
        pl.col("cluster_code").cast(pl.String).alias("place_code"),
        pl.col("role").cast(pl.String).replace(words).alias("post"),
        pl.col("starts_on", "ends_on").cast(pl.Date),
    )


def _leader_headline(work: Workspace, table: pl.DataFrame, clauses: tuple[str, ...]) -> None:
    required = int(table["required"].sum())
    known = table["gap"].null_count() == 0
    work.headline(
        Headline(
            "clusters.leaders_missing",
            Text("片区包联领导：缺", "Leaders of clusters: missing"),
            int(table["gap"].sum()) if known else None,
            "个",
            tuple(dict.fromkeys(clauses)),
            basis=Text(f"应有 {required} 个", f"of {required} required"),
            step="clusters",
        )
    )
