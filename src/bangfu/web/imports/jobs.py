"""One's own jobs (我的任务): how far each is, and calling one off."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from bangfu.records.ground.keyset import keyset_page
from bangfu.records.jobs.actions import call_off
from bangfu.records.jobs.models import Job
from bangfu.records.jobs.registry import kind_of
from bangfu.vocabulary.text import Text
from bangfu.web.filters import choice, read_filters
from bangfu.web.pages import signed_in_page

__all__ = ["cancel", "mine", "progress"]


@signed_in_page
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """The jobs one asked for, the last first."""
    filters = read_filters(request.GET, {"state": choice(Job.State.values)})
    found = Job.objects.filter(asked_by_id=request.user.pk)
    if "state" in filters:
        found = found.filter(state=filters["state"])
    listed = keyset_page(found, order=("-id",), cursor=request.GET.get("cursor", ""))
    context = {"page": listed, "jobs": [(job, _label(job)) for job in listed.items]}
    return render(request, "imports/jobs.html", context)


@signed_in_page
@require_GET
def progress(request: HttpRequest, job_id: int) -> HttpResponse:
    """How far one job is: a part of a page, asked for again and again until it ends."""
    job = get_object_or_404(Job, pk=job_id, asked_by_id=request.user.pk)
    return render(request, "imports/job.html", {"job": job, "label": _label(job)})


@signed_in_page
@require_POST
def cancel(request: HttpRequest, job_id: int) -> HttpResponse:
    """Call a job off."""
    job = get_object_or_404(Job, pk=job_id, asked_by_id=request.user.pk)
    call_off(job, actor=request.user)
    return redirect("jobs")


def _label(job: Job) -> Text:
    try:
        return kind_of(job.kind).label
    except ValueError:
        return Text(job.kind, job.kind)
