"""The hot pages ask the database as often for many places as for few (查询次数不随数据增长)."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.records.factories import a_place, an_account
from tests.records.figures.returns import YEAR, Office, an_office, filled
from tests.records.registers.made_up import a_register, a_row

from bangfu.records.audit.actions import System
from bangfu.records.ground import clock

pytestmark = pytest.mark.django_db

#: The most any hot page may ask; most ask far less.
MOST = 40


@pytest.fixture(autouse=True)
def _day():
    with clock.set_to(date(2026, 1, 10)):
        yield


class Province:
    """A small office that can be made larger, with someone of each level signed in."""

    def __init__(self):
        self.office: Office = an_office()
        self.register = a_register()
        tree = self.office.tree
        people = {
            "province": an_account("province", "scheme_manager", tree["示例省"]),
            "county": self.office.county,
            "town": self.office.town,
            "clerk": self.office.clerk,
        }
        self.clients = {name: signed_in(account) for name, account in people.items()}
        self.fill("甲一村")

    def fill(self, village):
        """A saved return of a village, and a row of the register."""
        filled(self.office, village, actor=System())
        a_row(self.register, self.office.tree[village])

    def grow(self, villages):
        """More villages in two towns, each with a return and a row."""
        tree = self.office.tree
        for _ in range(villages):
            number = len(tree)
            town = ("甲一镇", "乙一镇")[number % 2]
            code = f"{tree[town].code[:9]}{300 + number}"
            tree[f"新{number}村"] = a_place(f"新{number}村", code, "village", tree[town])
            self.fill(f"新{number}村")

    def asked(self, who, address):
        client = self.clients[who]
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(address)
        assert answer.status_code == 200, (who, address, answer.status_code)
        return len(seen)

    def pages(self):
        tree, form = self.office.tree, self.office.form.pk
        entry = f"/figures/{form}/{YEAR}"
        return [
            ("clerk", "/"),
            ("county", "/"),
            ("province", "/"),
            ("county", "/places/?level=village"),
            ("province", "/places/?level=village"),
            ("county", f"/places/{tree['甲一村'].pk}/"),
            ("county", f"/places/{tree['甲一镇'].pk}/"),
            ("clerk", f"{entry}/{tree['甲一村'].pk}/"),
            ("town", f"{entry}/{tree['甲一镇'].pk}/sheet/"),
            ("county", f"{entry}/{tree['甲县'].pk}/coverage/"),
            ("province", f"{entry}/{tree['示例省'].pk}/coverage/"),
            ("province", "/search/?q=村"),
            ("county", "/registers/"),
            ("province", f"/registers/{self.register.pk}/"),
            ("province", f"/registers/{self.register.pk}/coverage/"),
        ]


def signed_in(account):
    client = Client()
    client.force_login(account)
    return client


def test_no_hot_page_asks_more_often_when_there_are_more_places(settings):
    settings.SECOND_FACTOR = "off"
    province = Province()
    province.grow(2)
    few = {page: province.asked(*page) for page in province.pages()}
    province.grow(12)
    many = {page: province.asked(*page) for page in province.pages()}
    assert many == few
    assert max(many.values()) <= MOST, many
