"""A worker killed at any moment leaves whole units; the next one goes on; nothing stands twice."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

_SITE = Path(__file__).with_name("killed_site.py")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a fresh site, on the kind of database the tests run on."""
    environment = {
        **os.environ,
        "BANGFU_HOME": str(tmp_path),
        "BANGFU_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "bangfu.web.settings",
    }
    address = os.environ.get("DATABASE_URL", "")
    if not address.startswith("postgres"):
        environment.pop("DATABASE_URL", None)
        yield environment
        return
    psycopg = pytest.importorskip("psycopg")
    name = f"test_killed_{os.getpid()}"
    server = urlsplit(address)
    with psycopg.connect(server._replace(path="/postgres").geturl(), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name}")
        admin.execute(f"CREATE DATABASE {name}")
        yield {**environment, "DATABASE_URL": server._replace(path=f"/{name}").geturl()}
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _call(site: dict[str, str], *words: str) -> Any:
    done = subprocess.run(
        [sys.executable, str(_SITE), *words], env=site, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout) if done.stdout.strip().startswith("{") else None


def _worker(site: dict[str, str]) -> subprocess.Popen[str]:
    started = subprocess.Popen(
        [sys.executable, str(_SITE), "work"], env=site, stdout=subprocess.PIPE, text=True
    )
    assert started.stdout is not None
    assert started.stdout.readline() == "ready\n"
    return started


def _kill_after(site: dict[str, str], seconds: float) -> dict[str, Any]:
    worker = _worker(site)
    time.sleep(seconds)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert worker.stdout is not None
    worker.stdout.close()
    found: dict[str, Any] = _call(site, "status")
    return found


def _work_until(site: dict[str, str], state: str) -> dict[str, Any]:
    worker = _worker(site)
    found: dict[str, Any] = {}
    for _ in range(120):
        time.sleep(0.5)
        found = _call(site, "status")
        if found["batch"] in (state, "failed", "cancelled"):
            break
    worker.terminate()
    worker.wait()
    assert worker.stdout is not None
    worker.stdout.close()
    return found


def _is_whole(found: dict[str, Any]) -> bool:
    """What is written is what the checkpoint says, to the row."""
    said = sum(found["checkpoint"].get("written", {}).values())
    if found["job"] == "done":
        said = sum(found["written"].values())
    return bool(
        found["changes"] == found["figures"] == said
        and found["doubled"] == 0
        and found["chain"] is None
    )


def _run(site: dict[str, str], *, figures: int, kills: int, chance: random.Random) -> None:
    _call(site, "setup", str(figures))
    for _ in range(kills):
        found = _kill_after(site, chance.uniform(0.0, 4.0))
        assert (found["figures"], found["chain"]) == (0, None)
        time.sleep(2)
    assert _work_until(site, "previewed")["staged"] == figures
    _call(site, "merge")
    for _ in range(kills):
        found = _kill_after(site, chance.uniform(0.0, 3.0))
        assert _is_whole(found), found
        time.sleep(2)
    found = _work_until(site, "merged")
    assert _is_whole(found), found
    assert (found["batch"], found["figures"], found["finished"]) == ("merged", figures, 1)
    assert found["digest_holds"]


def test_a_worker_killed_while_reading_and_while_writing_loses_nothing(
    site: dict[str, str],
) -> None:
    _run(site, figures=12_000, kills=2, chance=random.Random(20261122))


@pytest.mark.heavy
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(3))
def test_many_kills_lose_nothing(site: dict[str, str], seed: int) -> None:
    _run(site, figures=40_000, kills=12, chance=random.Random(seed))
