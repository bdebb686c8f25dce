"""The matters of one place: pairs, names, groups, reporting lines, collectives."""

from datetime import date

import pytest
from django.test import Client
from tests.records.factories import a_place, a_tree, an_account, an_organisation
from tests.web.area_gate import AreaGate

from bangfu.records.accounts.pairs import end_pair, start_pair
from bangfu.records.audit.actions import System
from bangfu.records.catalogue.adopting import adopt_scheme
from bangfu.records.organisations.actions import NewLink
from bangfu.records.organisations.collectives import (
    NewCollective,
    change_collective,
    enter_collective,
)
from bangfu.records.organisations.models import CollectiveOrganisation, HelperLink
from bangfu.records.places.groups import NewMembership, join_group, start_reporting
from bangfu.records.places.models import Membership, Place, PlaceAlias, ReportingLine
from bangfu.records.places.naming import add_alias

pytestmark = pytest.mark.django_db
MATTERS = {
    "names": "places.change",
    "groups": "places.change",
    "reporting": "places.change",
    "pairs": "organisations.change",
    "collectives": "organisations.change",
}


@pytest.fixture
def tree():
    return a_tree()


@pytest.fixture
def county(tree):
    return signed_in(an_account("county", "county_office", tree["甲县"]))


@pytest.fixture
def zone(tree):
    return a_place("甲开发区", "330111501000", "zone", tree["甲县"])


def signed_in(account):
    client = Client()
    client.force_login(account)
    return client


def text_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def twice(client, address, given):
    return [client.post(address, given).status_code for _ in range(2)]


class TestNames(AreaGate):
    matter = "names"

    def address(self, tree):
        return f"/places/{tree['甲一村'].pk}/{self.matter}/"


class TestGroups(TestNames):
    matter = "groups"


class TestReporting(TestNames):
    matter = "reporting"


class TestPairs(TestNames):
    matter = "pairs"


class TestCollectives(TestNames):
    matter = "collectives"


@pytest.mark.parametrize("matter", MATTERS)
def test_a_township_reads_the_file_and_changes_nothing(tree, matter):
    town = signed_in(an_account("town", "township_office", tree["甲一镇"]))
    place = tree["甲一村"].pk
    assert f"/places/{place}/{matter}/" not in text_of(town, f"/places/{place}/")
    assert town.get(f"/places/{place}/{matter}/").status_code == 403
    assert town.post(f"/places/{place}/{matter}/").status_code == 403


@pytest.mark.parametrize("matter", MATTERS)
def test_the_county_finds_each_matter_on_the_file(tree, county, matter):
    place = tree["甲一村"].pk
    assert f"/places/{place}/{matter}/" in text_of(county, f"/places/{place}/")


@pytest.mark.parametrize("act", ["names/retire", "groups/leave", "reporting/end", "pairs/end"])
@pytest.mark.parametrize("given", [{}, {"row": "x", "version": "-1", "on": "2026-13-01"}])
def test_a_broken_row_is_refused_with_words(tree, county, act, given):
    assert county.post(f"/places/{tree['甲一村'].pk}/{act}/", given).status_code == 400


def test_a_pair_gives_and_takes_the_sight_of_the_place_once(tree, county):
    unit = an_organisation("U1", "甲县农业局", tree["甲县"])
    helper = an_account("helper", "helper_unit", unit)
    address = f"/places/{tree['甲一村'].pk}/pairs/"
    given = {"unit": "U1 甲县农业局", "layer": "", "starts_on": "2026-01-01", "ends_on": ""}
    assert twice(county, address, given) == [302, 302]
    link = HelperLink.objects.get()
    assert Place.objects.visible_to(helper).filter(pk=tree["甲一村"].pk).exists()
    ended = {"row": link.pk, "version": link.version, "on": "2026-03-01"}
    assert twice(county, address + "end/", ended) == [302, 302]
    link.refresh_from_db()
    assert (link.ends_on, link.version) == (date(2026, 3, 1), 2)
    assert not Place.objects.visible_to(helper).filter(pk=tree["甲一村"].pk).exists()


