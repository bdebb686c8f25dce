"""Who may manage which account (账号管理权限).

An administrator manages the accounts of the own subtree only, nobody the own account, and the
account of an administrator is managed from a place strictly above: otherwise whoever may set a
password could take over the other two administrators of the same office.
"""

from __future__ import annotations

from typing import Any

from bangfu.records.access.gate import active_grants
from bangfu.records.access.policies import require
from bangfu.records.access.roles import ROLES, roles_with
from bangfu.records.accounts.models import Account, RoleAssignment
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import NotAllowed
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.text import Text

__all__ = ["may_manage", "require_managing", "require_over_place"]


def require_over_place(actor: Any, verb: str, place: Any | None) -> None:
    """Refuse unless the actor may do ``verb`` at a place; without a place only the system may."""
    if place is None and actor.pk is not None:
        raise _not("ACT-10", _NO_PLACE)
    require(actor, verb, place)


def require_managing(actor: Any, verb: str, account: Account) -> None:
    """Refuse with words unless the actor may do ``verb`` on an account."""
    if actor.pk is None:
        return
    if actor.pk == account.pk:
        raise _not("ACT-11", _ONESELF)
    require_over_place(actor, verb, account.place)
    reach = set(
        active_grants(actor).filter(role__in=roles_with(verb)).values_list("place__path", flat=True)
    )
    for assignment in _standing(account):
        place = assignment.scope_place
        inside = {
            held
            for held in reach
            if place.path.startswith(held) or place.reporting_path.startswith(held)
        }
        if not inside:
            raise _not("ACT-12", _BEYOND)
        if ROLES[assignment.role].administrator and inside == {place.path}:
            raise _not("ACT-13", _FROM_ABOVE)


def may_manage(actor: Any, verb: str, account: Account) -> bool:
    """Whether `require_managing` would let it pass: for showing a button or not."""
    try:
        require_managing(actor, verb, account)
    except NotAllowed:
        return False
    return True


def _standing(account: Account) -> list[RoleAssignment]:
    """The account's own posts that hold today or will hold."""
    return list(
        RoleAssignment.objects.filter(
            account=account, on_behalf_of__isnull=True, ends_on__gt=clock.today()
        ).select_related("place", "organisation__place")
    )


def _not(code: str, message: Text) -> NotAllowed:
    return NotAllowed([Fault(code, "", message, _ASK)])


_ASK = Text("请联系上一级管理员。", "Ask the administrator of the level above.")
_NO_PLACE = Text(
    "这个账号没有写明所在地方，只能由系统维护人员在服务器上办理。",
    "This account names no place; only the operator of the server may manage it.",
)
_ONESELF = Text("不能管理自己的账号和角色。", "Nobody manages the own account or the own roles.")
_BEYOND = Text(
    "这个账号的任职超出您管理的范围。", "This account holds a post beyond the area you manage."
)
_FROM_ABOVE = Text(
    "管理员的账号由上一级管理员管理。",
    "An administrator's account is managed from the level above.",
)
