"""Jobs: asked once, taken by one, resumed behind the last whole unit, called off, given up."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from tests.records.factories import a_tree, an_account

from bangfu.records.audit.models import AuditEntry
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import NotAllowed, refuse
from bangfu.records.jobs import registry
from bangfu.records.jobs.actions import ask, call_off
from bangfu.records.jobs.models import Job
from bangfu.records.jobs.registry import job, kind_of
from bangfu.records.jobs.running import JobRun, LeaseLost
from bangfu.records.jobs.worker import Worker
from bangfu.vocabulary.text import Text

pytestmark = pytest.mark.django_db

Steps = list[Any]


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Steps:
    """A job ``test.count`` of ten units; what it did, unit by unit."""
    done: Steps = []
    monkeypatch.setattr(registry, "_kinds", dict(registry._kinds))

    @job("test.count", label=Text("计数", "counting"))
    def count(run: JobRun) -> dict[str, Any]:
        for number in range(int(run.checkpoint.get("number", 0)) + 1, 11):
            with run.unit({"number": number}, done=number, total=10):
                done.append(number)
                if run.arguments.get("fails_at") == number:
                    raise OperationalError("the database went away")
                if run.arguments.get("refuses_at") == number:
                    raise refuse("TST-01", Text("不行。", "No."))
                if run.arguments.get("breaks_at") == number:
                    raise ZeroDivisionError("李四 330102199001010011")
        return {"counted": 10}

    return done


def _asked(**arguments: Any) -> Job:
    actor = an_account("asker", "county_office", a_tree()["甲县"])
    return ask("test.count", arguments, key="once", actor=actor)


def test_a_job_asked_for_twice_is_one_job(steps: Steps) -> None:
    first = _asked()
    again = ask("test.count", {}, key="once", actor=first.asked_by)
    assert again.pk == first.pk
    Worker("w").work_off()
    assert steps == list(range(1, 11))
    assert AuditEntry.objects.filter(act="jobs.ask").count() == 2


def test_a_kind_nobody_declared_is_refused_when_it_is_asked_for(steps: Steps) -> None:
    actor = an_account("asker", "county_office", a_tree()["甲县"])
    with pytest.raises(ValueError, match=r"test\.nothing"):
        ask("test.nothing", {}, key="k", actor=actor)


def test_a_done_job_says_what_came_of_it(steps: Steps) -> None:
    job_id = _asked().pk
    Worker("w").work_off()
    held = Job.objects.get(pk=job_id)
    assert (held.state, held.done, held.total, held.result) == ("done", 10, 10, {"counted": 10})
    assert (held.lease_holder, held.lease_until) == ("", None)


def test_of_two_workers_one_takes_the_job(steps: Steps) -> None:
    job_id = _asked().pk
    assert [Worker("a").claim(), Worker("b").claim()] == [job_id, None]


def test_a_silent_worker_loses_the_job_and_another_goes_on_behind_the_last_unit(
    steps: Steps,
) -> None:
    job_id = _asked().pk
    first = Worker("a")
    first.claim()
    run = JobRun(job_id, first.holder, "test.count", {}, {})
    with run.unit({"number": 4}, done=4):
        pass
    assert Worker("b").claim() is None
    with clock.set_to(clock.now() + timedelta(minutes=2)):
        assert Worker("b").work_off() == 1
    assert steps == [5, 6, 7, 8, 9, 10]
    with pytest.raises(LeaseLost), run.unit({"number": 5}):
        steps.append("written after the lease was lost")
    assert steps == [5, 6, 7, 8, 9, 10]


def test_a_job_that_waits_is_called_off_at_once_and_one_under_way_after_its_unit(
    steps: Steps,
) -> None:
    waiting = _asked()
    assert call_off(waiting, actor=waiting.asked_by).state == "cancelled"
    running = ask("test.count", {}, key="two", actor=waiting.asked_by)
    Worker("a").claim()
    call_off(running, actor=waiting.asked_by)
    assert Job.objects.get(pk=running.pk).state == "running"
    with clock.set_to(clock.now() + timedelta(minutes=2)):
        Worker("b").work_off()
    assert (Job.objects.get(pk=running.pk).state, steps) == ("cancelled", [])


def test_only_the_one_who_asked_calls_a_job_off(steps: Steps) -> None:
    asked = _asked()
    with pytest.raises(NotAllowed):
        call_off(asked, actor=an_account("other"))


def test_a_database_that_goes_away_is_tried_again_but_not_for_ever(steps: Steps) -> None:
    job_id = _asked(fails_at=3).pk
    now = clock.now()
    for minutes in (0, 2, 4, 6, 8):
        with clock.set_to(now + timedelta(minutes=minutes)):
            Worker("w").work_off()
    held = Job.objects.get(pk=job_id)
    assert (held.state, held.faults[0]["code"], held.checkpoint) == (
        "failed",
        "JOB-02",
        {"number": 2},
    )


def test_a_refusal_ends_the_job_with_its_words(steps: Steps) -> None:
    job_id = _asked(refuses_at=2).pk
    Worker("w").work_off()
    held = Job.objects.get(pk=job_id)
    assert (held.state, held.faults[0]["code"], held.done) == ("failed", "TST-01", 1)


def test_a_fault_of_ours_is_kept_and_logged_without_what_somebody_entered(
    steps: Steps, caplog: pytest.LogCaptureFixture
) -> None:
    job_id = _asked(breaks_at=1).pk
    Worker("w").work_off()
    held = Job.objects.get(pk=job_id)
    assert held.faults[0]["code"] == "JOB-01"
    told = caplog.text + str(held.faults)
    assert "ZeroDivisionError" in told
    assert "330102199001010011" not in told


def test_a_kind_that_is_gone_fails_in_words(steps: Steps) -> None:
    job_id = _asked().pk
    Job.objects.filter(pk=job_id).update(kind="test.gone")
    Worker("w").work_off()
    held = Job.objects.get(pk=job_id)
    assert (held.state, held.faults[0]["code"]) == ("failed", "JOB-04")


def test_a_worker_told_to_go_home_puts_the_job_back(steps: Steps) -> None:
    job_id = _asked().pk
    worker = Worker("w")
    worker._closing = threading.Event()
    worker._closing.set()
    worker.claim()
    worker.perform(job_id)
    held = Job.objects.get(pk=job_id)
    assert (held.state, held.attempts, steps) == ("waiting", 0, [])
    Worker("next").work_off()
    assert steps == list(range(1, 11))


@pytest.mark.django_db(transaction=True)
def test_a_worker_thread_takes_work_until_it_is_told_to_stop(steps: Steps) -> None:
    job_id = _asked().pk
    stop = threading.Event()
    thread = threading.Thread(target=_run_and_close, args=(stop,))
    thread.start()
    for _ in range(200):
        if Job.objects.get(pk=job_id).state == "done":
            break
        stop.wait(0.05)
    stop.set()
    thread.join(10)
    assert (Job.objects.get(pk=job_id).state, thread.is_alive()) == ("done", False)


def _run_and_close(stop: threading.Event) -> None:
    Worker("thread").run(stop)
    connection.close()


def test_two_functions_cannot_claim_one_kind(steps: Steps) -> None:
    with pytest.raises(ValueError, match=r"test\.count"):

        @job("test.count", label=Text("别的", "another"))
        def other(run: JobRun) -> dict[str, Any]:
            return {}

    assert kind_of("test.count").attempts == 3
