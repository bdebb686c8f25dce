"""From tables to a problem: what is read, what is refused."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bangfu.programme.cluster_solve.inputs import read_cluster_input
from bangfu.programme.cluster_solve.request import Request
from bangfu.vocabulary.errors import FaultsFound

Folder = Callable[..., Path]


def code(number: int) -> str:
    return f"9901{1 + (number % 6) // 3:02d}100{200 + number:03d}"


def refused(folder: Path, request: Request | None = None) -> list[str]:
    with pytest.raises(FaultsFound) as found:
        read_cluster_input(folder, request or Request())
    return [fault.code for fault in found.value.faults]


def test_tags_towns_counties_and_coordinates_are_read(grid_folder: Folder) -> None:
    data = read_cluster_input(grid_folder(), Request(cover=5))
    problem, at = data.problem, data.position()
    assert sorted(at[code(n)] for n in (7, 10, 20)) == problem.hubs.tolist()
    assert problem.rules.count == 3
    assert problem.county[at[code(0)]] != problem.county[at[code(3)]]
    assert problem.weak[at[code(14)]]
    assert problem.planar
    assert problem.coordinates is not None
    assert problem.coordinates[at[code(9)]].tolist() == [3.0, 1.0]
    assert len(problem.edges) == 49
    assert data.neighbours_from == "pairs"
    assert np.allclose(problem.attributes.std(axis=0), 1.0)


def test_raw_attributes_and_weights_are_taken_as_they_are(grid_folder: Folder) -> None:
    request = Request(raw=True, weights={"tea": 0.5})
    data = read_cluster_input(grid_folder(), request)
    assert data.problem.attributes[data.position()[code(1)]].tolist() == [14.0, 2.5]


def test_every_missing_attribute_is_listed(grid_folder: Folder) -> None:
    rows = [["place_code", "income", "tea"]]
    rows += [[code(n), "" if n == 3 else 1, n] for n in range(30) if n != 8]
    folder = grid_folder(attributes=rows)
    with pytest.raises(FaultsFound) as found:
        read_cluster_input(folder, Request())
    wanted = [("CLU-03", code(3)), ("CLU-03", code(8)), ("CLU-03", code(8))]
    assert sorted(wanted) == sorted((f.code, f.where) for f in found.value.faults)


def test_an_attribute_beyond_all_measure_is_refused(grid_folder: Folder) -> None:
    rows = [["place_code", "income"], *([code(n), 1e13 if n == 4 else n] for n in range(30))]
    with pytest.raises(FaultsFound) as found:
        read_cluster_input(grid_folder(attributes=rows), Request())
    assert [("CLU-03", code(4))] == [(f.code, f.where) for f in found.value.faults]
    assert "1e+13" in found.value.faults[0].message.zh


def test_fewer_hubs_than_clusters_and_strange_codes_are_refused(grid_folder: Folder) -> None:
    assert refused(grid_folder(), Request(count=4)) == ["CLU-07"]
    assert refused(grid_folder(), Request(hubs=("123456789012",))) == ["CLU-05"]
    locks = [["place_code", "hub_code", "lock"], [code(1), code(2), "must"]]
    assert refused(grid_folder(locks=locks)) == ["CLU-06"]


def test_a_village_locked_twice_or_both_ways_is_refused(grid_folder: Folder) -> None:
    head = ["place_code", "hub_code", "lock"]
    twice = [head, [code(8), code(7), "must"], [code(8), code(10), "must"]]
    assert refused(grid_folder(locks=twice)) == ["CLU-06"]


def test_options_out_of_range_are_told_all_at_once() -> None:
    with pytest.raises(FaultsFound) as found:
        Request(min_size=5, max_size=3, price_km2=-1.0, cover=-2)
    assert len(found.value.faults) == 3


def test_without_pairs_neighbours_come_from_points(grid_folder: Folder) -> None:
    data = read_cluster_input(grid_folder(adjacency=None), Request(max_edge_km=1.1))
    assert data.neighbours_from == "points"
    assert len(data.problem.edges) == 49


def test_bridges_join_and_barriers_part(grid_folder: Folder) -> None:
    rows = [
        ["a_code", "b_code", "kind"],
        [code(0), code(29), "ferry"],
        [code(0), code(1), "barrier"],
    ]
    folder = grid_folder(adjacency=rows)
    river = {"type": "LineString", "coordinates": [[2.5, -1], [2.5, 10]]}
    feature = {"type": "Feature", "properties": {}, "geometry": river}
    content = json.dumps({"type": "FeatureCollection", "features": [feature]})
    (folder / "barriers.geojson").write_text(content)
    data = read_cluster_input(folder, Request(max_edge_km=1.1))
    at = data.position()
    pairs = {frozenset(pair) for pair in data.problem.edges.tolist()}
    assert frozenset({at[code(0)], at[code(29)]}) in pairs
    assert frozenset({at[code(0)], at[code(1)]}) not in pairs
    # The river cuts five ways; a declared barrier one; a ferry adds one.
    assert len(pairs) == 49 - 5 - 1 + 1


def test_boundaries_make_neighbours_by_shared_sides(grid_folder: Folder) -> None:
    folder = grid_folder(adjacency=None)
    features = []
    for number in range(30):
        x, y = number % 6, number // 6
        ring = [[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1], [x, y]]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        features.append({"properties": {"code": code(number)}, "geometry": geometry})
    content = json.dumps({"type": "FeatureCollection", "features": features})
    (folder / "polygons.geojson").write_text(content)
    data = read_cluster_input(folder, Request())
    assert data.neighbours_from == "polygons"
    assert len(data.problem.edges) == 49


def test_faults_in_other_tables_are_no_hindrance(grid_folder: Folder) -> None:
    folder = grid_folder(units=[["what"], ["ever"]])
    assert read_cluster_input(folder, Request()).problem.n_villages == 30


def test_bounds_per_county_hold_for_all_or_for_the_one_that_is_named(grid_folder: Folder) -> None:
    request = Request(min_weak=2, per_county={"*": (0, 3), "990102000000": (1, 1)})
    rules = read_cluster_input(grid_folder(), request).problem.rules
    assert rules.weak == 2
    assert [(b.county, b.least, b.most) for b in rules.county_bounds] == [(0, 0, 3), (1, 1, 1)]


def test_a_bound_for_a_county_that_is_none_is_refused(grid_folder: Folder) -> None:
    assert refused(grid_folder(), Request(per_county={"990109000000": (0, 1)})) == ["CLU-05"]
    with pytest.raises(FaultsFound):
        Request(per_county={"*": (3, 2)})


def test_outlines_of_counties_are_for_the_map_and_make_no_neighbours(grid_folder: Folder) -> None:
    folder = grid_folder(adjacency=None)
    ring = [[-1, -1], [9, -1], [9, 9], [-1, 9], [-1, -1]]
    feature = {
        "properties": {"place_code": "990101000000"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    content = json.dumps({"type": "FeatureCollection", "features": [feature]})
    (folder / "polygons.geojson").write_text(content)
    data = read_cluster_input(folder, Request(max_edge_km=1.1))
    assert data.neighbours_from == "points"
    assert data.rings is not None
