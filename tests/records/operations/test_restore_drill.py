"""A backup made while others write comes back whole in another place, and the site answers."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.records.operations.own_site import IS_POSTGRES, answer_of, call, own_site, started

BANGFU = Path(sys.executable).parent / "bangfu"


def bangfu(site, *words):
    """The command line of a site; English, so that words can be looked for."""
    return subprocess.run(
        [BANGFU, "--lang", "en", *words], env=site, capture_output=True, text=True, check=False
    )


@pytest.fixture
def sites(tmp_path):
    """Two sites of their own: one to back up, one to restore into."""
    if IS_POSTGRES and not (shutil.which("pg_dump") and shutil.which("pg_restore")):
        pytest.skip("the client programs of PostgreSQL are not installed")
    name = f"bangfu_drill_{os.getpid()}"
    with (
        own_site(tmp_path / "a", f"{name}_a") as first,
        own_site(tmp_path / "b", f"{name}_b") as second,
    ):
        yield first, second


def test_what_stood_before_the_backup_stands_after_the_restore(sites):
    first, second = sites
    answer_of(first, "setup", "4")
    with started(first, "review", "1"):
        backup, stood_before, sequence = answer_of(first, "backup-once")

    without_keys = bangfu(second, "restore", backup)
    assert (without_keys.returncode, without_keys.stdout.count("CHK-VAULT")) == (1, 1)
    assert "there are no keys here" in without_keys.stdout
    assert "secrets" in without_keys.stdout

    home = Path(second["BANGFU_HOME"])
    shutil.rmtree(home / "secrets")
    shutil.copytree(Path(first["BANGFU_HOME"]) / "secrets", home / "secrets")
    assert bangfu(second, "verify").returncode == 0
    found = answer_of(second, "check")
    assert (found["disagreements"], found["findings"]) == ([], {})
    assert found["entries"] == sequence >= stood_before
    assert answer_of(second, "pages") == [200, 200, True]
    assert list(home.glob(".*")) == []


def test_an_installation_in_use_is_not_restored_over(sites):
    first, _ = sites
    answer_of(first, "setup", "1")
    backup, before, _ = answer_of(first, "backup-once")
    done = bangfu(first, "restore", backup)
    assert (done.returncode, "OPS-06" in done.stderr) == (2, True)
    assert answer_of(first, "check")["entries"] == before


@pytest.mark.skipif(IS_POSTGRES, reason="PostgreSQL keeps its journal on the server")
def test_a_journal_left_by_another_database_is_not_played_into_the_restored_one(sites):
    first, second = sites
    answer_of(first, "setup", "1")
    backup, _, _ = answer_of(first, "backup-once")
    home = Path(second["BANGFU_HOME"])
    home.mkdir()
    (home / "bangfu.sqlite3-wal").write_bytes(b"left behind")
    done = bangfu(second, "restore", backup)
    assert (done.returncode, "OPS-06" in done.stderr) == (2, True)


def test_two_backups_at_once_do_not_clear_each_other_away(sites):
    first, _ = sites
    answer_of(first, "setup", "1")
    folder = Path(first["BANGFU_HOME"]) / "backups"
    descriptor = os.open(folder, os.O_RDONLY)
    (folder / ".writing-other").mkdir()
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        done = bangfu(first, "backup")
    finally:
        os.close(descriptor)
    assert (done.returncode, "OPS-08" in done.stderr) == (2, True)
    assert [path.name for path in folder.iterdir()] == [".writing-other"]
    assert call(first, "backup-once").returncode == 0
