"""Many accounts from one table (批量开通): looked through as a whole, then made as a whole.

The system administrator's hand opens the accounts, the security administrator's hand gives the
roles, from the same table: each run does what the actor may do and leaves the rest. A second run
of the same table changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bangfu.records.access.policies import may_anywhere
from bangfu.records.access.roles import ROLES
from bangfu.records.accounts.actions import assign, name_faults, scope_faults
from bangfu.records.accounts.authority import may_manage, require_over_place
from bangfu.records.accounts.models import Account, RoleAssignment
from bangfu.records.accounts.passwords import initial_password, quick_hash
from bangfu.records.accounts.separation import may_stand_together, refuse_unless_apart
from bangfu.records.accounts.sheets import AccountLine
from bangfu.records.audit.actions import action, note
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import Refused
from bangfu.records.organisations.models import Organisation
from bangfu.records.places.models import Place
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.period import FOREVER
from bangfu.vocabulary.text import Text

__all__ = ["BulkPlan", "Opened", "PlannedLine", "carry_out", "plan_lines"]


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """What one line will do."""

    line: AccountLine
    place: Place
    unit: Organisation | None
    account: Account | None
    role: str
    #: A new account is opened; a new password is drawn for one nobody signed in with yet.
    opens: bool
    renews: bool
    gives_role: bool


@dataclass(frozen=True, slots=True)
class BulkPlan:
    """Everything a table will do, or everything that stands against it."""

    lines: tuple[PlannedLine, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def opens(self) -> int:
        """How many accounts it opens."""
        return len({line.line.sign_in_name for line in self.lines if line.opens})

    @property
    def gives(self) -> int:
        """How many roles it gives."""
        return sum(line.gives_role for line in self.lines)

    @property
    def renews(self) -> int:
        """How many passwords it draws anew."""
        return len({line.line.sign_in_name for line in self.lines if line.renews})

    @property
    def leaves(self) -> int:
        """How many lines are already so, or wait for the other administrator."""
        return sum(not (line.opens or line.gives_role or line.renews) for line in self.lines)


@dataclass(frozen=True, slots=True)
class Opened:
    """An account and the password to hand out; it exists nowhere else."""

    line: AccountLine
    place_name: str
    password: str


@dataclass
class _Look:
    """What a whole table needs, read in a few queries."""

    actor: Any
    renew: bool
    where: str
    opens: bool
    gives: bool
    places: dict[str, list[Place]]
    units: dict[str, Organisation]
    accounts: dict[str, Account]
    posts: dict[int, list[RoleAssignment]]
    faults: list[Fault] = field(default_factory=list)

    def fault(self, code: str, line: AccountLine, message: Text) -> None:
        """Note what is wrong with a line."""
        self.faults.append(Fault(code, f"{self.where} 第 {line.row} 行", message))


_ROLE_NAMES = {name: name for name in ROLES} | {role.label.zh: name for name, role in ROLES.items()}


def plan_lines(
    lines: Sequence[AccountLine], *, actor: Any, where: str = "", renew: bool = False
) -> BulkPlan:
    """Look a table through: what each line will do, or all faults by row.

    ``renew`` draws a new password for accounts nobody has signed in with.
    """
    look = _look(lines, actor, where, renew)
    _refuse_doubles(lines, look)
    planned = [found for line in lines if (found := _plan_line(line, look)) is not None]
    if look.faults:
        return BulkPlan(faults=tuple(look.faults))
    return BulkPlan(lines=tuple(planned))


@action("accounts.open_many")
def carry_out(plan: BulkPlan, *, actor: Any) -> list[Opened]:
    """Carry a plan out, all of it or nothing; the passwords to hand out."""
    if plan.faults:
        raise Refused(plan.faults)
    note(opened=plan.opens, roles=plan.gives, renewed=plan.renews, lines=len(plan.lines))
    opened: list[Opened] = []
    by_name: dict[str, Account] = {}
    for planned in plan.lines:
        name = planned.line.sign_in_name
        if planned.opens or planned.renews:
            require_over_place(actor, "accounts.change", planned.place)
        if planned.gives_role:
            require_over_place(actor, "accounts.roles", planned.place)
        if name not in by_name:
            by_name[name], password = _open_or_renew(planned)
            if password:
                opened.append(Opened(planned.line, planned.place.name, password))
        if planned.gives_role:
            _give(planned, by_name[name])
    return opened


def _look(lines: Sequence[AccountLine], actor: Any, where: str, renew: bool) -> _Look:
    names = {line.sign_in_name for line in lines}
    accounts = {
        account.sign_in_name: account
        for account in Account.objects.filter(sign_in_name__in=names).select_related("place")
    }
    places: dict[str, list[Place]] = {}
    for place in _rows(Place, actor).filter(code__in={line.place_code for line in lines}):
        places.setdefault(place.code, []).append(place)
    units = _rows(Organisation, actor).filter(code__in={line.unit_code for line in lines})
    posts: dict[int, list[RoleAssignment]] = {}
    held = RoleAssignment.objects.filter(account__in=[row.pk for row in accounts.values()])
    for post in held:
        posts.setdefault(post.account_id, []).append(post)
    system = actor.pk is None
    return _Look(
        actor=actor,
        renew=renew,
        where=where,
        opens=system or may_anywhere(actor, "accounts.change"),
        gives=system or may_anywhere(actor, "accounts.roles"),
        places=places,
        units={unit.code: unit for unit in units.select_related("place")},
        accounts=accounts,
        posts=posts,
    )


def _rows(model: Any, actor: Any) -> Any:
    """The rows on which the actor may open accounts or give roles; all for the system."""
    if actor.pk is None:
        return model.objects.all()
    return model.objects.open_to(actor, "accounts.change") | model.objects.open_to(
        actor, "accounts.roles"
    )


def _plan_line(line: AccountLine, look: _Look) -> PlannedLine | None:
    before = len(look.faults)
    account = look.accounts.get(line.sign_in_name)
    unit = _unit(line, look)
    place = _place(line, unit, look)
    role = _role(line, look)
    where = f"{look.where} 第 {line.row} 行"
    look.faults += name_faults(line.sign_in_name, line.display_name, where)
    if place is None:
        return None
    gives = bool(role) and _gives_role(line, role, unit or place, look)
    if account is not None:
        _check_existing(line, account, place, look)
    elif not look.opens:
        look.fault("BLK-06", line, _NOT_OPENED)
    if len(look.faults) > before:
        return None
    return PlannedLine(
        line=line,
        place=place,
        unit=unit,
        account=account,
        role=role,
        opens=account is None,
        renews=look.renew and look.opens and account is not None and _is_unused(account),
        gives_role=gives and look.gives,
    )


def _unit(line: AccountLine, look: _Look) -> Organisation | None:
    if not line.unit_code:
        return None
    unit = look.units.get(line.unit_code)
    if unit is None:
        look.fault("BLK-01", line, _said(line.unit_code, _NO_UNIT))
    return unit


def _place(line: AccountLine, unit: Organisation | None, look: _Look) -> Place | None:
    if not line.place_code:
        if unit is not None:
            return unit.place
        if not line.unit_code:
            look.fault("BLK-02", line, _NO_SCOPE)
        return None
    found = look.places.get(line.place_code, [])
    if len(found) != 1:
        look.fault("BLK-03", line, _said(line.place_code, _NO_PLACE))
        return None
    return found[0]


def _role(line: AccountLine, look: _Look) -> str:
    if not line.role:
        return ""
    role = _ROLE_NAMES.get(line.role, "")
    if not role:
        look.fault("BLK-04", line, _said(line.role, _NO_ROLE))
    return role


def _gives_role(line: AccountLine, role: str, scope: Place | Organisation, look: _Look) -> bool:
    """Whether the line's role is new to the account; what is wrong with it is noted."""
    starts_on, ends_on = line.starts_on or clock.today(), line.ends_on or FOREVER
    where = f"{look.where} 第 {line.row} 行"
    faults = scope_faults(role, scope, starts_on, ends_on, where)
    look.faults += faults
    account = look.accounts.get(line.sign_in_name)
    if faults or account is None:
        return not faults
    posts = look.posts.get(account.pk, [])
    if any(_is_same(post, role, scope, line) for post in posts):
        return False
    if look.gives and not _manages(look, "accounts.roles", account):
        look.fault("BLK-07", line, _BEYOND)
    clash = [
        post.role
        for post in posts
        if post.starts_on < ends_on
        and starts_on < post.ends_on
        and not may_stand_together(role, post.role)
    ]
    if clash:
        look.fault("ACT-04", line, _APART)
    return True


