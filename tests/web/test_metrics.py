"""Figures about the installation go to this machine or to the holder of the token."""

import pytest
from django.test import Client
from tests.records.factories import a_tree, an_account

from bangfu.records.ground import clock
from bangfu.records.jobs.models import Job

pytestmark = pytest.mark.django_db


def test_they_count_jobs_and_name_nobody():
    tree = a_tree()
    an_account("someone", "county_office", tree["甲县"])
    Job.objects.create(kind="tests.wait", idempotency_key="k", asked_at=clock.now())
    text = Client().get("/metrics/").content.decode()
    assert 'bangfu_jobs{state="waiting"} 1' in text
    assert "someone" not in text
    assert "甲县" not in text


@pytest.mark.parametrize(
    "more", [{"REMOTE_ADDR": "10.0.0.9"}, {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}]
)
def test_strangers_are_refused(more):
    assert Client(**more).get("/metrics/").status_code == 403


def test_with_a_token_only_its_holder_reads(monkeypatch):
    monkeypatch.setenv("BANGFU_METRICS_TOKEN", "made-up")
    holder = Client(HTTP_AUTHORIZATION="Bearer made-up", REMOTE_ADDR="10.0.0.9")
    assert [c.get("/metrics/").status_code for c in (Client(), holder)] == [403, 200]
