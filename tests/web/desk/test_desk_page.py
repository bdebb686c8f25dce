"""The desk: one page with everything to do, in a fixed number of queries."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.records.factories import an_account
from tests.records.figures.returns import DAY, an_office, filled

from bangfu.records.figures.actions import submit
from bangfu.records.ground import clock
from bangfu.records.jobs.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day():
    with clock.set_to(DAY):
        yield


def page_of(account):
    client = Client()
    client.force_login(account)
    return client.get("/").content.decode()


def test_a_clerk_goes_to_the_return_in_one_click():
    office = an_office()
    page = page_of(office.clerk)
    assert f'href="/figures/{office.form.pk}/2025/{office.tree["甲一村"].pk}/"' in page


def test_a_reviewer_goes_to_the_one_return_that_waits():
    office = an_office()
    row = filled(office)
    submit(row.pk, seen_version=row.version, actor=office.clerk)
    assert f'href="/figures/returns/{row.pk}/"' in page_of(office.town)


def test_the_own_running_work_is_shown_and_nobody_elses():
    office = an_office()
    for number, account in enumerate((office.clerk, office.town)):
        Job.objects.create(
            kind=f"示例任务{number}", idempotency_key=str(number), asked_by=account,
            asked_at=clock.now(), state="running", done=1, total=2,
        )  # fmt: skip
    page = page_of(office.clerk)
    assert ("示例任务0" in page, "示例任务1" in page) == (True, False)


def test_who_has_nothing_to_do_is_told_so():
    an_office()
    assert "现在没有要办的事项。" in page_of(an_account("nobody"))


def test_the_page_takes_a_fixed_number_of_queries():
    office = an_office()

    def queries():
        client = Client()
        client.force_login(office.town)
        with CaptureQueriesContext(connection) as seen:
            client.get("/")
        return len(seen)

    before = queries()
    for village in ("甲一村", "甲二村"):
        row = filled(office, village, actor=office.town)
        submit(row.pk, seen_version=row.version, actor=office.town)
    assert queries() <= before
