"""Roles lent for a time (委托、联络员代办): a delegation, or a liaison who acts for a leader.

The borrower acts in the lender's name, with the lender's rights and no others; the log holds both.
What is lent cannot be lent on, and ends with what it was lent from.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from bangfu.records.access.models import AccessGrant
from bangfu.records.access.roles import ROLES
from bangfu.records.accounts.actions import assign, end_assignment
from bangfu.records.accounts.authority import require_managing
from bangfu.records.accounts.models import Account, RoleAssignment
from bangfu.records.accounts.separation import refuse_unless_apart
from bangfu.records.audit.actions import action
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import Refused
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.text import Text

__all__ = ["Loan", "end_loan", "lend_role", "lenders_of"]

#: A loan is for a time; who needs it longer, lends again.
LONGEST: Final = timedelta(days=366)
_KINDS: Final = (AccessGrant.Kind.DELEGATION.value, AccessGrant.Kind.LIAISON.value)


@dataclass(frozen=True, slots=True)
class Loan:
    """Who gets the role, as what, between which days."""

    borrower: Account
    kind: str
    starts_on: date
    ends_on: date


@action("accounts.lend_role")
def lend_role(assignment: RoleAssignment, loan: Loan, *, actor: Any) -> RoleAssignment:
    """Lend a role to another account (委托): by its holder, or by the security administrator."""
    if actor.pk != assignment.account_id:
        require_managing(actor, "accounts.roles", assignment.account)
    faults = [*_faults_of(assignment, loan), *_faults_of_dates(assignment, loan)]
    if faults:
        raise Refused(faults)
    refuse_unless_apart(loan.borrower, assignment.role, loan.starts_on, loan.ends_on)
    return assign(
        RoleAssignment(
            account=loan.borrower,
            role=assignment.role,
            place=assignment.place,
            organisation=assignment.organisation,
            starts_on=loan.starts_on,
            ends_on=min(loan.ends_on, assignment.ends_on),
            on_behalf_of_id=assignment.account_id,
            lent_from=assignment,
            kind=loan.kind,
        )
    )


@action("accounts.end_loan")
def end_loan(loan: RoleAssignment, *, seen_version: int, actor: Any) -> RoleAssignment:
    """Take a lent role back today (收回委托): by the lender or the security administrator."""
    if loan.lent_from is None:
        raise Refused([_fault("LEN-05", _NOT_LENT)])
    if actor.pk != loan.on_behalf_of_id:
        require_managing(actor, "accounts.roles", loan.lent_from.account)
    loan.refuse_if_stale(seen_version)
    end_assignment(loan, clock.today())
    return loan


def lenders_of(account: Account) -> list[Account]:
    """The accounts in whose name this one may act today."""
    today = clock.today()
    lent = RoleAssignment.objects.filter(
        account=account, on_behalf_of__isnull=False, starts_on__lte=today, ends_on__gt=today
    )
    lenders = Account.objects.filter(pk__in=lent.values("on_behalf_of"))
    return [lender for lender in lenders.order_by("display_name", "pk") if lender.is_open(today)]


def _faults_of(assignment: RoleAssignment, loan: Loan) -> list[Fault]:
    faults = []
    if assignment.on_behalf_of_id is not None:
        faults.append(_fault("LEN-01", _LENT_ON))
    if ROLES[assignment.role].administrator:
        faults.append(_fault("LEN-02", _ADMINISTRATOR))
    if loan.kind not in _KINDS:
        faults.append(_fault("LEN-03", _KIND))
    if not _is_near(loan.borrower, assignment):
        faults.append(_fault("LEN-04", _FAR))
    if loan.borrower.pk == assignment.account_id:
        faults.append(_fault("LEN-06", _ONESELF))
    if not loan.borrower.is_open(clock.today()):
        faults.append(_fault("LEN-07", _CLOSED))
    return faults


def _faults_of_dates(assignment: RoleAssignment, loan: Loan) -> list[Fault]:
    faults = []
    if not assignment.starts_on <= loan.starts_on < min(loan.ends_on, assignment.ends_on):
        faults.append(_fault("LEN-08", _DATES))
    if loan.ends_on - loan.starts_on > LONGEST:
        faults.append(_fault("LEN-09", _TOO_LONG))
    return faults


def _is_near(borrower: Account, assignment: RoleAssignment) -> bool:
    """Lent inside the house alone: the same unit, or an account of the place or below it."""
    if assignment.organisation_id is not None:
        return borrower.organisation_id == assignment.organisation_id
    place = borrower.place
    return place is not None and place.path.startswith(assignment.scope_place.path)


def _fault(code: str, message: Text) -> Fault:
    return Fault(code, "", message)


_LENT_ON = Text("受托的角色不能再委托他人。", "A role that was lent cannot be lent on.")
_ADMINISTRATOR = Text("管理员角色不能委托。", "An administrator's role cannot be lent.")
_KIND = Text("请选择委托或联络员代办。", "Choose delegation or liaison.")
_FAR = Text(
    "只能委托给本单位、本地方的账号。", "A role is lent to an account of the same place or unit."
)
_NOT_LENT = Text("这不是委托的角色。", "This role is not a lent one.")
_ONESELF = Text("不能委托给自己。", "A role is lent to somebody else.")
_CLOSED = Text("对方账号已停用。", "That account is closed.")
_DATES = Text(
    "委托的起止日期须在任职期内，且止日晚于起日。",
    "The dates must lie within the post, the end after the start.",
)
_TOO_LONG = Text("一次委托不超过一年。", "A role is lent for a year at most.")