def test_an_end_that_another_wrote_meanwhile_stands(tree, county):
    unit = an_organisation("U1", "甲县农业局", tree["甲县"])
    link = start_pair(NewLink(tree["甲一村"], unit, date(2026, 1, 1)), actor=System())
    end_pair(link, date(2027, 1, 1), seen_version=1, actor=System())
    given = {"row": link.pk, "version": 1, "on": "2026-03-01"}
    answer = county.post(f"/places/{tree['甲一村'].pk}/pairs/end/", given)
    assert answer.status_code == 412
    link.refresh_from_db()
    assert link.ends_on == date(2027, 1, 1)


def test_a_pair_of_another_place_is_not_ended_here(tree, county):
    unit = an_organisation("U1", "甲县农业局", tree["甲县"])
    link = start_pair(NewLink(tree["乙一村"], unit, date(2026, 1, 1)), actor=System())
    given = {"row": link.pk, "version": 1, "on": "2026-03-01"}
    assert county.post(f"/places/{tree['甲一村'].pk}/pairs/end/", given).status_code == 404


def test_an_unknown_unit_or_layer_or_a_unit_out_of_sight_makes_no_pair(tree, county):
    an_organisation("U1", "甲县农业局", tree["甲县"])
    an_organisation("U2", "乙县农业局", tree["乙县"])
    address = f"/places/{tree['甲一村'].pk}/pairs/"
    for unit, layer in (("U2", ""), ("U3", ""), ("U1", "made/up")):
        given = {"unit": unit, "layer": layer, "starts_on": "2026-01-01"}
        assert county.post(address, given).status_code == 400
    assert HelperLink.objects.count() == 0


def test_layers_are_read_as_the_scheme_calls_them(tree, county):
    adopt_scheme("zj-2025-villages", actor=System())
    adopt_scheme("gd-2021", actor=System())
    unit = an_organisation("U1", "甲县农业局", tree["甲县"])
    held = [
        ("helper_unit", "zj-2025-villages", "结对帮扶单位"),
        ("helper_city", "gd-2021", "珠三角帮扶"),
        ("strong_county", "zj-2025-villages", "经济强县"),
        ("什么层次", "", "什么层次"),
    ]
    for layer, scheme, _label in held:
        new = NewLink(tree["甲一村"], unit, date(2026, 1, 1), layer=layer, scheme=scheme)
        start_pair(new, actor=System())
    place = tree["甲一村"].pk
    for address in (f"/places/{place}/", f"/places/{place}/pairs/", f"/organisations/{unit.pk}/"):
        told = text_of(county, address)
        assert [label for _layer, _scheme, label in held if label not in told] == []
        assert 'data-label="层次">helper_' not in told


def test_a_pair_may_be_entered_under_a_layer_of_a_scheme(tree, county):
    adopt_scheme("gd-2021", actor=System())
    an_organisation("U1", "甲县农业局", tree["甲县"])
    given = {"unit": "U1", "layer": "gd-2021/helper_city", "starts_on": "2026-01-01"}
    assert county.post(f"/places/{tree['甲一村'].pk}/pairs/", given).status_code == 302
    link = HelperLink.objects.get()
    assert (link.scheme, link.layer) == ("gd-2021", "helper_city")


def test_another_name_finds_the_place_until_it_is_taken_back(tree, county):
    address = f"/places/{tree['甲一村'].pk}/names/"
    assert twice(county, address, {"name": "老鹰岩", "kind": "local"}) == [302, 302]
    assert "甲一村" in text_of(county, "/places/?q=laoyingyan")
    row = {"row": PlaceAlias.objects.get().pk, "version": 0}
    assert twice(county, address + "retire/", row) == [302, 302]
    assert "甲一村</a>" not in text_of(county, "/places/?q=laoyingyan")


def test_a_name_of_another_place_is_not_taken_back_here(tree, county):
    alias = add_alias(tree["乙一村"], "老鹰岩", actor=System())
    given = {"row": alias.pk, "version": 0}
    county.post(f"/places/{tree['甲一村'].pk}/names/retire/", given)
    assert PlaceAlias.objects.filter(pk=alias.pk).exists()


def test_a_group_is_entered_and_left_once(tree, county):
    address = f"/places/{tree['甲县'].pk}/groups/"
    given = {"kind": "county_type", "group": "山区海岛县", "starts_on": "2026-01-01"}
    assert twice(county, address, given) == [302, 302]
    assert county.post(address, {**given, "group": "另一类"}).status_code == 409
    row = {"row": Membership.objects.get().pk, "version": 0, "on": "2026-06-01"}
    assert twice(county, address + "leave/", row) == [302, 409]
    held = Membership.objects.filter(known_to=None)
    assert [(m.group, m.ends_on) for m in held] == [("山区海岛县", date(2026, 6, 1))]


