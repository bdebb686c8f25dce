"""Divide all villages into connected regions (分区), so many and bounded in size, alike inside.

A cluster has a hub and may leave villages out; a region has neither. This serves to divide a
county for work that reaches everybody, and to compare with other methods on what they can do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bangfu.engine.clusters.annealing import enter, leaving_gain
from bangfu.engine.clusters.candidates import neighbour_lists
from bangfu.engine.clusters.compiled import compiled
from bangfu.engine.clusters.growth import marginal_cost
from bangfu.engine.clusters.merging import merged, repaired
from bangfu.engine.clusters.problem import Floats, Ints

__all__ = ["Partition", "divide", "improved", "unlikeness"]

#: Temperatures of the annealing, as shares of what a village usually costs its region.
_HOT, _COLD, _ROUNDS = 0.5, 0.02, 100


@dataclass(frozen=True, slots=True)
class Partition:
    """The region of each village from 0 on, and the sum of squared deviations inside them.

    ``kept``: number of regions and sizes are as asked for. An island too small for the least
    size, for one, makes that impossible.
    """

    label: Ints
    objective: float
    kept: bool


def divide(
    attributes: Floats,
    edges: Ints,
    *,
    regions: int,
    sizes: tuple[int, int],
    seed: int = 1,
    proposals_per_village: int = 1_000,
) -> Partition:
    """Divide all villages into ``regions`` connected regions of bounded size.

    Parameters
    ----------
    attributes : (n, d) float
    edges : (m, 2) int
    sizes : (int, int)
        Fewest and most villages of a region.
    proposals_per_village : int
        How long to search; the answer depends on it and the seed alone.

    Notes
    -----
    Neighbours are merged where the sum of squares rises least (Ward 1963, with contiguity),
    sizes and number are mended, and annealing moves and exchanges villages. No bound is given.

    Examples
    --------
    >>> row = np.array([[0.0], [0.1], [5.0], [5.1]])
    >>> divide(row, np.array([[0, 1], [1, 2], [2, 3]]), regions=2, sizes=(1, 3)).label.tolist()
    [0, 0, 1, 1]
    """
    links = neighbour_lists(len(attributes), edges)
    label = merged(attributes, links, regions=regions, most=sizes[1])
    label = repaired(label, attributes, links, regions=regions, sizes=sizes)
    label = improved(
        label, attributes, links, sizes=sizes, seed=seed, proposals=proposals_per_village
    )
    _, label = np.unique(label, return_inverse=True)
    counts = np.bincount(label)
    kept = len(counts) == regions and sizes[0] <= counts.min() and counts.max() <= sizes[1]
    return Partition(label.astype(np.int64), unlikeness(attributes, label), bool(kept))


def unlikeness(attributes: Floats, label: Ints) -> float:
    """Sum of squared deviations from the means of the regions."""
    counts = np.bincount(label)
    total = 0.0
    for axis in range(attributes.shape[1]):
        figures = attributes[:, axis]
        means = np.bincount(label, figures) / np.maximum(1, counts)
        total += float(((figures - means[label]) ** 2).sum())
    return total


def improved(
    label: Ints,
    attributes: Floats,
    links: tuple[Ints, Ints],
    *,
    sizes: tuple[int, int],
    seed: int,
    proposals: int,
) -> Ints:
    """Anneal a division; ``proposals`` are per village, 0 leaves it as it is."""
    n, n_regions = len(label), int(label.max()) + 1
    label = label.copy()
    most = max(sizes[1], int(np.bincount(label).max()))
    size = np.zeros(n_regions, dtype=np.int64)
    sums = np.zeros((n_regions, attributes.shape[1]))
    member = np.full((n_regions, most), -1, dtype=np.int64)
    for village, number in enumerate(label.tolist()):
        member[number, size[number]] = village
        size[number] += 1
        sums[number] += attributes[village]
    usual = max(1e-12, unlikeness(attributes, label) / max(1, n))
    rng = np.random.default_rng(seed)
    per_round = 1 + n * proposals // (_ROUNDS + 2)
    for turn in range(_ROUNDS + 2 if proposals else 0):
        heat = usual * _HOT * (_COLD / _HOT) ** (turn / (_ROUNDS - 1)) if turn < _ROUNDS else 0.0
        _propose_moves(
            attributes, *links, label, sums, size, member, *sizes, heat, per_round,
            int(rng.integers(1, 2**62)),
        )  # fmt: skip
    return label


@compiled
def _propose_moves(  # noqa: PLR0913
    figures: Floats,
    link_start: Ints,
    links: Ints,
    label: Ints,
    sums: Floats,
    size: Ints,
    member: Ints,
    least: int,
    most: int,
    heat: float,
    proposals: int,
    seed: int,
) -> None:
    """A village goes over to the region of a neighbour, or is exchanged for one of that region."""
    np.random.seed(seed % 4294967291)
    seen = np.zeros(len(label), dtype=np.int64)
    queue = np.empty(member.shape[1] + 2, dtype=np.int64)
    for _ in range(proposals):
        i = np.random.randint(len(label))
        if link_start[i + 1] == link_start[i]:
            continue
        j = links[link_start[i] + np.random.randint(link_start[i + 1] - link_start[i])]
        a, b = label[i], label[j]
        if a == b:
            continue
        back = -1
        if size[a] <= least or size[b] >= most or np.random.random() < 0.3:
            back = member[b, np.random.randint(size[b])]
            delta = _exchange_cost(i, back, a, figures, sums, size[a])
            delta += _exchange_cost(back, i, b, figures, sums, size[b])
        else:
            delta = marginal_cost(i, b, figures, sums, size[b])
            delta -= leaving_gain(i, a, figures, sums, size[a])
        if delta > 0.0 and (heat == 0.0 or np.random.random() >= np.exp(-delta / heat)):
            continue
        if not _whole_without(i, back, a, member, size[a], label, link_start, links, seen, queue):
            continue
        if back >= 0 and not _whole_without(
            back, i, b, member, size[b], label, link_start, links, seen, queue
        ):
            continue
        _leave(i, a, figures, sums, size, member)
        if back >= 0:
            _leave(back, b, figures, sums, size, member)
            enter(back, a, figures, label, sums, size, member)
        enter(i, b, figures, label, sums, size, member)


@compiled
def _exchange_cost(
    out: int, into: int, number: int, figures: Floats, sums: Floats, size: int
) -> float:
    """How much the sum of squares rises when one village of a region is exchanged for another."""
    if size == 1:
        return 0.0
    far = 0.0
    for axis in range(figures.shape[1]):
        mean = (sums[number, axis] - figures[out, axis]) / (size - 1)
        gap = figures[into, axis] - mean
        far += gap * gap
    return float(far * (size - 1) / size - leaving_gain(out, number, figures, sums, size))


@compiled
def _whole_without(  # noqa: PLR0913
    out: int,
    extra: int,
    number: int,
    member: Ints,
    size: int,
    label: Ints,
    link_start: Ints,
    links: Ints,
    seen: Ints,
    queue: Ints,
) -> bool:
    """Whether a region is connected without one village (and with an extra one, or -1)."""
    first = member[number, 0]
    if first == out:
        first = member[number, 1] if size > 1 else extra
    if first < 0:
        return False
    queue[0] = first
    seen[first] = 1
    n, head = 1, 0
    while head < n:
        i = queue[head]
        head += 1
        for at in range(link_start[i], link_start[i + 1]):
            j = links[at]
            if j != out and seen[j] == 0 and (label[j] == number or j == extra):
                seen[j] = 1
                queue[n] = j
                n += 1
    for at in range(n):
        seen[queue[at]] = 0
    return bool(n == size - 1 + (1 if extra >= 0 else 0))


@compiled
def _leave(
    village: int, number: int, figures: Floats, sums: Floats, size: Ints, member: Ints
) -> None:
    size[number] -= 1
    for at in range(size[number]):
        if member[number, at] == village:
            member[number, at] = member[number, size[number]]
            break
    sums[number] -= figures[village]
