"""What every page on rows must prove: sign-in, 403 without the right, 404 outside the area."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from tests.records.factories import a_tree, an_account

__all__ = ["AreaGate"]


@pytest.mark.django_db
class AreaGate:
    """Inherit, and say where the page of a row in 甲县 is."""

    #: A role that may open the page, and one that may not open it anywhere ("" for no role).
    role_with = "county_office"
    role_without = "audit_administrator"

    def address(self, tree: dict[str, Any]) -> str:
        """The page of a row that lies in 甲县."""
        raise NotImplementedError

    def _answer(self, account: Any, address: str) -> int:
        client = Client()
        if account is not None:
            client.force_login(account)
        return client.get(address).status_code

    def test_nobody_is_sent_to_the_sign_in_page(self) -> None:
        address = self.address(a_tree())
        answer = Client().get(address)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/sign-in/")

    def test_an_account_without_the_right_is_refused(self) -> None:
        tree = a_tree()
        account = an_account(
            "without", self.role_without, tree["甲县"] if self.role_without else None
        )
        assert self._answer(account, self.address(tree)) == 403

    def test_another_area_finds_nothing(self) -> None:
        tree = a_tree()
        account = an_account("other", self.role_with, tree["乙县"])
        assert self._answer(account, self.address(tree)) == 404

    def test_its_own_area_finds_the_row(self) -> None:
        tree = a_tree()
        account = an_account("own", self.role_with, tree["甲县"])
        assert self._answer(account, self.address(tree)) == 200
