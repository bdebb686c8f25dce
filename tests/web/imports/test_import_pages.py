"""Pages of imports: who may see them, and the way from a file to figures."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.records.factories import a_tree, an_account
from tests.records.imports.samples import elements, handed_in, long_table, work_off
from tests.web.area_gate import AreaGate

from bangfu.records.figures.models import Observation
from bangfu.records.imports.models import ImportBatch
from bangfu.records.jobs.models import Job

A1, A2, B1 = "330111101201", "330111101202", "330112101201"


class TestAnImportsPage(AreaGate):
    def address(self, tree: dict[str, Any]) -> str:
        return f"/imports/{_of_a_colleague(tree).pk}/"


class TestItsRows(AreaGate):
    def address(self, tree: dict[str, Any]) -> str:
        return f"/imports/{_of_a_colleague(tree).pk}/rows/?outcome=new"


class TestItsChanges(AreaGate):
    def address(self, tree: dict[str, Any]) -> str:
        return f"/imports/{_of_a_colleague(tree).pk}/changes/"


def _of_a_colleague(tree: dict[str, Any]) -> ImportBatch:
    elements()
    actor = an_account("colleague", "county_office", tree["甲县"])
    return handed_in(long_table([A1, "户数", "2024", 312, "户", ""]), actor)


def _client(account: Any) -> Client:
    client = Client()
    client.force_login(account)
    return client


def _upload(client: Client, data: bytes, name: str = "数据.xlsx") -> Any:
    return client.post("/imports/", {"file": SimpleUploadedFile(name, data), "kind": ""})


@pytest.mark.django_db
def test_a_file_goes_from_upload_to_history_by_the_pages() -> None:
    elements()
    client = _client(an_account("own", "county_office", a_tree()["甲县"]))
    answer = _upload(client, long_table([A1, "户数", "2024", 312, "户", ""]))
    batch = ImportBatch.objects.get()
    address = f"/imports/{batch.pk}/"
    assert (answer.status_code, answer["Location"]) == (302, address)
    waiting = client.get(address).content.decode()
    assert f'hx-get="{address}progress/"' in waiting
    batch = work_off(batch)
    page = client.get(address).content.decode()
    assert "甲一村" in page
    assert "312户" in page
    assert "写入 1 行" in page
    sent = {"seen_version": batch.version}
    assert client.post(f"{address}merge/", sent).status_code == 302
    assert client.post(f"{address}merge/", sent).status_code == 302
    work_off(batch)
    assert (Observation.objects.count(), Job.objects.filter(kind="imports.merge").count()) == (1, 1)
    assert "变动校验值" in client.get(address).content.decode()
    assert "312户" in client.get(f"{address}changes/").content.decode()


@pytest.mark.django_db
def test_faults_are_grouped_and_the_right_rows_may_be_written_alone() -> None:
    elements()
    client = _client(an_account("own", "county_office", a_tree()["甲县"]))
    rows = [[A1, "户数", "2024", 312, "户", ""], [A2, "户数", "2024", "三百", "户", ""]]
    _upload(client, long_table(*rows))
    batch = work_off(ImportBatch.objects.get())
    page = client.get(f"/imports/{batch.pk}/").content.decode()
    assert "DAT-01" in page
    assert "第 3 行" in page
    assert "只导入无误的 1 行" in page
    refused = client.post(f"/imports/{batch.pk}/merge/", {"seen_version": batch.version})
    assert refused.status_code == 409
    sent = {"seen_version": batch.version, "only_right": "1"}
    client.post(f"/imports/{batch.pk}/merge/", sent)
    work_off(batch)
    assert Observation.objects.count() == 1


@pytest.mark.django_db
def test_a_colleague_sees_the_import_but_does_not_write_it() -> None:
    tree = a_tree()
    batch = _of_a_colleague(tree)
    client = _client(an_account("other", "county_office", tree["甲县"]))
    assert "由导入人确认写入" in client.get(f"/imports/{batch.pk}/").content.decode()
    answer = client.post(f"/imports/{batch.pk}/merge/", {"seen_version": batch.version})
    assert (answer.status_code, Observation.objects.count()) == (409, 0)
    assert client.get(f"/imports/{batch.pk}/marked.xlsx").status_code == 404


@pytest.mark.django_db
def test_a_preview_shows_no_row_of_a_place_outside_ones_area() -> None:
    elements()
    tree = a_tree()
    city = an_account("city", "city_office", tree["示例市"])
    rows = [[A1, "户数", "2024", 311, "户", ""], [B1, "户数", "2024", 322, "户", ""]]
    batch = handed_in(long_table(*rows), city)
    ImportBatch.objects.filter(pk=batch.pk).update(place=tree["甲县"])
    client = _client(an_account("own", "county_office", tree["甲县"]))
    page = client.get(f"/imports/{batch.pk}/rows/?outcome=new").content.decode()
    assert "311户" in page
    assert "322户" not in page


@pytest.mark.django_db
def test_a_job_is_shown_and_called_off_by_the_one_who_asked_alone() -> None:
    elements()
    tree = a_tree()
    own = an_account("own", "county_office", tree["甲县"])
    client, other = _client(own), _client(an_account("other", "county_office", tree["甲县"]))
    _upload(client, long_table([A1, "户数", "2024", 312, "户", ""]))
    job = Job.objects.get()
    assert "读取核对" in client.get("/imports/jobs/").content.decode()
    assert client.get(f"/imports/jobs/{job.pk}/").status_code == 200
    assert other.get(f"/imports/jobs/{job.pk}/").status_code == 404
    assert other.post(f"/imports/jobs/{job.pk}/cancel/").status_code == 404
    assert client.post(f"/imports/jobs/{job.pk}/cancel/").status_code == 302
    assert ImportBatch.objects.get().state == "cancelled"


@pytest.mark.django_db
def test_progress_asks_for_the_whole_page_once_the_job_has_ended() -> None:
    elements()
    client = _client(an_account("own", "county_office", a_tree()["甲县"]))
    _upload(client, long_table([A1, "户数", "2024", 312, "户", ""]))
    batch = ImportBatch.objects.get()
    assert "HX-Refresh" not in client.get(f"/imports/{batch.pk}/progress/")
    work_off(batch)
    assert client.get(f"/imports/{batch.pk}/progress/")["HX-Refresh"] == "true"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "data"), [("秘密★.xlsx", b"x"), ("数据.et", b"x"), ("数据.xlsx", b"")]
)
def test_files_that_may_not_come_in_are_refused_with_words(name: str, data: bytes) -> None:
    client = _client(an_account("own", "county_office", a_tree()["甲县"]))
    answer = _upload(client, data, name)
    assert (answer.status_code, ImportBatch.objects.count()) == (422, 0)


@pytest.mark.django_db
def test_an_unknown_filter_is_refused() -> None:
    client = _client(an_account("own", "county_office", a_tree()["甲县"]))
    assert client.get("/imports/?nobody=1").status_code == 400


@pytest.mark.django_db
def test_the_pages_speak_english_too() -> None:
    elements()
    client = _client(an_account("own", "county_office", a_tree()["甲县"]))
    _upload(client, long_table([A1, "户数", "2024", "x", "户", ""]))
    batch = work_off(ImportBatch.objects.get())
    client.cookies["django_language"] = "en"
    page = client.get(f"/imports/{batch.pk}/").content.decode()
    assert "Download marked copy" in page
    assert "Only a number is accepted" in page