def _is_same(
    post: RoleAssignment, role: str, scope: Place | Organisation, line: AccountLine
) -> bool:
    """Whether an own post is what the line asks; without dates any that still holds is."""
    if post.role != role or post.on_behalf_of_id is not None:
        return False
    held = post.place_id if isinstance(scope, Place) else post.organisation_id
    if held != scope.pk or post.ends_on <= clock.today():
        return False
    same_start = line.starts_on is None or line.starts_on == post.starts_on
    return same_start and (line.ends_on or FOREVER) == post.ends_on


def _check_existing(line: AccountLine, account: Account, place: Place, look: _Look) -> None:
    """A name that is taken must be this very account, and one the actor manages."""
    if account.place_id != place.pk or account.display_name != line.display_name:
        look.fault("BLK-05", line, _said(line.sign_in_name, _TAKEN))
    elif look.renew and _is_unused(account) and not _manages(look, "accounts.change", account):
        look.fault("BLK-07", line, _BEYOND)


def _manages(look: _Look, verb: str, account: Account) -> bool:
    if look.actor.pk is None:
        return True
    held = look.opens if verb == "accounts.change" else look.gives
    return not held or may_manage(look.actor, verb, account)


def _is_unused(account: Account) -> bool:
    return account.last_login is None and account.must_change_password


