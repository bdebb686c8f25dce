from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.records.factories import a_place, a_tree, an_account
from tests.records.registers.made_up import a_register, a_row

from bangfu.records.accounts.actions import give_role
from bangfu.records.audit.actions import System
from bangfu.records.places.models import Membership
from bangfu.records.registers.coverage import coverage_of, missing_text

pytestmark = pytest.mark.django_db


def county(tree):
    return an_account("county", "county_office", tree["甲县"])


def test_without_a_list_every_place_of_the_level_is_due_and_it_is_said():
    tree, register = a_tree(), a_register()
    a_row(register, tree["甲一村"])
    found = coverage_of(register, "2026", tree["甲县"], user=county(tree))
    assert found.assumed_levels == ("village",)
    assert (found.total.due, found.total.covered, found.total.gap) == (3, 1, 2)
    assert [(line.name, line.due, line.missing) for line in found.lines] == [
        ("甲一镇", 2, 1),
        ("甲二镇", 1, 1),
    ]


def test_a_list_says_who_is_due():
    tree, register = a_tree(), a_register()
    Membership.objects.create(
        place=tree["甲三村"], kind="other", group="weak_village", starts_on=date(2025, 1, 1)
    )
    user = county(tree)
    found = coverage_of(register, "2026", tree["甲县"], user=user)
    assert (found.assumed_levels, found.total.due) == ((), 1)
    before = coverage_of(register, "2024", tree["甲县"], user=user)
    assert before.assumed_levels == ("village",)


def test_an_incomplete_row_is_present_and_does_not_cover():
    tree, register = a_tree(), a_register()
    a_row(register, tree["甲一村"], project="桥")
    total = coverage_of(register, "2026", tree["甲一镇"], user=county(tree)).total
    assert (total.present, total.covered, total.gap) == (1, 0, 2)


def test_where_no_number_is_asked_for_nothing_is_called_a_gap():
    tree, register = a_tree(), a_register(at_least=None)
    a_row(register, tree["甲一村"])
    total = coverage_of(register, "2026", tree["甲县"], user=county(tree)).total
    assert (total.gap, total.covered) == (None, 1)


def test_another_county_is_not_counted():
    tree, register = a_tree(), a_register()
    a_row(register, tree["乙一村"])
    found = coverage_of(register, "2026", tree["示例市"], user=county(tree))
    assert (found.total.due, found.total.rows) == (3, 0)


def test_the_text_names_who_is_missing():
    tree, register = a_tree(), a_register()
    a_row(register, tree["甲一村"])
    found = coverage_of(register, "2026", tree["甲一镇"], user=county(tree))
    assert (
        missing_text(register, found)
        == "《示例项目台账》2026：甲一镇应登记 2 个，尚缺 1 个：甲二村。请尽快登记。"
    )


def test_coverage_asks_as_often_for_one_village_as_for_many():
    tree, register = a_tree(), a_register()
    user = county(tree)
    counts = []
    for base in ("甲一镇", "示例市"):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            coverage_of(register, "2026", tree[base], user=user)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_below_one_of_two_top_places_only_its_own_are_counted():
    tree, register = a_tree(), a_register()
    other = a_place("另一省", "320000000000", "province", None)
    office = an_account("province", "scheme_manager", other)
    give_role(office, "scheme_manager", tree["示例省"], starts_on=date(2020, 1, 1), actor=System())
    found = coverage_of(register, "2026", tree["示例省"], user=office)
    beside = coverage_of(register, "2026", other, user=office)
    assert (found.total.due, beside.total.due) == (4, 0)
