"""The cheapest cluster of one hub at given prices of villages (定价): exact, or with a true bound.

Every connected set that holds the hub is either looked at, or cut off by a lower bound that
cannot exceed its cost. Knows one hub at a time; the bound itself is in
``bounding``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bangfu.engine.clusters.bounding import bound_of_larger
from bangfu.engine.clusters.candidates import Candidates
from bangfu.engine.clusters.compiled import compiled
from bangfu.engine.clusters.problem import Floats, Ints

__all__ = ["Found", "Search", "cheapest_clusters"]


@dataclass(frozen=True, slots=True)
class Search:
    """How far to look for clusters of a hub.

    ``below``: only clusters that cost less count. ``keep``: how many of the cheapest are wanted;
    ``every`` keeps all below the limit, at most ``keep``. ``nodes``: when to give up.
    """

    below: float
    keep: int = 1
    every: bool = False
    nodes: int = 1 << 62


@dataclass(frozen=True, slots=True)
class Found:
    """Clusters of one hub, as entries counted from the hub's first.

    ``rest``: no cluster that is not listed costs less. ``complete``: the search ran to its end.
    """

    costs: Floats
    clusters: tuple[Ints, ...]
    rest: float
    complete: bool
    nodes: int

    @property
    def at_least(self) -> float:
        """No cluster of the hub costs less, whether listed or not."""
        return min(self.rest, float(self.costs.min(initial=np.inf)))


def cheapest_clusters(
    candidates: Candidates,
    number: int,
    attributes: Floats,
    *,
    prices: Floats,
    sizes: tuple[int, int],
    search: Search,
) -> Found:
    """The cheapest clusters of hub ``number`` where village j adds ``prices[j]``.

    Parameters
    ----------
    candidates : Candidates
    number : int
        Of the hub, in ``candidates.hubs``.
    attributes : (n_villages, d) float
    prices : (n_entries,) float
        What each candidate adds beside unlikeness; of the hub itself: nothing.
    sizes : (int, int)
        Fewest and most villages, the hub counted.
    search : Search

    Returns
    -------
    Found
        Costs are sum of squares plus prices of members.
    """
    low, high = int(candidates.start[number]), int(candidates.start[number + 1])
    links_from = candidates.link_start[low : high + 1]
    costs, sets, lengths, rest, complete, nodes = _search(
        attributes[candidates.village[low:high]],
        np.ascontiguousarray(prices),
        candidates.forced[low:high],
        links_from,
        candidates.links,
        candidates.likeness_of(number),
        sizes[0],
        sizes[1],
        search.below,
        search.keep,
        search.every,
        search.nodes,
    )
    clusters = tuple(
        np.sort(row[:length]) for row, length in zip(sets, lengths.tolist(), strict=True)
    )
    return Found(costs, clusters, float(rest), bool(complete), int(nodes))


@compiled
def _search(  # noqa: PLR0913
    figures: Floats,
    price: Floats,
    forced: npt.NDArray[np.bool_],
    link_start: Ints,
    links: Ints,
    likeness: Floats,
    least: int,
    most: int,
    below: float,
    keep: int,
    every: bool,
    node_limit: int,
) -> Any:
    """First cut down the candidates by the hub alone, then search what is left."""
    n = len(price)
    no_costs = np.empty(0)
    no_sets = np.empty((0, most), dtype=np.int64)
    no_lengths = np.empty(0, dtype=np.int64)
    if n < least:
        return no_costs, no_sets, no_lengths, np.inf, True, 0
    from_hub = np.zeros(n)
    for j in range(n):
        for axis in range(figures.shape[1]):
            gap = figures[j, axis] - figures[0, axis]
            from_hub[j] += gap * gap
    barred = np.zeros(n, dtype=np.bool_)
    inside = np.zeros(n, dtype=np.bool_)
    inside[0] = True
    chosen = np.zeros(most + 1, dtype=np.int64)
    steps = np.empty(n, dtype=np.int64)
    queue = np.empty(n, dtype=np.int64)
    trail = np.empty(n + 1, dtype=np.int64)
    useful = np.zeros(n, dtype=np.bool_)
    values = np.empty(n)
    smallest = np.empty(most + 1)
    limit = below
    n_forced = 0
    for j in range(1, n):
        n_forced += forced[j]
    while least > 1 or most > 1:
        bound, _, n_trail, _ = bound_of_larger(
            1,
            0.0,
            0.0,
            from_hub,
            chosen,
            inside,
            barred,
            price,
            forced,
            n_forced,
            link_start,
            links,
            likeness,
            least,
            most,
            limit,
            steps,
            queue,
            trail,
            0,
            0,
            False,
            useful,
            values,
            smallest,
        )
        if least > 1 and bound >= limit:
            return no_costs, no_sets, no_lengths, limit, True, 1
        if n_trail == 0:
            break
    keepers = np.empty(n, dtype=np.int64)
    where = np.full(n, -1, dtype=np.int64)
    r = 0
    for j in range(n):
        if not barred[j]:
            keepers[r] = j
            where[j] = r
            r += 1
    keepers = keepers[:r].copy()
    new_start = np.zeros(r + 1, dtype=np.int64)
    new_links = np.empty(link_start[n] - link_start[0], dtype=np.int64)
    count = 0
    for at in range(r):
        j = keepers[at]
        for place in range(link_start[j], link_start[j + 1]):
            if where[links[place]] >= 0:
                new_links[count] = where[links[place]]
                count += 1
        new_start[at + 1] = count
    return _depth_first(
        figures[keepers],
        price[keepers],
        forced[keepers],
        new_start,
        new_links,
        keepers,
        least,
        most,
        below,
        keep,
        every,
        node_limit,
    )


@compiled
def _depth_first(  # noqa: PLR0913
    figures: Floats,
    price: Floats,
    forced: npt.NDArray[np.bool_],
    link_start: Ints,
    links: Ints,
    names: Ints,
    least: int,
    most: int,
    below: float,
    keep: int,
    every: bool,
    node_limit: int,
) -> Any:
    """Take or leave the most promising neighbour, depth first; every set is met once."""
    n = len(price)
    apart = np.zeros((n, n))
    for i in range(n):
        for j in range(i):
            total = 0.0
            for axis in range(figures.shape[1]):
                gap = figures[i, axis] - figures[j, axis]
                total += gap * gap
            apart[i, j] = total
            apart[j, i] = total
    likeness = np.zeros((n, most + 1))
    nearest = np.empty(most + 1)
    for i in range(1, n):
        # The hub is never among those still to come.
        kept = 0
        for j in range(1, n):
            far = apart[i, j]
            if i == j or (kept == most and far >= nearest[kept - 1]):
                continue
            at = kept if kept < most else kept - 1
            kept = min(kept + 1, most)
            while at > 0 and nearest[at - 1] > far:
                nearest[at] = nearest[at - 1]
                at -= 1
            nearest[at] = far
        total = 0.0
        for q in range(1, most + 1):
            total += nearest[q - 1] if q <= kept else 0.0
            likeness[i, q] = total
    capacity = keep if not every else min(keep, 64)
    costs = np.empty(capacity)
    sets = np.empty((capacity, most), dtype=np.int64)
    lengths = np.empty(capacity, dtype=np.int64)
    n_found = 0
    limit = below
    inside = np.zeros(n, dtype=np.bool_)
    barred = np.zeros(n, dtype=np.bool_)
    steps = np.zeros(n, dtype=np.int64)
    queue = np.empty(n + 1, dtype=np.int64)
    trail = np.empty(n + 1, dtype=np.int64)
    useful = np.zeros(n, dtype=np.bool_)
    values = np.empty(n)
    smallest = np.empty(most + 1)
    hint = np.zeros(most + 2, dtype=np.int64)
    trail_from = np.zeros(most + 2, dtype=np.int64)
    chosen = np.zeros(most + 1, dtype=np.int64)
    pairs = np.zeros(most + 2)
    paid = np.zeros(most + 2)
    to_chosen = np.zeros((most + 2, n))
    forced_left = np.zeros(most + 2, dtype=np.int64)
    inside[0] = True
    to_chosen[1] = apart[0]
    for j in range(1, n):
        forced_left[1] += forced[j]
    size = 1
    n_trail = 0
    nodes = 0
    open_bound = np.inf
    fresh = True
    gave_up = False
    while size > 0:
        new_here = fresh
        if fresh:
            fresh = False
            cost = paid[size] + pairs[size] / size
            if size >= least and forced_left[size] == 0 and cost < limit:
                if every:
                    if n_found == keep:
                        gave_up = True
                        open_bound = min(open_bound, cost)
                    else:
                        if n_found == len(costs):
                            more = min(keep, 2 * n_found)
                            new_costs = np.empty(more)
                            new_sets = np.empty((more, most), dtype=np.int64)
                            new_lengths = np.empty(more, dtype=np.int64)
                            new_costs[:n_found] = costs[:n_found]
                            new_sets[:n_found] = sets[:n_found]
                            new_lengths[:n_found] = lengths[:n_found]
                            costs, sets, lengths = new_costs, new_sets, new_lengths
                        costs[n_found] = cost
                        lengths[n_found] = size
                        for q in range(size):
                            sets[n_found, q] = names[chosen[q]]
                        n_found += 1
                else:
                    spot = n_found
                    if n_found == keep:
                        spot = 0
                        for q in range(1, n_found):
                            if costs[q] > costs[spot]:
                                spot = q
                    else:
                        n_found += 1
                    costs[spot] = cost
                    lengths[spot] = size
                    for q in range(size):
                        sets[spot, q] = names[chosen[q]]
                    if n_found == keep:
                        limit = min(below, costs[:n_found].max())
        nodes += 1
        bound = np.inf
        village = -1
        if nodes > node_limit:
            gave_up = True
        if size < most:
            quick = not gave_up and not new_here
            bound, village, n_trail, hint[size] = bound_of_larger(
                size,
                pairs[size],
                paid[size],
                to_chosen[size],
                chosen,
                inside,
                barred,
                price,
                forced,
                forced_left[size],
                link_start,
                links,
                likeness,
                least,
                most,
                limit,
                steps,
                queue,
                trail,
                n_trail,
                hint[size],
                quick,
                useful,
                values,
                smallest,
            )
        if gave_up and bound < limit:
            open_bound = min(open_bound, bound)
        if gave_up or bound >= limit or village < 0:
            # Go back: whom this cluster barred is free again, and its last village is left out.
            while n_trail > trail_from[size]:
                n_trail -= 1
                barred[trail[n_trail]] = False
            size -= 1
            if size > 0:
                last = chosen[size]
                inside[last] = False
                barred[last] = True
                trail[n_trail] = last
                n_trail += 1
            continue
        chosen[size] = village
        inside[village] = True
        pairs[size + 1] = pairs[size] + to_chosen[size, village]
        paid[size + 1] = paid[size] + price[village]
        forced_left[size + 1] = forced_left[size] - (1 if forced[village] else 0)
        for j in range(n):
            to_chosen[size + 1, j] = to_chosen[size, j] + apart[village, j]
        size += 1
        hint[size] = hint[size - 1]
        trail_from[size] = n_trail
        fresh = True
    rest = min(limit, open_bound)
    return (
        costs[:n_found].copy(),
        sets[:n_found].copy(),
        lengths[:n_found].copy(),
        rest,
        not gave_up,
        nodes,
    )
