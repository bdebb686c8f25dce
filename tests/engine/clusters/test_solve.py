"""The whole solve, against brute force, and at what makes solvers of regions fail."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from brute_force import optimum, small_problem
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.engine.clusters import Cluster, ClusterProblem, CountyBound, Rules, candidates, evaluate
from bangfu.engine.clusters.solve import Effort, Solution, solve_clusters
from bangfu.vocabulary.errors import ComputationError

QUICK = Effort(threads=1, proposals_per_village=20)


def line(n: int, hubs: list[int], rules: Rules, **more: object) -> ClusterProblem:
    """Villages in a row, each the neighbour of the next."""
    return ClusterProblem(
        attributes=np.arange(float(n)).reshape(-1, 1),
        edges=np.array([[i, i + 1] for i in range(n - 1)]),
        hubs=np.array(hubs),
        town=np.zeros(n, dtype=np.int64),
        county=np.zeros(n, dtype=np.int64),
        weak=np.zeros(n, dtype=np.bool_),
        rules=rules,
        **more,  # type: ignore[arg-type]
    )


def agrees(problem: ClusterProblem, solution: Solution) -> None:
    expected = optimum(problem)
    if np.isinf(expected):
        assert solution.status == "infeasible"
        assert solution.obstacles
        return
    assert solution.status == "optimal"
    assert solution.evaluation is not None
    assert solution.evaluation.kept
    assert expected == pytest.approx(solution.evaluation.objective, abs=1e-7)
    assert solution.bound <= expected + 1e-9


@pytest.mark.parametrize("seed", range(60))
def test_the_answer_is_the_optimum_of_brute_force(seed: int) -> None:
    problem = small_problem(seed)
    agrees(problem, solve_clusters(problem, QUICK))


@pytest.mark.parametrize("seed", range(10))
def test_without_the_table_of_likeness_the_optimum_is_found_too(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "_MOST_LIKENESSES", 0)
    problem = small_problem(seed)
    agrees(problem, solve_clusters(problem, QUICK))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(10_000, 1_000_000), hubs=st.integers(1, 4))
def test_islands_locks_and_tight_sizes_are_solved_or_refused_rightly(seed: int, hubs: int) -> None:
    problem = small_problem(seed, villages=11, hubs=hubs)
    agrees(problem, solve_clusters(problem, QUICK))


@pytest.mark.parametrize("seed", range(12))
def test_no_bound_exceeds_the_optimum_when_time_is_short(seed: int) -> None:
    problem = small_problem(seed, villages=16, hubs=3)
    solution = solve_clusters(problem, replace(QUICK, seconds=1e-6))
    assert solution.bound <= optimum(problem) + 1e-9


@pytest.mark.parametrize("seed", range(6))
def test_the_same_seed_gives_the_same_answer_with_any_number_of_threads(seed: int) -> None:
    problem = small_problem(seed)
    one = solve_clusters(problem, QUICK)
    two = solve_clusters(problem, replace(QUICK, threads=2))
    assert one.clusters == two.clusters
    assert one.bound == two.bound


def test_a_hub_that_reaches_too_few_villages_is_named() -> None:
    problem = line(6, [1, 3], Rules(count=2, min_size=4, max_size=5))
    solution = solve_clusters(problem, QUICK)
    assert solution.status == "infeasible"
    assert [(o.kind, o.hubs, o.found) for o in solution.obstacles] == [("reach", (1,), 3)]


def test_hubs_that_compete_for_villages_are_named_together() -> None:
    # Between the hubs lies one village, which both need.
    problem = line(5, [0, 2], Rules(count=2, min_size=2, max_size=2))
    star = replace(problem, edges=np.array([[0, 1], [1, 2]]))
    solution = solve_clusters(star, QUICK)
    assert solution.status == "infeasible"
    assert [(o.kind, o.hubs) for o in solution.obstacles] == [("rivals", (0, 2))]


def test_more_members_than_can_be_had_is_refused_with_the_most_there_are() -> None:
    problem = line(9, [2, 6], Rules(count=2, min_size=1, max_size=3, cover=7))
    solution = solve_clusters(problem, QUICK)
    assert solution.status == "infeasible"
    assert [(o.kind, o.found) for o in solution.obstacles] == [("cover", 4)]


def test_more_weak_members_than_can_be_had_is_refused_with_the_most_there_are() -> None:
    problem = line(9, [2, 6], Rules(count=2, min_size=1, max_size=3, weak=5))
    solution = solve_clusters(replace(problem, weak=np.ones(9, dtype=np.bool_)), QUICK)
    assert solution.status == "infeasible"
    assert [(o.kind, o.found) for o in solution.obstacles] == [("weak", 4)]


def test_hubs_are_chosen_so_that_bounds_per_county_hold() -> None:
    problem = line(12, [1, 4, 7, 10], Rules(count=2, min_size=2, max_size=3))
    problem = replace(problem, county=np.array([0] * 6 + [1] * 6))
    for bounds, wanted in (
        ((CountyBound(0, 2),), [0, 0]),
        ((CountyBound(0, 0, 1), CountyBound(1, 0, 1)), [0, 1]),
        ((CountyBound(0, 0, 0),), [1, 1]),
    ):
        rules = replace(problem.rules, county_bounds=bounds)
        solution = solve_clusters(replace(problem, rules=rules), QUICK)
        assert solution.status == "optimal"
        assert wanted == [int(problem.county[c.hub]) for c in solution.clusters]


def test_bounds_per_county_that_clash_are_named() -> None:
    problem = line(12, [1, 4, 7, 10], Rules(count=2, min_size=2, max_size=3))
    problem = replace(problem, county=np.array([0] * 6 + [1] * 6))
    for bounds, wanted in (
        ((CountyBound(0, 3),), ("county_few", 2, 3, 0)),
        ((CountyBound(0, 2), CountyBound(1, 1)), ("county_many", 3, 2, -1)),
        ((CountyBound(0, 0, 1), CountyBound(1, 0, 0)), ("county_few", 1, 2, -1)),
    ):
        rules = replace(problem.rules, county_bounds=bounds)
        found = solve_clusters(replace(problem, rules=rules), QUICK).obstacles
        assert [wanted] == [(o.kind, o.found, o.needed, o.area) for o in found]


def test_frozen_clusters_count_for_their_county_and_their_weak_villages() -> None:
    frozen = Cluster(1, (0, 2))
    rules = Rules(2, 2, 3, weak=1, county_bounds=(CountyBound(0, 0, 1),))
    problem = line(8, [1, 3, 6], rules, frozen=(frozen,))
    problem = replace(
        problem,
        county=np.array([0] * 4 + [1] * 4),
        weak=np.array([True] + [False] * 7),
    )
    solution = solve_clusters(problem, QUICK)
    assert solution.status == "optimal"
    assert [cluster.hub for cluster in solution.clusters] == [1, 6]


def test_a_frozen_cluster_stays_and_counts() -> None:
    frozen = Cluster(1, (0, 2))
    problem = line(8, [1, 5], Rules(count=2, min_size=2, max_size=3, cover=3), frozen=(frozen,))
    solution = solve_clusters(problem, QUICK)
    assert solution.status == "optimal"
    assert frozen in solution.clusters
    assert solution.evaluation is not None
    assert solution.evaluation.covered >= 3


def test_everything_frozen_is_an_answer_too() -> None:
    frozen = (Cluster(1, (0, 2)), Cluster(5, (4, 6)))
    problem = line(8, [1, 5], Rules(count=2, min_size=2, max_size=3), frozen=frozen)
    solution = solve_clusters(problem, QUICK)
    assert solution.clusters == frozen
    assert solution.status == "optimal"


def test_fewer_hubs_than_clusters_is_refused() -> None:
    with pytest.raises(ComputationError):
        solve_clusters(line(5, [1], Rules(count=2, min_size=1, max_size=3)), QUICK)


def test_answers_keep_the_rules_at_a_size_brute_force_cannot_reach() -> None:
    rng = np.random.default_rng(7)
    n, hubs = 400, 12
    points = rng.uniform(0, 30, (n, 2))
    far = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    problem = ClusterProblem(
        attributes=rng.normal(size=(n, 3)),
        edges=np.argwhere(np.triu(far < 2.2, 1)),
        hubs=rng.choice(n, hubs, replace=False),
        town=rng.integers(0, 20, n),
        county=rng.integers(0, 3, n),
        weak=rng.random(n) < 0.2,
        rules=Rules(hubs, 3, 7, cover=50),
        coordinates=points,
    )
    solution = solve_clusters(problem, replace(QUICK, seconds=20))
    assert solution.evaluation is not None
    assert evaluate(problem, solution.clusters).kept
    assert solution.gap is not None
    assert 0 <= solution.gap < 0.02


@pytest.mark.parametrize("order", [("highspy", "scipy"), ("scipy", "highspy")])
def test_all_solvers_work_in_one_process_in_both_orders(order: tuple[str, str]) -> None:
    uses = {
        "highspy": "import highspy; h = highspy.Highs(); h.setOptionValue('output_flag', False); "
        "h.addVar(1.0, 5.0); h.changeColCost(0, 1.0); h.run(); "
        "assert h.getInfo().objective_function_value == 1.0",
        "scipy": "from scipy.optimize import milp; assert milp([1.0], bounds=(2, 3)).fun == 2.0; "
        "from scipy.spatial import Delaunay; Delaunay([[0, 0], [1, 0], [0, 1]])",
    }
    code = "; ".join([*(uses[name] for name in order), "import numba", *(uses[n] for n in order)])
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
