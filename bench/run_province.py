"""A province of 25,000 villages: the whole chain in one process, and the screening beside pandas.

Prints seconds, peak memory and ratios with the machine and its load; asserts the limits only when
asked (``--assert``). The data are invented; codes lie under the counties the scheme names, in a
range of townships that no real place uses.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from bangfu.schemes.load import load_scheme

VILLAGES = 25_000
YEARS = (2023, 2024, 2025)
SCHEME = "zj-2025-villages"
LIMIT_SECONDS = 10.0
LIMIT_MIB = 1536


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assert", dest="strict", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as base:
        data = Path(base) / "data"
        write_province(data, VILLAGES)
        size = sum(path.stat().st_size for path in data.glob("*.csv")) / 2**20
        print(
            f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, "
            f"load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}"
        )
        print(f"{VILLAGES:,} villages x {len(YEARS)} years x 12 indicators, {size:.0f} MiB of CSV")
        seconds, mib = run_chain(data, Path(base) / "out")
        print(
            f"bangfu run: {seconds:.1f} s (limit {LIMIT_SECONDS:.0f}), "
            f"{mib:.0f} MiB (limit {LIMIT_MIB})"
        )
        record = json.loads((Path(base) / "out" / "run.json").read_text())
        print("  steps:", ", ".join(f"{k} {v:.2f} s" for k, v in record["seconds"].items()))
        compare_screening(data, Path(base) / "out", record["seconds"]["targets"])
    if arguments.strict and (seconds > LIMIT_SECONDS or mib > LIMIT_MIB):
        sys.exit("over the limit")


def write_province(folder: Path, villages: int) -> None:
    """places.csv and indicators.csv of a synthetic province."""
    rng = random.Random(2025)
    folder.mkdir(parents=True)
    membership = load_scheme(SCHEME).about.memberships[0]
    counties = sorted(membership.values[max(membership.values)])
    elements = _elements()
    with (
        (folder / "places.csv").open("w") as places,
        (folder / "indicators.csv").open("w") as indicators,
    ):
        places.write("code,name,level,parent_code,kind,code_system\n")
        indicators.write("place_code,indicator,period,value,unit,status,source\n")
        for county in counties:
            places.write(f"{county},示例县{county[:6]},county,,,nbs\n")
        per_town = 20
        for number in range(villages):
            county = counties[number % len(counties)]
            index = number // len(counties)
            town = f"{county[:6]}{900 + index // per_town:03d}"
            if index % per_town == 0:
                places.write(f"{town}000,示例乡{town},township,{county},乡,nbs\n")
            code = f"{town}{200 + index % per_town:03d}"
            places.write(f"{code},示例村{number:05d},village,{town}000,村委会,nbs\n")
            for year in YEARS:
                for name, unit, draw in elements:
                    value = "" if rng.random() < 0.002 else draw(rng)
                    indicators.write(f"{code},{name},{year},{value},{unit},final,合成\n")


def _elements():
    income = (
        "collective_operating_income_fen",
        "万元",
        lambda r: f"{max(0.0, r.lognormvariate(3.55, 0.5)):.2f}",
    )
    farmer = ("farmer_income_per_capita_fen", "元", lambda r: r.randint(18_000, 45_000))
    poor = ("low_income_households", "户", lambda r: r.randint(0, 60))
    households = ("households", "户", lambda r: r.randint(150, 900))
    persons = (
        "population",
        "elderly_population",
        "reserve_cadres",
        "relocated_whole_village_persons",
        "relocated_scattered_persons",
    )
    pieces = ("leading_industries", "local_specialities", "property_projects")
    rest = [(name, "", lambda r: r.randint(1, 40)) for name in persons]
    rest += [(name, "个", lambda r: r.randint(0, 4)) for name in pieces]
    return [income, farmer, poor, households, *rest]


def run_chain(data: Path, out: Path) -> tuple[float, float]:
    """Wall seconds and peak MiB of ``bangfu run`` as a process of its own."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    started = time.perf_counter()
    subprocess.run(
        [
            Path(sys.executable).with_name("bangfu"),
            "run",
            SCHEME,
            str(data),
            "--out",
            str(out),
            "--as-of",
            "2025-12-31",
        ],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    seconds = time.perf_counter() - started
    peak = max(before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    return seconds, peak / 1024


def compare_screening(data: Path, out: Path, ours: float) -> None:
    """The same ranking by a plain pandas script on tables already read; same places proposed."""
    places = pd.read_csv(data / "places.csv", dtype=str)
    figures = pd.read_csv(data / "indicators.csv", dtype={"place_code": str, "period": str})
    started = time.perf_counter()
    proposed = screen_with_pandas(places, figures)
    theirs = time.perf_counter() - started
    targets = pd.read_csv(out / "targets.csv", dtype=str)
    same = set(targets.loc[targets["verdict"] == "yes", "place_code"]) == proposed
    print(
        f"screening: bangfu {ours:.2f} s (with reasons and classes), pandas {theirs:.2f} s, "
        f"ratio {ours / theirs:.2f}; same places proposed: {'yes' if same else 'NO'}"
    )


def screen_with_pandas(places: pd.DataFrame, figures: pd.DataFrame) -> set[str]:
    """What an analyst would write: pivot, points, rank, cut; unknown ones may still overtake."""
    villages = places[places["level"] == "village"]
    wide = figures[figures["period"] == "2024"].pivot(
        index="place_code", columns="indicator", values="value"
    )
    wide = wide.reindex(villages["code"])
    income = (wide["collective_operating_income_fen"] * 10_000 * 100).round()
    farmer = (wide["farmer_income_per_capita_fen"] * 100).round()
    share = wide["low_income_households"] * 10_000 // wide["households"]
    points = (
        _points(income, _scale("operating_income"))
        + _points(farmer, _scale("farmer_income"))
        + _points(share, _scale("low_income_share"))
    )
    unknown = int(points.isna().sum())
    rank_high = points.rank(ascending=False, method="max") + unknown
    return set(wide.index[rank_high <= _size()])


def _points(values: pd.Series, scale: tuple[int, int]) -> pd.Series:
    zero, full = scale
    return ((values - zero) * 10_000 / (full - zero)).clip(0, 10_000) // 1


def _scale(kind: str) -> tuple[int, int]:
    from datetime import date

    from bangfu.schemes.scope import figure_value

    scheme = load_scheme(SCHEME)
    scoring = scheme.targeting.lists[0].scoring
    assert scoring is not None
    element = {
        "operating_income": "collective_operating_income_fen",
        "farmer_income": "farmer_income_per_capita_fen",
        "low_income_share": "low_income_households",
    }[kind]
    part = next(part for part in scoring.components if part.element == element)
    path = f"targeting.{scheme.targeting.lists[0].id}.scoring.{part.id}"
    day = date(2025, 12, 31)
    zero, full = (
        figure_value(scheme.figure(f"{path}.{end}", day)) for end in ("zero_at", "full_at")
    )
    assert isinstance(zero, int)
    assert isinstance(full, int)
    return zero, full


def _size() -> int:
    from datetime import date

    scheme = load_scheme(SCHEME)
    figure = scheme.figure(
        f"targeting.{scheme.targeting.lists[0].id}.scoring.select", date(2025, 12, 31)
    )
    assert figure is not None
    return int(figure.value)


if __name__ == "__main__":
    main()
