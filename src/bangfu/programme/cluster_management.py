"""Who manages a cluster (提级管理): what it crosses, and the level that follows.

A village that the table of places does not hold leaves unknown what it could decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from bangfu.programme.cluster_members import Cluster
from bangfu.programme.geography import ANCESTOR_COLUMNS
from bangfu.programme.workspace import Workspace

__all__ = ["ClusterPlaces", "Management", "management_of"]


class ClusterPlaces:
    """What is known of each village: the places above it and its tags."""

    def __init__(self, places: pl.DataFrame) -> None:
        columns = ["code", "tags", *ANCESTOR_COLUMNS.values()]
        table = places.select(name for name in columns if name in places.columns)
        self._rows = {row["code"]: row for row in table.iter_rows(named=True)}

    def above(self, codes: Sequence[str], level: str) -> list[str | None]:
        """The place above each village at a level; None where it is not known."""
        return [self._rows.get(code, {}).get(f"{level}_of") for code in codes]

    def tagged(self, code: str, tag: str) -> bool | None:
        """Whether a village bears a tag; None where it is not in the table of places."""
        row = self._rows.get(code)
        if row is None:
            return None
        return tag in [word.strip() for word in (row.get("tags") or "").split(";")]


@dataclass(frozen=True, slots=True)
class Management:
    """What a cluster crosses, and which place manages it; None where that is not known."""

    cross_town: bool | None
    cross_county: bool | None
    level: str | None
    manager: str | None
    clauses: tuple[str, ...]
    reason: str


def management_of(work: Workspace, cluster: Cluster, places: ClusterPlaces) -> Management:
    """The first row of the decision table whose crossing holds, if what is known decides it."""
    town = _differ(places.above(cluster.places, "township"))
    county = _differ(places.above(cluster.places, "county"))
    # Villages of one township lie in one county, and those of two counties in two townships.
    town, county = (True, True) if county else (town, False if town is False else county)
    possible = _crossings(town, county)
    rows = [row for row in work.scheme.clusters.management if row.crossing in possible]
    levels = {row.level for row in rows}
    if len(levels) != 1:
        reason = "乡镇或县归属待核实，管理层级未定" if rows else ""
        return Management(town, county, None, None, (), reason)
    (level,) = levels
    above = set(places.above(cluster.places, level))
    manager = next(iter(above)) if len(above) == 1 else None
    reason = "跨两个以上设区市，由哪一级管理文件未明确" if len(above - {None}) > 1 else ""
    clauses = tuple(clause for row in rows for clause in row.clauses)
    return Management(town, county, level, manager, clauses, reason)


def _differ(above: Sequence[str | None]) -> bool | None:
    """Whether villages lie in different places above; None where a missing one could decide."""
    known = set(above) - {None}
    if len(known) > 1:
        return True
    return None if None in above and len(above) > 1 else False


def _crossings(town: bool | None, county: bool | None) -> set[str]:
    """What the cluster may cross, as long as some villages' places are unknown."""
    towns = (True, False) if town is None else (town,)
    counties = (True, False) if county is None else (county,)
    found = {
        "cross_county" if over_county else "cross_town" if over_town else "within_town"
        for over_county in counties
        for over_town in towns
        if over_town or not over_county
    }
    return found
