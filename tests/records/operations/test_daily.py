"""What a day brings is done once, and one matter that is refused holds up no other."""

from datetime import date

import pytest
from tests.records.factories import a_tree, an_organisation

from bangfu.records.audit.actions import System
from bangfu.records.audit.models import AuditEntry
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import refuse
from bangfu.records.jobs.models import Job
from bangfu.records.jobs.worker import Worker
from bangfu.records.operations import daily
from bangfu.records.operations.daily import ask_for_today
from bangfu.records.organisations.actions import rename_organisation
from bangfu.vocabulary.text import Text

pytestmark = pytest.mark.django_db

BEFORE, ON = date(2026, 3, 1), date(2026, 3, 5)


def a_unit_renamed_later():
    unit = an_organisation("U1", "示例局", a_tree()["甲县"])
    with clock.set_to(BEFORE):
        rename_organisation(unit, "示例新局", ON, seen_version=unit.version, actor=System())
    return unit


def done_on(day):
    with clock.set_to(day):
        ask_for_today()
        Worker("test").work_off()


def test_a_name_takes_effect_on_its_day_and_not_before():
    unit = a_unit_renamed_later()
    done_on(BEFORE)
    unit.refresh_from_db()
    assert unit.name == "示例局"
    done_on(ON)
    unit.refresh_from_db()
    assert unit.name == "示例新局"


def test_a_day_on_which_nothing_ran_is_made_up_for():
    unit = a_unit_renamed_later()
    done_on(date(2026, 3, 9))
    unit.refresh_from_db()
    assert unit.name == "示例新局"


def test_a_day_is_asked_for_once():
    with clock.set_to(ON):
        assert [ask_for_today() is None for _ in range(3)] == [False, True, True]
    assert Job.objects.count() == 1


def test_a_matter_that_is_refused_holds_up_no_other(monkeypatch):
    def refused(on):
        raise refuse("TST-01", Text("不行", "no"))

    done = []
    monkeypatch.setattr(daily, "MATTERS", {"a": refused, "b": lambda on: done.append(on) or 1})
    done_on(ON)
    job = Job.objects.get()
    assert (job.state, done) == ("failed", [ON])
    assert [fault["code"] for fault in job.faults] == ["TST-01"]


def test_the_log_holds_what_the_day_did():
    a_tree()
    done_on(ON)
    entry = AuditEntry.objects.get(act="operations.daily")
    assert (entry.data["on"], set(entry.data["done"])) == ("2026-03-05", set(daily.MATTERS))
