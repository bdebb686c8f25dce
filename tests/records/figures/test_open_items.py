"""What a leaver has open among returns, and who goes on with it."""

import pytest
from tests.records.factories import an_account
from tests.records.figures.returns import DAY, an_office, filled

from bangfu.records.accounts.open_items import open_items_of, reassign_open_items
from bangfu.records.figures.actions import submit
from bangfu.records.figures.models import Observation
from bangfu.records.ground import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day():
    with clock.set_to(DAY):
        yield


def names(account):
    return [name for name, _ in open_items_of(account)]


def test_begun_returns_go_to_the_successor_and_who_entered_them_stays():
    office = an_office()
    filled(office)
    successor = an_account("next", "village_clerk", office.tree["甲一村"])
    assert names(office.clerk) == ["figures.begun"]
    assert reassign_open_items(office.clerk, successor) == {"figures.begun": 1}
    assert (names(office.clerk), names(successor)) == ([], ["figures.begun"])
    assert set(Observation.objects.values_list("entered_by_id", flat=True)) == {office.clerk.pk}


def test_reviews_follow_the_post():
    office = an_office()
    row = filled(office)
    submit(row.pk, seen_version=row.version, actor=office.clerk)
    assert "figures.to_review" in names(office.town)
    assert "figures.to_review" not in names(office.county)
