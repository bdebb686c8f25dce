"""On a full disk nothing is written half, and it is said in words."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
from pathlib import Path

import pytest
from tests.records.operations.own_site import IS_POSTGRES, answer_of, own_site
from tests.records.operations.test_restore_drill import bangfu

from bangfu.records.attachments import store
from bangfu.records.ground.full_disk import is_disk_full, room_needed
from bangfu.records.ground.refusals import Refused


@pytest.fixture
def small_disk(tmp_path):
    """Gives file systems of a size of their own; only root can mount them."""
    mounted: list[Path] = []

    def mount(size_kb: int) -> Path:
        folder = tmp_path / f"disk-{len(mounted)}"
        folder.mkdir()
        words = ["mount", "-t", "tmpfs", "-o", f"size={size_kb}k", "tmpfs", str(folder)]
        if os.geteuid() != 0 or subprocess.run(words, capture_output=True, check=False).returncode:
            pytest.skip("a small file system can be mounted by root alone")
        mounted.append(folder)
        return folder

    yield mount
    for folder in mounted:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def site(tmp_path):
    with own_site(tmp_path / "home", f"test_full_{os.getpid()}") as environment:
        answer_of(environment, "setup", "2")
        yield environment


@pytest.mark.parametrize("part", ["database", "archive"])
def test_a_backup_into_a_full_disk_is_refused_and_leaves_nothing(site, small_disk, part):
    whole = Path(answer_of(site, "backup-once")[0]).stat().st_size // 1024
    disk = small_disk(whole // 2 if part == "database" else whole * 3 // 2)
    done = bangfu(site, "backup", "--into", str(disk))
    assert (done.returncode, "OPS-07" in done.stderr) == (2, True), done.stderr
    assert list(disk.iterdir()) == []


@pytest.mark.skipif(IS_POSTGRES, reason="the disk of a PostgreSQL is its server's")
def test_the_site_refuses_a_write_on_a_full_disk_and_stays_sound(small_disk):
    disk = small_disk(24 * 1024)
    with own_site(disk / "home", "") as environment:
        answer_of(environment, "setup", "2")
        before = answer_of(environment, "check")
        refused, told, after = answer_of(environment, "write-full", str(disk / "filler"))
        assert (refused, told, after) == (507, True, 302)
        found = answer_of(environment, "check")
        assert (found["disagreements"], found["findings"]) == ([], {})
        assert found["entries"] == before["entries"] + 1


def test_an_attachment_for_which_there_is_no_room_leaves_no_half_file(small_disk, settings):
    from bangfu.web.home import Home

    settings.HOME = Home(small_disk(256))
    with pytest.raises(OSError, match="space") as error:
        store.keep(os.urandom(400 * 1024))
    assert is_disk_full(error.value)
    assert [path for path in settings.HOME.attachments.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_no_room_is_told_in_words(number):
    with pytest.raises(Refused) as refused, room_needed("backups"):
        raise OSError(number, os.strerror(number))
    assert [(fault.code, fault.where) for fault in refused.value.faults] == [("OPS-07", "backups")]


def test_other_accidents_are_not_called_a_full_disk():
    with pytest.raises(sqlite3.OperationalError), room_needed():
        raise sqlite3.OperationalError("no such table")
    assert not is_disk_full(PermissionError(errno.EACCES, "denied"))
