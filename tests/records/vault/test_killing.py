"""A change of keys killed at any moment: every number still opens, and the next run goes on."""

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

SITE = Path(__file__).with_name("rotating_site.py")
COUNT = 400


@pytest.fixture
def site(tmp_path):
    environment = {
        **os.environ,
        "BANGFU_HOME": str(tmp_path),
        "BANGFU_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "bangfu.web.settings",
    }
    environment.pop("DATABASE_URL", None)
    return environment


def call(site, *words):
    done = subprocess.run(
        [sys.executable, str(SITE), *words], env=site, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_killed_again_and_again_nothing_is_lost_and_it_ends(site):
    call(site, "setup", str(COUNT))
    random_chunks = random.Random(7)
    left = [COUNT]
    for _ in range(3):
        with subprocess.Popen(
            [sys.executable, str(SITE), "reseal"], env=site, stdout=subprocess.PIPE, text=True
        ) as running:
            assert running.stdout is not None
            for _ in range(random_chunks.randint(2, 9)):
                running.stdout.readline()
            running.send_signal(signal.SIGKILL)
        right, old = json.loads(call(site, "status"))
        assert right == COUNT
        left.append(old)
    assert left == sorted(left, reverse=True)
    assert 0 < left[-1] < COUNT
    call(site, "reseal")
    assert json.loads(call(site, "status")) == [COUNT, 0]
