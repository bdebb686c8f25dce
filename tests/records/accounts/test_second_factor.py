"""The second factor: of whom it is asked, codes that count once, recovery codes."""

from datetime import datetime, timedelta

import pyotp
import pytest
from django.utils import timezone
from tests.records.factories import a_tree, an_account

from bangfu.records.access.roles import ROLES
from bangfu.records.accounts.models import RecoveryCode, SecondFactor
from bangfu.records.accounts.second_factor import (
    RECOVERY_CODES,
    begin_second_factor,
    confirm_second_factor,
    has_second_factor,
    is_asked,
    new_recovery_codes,
    second_factor_due,
    take_code,
)
from bangfu.records.audit.models import AuditEntry
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import Refused
from bangfu.records.vault.fields import opened

pytestmark = pytest.mark.django_db
NOON = timezone.make_aware(datetime(2026, 3, 2, 12))


@pytest.mark.parametrize(
    ("role", "place", "verb", "expected"),
    [
        ("village_clerk", "甲一村", "figures.enter", False),
        ("village_clerk", "甲一村", "", False),
        ("grid_worker", "甲一村", "registers.enter", False),
        ("township_office", "甲一镇", "figures.approve", False),
        ("township_office", "甲一镇", "figures.enter", False),
        ("township_office", "甲一镇", "contacts.read", True),
        ("county_office", "甲县", "figures.approve", True),
        ("county_office", "甲县", "figures.reopen", True),
        ("county_office", "甲县", "contacts.read", True),
        ("county_office", "甲县", "figures.read", False),
        ("county_office", "甲县", "", False),
        ("city_office", "示例市", "figures.approve", True),
        ("scheme_manager", "示例省", "figures.approve", True),
        ("system_administrator", "甲县", "", True),
        ("security_administrator", "甲县", "accounts.read", True),
        ("audit_administrator", "甲县", "audit.read", True),
    ],
)
def test_of_whom_it_is_asked_for_what(role, place, verb, expected):
    assert second_factor_due(an_account("one", role, a_tree()[place]), verb) is expected


def test_no_role_held_in_a_village_alone_ever_needs_it():
    tree = a_tree()
    for role, held in ROLES.items():
        if held.levels == {"village"}:
            account = an_account(role.replace("_", "-"), role, tree["甲一村"])
            assert not any(second_factor_due(account, verb) for verb in ["", *held.verbs]), role


@pytest.mark.parametrize(
    ("policy", "set_up", "expected"),
    [
        ("required", False, True),
        ("required", True, True),
        ("offered", False, False),
        ("offered", True, True),
        ("off", True, False),
    ],
)
def test_the_setting_says_how_strictly(settings, policy, set_up, expected):
    settings.SECOND_FACTOR = policy
    account = an_account("one", "county_office", a_tree()["甲县"])
    if set_up:
        enrolled(account)
    assert is_asked(account, {"figures.approve"}) is expected


def test_a_page_one_may_open_by_another_right_does_not_ask(settings):
    settings.SECOND_FACTOR = "required"
    account = an_account("one", "county_office", a_tree()["甲县"])
    assert is_asked(account, {"figures.approve", "figures.read"}) is False


def enrolled(account):
    """An account with an app, and its codes: (totp, recovery codes)."""
    factor = begin_second_factor(account, actor=account)
    totp = pyotp.TOTP(opened(factor, "secret"))
    codes = confirm_second_factor(account, totp.at(clock.now()), actor=account)
    return totp, codes


@pytest.fixture
def office():
    return an_account("office", "county_office", a_tree()["甲县"])


def test_it_counts_only_once_confirmed(office):
    begin_second_factor(office, actor=office)
    assert has_second_factor(office) is False
    with pytest.raises(Refused):
        confirm_second_factor(office, "000000x", actor=office)
    assert has_second_factor(office) is False


def test_the_secret_lies_sealed(office):
    with clock.set_to(NOON):
        totp, _ = enrolled(office)
    factor = SecondFactor.objects.get(account=office)
    assert totp.secret not in factor.secret
    assert all(totp.secret not in str(entry.data) for entry in AuditEntry.objects.all())


def test_a_code_counts_once_and_no_earlier_one_after_it(office):
    with clock.set_to(NOON):
        totp, _ = enrolled(office)
        assert take_code(office, totp.at(NOON), actor=office) is False
    later = NOON + timedelta(seconds=60)
    with clock.set_to(later):
        assert take_code(office, totp.at(later), actor=office) is True
        assert take_code(office, totp.at(later), actor=office) is False
        assert take_code(office, totp.at(later - timedelta(seconds=30)), actor=office) is False


@pytest.mark.parametrize(
    ("seconds", "expected"), [(-60, False), (-30, True), (30, True), (90, False)]
)
def test_a_phone_may_be_half_a_minute_off(office, seconds, expected):
    with clock.set_to(NOON):
        totp, _ = enrolled(office)
    later = NOON + timedelta(hours=1)
    with clock.set_to(later):
        code = totp.at(later + timedelta(seconds=seconds))
        assert take_code(office, code, actor=office) is expected


@pytest.mark.parametrize(
    "code", ["", "12345", "1234567", "abcdef", "１２３４５６", "-12345", "²²²²²²"]
)
def test_what_is_no_code_is_wrong(office, code):
    with clock.set_to(NOON):
        enrolled(office)
        assert take_code(office, code, actor=office) is False


def test_a_recovery_code_counts_once_however_it_is_typed(office):
    with clock.set_to(NOON):
        _, codes = enrolled(office)
    assert len(set(codes)) == RECOVERY_CODES
    assert take_code(office, codes[0].lower().replace("-", " "), actor=office) is True
    assert take_code(office, codes[0], actor=office) is False


def test_recovery_codes_are_kept_as_hashes_and_new_ones_end_the_old(office):
    with clock.set_to(NOON):
        _, codes = enrolled(office)
    held = set(RecoveryCode.objects.values_list("code_hash", flat=True))
    assert not held & {code.replace("-", "") for code in codes}
    new_recovery_codes(office, actor=office)
    assert take_code(office, codes[1], actor=office) is False


def test_a_code_of_somebody_else_is_wrong(office):
    other = an_account("other", "county_office", office.place)
    with clock.set_to(NOON):
        totp, codes = enrolled(other)
        enrolled(office)
    later = NOON + timedelta(minutes=5)
    with clock.set_to(later):
        assert take_code(office, totp.at(later), actor=office) is False
        assert take_code(office, codes[0], actor=office) is False


def test_nobody_sets_it_up_for_another_nor_twice(office):
    with pytest.raises(Refused):
        begin_second_factor(office, actor=an_account("other"))
    with clock.set_to(NOON):
        enrolled(office)
    with pytest.raises(Refused):
        begin_second_factor(office, actor=office)
