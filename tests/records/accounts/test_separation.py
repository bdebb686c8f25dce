"""Three administrators apart, over every pair of roles; who manages whom."""

from datetime import date
from itertools import product

import pytest
from tests.records.factories import a_tree, an_account, an_organisation

from bangfu.records.access.models import AccessGrant
from bangfu.records.access.roles import ROLES
from bangfu.records.accounts.actions import NewAccount, end_role, give_role, open_account
from bangfu.records.accounts.authority import may_manage
from bangfu.records.accounts.models import Account, RoleAssignment
from bangfu.records.accounts.upkeep import (
    close_account,
    reopen_account,
    reset_password,
    reset_second_factor,
    unlock_account,
)
from bangfu.records.audit.actions import System
from bangfu.records.audit.models import AuditEntry
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import NotAllowed, Refused, Stale

pytestmark = pytest.mark.django_db
START = date(2020, 1, 1)
PLACE_AT = {
    "province": "示例省",
    "city": "示例市",
    "county": "甲县",
    "township": "甲一镇",
    "village": "甲一村",
}


def place_for(role, tree):
    level = next(level for level in PLACE_AT if level in ROLES[role].levels)
    return tree[PLACE_AT[level]]


def test_no_account_holds_two_administrators_or_one_beside_a_working_role():
    tree = a_tree()
    wrong = []
    for number, (first, second) in enumerate(product(ROLES, repeat=2)):
        if first == second:
            continue
        account = an_account(f"pair{number}", first, place_for(first, tree))
        apart = ROLES[first].administrator or ROLES[second].administrator
        try:
            give_role(account, second, place_for(second, tree), starts_on=START, actor=System())
            refused = False
        except Refused as refusal:
            refused = [fault.code for fault in refusal.faults] == ["ACT-04"]
        if refused != apart:
            wrong.append((first, second))
    assert wrong == []


def test_one_after_the_other_is_allowed():
    tree = a_tree()
    account = an_account("a", "county_office", tree["甲县"], ends_on=date(2026, 1, 1))
    give_role(
        account, "audit_administrator", tree["甲县"], starts_on=date(2026, 1, 1), actor=System()
    )
    assert RoleAssignment.objects.filter(account=account).count() == 2


@pytest.fixture
def house():
    """The administrators of 甲县 and of the city above, and people of two counties."""
    tree = a_tree()
    people = {
        "system": an_account("system", "system_administrator", tree["甲县"]),
        "security": an_account("security", "security_administrator", tree["甲县"]),
        "audit": an_account("audit", "audit_administrator", tree["甲县"]),
        "city_system": an_account("city_system", "system_administrator", tree["示例市"]),
        "city_security": an_account("city_security", "security_administrator", tree["示例市"]),
        "clerk": an_account("clerk", "village_clerk", tree["甲一村"]),
        "office": an_account("office", "county_office", tree["甲县"]),
        "far": an_account("far", "village_clerk", tree["乙一村"]),
        "placeless": an_account("placeless"),
    }
    return tree, people


@pytest.mark.parametrize(
    ("actor", "target", "expected"),
    [
        ("system", "clerk", True),
        ("system", "office", True),
        ("system", "far", False),
        ("system", "system", False),
        ("system", "security", False),
        ("system", "audit", False),
        ("system", "city_system", False),
        ("system", "placeless", False),
        ("city_system", "system", True),
        ("city_system", "security", True),
        ("city_system", "far", True),
        ("city_system", "city_security", False),
        ("security", "clerk", False),
        ("audit", "clerk", False),
        ("office", "clerk", False),
        ("clerk", "clerk", False),
    ],
)
def test_who_may_set_whose_password(house, actor, target, expected):
    _, people = house
    held = may_manage(people[actor], "accounts.change", people[target])
    try:
        reset_password(people[target], actor=people[actor])
        done = True
    except NotAllowed:
        done = False
    assert (held, done) == (expected, expected)


def test_an_account_with_a_post_beyond_the_area_is_not_managed_from_there(house):
    tree, people = house
    give_role(people["clerk"], "leader", tree["示例市"], starts_on=START, actor=System())
    with pytest.raises(NotAllowed):
        reset_password(people["clerk"], actor=people["system"])


def test_nobody_gives_a_role_to_oneself(house):
    tree, people = house
    with pytest.raises(NotAllowed):
        give_role(
            people["security"], "leader", tree["甲一镇"], starts_on=START, actor=people["security"]
        )


