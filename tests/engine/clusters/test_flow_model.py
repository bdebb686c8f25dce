"""The linear variant, in which only the way to the hub counts, against a textbook flow model.

Each cluster is a tree along which one unit flows from the hub to every member (Shirabe 2005); the
model is written out in full and solved by another program.
"""

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_matrix

from bangfu.engine.clusters import ClusterProblem, Prices, Rules
from bangfu.engine.clusters.solve import Effort, solve_clusters


def linear_problem(seed: int) -> ClusterProblem:
    """Villages that are all alike, so that the sum of squares is 0 and ways alone are paid for."""
    rng = np.random.default_rng(seed)
    n, hubs = 30, 4
    points = rng.uniform(0, 10, (n, 2))
    far = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    return ClusterProblem(
        attributes=np.zeros((n, 1)),
        edges=np.argwhere(np.triu(far < 2.8, 1)),
        hubs=np.sort(rng.choice(n, hubs, replace=False)),
        town=rng.integers(0, 4, n),
        county=np.zeros(n, dtype=np.int64),
        weak=rng.random(n) < 0.3,
        rules=Rules(hubs, 3, 7, cover=14, weak=4),
        prices=Prices(km2=1.0, town=2.0, weak=0.5),
        coordinates=points,
    )


def flow_optimum(problem: ClusterProblem) -> float | None:
    """The optimum by flows: y[i, k] says that i belongs to k, f[a, k] what flows along arc a."""
    n, hubs, rules = problem.n_villages, problem.hubs.tolist(), problem.rules
    arcs = [(a, b) for a, b in problem.edges.tolist()] + [(b, a) for a, b in problem.edges.tolist()]
    n_y = n * len(hubs)
    width = n_y + len(arcs) * len(hubs)
    assert problem.coordinates is not None
    cost = np.zeros(width)
    upper = np.concatenate([np.ones(n_y), np.full(width - n_y, rules.max_size - 1)])
    rows: list[tuple[dict[int, float], float, float]] = []
    for k, hub in enumerate(hubs):
        for i in range(n):
            way = float(((problem.coordinates[i] - problem.coordinates[hub]) ** 2).sum())
            crossing = float(problem.town[i] != problem.town[hub])
            prices = problem.prices
            cost[k * n + i] = prices.km2 * way + prices.town * crossing
            cost[k * n + i] -= prices.weak * bool(problem.weak[i])
            if i == hub:
                continue
            if i in hubs:
                upper[k * n + i] = 0.0
            # What flows in less what flows out stays: one unit where the village belongs.
            row = {k * n + i: -1.0}
            inflow = {k * n + i: -(rules.max_size - 1.0)}
            for at, (a, b) in enumerate(arcs):
                column = n_y + k * len(arcs) + at
                if b == i:
                    row[column] = row.get(column, 0.0) + 1.0
                    inflow[column] = 1.0
                if a == i:
                    row[column] = row.get(column, 0.0) - 1.0
            rows += [(row, 0.0, 0.0), (inflow, -np.inf, 0.0)]
        cost[k * n + hub] = 0.0
        rows.append(({k * n + hub: 1.0}, 1.0, 1.0))
        members = {k * n + i: 1.0 for i in range(n)}
        rows.append((members, rules.min_size, rules.max_size))
    for i in range(n):
        rows.append(({k * n + i: 1.0 for k in range(len(hubs))}, 0.0, 1.0))
    others = [i for i in range(n) if i not in hubs]
    rows.append(({k * n + i: 1.0 for k in range(len(hubs)) for i in others}, rules.cover, np.inf))
    weak = [i for i in others if problem.weak[i]]
    rows.append(({k * n + i: 1.0 for k in range(len(hubs)) for i in weak}, rules.weak, np.inf))
    matrix = lil_matrix((len(rows), width))
    for at, (row, _, _) in enumerate(rows):
        for column, value in row.items():
            matrix[at, column] = value
    limits = LinearConstraint(matrix.tocsr(), [r[1] for r in rows], [r[2] for r in rows])
    whole = np.concatenate([np.ones(n_y), np.zeros(width - n_y)])
    result = milp(cost, constraints=limits, bounds=Bounds(0, upper), integrality=whole)
    return float(result.fun) if result.status == 0 else None


@pytest.mark.parametrize("seed", [1, 2, 3, 5, 8])
def test_the_linear_variant_agrees_with_a_flow_model(seed: int) -> None:
    problem = linear_problem(seed)
    expected = flow_optimum(problem)
    solution = solve_clusters(problem, Effort(threads=1, proposals_per_village=50))
    if expected is None:
        assert solution.status == "infeasible"
        return
    assert solution.evaluation is not None
    assert solution.status == "optimal"
    assert expected == pytest.approx(solution.evaluation.objective, abs=1e-4)
    assert solution.bound <= expected + 1e-4
