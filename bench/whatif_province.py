"""A trial at province size: 25,000 villages and 1,400 townships, base and trial on one reading.

Prints seconds, peak memory and the machine with its load, for a ranking list with an office-free
trial and for the firmness of the list; asserts the limit only when asked (``--assert``).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from run_province import SCHEME, VILLAGES, write_province

LIMIT_SECONDS = 15.0
AS_OF = "2025-12-31"
TRIALS = (
    ("targeting.villages.scoring.collective_income.weight=3",),
    ("targeting.villages.scoring.select=600", "goals.collective_income_2025.threshold=35万元"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assert", dest="strict", action="store_true")
    arguments = parser.parse_args()
    worst = 0.0
    with tempfile.TemporaryDirectory() as base:
        data = Path(base) / "data"
        write_province(data, VILLAGES)
        print(
            f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, "
            f"load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}"
        )
        for number, trial in enumerate(TRIALS):
            out = Path(base) / f"whatif{number}"
            settings = [word for setting in trial for word in ("--set", setting)]
            seconds = timed("whatif", data, "--out", str(out), *settings)
            record = json.loads((out / "whatif.json").read_text())
            lines = (out / "whatif_targets.csv").read_text().count("\n") - 1
            print(
                f"whatif {' '.join(trial)}: {seconds:.1f} s (limit {LIMIT_SECONDS:.0f}); "
                f"{lines:,} places change, {record['moved_in_rank']:,} move in rank"
            )
            worst = max(worst, seconds)
        print(f"stability: {timed('stability', data, '--out', str(Path(base) / 'firm')):.1f} s")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"peak {peak:.0f} MiB, load {os.getloadavg()[0]:.1f}")
    if arguments.strict and worst > LIMIT_SECONDS:
        sys.exit("over the limit")


def timed(command: str, data: Path, *options: str) -> float:
    """Wall seconds of a command of ``bangfu scheme`` as a process of its own."""
    bangfu = str(Path(sys.executable).with_name("bangfu"))
    started = time.perf_counter()
    subprocess.run(
        [bangfu, "scheme", command, SCHEME, str(data), "--as-of", AS_OF, "--top", "5", *options],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
