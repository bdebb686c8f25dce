"""Units: who finds them, what may be done to them, once and only as they were seen."""

from datetime import date

import pytest
from django.test import Client
from tests.records.factories import a_tree, an_account, an_organisation
from tests.web.area_gate import AreaGate

from bangfu.records.accounts.models import Account
from bangfu.records.accounts.pairs import start_pair
from bangfu.records.audit.actions import System
from bangfu.records.organisations.actions import NewLink, rename_organisation
from bangfu.records.organisations.models import HelperLink, Organisation
from bangfu.records.places.models import Place

pytestmark = pytest.mark.django_db
ROLES_THAT_READ_ONLY = ["township_office", "finance", "auditor"]


@pytest.fixture
def tree():
    return a_tree()


@pytest.fixture
def unit(tree):
    return an_organisation("U1", "甲县农业局", tree["甲县"])


@pytest.fixture
def county(tree):
    return signed_in(an_account("county", "county_office", tree["甲县"]))


def signed_in(account):
    client = Client()
    client.force_login(account)
    return client


def text_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


class TestOrganisationPage(AreaGate):
    def address(self, tree):
        return f"/organisations/{an_organisation('U1', '甲县农业局', tree['甲县']).pk}/"


class TestRenamePage(AreaGate):
    def address(self, tree):
        return f"/organisations/{an_organisation('U1', '甲县农业局', tree['甲县']).pk}/rename/"


class TestMergePage(AreaGate):
    def address(self, tree):
        return f"/organisations/{an_organisation('U1', '甲县农业局', tree['甲县']).pk}/merge/"


def test_the_list_shows_the_units_of_the_area_only(tree, unit, county):
    an_organisation("U2", "乙县农业局", tree["乙县"])
    told = text_of(county, "/organisations/")
    assert "甲县农业局" in told
    assert "乙县农业局" not in told


def test_a_unit_from_above_that_helps_a_place_of_the_area_is_found_with_that_pair_only(
    tree, county
):
    above = an_organisation("P1", "示例省直单位", tree["示例省"])
    for name in ("甲一村", "乙一村"):
        start_pair(NewLink(tree[name], above, date(2026, 1, 1)), actor=System())
    assert "示例省直单位" in text_of(county, "/organisations/")
    told = text_of(county, f"/organisations/{above.pk}/")
    assert "甲一村" in told
    assert "乙一村" not in told
    assert county.get(f"/organisations/{above.pk}/rename/").status_code == 403


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=nongye", ["甲县农业局"]),
        ("q=U1", ["甲县农业局"]),
        ("kind=bank", ["甲县银行"]),
        ("ended=yes", ["甲县旧局"]),
        ("pairs=yes", ["甲县银行"]),
        ("pairs=no", ["甲县农业局"]),
    ],
)
def test_the_list_is_narrowed(tree, unit, county, query, expected):
    bank = Organisation.objects.create(
        code="B1", name="甲县银行", place=tree["甲县"], kind="bank", starts_on=date(2020, 1, 1)
    )
    Organisation.objects.create(
        code="O1", name="甲县旧局", place=tree["甲县"], starts_on=date(2020, 1, 1),
        ends_on=date(2021, 1, 1),
    )  # fmt: skip
    Organisation.objects.filter(pk=unit.pk).update(search_text="甲县农业局 jiaxiannongyeju jxnyj")
    start_pair(NewLink(tree["甲一村"], bank, date(2026, 1, 1)), actor=System())
    answer = county.get(f"/organisations/?{query}")
    assert [row.name for row in answer.context["page"].items] == expected


def test_an_unknown_filter_is_refused(county):
    assert county.get("/organisations/?surprise=1").status_code == 400


def test_a_unit_is_entered_once(tree, county):
    given = {
        "code": "N1", "name": "甲县新局", "kind": "office", "place": tree["甲县"].code,
        "starts_on": "2026-01-01",
    }  # fmt: skip
    answers = [county.post("/organisations/new/", given).status_code for _ in range(2)]
    assert answers == [302, 302]
    assert Organisation.objects.filter(code="N1").count() == 1
    assert county.post("/organisations/new/", {**given, "name": "别的局"}).status_code == 409


