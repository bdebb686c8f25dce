"""A lower bound of every larger cluster (下界), and who cannot be in a cheap one.

The bound. Let S be the villages chosen, s their number, and T those still to come, so that the
cluster has m = s + |T| villages. With d(i, j) the squared distance between attributes,

    sum of squares = 1/m * (pairs in S + pairs between S and T + pairs in T).

The first two are known for each village of T by itself; a village of T is at least as far from
the |T| - 1 others as from its |T| - 1 nearest candidates, and each such pair is shared by two.
So each village j has a value, price_j + (sum over S of d(i, j) + nearest(j) / 2) / m, and no
cluster of m villages costs less than what S costs plus the |T| smallest values.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from bangfu.engine.clusters.compiled import compiled
from bangfu.engine.clusters.problem import Floats, Ints

__all__ = ["bound_of_larger"]


@compiled
def bound_of_larger(  # noqa: PLR0913
    size: int,
    pairs: float,
    paid: float,
    to_chosen: Floats,
    chosen: Ints,
    inside: npt.NDArray[np.bool_],
    barred: npt.NDArray[np.bool_],
    price: Floats,
    forced: npt.NDArray[np.bool_],
    forced_left: int,
    link_start: Ints,
    links: Ints,
    likeness: Floats,
    least: int,
    most: int,
    limit: float,
    steps: Ints,
    queue: Ints,
    trail: Ints,
    n_trail: int,
    hint: int,
    quick: bool,
    useful: npt.NDArray[np.bool_],
    values: Floats,
    smallest: Floats,
) -> Any:
    """Lower bound of all larger clusters, the village to try next, and the size it is meant for.

    Villages that cannot be in any cluster below the limit are barred and put on the trail.
    ``quick``: if clusters of size ``hint`` cannot be excluded, ask no more (the bound is then
    -inf, and nobody is barred).
    """
    # Who can be reached in how many steps from the chosen, not through the barred.
    room = most - size
    n_reached = 0
    for at in range(size):
        queue[n_reached] = chosen[at]
        steps[chosen[at]] = 0
        n_reached += 1
    head = 0
    base = n_reached
    for j in range(len(price)):
        if not inside[j]:
            steps[j] = -1
    while head < n_reached:
        i = queue[head]
        head += 1
        if steps[i] >= room:
            continue
        for at in range(link_start[i], link_start[i + 1]):
            j = links[at]
            if steps[j] < 0 and not barred[j]:
                steps[j] = steps[i] + 1
                queue[n_reached] = j
                n_reached += 1
    n_open = n_reached - base
    forced_found = 0
    for at in range(base, n_reached):
        forced_found += forced[queue[at]]
    best = np.inf
    best_size = hint
    next_village = -1
    if forced_found < forced_left or n_open == 0:
        return best, next_village, n_trail, best_size
    for at in range(n_open):
        useful[at] = False
    first = max(least, size + 1)
    # The size that was promising before comes first, then all others.
    for turn in range(first - 1, most + 1):
        m = turn
        if turn == first - 1:
            m = hint
            if hint < first:
                continue
        elif turn == hint:
            continue
        wanted = m - size
        if wanted < forced_left or n_open < wanted:
            continue
        fixed = paid + pairs / m
        free = wanted - forced_left
        n_small = 0
        reachable = 0
        forced_ok = True
        for at in range(n_open):
            j = queue[base + at]
            if steps[j] > wanted:
                if forced[j]:
                    forced_ok = False
                continue
            reachable += 1
            value = price[j] + (to_chosen[j] + 0.5 * likeness[j, wanted - 1]) / m
            values[at] = value
            if forced[j]:
                fixed += value
                continue
            if free == 0 or (n_small == free and value >= smallest[n_small - 1]):
                continue
            spot = n_small if n_small < free else n_small - 1
            n_small = min(n_small + 1, free)
            while spot > 0 and smallest[spot - 1] > value:
                smallest[spot] = smallest[spot - 1]
                spot -= 1
            smallest[spot] = value
        if not forced_ok or reachable < wanted or n_small < free:
            continue
        low = fixed
        for q in range(free):
            low += smallest[q]
        edge = smallest[free - 1] if free > 0 else 0.0
        asked_enough = quick and turn == first - 1 and low < limit
        if low < limit and not asked_enough:
            for at in range(n_open):
                j = queue[base + at]
                if steps[j] > wanted or useful[at]:
                    continue
                if forced[j]:
                    useful[at] = True
                elif free > 0:
                    useful[at] = low + max(0.0, values[at] - edge) < limit
        if low < best:
            best = low
            best_size = m
            next_village = -1
            top = np.inf
            for at in range(n_open):
                j = queue[base + at]
                if steps[j] == 1 and (forced[j] or (free > 0 and values[at] < top)):
                    next_village = j
                    if forced[j]:
                        break
                    top = values[at]
        if asked_enough and next_village >= 0:
            return -np.inf, next_village, n_trail, best_size
    if best < limit:
        usable = False
        fallback = -1
        for at in range(n_open):
            j = queue[base + at]
            if not useful[at]:
                barred[j] = True
                trail[n_trail] = j
                n_trail += 1
            else:
                if j == next_village:
                    usable = True
                if steps[j] == 1:
                    fallback = j
        if not usable:
            next_village = fallback
        if next_village < 0:
            # Everybody next to the chosen is out, so nothing larger is below the limit.
            best = limit
    return best, next_village, n_trail, best_size
