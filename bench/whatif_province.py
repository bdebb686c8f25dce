"""A trial at province size: 25,000 villages in some 1,300 townships, tables read once.

Prints seconds, peak memory and the machine with its load, for a ranking of villages and criteria
on townships, and for the firmness of both lists; asserts the limit only when asked (``--assert``).
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

from run_province import SCHEME, VILLAGES, YEARS, write_province

LIMIT_SECONDS = 15.0
AS_OF = "2025-12-31"
TOWNSHIPS = "zj-2025-townships"
TRIALS = (
    (SCHEME, "targeting.villages.scoring.collective_income.weight=3"),
    (
        SCHEME,
        "targeting.villages.scoring.select=600",
        "goals.collective_income_2025.threshold=35万元",
    ),
    (TOWNSHIPS, "targeting.collective_income_line=25万元"),
    (TOWNSHIPS, "readings.A01=either"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assert", dest="strict", action="store_true")
    arguments = parser.parse_args()
    worst = 0.0
    with tempfile.TemporaryDirectory() as base:
        data = Path(base) / "data"
        write_province(data, VILLAGES)
        add_township_incomes(data)
        print(
            f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, "
            f"load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}"
        )
        for number, (scheme, *trial) in enumerate(TRIALS):
            out = Path(base) / f"whatif{number}"
            settings = [word for setting in trial for word in ("--set", setting)]
            seconds, cpu = timed("whatif", scheme, data, "--out", str(out), *settings)
            record = json.loads((out / "whatif.json").read_text())
            lines = (out / "whatif_targets.csv").read_text().count("\n") - 1
            print(
                f"whatif {' '.join(trial)}: {seconds:.1f} s (limit {LIMIT_SECONDS:.0f}), "
                f"{cpu:.1f} s of processor; {lines:,} places change, "
                f"{record['moved_in_rank']:,} move in rank"
            )
            worst = max(worst, seconds)
        for scheme in (SCHEME, TOWNSHIPS):
            out = Path(base) / f"firm-{scheme}"
            seconds, cpu = timed("stability", scheme, data, "--out", str(out))
            print(f"stability {scheme}: {seconds:.1f} s, {cpu:.1f} s of processor")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"peak {peak:.0f} MiB, load {os.getloadavg()[0]:.1f}")
    if arguments.strict and worst > LIMIT_SECONDS:
        sys.exit("over the limit")


def add_township_incomes(data: Path) -> None:
    """Residents' income of every township, which the ranking of villages has no use for."""
    rng = random.Random(1)
    towns = [line.split(",")[0] for line in (data / "places.csv").read_text().splitlines()
             if ",township," in line]  # fmt: skip
    with (data / "indicators.csv").open("a") as indicators:
        for town in towns:
            for year in YEARS:
                income = rng.randint(25_000, 60_000)
                indicators.write(
                    f"{town},disposable_income_per_resident_fen,{year},{income},元,final,合成\n"
                )
    print(f"{len(towns):,} townships")


def timed(command: str, scheme: str, data: Path, *options: str) -> tuple[float, float]:
    """Wall and processor seconds of a command of ``bangfu scheme`` as a process of its own."""
    bangfu = str(Path(sys.executable).with_name("bangfu"))
    used, started = processor_seconds(), time.perf_counter()
    subprocess.run(
        [bangfu, "scheme", command, scheme, str(data), "--as-of", AS_OF, "--top", "5", *options],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - started, processor_seconds() - used


def processor_seconds() -> float:
    """User and system time of the processes that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
