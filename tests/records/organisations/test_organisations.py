"""Units: their names, their successors, and the pairs they hold with the sight these give."""

from datetime import date

import polars as pl
import pytest
from tests.records.factories import a_tree, an_account, an_organisation

from bangfu.records.accounts.models import RoleAssignment
from bangfu.records.accounts.pairs import end_pair, load_pairs, merge_units, start_pair
from bangfu.records.audit.actions import System
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import NotAllowed, Refused, Stale
from bangfu.records.organisations.actions import (
    NewLink,
    NewOrganisation,
    open_organisation,
    rename_organisation,
)
from bangfu.records.organisations.loading import Standing, load_organisations
from bangfu.records.organisations.models import HelperLink, Organisation
from bangfu.records.organisations.names import apply_due_names, name_on
from bangfu.records.places.models import Place
from bangfu.vocabulary.errors import FaultsFound

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def today():
    with clock.set_to(TODAY):
        yield


@pytest.fixture
def tree():
    return a_tree()


@pytest.fixture
def unit(tree):
    new = NewOrganisation("U1", "示例扶贫办", tree["示例市"], date(2010, 1, 1))
    return open_organisation(new, actor=System())


def visible(user):
    return set(Place.objects.visible_to(user).values_list("name", flat=True))


def link_of(unit, place, **more):
    return start_pair(NewLink(place, unit, date(2024, 1, 1), **more), actor=System())


def test_a_unit_bears_its_old_name_on_old_papers(unit):
    on = date(2021, 6, 1)
    rename_organisation(unit, "示例乡村振兴局", on, seen_version=1, actor=System())
    rename_organisation(unit, "示例农业农村局", date(2024, 1, 1), seen_version=2, actor=System())
    days = (date(2021, 5, 31), on, date(2024, 1, 1))
    assert [name_on(unit, day) for day in days] == [
        "示例扶贫办",
        "示例乡村振兴局",
        "示例农业农村局",
    ]
    assert Organisation.objects.get(pk=unit.pk).name == "示例农业农村局"
    assert "shilifupinban" in Organisation.objects.get(pk=unit.pk).search_text


def test_a_coming_name_waits_for_its_day(unit):
    coming = date(2027, 1, 1)
    rename_organisation(unit, "示例新局", coming, seen_version=1, actor=System())
    assert Organisation.objects.get(pk=unit.pk).name == "示例扶贫办"
    with clock.set_to(coming):
        assert apply_due_names(coming, actor=System()) == 1
        assert apply_due_names(coming, actor=System()) == 0
    assert Organisation.objects.get(pk=unit.pk).name == "示例新局"


def test_a_rename_over_a_newer_version_is_refused(unit):
    rename_organisation(unit, "甲局", date(2021, 6, 1), seen_version=1, actor=System())
    with pytest.raises(Stale):
        rename_organisation(unit, "乙局", date(2021, 6, 1), seen_version=1, actor=System())


@pytest.mark.parametrize("name", ["", " ", "长" * 121, "甲\n局"])
def test_a_name_nobody_can_read_is_refused(unit, name):
    with pytest.raises(Refused):
        rename_organisation(unit, name, date(2021, 6, 1), seen_version=1, actor=System())


def test_a_pair_gives_sight_for_its_days_and_no_longer(tree, unit):
    helper = an_account("helper", "helper_unit", unit)
    link = link_of(unit, tree["甲一村"])
    assert visible(helper) == {"甲一村"}
    end_pair(link, TODAY, seen_version=1, actor=System())
    assert visible(helper) == set()


def test_a_pair_that_will_begin_gives_sight_that_day(tree, unit):
    helper = an_account("helper", "helper_unit", unit)
    coming = date(2027, 1, 1)
    start_pair(NewLink(tree["甲一村"], unit, coming), actor=System())
    assert visible(helper) == set()
    with clock.set_to(coming):
        assert visible(helper) == {"甲一村"}


def test_the_same_pair_twice_in_one_time_is_refused(tree, unit):
    link_of(unit, tree["甲一村"], layer="省级")
    with pytest.raises(Refused):
        start_pair(NewLink(tree["甲一村"], unit, date(2025, 1, 1), layer="省级"), actor=System())
    link_of(unit, tree["甲一村"], layer="市级")
    assert HelperLink.objects.count() == 2


