"""Collectives: entered once at a village, changed only as they were seen."""

from datetime import date

import pytest
from tests.records.factories import a_tree, an_account

from bangfu.records.audit.actions import System
from bangfu.records.audit.models import AuditEntry
from bangfu.records.ground.refusals import NotAllowed, Refused, Stale
from bangfu.records.organisations.collectives import (
    NewCollective,
    change_collective,
    enter_collective,
)
from bangfu.records.organisations.models import CollectiveOrganisation
from bangfu.vocabulary.period import FOREVER

pytestmark = pytest.mark.django_db
DAY = date(2020, 1, 1)


@pytest.fixture
def tree():
    return a_tree()


@pytest.fixture
def body(tree):
    return enter_collective(NewCollective(tree["甲一村"], "N1", "甲一社", DAY), actor=System())


def test_a_village_may_have_several(tree, body):
    enter_collective(NewCollective(tree["甲一村"], "N2", "甲二社", DAY), actor=System())
    assert CollectiveOrganisation.objects.filter(place=tree["甲一村"]).count() == 2


@pytest.mark.parametrize(
    ("place", "code", "name", "fault"),
    [
        ("甲县", "N2", "社", "COL-01"),
        ("甲一村", " ", "社", "COL-02"),
        ("甲一村", "N" * 41, "社", "COL-02"),
        ("甲一村", "N1", "社", "COL-03"),
        ("甲一村", "N2", "\n", "ORG-05"),
    ],
)
def test_what_is_not_fit_is_refused(tree, body, place, code, name, fault):
    with pytest.raises(Refused, match=fault):
        enter_collective(NewCollective(tree[place], code, name, DAY), actor=System())


def test_a_change_is_logged_with_what_stood_before(body):
    change_collective(body, "新名社", date(2026, 1, 1), seen_version=1, actor=System())
    entry = AuditEntry.objects.get(act="collectives.change")
    assert entry.data["before"] == {"name": "甲一社", "ends_on": FOREVER.isoformat()}
    assert entry.data["after"] == {"name": "新名社", "ends_on": "2026-01-01"}


def test_an_older_version_changes_nothing(body):
    change_collective(body, "新名社", FOREVER, seen_version=1, actor=System())
    with pytest.raises(Stale):
        change_collective(body, "又一名", FOREVER, seen_version=1, actor=System())


def test_none_ends_before_it_began(body):
    with pytest.raises(Refused, match="COL-04"):
        change_collective(body, "甲一社", DAY, seen_version=1, actor=System())


@pytest.mark.parametrize(
    ("role", "place"), [("county_office", "乙县"), ("village_clerk", "甲一村")]
)
def test_who_may_not_maintain_units_changes_none(tree, body, role, place):
    actor = an_account("other", role, tree[place])
    with pytest.raises(NotAllowed):
        change_collective(body, "新名社", FOREVER, seen_version=1, actor=actor)
