"""A run killed at any moment leaves the earlier result or none, and the next run succeeds."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

_RUN = "from bangfu.cli import main; main()"


def _started(data: Path, out: Path) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-c", _RUN, "run", "gd-2021", str(data), "--out", str(out)]
    return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _content(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in out.iterdir()} if out.exists() else {}


def test_kill_9_leaves_the_earlier_result_or_none(county, tmp_path):
    base = tmp_path / "results"
    base.mkdir()
    out = base / "out"
    began = time.monotonic()
    assert _started(county, out).wait(timeout=60) == 0
    whole_run = time.monotonic() - began
    earlier = _content(out)
    # The last part of a run is where files are written: most kills fall there.
    rng = random.Random(20250828)
    for moment in (rng.uniform(0.1, 0.6), rng.uniform(0.6, 0.9), rng.uniform(0.9, 0.99)):
        killed = _started(county, out)
        time.sleep(moment * whole_run)
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait(timeout=60)
        now = _content(out)
        # Either the earlier result as it was, or, killed after the exchange, all of the new one.
        assert set(now) == set(earlier)
        if now != earlier:
            assert json.loads(now["run.json"])["scheme"] == "gd-2021"
            assert now["report.html"].rstrip().endswith(b"</html>")
        earlier = now
    assert _started(county, out).wait(timeout=60) == 0
    assert [path.name for path in base.iterdir()] == ["out"]


def test_the_command_as_installed_runs(county, tmp_path):
    command = Path(sys.executable).with_name("bangfu")
    words = [str(command), "run", "gd-2021", str(county), "--out", str(tmp_path / "out")]
    ended = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "报告：" in ended.stdout
    assert (tmp_path / "out" / "report.html").is_file()
