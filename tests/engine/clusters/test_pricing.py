"""The cheapest cluster of a hub, against every connected set there is."""

import math
from dataclasses import replace

import numpy as np
import pytest
from brute_force import clusters_of, small_problem

from bangfu.engine.clusters.candidates import find_candidates
from bangfu.engine.clusters.pricing import Found, Search, cheapest_clusters
from bangfu.engine.clusters.problem import ClusterProblem


def priced(seed: int) -> tuple[ClusterProblem, np.ndarray]:
    """A problem and what each village is paid for at some dual prices."""
    rng = np.random.default_rng(1000 + seed)
    problem = small_problem(seed)
    candidates = find_candidates(problem)
    reached = {
        (village, hub)
        for number, hub in enumerate(candidates.hubs.tolist())
        for village in candidates.of_hub(number).tolist()
    }
    # A lock that cannot be met is refused before any search.
    problem = replace(problem, must=tuple(lock for lock in problem.must if lock in reached))
    return problem, rng.uniform(-0.5, 2.0, problem.n_villages)


def true_values(problem: ClusterProblem, hub: int, pay: np.ndarray) -> list[float]:
    return sorted(
        cost - float(pay[list(cluster.members)].sum())
        for cost, cluster in clusters_of(problem, hub)
    )


def found(problem: ClusterProblem, number: int, pay: np.ndarray, search: Search) -> Found:
    candidates = find_candidates(problem)
    low, high = candidates.start[number], candidates.start[number + 1]
    prices = candidates.linear[low:high] - pay[candidates.village[low:high]]
    prices[0] = 0.0
    sizes = (problem.rules.min_size, problem.rules.max_size)
    return cheapest_clusters(
        candidates, number, problem.attributes, prices=prices, sizes=sizes, search=search
    )


@pytest.mark.parametrize("seed", range(40))
def test_the_cheapest_cluster_is_the_cheapest_of_all_connected_sets(seed: int) -> None:
    problem, pay = priced(seed)
    for number, hub in enumerate(problem.hubs.tolist()):
        values = true_values(problem, hub, pay)
        middle = (values[len(values) // 2] if values else 0.0) + 1e-6
        for below in (math.inf, middle, (values[0] if values else 0.0) - 0.1):
            result = found(problem, number, pay, Search(below=below))
            expected = [value for value in values if value < below][:1]
            assert result.complete
            assert expected == pytest.approx(result.costs.tolist(), abs=1e-9)
            assert result.at_least <= min([*values, math.inf]) + 1e-9


@pytest.mark.parametrize("seed", range(20))
def test_every_cluster_below_a_limit_is_listed_once(seed: int) -> None:
    problem, pay = priced(seed)
    for number, hub in enumerate(problem.hubs.tolist()):
        values = true_values(problem, hub, pay)
        if not values:
            continue
        below = values[len(values) // 2] + 1e-9
        search = Search(below=below, keep=10_000, every=True)
        result = found(problem, number, pay, search)
        assert [v for v in values if v < below] == pytest.approx(sorted(result.costs), abs=1e-9)
        assert len({tuple(entries) for entries in result.clusters}) == len(result.clusters)


@pytest.mark.parametrize("nodes", [1, 2, 5, 20])
@pytest.mark.parametrize("seed", range(20))
def test_a_search_cut_short_still_gives_a_true_bound(seed: int, nodes: int) -> None:
    problem, pay = priced(seed)
    for number, hub in enumerate(problem.hubs.tolist()):
        values = true_values(problem, hub, pay)
        for keep, every in ((1, False), (5, False), (3, True)):
            search = Search(below=math.inf, keep=keep, every=every, nodes=nodes)
            result = found(problem, number, pay, search)
            assert result.at_least <= min([*values, math.inf]) + 1e-9
            listed = sorted(result.costs.tolist())
            for cost in listed:
                assert any(cost == pytest.approx(value, abs=1e-9) for value in values)
            # Whatever is not listed costs at least what is said of the rest.
            for cost in listed:
                near = min(range(len(values)), key=lambda at: abs(values[at] - cost))
                values = values[:near] + values[near + 1 :]
            assert result.rest <= min([*values, math.inf]) + 1e-9
            values = true_values(problem, hub, pay)
