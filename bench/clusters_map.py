"""Village clusters on real county boundaries and lists of villages, for looking at the map.

Takes a GeoJSON of counties (property ``adcode``) and a list of villages with their townships
(``village_code``, ``village_name``, ``village_kind``, ``town_code``, ``town_name``,
``county_code``, ``county_name``). Real lists have no coordinates, so the points, attributes, hubs
and weak villages are made up inside the boundaries, and everything written is marked as synthetic.

    python bench/clusters_map.py counties.geojson villages.csv OUT --counties 331125 --cover 60

Options it does not know go on to ``bangfu clusters``.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
from scipy.cluster.vq import kmeans2
from scipy.spatial import cKDTree

from clusters_province import write_table

Village = dict[str, str]
#: Kilometres of a degree of latitude.
PER_DEGREE = 111.195


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("boundaries", type=Path)
    parser.add_argument("villages", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--counties", required=True, help="six digits each, joined by commas")
    parser.add_argument("--share", type=float, default=0.045, help="hubs per village")
    parser.add_argument("--seed", type=int, default=1)
    arguments, options = parser.parse_known_args()
    rng = np.random.default_rng(arguments.seed)
    codes = arguments.counties.split(",")
    shapes = read_boundaries(arguments.boundaries)
    villages = read_villages(arguments.villages, set(codes))
    strange = [code for code in codes if code not in shapes or not villages[code]]
    if strange:
        sys.exit(f"no boundary or no villages: {', '.join(strange)}")
    points = {code: scatter(shapes[code], villages[code], rng) for code in codes}
    data = arguments.out / "data"
    chosen = {code: villages[code] for code in codes}
    n_hubs = write_folder(data, chosen, points, shapes, arguments.share, rng)
    begun = time.perf_counter()
    call = [sys.executable, "-c", "from bangfu.cli import main; main()", "clusters", str(data)]
    done = subprocess.run([*call, "--out", str(arguments.out / "result"), *options])
    print(f"{n_hubs} hubs, exit {done.returncode}, wall {time.perf_counter() - begun:.1f} s")


def read_boundaries(path: Path) -> dict[str, list[np.ndarray]]:
    """Outer and inner rings of each county by its six digits."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as file:  # type: ignore[operator]
        features = json.load(file)["features"]
    found = {}
    for feature in features:
        geometry = feature["geometry"]
        parts = geometry["coordinates"]
        polygons = parts if geometry["type"] == "MultiPolygon" else [parts]
        rings = [np.array(ring)[:, :2] for polygon in polygons for ring in polygon]
        found[str(feature["properties"]["adcode"])] = rings
    return found


def read_villages(path: Path, counties: set[str]) -> dict[str, list[Village]]:
    """Rural villages (not town communities) by county."""
    opened = gzip.open if path.suffix == ".gz" else open
    found: dict[str, list[Village]] = defaultdict(list)
    with opened(path, "rt", encoding="utf-8-sig", newline="") as file:  # type: ignore[operator]
        for row in csv.DictReader(file):
            county = row["county_code"][:6]
            if county in counties and row["village_kind"] == "村委会":
                found[county].append(row)
    return found


def scatter(rings: list[np.ndarray], villages: list[Village], rng: np.random.Generator) -> dict:
    """A point inside the county for each village; villages of one township lie together."""
    n = len(villages)
    drawn = sample_inside(rings, 40 * n, rng)
    # As many spots as villages, evenly spread as settlements are, then a little moved.
    spots, _ = kmeans2(drawn, drawn[:n], iter=4, seed=rng, missing="warn")
    towns = sorted({village["town_code"] for village in villages})
    sizes = {town: sum(v["town_code"] == town for v in villages) for town in towns}
    centres, _ = kmeans2(spots, len(towns), minit="++", iter=20, seed=rng)
    free = np.ones(n, dtype=bool)
    place = {}
    # Townships take the free spots nearest their centre, those on the rim of the county first.
    away = ((centres - spots.mean(axis=0)) ** 2).sum(axis=1)
    for at, town in zip(np.argsort(-away), towns, strict=True):
        order = np.argsort(((spots - centres[at]) ** 2).sum(axis=1))
        own = order[free[order]][: sizes[town]]
        free[own] = False
        members = [v["village_code"] for v in villages if v["town_code"] == town]
        place.update(zip(members, spots[own], strict=True))
    return place


def sample_inside(rings: list[np.ndarray], n: int, rng: np.random.Generator) -> np.ndarray:
    corners = np.concatenate(rings)
    low, high = corners.min(axis=0), corners.max(axis=0)
    found: list[np.ndarray] = []
    while sum(map(len, found)) < n:
        points = rng.uniform(low, high, (4 * n, 2))
        inside = np.zeros(len(points), dtype=bool)
        for ring in rings:
            inside ^= crossings(ring, points)
        found.append(points[inside])
    return np.concatenate(found)[:n]


