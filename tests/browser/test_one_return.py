"""One return through its whole life, as its people see it: from the village to the export.

Sign in, enter, be sent back, correct, be approved by the town and the county, be exported, and
the clerk hands the post over; in both languages, on a desk and on a phone.
"""

from __future__ import annotations

from typing import Any

import pytest
from tests.records.factories import PASSWORD, an_account
from tests.records.figures.returns import FIGURES, an_office

from bangfu.records.access.gate import active_grants
from bangfu.records.accounts.models import Account
from bangfu.records.audit.chain import first_break
from bangfu.records.figures.models import Observation, Submission
from bangfu.records.ground import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PERIOD = "2025"


def press(person: Any, selector: str) -> None:
    """A button that leads to a page; the page is looked at."""
    with person.page.expect_navigation():
        person.page.locator(selector).first.click()
    person.look()


def fill(person: Any, values: dict[str, str]) -> None:
    """The cells of an entry page, those folded away as well."""
    for box in person.page.locator("main details").all():
        box.evaluate("box => { box.open = true }")
    for code, text in values.items():
        person.page.fill(f"#v-{code}", text)


@pytest.mark.parametrize("width", ["wide", "narrow"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_from_entering_to_handing_over(visitor, settings, language, width):
    settings.SECOND_FACTOR = "off"
    office = an_office()
    successor = an_account("next", "grid_worker", office.tree["甲一村"])
    entry = f"/figures/{office.form.pk}/{PERIOD}/{office.tree['甲一村'].pk}/"

    clerk = visitor(language, width)
    clerk.sign_in("clerk", PASSWORD)
    clerk.open("/figures/")
    clerk.open(entry)
    fill(clerk, FIGURES | {"households": "3200"})
    press(clerk, "main button[value=submit]")
    row = Submission.objects.get()
    assert (row.state, row.at_level) == ("submitted", "township")

    town = visitor(language, width)
    town.sign_in("town", PASSWORD)
    town.open(f"/figures/returns/{row.pk}/")
    town.page.fill("#comment", "示例退回意见")
    press(town, "main button[value=return]")
    row.refresh_from_db()
    assert row.state == "returned"

    clerk.open("/")
    clerk.open(entry)
    fill(clerk, {"households": "320"})
    press(clerk, "main button[value=submit]")

    town.open(f"/figures/returns/{row.pk}/")
    press(town, "main button[value=approve]")
    county = visitor(language, width)
    county.sign_in("county", PASSWORD)
    county.open("/")
    county.open(f"/figures/returns/{row.pk}/")
    press(county, "main button[value=approve]")
    row.refresh_from_db()
    assert row.state == "approved"
    assert Observation.objects.get(element__element="households").value_int == 320

    for address in (
        f"/figures/{office.form.pk}/{PERIOD}/{office.tree['甲县'].pk}/coverage/",
        f"/places/{office.tree['甲一村'].pk}/",
        f"/registers/exports/forms/{office.form.pk}/?period={PERIOD}&place={office.tree['甲县'].pk}",
    ):
        county.open(address)

    hand_over(visitor(language, width), "clerk", successor)
    roles = {grant.role for grant in active_grants(Account.objects.get(pk=successor.pk))}
    assert roles == {"grid_worker", "village_clerk"}
    assert first_break() is None


def hand_over(person: Any, leaver: str, successor: Account) -> None:
    """The county's administrator passes the post on, from today."""
    person.sign_in("county", PASSWORD)
    person.open("/accounts/handovers/new/")
    person.page.fill("[name=leaver]", leaver)
    person.page.fill("[name=successor]", successor.sign_in_name)
    person.page.fill("[name=on]", clock.today().isoformat())
    press(person, "main button[value=look]")
    press(person, "main form:has(input[name=step][value=confirm]) button[type=submit]")
