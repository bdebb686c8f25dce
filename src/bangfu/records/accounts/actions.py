"""What is done to accounts (账号操作): opening them, giving and ending roles."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from bangfu.records.access.roles import ROLES
from bangfu.records.accounts.authority import require_managing, require_over_place
from bangfu.records.accounts.grants import rewrite_grants
from bangfu.records.accounts.models import Account, RoleAssignment
from bangfu.records.accounts.separation import refuse_unless_apart
from bangfu.records.audit.actions import action, note
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import Refused, refuse
from bangfu.records.organisations.models import Organisation
from bangfu.records.places.models import Place
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.period import FOREVER
from bangfu.vocabulary.text import Text

__all__ = [
    "NewAccount",
    "assign",
    "end_assignment",
    "end_role",
    "give_role",
    "name_faults",
    "open_account",
    "scope_faults",
]

_ONE_DAY: Final = timedelta(days=1)
_SIGN_IN_NAME: Final = re.compile(r"[\w.@+-]{1,60}")


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What must be known to open an account."""

    sign_in_name: str
    display_name: str
    place: Place | None
    password: str
    organisation: Organisation | None = None
    must_change_password: bool = True


@action("accounts.open")
def open_account(new: NewAccount, *, actor: Any) -> Account:
    """Open an account (开通账号)."""
    require_over_place(actor, "accounts.change", new.place)
    name = new.sign_in_name.strip().lower()
    faults = name_faults(name, new.display_name)
    if faults:
        raise Refused(faults)
    if Account.objects.filter(sign_in_name=name).exists():
        raise refuse(
            "ACT-01",
            Text(f"登录名「{name}」已有人使用。", f"The sign-in name {name} is taken."),
            remedy=Text("请换一个登录名。", "Choose another one."),
        )
    account = Account(
        sign_in_name=name,
        display_name=new.display_name.strip(),
        place=new.place,
        organisation=new.organisation,
        must_change_password=new.must_change_password,
    )
    account.set_password(new.password)
    account.save()
    note(account, after={"sign_in_name": name})
    return account


def name_faults(sign_in_name: str, display_name: str, where: str = "") -> list[Fault]:
    """What is wrong with the two names of an account."""
    faults = []
    if not _SIGN_IN_NAME.fullmatch(sign_in_name):
        faults.append(
            Fault(
                "ACT-06",
                where,
                Text(
                    "登录名须为 1 至 60 位，只用文字、数字和 . @ + - _。",
                    "A sign-in name has 1 to 60 letters, digits or . @ + - _.",
                ),
            )
        )
    if not 1 <= len(display_name.strip()) <= 60 or not display_name.isprintable():
        faults.append(
            Fault(
                "ACT-07",
                where,
                Text("姓名或岗位须填，不超过 60 字。", "A name or post is needed, 60 at most."),
            )
        )
    return faults


@action("accounts.give_role")
def give_role(
    account: Account,
    role: str,
    scope: Place | Organisation,
    *,
    starts_on: date,
    ends_on: date = FOREVER,
    actor: Any,
) -> RoleAssignment:
    """Give an account a role over a place or in a helper unit (授予角色).

    The right is held over a subtree, so that nobody gives a role above the own level.
    """
    require_managing(actor, "accounts.roles", account)
    require_over_place(actor, "accounts.roles", _place_of(scope))
    faults = scope_faults(role, scope, starts_on, ends_on)
    if faults:
        raise Refused(faults)
    refuse_unless_apart(account, role, starts_on, ends_on)
    return assign(
        RoleAssignment(
            account=account,
            role=role,
            place=scope if isinstance(scope, Place) else None,
            organisation=None if isinstance(scope, Place) else scope,
            starts_on=starts_on,
            ends_on=ends_on,
        )
    )


def scope_faults(
    role: str, scope: Place | Organisation, starts_on: date, ends_on: date, where: str = ""
) -> list[Fault]:
    """What is wrong with a role over a place or in a unit between two days."""
    held = ROLES.get(role)
    if held is None:
        return [
            Fault("ACT-02", where, Text(f"没有「{role}」这个角色。", f"There is no role {role}."))
        ]
    faults = []
    if isinstance(scope, Place) and scope.level not in held.levels:
        faults.append(
            Fault(
                "ACT-03",
                where,
                Text(
                    f"「{held.label.zh}」不能授予在{scope.name}这一层级。",
                    f"{held.label.en} is not a role at the level of {scope.name}.",
                ),
            )
        )
    if isinstance(scope, Organisation) and held.administrator:
        faults.append(
            Fault(
                "ACT-08",
                where,
                Text("管理员角色须授予在地方上。", "An administrator's role is over a place."),
            )
        )
    if starts_on >= ends_on:
        faults.append(
            Fault("ACT-05", where, Text("止日应晚于起日。", "The end must be after the start."))
        )
    return faults


@action("accounts.end_role")
def end_role(
    assignment: RoleAssignment, *, on: date, seen_version: int, actor: Any
) -> RoleAssignment:
    """Take a role back from a day on (收回角色), and what was lent from it."""
    require_managing(actor, "accounts.roles", assignment.account)
    require_over_place(actor, "accounts.roles", assignment.scope_place)
    assignment.refuse_if_stale(seen_version)
    if on < clock.today():
        raise refuse(
            "ACT-09",
            Text("收回日不能早于今天。", "A role cannot end before today."),
        )
    end_assignment(assignment, on)
    return assignment


def end_assignment(assignment: RoleAssignment, on: date) -> None:
    """End an assignment and its loans on a day, inside an action of the caller.

    One that would only begin then is given the day before as its start: the row stays, and it
    never holds.
    """
    if assignment.ends_on <= on:
        return
    held, assignment.ends_on = assignment.ends_on, on
    if assignment.starts_on >= on:
        assignment.starts_on = on - _ONE_DAY
    assignment.save_next_version()
    rewrite_grants([assignment])
    note(
        assignment,
        before={"ends_on": held},
        after={"ends_on": on, "role": assignment.role, "account": assignment.account_id},
        place_id=assignment.scope_place.pk,
    )
    for loan in assignment.loans.filter(ends_on__gt=on):
        end_assignment(loan, on)


def assign(assignment: RoleAssignment) -> RoleAssignment:
    """Write a new assignment with its grants, inside an action of the caller."""
    assignment.save()
    rewrite_grants([assignment])
    note(
        assignment,
        after={
            "account": assignment.account_id,
            "role": assignment.role,
            "starts_on": assignment.starts_on,
            "ends_on": assignment.ends_on,
            "kind": assignment.kind,
        },
        place_id=assignment.scope_place.pk,
    )
    return assignment


def _place_of(scope: Place | Organisation) -> Place:
    return scope if isinstance(scope, Place) else scope.place
