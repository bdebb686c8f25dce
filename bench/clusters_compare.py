"""Our division of all villages into regions beside spopt and pygeoda, on one instance each.

They know no hubs, no least and most size and no villages left out, so the comparison is on what
they can do: divide all villages into n/8 connected regions, alike in six standardised attributes.
Sizes of 3 to 12 are then mended by one and the same procedure for everybody. Each method runs in
a process of its own with a limit; one that passes it is not tried on larger instances.
A package that is not installed is left out and named (``pip install 'bangfu[bench]'``).
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np

from bangfu.engine.clusters import standardised
from bangfu.engine.clusters.candidates import neighbour_lists
from bangfu.engine.clusters.merging import repaired
from bangfu.engine.clusters.partition import divide, unlikeness
from clusters_province import made_up_figures, neighbour_pairs

PER_REGION, SIZES = 8, (3, 12)
#: Least size asked of the max-p methods, which choose the number of regions by themselves; it
#: brings them near n/8.
MAX_P_FLOOR = 7
#: Proposals per village of ours: the search for the time to reach the others' best, and the answer.
EFFORTS, EFFORT = (0, 5, 20, 50, 100, 200, 500), 1_000


@dataclass(frozen=True)
class Instance:
    attributes: np.ndarray
    edges: np.ndarray

    @property
    def n(self) -> int:
        return len(self.attributes)

    @property
    def regions(self) -> int:
        return self.n // PER_REGION


def instance(villages: int, seed: int) -> Instance:
    rng = np.random.default_rng(seed)
    side = 1.5 * np.sqrt(villages)
    points = rng.uniform(0, side, (villages, 2))
    edges = neighbour_pairs(points)
    return Instance(standardised(made_up_figures(points, side, rng)), edges)


def spopt_ready(given: Instance) -> tuple:
    import geopandas
    from libpysal.weights import W
    from shapely.geometry import Point

    columns = {f"a{k}": given.attributes[:, k] for k in range(given.attributes.shape[1])}
    points = [Point(i, 0) for i in range(given.n)]
    frame = geopandas.GeoDataFrame({**columns, "one": np.ones(given.n)}, geometry=points)
    start, links = neighbour_lists(given.n, given.edges)
    near = {i: links[start[i] : start[i + 1]].tolist() for i in range(given.n)}
    return frame, W(near, silence_warnings=True), list(columns)


def spopt_ward(given: Instance) -> Callable[[], object]:
    from spopt.region import WardSpatial

    frame, w, names = spopt_ready(given)
    model = WardSpatial(frame, w, names, n_clusters=given.regions)
    return lambda: (model.solve(), model.labels_)[1]


def spopt_skater(given: Instance) -> Callable[[], object]:
    from spopt.region import Skater

    frame, w, names = spopt_ready(given)
    model = Skater(frame, w, names, n_clusters=given.regions)
    return lambda: (model.solve(), model.labels_)[1]


def spopt_azp(given: Instance) -> Callable[[], object]:
    from spopt.region import AZP

    frame, w, names = spopt_ready(given)
    model = AZP(frame, w, names, n_clusters=given.regions, random_state=1)
    return lambda: (model.solve(), model.labels_)[1]


def spopt_maxp(given: Instance) -> Callable[[], object]:
    from spopt.region import MaxPHeuristic

    frame, w, names = spopt_ready(given)
    np.random.seed(1)
    model = MaxPHeuristic(
        frame, w, names, "one", MAX_P_FLOOR, max_iterations_construction=3, max_iterations_sa=3
    )
    return lambda: (model.solve(), model.labels_)[1]


def geoda_ready(given: Instance) -> tuple:
    import pygeoda

    start, links = neighbour_lists(given.n, given.edges)
    with tempfile.NamedTemporaryFile("w", suffix=".gal", delete=False) as file:
        file.write(f"0 {given.n} villages id\n")
        for i in range(given.n):
            near = (links[start[i] : start[i + 1]] + 1).tolist()
            file.write(f"{i + 1} {len(near)}\n{' '.join(map(str, near))}\n")
    weights = pygeoda.read_gal(file.name, tuple(map(str, range(1, given.n + 1))))
    os.unlink(file.name)
    return pygeoda, weights, given.attributes.T.tolist()


#: One thread: with more, the methods are known to crash on many areas.
GEODA = {"scale_method": "raw", "cpu_threads": 1}


def geoda_redcap(given: Instance) -> Callable[[], object]:
    pygeoda, w, data = geoda_ready(given)
    method = "fullorder-wardlinkage"
    return lambda: pygeoda.redcap(given.regions, w, data, method, **GEODA)["Clusters"]


def geoda_skater(given: Instance) -> Callable[[], object]:
    pygeoda, w, data = geoda_ready(given)
    return lambda: pygeoda.skater(given.regions, w, data, **GEODA)["Clusters"]


def geoda_azp(given: Instance) -> Callable[[], object]:
    pygeoda, w, data = geoda_ready(given)
    return lambda: pygeoda.azp_greedy(given.regions, w, data, scale_method="raw")["Clusters"]


def geoda_maxp(given: Instance) -> Callable[[], object]:
    pygeoda, w, data = geoda_ready(given)
    ones = [1.0] * given.n
    options = {**GEODA, "iterations": 9}
    return lambda: pygeoda.maxp_greedy(w, data, ones, MAX_P_FLOOR, **options)["Clusters"]


OTHERS: dict[str, Callable[[Instance], Callable[[], object]]] = {
    "spopt WardSpatial": spopt_ward,
    "spopt Skater": spopt_skater,
    "spopt AZP": spopt_azp,
    "spopt MaxP": spopt_maxp,
    "pygeoda redcap": geoda_redcap,
    "pygeoda skater": geoda_skater,
    "pygeoda azp_greedy": geoda_azp,
    "pygeoda maxp_greedy": geoda_maxp,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--villages", type=int, nargs="+", default=[1_000, 5_000, 20_000])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=float, default=60.0, help="seconds for one method")
    parser.add_argument("--method", choices=sorted(OTHERS), help=argparse.SUPPRESS)
    parser.add_argument("--labels", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.method is not None:
        run_one(arguments.method, arguments.villages[0], arguments.seed, arguments.labels)
        return
    others = installed()
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, "
        f"Python {platform.python_version()}, seed {arguments.seed}, limit {arguments.limit:.0f} s"
    )
    warm = instance(100, 0)
    begun = time.perf_counter()
    divide(warm.attributes, warm.edges, regions=12, sizes=SIZES, proposals_per_village=1)
    print(f"ours compiled or loaded in {time.perf_counter() - begun:.1f} s\n")
    too_slow: set[str] = set()
    for villages in arguments.villages:
        compare(instance(villages, arguments.seed), others, too_slow, arguments)


def installed() -> list[str]:
    found = []
    for package in ("spopt", "pygeoda"):
        if importlib.util.find_spec(package) is None:
            print(f"{package} is not installed and left out: pip install 'bangfu[bench]'")
        else:
            print(f"{package} {version(package)}", end="  ")
            found += [name for name in OTHERS if name.startswith(package)]
    print()
    return found


def compare(
    given: Instance, others: list[str], too_slow: set[str], arguments: argparse.Namespace
) -> None:
    """One table: every method on one instance."""
    print(f"{given.n:,} villages into {given.regions:,} regions of {SIZES[0]} to {SIZES[1]}\n")
    print("| Method | Seconds | CPU s | As it came: regions, sizes | Sum of squares | Mended |")
    print("|---|---:|---:|---|---:|---:|")
    reached = []
    for name in others:
        if name in too_slow:
            print(f"| {name} | not tried | | | | |")
            continue
        result = timed(name, given.n, arguments)
        if isinstance(result, str):
            too_slow.add(name)
            print(f"| {name} | {result} | | | | |", flush=True)
            continue
        label, seconds, cpu = result
        mended, kept = mend(given, label)
        reached.append(mended if kept else np.inf)
        row(name, (seconds, cpu), given, label, f"{mended:,.1f}" + ("" if kept else " (not kept)"))
    ours(given, min(reached, default=np.inf), arguments.seed)
    print(flush=True)


def timed(
    name: str, villages: int, arguments: argparse.Namespace
) -> tuple[np.ndarray, float, float] | str:
    """Labels and seconds of one method in its own process, or why there are none."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "labels.npz"
        call = [
            sys.executable, __file__, "--method", name, "--villages", str(villages),
            "--seed", str(arguments.seed), "--labels", str(out),
        ]  # fmt: skip
        try:
            # Loading the package and making the instance come on top of the limit.
            limit = arguments.limit + 15
            subprocess.run(call, timeout=limit, check=True, capture_output=True)
        except subprocess.TimeoutExpired:
            return f"> {arguments.limit:.0f}"
        except subprocess.CalledProcessError as error:
            print(f"{name}: {error.stderr.decode()[-300:]}", file=sys.stderr)
            return "failed"
        found = np.load(out)
        if found["seconds"] > arguments.limit:
            return f"> {arguments.limit:.0f}"
        return found["label"], float(found["seconds"]), float(found["cpu"])


