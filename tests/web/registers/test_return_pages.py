from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.records.factories import a_tree, an_account
from tests.records.registers.made_up import a_register, a_row
from tests.records.returns.clerk import opened, saved
from tests.web.area_gate import AreaGate

from bangfu.records.audit.actions import System
from bangfu.records.ground import clock
from bangfu.records.registers.actions import change_row
from bangfu.records.registers.models import RegisterRow
from bangfu.records.returns.actions import issue, receive, workbook_bytes
from bangfu.records.returns.models import ReturnUpload, ReturnWorkbook

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day():
    with clock.set_to(date(2026, 11, 22)):
        yield


def an_upload(tree):
    county = an_account("giver", "county_office", tree["甲县"])
    workbook = ReturnWorkbook(
        kind="register", definition=a_register(), place=tree["甲一镇"], period="2026"
    )
    grid = opened(workbook_bytes(issue(workbook, actor=county)))
    return receive(saved(grid), "回传.xlsx", actor=county)


class TestUploadPage(AreaGate):
    role_without = "leader"

    def address(self, tree):
        return f"/registers/returns/{an_upload(tree).pk}/"


class TestMarkedCopy(AreaGate):
    role_without = "leader"

    def address(self, tree):
        return f"/registers/returns/{an_upload(tree).pk}/marked/"


def signed_in(tree, role="township_office", scope="甲一镇"):
    client = Client()
    client.force_login(an_account("someone", role, tree[scope]))
    return client


def downloaded(client, register, area, **more):
    told = {"kind": "register", "subject": register.pk, "place": area.pk, "period": "2026"}
    return client.post("/registers/returns/download/", {**told, **more})


def sent(client, data):
    file = SimpleUploadedFile("../../填好.xlsx", data)
    return client.post("/registers/returns/send/", {"file": file})


def test_the_whole_way_from_download_to_merge():
    tree, register = a_tree(), a_register()
    row = a_row(register, tree["甲一村"], project="桥", amount="32.5")
    client = signed_in(tree)
    assert client.get(f"/registers/returns/?register={register.pk}").status_code == 200
    answer = downloaded(client, register, tree["甲一镇"])
    grid = opened(b"".join(answer.streaming_content))
    grid.put("甲一村", "amount", 40)
    grid.put("甲一村", "kind", "没有的类别")
    grid.put("甲二村", "project", "路")
    change_row(row.pk, {"amount": "45"}, seen_version=1, actor=System())
    answer = sent(client, saved(grid))
    upload = ReturnUpload.objects.get()
    assert (answer["Location"], upload.file_name) == (
        f"/registers/returns/{upload.pk}/",
        "填好.xlsx",
    )
    page = client.get(f"/registers/returns/{upload.pk}/").content.decode()
    for words in ("两边都改过", "REG-03", "甲二村", "下载标注问题的表"):
        assert words in page
    address = f"/registers/returns/{upload.pk}/merge/"
    told = {"version": "1", "cell:1:amount": "mine"}
    assert client.post(address, told).status_code == 302
    assert client.post(address, told).status_code == 412
    row.refresh_from_db()
    assert (row.values["amount"], RegisterRow.objects.count()) == (40_000_000, 2)
    assert client.get(f"/registers/returns/{upload.pk}/marked/").status_code == 200


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"place": "999999"}, 404),
        ({"period": "2026Q1"}, 400),
        ({"period": ""}, 409),
        ({"kind": "x"}, 400),
        ({"subject": "999999"}, 404),
        ({"more": "1"}, 400),
    ],
)
def test_a_wrong_download_is_refused(wrong, status):
    tree, register = a_tree(), a_register()
    answer = downloaded(signed_in(tree), register, tree["甲一镇"], **wrong)
    assert answer.status_code == status
    assert ReturnWorkbook.objects.count() == 0


def test_another_area_is_not_given_out():
    tree, register = a_tree(), a_register()
    assert downloaded(signed_in(tree), register, tree["乙一镇"]).status_code == 404


def test_no_file_and_a_foreign_file_are_told():
    client = signed_in(a_tree())
    assert client.post("/registers/returns/send/", {}).status_code == 409
    answer = sent(client, b"hello")
    assert answer.status_code == 409
    assert "RET-02" in answer.content.decode()
