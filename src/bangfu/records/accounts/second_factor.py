"""The second factor (动态口令): six digits of an app on the phone, by time (TOTP, RFC 6238).

Asked of administrators, for approvals at county level and above, and for personal data; villages
and townships approve without it. A code counts once; a recovery code stands in for a lost phone.
"""

from __future__ import annotations

import secrets
from typing import Any, Final

import pyotp
from django.conf import settings

from bangfu.records.access.gate import active_grants
from bangfu.records.access.roles import ROLES, roles_with
from bangfu.records.accounts.models import Account, RecoveryCode, SecondFactor
from bangfu.records.accounts.sign_in import FAILURES, LOCKED_FOR
from bangfu.records.audit.actions import action, note
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import refuse
from bangfu.records.vault.fields import blind_index, opened, sealed_in
from bangfu.vocabulary.text import Text

__all__ = [
    "RECOVERY_CODES",
    "begin_second_factor",
    "confirm_second_factor",
    "has_second_factor",
    "is_asked",
    "new_recovery_codes",
    "provisioning_uri",
    "second_factor_due",
    "take_code",
]

RECOVERY_CODES: Final = 10
_STEP_S: Final = 30
#: A phone's clock may be half a minute off.
_STEPS_AROUND: Final = (-1, 0, 1)
_APPROVALS: Final = frozenset({"figures.approve", "figures.reopen"})
_PERSONAL: Final = frozenset({"contacts.read"})
_UPPER_LEVELS: Final = frozenset({"county", "zone", "city", "province"})
_SIGNS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_PURPOSE: Final = "accounts.recoverycode"


def second_factor_due(user: Any, verb: str) -> bool:
    """Whether policy asks a second factor of this account for ``verb`` ("" for any page)."""
    grants = active_grants(user).values_list("role", "place__level")
    holding = roles_with(verb) if verb else frozenset()
    for role, level in grants:
        held = ROLES.get(role)
        if held is None or held.administrator:
            return True
        if role in holding and (
            verb in _PERSONAL or (verb in _APPROVALS and level in _UPPER_LEVELS)
        ):
            return True
    return False


def is_asked(user: Any, verbs: Any) -> bool:
    """Whether every one of the verbs a page may be opened with is behind a second factor here.

    ``BANGFU_SECOND_FACTOR``: ``required`` asks it where policy does; ``offered`` asks those who
    set it up; ``off`` never asks.
    """
    policy = settings.SECOND_FACTOR
    if policy == "off" or (policy == "offered" and not has_second_factor(user)):
        return False
    return all(second_factor_due(user, verb) for verb in verbs or ("",))


def has_second_factor(account: Account) -> bool:
    """Whether the account set one up."""
    return SecondFactor.objects.filter(account=account, confirmed_at__isnull=False).exists()


@action("accounts.begin_second_factor")
def begin_second_factor(account: Account, *, actor: Any) -> SecondFactor:
    """A new secret that waits for its first code."""
    _refuse_others(account, actor)
    if has_second_factor(account):
        raise refuse(
            "OTP-02",
            Text("动态口令已启用。", "The second factor is in use already."),
            remedy=Text(
                "换手机请用恢复码登录，或请上级管理员重置。",
                "For a new phone use a recovery code, or have it reset by the level above.",
            ),
        )
    factor = SecondFactor.objects.filter(account=account).first() or SecondFactor(account=account)
    sealed_in(factor, "secret", pyotp.random_base32())
    factor.save()
    note(account, after={"second_factor": "begun"})
    return factor


def provisioning_uri(factor: SecondFactor) -> str:
    """What the QR code says to the app: the secret, for whom, of which site."""
    totp = pyotp.TOTP(opened(factor, "secret"))
    issuer = settings.OFFICE_NAME or "Bangfu"
    return str(totp.provisioning_uri(name=factor.account.sign_in_name, issuer_name=issuer))


@action("accounts.confirm_second_factor")
def confirm_second_factor(account: Account, code: str, *, actor: Any) -> list[str]:
    """Put the second factor in use with a first code; the recovery codes, shown once."""
    _refuse_others(account, actor)
    factor = SecondFactor.objects.select_for_update().filter(account=account).first()
    if factor is None or factor.confirmed_at is not None or not _fits(factor, code):
        raise refuse(
            "OTP-01",
            Text("动态口令不正确或已过期。", "The code is not right or no longer valid."),
            remedy=Text(
                "请核对手机时间，填写最新的 6 位数字。",
                "Check the phone's clock and enter the newest six digits.",
            ),
        )
    factor.confirmed_at = clock.now()
    factor.save()
    note(account, after={"second_factor": "confirmed"})
    return _draw_codes(account)


@action("accounts.new_recovery_codes")
def new_recovery_codes(account: Account, *, actor: Any) -> list[str]:
    """New recovery codes; the old ones no longer count (重新生成恢复码)."""
    _refuse_others(account, actor)
    note(account, after={"recovery_codes": RECOVERY_CODES})
    return _draw_codes(account)


@action("accounts.second_factor")
def take_code(account: Account, code: str, *, actor: Any) -> bool:
    """Whether a code of the app, or an unused recovery code, is right; it is used up by this.

    The fifth wrong one in a row locks the account, like the fifth wrong password.
    """
    factor = (
        SecondFactor.objects.select_for_update()
        .filter(account=account, confirmed_at__isnull=False)
        .first()
    )
    if factor is None:
        note(account, outcome="none")
        return False
    outcome = _outcome(account, factor, code)
    factor.failed_codes = factor.failed_codes + 1 if outcome == "wrong" else 0
    if factor.failed_codes >= FAILURES:
        factor.failed_codes, account.locked_until = 0, clock.now() + LOCKED_FOR
        Account.objects.filter(pk=account.pk).update(locked_until=account.locked_until)
    factor.save()
    note(account, outcome=outcome, locked_until=account.locked_until)
    return outcome != "wrong"


def _outcome(account: Account, factor: SecondFactor, code: str) -> str:
    if _fits(factor, code):
        return "app"
    unused = RecoveryCode.objects.filter(account=account, used_at__isnull=True)
    used = unused.filter(code_hash=_hash(code)).update(used_at=clock.now())
    return "recovery_code" if used else "wrong"


def _fits(factor: SecondFactor, code: str) -> bool:
    """Whether a code belongs to a time step after the last one taken, which it then becomes."""
    code = "".join(code.split())
    if len(code) != 6 or not (code.isascii() and code.isdigit()):
        return False
    totp = pyotp.TOTP(opened(factor, "secret"))
    step_now = int(clock.now().timestamp()) // _STEP_S
    for step in (step_now + around for around in _STEPS_AROUND):
        if step > factor.last_step and secrets.compare_digest(totp.at(step * _STEP_S), code):
            factor.last_step = step
            return True
    return False


def _draw_codes(account: Account) -> list[str]:
    codes = [
        "-".join("".join(secrets.choice(_SIGNS) for _ in range(5)) for _ in range(3))
        for _ in range(RECOVERY_CODES)
    ]
    RecoveryCode.objects.filter(account=account).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(account=account, code_hash=_hash(code)) for code in codes
    )
    return codes


def _hash(code: str) -> str:
    """75 random bits need no slow hash; the key keeps a stolen table from telling anything."""
    return blind_index(_PURPOSE, code)


def _refuse_others(account: Account, actor: Any) -> None:
    if actor.pk != account.pk:
        raise refuse(
            "OTP-03",
            Text("动态口令只能由本人设置。", "Everyone sets up the own second factor."),
        )
