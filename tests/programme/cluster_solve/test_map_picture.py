"""The map of clusters: well-formed, everything marked, nothing from a table taken as markup."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

from bangfu.engine.clusters import Cluster
from bangfu.programme.cluster_solve.inputs import read_cluster_input
from bangfu.programme.cluster_solve.map_picture import svg
from bangfu.programme.cluster_solve.request import Request

Folder = Callable[..., Path]
SVG = "{http://www.w3.org/2000/svg}"


def drawn(folder: Path) -> ET.Element:
    data = read_cluster_input(folder, Request())
    at = data.position()
    hubs = [at[code] for code in data.codes if data.problem.hubs.tolist().count(at[code])]
    clusters = tuple(Cluster(hub, ()) for hub in hubs)
    picture = svg(data, clusters)
    assert picture is not None
    return ET.fromstring(picture)


def texts(picture: ET.Element) -> list[str]:
    return [element.text or "" for element in picture.iter(f"{SVG}text")]


def test_hubs_counties_weak_villages_and_a_scale_are_on_the_map(grid_folder: Folder) -> None:
    picture = drawn(grid_folder())
    assert {"示例村7", "示例村10", "示例村20", "示例县1", "示例县2"} <= set(texts(picture))
    assert any("千米" in text for text in texts(picture))
    titles = [element.text or "" for element in picture.iter(f"{SVG}title")]
    assert sum("（重点村）" in title for title in titles) == 3
    # Of the villages divisible by seven, one is a hub.
    assert sum("（相对薄弱村）" in title for title in titles) == 4


def test_names_are_text_and_never_markup(grid_folder: Folder) -> None:
    folder = grid_folder()
    places = (folder / "places.csv").read_text(encoding="utf-8")
    hostile = places.replace("示例村7,", '"<script>alert(1)</script>&",')
    (folder / "places.csv").write_text(hostile, encoding="utf-8")
    picture = drawn(folder)
    assert not list(picture.iter(f"{SVG}script"))
    assert "<script>alert(1)</script>&" in texts(picture)


def test_the_land_ends_at_the_outlines_of_counties(grid_folder: Folder) -> None:
    folder = grid_folder()
    features = []
    for county, left in (("990101000000", -1.0), ("990102000000", 2.5)):
        ring = [[left, -1], [left + 3.5, -1], [left + 3.5, 5], [left, 5], [left, -1]]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        features.append({"properties": {"place_code": county}, "geometry": geometry})
    content = json.dumps({"type": "FeatureCollection", "features": features})
    (folder / "polygons.geojson").write_text(content)
    assert list(drawn(folder).iter(f"{SVG}clipPath"))


def test_without_coordinates_there_is_no_map(grid_folder: Folder) -> None:
    folder = grid_folder()
    rows = [line.split(",") for line in (folder / "places.csv").read_text().splitlines()]
    bare = [",".join([*row[:5], "", "", *row[7:]]) for row in rows[1:]]
    (folder / "places.csv").write_text("\n".join([",".join(rows[0]), *bare]) + "\n")
    assert svg(read_cluster_input(folder, Request()), ()) is None
