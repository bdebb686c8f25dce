"""Leaving a post: what passes on, when, and who may do it."""

from datetime import date, datetime

import pytest
from django.utils import timezone
from tests.records.factories import a_tree, an_account

from bangfu.records.access.policies import roles_at
from bangfu.records.accounts.handover import (
    NewSuccessor,
    complete_due,
    hand_over,
    hand_over_many,
)
from bangfu.records.accounts.handover_bulk import pairs_of
from bangfu.records.accounts.lending import Loan, lend_role
from bangfu.records.accounts.models import Account, Handover, RoleAssignment
from bangfu.records.accounts.open_items import open_items_of
from bangfu.records.accounts.sheets import HandoverLine
from bangfu.records.accounts.sign_in import sign_in
from bangfu.records.accounts.verification import verify_grants
from bangfu.records.audit.actions import System
from bangfu.records.audit.models import AuditEntry
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import NotAllowed, Refused
from bangfu.records.jobs.models import Job

pytestmark = pytest.mark.django_db
TODAY, DAY = date(2026, 3, 2), date(2026, 3, 10)


@pytest.fixture(autouse=True)
def _on_one_day():
    with clock.set_to(TODAY):
        yield


@pytest.fixture
def house():
    tree = a_tree()
    people = {
        "leaver": an_account("leaver", "township_office", tree["甲一镇"]),
        "successor": an_account("successor", "village_clerk", tree["甲一村"]),
        "colleague": an_account("colleague", "township_office", tree["甲一镇"]),
        "office": an_account("office", "county_office", tree["甲县"]),
        "far": an_account("far", "county_office", tree["乙县"]),
    }
    people["successor"].place = tree["甲一镇"]
    people["successor"].save()
    return tree, people


def a_job(account, key="one"):
    at = timezone.make_aware(datetime(2026, 3, 1))
    return Job.objects.create(kind="tests", idempotency_key=key, asked_by=account, asked_at=at)


def test_the_post_passes_on_the_day_and_not_before(house):
    tree, people = house
    hand_over(people["leaver"], people["successor"], on=DAY, actor=people["office"])
    town = tree["甲一镇"]

    def roles():
        return [
            roles_at(Account.objects.get(pk=people[name].pk), town)
            for name in ("leaver", "successor")
        ]

    assert roles() == [{"township_office"}, set()]
    with clock.set_to(DAY):
        assert roles() == [set(), {"township_office"}]
    assert list(verify_grants()) == []


def test_the_leaver_signs_in_until_the_day(house):
    from tests.records.factories import PASSWORD

    _, people = house
    hand_over(people["leaver"], people["successor"], on=DAY, actor=people["office"])
    with clock.set_to(date(2026, 3, 9)):
        assert sign_in("leaver", PASSWORD) == people["leaver"]
    with clock.set_to(DAY):
        assert sign_in("leaver", PASSWORD) is None


def test_open_items_pass_on_the_day(house):
    _, people = house
    job = a_job(people["leaver"])
    handover, _ = hand_over(people["leaver"], people["successor"], on=DAY, actor=people["office"])
    assert complete_due(on=TODAY) == 0
    assert Job.objects.get(pk=job.pk).asked_by == people["leaver"]
    assert complete_due(on=DAY, successor=people["successor"]) == 1
    assert Job.objects.get(pk=job.pk).asked_by == people["successor"]
    assert complete_due(on=DAY) == 0
    handover.refresh_from_db()
    assert (handover.state, [item["count"] for item in handover.items]) == ("done", [1])


def test_today_everything_passes_at_once(house):
    _, people = house
    job = a_job(people["leaver"])
    handover, _ = hand_over(people["leaver"], people["successor"], on=TODAY, actor=people["office"])
    assert (handover.state, Job.objects.get(pk=job.pk).asked_by) == ("done", people["successor"])


def test_a_successor_without_an_account_gets_one_in_the_same_place(house):
    _, people = house
    handover, password = hand_over(
        people["leaver"], NewSuccessor("fresh", "示例接任"), on=TODAY, actor=people["office"]
    )
    account = sign_in("fresh", password)
    assert (account, account.place, account.must_change_password) == (
        handover.successor,
        people["leaver"].place,
        True,
    )


def test_both_sides_are_in_the_log(house):
    _, people = house
    hand_over(people["leaver"], people["successor"], on=DAY, actor=people["office"])
    entry = AuditEntry.objects.get(record_type="accounts.handover")
    assert entry.data["after"] == {
        "leaver": people["leaver"].pk,
        "successor": people["successor"].pk,
        "on": "2026-03-10",
    }


