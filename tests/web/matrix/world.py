"""A site with two counties that hold the same things, for walking every page of it.

Everything on the side of 乙县 bears 乙 in its name, so that one word on one page is a leak.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.test import Client
from tests.records.factories import a_tree, an_account, an_organisation
from tests.records.figures.returns import VILLAGE_YEAR, YEAR, cells
from tests.records.imports.samples import handed_in, long_table
from tests.records.registers.made_up import PRESENCE, a_register, a_row

from bangfu.records.access.roles import ROLES
from bangfu.records.accounts.models import Account
from bangfu.records.attachments.actions import NewFile, attach
from bangfu.records.audit.actions import System
from bangfu.records.catalogue.adopting import adopt_scheme
from bangfu.records.catalogue.models import Form
from bangfu.records.figures.actions import open_submission, save_values
from bangfu.records.places.models import Place
from bangfu.records.vault.actions import keep_contact

__all__ = ["FORBIDDEN", "SIDES", "Actor", "World"]

SIDES = ("甲", "乙")
#: No account of 甲县 may ever read one of these.
FORBIDDEN = ("乙县", "乙一镇", "乙一村", "乙账号", "乙单位", "乙项目", "yi-")
_LATIN = {"甲": "jia", "乙": "yi"}
_LEVELS = ("county", "township", "village", "city", "province")


@dataclass(frozen=True)
class Actor:
    """Somebody with one role."""

    role: str
    account: Account
    place: Place | None

    def browser(self) -> Client:
        """A browser at which the actor is signed in."""
        client = Client(raise_request_exception=False)
        client.force_login(self.account)
        return client

    @property
    def verbs(self) -> frozenset[str]:
        """What the role may do."""
        return ROLES[self.role].verbs if self.role in ROLES else frozenset()

    def covers(self, place: Place | None) -> bool:
        """Whether a row at this place lies in the actor's area; None is nowhere and everywhere."""
        if place is None:
            return True
        return self.place is not None and place.path.startswith(self.place.path)

    @property
    def knows_one_county(self) -> bool:
        """Whether 乙县 must be unknown to the actor."""
        return self.place is None or self.place.level in ("county", "township", "village")


class World:
    """The tree, the actors of 甲县, and the same rows on both sides."""

    def __init__(self) -> None:
        self.tree = a_tree()
        adopt_scheme("zj-2025-villages", actor=System())
        self.form = Form.objects.get(form=VILLAGE_YEAR)
        self.register = a_register()
        self.presence = a_register(PRESENCE)
        self.accounts = {side: self._account(side) for side in SIDES}
        self.units = {
            side: an_organisation(f"{_LATIN[side]}-unit", f"{side}单位", self.tree[f"{side}县"])
            for side in SIDES
        }
        self.submissions = {side: self._submission(side) for side in SIDES}
        self.rows = {
            side: a_row(self.register, self.village(side), project=f"{side}项目", amount="1")
            for side in SIDES
        }
        self.attachments = {side: self._attachment(side) for side in SIDES}
        self.batches = {side: self._batch(side) for side in SIDES}

    def village(self, side: str) -> Place:
        """The village where a side's rows hang."""
        return self.tree[f"{side}一村"]

    @cached_property
    def actors(self) -> list[Actor]:
        """One of each role on the side of 甲县, and one without any."""
        actors = [self._actor("", None)]
        for role, held in ROLES.items():
            level = next(level for level in _LEVELS if level in held.levels)
            names = {
                "county": "甲县",
                "township": "甲一镇",
                "village": "甲一村",
                "city": "示例市",
                "province": "示例省",
            }
            actors.append(self._actor(role, self.tree[names[level]]))
        return actors

    def _actor(self, role: str, place: Place | None) -> Actor:
        account = an_account(f"actor-{role.replace('_', '-') or 'none'}", role, place)
        return Actor(role, account, place)

    def _account(self, side: str) -> Account:
        account = an_account(f"{_LATIN[side]}-clerk", "village_clerk", self.village(side))
        account.display_name = f"{side}账号"
        account.save()
        keep_contact(account, "13800001234", kept_until=date(2099, 1, 1), actor=System())
        return account

    def _submission(self, side: str) -> Any:
        clerk = self.accounts[side]
        row = open_submission(self.form, self.village(side), YEAR, actor=clerk)
        save_values(row, cells(), seen_version=row.version, actor=clerk)
        return row

    def _attachment(self, side: str) -> Any:
        file = NewFile(f"{side}一村.pdf", b"%PDF-1.4 made up", "evidence")
        return attach(self.rows[side], self.village(side), file, actor=System())

    def _batch(self, side: str) -> Any:
        actor = an_account(f"{_LATIN[side]}-importer", "village_clerk", self.village(side))
        code = self.village(side).code
        table = long_table([code, "households", "2024", 312, "户", ""])
        return handed_in(table, actor, name=f"{side}一村.xlsx")
