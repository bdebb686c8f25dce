"""Small cluster problems, and their optimum by looking at every connected set."""

import math
from collections.abc import Iterator

import numpy as np

from bangfu.engine.clusters import (
    Cluster,
    ClusterProblem,
    CountyBound,
    Prices,
    Rules,
    evaluate,
    standardised,
)

#: Rules that concern one cluster by itself.
ALONE = {"size", "connected", "km", "town", "county", "cannot", "hub"}


def small_problem(seed: int, *, villages: int = 14, hubs: int = 3) -> ClusterProblem:
    """A random problem with islands, stray components, hubs side by side and locks."""
    rng = np.random.default_rng(seed)
    villages = int(rng.integers(hubs + 3, villages + 1))
    points = rng.uniform(0, 10, (villages, 2))
    reach = rng.uniform(2.5, 4.5)
    edges = [
        (i, j) for i in range(villages) for j in range(i) if math.dist(points[i], points[j]) < reach
    ]
    chosen = np.sort(rng.choice(villages, hubs, replace=False))
    others = np.setdiff1d(np.arange(villages), chosen)
    least = int(rng.integers(1, 4))
    most = least + int(rng.integers(0, 3))
    count = int(rng.integers(max(1, hubs - 1), hubs + 1))
    lock = (int(rng.choice(others)), int(rng.choice(chosen)))
    bar = (int(rng.choice(others)), int(rng.choice(chosen)))
    weak = rng.random(villages) < 0.3
    cover = int(rng.integers(0, count * (most - 1) + 1))
    return ClusterProblem(
        attributes=standardised(rng.normal(size=(villages, 2))),
        edges=np.array(edges, dtype=np.int64).reshape(-1, 2),
        hubs=chosen,
        town=rng.integers(0, 3, villages),
        county=rng.integers(0, 2, villages),
        weak=weak,
        rules=Rules(
            count,
            least,
            most,
            cover=cover,
            max_km=float(rng.uniform(3, 8)) if rng.random() < 0.2 else None,
            within_town=bool(rng.random() < 0.1),
            within_county=bool(rng.random() < 0.1),
            weak=int(rng.integers(0, weak.sum() + 2)) if rng.random() < 0.4 else 0,
            county_bounds=_county_bounds(rng) if rng.random() < 0.3 else (),
        ),
        prices=Prices(*(rng.uniform(0, 1, 4) * rng.integers(0, 2, 4))),
        coordinates=points,
        must=(lock,) if rng.random() < 0.3 and lock != bar else (),
        cannot=(bar,) if rng.random() < 0.3 else (),
    )


def _county_bounds(rng: np.random.Generator) -> tuple[CountyBound, ...]:
    bounds = []
    for county in range(int(rng.integers(1, 3))):
        least = int(rng.integers(0, 2))
        most = None if rng.random() < 0.3 else least + int(rng.integers(0, 3))
        bounds.append(CountyBound(county, least, most))
    return tuple(bounds)


def connected_sets(problem: ClusterProblem, hub: int) -> Iterator[frozenset[int]]:
    """Every connected set of villages that holds the hub and no other hub, up to the most."""
    near: dict[int, set[int]] = {village: set() for village in range(problem.n_villages)}
    for a, b in problem.edges.tolist():
        near[a].add(b)
        near[b].add(a)
    hubs = set(problem.hubs.tolist())
    ring = {frozenset({hub})}
    for _ in range(problem.rules.max_size):
        yield from ring
        ring = {s | {j} for s in ring for i in s for j in near[i] - s - hubs}


def clusters_of(problem: ClusterProblem, hub: int) -> list[tuple[float, Cluster]]:
    """Every cluster the hub may have, with its cost."""
    found = []
    locked = dict(problem.must)
    for villages in connected_sets(problem, hub):
        cluster = Cluster(hub, tuple(sorted(villages - {hub})))
        result = evaluate(problem, [cluster])
        stray = any(locked.get(village, hub) != hub for village in cluster.members)
        missing = any(own == hub and v not in cluster.members for v, own in locked.items())
        if not stray and not missing and not any(b.rule in ALONE for b in result.breaches):
            found.append((result.objective, cluster))
    return found


def optimum(problem: ClusterProblem) -> float:
    """The least objective of any answer; infinity where there is none."""
    hubs = [int(hub) for hub in problem.hubs]
    options = {hub: clusters_of(problem, hub) for hub in hubs}
    needed = {hub for _, hub in problem.must}

    def kept(chosen: list[Cluster]) -> bool:
        rules = problem.rules
        members = [member for cluster in chosen for member in cluster.members]
        counties = [int(problem.county[cluster.hub]) for cluster in chosen]
        return (
            len(chosen) == rules.count
            and len(members) >= rules.cover
            and int(problem.weak[members].sum()) >= rules.weak
            and all(b.allows(counties.count(b.county)) for b in rules.county_bounds)
        )

    def best(at: int, used: frozenset[int], chosen: list[Cluster]) -> float:
        if at == len(hubs):
            return 0.0 if kept(chosen) else math.inf
        least = math.inf
        if hubs[at] not in needed:
            least = best(at + 1, used, chosen)
        if len(chosen) < problem.rules.count:
            for cost, cluster in options[hubs[at]]:
                if used.isdisjoint(cluster.villages):
                    rest = best(at + 1, used | set(cluster.villages), [*chosen, cluster])
                    least = min(least, cost + rest)
        return least

    return best(0, frozenset(), [])
