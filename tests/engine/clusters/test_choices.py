"""What policy choices cost, against brute force with the rule changed."""

from dataclasses import replace

import numpy as np
import pytest
from brute_force import optimum, small_problem

from bangfu.engine.clusters import Rules
from bangfu.engine.clusters.choices import weigh_choices
from bangfu.engine.clusters.solve import Effort, solve_clusters

QUICK = Effort(threads=1, proposals_per_village=20)


@pytest.mark.parametrize("seed", range(40))
def test_each_cost_is_what_brute_force_finds_with_the_rule_added(seed: int) -> None:
    problem = small_problem(seed)
    base = optimum(problem)
    solution = solve_clusters(problem, QUICK)
    costs = weigh_choices(problem, solution, QUICK, seconds=60).costs
    if np.isinf(base):
        assert costs == ()
        return
    for cost in costs:
        expected = optimum(replace(problem, rules=cost.choice.rules))
        assert cost.solution is not None
        if np.isinf(expected):
            assert cost.solution.status == "infeasible"
            assert cost.change is None
            continue
        assert cost.low is not None
        assert cost.high is not None
        assert expected - base == pytest.approx(cost.change, abs=1e-7)
        assert cost.low - 1e-9 <= expected - base <= cost.high + 1e-9


def test_a_rule_the_answer_keeps_already_costs_nothing() -> None:
    problem = small_problem(3)
    problem = replace(problem, town=np.zeros(problem.n_villages, dtype=np.int64))
    problem = replace(problem, rules=Rules(count=1, min_size=1, max_size=3), must=(), cannot=())
    solution = solve_clusters(problem, QUICK)
    costs = weigh_choices(problem, solution, QUICK, seconds=60).costs
    assert [c.change for c in costs if c.choice.kind == "within_town"] == [0.0]


def test_without_time_a_choice_is_left_open_and_not_guessed() -> None:
    problem = small_problem(4)
    solution = solve_clusters(problem, QUICK)
    costs = weigh_choices(problem, solution, QUICK, seconds=0.0).costs
    opened = [cost for cost in costs if cost.solution is not solution]
    assert opened
    assert all(cost.solution is None and cost.change is None for cost in opened)


def test_a_choice_that_happens_on_a_better_answer_improves_it() -> None:
    problem = small_problem(0)
    solution = solve_clusters(problem, QUICK)
    assert solution.evaluation is not None
    # As if the solve had been stopped at a poor answer: the objective is claimed to be higher.
    worse = replace(solution.evaluation, parts=replace(solution.evaluation.parts, unlikeness=1e6))
    poor = replace(solution, evaluation=worse, status="feasible", bound=-1e6)
    tight = replace(problem, rules=replace(problem.rules, cover=solution.evaluation.covered))
    better = weigh_choices(tight, poor, QUICK, seconds=60).solution
    if better is poor:
        pytest.skip("no choice of this instance has an answer of its own")
    assert better.evaluation is not None
    assert better.evaluation.objective < 1e6
