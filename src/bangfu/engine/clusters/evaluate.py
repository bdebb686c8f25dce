"""Check and price any answer from scratch (独立核验): also one that a person has edited.

Shares no code with the solver: distances, sums and connectedness are worked out anew, plainly.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bangfu.engine.clusters.problem import EARTH_RADIUS_KM, Cluster, ClusterProblem

__all__ = ["Breach", "Evaluation", "Parts", "evaluate"]


@dataclass(frozen=True, slots=True)
class Breach:
    """One rule an answer breaks.

    ``rule`` is one of count, size, hub, twice, connected, cover, weak, km, town, county, must,
    cannot, frozen, county_count. ``hub`` and ``village`` are positions, ``area`` the number of a
    county, -1 where none is meant; ``found`` and ``allowed`` are the figures that clash.
    """

    rule: str
    hub: int = -1
    village: int = -1
    found: float = 0.0
    allowed: float = 0.0
    area: int = -1


@dataclass(frozen=True, slots=True)
class Parts:
    """The terms of the objective; ``weak`` is negative, being a bonus."""

    unlikeness: float
    distance: float
    town: float
    county: float
    weak: float

    @property
    def total(self) -> float:
        return math.fsum((self.unlikeness, self.distance, self.town, self.county, self.weak))


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What an answer costs and what it breaks; it may be used if nothing is broken."""

    parts: Parts
    breaches: tuple[Breach, ...]
    covered: int
    weak: int

    @property
    def objective(self) -> float:
        return self.parts.total

    @property
    def kept(self) -> bool:
        """Whether every rule is kept."""
        return not self.breaches


def evaluate(problem: ClusterProblem, clusters: Sequence[Cluster]) -> Evaluation:
    """Price an answer and list every rule it breaks.

    Parameters
    ----------
    problem : ClusterProblem
    clusters : sequence of Cluster
        The whole answer, frozen clusters included.

    Notes
    -----
    Frozen clusters are not held to the rules on size, distance and borders: they were decided
    earlier, and perhaps under others.

    Examples
    --------
    Three villages in a row; the far one is not a neighbour of the hub.

    >>> import numpy as np
    >>> from bangfu.engine.clusters.problem import Rules
    >>> row = ClusterProblem(
    ...     attributes=np.array([[0.0], [1.0], [2.0]]), edges=np.array([[0, 1], [1, 2]]),
    ...     hubs=np.array([0]), town=np.zeros(3, int), county=np.zeros(3, int),
    ...     weak=np.zeros(3, bool), rules=Rules(count=1, min_size=2, max_size=3))
    >>> evaluate(row, [Cluster(0, (1, 2))]).objective
    2.0
    >>> [breach.rule for breach in evaluate(row, [Cluster(0, (2,))]).breaches]
    ['connected']
    """
    return Evaluation(
        parts=_parts(problem, clusters),
        breaches=tuple(_breaches(problem, clusters)),
        covered=sum(len(cluster.members) for cluster in clusters),
        weak=_weak(problem, clusters),
    )


def _weak(problem: ClusterProblem, clusters: Sequence[Cluster]) -> int:
    return sum(bool(problem.weak[member]) for cluster in clusters for member in cluster.members)


def _parts(problem: ClusterProblem, clusters: Sequence[Cluster]) -> Parts:
    unlikeness, distance, town, county, weak = [], [], 0, 0, 0
    for cluster in clusters:
        figures = problem.attributes[list(cluster.villages)]
        unlikeness.append(float(((figures - figures.mean(axis=0)) ** 2).sum()))
        for village in cluster.members:
            if problem.coordinates is not None:
                distance.append(_km(problem, village, cluster.hub) ** 2)
            town += bool(problem.town[village] != problem.town[cluster.hub])
            county += bool(problem.county[village] != problem.county[cluster.hub])
            weak += bool(problem.weak[village])
    prices = problem.prices
    return Parts(
        unlikeness=math.fsum(unlikeness),
        distance=prices.km2 * math.fsum(distance) if distance else 0.0,
        town=prices.town * town,
        county=prices.county * county,
        weak=-prices.weak * weak,
    )


def _km(problem: ClusterProblem, village: int, hub: int) -> float:
    assert problem.coordinates is not None
    (x1, y1), (x2, y2) = problem.coordinates[village], problem.coordinates[hub]
    if problem.planar:
        return math.hypot(x2 - x1, y2 - y1)
    lon1, lat1, lon2, lat2 = map(math.radians, (x1, y1, x2, y2))
    half = math.sin((lat2 - lat1) / 2) ** 2
    half += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, half)))


