"""Which villages each hub can reach (备选村), and what each would cost there beside unlikeness.

A candidate is a village that is permitted to the hub and linked to it through such villages in
fewer steps than a cluster may have members. All later steps work on these small graphs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bangfu.engine.clusters.compiled import compiled
from bangfu.engine.clusters.problem import ClusterProblem, Floats, Ints, km_between

__all__ = ["Candidates", "find_candidates", "neighbour_lists"]

#: Entries of the table of nearest likenesses beyond which it is left out (bounds get weaker).
_MOST_LIKENESSES = 30_000_000


@dataclass(frozen=True, slots=True)
class Candidates:
    """The candidates of every open hub, one after the other in flat arrays.

    Hub number k has the entries ``start[k]`` to ``start[k + 1]``; the first is the hub itself,
    the others rise by village. ``linear`` is the cost of a member beside unlikeness; ``forced``
    marks locks; ``links[link_start[e]:link_start[e + 1]]`` are the neighbours of entry e among
    the candidates of its hub, counted from ``start[k]``. ``likeness[e, q]`` is the sum of the
    q smallest squared distances from entry e to other candidates of its hub; without rows where
    that would take too much room.
    """

    hubs: Ints
    start: Ints
    village: Ints
    linear: Floats
    forced: npt.NDArray[np.bool_]
    link_start: Ints
    links: Ints
    likeness: Floats

    def likeness_of(self, number: int) -> Floats:
        """Rows of ``likeness`` of one hub; zeros, which bound nothing, where there are none."""
        low, high = self.start[number], self.start[number + 1]
        if len(self.likeness):
            return self.likeness[low:high]
        return np.zeros((int(high - low), self.likeness.shape[1]))

    def of_hub(self, number: int) -> Ints:
        """Villages of one hub, itself first."""
        return self.village[self.start[number] : self.start[number + 1]]


def neighbour_lists(n_villages: int, edges: Ints) -> tuple[Ints, Ints]:
    """Neighbours of each village: ``links[start[i]:start[i + 1]]``, rising, each once.

    >>> start, links = neighbour_lists(3, np.array([[0, 1], [1, 0], [2, 1], [2, 2]]))
    >>> start.tolist(), links.tolist()
    ([0, 1, 3, 4], [1, 0, 2, 1])
    """
    pairs = np.asarray(edges, dtype=np.int64).reshape(-1, 2)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    both = np.concatenate([pairs, pairs[:, ::-1]])
    keys = np.unique(both[:, 0] * n_villages + both[:, 1])
    start = np.searchsorted(keys, np.arange(n_villages + 1) * n_villages)
    return start.astype(np.int64), (keys % max(1, n_villages)).astype(np.int64)


def find_candidates(problem: ClusterProblem) -> Candidates:
    """Candidates of every hub that has no frozen cluster."""
    hubs = np.sort(problem.open_hubs)
    start, links = neighbour_lists(problem.n_villages, problem.edges)
    owner = _owners(problem)
    per_hub = []
    seen = np.full(problem.n_villages, -1, dtype=np.int64)
    barred = _barred(problem)
    for number, hub in enumerate(hubs.tolist()):
        reach = _reach(hub, number, problem.rules.max_size - 1, start, links, owner, seen)
        allowed = reach[_permitted(problem, hub, reach, barred.get(hub))]
        # Villages that are not permitted cannot be passed through either.
        if len(allowed) < len(reach):
            open_ = np.full(len(reach), False)
            open_[np.isin(reach, allowed)] = True
            allowed = _within(hub, reach, open_, problem.rules.max_size - 1, start, links)
        per_hub.append(np.concatenate([[hub], np.sort(allowed[allowed != hub])]))
    return _assembled(problem, hubs, per_hub, start, links)


def _owners(problem: ClusterProblem) -> Ints:
    """For each village: -1 open to all, -2 to nobody, else the only hub it may join."""
    owner = np.full(problem.n_villages, -1, dtype=np.int64)
    for village, hub in problem.must:
        owner[village] = hub
    owner[problem.hubs] = -2
    for cluster in problem.frozen:
        owner[list(cluster.villages)] = -2
    return owner


def _barred(problem: ClusterProblem) -> dict[int, Ints]:
    barred: dict[int, list[int]] = {}
    for village, hub in problem.cannot:
        barred.setdefault(hub, []).append(village)
    return {hub: np.array(villages, dtype=np.int64) for hub, villages in barred.items()}


def _permitted(
    problem: ClusterProblem, hub: int, reach: Ints, barred: Ints | None
) -> npt.NDArray[np.bool_]:
    rules = problem.rules
    allowed = np.ones(len(reach), dtype=np.bool_)
    if barred is not None:
        allowed &= ~np.isin(reach, barred)
    if rules.within_town:
        allowed &= problem.town[reach] == problem.town[hub]
    if rules.within_county:
        allowed &= problem.county[reach] == problem.county[hub]
    if rules.max_km is not None:
        allowed &= _km(problem, hub, reach) <= rules.max_km
    return np.asarray(allowed | (reach == hub), dtype=np.bool_)


def _km(problem: ClusterProblem, hub: int, villages: Ints) -> Floats:
    assert problem.coordinates is not None
    points = problem.coordinates
    return km_between(points[hub], points[villages], planar=problem.planar)


def _assembled(
    problem: ClusterProblem, hubs: Ints, per_hub: list[Ints], start: Ints, links: Ints
) -> Candidates:
    sizes = [len(villages) for villages in per_hub]
    first = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    village = np.concatenate(per_hub) if per_hub else np.zeros(0, dtype=np.int64)
    linear = [_linear(problem, int(v[0]), v) for v in per_hub]
    required = set(problem.must)
    forced = [(int(v), int(vs[0])) in required for vs in per_hub for v in vs.tolist()]
    link_start, local = _local_links(first, village, start, links)
    depth = problem.rules.max_size
    likeness = np.zeros((0, depth))
    if len(village) * depth <= _MOST_LIKENESSES:
        likeness = np.zeros((len(village), depth))
        _nearest_sums(first, village, problem.attributes, likeness)
    return Candidates(
        hubs=hubs,
        start=first,
        village=village.astype(np.int64),
        linear=np.concatenate(linear) if linear else np.zeros(0),
        forced=np.array(forced, dtype=np.bool_),
        link_start=link_start,
        links=local,
        likeness=likeness,
    )


def _linear(problem: ClusterProblem, hub: int, villages: Ints) -> Floats:
    prices = problem.prices
    cost = prices.town * (problem.town[villages] != problem.town[hub])
    cost = cost + prices.county * (problem.county[villages] != problem.county[hub])
    cost = cost - prices.weak * problem.weak[villages]
    if prices.km2 > 0:
        cost = cost + prices.km2 * _km(problem, hub, villages) ** 2
    cost[0] = 0.0
    return np.asarray(cost, dtype=np.float64)


@compiled
def _reach(  # noqa: PLR0913
    hub: int, mark: int, steps: int, start: Ints, links: Ints, owner: Ints, seen: Ints
) -> Any:
    """Villages within so many steps, in breadth-first order; others' hubs and locks are walls."""
    found = np.empty(len(seen), dtype=np.int64)
    depth = np.empty(len(seen), dtype=np.int64)
    found[0], depth[0] = hub, 0
    seen[hub] = mark
    n, head = 1, 0
    while head < n:
        village = found[head]
        if depth[head] < steps:
            for at in range(start[village], start[village + 1]):
                other = links[at]
                if seen[other] != mark and (owner[other] == -1 or owner[other] == hub):
                    seen[other] = mark
                    found[n], depth[n] = other, depth[head] + 1
                    n += 1
        head += 1
    return found[:n].copy()


