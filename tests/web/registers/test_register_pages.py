from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.records.factories import a_tree, an_account
from tests.records.registers.made_up import PRESENCE, PROJECTS, a_register, a_row
from tests.web.area_gate import AreaGate

from bangfu.records.access.models import AccessGrant
from bangfu.records.audit.actions import System
from bangfu.records.ground import clock
from bangfu.records.registers.actions import change_row, remove_row
from bangfu.records.registers.models import RegisterRow

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day():
    with clock.set_to(date(2026, 11, 22)):
        yield


class Site:
    """The sample tree, one register, and a signed-in account."""

    def __init__(self, role="township_office", scope="甲一镇", register=PROJECTS):
        self.tree = a_tree()
        self.register = a_register(register)
        self.user = an_account("someone", role, self.tree[scope])
        self.client = Client()
        self.client.force_login(self.user)

    def get(self, path, **query):
        return self.client.get(f"/registers/{path}", query)

    def post(self, path, data):
        return self.client.post(f"/registers/{path}", data)

    def new(self, place="甲一村", **values):
        address = f"{self.register.pk}/new/?place={self.tree[place].pk}&period=2026"
        return self.post(address, {f"f-{name}": value for name, value in values.items()})


class TestRowPage(AreaGate):
    def address(self, tree):
        return f"/registers/rows/{a_row(a_register(), tree['甲一村']).pk}/"


class TestCoverageOfAPlace(AreaGate):
    def address(self, tree):
        return f"/registers/{a_register().pk}/coverage/?place={tree['甲一镇'].pk}"


class TestRowsOfAPlace(AreaGate):
    def address(self, tree):
        return f"/registers/{a_register().pk}/?place={tree['甲一镇'].pk}"


class TestNewRow(AreaGate):
    role_without = "leader"

    def address(self, tree):
        return f"/registers/{a_register().pk}/new/?place={tree['甲一村'].pk}"


class TestSheetOfAPlace(AreaGate):
    role_without = "leader"

    def address(self, tree):
        return f"/registers/{a_register(PRESENCE).pk}/sheet/?place={tree['甲一镇'].pk}"


def test_rows_show_only_the_own_area():
    site = Site()
    for name in ("甲一村", "甲三村"):
        a_row(site.register, site.tree[name], project=f"项目在{name}", amount="1")
    page = site.get(f"{site.register.pk}/").content.decode()
    assert ("项目在甲一村" in page, "项目在甲三村" in page) == (True, False)


def test_an_administrators_area_is_not_a_readers_area():
    site = Site()
    AccessGrant.objects.create(
        subject=site.user,
        place=site.tree["乙县"],
        role="system_administrator",
        kind="territory",
        source="test:1",
        starts_on=date(2020, 1, 1),
    )
    row = a_row(site.register, site.tree["乙一村"], project="邻县项目", amount="1")
    assert site.get(f"rows/{row.pk}/").status_code == 404
    assert "邻县项目" not in site.get(f"{site.register.pk}/").content.decode()


def test_rows_are_filtered_by_the_registers_own_choices():
    site = Site()
    a_row(site.register, site.tree["甲一村"], project="厂房", amount="1", kind="产业项目")
    a_row(site.register, site.tree["甲二村"], project="道路", amount="1", kind="基础设施")
    page = site.get(f"{site.register.pk}/", is_kind="产业项目").content.decode()
    assert ("厂房" in page, "道路" in page) == (True, False)


@pytest.mark.parametrize(
    "query",
    [
        {"nothing": "1"},
        {"is_kind": "别的"},
        {"is_kind__contains": "x"},
        {"from": "2025.8"},
        {"period": "x"},
        {"cursor": "zzz"},
    ],
)
def test_an_unknown_or_malformed_filter_is_refused(query):
    site = Site()
    assert site.get(f"{site.register.pk}/", **query).status_code in (400, 409)


def test_a_field_named_like_a_lookup_is_only_a_field():
    label = {"zh": "含", "en": "contains"}
    field = {"id": "contains", "label": label, "type": "choice", "choices": ["甲", "乙"]}
    site = Site(register={**PROJECTS, "fields": [field]})
    a_row(site.register, site.tree["甲一村"], contains="甲")
    a_row(site.register, site.tree["甲二村"], contains="乙")
    page = site.get(f"{site.register.pk}/", is_contains="甲").content.decode()
    assert ("甲一村" in page, "甲二村" in page) == (True, False)


def test_a_row_is_entered_and_leads_to_its_page():
    site = Site()
    answer = site.new(project="桥", amount="32.5")
    row = RegisterRow.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/registers/rows/{row.pk}/")
    assert "桥" in site.get(f"rows/{row.pk}/").content.decode()


def test_faults_stand_beside_their_fields_and_what_was_written_is_kept():
    site = Site()
    answer = site.new(project="桥", amount="约三万", jobs="几个")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert page.count("field-fault") == 2
    assert "约三万" in page
    assert "REG-01" in page
    assert RegisterRow.objects.count() == 0


def test_a_double_click_gives_one_row():
    site = Site()
    site.new(project="桥", amount="1")
    assert site.new(project="桥", amount="1").status_code == 409
    assert RegisterRow.objects.count() == 1


