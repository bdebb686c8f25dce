"""Roles lent: in whose name one acts, with whose rights, until when."""

from datetime import date, timedelta

import pytest
from tests.records.factories import a_tree, an_account, an_organisation

from bangfu.records.access.policies import may, roles_at
from bangfu.records.accounts.actions import end_role, give_role
from bangfu.records.accounts.lending import LONGEST, Loan, end_loan, lend_role, lenders_of
from bangfu.records.accounts.models import RoleAssignment
from bangfu.records.audit.actions import System, acting_for, action, note
from bangfu.records.audit.models import AuditEntry
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import NotAllowed, Refused
from bangfu.records.organisations.models import HelperLink
from bangfu.records.places.models import Place

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)
UNTIL = date(2026, 4, 1)


@pytest.fixture(autouse=True)
def _on_one_day():
    with clock.set_to(TODAY):
        yield


@pytest.fixture
def house():
    tree = a_tree()
    people = {
        "leader": an_account("leader", "leader", tree["甲县"]),
        "secretary": an_account("secretary", "village_clerk", tree["甲一村"]),
        "far": an_account("far", "village_clerk", tree["乙一村"]),
        "security": an_account("security", "security_administrator", tree["示例市"]),
        "audit": an_account("audit", "audit_administrator", tree["甲县"]),
    }
    post = RoleAssignment.objects.get(account=people["leader"])
    return tree, people, post


def lent(post, borrower, *, actor, kind="liaison", starts_on=TODAY, ends_on=UNTIL):
    return lend_role(post, Loan(borrower, kind, starts_on, ends_on), actor=actor)


def test_a_lent_role_counts_only_in_the_lenders_name_and_then_alone(house):
    tree, people, post = house
    secretary, leader = people["secretary"], people["leader"]
    lent(post, secretary, actor=leader)
    assert roles_at(secretary, tree["甲县"]) == set()
    with acting_for(leader.pk):
        assert roles_at(secretary, tree["甲县"]) == {"leader"}
        assert may(secretary, "figures.enter", tree["甲一村"]) is False
    assert may(secretary, "figures.enter", tree["甲一村"]) is True


def test_in_the_name_of_somebody_who_lent_nothing_there_is_no_right(house):
    _, people, _ = house
    with acting_for(people["far"].pk):
        assert list(Place.objects.visible_to(people["secretary"])) == []


def test_the_log_holds_both(house):
    _, people, post = house
    lent(post, people["secretary"], actor=people["leader"])

    @action("tests.visit")
    def visit(*, actor):
        note(done=True)

    with acting_for(people["leader"].pk):
        visit(actor=people["secretary"])
    entry = AuditEntry.objects.latest("sequence")
    assert (entry.actor_id, entry.on_behalf_of_id) == (people["secretary"].pk, people["leader"].pk)


def test_it_ends_by_itself(house):
    tree, people, post = house
    lent(post, people["secretary"], actor=people["leader"])
    with clock.set_to(UNTIL), acting_for(people["leader"].pk):
        assert roles_at(people["secretary"], tree["甲县"]) == set()
    with clock.set_to(UNTIL):
        assert lenders_of(people["secretary"]) == []


def test_it_ends_with_what_it_was_lent_from(house):
    tree, people, post = house
    lent(post, people["secretary"], actor=people["leader"])
    end_role(post, on=TODAY, seen_version=1, actor=System())
    with acting_for(people["leader"].pk):
        assert roles_at(people["secretary"], tree["甲县"]) == set()


def test_it_can_be_taken_back_by_the_lender_and_not_by_the_borrower(house):
    _, people, post = house
    loan = lent(post, people["secretary"], actor=people["leader"])
    with pytest.raises(NotAllowed):
        end_loan(loan, seen_version=1, actor=people["secretary"])
    end_loan(loan, seen_version=1, actor=people["leader"])
    assert lenders_of(people["secretary"]) == []


def test_what_was_lent_is_not_lent_on(house):
    tree, people, post = house
    loan = lent(post, people["secretary"], actor=people["leader"])
    third = an_account("third", "village_clerk", tree["甲一村"])
    with pytest.raises(Refused) as refusal:
        lent(loan, third, actor=people["secretary"])
    assert "LEN-01" in [fault.code for fault in refusal.value.faults]


def codes_of(post, borrower, actor, **more):
    with pytest.raises(Refused) as refusal:
        lent(post, borrower, actor=actor, **more)
    return [fault.code for fault in refusal.value.faults]


def test_it_is_lent_inside_the_house_alone(house):
    _, people, post = house
    assert codes_of(post, people["far"], people["leader"]) == ["LEN-04"]


def test_it_is_not_lent_to_oneself_nor_for_ever_nor_backwards(house):
    _, people, post = house
    leader = people["leader"]
    assert codes_of(post, leader, leader) == ["LEN-06"]
    assert codes_of(
        post, people["secretary"], leader, ends_on=TODAY + LONGEST + timedelta(days=1)
    ) == ["LEN-09"]
    assert codes_of(post, people["secretary"], leader, ends_on=TODAY) == ["LEN-08"]
    assert codes_of(post, people["secretary"], leader, kind="territory") == ["LEN-03"]


def test_no_administrator_lends_or_borrows(house):
    _, people, post = house
    own = RoleAssignment.objects.get(account=people["audit"])
    assert "LEN-02" in codes_of(own, people["secretary"], people["audit"])
    with pytest.raises(Refused) as refusal:
        lent(post, people["audit"], actor=people["leader"])
    assert [fault.code for fault in refusal.value.faults] == ["ACT-04"]


def test_nobody_lends_the_role_of_another_but_the_security_administrator(house):
    _, people, post = house
    with pytest.raises(NotAllowed):
        lent(post, people["secretary"], actor=people["secretary"])
    lent(post, people["secretary"], actor=people["security"])
    assert lenders_of(people["secretary"]) == [people["leader"]]


def test_a_closed_lender_is_nobody_to_act_for(house):
    _, people, post = house
    lent(post, people["secretary"], actor=people["leader"])
    people["leader"].closes_on = TODAY
    people["leader"].save()
    assert lenders_of(people["secretary"]) == []


def test_a_role_in_a_unit_is_lent_inside_the_unit_and_stays_lent_at_every_place(house):
    tree, people, _ = house
    unit = an_organisation("U1", "示例单位", tree["示例市"])
    HelperLink.objects.create(place=tree["乙一村"], organisation=unit, starts_on=date(2021, 1, 1))
    first, second = an_account("first"), an_account("second")
    for account in (first, second):
        account.organisation = unit
        account.save()
    post = give_role(first, "helper_unit", unit, starts_on=date(2021, 1, 1), actor=System())
    lent(post, second, actor=first, kind="delegation")
    assert roles_at(second, tree["乙一村"]) == set()
    with acting_for(first.pk):
        assert roles_at(second, tree["乙一村"]) == {"helper_unit"}
    assert codes_of(post, people["secretary"], first) == ["LEN-04"]