def _within(
    hub: int,
    reach: Ints,
    open_: npt.NDArray[np.bool_],
    steps: int,
    start: Ints,
    links: Ints,
) -> Ints:
    """What is left of a reach when only the open villages of it can be walked through."""
    free = set(reach[open_].tolist())
    reached, ring = {hub}, [hub]
    for _ in range(steps):
        ahead = {int(o) for v in ring for o in links[start[v] : start[v + 1]]}
        ring = sorted((ahead & free) - reached)
        reached.update(ring)
        if not ring:
            break
    return np.array(sorted(reached), dtype=np.int64)


@compiled
def _local_links(first: Ints, village: Ints, start: Ints, links: Ints) -> Any:
    place = np.full(len(start), -1, dtype=np.int64)
    link_start = np.zeros(len(village) + 1, dtype=np.int64)
    room = 0
    for entry in range(len(village)):
        room += start[village[entry] + 1] - start[village[entry]]
    local = np.empty(room, dtype=np.int64)
    n = 0
    for hub in range(len(first) - 1):
        low, high = first[hub], first[hub + 1]
        for entry in range(low, high):
            place[village[entry]] = entry - low
        for entry in range(low, high):
            for at in range(start[village[entry]], start[village[entry] + 1]):
                if place[links[at]] >= 0:
                    local[n] = place[links[at]]
                    n += 1
            link_start[entry + 1] = n
        for entry in range(low, high):
            place[village[entry]] = -1
    return link_start, local[:n].copy()


@compiled
def _nearest_sums(first: Ints, village: Ints, figures: Floats, sums: Floats) -> None:
    depth = sums.shape[1] - 1
    nearest = np.empty(depth + 1)
    for hub in range(len(first) - 1):
        low, high = first[hub], first[hub + 1]
        for entry in range(low, high):
            n = 0
            for other in range(low, high):
                if other == entry or depth == 0:
                    continue
                far = 0.0
                for axis in range(figures.shape[1]):
                    gap = figures[village[entry], axis] - figures[village[other], axis]
                    far += gap * gap
                if n == depth and far >= nearest[n - 1]:
                    continue
                at = n if n < depth else n - 1
                n = min(n + 1, depth)
                while at > 0 and nearest[at - 1] > far:
                    nearest[at] = nearest[at - 1]
                    at -= 1
                nearest[at] = far
            total = 0.0
            for q in range(1, depth + 1):
                # With fewer others than asked for, no such cluster exists; the sum stays a bound.
                total += nearest[q - 1] if q <= n else 0.0
                sums[entry, q] = total
