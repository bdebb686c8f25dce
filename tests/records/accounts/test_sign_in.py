"""Signing in: the lock, the one answer, the same work."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone
from tests.records.factories import PASSWORD, a_tree, an_account

from bangfu.records.accounts import sign_in as module
from bangfu.records.accounts.models import Account
from bangfu.records.accounts.sign_in import FAILURES, sign_in
from bangfu.records.audit.models import AuditEntry
from bangfu.records.ground import clock

pytestmark = pytest.mark.django_db
NOON = timezone.make_aware(datetime(2026, 3, 2, 12))


@pytest.fixture
def clerk():
    return an_account("clerk", "village_clerk", a_tree()["甲一村"])


def outcomes():
    entries = AuditEntry.objects.filter(act="accounts.sign_in").order_by("sequence")
    return [entry.data["outcome"] for entry in entries]


def test_the_right_password_signs_in_whatever_the_letters_case_of_the_name(clerk):
    assert sign_in(" CLERK ", PASSWORD) == clerk


def test_five_failures_lock_for_fifteen_minutes_even_the_right_password(clerk):
    with clock.set_to(NOON):
        for _ in range(FAILURES):
            assert sign_in("clerk", "wrong") is None
        assert sign_in("clerk", PASSWORD) is None
    with clock.set_to(NOON + timedelta(minutes=14, seconds=59)):
        assert sign_in("clerk", PASSWORD) is None
    with clock.set_to(NOON + timedelta(minutes=15)):
        assert sign_in("clerk", PASSWORD) == clerk
    assert outcomes() == ["wrong"] * FAILURES + ["locked"] * 2 + ["right"]


def test_trying_while_locked_does_not_prolong_the_lock(clerk):
    with clock.set_to(NOON):
        for _ in range(FAILURES + 3):
            sign_in("clerk", "wrong")
    with clock.set_to(NOON + timedelta(minutes=16)):
        assert sign_in("clerk", PASSWORD) == clerk


def test_four_failures_and_a_right_one_begin_anew(clerk):
    for _ in range(2):
        for _ in range(FAILURES - 1):
            sign_in("clerk", "wrong")
        assert sign_in("clerk", PASSWORD) == clerk


def test_an_unknown_name_costs_the_same_hash_and_the_same_entry(clerk, monkeypatch):
    hashed = []
    monkeypatch.setattr(module, "make_password", lambda given: hashed.append("make"))
    monkeypatch.setattr(
        module, "check_password", lambda given, encoded: bool(hashed.append("check"))
    )
    sign_in("nobody", "wrong")
    sign_in("clerk", "wrong")
    assert (hashed, outcomes()) == (["make", "check"], ["unknown", "wrong"])


def test_the_log_never_holds_what_was_typed(clerk):
    sign_in("my-secret-typed-into-the-name", "and-the-password")
    sign_in("clerk", "and-the-password")
    assert all("secret" not in str(entry.data) for entry in AuditEntry.objects.all())
    assert all("and-the" not in str(entry.data) for entry in AuditEntry.objects.all())


def test_a_closed_account_does_not_sign_in_from_its_day_on(clerk):
    Account.objects.filter(pk=clerk.pk).update(closes_on=date(2026, 3, 3))
    with clock.set_to(date(2026, 3, 2)):
        assert sign_in("clerk", PASSWORD) == clerk
    with clock.set_to(date(2026, 3, 3)):
        assert sign_in("clerk", PASSWORD) is None


@pytest.mark.parametrize("name", ["", "x" * 100_000, "a\x00b", "' OR 1=1 --", "﷽" * 50])
def test_hostile_names_are_just_unknown(clerk, name):
    assert sign_in(name, PASSWORD) is None


def test_a_password_of_a_megabyte_is_not_hashed_whole(clerk, monkeypatch):
    seen = []
    monkeypatch.setattr(
        module, "check_password", lambda given, encoded: bool(seen.append(len(given)))
    )
    sign_in("clerk", "x" * 1_000_000)
    assert seen == [200]
