"""What people do about jobs (任务操作): asking for one, calling it off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from bangfu.records.audit.actions import action, note
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import NotAllowed
from bangfu.records.jobs.ending import stop
from bangfu.records.jobs.models import Job
from bangfu.records.jobs.registry import kind_of
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.text import Text

__all__ = ["ask", "call_off"]


@action("jobs.ask")
def ask(kind: str, arguments: Mapping[str, Any], *, key: str, actor: Any) -> Job:
    """Ask for long work (提交任务); the same ``key`` again gives the job that is there."""
    kind_of(kind)
    held, is_new = Job.objects.get_or_create(
        idempotency_key=key,
        defaults={
            "kind": kind,
            "arguments": dict(arguments),
            "asked_by_id": actor.pk,
            "asked_at": clock.now(),
        },
    )
    note(held, kind=kind, is_new=is_new)
    return held


@action("jobs.call_off")
def call_off(job: Job, *, actor: Any) -> Job:
    """Call a job off (取消任务): one that waits ends now, one that runs ends after its unit."""
    if job.asked_by_id != actor.pk:
        raise NotAllowed([_not_yours()])
    with transaction.atomic():
        Job.objects.filter(pk=job.pk, state__in=Job.OPEN_STATES).update(cancel_requested=True)
        waiting = Job.objects.select_for_update().filter(pk=job.pk, state=Job.State.WAITING)
        if found := waiting.first():
            stop(found, Job.State.CANCELLED)
    job.refresh_from_db()
    note(job, state=job.state)
    return job


def _not_yours() -> Fault:
    return Fault(
        "JOB-03",
        "",
        Text("这项任务由他人提交。", "Somebody else asked for this job."),
        Text("请由提交人取消。", "The person who asked may call it off."),
    )
