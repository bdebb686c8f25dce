"""The land of villages on the map: cells fill the land once and meet where neighbours meet."""

import numpy as np
import pytest

from bangfu.programme.cluster_solve.cells import cells_of_points, cells_of_rings


def area(ring: np.ndarray) -> float:
    x, y = ring.T
    return abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2


def test_cells_of_a_grid_meet_at_the_middle_between_neighbours() -> None:
    points = np.array([[float(x), float(y)] for y in range(4) for x in range(4)])
    cells = cells_of_points(points)
    inner = [5, 6, 9, 10]
    assert [area(cells.rings[v][0]) for v in inner] == pytest.approx([1.0] * 4)
    between = [b.ends for b in cells.borders if {b.one, b.other} == {5, 6}]
    assert len(between) == 1
    assert between[0][:, 0].tolist() == pytest.approx([1.5, 1.5])


def test_a_cell_does_not_reach_into_empty_land() -> None:
    rng = np.random.default_rng(1)
    near = rng.uniform(0, 10, (40, 2))
    cells = cells_of_points(np.concatenate([near, [[500.0, 500.0]]]))
    lonely = cells.rings[40][0]
    assert np.hypot(*(lonely - [500.0, 500.0]).T).max() < 10


def test_villages_at_one_place_share_a_cell_and_one_village_has_one() -> None:
    cells = cells_of_points(np.array([[0.0, 0.0], [0.0, 0.0], [3.0, 0.0], [0.0, 3.0]]))
    assert cells.rings[0][0].tolist() == cells.rings[1][0].tolist()
    assert len(cells_of_points(np.array([[1.0, 2.0]])).rings) == 1


def test_villages_on_one_line_have_cells_too() -> None:
    cells = cells_of_points(np.array([[float(x), 0.0] for x in range(5)]))
    assert all(area(own[0]) > 0 for own in cells.rings)


def test_given_boundaries_are_shared_or_face_nobody() -> None:
    square = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0]])
    borders = cells_of_rings([[square], [np.add(square, [1, 0])]]).borders
    assert sorted((b.one, b.other) for b in borders if b.other >= 0) == [(0, 1)]
    assert sum(b.other < 0 for b in borders) == 6
