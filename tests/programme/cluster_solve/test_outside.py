"""Weak villages in no cluster: each once, with the nearest hub."""

from collections.abc import Callable
from pathlib import Path

from bangfu.engine.clusters import Cluster
from bangfu.programme.cluster_solve.inputs import read_cluster_input
from bangfu.programme.cluster_solve.outside import weak_outside
from bangfu.programme.cluster_solve.request import Request

Folder = Callable[..., Path]


def test_weak_villages_outside_are_listed_with_the_nearest_hub(grid_folder: Folder) -> None:
    data = read_cluster_input(grid_folder(), Request())
    at = {name: position for position, name in enumerate(data.names)}
    clusters = (Cluster(at["示例村7"], (at["示例村14"],)), Cluster(at["示例村10"], ()))
    table = weak_outside(data, clusters)
    # Weak are 0, 14, 21 and 28; 14 is in a cluster. Village 0 lies diagonally beside 7.
    expected = [("示例村0", "示例村7", 1.414), ("示例村21", "示例村10", 2.236)]
    assert expected == table.head(2).select("place_name", "nearest_hub_name", "km").rows()
    assert table["place_name"].to_list()[2:] == ["示例村28"]


def test_without_coordinates_they_are_listed_without_a_distance(grid_folder: Folder) -> None:
    folder = grid_folder()
    rows = [line.split(",") for line in (folder / "places.csv").read_text().splitlines()]
    bare = [",".join([*row[:5], "", "", *row[7:]]) for row in rows[1:]]
    (folder / "places.csv").write_text("\n".join([",".join(rows[0]), *bare]) + "\n")
    table = weak_outside(read_cluster_input(folder, Request()), ())
    assert table["km"].to_list() == [None] * 4
