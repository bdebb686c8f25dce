"""The evaluator: prices by hand, and every rule broken once."""

from dataclasses import replace

import numpy as np
import pytest

from bangfu.engine.clusters import Cluster, ClusterProblem, Prices, Rules, evaluate, standardised


def row() -> ClusterProblem:
    """Six villages in a row, 1 km apart; hubs at 1 and 4; town and county change in the middle."""
    return ClusterProblem(
        attributes=np.array([[0.0], [1.0], [2.0], [3.0], [4.0], [5.0]]),
        edges=np.array([[i, i + 1] for i in range(5)]),
        hubs=np.array([1, 4]),
        town=np.array([0, 0, 1, 1, 2, 2]),
        county=np.array([0, 0, 0, 1, 1, 1]),
        weak=np.array([False, False, True, False, False, False]),
        rules=Rules(count=2, min_size=2, max_size=3, cover=3),
        prices=Prices(km2=0.5, town=10.0, county=100.0, weak=1.0),
        coordinates=np.array([[float(i), 0.0] for i in range(6)]),
    )


def test_the_objective_is_the_sum_of_its_parts_by_hand() -> None:
    result = evaluate(row(), [Cluster(1, (0, 2)), Cluster(4, (3,))])
    assert result.kept
    # Spread 2 about the mean 1, and 0.5 about 3.5; three ways of 1 km; villages 2 and 3 cross.
    assert result.parts.unlikeness == pytest.approx(2.5)
    assert result.parts.distance == pytest.approx(1.5)
    assert (result.parts.town, result.parts.county, result.parts.weak) == (20.0, 0.0, -1.0)
    assert result.objective == pytest.approx(23.0)
    assert result.covered == 3


@pytest.mark.parametrize(
    ("clusters", "rule"),
    [
        ([Cluster(1, (0, 2))], "count"),
        ([Cluster(1, (0,)), Cluster(4, (3,))], "cover"),
        ([Cluster(1, (0, 2)), Cluster(4, ())], "size"),
        ([Cluster(1, (0, 2)), Cluster(4, (2, 3))], "twice"),
        ([Cluster(1, (0, 5)), Cluster(4, (3,))], "connected"),
        ([Cluster(1, (0, 2)), Cluster(5, (4,))], "hub"),
    ],
)
def test_a_broken_rule_is_told(clusters: list[Cluster], rule: str) -> None:
    assert rule in {breach.rule for breach in evaluate(row(), clusters).breaches}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"max_km": 0.5}, "km"),
        ({"within_town": True}, "town"),
        ({"within_county": True}, "county"),
    ],
)
def test_limits_on_members_are_checked(change: dict[str, object], rule: str) -> None:
    problem = replace(row(), rules=replace(row().rules, **change))  # type: ignore[arg-type]
    clusters = [Cluster(1, (2, 3)), Cluster(4, (5,))]
    assert rule in {breach.rule for breach in evaluate(problem, clusters).breaches}


def test_locks_and_frozen_clusters_are_checked() -> None:
    problem = replace(row(), must=((2, 4),), cannot=((0, 1),), frozen=(Cluster(4, (5,)),))
    rules = {b.rule for b in evaluate(problem, [Cluster(1, (0, 2)), Cluster(4, (3,))]).breaches}
    assert {"must", "cannot", "frozen"} <= rules


def test_distances_on_the_globe_use_the_radius_agreed() -> None:
    degree = replace(
        row(), planar=False, coordinates=np.array([[120.0, 30.0 + i] for i in range(6)])
    )
    result = evaluate(degree, [Cluster(1, (0,)), Cluster(4, (5,))])
    assert result.parts.distance == pytest.approx(0.5 * 2 * (6371.0088 * np.pi / 180) ** 2)


def test_standardising_uses_the_whole_population_and_weights_multiply() -> None:
    values = np.array([[1.0, 5.0], [2.0, 5.0], [6.0, 5.0]])
    expected = (values[:, 0] - 3.0) / np.sqrt((4 + 1 + 9) / 3)
    scores = standardised(values, weights=[2.0, 1.0])
    assert scores[:, 0] == pytest.approx(2 * expected)
    assert scores[:, 1].tolist() == [0.0, 0.0, 0.0]