def test_no_unit_is_entered_at_a_place_outside(tree, county):
    given = {
        "code": "N1", "name": "新局", "kind": "office", "place": tree["乙县"].code,
        "starts_on": "2026-01-01",
    }  # fmt: skip
    assert county.post("/organisations/new/", given).status_code == 400
    assert not Organisation.objects.filter(code="N1").exists()


def test_a_renamed_unit_shows_both_names_and_a_second_click_changes_nothing(unit, county):
    given = {"name": "甲县农业农村局", "on": "2026-02-01", "version": unit.version}
    address = f"/organisations/{unit.pk}/rename/"
    assert [county.post(address, given).status_code for _ in range(2)] == [302, 302]
    told = text_of(county, f"/organisations/{unit.pk}/")
    assert "甲县农业农村局" in told
    assert "甲县农业局" in told
    unit.refresh_from_db()
    assert (unit.name, unit.version) == ("甲县农业农村局", 2)


def test_what_another_renamed_meanwhile_is_not_overwritten(unit, county):
    seen = unit.version
    rename_organisation(unit, "他人改名", date(2026, 2, 1), seen_version=seen, actor=System())
    given = {"name": "甲县农业农村局", "on": "2026-03-01", "version": seen}
    assert county.post(f"/organisations/{unit.pk}/rename/", given).status_code == 412
    unit.refresh_from_db()
    assert unit.name == "他人改名"


def test_a_successor_takes_over_pairs_and_accounts_once(tree, unit, county):
    into = an_organisation("U9", "甲县承继局", tree["甲县"])
    helper = an_account("helper", "helper_unit", unit)
    Account.objects.filter(pk=helper.pk).update(organisation=unit)
    start_pair(NewLink(tree["甲一村"], unit, date(2026, 1, 1)), actor=System())
    given = {"into": "U9 甲县承继局", "on": "2026-06-01", "version": unit.version}
    address = f"/organisations/{unit.pk}/merge/"
    assert [county.post(address, given).status_code for _ in range(2)] == [302, 302]
    held = HelperLink.objects.filter(organisation=into)
    assert [(link.place.name, link.starts_on) for link in held] == [("甲一村", date(2026, 6, 1))]
    assert Place.objects.visible_to(helper).filter(name="甲一村").exists()
    assert "甲县承继局" in text_of(county, f"/organisations/{unit.pk}/")
    assert "甲县农业局" in text_of(county, f"/organisations/{into.pk}/")


def test_a_unit_succeeds_neither_itself_nor_into_another_county(tree, unit, county):
    an_organisation("U8", "乙县局", tree["乙县"])
    for code in ("U1", "U8", "没有"):
        given = {"into": code, "on": "2026-06-01", "version": unit.version}
        assert county.post(f"/organisations/{unit.pk}/merge/", given).status_code == 400
    unit.refresh_from_db()
    assert unit.successor is None


def test_a_merge_of_what_another_changed_is_refused(tree, unit, county):
    an_organisation("U9", "甲县承继局", tree["甲县"])
    rename_organisation(unit, "他人改名", date(2026, 2, 1), seen_version=1, actor=System())
    given = {"into": "U9", "on": "2026-06-01", "version": 1}
    assert county.post(f"/organisations/{unit.pk}/merge/", given).status_code == 412


@pytest.mark.parametrize("role", ROLES_THAT_READ_ONLY)
def test_who_may_only_read_finds_no_way_to_change(tree, unit, role):
    place = tree["甲一镇"] if role == "township_office" else tree["甲县"]
    client = signed_in(an_account("reader", role, place))
    assert "/organisations/new/" not in text_of(client, "/organisations/")
    assert client.get(f"/organisations/{unit.pk}/rename/").status_code == 403
    assert client.post(f"/organisations/{unit.pk}/merge/").status_code == 403


def test_hostile_names_are_shown_as_text(tree, county):
    unit = an_organisation("<b>1", "<script>alert(1)</script>", tree["甲县"])
    for address in ("/organisations/", f"/organisations/{unit.pk}/"):
        assert "<script>alert" not in text_of(county, address)
