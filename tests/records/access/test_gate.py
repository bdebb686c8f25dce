"""Who sees which places."""

from datetime import date, timedelta

import pytest
from tests.records.factories import a_place, a_tree, an_account, an_organisation

from bangfu.records.access.gate import grants_remembered
from bangfu.records.access.policies import may, roles_at
from bangfu.records.accounts.actions import give_role
from bangfu.records.accounts.models import Account
from bangfu.records.audit.actions import System
from bangfu.records.ground import clock
from bangfu.records.organisations.models import HelperLink
from bangfu.records.places.models import Place

pytestmark = pytest.mark.django_db


def names(user):
    return set(Place.objects.visible_to(user).values_list("name", flat=True))


def test_a_county_sees_itself_and_all_below_and_nothing_else():
    tree = a_tree()
    office = an_account("county", "county_office", tree["甲县"])
    assert names(office) == {"甲县", "甲一镇", "甲二镇", "甲一村", "甲二村", "甲三村"}


def test_an_account_without_a_post_sees_nothing():
    a_tree()
    assert names(an_account("nobody")) == set()


def test_a_closed_account_sees_nothing():
    tree = a_tree()
    office = an_account("county", "county_office", tree["甲县"])
    Account.objects.filter(pk=office.pk).update(is_active=False)
    office.refresh_from_db()
    assert names(office) == set()


def test_a_post_ends_on_its_day():
    tree = a_tree()
    last = date(2026, 6, 30)
    office = an_account("county", "county_office", tree["甲县"], ends_on=last + timedelta(days=1))
    with clock.set_to(last):
        assert "甲县" in names(office)
    with clock.set_to(last + timedelta(days=1)):
        assert names(office) == set()


def test_a_helper_sees_the_places_its_unit_is_paired_with():
    tree = a_tree()
    unit = an_organisation("U1", "示例单位", tree["示例市"])
    HelperLink.objects.create(place=tree["甲一村"], organisation=unit, starts_on=date(2025, 1, 1))
    helper = an_account("helper", "helper_unit", unit)
    assert names(helper) == {"甲一村"}


def test_the_same_code_prefix_is_not_the_same_area():
    tree = a_tree()
    office = an_account("town", "township_office", tree["甲一镇"])
    assert names(office) == {"甲一镇", "甲一村", "甲二村"}


def test_many_areas_are_seen_as_few_are():
    tree = a_tree()
    account = an_account("many")
    villages = [name for name in tree if name.endswith("村")]
    for name in villages:
        give_role(account, "village_clerk", tree[name], starts_on=date(2020, 1, 1), actor=System())
    few = names(account)
    from bangfu.records.access import gate

    held, gate._RANGES_IN_STATEMENT = gate._RANGES_IN_STATEMENT, 1
    try:
        assert names(account) == few == set(villages)
    finally:
        gate._RANGES_IN_STATEMENT = held


def test_a_right_holds_only_where_the_role_is_held():
    tree = a_tree()
    account = an_account("two", "township_office", tree["甲一镇"])
    give_role(account, "village_clerk", tree["乙一村"], starts_on=date(2020, 1, 1), actor=System())
    assert may(account, "figures.approve", tree["甲一村"])
    assert not may(account, "figures.approve", tree["乙一村"])
    assert may(account, "figures.enter", tree["乙一村"])
    assert roles_at(account, tree["甲三村"]) == frozenset()


def test_whoever_is_over_the_only_top_place_sees_all_that_hangs_below_it():
    tree = a_tree()
    unit = an_organisation("U1", "示例单位", tree["乙县"])
    office = an_account("province", "scheme_manager", tree["示例省"])
    assert names(office) == set(tree)
    assert list(type(unit).objects.visible_to(office)) == [unit]


def test_whoever_is_over_one_of_two_top_places_sees_nothing_of_the_other():
    tree = a_tree()
    a_place("另一省", "320000000000", "province", None)
    office = an_account("province", "scheme_manager", tree["示例省"])
    assert names(office) == set(tree)


def test_being_over_all_with_another_role_opens_nothing():
    tree = a_tree()
    office = an_account("province", "province_department", tree["示例省"])
    assert Place.objects.open_to(office, "places.change").count() == 0


def test_grants_are_read_once_where_nothing_changes_and_anew_elsewhere(
    django_assert_num_queries,
):
    tree = a_tree()
    office = an_account("county", "county_office", tree["甲县"])
    with grants_remembered(), django_assert_num_queries(1):
        assert may(office, "places.read", tree["甲一村"])
        assert not may(office, "places.read", tree["乙一村"])
    with django_assert_num_queries(2):
        roles_at(office, tree["甲一村"])
        roles_at(office, tree["甲一村"])


def test_what_was_remembered_of_one_account_is_not_told_of_another():
    tree = a_tree()
    county = an_account("county", "county_office", tree["甲县"])
    other = an_account("other", "county_office", tree["乙县"])
    with grants_remembered():
        assert may(county, "places.read", tree["甲一村"])
        assert not may(other, "places.read", tree["甲一村"])
        assert not may(None, "places.read", tree["甲一村"])


def test_a_day_later_the_grants_are_read_again():
    tree = a_tree()
    last = date(2026, 6, 30)
    office = an_account("county", "county_office", tree["甲县"], ends_on=last + timedelta(days=1))
    with grants_remembered():
        with clock.set_to(last):
            assert "甲县" in names(office)
        with clock.set_to(last + timedelta(days=1)):
            assert names(office) == set()
