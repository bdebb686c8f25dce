"""The table ``clusters.csv`` (片区表): who is in which cluster, why, and where else it would fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from bangfu.engine.clusters.problem import Cluster, ClusterProblem, km_between
from bangfu.programme.cluster_solve.inputs import ClusterInput

__all__ = ["SCHEMA", "cluster_ids", "cluster_table"]

SCHEMA = {
    "cluster_id": pl.String,
    "hub_code": pl.String,
    "place_code": pl.String,
    "role": pl.String,
    "km": pl.Float64,
    "cross_town": pl.Boolean,
    "cross_county": pl.Boolean,
    "management_level": pl.String,
    "why": pl.String,
    "next_best": pl.String,
    "hub_name": pl.String,
    "place_name": pl.String,
    "frozen": pl.Boolean,
}


@dataclass(frozen=True, slots=True)
class _Fit:
    """What a village costs in a cluster: unlikeness it adds, way, borders, bonus."""

    unlikeness: float
    km: float | None
    linear: float

    @property
    def total(self) -> float:
        return self.unlikeness + self.linear


def cluster_ids(data: ClusterInput, clusters: tuple[Cluster, ...]) -> dict[int, str]:
    """An id for each hub: frozen clusters keep theirs, others are numbered by hub code."""
    ids = {c.hub: data.cluster_ids[c.hub] for c in clusters if c.hub in data.cluster_ids}
    taken, number = set(ids.values()), 0
    for cluster in sorted(clusters, key=lambda c: data.codes[c.hub]):
        while cluster.hub not in ids:
            number += 1
            if f"C{number:04d}" not in taken:
                ids[cluster.hub] = f"C{number:04d}"
    return ids


def cluster_table(data: ClusterInput, clusters: tuple[Cluster, ...]) -> pl.DataFrame:
    """One row per village of every cluster, the hub first; clusters in the order of their ids.

    ``management_level`` is that of the whole cluster: township inside one town, county across
    towns, city across counties. ``next_best`` is the hub of the cluster next to the village
    where it would cost least; empty where there is none. ``why`` compares the two.
    """
    ids = cluster_ids(data, clusters)
    around = _Around(data.problem, clusters)
    rows = []
    for cluster in sorted(clusters, key=lambda c: ids[c.hub]):
        level = _management_level(data.problem, cluster)
        frozen = cluster in set(data.problem.frozen)
        for village in cluster.villages:
            rows.append(_row(data, cluster, village, around, (ids[cluster.hub], level, frozen)))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _row(
    data: ClusterInput,
    cluster: Cluster,
    village: int,
    around: _Around,
    head: tuple[str, str, bool],
) -> tuple[object, ...]:
    problem, hub = data.problem, cluster.hub
    cluster_id, level, frozen = head
    is_hub = village == hub
    other = None if is_hub or frozen else around.next_best(village, hub)
    fit = around.fit(village, cluster) if not is_hub else None
    return (
        cluster_id,
        data.codes[hub],
        data.codes[village],
        "hub" if is_hub else "member",
        _km(problem, village, hub),
        bool(problem.town[village] != problem.town[hub]),
        bool(problem.county[village] != problem.county[hub]),
        level,
        _why(data, village, fit, other, frozen),
        data.codes[other[0].hub] if other else None,
        data.names[hub],
        data.names[village],
        frozen,
    )


def _why(
    data: ClusterInput,
    village: int,
    fit: _Fit | None,
    other: tuple[Cluster, _Fit] | None,
    frozen: bool,
) -> str:
    if fit is None:
        return "本片区重点村"
    if frozen:
        return "以前已定，保持不变"
    hub = dict(data.problem.must).get(village)
    parts = ["按约束归入"] if hub is not None else []
    way = "" if fit.km is None else f"，距重点村 {fit.km:.1f} 千米"
    parts.append(f"加入使目标值增加 {fit.total:.3f}（差异 {fit.unlikeness:.3f}{way}）")
    if data.problem.weak[village]:
        parts.append("相对薄弱村，纳入加分")
    if other is None:
        parts.append("没有相邻的其他片区可归")
    else:
        cluster, alternative = other
        full = len(cluster.villages) >= data.problem.rules.max_size
        name = data.names[cluster.hub]
        parts.append(
            f"次优为「{name}」片区，增加 {alternative.total:.3f}{'（该片区已满）' if full else ''}"
        )
    return "；".join(parts)


def _management_level(problem: ClusterProblem, cluster: Cluster) -> str:
    villages = list(cluster.villages)
    if len(set(problem.county[villages].tolist())) > 1:
        return "city"
    if len(set(problem.town[villages].tolist())) > 1:
        return "county"
    return "township"


def _km(problem: ClusterProblem, village: int, hub: int) -> float | None:
    if problem.coordinates is None:
        return None
    points = problem.coordinates
    return round(float(km_between(points[village], points[hub], planar=problem.planar)), 3)


class _Around:
    """Which clusters lie next to a village, and what it would cost in each."""

    def __init__(self, problem: ClusterProblem, clusters: tuple[Cluster, ...]) -> None:
        self.problem = problem
        self.of = {village: cluster for cluster in clusters for village in cluster.villages}
        self.standing = set(problem.frozen)
        self.barred = set(problem.cannot)
        self.near: dict[int, set[int]] = {}
        for one, other in problem.edges.tolist():
            if one in self.of and other in self.of and self.of[one] is not self.of[other]:
                self.near.setdefault(one, set()).add(self.of[other].hub)
                self.near.setdefault(other, set()).add(self.of[one].hub)

    def next_best(self, village: int, hub: int) -> tuple[Cluster, _Fit] | None:
        """The cheapest other cluster next to a village that it is permitted to join."""
        options = []
        for other in sorted(self.near.get(village, set()) - {hub}):
            cluster = self.of[other]
            if cluster in self.standing or not self._permitted(village, other):
                continue
            options.append((cluster, self.fit(village, cluster)))
        return min(options, key=lambda option: option[1].total, default=None)

    def _permitted(self, village: int, hub: int) -> bool:
        problem, rules = self.problem, self.problem.rules
        km = _km(problem, village, hub)
        return not (
            (village, hub) in self.barred
            or (rules.within_town and problem.town[village] != problem.town[hub])
            or (rules.within_county and problem.county[village] != problem.county[hub])
            or (rules.max_km is not None and km is not None and km > rules.max_km)
        )

    def fit(self, village: int, cluster: Cluster) -> _Fit:
        """What a village adds to a cluster it is in, or would add to another."""
        problem, prices = self.problem, self.problem.prices
        others = [other for other in cluster.villages if other != village]
        figures = problem.attributes
        gap = figures[village] - figures[others].mean(axis=0)
        unlikeness = float((gap**2).sum()) * len(others) / (len(others) + 1)
        km = _km(problem, village, cluster.hub)
        linear = prices.town * bool(problem.town[village] != problem.town[cluster.hub])
        linear += prices.county * bool(problem.county[village] != problem.county[cluster.hub])
        linear -= prices.weak * bool(problem.weak[village])
        linear += prices.km2 * (km or 0.0) ** 2
        return _Fit(float(np.maximum(0.0, unlikeness)), km, float(linear))
