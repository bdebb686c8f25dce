"""The three administrators apart (三员分立): what one account may hold at the same time.

System, security and audit administrators exclude each other, and each excludes every working
role; a role that is lent counts like one's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bangfu.records.access.roles import ROLES
from bangfu.records.accounts.models import Account, RoleAssignment
from bangfu.records.ground.refusals import refuse
from bangfu.vocabulary.text import Text

__all__ = ["may_stand_together", "refuse_unless_apart"]


def may_stand_together(first: str, second: str) -> bool:
    """Whether one account may hold both roles at the same time."""
    if first == second:
        return True
    return not (ROLES[first].administrator or ROLES[second].administrator)


def refuse_unless_apart(account: Account, role: str, starts_on: date, ends_on: date) -> None:
    """Refuse a role that clashes with one the account holds on any of these days.

    The account's row is locked, so that two administrators cannot give two halves at once.
    """
    Account.objects.select_for_update().get(pk=account.pk)
    held = RoleAssignment.objects.filter(
        account=account, starts_on__lt=ends_on, ends_on__gt=starts_on
    )
    clash = _first_clash(role, held.values_list("role", flat=True))
    if clash is not None:
        own, other = ROLES[role].label, ROLES[clash].label
        raise refuse(
            "ACT-04",
            Text(
                f"这个账号在同一时期已是「{other.zh}」，不能再授予「{own.zh}」："
                f"系统、安全、审计三类管理员须由不同账号担任，也不能兼任业务角色。",
                f"This account is {other.en} on those days and cannot also be {own.en}: the three "
                f"administrators are different accounts and hold no working role.",
            ),
            remedy=Text(
                "请换一个账号，或先收回原有角色。",
                "Choose another account, or end that role first.",
            ),
        )


def _first_clash(role: str, held: Iterable[str]) -> str | None:
    return next((other for other in held if not may_stand_together(role, other)), None)
