"""First clusters by growth (生长): every hub in turn takes its cheapest open neighbour.

Everybody grows to the least size first, the one with the fewest choices before the others; then
the cheapest village anywhere is added until enough are covered. No promise of a best answer.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from bangfu.engine.clusters.candidates import Candidates
from bangfu.engine.clusters.compiled import compiled
from bangfu.engine.clusters.problem import Floats, Ints

__all__ = ["OPEN", "WALL", "entry_of", "grow", "marginal_cost"]

#: A village that is in no cluster, and one that no cluster may take.
OPEN = -1
WALL = -2


def grow(
    candidates: Candidates,
    attributes: Floats,
    *,
    active: Ints,
    sizes: tuple[int, int],
    cover: int,
    links: tuple[Ints, Ints],
) -> Ints:
    """Grow clusters round the active hubs.

    Parameters
    ----------
    candidates : Candidates
    attributes : (n_villages, d) float
    active : (n_active,) int
        Numbers of the hubs that get a cluster.
    sizes : (int, int)
        Fewest and most villages, the hub counted.
    cover : int
        Members wanted in all.
    links : (start, links)
        Neighbour lists of all villages.

    Returns
    -------
    (n_villages,) int
        Number of the hub each village belongs to, or OPEN, or WALL. A cluster may be smaller
        than asked for, where others took its room.
    """
    label = np.full(len(attributes), WALL, dtype=np.int64)
    label[candidates.village] = OPEN
    label[candidates.hubs] = WALL
    label[candidates.hubs[active]] = active
    _join_forced(candidates, label, active)
    _grow(
        active,
        candidates.hubs,
        candidates.start,
        candidates.village,
        candidates.linear,
        attributes,
        *links,
        label,
        *sizes,
        cover,
    )
    return label


def _join_forced(candidates: Candidates, label: Ints, active: Ints) -> None:
    """Villages that must belong to a hub join it, with those on a shortest way to them."""
    for number in active.tolist():
        low, high = candidates.start[number], candidates.start[number + 1]
        wanted = np.flatnonzero(candidates.forced[low:high])
        for goal in wanted.tolist():
            for entry in _way(candidates, number, goal, label):
                label[candidates.village[low + entry]] = number


def _way(candidates: Candidates, number: int, goal: int, label: Ints) -> list[int]:
    low = int(candidates.start[number])
    before = {goal: -1}
    queue = deque([goal])
    while queue:
        entry = queue.popleft()
        if label[candidates.village[low + entry]] == number:
            way = []
            while entry != -1:
                way.append(entry)
                entry = before[entry]
            return way
        first, last = candidates.link_start[low + entry], candidates.link_start[low + entry + 1]
        for other in candidates.links[first:last].tolist():
            if other not in before and label[candidates.village[low + other]] in (OPEN, number):
                before[other] = entry
                queue.append(other)
    return []


@compiled
def entry_of(number: int, wanted: int, start: Ints, village: Ints) -> int:
    """The entry of a village among the candidates of a hub, or -1."""
    low, high = start[number] + 1, start[number + 1]
    while low < high:
        middle = (low + high) // 2
        if village[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    if low < start[number + 1] and village[low] == wanted:
        return int(low)
    return -1


@compiled
def marginal_cost(candidate: int, number: int, figures: Floats, sums: Floats, size: int) -> float:
    """How much the sum of squares of a cluster rises when a village joins it."""
    far = 0.0
    for axis in range(figures.shape[1]):
        gap = figures[candidate, axis] - sums[number, axis] / size
        far += gap * gap
    return float(far * size / (size + 1))


@compiled
def _grow(  # noqa: PLR0913
    active: Ints,
    hubs: Ints,
    start: Ints,
    village: Ints,
    linear: Floats,
    figures: Floats,
    link_start: Ints,
    links: Ints,
    label: Ints,
    least: int,
    most: int,
    cover: int,
) -> None:
    n_hubs = len(hubs)
    sums = np.zeros((n_hubs, figures.shape[1]))
    size = np.zeros(n_hubs, dtype=np.int64)
    member = np.full((n_hubs, most), -1, dtype=np.int64)
    for number in active:
        member[number, 0] = hubs[number]
        size[number] = 1
        sums[number] += figures[hubs[number]]
    covered = 0
    for i in range(len(label)):
        number = label[i]
        if number >= 0 and hubs[number] != i and size[number] < most:
            member[number, size[number]] = i
            size[number] += 1
            sums[number] += figures[i]
            covered += 1
    best = np.full(n_hubs, -1, dtype=np.int64)
    price = np.full(n_hubs, np.inf)
    choices = np.zeros(n_hubs, dtype=np.int64)
    stale = np.ones(n_hubs, dtype=np.bool_)
    while True:
        pick = -1
        for number in active:
            if size[number] >= most:
                continue
            if stale[number] or (best[number] >= 0 and label[best[number]] != OPEN):
                stale[number] = False
                best[number] = -1
                price[number] = np.inf
                choices[number] = 0
                for q in range(size[number]):
                    i = member[number, q]
                    for at in range(link_start[i], link_start[i + 1]):
                        j = links[at]
                        if label[j] != OPEN:
                            continue
                        entry = entry_of(number, j, start, village)
                        if entry < 0:
                            continue
                        choices[number] += 1
                        cost = linear[entry] + marginal_cost(j, number, figures, sums, size[number])
                        if cost < price[number]:
                            price[number] = cost
                            best[number] = j
            if best[number] < 0:
                continue
            if pick < 0 or _before(number, pick, size, choices, price, least):
                pick = number
        if pick < 0 or (size[pick] >= least and covered >= cover and price[pick] >= 0.0):
            break
        j = best[pick]
        label[j] = pick
        member[pick, size[pick]] = j
        size[pick] += 1
        sums[pick] += figures[j]
        covered += 1
        stale[pick] = True


@compiled
def _before(one: int, other: int, size: Ints, choices: Ints, price: Floats, least: int) -> bool:
    """Who grows first: those below the least size, of these the smallest with fewest choices."""
    one_short, other_short = size[one] < least, size[other] < least
    if one_short != other_short:
        return bool(one_short)
    if one_short:
        ours, theirs = size[one] + choices[one], size[other] + choices[other]
        if ours != theirs:
            return bool(ours < theirs)
    return bool(price[one] < price[other])