def _breaches(problem: ClusterProblem, clusters: Sequence[Cluster]) -> list[Breach]:
    rules = problem.rules
    found = list(_twice(clusters))
    if len(clusters) != rules.count:
        found.append(Breach("count", found=len(clusters), allowed=rules.count))
    covered = sum(len(cluster.members) for cluster in clusters)
    if covered < rules.cover:
        found.append(Breach("cover", found=covered, allowed=rules.cover))
    weak = _weak(problem, clusters)
    if weak < rules.weak:
        found.append(Breach("weak", found=weak, allowed=rules.weak))
    found.extend(_county_breaches(problem, clusters))
    found.extend(_hub_breaches(problem, clusters))
    neighbours = _neighbours(problem, clusters)
    standing = set(problem.frozen)
    for cluster in clusters:
        if cluster in standing:
            continue
        found.extend(_own_breaches(problem, cluster, neighbours))
    found.extend(_lock_breaches(problem, clusters))
    return found


def _twice(clusters: Sequence[Cluster]) -> list[Breach]:
    uses = Counter(village for cluster in clusters for village in cluster.villages)
    return [
        Breach("twice", village=village, found=times, allowed=1)
        for village, times in sorted(uses.items())
        if times > 1
    ]


def _hub_breaches(problem: ClusterProblem, clusters: Sequence[Cluster]) -> list[Breach]:
    hubs = {int(hub) for hub in problem.hubs} | {cluster.hub for cluster in problem.frozen}
    standing = set(problem.frozen)
    found = [Breach("hub", hub=c.hub, village=c.hub) for c in clusters if c.hub not in hubs]
    for cluster in clusters:
        if cluster not in standing:
            found.extend(Breach("hub", cluster.hub, v) for v in cluster.members if v in hubs)
    given = set(clusters)
    found.extend(Breach("frozen", hub=c.hub) for c in problem.frozen if c not in given)
    return found


def _county_breaches(problem: ClusterProblem, clusters: Sequence[Cluster]) -> list[Breach]:
    made = Counter(int(problem.county[cluster.hub]) for cluster in clusters)
    found = []
    for bound in problem.rules.county_bounds:
        here = made[bound.county]
        if here < bound.least:
            found.append(Breach("county_count", found=here, allowed=bound.least, area=bound.county))
        elif bound.most is not None and here > bound.most:
            found.append(Breach("county_count", found=here, allowed=bound.most, area=bound.county))
    return found


def _neighbours(problem: ClusterProblem, clusters: Sequence[Cluster]) -> dict[int, set[int]]:
    used = {village for cluster in clusters for village in cluster.villages}
    neighbours: dict[int, set[int]] = {village: set() for village in used}
    for one, other in problem.edges.tolist():
        if one in used and other in used:
            neighbours[one].add(other)
            neighbours[other].add(one)
    return neighbours


def _own_breaches(
    problem: ClusterProblem, cluster: Cluster, neighbours: dict[int, set[int]]
) -> list[Breach]:
    rules, hub = problem.rules, cluster.hub
    found = []
    size = len(set(cluster.villages))
    if not rules.min_size <= size <= rules.max_size:
        bound = rules.min_size if size < rules.min_size else rules.max_size
        found.append(Breach("size", hub, found=size, allowed=bound))
    missing = set(cluster.villages) - _reached(hub, set(cluster.villages), neighbours)
    found.extend(Breach("connected", hub, village) for village in sorted(missing))
    for village in cluster.members:
        if rules.max_km is not None:
            km = _km(problem, village, hub)
            # The same distance may come out some rounding steps apart in two formulas.
            if km > rules.max_km + 1e-9:
                found.append(Breach("km", hub, village, km, rules.max_km))
        if rules.within_town and problem.town[village] != problem.town[hub]:
            found.append(Breach("town", hub, village))
        if rules.within_county and problem.county[village] != problem.county[hub]:
            found.append(Breach("county", hub, village))
    return found


def _reached(start: int, inside: set[int], neighbours: dict[int, set[int]]) -> set[int]:
    reached, open_ = {start}, [start]
    while open_:
        for village in neighbours[open_.pop()] & inside - reached:
            reached.add(village)
            open_.append(village)
    return reached


def _lock_breaches(problem: ClusterProblem, clusters: Sequence[Cluster]) -> list[Breach]:
    hub_of = {village: cluster.hub for cluster in clusters for village in cluster.villages}
    unmet = [(v, h) for v, h in problem.must if hub_of.get(v) != h]
    broken = [(v, h) for v, h in problem.cannot if hub_of.get(v) == h]
    return [Breach("must", h, v) for v, h in unmet] + [Breach("cannot", h, v) for v, h in broken]