def crossings(ring: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Whether a ray from each point meets the ring an odd number of times."""
    odd = np.zeros(len(points), dtype=bool)
    x, y = points.T
    for (x1, y1), (x2, y2) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        if y1 != y2:
            between = (y1 > y) != (y2 > y)
            odd ^= between & (x < (x2 - x1) * (y - y1) / (y2 - y1) + x1)
    return odd


def write_folder(
    folder: Path,
    villages: dict[str, list[Village]],
    points: dict[str, dict],
    shapes: dict[str, list[np.ndarray]],
    share: float,
    rng: np.random.Generator,
) -> int:
    rows = [village for own in villages.values() for village in own]
    at = np.array([points[v["county_code"][:6]][v["village_code"]] for v in rows])
    hubs, weak = marks(at, share, rng)
    folder.mkdir(parents=True, exist_ok=True)
    head = ["code", "name", "level", "parent_code", "code_system", "lon", "lat", "tags"]
    table: list[list[object]] = []
    for own in villages.values():
        county = own[0]["county_code"]
        table.append([county, own[0]["county_name"], "county", "", "nbs", "", "", ""])
        for town, name in sorted({(v["town_code"], v["town_name"]) for v in own}):
            table.append([town, name, "township", county, "nbs", "", "", ""])
    for number, village in enumerate(rows):
        tags = [tag for tag, on in (("hub", hubs[number]), ("weak", weak[number])) if on]
        lon, lat = at[number]
        table.append([
            village["village_code"], short_name(village["village_name"]), "village",
            village["town_code"], "nbs", f"{lon:.5f}", f"{lat:.5f}", ";".join(tags),
        ])  # fmt: skip
    write_table(folder / "places.csv", [*head, "synthetic"], ([*row, "true"] for row in table))
    write_outlines(folder, {own[0]["county_code"]: shapes[c] for c, own in villages.items()})
    figures = attributes(at, rng)
    write_table(
        folder / "attributes.csv",
        ["place_code", "arable_share", "forest_share", "tourism", "income", "synthetic"],
        (
            [v["village_code"], *(f"{x:.4f}" for x in row), "true"]
            for v, row in zip(rows, figures, strict=True)
        ),
    )
    return int(hubs.sum())


def write_outlines(folder: Path, outlines: dict[str, list[np.ndarray]]) -> None:
    """County outlines: they make no neighbours, the map is cut along them."""
    features = [
        {
            "type": "Feature",
            "properties": {"place_code": code},
            "geometry": {"type": "MultiPolygon", "coordinates": [[r.tolist()] for r in rings]},
        }
        for code, rings in outlines.items()
    ]
    content = {"type": "FeatureCollection", "features": features}
    (folder / "polygons.geojson").write_text(json.dumps(content), encoding="utf-8")


def short_name(name: str) -> str:
    for tail in ("村民委员会", "村委会", "委会"):
        if name.endswith(tail):
            return name.removesuffix(tail).removesuffix("村") + "村"
    return name


def marks(at: np.ndarray, share: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Hubs that keep apart; weak villages, more of them far from hubs."""
    hubs = np.zeros(len(at), dtype=bool)
    blocked = np.zeros(len(at), dtype=bool)
    tree = cKDTree(at)
    step = np.median(tree.query(at, k=2)[0][:, 1])
    for village in rng.permutation(len(at)):
        if hubs.sum() < share * len(at) and not blocked[village]:
            hubs[village] = True
            blocked[tree.query_ball_point(at[village], 2.6 * step)] = True
    far = cKDTree(at[hubs]).query(at)[0]
    weak = rng.random(len(at)) < 0.2 * far / far.mean() * 0.6
    return hubs, weak & ~hubs


def attributes(at: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Four figures that change slowly over the land, with noise of their own."""
    plane = (at - at.mean(axis=0)) * [PER_DEGREE * np.cos(np.radians(at[:, 1].mean())), PER_DEGREE]
    span = plane.max() - plane.min()
    figures = np.zeros((len(at), 4))
    for axis in range(4):
        for _ in range(25):
            centre = plane[rng.integers(len(plane))]
            away = ((plane - centre) ** 2).sum(axis=1)
            figures[:, axis] += rng.normal() * np.exp(-away / (2 * (0.12 * span) ** 2))
        figures[:, axis] /= figures[:, axis].std()
    return figures + rng.normal(0, 0.5, figures.shape)


if __name__ == "__main__":
    main()