def test_the_leaver_may_do_it_and_who_takes_over_may_not(house):
    _, people = house
    with pytest.raises(Refused):
        hand_over(people["leaver"], people["colleague"], on=DAY, actor=people["colleague"])
    hand_over(people["leaver"], people["colleague"], on=DAY, actor=people["leaver"])
    assert Handover.objects.count() == 1


@pytest.mark.parametrize("who", ["far", "successor"])
def test_who_may_not_hand_over(house, who):
    _, people = house
    with pytest.raises(NotAllowed):
        hand_over(people["leaver"], NewSuccessor("x1", "示例"), on=DAY, actor=people[who])
    assert Account.objects.filter(sign_in_name="x1").exists() is False


def test_an_office_does_not_hand_on_an_administrators_post(house):
    tree, people = house
    admin = an_account("admin", "audit_administrator", tree["甲县"])
    with pytest.raises(NotAllowed):
        hand_over(admin, NewSuccessor("x1", "示例"), on=DAY, actor=people["office"])
    security = an_account("security", "security_administrator", tree["示例市"])
    hand_over(admin, NewSuccessor("x1", "示例"), on=DAY, actor=security)


def test_a_post_does_not_leave_the_house(house):
    _, people = house
    with pytest.raises(Refused) as refusal:
        hand_over(people["leaver"], people["far"], on=DAY, actor=System())
    assert [fault.code for fault in refusal.value.faults] == ["HND-03"]


def test_all_that_stands_against_it_is_told_at_once(house):
    _tree, _people = house
    idle = an_account("idle")
    with pytest.raises(Refused) as refusal:
        hand_over(idle, idle, on=date(2026, 3, 1), actor=System())
    assert [fault.code for fault in refusal.value.faults] == [
        "HND-01",
        "HND-02",
        "HND-03",
        "HND-06",
    ]


def test_it_is_entered_once(house):
    _, people = house
    hand_over(people["leaver"], people["successor"], on=DAY, actor=people["office"])
    with pytest.raises(Refused):
        hand_over(people["leaver"], people["colleague"], on=DAY, actor=people["office"])


def test_roles_lent_by_the_leaver_end_and_are_shown_before(house):
    _tree, people = house
    post = RoleAssignment.objects.get(account=people["leaver"])
    lend_role(
        post,
        Loan(people["colleague"], "delegation", TODAY, date(2026, 6, 1)),
        actor=people["leaver"],
    )
    assert [name for name, _ in open_items_of(people["leaver"])] == ["accounts.loan"]
    hand_over(people["leaver"], people["successor"], on=DAY, actor=people["office"])
    loan = RoleAssignment.objects.get(on_behalf_of=people["leaver"])
    assert loan.ends_on == DAY


def test_a_failure_in_the_middle_leaves_nothing(house, monkeypatch):
    _, people = house
    monkeypatch.setattr(
        "bangfu.records.accounts.handover.reassign_open_items",
        lambda leaver, successor: 1 / 0,
    )
    with pytest.raises(ZeroDivisionError):
        hand_over(people["leaver"], people["successor"], on=TODAY, actor=people["office"])
    assert Handover.objects.count() == 0
    assert RoleAssignment.objects.get(account=people["leaver"]).ends_on == date(9999, 12, 31)


def lines(*pairs):
    return [HandoverLine(row, *pair, None) for row, pair in enumerate(pairs, start=2)]


def test_many_at_once_are_all_or_none(house):
    _tree, people = house
    given = lines(("leaver", "successor"), ("colleague", "nobody"), ("colleague", "successor"))
    with pytest.raises(Refused) as refusal:
        pairs_of(given, otherwise_on=DAY, actor=people["office"], where="交接.xlsx")
    assert [(fault.code, fault.where) for fault in refusal.value.faults] == [
        ("HND-08", "交接.xlsx 第 3 行"),
        ("HND-05", "交接.xlsx 第 3 行"),
        ("HND-05", "交接.xlsx 第 4 行"),
    ]
    pairs = pairs_of(
        lines(("leaver", "successor"), ("colleague", "successor")),
        otherwise_on=DAY,
        actor=people["office"],
    )
    hand_over_many(pairs, actor=people["office"])
    assert Handover.objects.count() == 2


def test_names_of_another_area_are_unknown_in_a_table(house):
    _, people = house
    with pytest.raises(Refused) as refusal:
        pairs_of(lines(("far", "far")), otherwise_on=DAY, actor=people["office"])
    assert {fault.code for fault in refusal.value.faults} == {"HND-08"}
