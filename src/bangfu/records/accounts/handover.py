"""Leaving a post (离任交接): the posts pass on at a day, the open items with them.

Posts are dated, so they pass by themselves; open items pass on the day, by `complete_due` (each
night, and at the successor's first sign-in). The leaver's account closes on the day, unless it
keeps a post elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from bangfu.records.access.policies import require
from bangfu.records.access.roles import ROLES
from bangfu.records.accounts.actions import assign, end_assignment, name_faults
from bangfu.records.accounts.models import Account, Handover, RoleAssignment
from bangfu.records.accounts.open_items import open_items_of, reassign_open_items
from bangfu.records.accounts.passwords import initial_password, quick_hash
from bangfu.records.accounts.separation import refuse_unless_apart
from bangfu.records.audit.actions import System, action, note
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import Refused, refuse
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.text import Text

__all__ = [
    "NewSuccessor",
    "complete_due",
    "hand_over",
    "hand_over_many",
    "handover_faults",
    "posts_to_pass",
]


@dataclass(frozen=True, slots=True)
class NewSuccessor:
    """A successor who has no account yet: it is opened where the leaver's is."""

    sign_in_name: str
    display_name: str


def posts_to_pass(leaver: Account, on: date) -> list[RoleAssignment]:
    """The leaver's own posts that hold on the day or later."""
    rows = RoleAssignment.objects.filter(
        account=leaver, on_behalf_of__isnull=True, ends_on__gt=on
    ).select_related("place", "organisation__place")
    return list(rows.order_by("pk"))


def handover_faults(
    leaver: Account, successor: Account | None, on: date, where: str = ""
) -> list[Fault]:
    """What stands against a handover; all of it at once."""
    checks = (
        ("HND-01", _PAST, on < clock.today()),
        ("HND-02", _SAME, successor is not None and successor.pk == leaver.pk),
        ("HND-03", _ELSEWHERE, successor is not None and not _same_house(leaver, successor)),
        ("HND-04", _CLOSED, successor is not None and not successor.is_open(on)),
        ("HND-05", _TWICE, Handover.objects.filter(leaver=leaver, on__gte=on).exists()),
        ("HND-06", _NO_POST, not posts_to_pass(leaver, on)),
    )
    return [Fault(code, where, message) for code, message, holds in checks if holds]


@action("accounts.hand_over")
def hand_over(
    leaver: Account, successor: Account | NewSuccessor, *, on: date, actor: Any
) -> tuple[Handover, str]:
    """Hand all posts and open items of an account to another at a day.

    The second answer is the one-time password of a successor whose account was opened by this,
    to be shown once; empty otherwise.
    """
    _require_handing_over(leaver, successor, on, actor)
    existing = successor if isinstance(successor, Account) else None
    faults = handover_faults(leaver, existing, on)
    if not isinstance(successor, Account):
        faults += name_faults(successor.sign_in_name.strip().lower(), successor.display_name)
    if faults:
        raise Refused(faults)
    password = ""
    if not isinstance(successor, Account):
        successor, password = _open_successor(successor, leaver)
    found = [
        {
            "source": name,
            "label": {"zh": items[0].label.zh, "en": items[0].label.en},
            "count": len(items),
        }
        for name, items in open_items_of(leaver)
    ]
    for post in posts_to_pass(leaver, on):
        _pass_on(post, successor, on)
    handover = Handover.objects.create(
        leaver=leaver, successor=successor, on=on, items=found, made_at=clock.now()
    )
    leaver.closes_on = on
    leaver.save_next_version()
    note(
        handover,
        after={"leaver": leaver.pk, "successor": successor.pk, "on": on},
        place_id=leaver.place_id,
    )
    if on <= clock.today():
        _complete(handover)
    return handover, password


@action("accounts.hand_over_many")
def hand_over_many(pairs: list[tuple[Account, Account, date]], *, actor: Any) -> list[Handover]:
    """Many handovers at once (批量交接): all or none."""
    note(count=len(pairs))
    return [hand_over(leaver, taker, on=on, actor=actor)[0] for leaver, taker, on in pairs]


