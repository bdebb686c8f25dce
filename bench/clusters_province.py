"""Village clusters of a synthetic province: answer, lower bound, gap, seconds and memory.

Each size is solved twice: with prices on distance, borders and weak villages, and on attributes
alone, which is harder since nothing keeps clusters local. The solve runs as a user would run it,
through the command line, so that reading, compiling and writing are seen too.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.spatial import Delaunay, cKDTree

#: Villages per county and per town, as in a middling province.
PER_COUNTY, PER_TOWN = 225, 15
N_ATTRIBUTES = 6
PRICES = ("--price-km2", "0.02", "--price-town", "0.5", "--price-county", "2", "--bonus-weak", "1")


@dataclass(frozen=True)
class Job:
    """One measurement."""

    villages: int
    hubs: int
    cover: int
    priced: bool
    seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--villages", type=int, default=20_000)
    parser.add_argument("--hubs", type=int, default=500)
    parser.add_argument("--cover", type=int, default=3_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=("priced", "attributes"))
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--write", type=Path, help="only write the folder of tables")
    arguments = parser.parse_args()
    if arguments.write is not None:
        write_folder(arguments.write, arguments.villages, arguments.hubs, seed=arguments.seed)
        return
    print(
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}"
    )
    with tempfile.TemporaryDirectory() as base:
        data = Path(base) / "data"
        write_folder(data, arguments.villages, arguments.hubs, seed=arguments.seed)
        for priced, usual in ((True, 60.0), (False, 300.0)):
            if arguments.only in (None, "priced" if priced else "attributes"):
                seconds = arguments.seconds or usual
                job = Job(arguments.villages, arguments.hubs, arguments.cover, priced, seconds)
                measure(job, data, Path(base) / "out")


def measure(job: Job, data: Path, out: Path) -> None:
    """Run one job in a process of its own and print what came out."""
    begun = time.perf_counter()
    call = [
        sys.executable, "-c", "from bangfu.cli import main; main()", "clusters", str(data),
        "--out", str(out), "--min-size", "3", "--max-size", "12", "--cover", str(job.cover),
        "--time-limit", str(job.seconds), *(PRICES if job.priced else ("--choices-limit", "0")),
    ]  # fmt: skip
    cpu = cpu_of_children()
    done = subprocess.run(call, capture_output=True, text=True)
    wall, cpu = time.perf_counter() - begun, cpu_of_children() - cpu
    if done.returncode:
        sys.exit(f"exit {done.returncode}: {done.stdout}{done.stderr}")
    mib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    record = json.loads((out / "certificate.json").read_text(encoding="utf-8"))
    kind = "with prices" if job.priced else "attributes only"
    print(
        f"{job.villages:,} villages, {job.hubs} hubs, {job.cover:,} members, {kind}: "
        f"{record['status']}, objective {record['objective']:.3f}, bound "
        f"{record['lower_bound']:.3f}, gap {100 * record['gap']:.4f} %, "
        f"solve {record['seconds']:.1f} s of {job.seconds:.0f}, choices "
        f"{record['policy_choice_seconds']:.1f} s, compile {record['compile_seconds']:.1f} s, "
        f"wall {wall:.1f} s, CPU {cpu:.1f} s, peak {mib:.0f} MiB, "
        f"load {os.getloadavg()[0]:.1f}"
    )
    print("  steps:", ", ".join(f"{k} {v:.1f} s" for k, v in record["seconds_by_step"].items()))


def cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def write_folder(folder: Path, villages: int, hubs: int, *, seed: int) -> None:
    """Tables places, adjacency and attributes of a made-up province, marked as synthetic."""
    rng = np.random.default_rng(seed)
    side = 1.5 * np.sqrt(villages)
    points = rng.uniform(0, side, (villages, 2))
    town, county_of_town = _areas(points, side, rng)
    chosen = _spread_hubs(points, hubs, side, rng)
    weak = rng.random(villages) < 0.12
    weak[list(chosen)] = False
    codes = _codes(town, county_of_town)
    folder.mkdir(parents=True, exist_ok=True)
    _write_places(folder, points, (codes, town, county_of_town), (chosen, weak))
    pairs = neighbour_pairs(points)
    write_table(
        folder / "adjacency.csv",
        ["a_code", "b_code", "synthetic"],
        ([codes[a], codes[b], "true"] for a, b in pairs.tolist()),
    )
    figures = made_up_figures(points, side, rng)
    names = [f"attribute_{number + 1}" for number in range(N_ATTRIBUTES)]
    write_table(
        folder / "attributes.csv",
        ["place_code", *names, "synthetic"],
        (
            [code, *(f"{x:.6f}" for x in row), "true"]
            for code, row in zip(codes, figures, strict=True)
        ),
    )


def _areas(
    points: np.ndarray, side: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """The town of each village and the county of each town: nearest centres."""
    towns = rng.uniform(0, side, (max(1, len(points) // PER_TOWN), 2))
    counties = rng.uniform(0, side, (min(90, max(1, len(points) // PER_COUNTY)), 2))
    return cKDTree(towns).query(points)[1], cKDTree(counties).query(towns)[1]


def _spread_hubs(points: np.ndarray, hubs: int, side: float, rng: np.random.Generator) -> list[int]:
    """Villages at random that keep a distance from each other."""
    apart = 0.75 * side / np.sqrt(hubs)
    order = rng.permutation(len(points)).tolist()
    while True:
        tree = cKDTree(points)
        free = np.ones(len(points), dtype=bool)
        chosen = []
        for village in order:
            if free[village] and len(chosen) < hubs:
                chosen.append(village)
                free[tree.query_ball_point(points[village], apart)] = False
        if len(chosen) == hubs:
            return sorted(chosen)
        apart *= 0.95


def _codes(town: np.ndarray, county_of_town: np.ndarray) -> list[str]:
    """Statistical codes of 12 digits, in a province number that is not in use."""
    town_code = _town_codes(county_of_town)
    met: dict[int, int] = {}
    codes = []
    for number in town.tolist():
        met[number] = met.get(number, 199) + 1
        codes.append(f"{town_code[number]}{met[number]:03d}")
    return codes


def _town_codes(county_of_town: np.ndarray) -> list[str]:
    met: dict[int, int] = {}
    codes = []
    for county in county_of_town.tolist():
        met[county] = met.get(county, 99) + 1
        codes.append(f"9901{county + 1:02d}{met[county]:03d}")
    return codes


def _write_places(
    folder: Path,
    points: np.ndarray,
    areas: tuple[list[str], np.ndarray, np.ndarray],
    marks: tuple[list[int], np.ndarray],
) -> None:
    codes, town, county_of_town = areas
    chosen, weak = set(marks[0]), marks[1]
    head = ["code", "name", "level", "parent_code", "code_system", "x_km", "y_km", "county_code"]
    town_code = _town_codes(county_of_town)
    rows: list[list[object]] = [
        [f"9901{c + 1:02d}000000", f"示例县{c + 1}", "county", "", "nbs", "", "", "", "", "true"]
        for c in sorted(set(county_of_town.tolist()))
    ]
    for number, county in enumerate(county_of_town.tolist()):
        above = f"9901{county + 1:02d}000000"
        code = f"{town_code[number]}000"
        rows.append(
            [code, f"示例乡{number + 1}", "township", above, "nbs", "", "", above, "", "true"]
        )
    for village, code in enumerate(codes):
        number = int(town[village])
        tags = [name for name, on in (("hub", village in chosen), ("weak", weak[village])) if on]
        rows.append([
            code, f"示例村{village + 1}", "village", f"{town_code[number]}000", "nbs",
            f"{points[village, 0]:.4f}", f"{points[village, 1]:.4f}",
            f"9901{int(county_of_town[number]) + 1:02d}000000", ";".join(tags), "true",
        ])  # fmt: skip
    write_table(folder / "places.csv", [*head, "tags", "synthetic"], rows)


def neighbour_pairs(points: np.ndarray) -> np.ndarray:
    """Voronoi neighbours without the long ones along the rim."""
    corners = Delaunay(points).simplices
    sides = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]])
    pairs = np.unique(np.sort(sides, axis=1), axis=0)
    length = np.hypot(*(points[pairs[:, 0]] - points[pairs[:, 1]]).T)
    return pairs[length <= 4 * np.median(length)]


def made_up_figures(points: np.ndarray, side: float, rng: np.random.Generator) -> np.ndarray:
    """Attributes that change slowly over the map, with more or less noise of their own."""
    figures = np.zeros((len(points), N_ATTRIBUTES))
    for axis in range(N_ATTRIBUTES):
        for _ in range(40):
            centre, width = rng.uniform(0, side, 2), rng.uniform(0.05, 0.2) * side
            away = ((points - centre) ** 2).sum(axis=1)
            figures[:, axis] += rng.normal() * np.exp(-away / (2 * width**2))
        noise = rng.normal(0, rng.uniform(0.4, 1.2), len(points))
        figures[:, axis] = figures[:, axis] / figures[:, axis].std() + noise
    return figures


def write_table(path: Path, head: list[str], rows: object) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows(rows)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
