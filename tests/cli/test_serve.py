"""``bangfu serve`` and ``bangfu worker`` end when they are told to, however often they are told."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

BANGFU = Path(sys.executable).parent / "bangfu"
DROP = ("DJANGO_SETTINGS_MODULE", "DATABASE_URL", "BANGFU_SIGNING_KEY", "BANGFU_HOME")
INIT = ("init", "--province-code", "330000000000", "--province-name", "示例省")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    home = tmp_path_factory.mktemp("serve") / "home"
    environment = {key: value for key, value in os.environ.items() if key not in DROP}
    environment["BANGFU_HOME"] = str(home)
    done = subprocess.run([BANGFU, *INIT], env=environment, capture_output=True, check=False)
    assert done.returncode == 0
    return environment


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def started(site, *words):
    return subprocess.Popen(
        [BANGFU, *words], env=site, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_site_answers_and_ends_when_told_several_times(site, number):
    port = free_port()
    process = started(site, "serve", "--port", str(port))
    try:
        assert process.stdout.readline().strip() == f"http://127.0.0.1:{port}/"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/") as answer:
            assert answer.status == 200
        for _ in range(5):
            process.send_signal(number)
            if number == signal.SIGINT:
                break
            time.sleep(0.001)
        assert process.wait(timeout=60) == 0
    finally:
        process.kill()
        process.stdout.close()
        process.wait()


def test_a_worker_ends_when_told_several_times(site):
    process = started(site, "worker")
    try:
        time.sleep(4)
        for _ in range(5):
            process.send_signal(signal.SIGTERM)
            time.sleep(0.001)
        assert process.wait(timeout=60) == 0
    finally:
        process.kill()
        process.stdout.close()
        process.wait()
