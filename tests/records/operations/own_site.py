"""A site of its own outside the tests' process, on the kind of database the tests run on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

__all__ = ["BUSY", "IS_POSTGRES", "answer_of", "call", "own_site", "started"]

BUSY = Path(__file__).with_name("busy_site.py")
IS_POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")
_LEFT_OUT = ("DATABASE_URL", "BANGFU_HOME", "BANGFU_SIGNING_KEY", "DJANGO_SETTINGS_MODULE")


@contextmanager
def own_site(home: Path, database: str) -> Iterator[dict[str, str]]:
    """The environment of a site with an empty database, which is dropped afterwards."""
    environment = {name: value for name, value in os.environ.items() if name not in _LEFT_OUT}
    environment |= {
        "BANGFU_HOME": str(home),
        "BANGFU_LOG_LEVEL": "ERROR",
        "BANGFU_SECOND_FACTOR": "off",
        "DJANGO_SETTINGS_MODULE": "bangfu.web.settings",
    }
    if not IS_POSTGRES:
        yield environment
        return
    psycopg = pytest.importorskip("psycopg")
    server = urlsplit(os.environ["DATABASE_URL"])
    with psycopg.connect(server._replace(path="/postgres").geturl(), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {database}")
        try:
            yield {**environment, "DATABASE_URL": server._replace(path=f"/{database}").geturl()}
        finally:
            admin.execute(f"DROP DATABASE {database} WITH (FORCE)")


def call(site: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """Run the busy site's program to its end."""
    return subprocess.run(
        [sys.executable, str(BUSY), *words],
        env=dict(site),
        capture_output=True,
        text=True,
        check=False,
    )


def answer_of(site: Mapping[str, str], *words: str) -> Any:
    """The line of JSON it prints last; it must not fail."""
    done = call(site, *words)
    assert done.returncode == 0, done.stderr[-3000:]
    lines = done.stdout.strip().splitlines()
    return json.loads(lines[-1]) if lines else None


@contextmanager
def started(site: Mapping[str, str], *words: str) -> Iterator[subprocess.Popen[str]]:
    """The program at work, from its word "ready" on; killed at the end if nobody did."""
    with subprocess.Popen(
        [sys.executable, str(BUSY), *words], env=dict(site), stdout=subprocess.PIPE, text=True
    ) as running:
        try:
            assert running.stdout is not None
            assert running.stdout.readline() == "ready\n"
            yield running
        finally:
            running.kill()
