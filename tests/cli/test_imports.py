"""``bangfu import figures`` and ``bangfu worker``: what they write, and how they end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.records.factories import a_tree, an_account
from tests.records.imports.samples import elements, long_table

from bangfu.cli.imports import into_the_site
from bangfu.records.figures.models import Observation
from bangfu.vocabulary.errors import FaultsFound

pytestmark = pytest.mark.django_db(transaction=True)

A1, A2 = "330111101201", "330111101202"


@pytest.fixture
def county() -> Any:
    elements()
    return an_account("county", "county_office", a_tree()["甲县"])


def _ended(folder: Path, *rows: list[Any], **more: Any) -> int:
    """The exit code of a call on a file of these rows."""
    file = folder / "数据.xlsx"
    file.write_bytes(long_table(*rows))
    wanted = {"dry_run": False, "only_right": False, **more}
    with pytest.raises(Exception) as ended:  # noqa: PT011 (the command line's own exit)
        into_the_site(file, "figures", "county", {}, **wanted)
    if isinstance(ended.value, FaultsFound):
        return 2
    return int(ended.value.exit_code)  # type: ignore[attr-defined]


_RIGHT = [A1, "户数", "2024", 312, "户", ""]
_WRONG = [A2, "户数", "2024", "三百", "户", ""]


def test_right_rows_are_written_and_the_same_again_is_no_work(county: Any, tmp_path: Path) -> None:
    assert _ended(tmp_path, _RIGHT) == 0
    assert _ended(tmp_path, _RIGHT) == 0
    assert Observation.objects.count() == 1


def test_a_dry_run_writes_nothing(county: Any, tmp_path: Path) -> None:
    assert _ended(tmp_path, _RIGHT, dry_run=True) == 0
    assert _ended(tmp_path, _RIGHT, _WRONG, dry_run=True) == 1
    assert Observation.objects.count() == 0


def test_faulty_rows_stop_the_call_unless_the_right_ones_are_wanted_alone(
    county: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _ended(tmp_path, _RIGHT, _WRONG) == 2
    assert Observation.objects.count() == 0
    assert "第 3 行" in capsys.readouterr().out
    assert _ended(tmp_path, _RIGHT, _WRONG, only_right=True) == 1
    assert Observation.objects.count() == 1


def test_wrong_calls_are_told(county: Any, tmp_path: Path) -> None:
    with pytest.raises(FaultsFound, match="IMP-40"):
        into_the_site(tmp_path / "x.xlsx", "figures", "nobody", {}, dry_run=False, only_right=False)
    with pytest.raises(FaultsFound, match="PLC-08"):
        into_the_site(tmp_path / "x.xlsx", "figures", "county", {}, dry_run=False, only_right=False)
    file = tmp_path / "broken.xlsx"
    file.write_bytes(b"PK broken")
    with pytest.raises(FaultsFound, match="TAB-02"):
        into_the_site(file, "figures", "county", {}, dry_run=False, only_right=False)
