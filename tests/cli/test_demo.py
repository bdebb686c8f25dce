"""The demo is an ordinary installation: made once by the ordinary ways, and it verifies."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

BANGFU = Path(sys.executable).parent / "bangfu"


def bangfu(*words, home):
    drop = ("DJANGO_SETTINGS_MODULE", "DATABASE_URL", "BANGFU_SIGNING_KEY", "BANGFU_HOME")
    environment = {key: value for key, value in os.environ.items() if key not in drop}
    return subprocess.run(
        [BANGFU, *words, "--home", home],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    home = tmp_path_factory.mktemp("demo") / "site"
    done = bangfu("demo", "--no-serve", home=home)
    assert done.returncode == 0, done.stderr
    return home, done.stdout


def test_every_working_role_of_the_sample_has_an_account_that_is_printed(made):
    _, told = made
    names = ("province", "city", "county", "finance", "auditor", "township", "village", "helper")
    assert [name for name in names if name not in told] == []


def test_nothing_of_the_sample_was_left_out(made):
    _, told = made
    assert "有误" not in told
    assert told.count("新增") == 18


def test_it_verifies(made):
    home, _ = made
    done = bangfu("verify", home=home)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_second_start_makes_nothing_new(made):
    home, _ = made
    again = bangfu("demo", "--no-serve", home=home)
    assert (again.returncode, "新增" in again.stdout, "village" in again.stdout) == (0, False, True)
