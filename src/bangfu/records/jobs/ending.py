"""How a job ends without success (任务终止): its state, its faults, its kind's own tidying up."""

from __future__ import annotations

from bangfu.records.ground import clock
from bangfu.records.jobs.models import Job
from bangfu.records.jobs.registry import kind_of
from bangfu.vocabulary.errors import Fault

__all__ = ["fault_data", "stop"]


def stop(job: Job, state: str, *, faults: tuple[Fault, ...] = ()) -> None:
    """End a job without success and let its kind put its own things in order."""
    job.state = state
    job.faults = [fault_data(fault) for fault in faults]
    job.finished_at = clock.now()
    job.lease_holder, job.lease_until = "", None
    job.save()
    try:
        stopped = kind_of(job.kind).stopped
    except ValueError:
        return
    if stopped is not None:
        stopped(job)


def fault_data(fault: Fault) -> dict[str, str]:
    """A fault as it is kept: plain text in both languages."""
    data = {
        "code": fault.code,
        "where": fault.where,
        "zh": fault.message.zh,
        "en": fault.message.en,
    }
    if fault.remedy:
        data |= {"remedy_zh": fault.remedy.zh, "remedy_en": fault.remedy.en}
    return data
