"""Grants against their sources: what is planted is found, what is right is not."""

from datetime import date

import pytest
from tests.records.factories import a_tree, an_account, an_organisation

from bangfu.records.access.models import AccessGrant
from bangfu.records.accounts.actions import give_role
from bangfu.records.accounts.verification import verify_grants
from bangfu.records.audit.actions import System
from bangfu.records.organisations.models import HelperLink

pytestmark = pytest.mark.django_db


@pytest.fixture
def site():
    tree = a_tree()
    an_account("one", "county_office", tree["甲县"])
    unit = an_organisation("U1", "示例单位", tree["示例市"])
    HelperLink.objects.create(place=tree["甲一村"], organisation=unit, starts_on=date(2021, 1, 1))
    HelperLink.objects.create(place=tree["乙一村"], organisation=unit, starts_on=date(2021, 1, 1))
    give_role(an_account("two"), "helper_unit", unit, starts_on=date(2020, 1, 1), actor=System())
    return tree


def kinds():
    return [finding.kind for finding in verify_grants()]


def test_nothing_is_found_where_all_is_right(site):
    assert kinds() == []


def test_a_planted_grant_is_found(site):
    grant = AccessGrant.objects.first()
    grant.pk, grant.place = None, site["乙县"]
    grant.save()
    assert [(found.kind, found.place_id) for found in verify_grants()] == [
        ("extra", site["乙县"].pk)
    ]


def test_a_removed_grant_is_found(site):
    AccessGrant.objects.filter(kind="pairing").order_by("pk").last().delete()
    assert kinds() == ["missing"]


@pytest.mark.parametrize(
    "change",
    [
        {"role": "scheme_manager"},
        {"ends_on": date(2030, 1, 1)},
        {"starts_on": date(2019, 1, 1)},
        {"kind": "liaison"},
    ],
)
def test_a_changed_grant_is_found(site, change):
    AccessGrant.objects.filter(pk=AccessGrant.objects.first().pk).update(**change)
    assert kinds() == ["extra", "missing"]


def test_a_grant_turned_into_a_lent_one_is_found(site):
    grant = AccessGrant.objects.first()
    AccessGrant.objects.filter(pk=grant.pk).update(on_behalf_of_id=grant.subject_id)
    assert kinds() == ["extra", "missing"]


@pytest.mark.parametrize(
    "source", ["accounts.roleassignment:999999", "accounts.roleassignment:x", "by hand", ""]
)
def test_a_grant_of_no_post_is_found(site, source):
    grant = AccessGrant.objects.first()
    grant.pk, grant.source = None, source
    grant.save()
    assert kinds() == ["unknown_source"]
