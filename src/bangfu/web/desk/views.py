"""The desk (工作台), signing in and out."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

from bangfu.records.figures.agenda import agenda_of
from bangfu.records.ground import clock
from bangfu.records.jobs.models import Job
from bangfu.web.pages import open_page, signed_in_page

__all__ = ["desk", "health", "set_language"]


@signed_in_page
def desk(request: HttpRequest) -> HttpResponse:
    """What this account has to do."""
    context = {
        "agenda": agenda_of(request.user),
        "jobs": _open_jobs(request.user),
        "today": clock.today(),
    }
    return render(request, "desk/index.html", context)


def _open_jobs(user: Any) -> list[Job]:
    """The work of the account that is still running."""
    states = (Job.State.WAITING, Job.State.RUNNING)
    return list(Job.objects.filter(asked_by=user.pk, state__in=states).order_by("-pk")[:5])


@open_page
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Show the pages in the language chosen."""
    language = request.POST.get("language", "")
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    response = HttpResponseRedirect(target)
    if check_for_language(language):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax")
    return response


@open_page
def health(request: HttpRequest) -> HttpResponse:
    """Whether the site and its database answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return JsonResponse({"status": "ok"})