def run_one(name: str, villages: int, seed: int, out: Path) -> None:
    solve = OTHERS[name](instance(villages, seed))
    begun, cpu = time.perf_counter(), time.process_time()
    label = np.asarray(solve())
    seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
    _, label = np.unique(label, return_inverse=True)
    np.savez(out, label=label.astype(np.int64), seconds=seconds, cpu=cpu)


def mend(given: Instance, label: np.ndarray) -> tuple[float, bool]:
    """The sum of squares with number and sizes as asked for, and whether they could be had."""
    links = neighbour_lists(given.n, given.edges)
    mended = repaired(label, given.attributes, links, regions=given.regions, sizes=SIZES)
    counts = np.bincount(mended)
    kept = len(counts) == given.regions and counts.min() >= SIZES[0] and counts.max() <= SIZES[1]
    return unlikeness(given.attributes, mended), bool(kept)


def row(
    name: str, times: tuple[float, float], given: Instance, label: np.ndarray, mended: str
) -> None:
    counts = np.bincount(label)
    shape = f"{len(counts):,}, {counts.min()}-{counts.max()}"
    squares = unlikeness(given.attributes, label)
    print(
        f"| {name} | {times[0]:.2f} | {times[1]:.2f} | {shape} | {squares:,.1f} | {mended} |",
        flush=True,
    )


def ours(given: Instance, best_other: float, seed: int) -> None:
    def solve(effort: int) -> tuple[object, float, float]:
        begun, cpu = time.perf_counter(), time.process_time()
        found = divide(
            given.attributes, given.edges, regions=given.regions, sizes=SIZES, seed=seed,
            proposals_per_village=effort,
        )  # fmt: skip
        return found, time.perf_counter() - begun, time.process_time() - cpu

    found, seconds, cpu = solve(EFFORT)
    kept = "" if found.kept else " (not kept)"
    mended = f"**{found.objective:,.1f}**{kept}"
    row("ours", (seconds, cpu), given, found.label, mended)
    if not np.isfinite(best_other):
        return
    saved = 100 * (1 - found.objective / best_other)
    told = f"\nOurs is {saved:.1f} % below the best other"
    for effort in EFFORTS:
        quick, quick_seconds, _ = solve(effort)
        if quick.objective < best_other and quick.kept:
            print(f"{told}; that one's quality is passed after {quick_seconds:.2f} s.")
            return
    print(f"{told}; that one's quality was passed at the full effort only.")


if __name__ == "__main__":
    main()