def test_a_stale_form_shows_the_difference_and_can_be_saved_then():
    site = Site()
    row = a_row(site.register, site.tree["甲一村"], project="桥", amount="1")
    change_row(row.pk, {"amount": "2"}, seen_version=1, actor=System())
    told = {"version": "1", "f-project": "桥", "f-amount": "3"}
    answer = site.post(f"rows/{row.pk}/", told)
    page = answer.content.decode()
    assert answer.status_code == 412
    assert 'name="version" value="2"' in page
    assert site.post(f"rows/{row.pk}/", {**told, "version": "2"}).status_code == 302
    row.refresh_from_db()
    assert row.values["amount"] == 3_000_000


def test_a_row_is_removed_with_a_reason_and_brought_back():
    site = Site()
    row = a_row(site.register, site.tree["甲一村"])
    assert site.post(f"rows/{row.pk}/remove/", {"version": "1"}).status_code == 409
    site.post(f"rows/{row.pk}/remove/", {"version": "1", "reason": "重复"})
    assert "重复" in site.get(f"rows/{row.pk}/").content.decode()
    site.post(f"rows/{row.pk}/restore/", {"version": "2"})
    row.refresh_from_db()
    assert not row.is_removed


def test_last_periods_values_are_offered():
    site = Site()
    row = a_row(site.register, site.tree["甲一村"], project="桥", amount="32.5")
    RegisterRow.objects.filter(pk=row.pk).update(period="2025")
    page = site.get(f"{site.register.pk}/new/", place=site.tree["甲一村"].pk, period="2026")
    assert 'data-previous="32.5"' in page.content.decode()


def test_a_village_clerk_goes_straight_to_the_own_form():
    site = Site("village_clerk", "甲一村")
    answer = site.get(f"{site.register.pk}/new/")
    assert f"place={site.tree['甲一村'].pk}" in answer["Location"]


def test_who_only_reads_sees_no_form():
    site = Site("leader", "甲县")
    row = a_row(site.register, site.tree["甲一村"])
    page = site.get(f"rows/{row.pk}/").content.decode()
    assert 'name="version"' not in page
    told = {"version": "1", "f-amount": "3"}
    assert site.post(f"rows/{row.pk}/", told).status_code == 403
    assert site.post(f"rows/{row.pk}/remove/", {"version": "1", "reason": "x"}).status_code == 403


def test_coverage_drills_down_and_names_who_is_missing():
    site = Site("county_office", "甲县")
    a_row(site.register, site.tree["甲一村"])
    page = site.get(f"{site.register.pk}/coverage/").content.decode()
    assert "甲一镇" in page
    assert "暂按村（社区）全部计为应登记" in page
    town = site.get(
        f"{site.register.pk}/coverage/", place=site.tree["甲一镇"].pk, show="missing"
    ).content.decode()
    assert "尚缺 1 个：甲二村" in town


def test_one_tap_answers_and_a_second_tap_changes():
    site = Site(register=PRESENCE)
    place = site.tree["甲一村"].pk
    address = f"{site.register.pk}/sheet/?place={site.tree['甲一镇'].pk}&period=2026Q4"
    assert site.post(address, {"answer": f"{place}:是"}).status_code == 302
    answer = site.client.post(
        f"/registers/{address}", {"answer": f"{place}:否"}, headers={"HX-Request": "true"}
    )
    assert f'id="line-{place}"' in answer.content.decode()
    assert RegisterRow.objects.get().values == {"has": False}
    for wrong in (f"{place}:也许", "x:是", f"{site.tree['甲三村'].pk}:是"):
        assert site.post(address, {"answer": wrong}).status_code in (404, 409)


def test_removed_rows_are_shown_only_where_they_are_asked_for():
    site = Site()
    row = a_row(site.register, site.tree["甲一村"], project="拆了的桥", amount="1")
    remove_row(row.pk, "重复", seen_version=1, actor=System())
    assert "拆了的桥" not in site.get(f"{site.register.pk}/").content.decode()
    assert "拆了的桥" in site.get(f"{site.register.pk}/", removed="yes").content.decode()


def test_hostile_texts_are_shown_as_texts():
    site = Site()
    hostile = "<script>alert(1)</script>"
    row = a_row(site.register, site.tree["甲一村"], project=hostile, amount="1")
    for address in (f"rows/{row.pk}/", f"{site.register.pk}/"):
        assert "<script>alert" not in site.get(address).content.decode()


def test_the_list_asks_as_often_for_many_rows_as_for_few():
    site = Site()
    site.get(f"{site.register.pk}/")
    counts = []
    for number in range(2):
        for extra in range(1 if number == 0 else 9):
            a_row(site.register, site.tree["甲一村"], project=f"桥{number}{extra}", amount="1")
        with CaptureQueriesContext(connection) as asked:
            site.get(f"{site.register.pk}/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_place_file_shows_its_registers():
    site = Site()
    a_row(site.register, site.tree["甲一村"])
    page = site.client.get(f"/places/{site.tree['甲一村'].pk}/").content.decode()
    assert "示例项目台账" in page


def test_every_page_is_there_in_english():
    site = Site("county_office", "甲县")
    row = a_row(site.register, site.tree["甲一村"])
    site.client.cookies["django_language"] = "en"
    for address in (
        "",
        f"{site.register.pk}/",
        f"{site.register.pk}/coverage/",
        f"{site.register.pk}/new/",
        f"rows/{row.pk}/",
        f"{site.register.pk}/export/",
        "returns/",
        "exports/layouts/",
    ):
        assert site.get(address).status_code == 200
