"""Groups beside the tree, and functional zones."""

from datetime import date

import polars as pl
import pytest
from tests.records.factories import a_place, a_tree, an_account

from bangfu.records.audit.actions import System
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import NotAllowed, Refused
from bangfu.records.places.changes import transfer_place
from bangfu.records.places.events import Paper
from bangfu.records.places.groups import (
    NewMembership,
    end_reporting,
    join_group,
    leave_group,
    load_memberships,
    start_reporting,
)
from bangfu.records.places.models import Membership, Place, ReportingLine
from bangfu.records.places.tree import tree_on
from bangfu.vocabulary.errors import FaultsFound

pytestmark = pytest.mark.django_db

TODAY, DAY = date(2026, 11, 22), date(2026, 7, 1)


@pytest.fixture(autouse=True)
def today():
    with clock.set_to(TODAY):
        yield


@pytest.fixture
def tree():
    return a_tree()


@pytest.fixture
def zone(tree):
    return a_place("示例新区", "330191000000", "zone", tree["示例市"])


def visible(user):
    return set(Place.objects.visible_to(user).values_list("name", flat=True))


def test_a_place_may_be_in_several_groups_at_once(tree):
    for kind, group in (("area", "老区"), ("area", "边境"), ("cluster", "一号片区")):
        join_group(NewMembership(tree["甲县"], kind, group, DAY), actor=System())
    assert Membership.objects.filter(place=tree["甲县"]).count() == 3


def test_a_county_has_one_type_at_a_time(tree):
    first = join_group(NewMembership(tree["甲县"], "county_type", "山区", DAY), actor=System())
    new = NewMembership(tree["甲县"], "county_type", "海岛", date(2026, 9, 1))
    with pytest.raises(Refused):
        join_group(new, actor=System())
    leave_group(first, date(2026, 9, 1), actor=System())
    join_group(new, actor=System())
    held = Membership.objects.filter(known_to=None).order_by("starts_on")
    assert [(row.group, row.ends_on.year) for row in held] == [("山区", 2026), ("海岛", 9999)]
    assert Membership.objects.filter(known_to__isnull=False).count() == 1


@pytest.mark.parametrize(("kind", "group"), [("tribe", "甲"), ("area", "  "), ("area", "长" * 81)])
def test_an_unknown_kind_or_an_empty_group_is_refused(tree, kind, group):
    with pytest.raises(Refused):
        join_group(NewMembership(tree["甲县"], kind, group, DAY), actor=System())


def test_a_zone_sees_what_reports_to_it_and_the_county_still_does(tree, zone):
    office = an_account("zone", "county_office", zone)
    county = an_account("county", "county_office", tree["甲县"])
    assert visible(office) == {"示例新区"}
    start_reporting(tree["甲一镇"], zone, DAY, actor=System())
    assert visible(office) == {"示例新区", "甲一镇", "甲一村", "甲二村"}
    assert "甲一村" in visible(county)
    village = Place.objects.get(name="甲一村")
    assert village.reporting_path.startswith(zone.path)
    assert not village.path.startswith(zone.path)


def test_reporting_is_dated_and_ends(tree, zone):
    line = start_reporting(tree["甲一镇"], zone, DAY, actor=System())
    end_reporting(line, date(2026, 10, 1), actor=System())
    zones = {
        day: {row.name: row.zone_id for row in tree_on(day)}["甲一镇"]
        for day in (date(2026, 6, 30), DAY, date(2026, 10, 1))
    }
    assert list(zones.values()) == [None, zone.pk, None]
    assert Place.objects.get(name="甲一村").reporting_path == Place.objects.get(name="甲一村").path


def test_reporting_outlives_a_civil_transfer(tree, zone):
    start_reporting(tree["甲一镇"], zone, DAY, actor=System())
    transfer_place(tree["甲一镇"], tree["乙县"], Paper(date(2026, 8, 1)), actor=System())
    village = Place.objects.get(name="甲一村")
    assert village.path.startswith(tree["乙县"].path)
    assert village.reporting_path.startswith(zone.path)


@pytest.mark.parametrize(("place", "to"), [("甲县", "zone"), ("甲一镇", "乙县")])
def test_only_towns_and_villages_report_and_only_to_zones(tree, zone, place, to):
    target = zone if to == "zone" else tree[to]
    with pytest.raises(Refused):
        start_reporting(tree[place], target, DAY, actor=System())


def test_a_zone_is_no_civil_parent(tree, zone):
    with pytest.raises(Refused):
        transfer_place(tree["甲一镇"], zone, Paper(DAY), actor=System())


def test_a_table_of_groups_is_entered_once_and_all_faults_told(tree):
    rows = [("330111000000", "县域类型", "山区"), ("330112000000", "area", "老区")]
    names = ["place_code", "kind", "group"]
    frame = pl.DataFrame(rows, schema=names, orient="row")
    load = {"code_system": "nbs", "valid_from": DAY, "actor": System()}
    assert load_memberships(frame, **load).new == 2
    assert load_memberships(frame, **load).is_idle
    bad = pl.DataFrame([("999", "x", ""), ("330111000000", "y", "z")], schema=names, orient="row")
    with pytest.raises(FaultsFound) as found:
        load_memberships(bad, **load)
    assert len(found.value.faults) == 3


def test_a_county_groups_its_own_places_only(tree):
    county = an_account("county", "county_office", tree["甲县"])
    join_group(NewMembership(tree["甲一镇"], "area", "老区", DAY), actor=county)
    with pytest.raises(NotAllowed):
        join_group(NewMembership(tree["乙一镇"], "area", "老区", DAY), actor=county)
    frame = pl.DataFrame(
        [("330112000000", "area", "老区")], schema=["place_code", "kind", "group"], orient="row"
    )
    with pytest.raises(NotAllowed):
        load_memberships(frame, code_system="nbs", valid_from=DAY, actor=county)


def test_of_two_who_read_the_same_membership_the_second_changes_nothing(tree):
    row = join_group(
        NewMembership(tree["甲县"], "cluster", "片区一", date(2025, 1, 1)), actor=System()
    )
    seen_by_another = Membership.objects.get(pk=row.pk)
    leave_group(row, date(2026, 1, 1), actor=System())
    with pytest.raises(Refused, match="GRP-04"):
        leave_group(seen_by_another, date(2026, 2, 1), actor=System())
    held = Membership.objects.filter(place=tree["甲县"], known_to=None)
    assert [entry.ends_on for entry in held] == [date(2026, 1, 1)]


def test_of_two_who_read_the_same_line_the_second_changes_nothing(tree, zone):
    line = start_reporting(tree["甲一镇"], zone, date(2025, 1, 1), actor=System())
    seen_by_another = ReportingLine.objects.get(pk=line.pk)
    end_reporting(line, date(2026, 1, 1), actor=System())
    with pytest.raises(Refused, match="ZON-02"):
        end_reporting(seen_by_another, date(2026, 2, 1), actor=System())
    held = ReportingLine.objects.filter(known_to=None)
    assert [entry.ends_on for entry in held] == [date(2026, 1, 1)]
