"""A return workbook that another office program opened and saved, in its own formats."""

import shutil
import subprocess

import pytest
from tests.records.returns.clerk import opened, saved
from tests.records.returns.test_registers import Case

from bangfu.records.registers.models import RegisterRow
from bangfu.records.returns.actions import receive, workbook_bytes

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice"),
]


def saved_by_office(data, folder, suffix):
    """Open and save a file with LibreOffice, as a clerk would without touching a cell."""
    source = folder / "回传.xlsx"
    source.write_bytes(data)
    out = folder / "out"
    words = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile"]
    words += ["--convert-to", suffix, "--outdir", str(out), str(source)]
    subprocess.run(words, check=True, capture_output=True, timeout=200)
    return (out / f"回传.{suffix}").read_bytes()


@pytest.mark.parametrize("suffix", ["xlsx", "xls", "ods"])
def test_saved_by_another_program_nothing_differs(tmp_path, suffix):
    case = Case()
    case.row.refresh_from_db()
    RegisterRow.objects.update(
        values={
            "project": "=1+1",
            "amount": 123_456_789_012,
            "kind": "产业项目",
            "area_mu": "12.5",
            "jobs": 3,
            "accepted": True,
            "started_on": "2026-03-01",
            "number": "330111101201",
        }
    )
    case.issue()
    data = saved_by_office(workbook_bytes(case.workbook), tmp_path, suffix)
    upload = receive(data, f"x.{suffix}", actor=case.town)
    assert upload.faults == []
    assert len(upload.rows) == len(case.workbook.rows)
    assert case.states(upload) == {}


def test_filled_and_saved_by_another_program_it_merges(tmp_path):
    case = Case()
    case.issue()
    grid = opened(workbook_bytes(case.workbook))
    grid.put("甲二村", "project", "路")
    data = saved_by_office(saved(grid), tmp_path, "xls")
    upload = receive(data, "x.xls", actor=case.town)
    assert case.merge(upload).cells == 1