def test_a_group_of_another_place_is_not_left_here(tree, county):
    row = join_group(
        NewMembership(tree["乙一村"], "cluster", "片区一", date(2026, 1, 1)), actor=System()
    )
    given = {"row": row.pk, "version": 0, "on": "2026-06-01"}
    assert county.post(f"/places/{tree['甲一村'].pk}/groups/leave/", given).status_code == 404


def test_a_town_answers_to_a_zone_and_to_its_county_again(tree, zone, county):
    address = f"/places/{tree['甲一镇'].pk}/reporting/"
    assert twice(county, address, {"other": zone.code, "on": "2026-01-01"}) == [302, 302]
    assert "甲开发区" in text_of(county, f"/places/{tree['甲一镇'].pk}/")
    assert "甲一镇" in text_of(county, f"/places/{zone.pk}/reporting/")
    line = ReportingLine.objects.get(known_to=None)
    row = {"row": line.pk, "version": 0, "on": "2026-06-01"}
    assert twice(county, address + "end/", row) == [302, 409]
    held = ReportingLine.objects.filter(known_to=None)
    assert [entry.ends_on for entry in held] == [date(2026, 6, 1)]


def test_a_line_may_be_entered_at_the_zone(tree, zone, county):
    given = {"other": tree["甲二镇"].code, "on": "2026-01-01"}
    assert county.post(f"/places/{zone.pk}/reporting/", given).status_code == 302
    assert ReportingLine.objects.get().place == tree["甲二镇"]


def test_no_line_reaches_into_another_county(tree, zone, county):
    far = a_place("乙开发区", "330112501000", "zone", tree["乙县"])
    start_reporting(tree["乙一镇"], far, date(2026, 1, 1), actor=System())
    given = {"other": far.code, "on": "2026-01-01"}
    assert county.post(f"/places/{tree['甲一镇'].pk}/reporting/", given).status_code == 400
    line = ReportingLine.objects.get()
    row = {"row": line.pk, "version": 0, "on": "2026-06-01"}
    assert county.post(f"/places/{tree['甲一镇'].pk}/reporting/end/", row).status_code == 404


def test_the_way_to_found_a_zone_comes_with_its_level(tree, county):
    told = text_of(county, f"/places/{tree['甲一镇'].pk}/reporting/")
    address = f"/places/{tree['甲县'].pk}/change/found/?level=zone"
    assert address in told
    assert '<option value="zone" selected>' in text_of(county, address)
    assert county.get(address.replace("zone", "moon")).status_code == 400


def test_a_collective_is_entered_renamed_and_ended(tree, county):
    address = f"/places/{tree['甲一村'].pk}/collectives/"
    given = {"code": "N1", "name": "甲一合作社", "kind": "", "starts_on": "2020-01-01"}
    assert twice(county, address, given) == [302, 302]
    body = CollectiveOrganisation.objects.get()
    changed = {"row": body.pk, "version": 1, "name": "甲一股份社", "ends_on": "2026-01-01"}
    assert twice(county, address + "change/", changed) == [302, 302]
    body.refresh_from_db()
    assert (body.name, body.ends_on, body.version) == ("甲一股份社", date(2026, 1, 1), 2)


def test_a_collective_another_changed_is_not_overwritten(tree, county):
    new = NewCollective(tree["甲一村"], "N1", "甲一合作社", date(2020, 1, 1))
    body = enter_collective(new, actor=System())
    change_collective(body, "他人改名", body.ends_on, seen_version=1, actor=System())
    given = {"row": body.pk, "version": 1, "name": "甲一股份社"}
    answer = county.post(f"/places/{tree['甲一村'].pk}/collectives/change/", given)
    assert answer.status_code == 412


def test_a_collective_stands_at_a_village_only(tree, county):
    given = {"code": "N1", "name": "甲一合作社", "starts_on": "2020-01-01"}
    assert county.post(f"/places/{tree['甲县'].pk}/collectives/", given).status_code == 409


@pytest.mark.parametrize("matter", MATTERS)
def test_an_empty_form_comes_back_with_its_faults(tree, county, matter):
    answer = county.post(f"/places/{tree['甲一村'].pk}/{matter}/", {})
    assert answer.status_code == 400
    assert "field-fault" in answer.content.decode()
