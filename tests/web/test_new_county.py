"""A new county opened as the help says: from the first passwords to the first approval.

Every step is taken through the pages, by the person the help names, with invented people.
"""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

import pytest
import python_calamine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.records.figures.returns import FIGURES, VILLAGE_YEAR

from bangfu.records.accounts.models import Account
from bangfu.records.audit.actions import System
from bangfu.records.catalogue.models import Form
from bangfu.records.figures.models import Observation, Submission
from bangfu.records.ground import clock
from bangfu.records.imports.models import ImportBatch
from bangfu.records.jobs.worker import Worker
from bangfu.records.operations.setting_up import set_up
from bangfu.records.operations.verification import verify
from bangfu.records.places.actions import NewPlace
from bangfu.records.places.models import Place

pytestmark = pytest.mark.django_db

DAY = date(2026, 1, 20)
NEW = "made-up-words-for-tests"
TOWNS, VILLAGES = 10, 30
ROOT = NewPlace("nbs", "330000000000", "示例省", "province", None, date(2000, 1, 1))


def signed_in(name: str, password: str) -> Client:
    """The first sign-in: with the password from the paper, which must be changed."""
    client = Client()
    answer = client.post("/sign-in/", {"username": name, "password": password})
    assert answer.status_code == 302, answer.content.decode()
    assert client.get("/")["Location"].startswith("/password/")
    changed = client.post("/password/", {"current": password, "new": NEW, "again": NEW})
    assert changed.status_code == 302, changed.content.decode()
    return client


def a_file(name: str, rows: list[list[Any]]) -> SimpleUploadedFile:
    """A table as a file."""
    text = "\n".join(",".join(map(str, row)) for row in rows)
    return SimpleUploadedFile(name, text.encode("utf-8-sig"))


def place_rows() -> list[list[Any]]:
    """A city with one county of 10 towns and 300 villages."""
    rows: list[list[Any]] = [["code_system", "code", "name", "level", "parent_code"]]
    rows.append(["nbs", "330100000000", "示例市", "city", "330000000000"])
    rows.append(["nbs", "330111000000", "示例县", "county", "330100000000"])
    for town in range(1, TOWNS + 1):
        code = f"330111{100 + town}000"
        rows.append(["nbs", code, f"示例{town}镇", "township", "330111000000"])
        for village in range(1, VILLAGES + 1):
            own = f"330111{100 + town}{200 + village}"
            rows.append(["nbs", own, f"示例{town}镇{village}村", "village", code])
    return rows


def imported(client: Client, file: SimpleUploadedFile, kind: str) -> None:
    """Handed in, looked at, written."""
    assert client.post("/imports/", {"file": file, "kind": kind}).status_code == 302
    Worker("test").work_off()
    batch = ImportBatch.objects.latest("pk")
    assert (batch.state, batch.counts.get("faulty", 0)) == ("previewed", 0), batch.findings
    client.post(f"/imports/{batch.pk}/merge/", {"seen_version": batch.version})
    Worker("test").work_off()
    batch.refresh_from_db()
    assert batch.state == "merged"


def opened(system: Client, security: Client, rows: list[list[str]]) -> dict[str, str]:
    """The same table by two hands; the first passwords by sign-in name."""
    table = [["登录名", "姓名或岗位", "地方代码", "角色"], *rows]
    passwords: dict[str, str] = {}
    for client in (system, security):
        look = client.post("/accounts/many/", {"workbook": a_file("账号.csv", table)})
        assert look.status_code == 200, look.content.decode()
        found = re.search(r'name="lines" value="([^"]+)"', look.content.decode())
        assert found is not None
        answer = client.post("/accounts/many/confirm/", {"lines": found[1]})
        if answer["Content-Type"].startswith("application/"):
            sheet = python_calamine.load_workbook(io.BytesIO(answer.content))
            rows_out = sheet.get_sheet_by_index(0).to_python()
            names = {row[0] for row in table[1:]}
            for row in rows_out:
                held = [str(cell) for cell in row]
                for index, cell in enumerate(held):
                    if cell in names:
                        passwords[cell] = next(
                            text for text in reversed(held[index:]) if text.count("-") >= 2
                        )
    return passwords


def test_from_the_first_passwords_to_the_first_approval():
    with clock.set_to(DAY):
        first = {one.sign_in_name: one for one in set_up(ROOT, on=DAY, actor=System())}
        system = signed_in("sysadmin", first["sysadmin"].password)
        security = signed_in("secadmin", first["secadmin"].password)
        audit = signed_in("auditadmin", first["auditadmin"].password)

        manager_row = ["manager", "方案管理岗", "330000000000", "方案管理（省级主管处室）"]
        papers = opened(system, security, [manager_row])
        manager = signed_in("manager", papers["manager"])
        imported(manager, a_file("places.csv", place_rows()), "places")
        assert Place.objects.filter(level="village").count() == TOWNS * VILLAGES
        manager.post("/schemes/adopt/", {"scheme": "zj-2025-villages"})
        form = Form.objects.get(form=VILLAGE_YEAR)

        people = [
            [f"village-{row[1]}", f"{row[2]}报账员", row[1], "村（社区）"]
            for row in place_rows()
            if row[3] == "village"
        ]
        people.append(["town", "示例1镇统计岗", "330111101000", "乡镇（街道）"])
        people.append(["county", "县局业务岗", "330111000000", "县级主管部门"])
        papers = opened(system, security, people)
        assert len(papers) == len(people) == Account.objects.count() - 4

        village = Place.objects.get(code="330111101201")
        indicators = [["行政区划代码", "指标", "期间", "数值", "计量单位"]]
        indicators.append([village.code, "农户数", "2024", "318", "户"])
        imported(manager, a_file("指标.csv", indicators), "figures")

        clerk = signed_in(f"village-{village.code}", papers[f"village-{village.code}"])
        entry = f"/figures/{form.pk}/2025/{village.pk}/"
        assert "318" in clerk.get(entry).content.decode()
        cells = {f"v-{code}": text for code, text in FIGURES.items()}
        answer = clerk.post(entry, {"version": "0", "verb": "submit", **cells})
        assert answer.status_code == 302, answer.content.decode()
        row = Submission.objects.get()
        for name in ("town", "county"):
            reviewer = signed_in(name, papers[name])
            row.refresh_from_db()
            act = {"version": row.version, "verb": "approve"}
            assert reviewer.post(f"/figures/returns/{row.pk}/act/", act).status_code == 302
        row.refresh_from_db()
        assert row.state == "approved"
        assert Observation.objects.filter(locked=True).count() == len(FIGURES)
        assert "figures.approve" in audit.get("/audit/export/").getvalue().decode()
        assert {name: faults for name, faults in verify().items() if faults} == {}
