import io
from datetime import date

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook
from tests.records.factories import a_tree, an_account, an_organisation
from tests.records.registers.made_up import a_register, a_row
from tests.web.area_gate import AreaGate

from bangfu.records.accounts.models import Account
from bangfu.records.audit.models import AuditEntry
from bangfu.records.exports.models import ExportLayout
from bangfu.records.ground import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day():
    with clock.set_to(date(2026, 11, 22)):
        yield


class TestExportOfAPlace(AreaGate):
    role_without = "grid_worker"

    def address(self, tree):
        return f"/registers/{a_register().pk}/export/?place={tree['甲一村'].pk}"

    def test_an_account_without_the_right_is_refused(self):
        tree = a_tree()
        account = an_account("without", "grid_worker", tree["甲一村"])
        assert self._answer(account, self.address(tree)) == 403


def signed_in(tree, role="county_office", scope="甲县"):
    user = an_account("someone", role, tree[scope])
    client = Client()
    client.force_login(user)
    return client, user


def body(answer):
    return b"".join(answer.streaming_content)


def sheet(data):
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()


ALL = {"use-place_name": "1", "use-project": "1", "use-amount": "1", "unit": "万元"}


def test_rows_of_the_own_area_leave_as_a_workbook_and_it_is_logged():
    tree, register = a_tree(), a_register()
    for name in ("甲一村", "乙一村"):
        a_row(register, tree[name])
    client, _user = signed_in(tree)
    answer = client.post(f"/registers/{register.pk}/export/?period=2026", {**ALL, "format": "xlsx"})
    names = [row[0] for row in sheet(body(answer))]
    assert ("甲一村" in names, "乙一村" in names) == (True, False)
    entry = AuditEntry.objects.get(act="exports.write")
    assert (entry.data["rows"], entry.data["filters"]) == (1, {"period": "2026"})
    assert answer["X-Bangfu-Version-Code"] == entry.data["code"]


def test_a_saved_layout_exports_exactly_as_last_time():
    tree, register = a_tree(), a_register()
    a_row(register, tree["甲一村"])
    client, user = signed_in(tree)
    chosen = {
        "use-project": "1",
        "order-project": "1",
        "title-project": "工程",
        "use-place_name": "1",
        "order-place_name": "2",
        "own-0": "备注",
        "own-order-0": "3",
        "unit": "元",
        "subtotals": "township",
        "title": "我们的项目表",
    }
    saved = client.post(
        f"/registers/{register.pk}/export/?period=2026", {**chosen, "save": "1", "name": "月报用"}
    )
    assert saved.status_code == 302
    layout = ExportLayout.objects.get(account=user)
    page = client.get("/registers/exports/layouts/").content.decode()
    assert f"layout={layout.pk}" in page
    form = client.get(f"/registers/{register.pk}/export/?period=2026&layout={layout.pk}")
    assert 'value="工程"' in form.content.decode()
    assert 'value="备注"' in form.content.decode()
    assert layout.filters == {"period": "2026"}


def test_a_layout_is_the_accounts_own_or_its_organisations():
    tree, register = a_tree(), a_register()
    client, user = signed_in(tree)
    other = an_account("other", "county_office", tree["甲县"])
    office = an_organisation("O1", "示例局", tree["甲县"])
    facts = {"kind": "register", "subject": "x/y", "columns": [{"id": "project"}]}
    own = ExportLayout.objects.create(account=other, name="别人的", changed_at=clock.now(), **facts)
    address = f"/registers/{register.pk}/export/?layout={own.pk}"
    assert client.get(address).status_code == 404
    ExportLayout.objects.update(organisation=office)
    Account.objects.filter(pk=user.pk).update(organisation=office)
    assert client.get(address).status_code == 200
    assert client.post(f"/registers/exports/layouts/{own.pk}/forget/").status_code == 409
    assert ExportLayout.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"format": "exe"},
        {"unit": "美元"},
        {"subtotals": "x"},
        {"use-project": "0", "use-amount": "", "use-place_name": ""},
    ],
)
def test_what_is_not_offered_is_refused(wrong):
    tree, register = a_tree(), a_register()
    client, _user = signed_in(tree)
    told = {**ALL, "format": "csv", **wrong}
    assert client.post(f"/registers/{register.pk}/export/", told).status_code == 409
    assert not AuditEntry.objects.filter(act="exports.write").exists()


def test_places_leave_only_from_the_own_area():
    tree = a_tree()
    client, _user = signed_in(tree)
    told = {"use-place_name": "1", "use-place_code": "1", "format": "csv", "unit": "元"}
    answer = client.post("/registers/exports/places/?level=village", told)
    text = body(answer).decode()
    assert ("甲一村" in text, "乙一村" in text) == (True, False)
    assert client.get("/registers/exports/places/?nothing=1").status_code == 400


class TestPlaceFile(AreaGate):
    role_without = "grid_worker"

    def address(self, tree):
        return f"/registers/exports/places/{tree['甲一村'].pk}/docx/"

    def test_an_account_without_the_right_is_refused(self):
        tree = a_tree()
        account = an_account("without", "grid_worker", tree["甲一村"])
        assert self._answer(account, self.address(tree)) == 403
