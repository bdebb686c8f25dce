"""Regions without hubs: all villages, connected, bounded, and better than merging alone."""

from itertools import combinations

import numpy as np
import pytest

from bangfu.engine.clusters.candidates import neighbour_lists
from bangfu.engine.clusters.merging import merged, repaired
from bangfu.engine.clusters.partition import divide, improved, unlikeness


def land(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Attributes of villages on a square, and who is next to whom."""
    rng = np.random.default_rng(seed)
    side = int(np.ceil(np.sqrt(n)))
    right = [(i, i + 1) for i in range(n - 1) if (i + 1) % side]
    down = [(i, i + side) for i in range(n - side)]
    return rng.normal(size=(n, 2)), np.array([*right, *down])


def is_connected(villages: set[int], edges: np.ndarray) -> bool:
    reached, ring = set(), {min(villages)}
    while ring:
        reached |= ring
        ring = {b for a, b in edges.tolist() if a in ring} | {
            a for a, b in edges.tolist() if b in ring
        }
        ring = (ring & villages) - reached
    return reached == villages


def check(label: np.ndarray, edges: np.ndarray, regions: int, sizes: tuple[int, int]) -> None:
    counts = np.bincount(label)
    assert len(counts) == regions
    assert sizes[0] <= counts.min()
    assert counts.max() <= sizes[1]
    for number in range(regions):
        assert is_connected(set(np.flatnonzero(label == number).tolist()), edges)


@pytest.mark.parametrize("seed", range(6))
def test_every_village_is_in_one_connected_region_of_permitted_size(seed: int) -> None:
    figures, edges = land(100, seed)
    found = divide(figures, edges, regions=14, sizes=(3, 12), seed=seed, proposals_per_village=50)
    assert found.kept
    check(found.label, edges, 14, (3, 12))
    assert found.objective == pytest.approx(unlikeness(figures, found.label))


def test_annealing_makes_a_division_better_and_keeps_it_whole() -> None:
    figures, edges = land(144, 3)
    links = neighbour_lists(144, edges)
    label = repaired(
        merged(figures, links, regions=18, most=12), figures, links, regions=18, sizes=(3, 12)
    )
    better = improved(label, figures, links, sizes=(3, 12), seed=1, proposals=300)
    check(better, edges, 18, (3, 12))
    assert unlikeness(figures, better) < unlikeness(figures, label)


def best_pair(figures: np.ndarray, edges: np.ndarray, least: int) -> float:
    """The best division into two connected regions, by looking at every one."""
    n, best = len(figures), np.inf
    for size in range(least, n // 2 + 1):
        for part in combinations(range(n), size):
            other = set(range(n)) - set(part)
            if is_connected(set(part), edges) and is_connected(other, edges):
                label = np.array([int(village in other) for village in range(n)])
                best = min(best, unlikeness(figures, label))
    return best


def test_small_instances_mostly_reach_the_optimum_of_brute_force() -> None:
    reached = 0
    for seed in range(8):
        figures, edges = land(9, seed)
        best = best_pair(figures, edges, 3)
        found = divide(figures, edges, regions=2, sizes=(3, 6), proposals_per_village=2_000)
        assert found.kept
        assert found.objective >= best - 1e-9
        reached += found.objective <= best + 1e-9
    assert reached >= 5


def test_the_same_seed_gives_the_same_regions() -> None:
    figures, edges = land(64, 5)
    one, two = (
        divide(figures, edges, regions=8, sizes=(3, 12), seed=9, proposals_per_village=40)
        for _ in range(2)
    )
    assert one.label.tolist() == two.label.tolist()


def test_regions_too_large_too_small_or_torn_are_mended() -> None:
    figures, edges = land(36, 1)
    links = neighbour_lists(36, edges)
    torn = np.array([0] * 20 + [1] + [0] * 14 + [2])
    mended = repaired(torn, figures, links, regions=6, sizes=(3, 12))
    check(mended, edges, 6, (3, 12))


def test_too_many_regions_that_no_two_can_be_merged_of_are_dissolved() -> None:
    # Three of four villages each; two together are too many, but one can go to the others.
    figures, edges = land(12, 2)
    label = np.repeat([0, 1, 2], 4)
    mended = repaired(label, figures, neighbour_lists(12, edges), regions=2, sizes=(3, 6))
    check(mended, edges, 2, (3, 6))


def test_an_island_below_the_least_size_is_told() -> None:
    figures, edges = land(16, 4)
    alone = np.concatenate([figures, [[0.0, 0.0]]])
    found = divide(alone, edges, regions=4, sizes=(3, 8), proposals_per_village=20)
    assert not found.kept
