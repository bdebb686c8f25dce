"""Keeping accounts (账号维护): closing, unlocking, a new password, one's own settings."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings

from bangfu.records.accounts.authority import require_managing
from bangfu.records.accounts.models import Account, RecoveryCode, SecondFactor
from bangfu.records.accounts.passwords import initial_password, quick_hash, refuse_weak
from bangfu.records.audit.actions import action, note
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import NotAllowed, refuse
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.period import FOREVER
from bangfu.vocabulary.text import Text

__all__ = [
    "change_language",
    "change_own_password",
    "close_account",
    "reopen_account",
    "reset_password",
    "reset_second_factor",
    "unlock_account",
]


@action("accounts.close")
def close_account(account: Account, *, on: date, seen_version: int, actor: Any) -> Account:
    """Close an account from a day on (停用账号); its posts stay as they are dated."""
    require_managing(actor, "accounts.change", account)
    account.refuse_if_stale(seen_version)
    if on < clock.today():
        raise refuse("ACT-14", Text("停用日不能早于今天。", "It cannot close before today."))
    account.closes_on = on
    account.is_active = on > clock.today()
    account.save_next_version()
    note(account, after={"closes_on": on})
    return account


@action("accounts.reopen")
def reopen_account(account: Account, *, seen_version: int, actor: Any) -> Account:
    """Open a closed account again (重新启用)."""
    require_managing(actor, "accounts.change", account)
    account.refuse_if_stale(seen_version)
    account.closes_on, account.is_active = FOREVER, True
    account.save_next_version()
    note(account, after={"closes_on": FOREVER})
    return account


@action("accounts.unlock")
def unlock_account(account: Account, *, actor: Any) -> Account:
    """Lift the lock that failed sign-ins put on (解除锁定)."""
    require_managing(actor, "accounts.change", account)
    account.failed_sign_ins, account.locked_until = 0, None
    account.save_next_version()
    note(account, after={"locked_until": None})
    return account


@action("accounts.reset_password")
def reset_password(account: Account, *, actor: Any) -> str:
    """A new one-time password, which is shown once and kept nowhere (重置密码).

    Every session of the account ends, because the password is part of what a session is bound to.
    """
    require_managing(actor, "accounts.change", account)
    password = initial_password()
    account.password = quick_hash(password)
    account.must_change_password = True
    account.failed_sign_ins, account.locked_until = 0, None
    account.save_next_version()
    note(account, after={"must_change_password": True})
    return password


@action("accounts.reset_second_factor")
def reset_second_factor(account: Account, *, actor: Any) -> None:
    """Forget the authenticator app and the recovery codes of an account (重置动态口令)."""
    require_managing(actor, "accounts.change", account)
    SecondFactor.objects.filter(account=account).delete()
    RecoveryCode.objects.filter(account=account).delete()
    note(account, after={"second_factor": None})


@action("accounts.change_password")
def change_own_password(account: Account, *, current: str, new: str, actor: Any) -> Account:
    """One's own password (修改密码): the current one is asked, the new one must be another."""
    if actor.pk != account.pk:
        raise NotAllowed(
            [
                Fault(
                    "PWD-02",
                    "",
                    Text("只能修改自己的密码。", "You change your own password alone."),
                )
            ]
        )
    if not account.check_password(current):
        raise refuse("PWD-03", Text("当前密码不正确。", "The current password is not right."))
    if current == new:
        raise refuse(
            "PWD-04", Text("新密码不能与当前密码相同。", "The new password must be another one.")
        )
    refuse_weak(new, account)
    account.set_password(new)
    account.must_change_password = False
    account.save_next_version()
    note(account, after={"must_change_password": False})
    return account


@action("accounts.change_language")
def change_language(account: Account, language: str, *, actor: Any) -> Account:
    """In which language one's own pages are shown (界面语言)."""
    known = [code for code, _ in settings.LANGUAGES]
    if actor.pk != account.pk or language not in known:
        raise refuse("ACT-15", Text("没有这种语言。", "There is no such language."))
    account.language = language
    account.save_next_version()
    note(account, after={"language": language})
    return account
