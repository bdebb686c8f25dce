"""An installation is made with its keys; a change of keys keeps the old one for old backups."""

import json
import os
import stat
import subprocess
import sys

import pytest

RUN = "from bangfu.cli import main; main()"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site") / "home"
    call(folder, "init", "--province-code", "330000000000", "--province-name", "示例省")
    return folder


def call(home, *words):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("BANGFU", "DJANGO", "DATABA"))}
    done = subprocess.run(
        [sys.executable, "-c", RUN, *words, "--home", str(home)],
        env=kept, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def keys_in(home, name="vault_keys.json"):
    return json.loads((home / "secrets" / name).read_text())


def test_init_makes_keys_that_others_cannot_read(home):
    file = home / "secrets" / "vault_keys.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_init_again_keeps_the_keys(home):
    before = keys_in(home)
    call(home, "init", "--province-code", "330000000000", "--province-name", "示例省")
    assert keys_in(home) == before


def test_rotation_sets_the_old_key_aside(home):
    before = keys_in(home)
    call(home, "rotate-key")
    after = keys_in(home)
    assert list(after["keys"]) == [after["current"]]
    assert after["current"] != before["current"]
    assert keys_in(home, "vault_keys_retired.json")["keys"] == before["keys"]
