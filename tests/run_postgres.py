"""Run the tests that touch a database on PostgreSQL (make test-postgres).

Those of the engine, the schemes and the chain touch none; name ``tests`` to run all the same.

A server that answers on 127.0.0.1:5432 is used; otherwise a private cluster is started in a
temporary folder and removed afterwards. What is given on the command line goes to pytest.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

SERVER = "postgres://postgres@127.0.0.1:5432/postgres"
TOUCHED = (
    "tests/records",
    "tests/web",
    "tests/cli/test_imports.py",
    "tests/cli/test_exports.py",
    "tests/cli/test_serve.py",
)


def answers(address: str) -> bool:
    """Whether a server can be used with this address."""
    try:
        with psycopg.connect(address, connect_timeout=3):
            return True
    except psycopg.OperationalError:
        return False


def programs() -> Path:
    """The folder of PostgreSQL's server programs; installed by Debian's packages if need be."""
    for attempt in range(2):
        found = shutil.which("initdb")
        folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
        if found:
            return Path(found).parent
        if folders:
            return folders[0]
        if attempt == 0 and os.geteuid() == 0 and shutil.which("apt-get"):
            quiet = {"stdout": subprocess.DEVNULL, "check": False}
            subprocess.run(["apt-get", "update", "-q"], **quiet)
            subprocess.run(["apt-get", "install", "-y", "-q", "postgresql"], **quiet)
    sys.exit("PostgreSQL is not installed: apt-get install postgresql / 请先安装 PostgreSQL")


def free_port() -> int:
    """A port of the loopback nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def private_cluster() -> Iterator[str]:
    """A cluster of our own, on loopback alone; PostgreSQL refuses to run as root."""
    where, port = programs(), free_port()
    folder = Path(tempfile.mkdtemp(prefix="bangfu-postgres-"))
    user: dict[str, object] = {}
    if os.geteuid() == 0:
        name = "postgres" if _exists("postgres") else "nobody"
        os.chown(folder, pwd.getpwnam(name).pw_uid, -1)
        user = {"user": name}
    data = folder / "data"
    run = {"check": True, "stdout": subprocess.DEVNULL, **user}
    subprocess.run([where / "initdb", "-D", data, "-U", "postgres", "--auth=trust"], **run)
    options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off"
    control = [where / "pg_ctl", "-D", data, "-w"]
    subprocess.run([*control, "-l", folder / "log", "-o", options, "start"], **run)
    try:
        yield f"postgres://postgres@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], **run)
        shutil.rmtree(folder, ignore_errors=True)


def _exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def run_tests(address: str, words: list[str]) -> int:
    """Run pytest against this server."""
    named = any(Path(word.split("::")[0]).exists() for word in words)
    folders = () if named else TOUCHED
    environment = {**os.environ, "DATABASE_URL": address}
    command = [sys.executable, "-m", "pytest", *folders, *words]
    return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    given = sys.argv[1:] or ["-n", "2"]
    if answers(SERVER):
        sys.exit(run_tests(SERVER, given))
    with private_cluster() as private:
        code = run_tests(private, given)
    sys.exit(code)
