"""Compiled kernels are kept where the user keeps caches, never beside the source."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import bangfu.engine.clusters
from bangfu.engine.clusters.compiled import cache_folder

SOLVE = """
from bangfu.engine.clusters.candidates import neighbour_lists
from bangfu.engine.clusters.growth import entry_of
import numpy as np
print(entry_of(0, 2, np.array([0, 2]), np.array([1, 2])))
"""


def test_the_cache_is_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "bangfu" / "kernels"
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "own"))
    assert cache_folder() == tmp_path / "own"


def test_kernels_are_written_there_and_not_beside_the_source(tmp_path: Path) -> None:
    folder = Path(bangfu.engine.clusters.__file__).parent
    before = set(folder.rglob("*.nbi"))
    changed = {"XDG_CACHE_HOME": str(tmp_path), "NUMBA_CACHE_DIR": ""}
    done = subprocess.run(
        [sys.executable, "-c", SOLVE], env={**os.environ, **changed}, capture_output=True, text=True
    )
    assert done.stdout.strip() == "1", done.stderr
    assert list(tmp_path.rglob("growth.entry_of*.nbi"))
    assert set(folder.rglob("*.nbi")) == before
