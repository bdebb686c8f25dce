"""Regions by merging neighbours (合并), and the mending of their sizes and number.

Ward's criterion with contiguity: the two neighbours are merged whose union raises the sum of
squares least. Mending takes any division, ours or another method's, to the sizes asked for.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable

import numpy as np

from bangfu.engine.clusters.problem import Floats, Ints

__all__ = ["merged", "repaired"]


class _Regions:
    """Regions by number, with members, sums and the regions beside them."""

    def __init__(self, label: Ints, figures: Floats, links: tuple[Ints, Ints]) -> None:
        self.figures, self.links = figures, links
        self.members: dict[int, list[int]] = {}
        self.sums: dict[int, Floats] = {}
        self.of = label.copy()
        self._next = 0
        for villages in _components(label, links):
            self.add(villages)

    def add(self, villages: list[int]) -> int:
        number, self._next = self._next, self._next + 1
        self.members[number] = villages
        self.sums[number] = self.figures[villages].sum(axis=0)
        self.of[villages] = number
        return number

    def near(self, number: int) -> list[int]:
        start, links = self.links
        found = {
            int(self.of[j]) for i in self.members[number] for j in links[start[i] : start[i + 1]]
        }
        return sorted(found - {number})

    def merge_cost(self, one: int, other: int) -> float:
        a, b = len(self.members[one]), len(self.members[other])
        gap = self.sums[one] / a - self.sums[other] / b
        return float(gap @ gap) * a * b / (a + b)

    def merge(self, one: int, other: int) -> int:
        villages = self.members.pop(one) + self.members.pop(other)
        del self.sums[one], self.sums[other]
        return self.add(villages)

    def split(self, number: int, part: list[int]) -> tuple[int, int]:
        inside = set(part)
        rest = [village for village in self.members.pop(number) if village not in inside]
        del self.sums[number]
        return self.add(part), self.add(rest)

    def best_split(self, number: int, least: int) -> tuple[float, list[int]] | None:
        """What the best cut of the tree of likest neighbours saves, and one side of it."""
        villages = self.members[number]
        if len(villages) < 2 * least:
            return None
        above, order = self._likest_tree(villages)
        count = dict.fromkeys(villages, 1)
        sums = {village: self.figures[village] for village in villages}
        n, total = len(villages), self.sums[number]
        best, cut = -1.0, -1
        for village in reversed(order[1:]):
            a = count[village]
            if least <= a <= n - least:
                gap = sums[village] / a - (total - sums[village]) / (n - a)
                gain = float(gap @ gap) * a * (n - a) / n
                if gain > best:
                    best, cut = gain, village
            count[above[village]] += a
            sums[above[village]] = sums[above[village]] + sums[village]
        if cut < 0:
            return None
        part = {cut}
        for village in order[1:]:
            if above[village] in part:
                part.add(village)
        return best, sorted(part)

    def _likest_tree(self, villages: list[int]) -> tuple[dict[int, int], list[int]]:
        """A spanning tree of short ways between attributes (Prim): parents, and the order."""
        start, links = self.links
        inside, root = set(villages), min(villages)
        above: dict[int, int] = {root: -1}
        order: list[int] = []
        queue: list[tuple[float, int, int]] = [(0.0, root, -1)]
        done: set[int] = set()
        while queue:
            _, village, parent = heapq.heappop(queue)
            if village in done:
                continue
            done.add(village)
            above[village] = parent
            order.append(village)
            for other in links[start[village] : start[village + 1]].tolist():
                if other in inside and other not in done:
                    gap = self.figures[village] - self.figures[other]
                    heapq.heappush(queue, (float(gap @ gap), other, village))
        return above, order

    def labels(self) -> Ints:
        _, label = np.unique(self.of, return_inverse=True)
        return label.astype(np.int64)


def merged(figures: Floats, links: tuple[Ints, Ints], *, regions: int, most: int) -> Ints:
    """Merge neighbours until so many regions are left, none with more than ``most`` villages.

    More are left where nothing more can be merged.
    """
    state = _Regions(np.arange(len(figures)), figures, links)
    _merge_down(state, regions, most)
    return state.labels()


def repaired(
    label: Ints,
    figures: Floats,
    links: tuple[Ints, Ints],
    *,
    regions: int,
    sizes: tuple[int, int],
) -> Ints:
    """The division nearest at hand that is connected and keeps number and sizes.

    Large regions are cut where that saves most, small ones are merged with the likest neighbour,
    and the number is made right by the cheapest mergers or the best cuts. It may fail on islands
    and in narrow corners; whoever calls it looks at the sizes.
    """
    state = _Regions(label, figures, links)
    least, most = sizes
    _cut_large(state, list(state.members), least, most)
    for number in sorted(state.members, key=lambda k: len(state.members[k])):
        while number in state.members and len(state.members[number]) < least:
            beside = state.near(number)
            if not beside:
                break
            number = state.merge(number, _likest(state, number, beside, most))
            if len(state.members[number]) > most:
                _cut_large(state, [number], least, most)
    _merge_down(state, regions, most)
    _dissolve_down(state, regions, most)
    _split_up(state, regions, least)
    return state.labels()


def _likest(state: _Regions, number: int, beside: list[int], most: int) -> int:
    """The neighbour to merge with: one that leaves the sizes in bounds, of these the cheapest."""
    own = len(state.members[number])
    return min(
        beside,
        key=lambda k: (own + len(state.members[k]) > most, state.merge_cost(number, k), k),
    )


def _cut_large(state: _Regions, numbers: Iterable[int], least: int, most: int) -> None:
    queue = list(numbers)
    while queue:
        number = queue.pop()
        if len(state.members[number]) <= most:
            continue
        cut = state.best_split(number, least) or state.best_split(number, 1)
        if cut is not None:
            queue.extend(state.split(number, cut[1]))


def _merge_down(state: _Regions, regions: int, most: int) -> None:
    """Cheapest mergers within the size, until no more than so many regions are left."""
    if len(state.members) <= regions:
        return

    def pairs(number: int, beside: Iterable[int]) -> list[tuple[float, int, int]]:
        own = len(state.members[number])
        return [
            (state.merge_cost(number, other), number, other)
            for other in beside
            if own + len(state.members[other]) <= most
        ]

    queue = [pair for k in state.members for pair in pairs(k, [o for o in state.near(k) if o < k])]
    heapq.heapify(queue)
    while queue and len(state.members) > regions:
        _, one, other = heapq.heappop(queue)
        if one in state.members and other in state.members:
            new = state.merge(one, other)
            for pair in pairs(new, state.near(new)):
                heapq.heappush(queue, pair)


def _dissolve_down(state: _Regions, regions: int, most: int) -> None:
    """Where no two may be merged any more: the villages of a small region go to those beside it."""
    for number in sorted(state.members, key=lambda k: (len(state.members[k]), k)):
        if len(state.members) <= regions:
            return
        homes = _homes(state, number, most)
        if homes is None:
            continue
        villages = state.members.pop(number)
        del state.sums[number]
        for village in villages:
            home = homes[village]
            state.members[home].append(village)
            state.sums[home] = state.sums[home] + state.figures[village]
            state.of[village] = home


def _homes(state: _Regions, number: int, most: int) -> dict[int, int] | None:
    """A region with room for each village of one that is given up, the cheapest step first."""
    start, links = state.links
    homes: dict[int, int] = {}
    size = {k: len(state.members[k]) for k in state.near(number)}
    left = set(state.members[number])
    while left:
        steps = []
        for village in left:
            for other in links[start[village] : start[village + 1]].tolist():
                home = homes.get(other, int(state.of[other]))
                if home != number and size[home] < most:
                    mean = state.sums[home] / len(state.members[home])
                    gap = state.figures[village] - mean
                    steps.append((float(gap @ gap), village, home))
        if not steps:
            return None
        _, village, home = min(steps)
        homes[village] = home
        size[home] += 1
        left.remove(village)
    return homes


def _split_up(state: _Regions, regions: int, least: int) -> None:
    """Best cuts, until there are so many regions."""
    if len(state.members) >= regions:
        return
    queue: list[tuple[float, int, list[int]]] = []

    def offer(number: int) -> None:
        cut = state.best_split(number, least)
        if cut is not None:
            heapq.heappush(queue, (-cut[0], number, cut[1]))

    for number in list(state.members):
        offer(number)
    while queue and len(state.members) < regions:
        _, number, part = heapq.heappop(queue)
        for new in state.split(number, part):
            offer(new)


def _components(label: Ints, links: tuple[Ints, Ints]) -> list[list[int]]:
    """Connected pieces of regions, in the order of their first villages."""
    start, near = links
    seen = np.zeros(len(label), dtype=np.bool_)
    found = []
    for first in range(len(label)):
        if seen[first]:
            continue
        seen[first] = True
        piece, at = [first], 0
        while at < len(piece):
            village = piece[at]
            at += 1
            for other in near[start[village] : start[village + 1]].tolist():
                if not seen[other] and label[other] == label[first]:
                    seen[other] = True
                    piece.append(other)
        found.append(piece)
    return found
