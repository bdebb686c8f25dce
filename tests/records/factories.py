"""Made-up places, accounts and figures for tests; every person here is invented."""

from __future__ import annotations

from datetime import date
from typing import Any

from bangfu.records.accounts.actions import NewAccount, give_role, open_account
from bangfu.records.accounts.models import Account
from bangfu.records.audit.actions import System
from bangfu.records.organisations.models import Organisation
from bangfu.records.places.actions import NewPlace, found_place
from bangfu.records.places.models import Place

__all__ = ["PASSWORD", "SAMPLE_TREE", "a_place", "a_tree", "an_account", "an_organisation"]

PASSWORD = "made-up-for-tests-1"

#: name -> (code, level, parent name): one province, two counties, towns and villages.
SAMPLE_TREE = {
    "示例省": ("330000000000", "province", None),
    "示例市": ("330100000000", "city", "示例省"),
    "甲县": ("330111000000", "county", "示例市"),
    "乙县": ("330112000000", "county", "示例市"),
    "甲一镇": ("330111101000", "township", "甲县"),
    "甲二镇": ("330111102000", "township", "甲县"),
    "乙一镇": ("330112101000", "township", "乙县"),
    "甲一村": ("330111101201", "village", "甲一镇"),
    "甲二村": ("330111101202", "village", "甲一镇"),
    "甲三村": ("330111102201", "village", "甲二镇"),
    "乙一村": ("330112101201", "village", "乙一镇"),
}


def a_place(name: str, code: str, level: str, parent: Place | None, **more: Any) -> Place:
    """One place, entered by the system."""
    new = NewPlace(
        code_system=more.pop("code_system", "nbs"),
        code=code,
        name=name,
        level=level,
        parent=parent,
        valid_from=more.pop("valid_from", date(2020, 1, 1)),
        **more,
    )
    return found_place(new, actor=System())


def a_tree() -> dict[str, Place]:
    """The sample tree, by name."""
    tree: dict[str, Place] = {}
    for name, (code, level, parent) in SAMPLE_TREE.items():
        tree[name] = a_place(name, code, level, tree[parent] if parent else None)
    return tree


def an_organisation(code: str, name: str, place: Place) -> Organisation:
    """One organisation at a place."""
    return Organisation.objects.create(
        code=code, name=name, place=place, starts_on=date(2020, 1, 1)
    )


def an_account(
    name: str, role: str = "", scope: Place | Organisation | None = None, **more: Any
) -> Account:
    """One account, with one role over a place or in a unit, ready to sign in."""
    place = scope if isinstance(scope, Place) else (scope.place if scope else None)
    new = NewAccount(
        sign_in_name=name,
        display_name=f"示例账号（{name}）",
        place=place,
        password=PASSWORD,
        must_change_password=False,
    )
    account = open_account(new, actor=System())
    if role and scope is not None:
        starts_on = more.pop("starts_on", date(2020, 1, 1))
        give_role(account, role, scope, starts_on=starts_on, actor=System(), **more)
    return account
