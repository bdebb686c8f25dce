"""Make ``first_version.sql.gz``: a small installation as the first version wrote it.

    python tests/records/operations/first_version.py

Run it only when a version is released whose databases must be upgraded; the file of an earlier
version is never made anew, for it stands for what offices hold. Everything in it is invented.
"""

from __future__ import annotations

import gzip
import os
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
DUMP = Path(__file__).with_name("first_version.sql.gz")


def fill() -> None:
    """A tree, an adopted scheme, two returns (one approved), a register row, a division changed."""
    from datetime import date

    from tests.records.figures.returns import DAY, an_office, filled
    from tests.records.registers.made_up import a_register, a_row

    from bangfu.records.figures.reviewing import approve, submit
    from bangfu.records.ground import clock

    with clock.set_to(DAY):
        office = an_office()
        row = filled(office)
        row = submit(row.pk, seen_version=row.version, actor=office.clerk)
        row = approve(row.pk, seen_version=row.version, actor=office.town)
        approve(row.pk, seen_version=row.version, actor=office.county)
        filled(office, "甲二村", actor=office.town)
        a_row(a_register(), office.tree["甲一村"])
        assert date(2026, 1, 20) == DAY


def main() -> None:
    """Fill a fresh database and write it as SQL."""
    sys.path.insert(0, str(PROJECT))
    home = Path(tempfile.mkdtemp(prefix="bangfu-first-version-"))
    os.environ |= {
        "BANGFU_HOME": str(home),
        "BANGFU_SECOND_FACTOR": "off",
        "DJANGO_SETTINGS_MODULE": "bangfu.web.settings",
    }
    os.environ.pop("DATABASE_URL", None)
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    settings.HOME.make()
    call_command("migrate", verbosity=0, interactive=False)
    fill()
    connection.close()
    with closing(sqlite3.connect(settings.HOME.database)) as database:
        text = "\n".join(database.iterdump())
    # Without a time in it: the same data make the same file.
    DUMP.write_bytes(gzip.compress(text.encode(), mtime=0))


if __name__ == "__main__":
    main()
