"""An installation of the first version, with its data, comes up to date and verifies."""

from __future__ import annotations

import gzip
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

DUMP = Path(__file__).with_name("first_version.sql.gz")
BIN = Path(sys.executable).parent
LEFT_OUT = ("DATABASE_URL", "BANGFU_HOME", "BANGFU_SIGNING_KEY", "DJANGO_SETTINGS_MODULE")
KEPT = (
    "places_place",
    "figures_submission",
    "figures_observation",
    "figures_observationchange",
    "registers_registerrow",
    "audit_auditentry",
    "access_accessgrant",
)


@pytest.fixture
def site(tmp_path: Path) -> dict[str, str]:
    """A home whose database is the one the first version left."""
    home = tmp_path / "home"
    environment = {name: value for name, value in os.environ.items() if name not in LEFT_OUT}
    environment |= {"BANGFU_HOME": str(home), "DJANGO_SETTINGS_MODULE": "bangfu.web.settings"}
    run(environment, "-c", "import django; django.setup(); from django.conf import settings; "
        "from bangfu.records.vault.keys import ensure_keys; settings.HOME.make(); "
        "ensure_keys(settings.HOME.root)")  # fmt: skip
    with closing(sqlite3.connect(home / "bangfu.sqlite3")) as database:
        database.executescript(gzip.decompress(DUMP.read_bytes()).decode())
    return environment


def run(site: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """Run Python with these words; it must not fail."""
    done = subprocess.run(
        [sys.executable, *words], env=site, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def counts(site: dict[str, str]) -> dict[str, int]:
    with closing(sqlite3.connect(Path(site["BANGFU_HOME"]) / "bangfu.sqlite3")) as database:
        return {
            table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in KEPT
        }


def migrate(site: dict[str, str], *words: str) -> None:
    run(site, "-m", "django", "migrate", "--verbosity=0", "--no-input", *words)


def verified(site: dict[str, str]) -> str:
    return run(site, str(BIN / "bangfu"), "verify").stdout


def test_the_first_versions_data_come_up_to_date_and_verify(site):
    before = counts(site)
    migrate(site)
    assert counts(site) == before
    assert min(before.values()) > 0
    assert "chain" in verified(site)


def test_what_protects_the_figures_is_there_again_after_a_way_back_and_forth(site):
    migrate(site)
    before = counts(site)
    migrate(site, "figures", "0001")
    migrate(site)
    assert counts(site) == before
    verified(site)
    home = Path(site["BANGFU_HOME"])
    database = sqlite3.connect(home / "bangfu.sqlite3")
    with closing(database), pytest.raises(sqlite3.DatabaseError, match="append-only"):
        database.execute("DELETE FROM figures_observationchange")
