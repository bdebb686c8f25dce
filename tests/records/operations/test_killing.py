"""Killed at any moment, reviewing and backing up leave whole returns and whole backups."""

from __future__ import annotations

import os
import random
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.records.operations.own_site import answer_of, own_site, started

from bangfu.records.operations.restore import read_manifest


@pytest.fixture
def site(tmp_path: Path) -> Iterator[dict[str, str]]:
    with own_site(tmp_path, f"test_busy_{os.getpid()}") as environment:
        yield environment


def killed_after(site: dict[str, str], seconds: float, *words: str) -> None:
    with started(site, *words) as running:
        time.sleep(seconds)
        running.kill()


def review_killed(site: dict[str, str], *, returns: int, kills: int, seed: int) -> list[int]:
    """Kill a reviewer again and again; how many steps stood after each kill."""
    print(f"seed {seed}")
    chance = random.Random(seed)
    answer_of(site, "setup", str(returns))
    stood = []
    for _ in range(kills):
        killed_after(site, chance.uniform(0.05, 2.0), "review", str(chance.randrange(10**6)))
        found = answer_of(site, "check")
        assert (found["disagreements"], found["findings"]) == ([], {})
        assert found["returns"] == returns
        stood.append(found["steps"])
    return stood


def backup_killed(site: dict[str, str], *, kills: int, seed: int) -> dict[str, Any]:
    """Kill a backup again and again; the state of its folder after each, and of the site."""
    print(f"seed {seed}")
    chance = random.Random(seed)
    folder = Path(site["BANGFU_HOME"]) / "backups"
    answer_of(site, "setup", "3")
    left = 0
    for _ in range(kills):
        killed_after(site, chance.uniform(0.0, 1.0), "backup")
        left += len(list(folder.glob(".writing-*")))
        for path in folder.glob("*.tar"):
            assert_whole(path)
        answer_of(site, "backup-once")
        assert list(folder.glob(".*")) == []
    return {"left": left, "check": answer_of(site, "check")}


def assert_whole(path: Path) -> None:
    manifest = read_manifest(path)
    with tarfile.open(path) as archive:
        assert sorted(archive.getnames()) == sorted([*manifest["parts"], "manifest.json"])


def test_reviewing_killed_at_random_leaves_every_return_in_one_state(site):
    stood = review_killed(site, returns=12, kills=3, seed=20261122)
    assert stood == sorted(stood)
    assert stood[0] < stood[-1]


def test_a_killed_backup_bears_no_name_and_the_next_one_clears_it_away(site):
    found = backup_killed(site, kills=3, seed=20261122)
    assert found["left"] > 0
    assert (found["check"]["disagreements"], found["check"]["findings"]) == ([], {})


@pytest.mark.heavy
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(3))
def test_many_kills_of_a_reviewer_leave_every_return_in_one_state(site, seed):
    stood = review_killed(site, returns=40, kills=25, seed=seed)
    assert stood == sorted(stood)


@pytest.mark.heavy
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(3))
def test_many_kills_of_a_backup_leave_whole_backups_alone(site, seed):
    found = backup_killed(site, kills=20, seed=seed)
    assert (found["check"]["disagreements"], found["check"]["findings"]) == ([], {})