def test_an_end_before_the_beginning_and_a_stale_one_are_refused(tree, unit):
    link = link_of(unit, tree["甲一村"])
    with pytest.raises(Refused):
        end_pair(link, date(2024, 1, 1), seen_version=1, actor=System())
    with pytest.raises(Stale):
        end_pair(link, TODAY, seen_version=7, actor=System())


def test_only_who_maintains_units_at_a_place_pairs_it(tree, unit):
    county = an_account("county", "county_office", tree["甲县"])
    start_pair(NewLink(tree["甲一村"], unit, date(2024, 1, 1)), actor=county)
    with pytest.raises(NotAllowed):
        start_pair(NewLink(tree["乙一村"], unit, date(2024, 1, 1)), actor=county)
    town = an_account("town", "township_office", tree["甲二镇"])
    with pytest.raises(NotAllowed):
        start_pair(NewLink(tree["甲三村"], unit, date(2024, 1, 1)), actor=town)


def test_a_merged_units_pairs_posts_and_sight_go_on_with_its_successor(tree, unit):
    heir = an_organisation("U2", "示例农业农村局", tree["示例市"])
    helper = an_account("helper", "helper_unit", unit)
    other = an_account("other", "helper_unit", heir)
    link_of(unit, tree["甲一村"])
    coming = NewLink(tree["甲二村"], unit, date(2027, 1, 1))
    start_pair(coming, actor=System())
    on = date(2026, 6, 1)
    merge_units([unit], heir, on, actor=System())
    assert visible(helper) == visible(other) == {"甲一村"}
    pairs = HelperLink.objects.filter(place=tree["甲一村"]).order_by("starts_on")
    assert [(p.organisation.code, p.starts_on, p.ends_on) for p in pairs] == [
        ("U1", date(2024, 1, 1), on),
        ("U2", on, date(9999, 12, 31)),
    ]
    assert HelperLink.objects.get(place=tree["甲二村"]).organisation == heir
    unit.refresh_from_db()
    assert (unit.successor, unit.ends_on) == (heir, on)
    posts = RoleAssignment.objects.filter(account=helper).order_by("starts_on")
    assert [post.organisation for post in posts] == [unit, heir]


def test_a_unit_cannot_succeed_itself_nor_end_twice(tree, unit):
    heir = an_organisation("U2", "示例农业农村局", tree["示例市"])
    with pytest.raises(Refused):
        merge_units([unit, heir], heir, date(2026, 6, 1), actor=System())
    merge_units([unit], heir, date(2026, 6, 1), actor=System())
    unit.refresh_from_db()
    with pytest.raises(Refused):
        merge_units([unit], heir, date(2026, 7, 1), actor=System())


UNITS = pl.DataFrame(
    {"unit_code": ["A1", "A2"], "name": ["甲单位", "乙单位"], "kind": ["企业", None]}
)
PAIRS = pl.DataFrame(
    {
        "place_code": ["330111101201", "330112101201"],
        "helper": ["A1", "A2"],
        "kind": ["省级", None],
        "starts_on": [date(2024, 1, 1), None],
    },
    schema_overrides={"starts_on": pl.Date},
)


def test_tables_of_units_and_pairs_are_entered_once_with_the_sight_they_give(tree):
    standing = Standing("nbs", date(2025, 1, 1))
    assert load_organisations(UNITS, standing, actor=System()).new == 2
    helper = an_account("helper", "helper_unit", Organisation.objects.get(code="A2"))
    assert load_pairs(PAIRS, standing, actor=System()).new == 2
    assert visible(helper) == {"乙一村"}
    assert load_organisations(UNITS, standing, actor=System()).is_idle
    assert load_pairs(PAIRS, standing, actor=System()).is_idle
    assert Organisation.objects.get(code="A1").kind == "enterprise"


def test_all_faults_of_a_table_of_pairs_are_told(tree):
    bad = pl.DataFrame({"place_code": ["999", "330111101201"], "helper": ["A1", "nobody"]})
    with pytest.raises(FaultsFound) as found:
        load_pairs(bad, Standing("nbs", date(2025, 1, 1)), actor=System())
    assert {fault.code for fault in found.value.faults} == {"LOD-05", "LOD-09"}
    assert HelperLink.objects.count() == 0


def test_a_county_cannot_pair_places_of_another_by_a_table(tree):
    standing = Standing("nbs", date(2025, 1, 1))
    load_organisations(UNITS, standing, actor=System())
    county = an_account("county", "county_office", tree["甲县"])
    with pytest.raises(NotAllowed):
        load_pairs(PAIRS, standing, actor=county)
