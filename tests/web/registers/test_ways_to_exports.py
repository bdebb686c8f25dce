"""From where people work a link leads to the export; only those who may export see it."""

import pytest
from django.test import Client
from tests.records.factories import an_account
from tests.records.figures.returns import an_office

pytestmark = pytest.mark.django_db


def addresses(office):
    county, village = office.tree["甲县"].pk, office.tree["甲一村"].pk
    form = f"/figures/{office.form.pk}/2025"
    export = f"/registers/exports/forms/{office.form.pk}/?period=2025&amp;place={county}"
    return {
        f"{form}/{county}/coverage/": export,
        "/places/": "/registers/exports/places/",
        f"/places/{village}/": f"/registers/exports/places/{village}/docx/",
    }


@pytest.mark.parametrize(("role", "sees"), [("county_office", True), ("helper_unit", False)])
def test_the_link_is_there_for_those_who_may_export(role, sees):
    office = an_office()
    scope = office.tree["甲一村"] if role == "helper_unit" else office.tree["甲县"]
    client = Client()
    client.force_login(an_account("reader", role, scope))
    for address, link in addresses(office).items():
        answer = client.get(address)
        if answer.status_code == 200:
            assert (link in answer.content.decode()) is sees, address
        else:
            assert not sees


def test_the_link_leads_to_the_export_of_what_is_shown():
    office = an_office()
    client = Client()
    client.force_login(office.county)
    for link in addresses(office).values():
        assert client.get(link.replace("&amp;", "&")).status_code == 200