def _refuse_doubles(lines: Sequence[AccountLine], look: _Look) -> None:
    """One name may stand in several lines, one role each, but as one account and one role once."""
    first: dict[str, AccountLine] = {}
    roles: dict[str, list[str]] = {}
    seen: set[tuple[str, str, str, str]] = set()
    for line in lines:
        other = first.setdefault(line.sign_in_name, line)
        same = (other.display_name, other.place_code, other.unit_code) == (
            line.display_name,
            line.place_code,
            line.unit_code,
        )
        key = (line.sign_in_name, line.role, line.place_code, line.unit_code)
        if not same or key in seen:
            look.fault("BLK-08", line, _said(line.sign_in_name, _DOUBLE))
        seen.add(key)
        role = _ROLE_NAMES.get(line.role)
        held = roles.setdefault(line.sign_in_name, [])
        if role and any(not may_stand_together(role, one) for one in held):
            look.fault("ACT-04", line, _APART)
        if role:
            held.append(role)


def _open_or_renew(planned: PlannedLine) -> tuple[Account, str]:
    """The account of a line, and its new password if it got one."""
    if planned.account is None:
        return _open(planned)
    return planned.account, _renew(planned.account) if planned.renews else ""


def _open(planned: PlannedLine) -> tuple[Account, str]:
    password = initial_password()
    account = Account(
        sign_in_name=planned.line.sign_in_name,
        display_name=planned.line.display_name.strip(),
        place=planned.place,
        organisation=planned.unit,
        must_change_password=True,
        password=quick_hash(password),
    )
    account.save()
    note(account, after={"sign_in_name": account.sign_in_name})
    return account, password


def _renew(account: Account) -> str:
    password = initial_password()
    account.password = quick_hash(password)
    account.save_next_version()
    note(account, after={"must_change_password": True})
    return password


def _give(planned: PlannedLine, account: Account) -> None:
    line = planned.line
    starts_on, ends_on = line.starts_on or clock.today(), line.ends_on or FOREVER
    refuse_unless_apart(account, planned.role, starts_on, ends_on)
    assign(
        RoleAssignment(
            account=account,
            role=planned.role,
            place=None if planned.unit else planned.place,
            organisation=planned.unit,
            starts_on=starts_on,
            ends_on=ends_on,
        )
    )


def _said(given: str, text: Text) -> Text:
    return Text(f"「{given[:60]}」{text.zh}", f'"{given[:60]}": {text.en}')


_NO_UNIT = Text("不是您管理范围内的单位代码。", "no unit of your area has this code.")
_NO_PLACE = Text("不是您管理范围内的地方代码。", "no place of your area has this code.")
_NO_SCOPE = Text("地方代码、单位代码至少填一个。", "A place code or a unit code is needed.")
_NO_ROLE = Text(
    f"不是角色。可填：{'、'.join(role.label.zh for role in ROLES.values())}。",
    f"no such role; accepted: {', '.join(ROLES)}.",
)
_TAKEN = Text("已有人使用，且姓名或地方不同。", "is taken by an account of another name or place.")
_NOT_OPENED = Text(
    "还没有这个账号，请先由系统管理员用同一张表开通。",
    "This account does not exist yet; the system administrator opens it from the same table.",
)
_BEYOND = Text("这个账号不归您管理。", "This account is not yours to manage.")
_DOUBLE = Text(
    "在表里出现多次，且内容不一致或重复。", "stands several times, differing or doubled."
)
_APART = Text(
    "系统、安全、审计三类管理员须由不同账号担任，也不能兼任业务角色。",
    "The three administrators are different accounts and hold no working role.",
)