@pytest.mark.parametrize(
    ("role", "place"),
    [("city_office", "示例市"), ("county_office", "乙县"), ("security_administrator", "示例市")],
)
def test_nobody_gives_a_role_above_or_beside_the_own_area(house, role, place):
    tree, people = house
    fresh = an_account("fresh", "village_clerk", tree["甲一村"])
    with pytest.raises(NotAllowed):
        give_role(fresh, role, tree[place], starts_on=START, actor=people["security"])


def test_the_security_administrator_gives_and_takes_roles_below(house):
    tree, people = house
    given = give_role(
        people["clerk"], "grid_worker", tree["甲一村"], starts_on=START, actor=people["security"]
    )
    end_role(given, on=clock.today(), seen_version=1, actor=people["security"])
    assert not AccessGrant.objects.filter(
        subject=people["clerk"], role="grid_worker", ends_on__gt=clock.today()
    ).exists()


@pytest.mark.parametrize("actor", ["system", "audit", "office", "far"])
def test_who_may_not_give_roles(house, actor):
    tree, people = house
    with pytest.raises(NotAllowed):
        give_role(
            people["clerk"], "grid_worker", tree["甲一村"], starts_on=START, actor=people[actor]
        )


@pytest.mark.parametrize("actor", ["security", "audit", "office", "clerk"])
def test_who_may_not_open_accounts(house, actor):
    tree, people = house
    new = NewAccount("someone", "示例", tree["甲一村"], "irrelevant-1")
    with pytest.raises(NotAllowed):
        open_account(new, actor=people[actor])


def test_an_account_without_a_place_is_opened_by_the_system_alone(house):
    _, people = house
    with pytest.raises(NotAllowed):
        open_account(NewAccount("someone", "示例", None, "irrelevant-1"), actor=people["system"])


@pytest.mark.parametrize("name", ["", "a b", "a;b", "x" * 61, "a\nb", "=cmd"])
def test_a_sign_in_name_has_plain_signs(house, name):
    tree, people = house
    with pytest.raises(Refused):
        open_account(NewAccount(name, "示例", tree["甲一村"], "x-12345678"), actor=people["system"])


def test_names_are_one_whatever_the_case(house):
    tree, people = house
    with pytest.raises(Refused):
        open_account(
            NewAccount("CLERK", "示例", tree["甲一村"], "x-12345678"), actor=people["system"]
        )


def test_a_role_not_at_its_level_and_dates_the_wrong_way_are_told_at_once(house):
    tree, people = house
    with pytest.raises(Refused) as refusal:
        give_role(
            people["clerk"],
            "county_office",
            tree["甲一镇"],
            starts_on=date(2026, 1, 2),
            ends_on=date(2026, 1, 1),
            actor=people["security"],
        )
    assert [fault.code for fault in refusal.value.faults] == ["ACT-03", "ACT-05"]


def test_an_administrator_is_over_a_place_not_in_a_unit(house):
    tree, _ = house
    unit = an_organisation("U1", "示例单位", tree["甲县"])
    with pytest.raises(Refused):
        give_role(an_account("fresh"), "audit_administrator", unit, starts_on=START, actor=System())


def test_a_role_that_begins_later_can_be_taken_back_before(house):
    tree, people = house
    later = give_role(
        people["clerk"],
        "grid_worker",
        tree["甲一村"],
        starts_on=date(2099, 1, 1),
        actor=people["security"],
    )
    end_role(later, on=clock.today(), seen_version=1, actor=people["security"])
    with clock.set_to(date(2099, 6, 1)):
        assert not AccessGrant.objects.filter(role="grid_worker", ends_on__gt=clock.today())


def test_closing_reopening_and_a_stale_page(house):
    _, people = house
    clerk = people["clerk"]
    close_account(clerk, on=clock.today(), seen_version=clerk.version, actor=people["system"])
    assert not Account.objects.get(pk=clerk.pk).is_open(clock.today())
    with pytest.raises(Stale):
        reopen_account(clerk, seen_version=1, actor=people["system"])
    reopen_account(clerk, seen_version=2, actor=people["system"])
    assert Account.objects.get(pk=clerk.pk).is_open(clock.today())


def test_what_an_administrator_does_is_logged_without_names_or_passwords(house):
    _, people = house
    password = reset_password(people["clerk"], actor=people["system"])
    unlock_account(people["clerk"], actor=people["system"])
    reset_second_factor(people["clerk"], actor=people["system"])
    acts = list(AuditEntry.objects.order_by("-sequence")[:3])
    assert {entry.act for entry in acts} == {
        "accounts.reset_password",
        "accounts.unlock",
        "accounts.reset_second_factor",
    }
    assert all(password not in str(entry.data) for entry in acts)
    assert {entry.actor_id for entry in acts} == {people["system"].pk}
