"""The first steps of an installation (初始化): the root of the tree and three administrators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from bangfu.records.accounts.actions import NewAccount, give_role, open_account
from bangfu.records.accounts.models import Account
from bangfu.records.accounts.passwords import initial_password
from bangfu.records.audit.actions import System, action, note
from bangfu.records.places.actions import NewPlace, found_place
from bangfu.records.places.models import Place

__all__ = ["ADMINISTRATORS", "FirstAccount", "set_up"]

#: Sign-in name and role of each administrator: three people, three tasks.
ADMINISTRATORS: Final = {
    "sysadmin": "system_administrator",
    "secadmin": "security_administrator",
    "auditadmin": "audit_administrator",
}


@dataclass(frozen=True, slots=True)
class FirstAccount:
    """An account with the password it starts with, to be handed over on paper once."""

    sign_in_name: str
    role: str
    password: str


@action("system.set_up")
def set_up(root: NewPlace, *, on: date, actor: System) -> list[FirstAccount]:
    """Enter the root of the tree and open the three administrators; once, never again.

    Called again it changes nothing and gives no accounts back.
    """
    if Account.objects.exists() or Place.objects.exists():
        note(repeated=True)
        return []
    place = found_place(root, actor=actor)
    first: list[FirstAccount] = []
    for name, role in ADMINISTRATORS.items():
        password = initial_password()
        account = open_account(NewAccount(name, name, place, password), actor=actor)
        give_role(account, role, place, starts_on=on, actor=actor)
        first.append(FirstAccount(name, role, password))
    note(place, administrators=list(ADMINISTRATORS))
    return first
