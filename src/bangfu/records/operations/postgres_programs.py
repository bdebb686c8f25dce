"""The client programs of PostgreSQL (数据库客户端程序): pg_dump and pg_restore."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import Any, Final

from django.db import connection

from bangfu.records.ground.full_disk import disk_full
from bangfu.records.ground.refusals import refuse
from bangfu.vocabulary.text import Text

__all__ = ["run_program"]


#: How the programs tell it in the language they are asked to speak.
_NO_ROOM: Final = "No space left on device"


def run_program(program: str, *arguments: str) -> None:
    """Run one of them on this site's database; the password travels by the environment alone."""
    if shutil.which(program) is None:
        raise refuse(
            "OPS-01",
            Text(f"本机没有 {program}。", f"There is no {program} on this machine."),
            remedy=Text(
                "请安装 PostgreSQL 客户端后再试。", "Install the PostgreSQL client, then try again."
            ),
        )
    done = subprocess.run(
        [program, *arguments], env=_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode and _NO_ROOM in done.stderr:
        raise disk_full()
    if done.returncode:
        raise refuse(
            "OPS-02",
            Text(
                f"{program} 没有完成：{done.stderr.strip()[-300:]}",
                f"{program} did not finish: {done.stderr.strip()[-300:]}",
            ),
        )


def _environment() -> dict[str, str]:
    held: dict[str, Any] = connection.settings_dict
    environment = {**os.environ, "LC_ALL": "C"}
    for name, key in (
        ("PGHOST", "HOST"),
        ("PGPORT", "PORT"),
        ("PGUSER", "USER"),
        ("PGPASSWORD", "PASSWORD"),
        ("PGDATABASE", "NAME"),
    ):
        if held.get(key):
            environment[name] = str(held[key])
    return environment
