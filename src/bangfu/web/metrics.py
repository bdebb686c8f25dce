"""Figures about the installation itself (运行指标), in the text form Prometheus reads.

No place, person or value of the records is in them. They are given to this machine alone, or to
whoever shows the token in ``BANGFU_METRICS_TOKEN``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from hmac import compare_digest

from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden

from bangfu import __version__
from bangfu.records.accounts.models import Account
from bangfu.records.audit.models import ChainHead
from bangfu.records.ground import clock
from bangfu.records.jobs.models import Job
from bangfu.web.pages import open_page

__all__ = ["metrics"]

_LOOPBACK = frozenset({"127.0.0.1", "::1"})


@open_page
def metrics(request: HttpRequest) -> HttpResponse:
    """All figures, or 403 for strangers."""
    if not _may_read(request):
        return HttpResponseForbidden()
    lines = "\n".join(_lines()) + "\n"
    return HttpResponse(lines, content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_read(request: HttpRequest) -> bool:
    token = os.environ.get("BANGFU_METRICS_TOKEN", "")
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token:
        return compare_digest(given, token)
    # Behind a front server every request seems to come from this machine.
    forwarded = "X-Forwarded-For" in request.headers
    return not forwarded and request.META.get("REMOTE_ADDR") in _LOOPBACK


def _lines() -> Iterator[str]:
    yield f'bangfu_info{{version="{__version__}"}} 1'
    counts = dict(Job.objects.values_list("state").annotate(Count("pk")))
    for state in Job.State.values:
        yield f'bangfu_jobs{{state="{state}"}} {counts.get(state, 0)}'
    waiting = Job.objects.filter(state=Job.State.WAITING).aggregate(since=Min("asked_at"))["since"]
    age = (clock.now() - waiting).total_seconds() if waiting else 0
    yield f"bangfu_oldest_waiting_job_seconds {age:.0f}"
    yield f"bangfu_log_entries {ChainHead.objects.get(pk=1).sequence}"
    yield f"bangfu_active_accounts {Account.objects.filter(is_active=True).count()}"