def complete_due(*, on: date, successor: Account | None = None) -> int:
    """Hand over the open items of every handover whose day has come; how many were completed."""
    due = Handover.objects.filter(state=Handover.State.PLANNED, on__lte=on)
    if successor is not None:
        due = due.filter(successor=successor)
    handovers = list(due.order_by("pk"))
    for handover in handovers:
        _complete_later(handover, actor=System())
    return len(handovers)


@action("accounts.complete_handover")
def _complete_later(handover: Handover, *, actor: Any) -> None:
    row = Handover.objects.select_for_update().get(pk=handover.pk)
    if row.state == Handover.State.DONE:
        note(row, outcome="done before")
        return
    _complete(row)


def _complete(handover: Handover) -> None:
    moved = reassign_open_items(handover.leaver, handover.successor)
    handover.state = Handover.State.DONE
    handover.save_next_version()
    note(handover, after={"state": "done", "moved": moved}, place_id=handover.leaver.place_id)


def _pass_on(post: RoleAssignment, successor: Account, on: date) -> None:
    ends_on, starts_on = post.ends_on, max(on, post.starts_on)
    end_assignment(post, on)
    refuse_unless_apart(successor, post.role, starts_on, ends_on)
    assign(
        RoleAssignment(
            account=successor,
            role=post.role,
            place=post.place,
            organisation=post.organisation,
            starts_on=starts_on,
            ends_on=ends_on,
        )
    )


def _open_successor(new: NewSuccessor, leaver: Account) -> tuple[Account, str]:
    """An account in the leaver's own place and unit: no right grows by it."""
    name = new.sign_in_name.strip().lower()
    if Account.objects.filter(sign_in_name=name).exists():
        raise refuse(
            "ACT-01", Text(f"登录名「{name}」已有人使用。", f"The sign-in name {name} is taken.")
        )
    password = initial_password()
    account = Account(
        sign_in_name=name,
        display_name=new.display_name.strip(),
        place=leaver.place,
        organisation=leaver.organisation,
        must_change_password=True,
        password=quick_hash(password),
    )
    account.save()
    note(account, after={"sign_in_name": name})
    return account, password


def _require_handing_over(
    leaver: Account, successor: Account | NewSuccessor, on: date, actor: Any
) -> None:
    """The office hands its own posts on; posts of administrators need the security administrator.

    Nobody takes over a post by an act of his own.
    """
    if actor.pk is None:
        return
    if isinstance(successor, Account) and successor.pk == actor.pk:
        raise refuse(
            "HND-07",
            Text("接收人不能自己办理交接。", "The one who takes over cannot do it alone."),
            remedy=Text("请由移交人或本级管理员办理。", "The leaver or an administrator does it."),
        )
    if leaver.place is None:
        require(actor, "accounts.roles", None)
    for post in posts_to_pass(leaver, on):
        administrator = ROLES[post.role].administrator
        require(actor, "accounts.roles" if administrator else "accounts.handover", post.scope_place)


def _same_house(leaver: Account, successor: Account) -> bool:
    if leaver.organisation_id is not None and leaver.organisation_id == successor.organisation_id:
        return True
    return leaver.place_id is not None and leaver.place_id == successor.place_id


_PAST = Text("交接日不能早于今天。", "The day cannot be before today.")
_SAME = Text("移交人和接收人不能是同一账号。", "Leaver and successor must be two accounts.")
_ELSEWHERE = Text(
    "接收人须是同一单位或同一地方的账号。", "The successor is an account of the same place or unit."
)
_CLOSED = Text("接收人的账号届时已停用。", "The successor's account is closed by then.")
_TWICE = Text("这个账号已登记过交接。", "A handover of this account is entered already.")
_NO_POST = Text("移交人届时没有可交接的任职。", "The leaver holds no post by then.")
