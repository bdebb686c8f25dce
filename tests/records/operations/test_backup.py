"""A backup comes back whole, is never put over data, and is refused when damaged."""

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

BANGFU = Path(sys.executable).parent / "bangfu"
INIT = ("init", "--province-code", "330000000000", "--province-name", "示例省")


def bangfu(*words, home):
    environment = {
        key: value
        for key, value in os.environ.items()
        if key not in ("DJANGO_SETTINGS_MODULE", "DATABASE_URL", "BANGFU_SIGNING_KEY")
    }
    return subprocess.run(
        [BANGFU, *words, "--home", home],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    home = tmp_path_factory.mktemp("site") / "home"
    done = bangfu(*INIT, home=home)
    assert done.returncode == 0, done.stderr
    return home, done.stdout


@pytest.fixture(scope="module")
def backup(made):
    home, _ = made
    assert bangfu("backup", home=home).returncode == 0
    [path] = (home / "backups").glob("*.tar")
    return path


def test_setting_up_prints_three_administrators_once(made):
    home, told = made
    again = bangfu(*INIT, home=home)
    assert [word in told for word in ("sysadmin", "secadmin", "auditadmin")] == [True] * 3
    assert "sysadmin" not in again.stdout


def test_the_backup_restores_into_an_empty_home_and_verifies(backup, tmp_path):
    done = bangfu("restore", str(backup), home=tmp_path / "new")
    assert (done.returncode, bangfu("verify", home=tmp_path / "new").returncode) == (0, 0)


def test_no_key_is_in_the_backup(backup):
    with tarfile.open(backup) as archive:
        assert not [name for name in archive.getnames() if "secret" in name or "key" in name]


def test_data_is_never_overwritten(backup, made):
    home, _ = made
    done = bangfu("restore", str(backup), home=home)
    assert (done.returncode, "OPS-06" in done.stderr) == (2, True)


def test_a_backup_cut_short_is_refused_and_leaves_no_database(backup, tmp_path):
    short = tmp_path / "short.tar"
    short.write_bytes(backup.read_bytes()[:20_000])
    done = bangfu("restore", str(short), home=tmp_path / "new")
    assert (done.returncode, "OPS-03" in done.stderr) == (2, True)
    assert not (tmp_path / "new" / "bangfu.sqlite3").exists()


def test_a_backup_with_changed_bytes_is_refused(backup, tmp_path):
    damaged = tmp_path / "damaged.tar"
    content = bytearray(backup.read_bytes())
    content[5000] ^= 0xFF
    damaged.write_bytes(content)
    done = bangfu("restore", str(damaged), home=tmp_path / "new")
    assert (done.returncode, "OPS-05" in done.stderr) == (2, True)
    assert not (tmp_path / "new" / "bangfu.sqlite3").exists()


def test_a_home_that_was_never_set_up_is_refused_with_what_to_do(tmp_path):
    done = bangfu("verify", home=tmp_path / "nothing")
    assert (done.returncode, "bangfu init" in done.stderr) == (2, True)
    assert not (tmp_path / "nothing").exists()


def test_a_changed_entry_of_the_log_is_named(made, tmp_path):
    import sqlite3

    home, _ = made
    copy = tmp_path / "copy"
    shutil.copytree(home, copy)
    with sqlite3.connect(copy / "bangfu.sqlite3") as database:
        database.execute("DROP TRIGGER audit_auditentry_no_update")
        database.execute("UPDATE audit_auditentry SET act = 'x' WHERE sequence = 3")
    done = bangfu("verify", home=copy)
    assert (done.returncode, "#3" in done.stdout) == (1, True)
