"""Signing in by name and password (登录), and the lock after five failures.

Whoever tries learns nothing: an unknown name, a wrong password, a locked and a closed account get
the same answer, after the same work. The log keeps the difference, but not the name that was
typed, because people type passwords there.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.contrib.auth.hashers import check_password, make_password

from bangfu.records.accounts.models import Account
from bangfu.records.audit.actions import System, action, note
from bangfu.records.ground import clock

__all__ = ["FAILURES", "LOCKED_FOR", "note_sign_out", "sign_in", "take_portal"]

FAILURES: Final = 5
LOCKED_FOR: Final = timedelta(minutes=15)
#: Longer ones are not hashed: that would be work for nothing.
_LONGEST: Final = 200


def sign_in(sign_in_name: str, password: str) -> Account | None:
    """The account, if the name and the password are right and it is open; None otherwise.

    The password is hashed outside the transaction: on SQLite a second of hashing would keep
    every writer waiting.
    """
    # A NUL is no letter to PostgreSQL; it would be an error there, and so an answer of its own.
    name = sign_in_name.replace("\0", "").strip().lower()[:60]
    password = password[:_LONGEST]
    account = Account.objects.filter(sign_in_name=name).first()
    right = _password_is_right(account, password)
    return _conclude(account.pk if account else None, right, actor=System())


def _password_is_right(account: Account | None, password: str) -> bool:
    """Hash in any case, with the full number of rounds."""
    if account is None:
        make_password(password)
        return False
    return check_password(password, account.password)


@action("accounts.sign_in")
def _conclude(account_id: int | None, right: bool, *, actor: Any) -> Account | None:
    """Count, lock and log."""
    if account_id is None:
        note(outcome="unknown")
        return None
    account = Account.objects.select_for_update().get(pk=account_id)
    outcome = _outcome(account, right)
    if outcome == "wrong":
        _count(account)
    elif outcome == "right":
        Account.objects.filter(pk=account.pk).update(failed_sign_ins=0, locked_until=None)
    note(account, outcome=outcome, locked_until=account.locked_until)
    return account if outcome == "right" else None


def _outcome(account: Account, right: bool) -> str:
    if account.locked_until is not None and account.locked_until > clock.now():
        return "locked"
    if not right:
        return "wrong"
    return "right" if account.is_open(clock.today()) else "closed"


def _count(account: Account) -> None:
    """One failure more; the fifth locks, and counting starts anew after the lock."""
    account.failed_sign_ins += 1
    if account.failed_sign_ins >= FAILURES:
        account.failed_sign_ins, account.locked_until = 0, clock.now() + LOCKED_FOR
    Account.objects.filter(pk=account.pk).update(
        failed_sign_ins=account.failed_sign_ins, locked_until=account.locked_until
    )


@action("accounts.sign_in_by_portal")
def take_portal(subject: str, *, actor: Any) -> Account | None:
    """The open account bound to a subject of the portal (统一身份登录); None if there is none."""
    account = Account.objects.filter(portal_subject=subject).first() if subject else None
    if account is None:
        note(outcome="unknown")
        return None
    is_open = account.is_open(clock.today())
    note(account, outcome="right" if is_open else "closed")
    return account if is_open else None


@action("accounts.sign_out")
def note_sign_out(account: Account, *, actor: Any) -> None:
    """Somebody left (退出登录)."""
    note(account)
