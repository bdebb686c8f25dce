"""What stands before every view (入口检查): a name for the request, the gatekeeper, refusals."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from bangfu.records.access.gate import grants_remembered
from bangfu.records.access.policies import verbs_held
from bangfu.records.accounts.second_factor import has_second_factor, is_asked
from bangfu.records.audit.actions import request_named
from bangfu.records.ground.full_disk import disk_full, is_disk_full
from bangfu.records.ground.refusals import NotAllowed, Refused, Stale
from bangfu.vocabulary.errors import FaultsFound
from bangfu.web.pages import Mark, mark_of
from bangfu.web.sessions import code_was_given

__all__ = ["Gatekeeper", "Refusals", "RequestNames"]

Respond = Callable[[HttpRequest], HttpResponse]
_log = logging.getLogger("bangfu.web")

#: Where somebody who must change the password may still go.
_ALLOWED_BEFORE_CHANGE = frozenset({"change_password", "sign_out", "set_language"})
#: Where somebody may go whose second factor is still asked.
_ALLOWED_BEFORE_CODE = _ALLOWED_BEFORE_CHANGE | {
    "second_factor",
    "second_factor_set_up",
    "my_account",
    "act_for",
}


class RequestNames:
    """Gives each request a number, which its log lines and its audit entries carry."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = uuid.uuid4().hex  # type: ignore[attr-defined]
        with _memory_of(request), request_named(request.request_id):  # type: ignore[attr-defined]
            response = self.get_response(request)
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        return response


def _memory_of(request: HttpRequest) -> AbstractContextManager[None]:
    """Reading requests read the grants once; those that write may change them under way."""
    return grants_remembered() if request.method in ("GET", "HEAD") else nullcontext()


class Gatekeeper:
    """Anonymous people go to the sign-in page; people without the right are told so (403)."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Read the view's mark before it runs."""
        mark = mark_of(view)
        if mark is None:
            raise PermissionDenied("this page says not who may open it")
        if mark.public:
            return None
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        name = request.resolver_match.url_name
        if request.user.must_change_password and name not in _ALLOWED_BEFORE_CHANGE:
            return redirect("change_password")
        if mark.verbs:
            request.verbs = verbs_held(request.user)
            if not request.verbs.intersection(mark.verbs):
                return _refusal(request, 403, [])
        if name not in _ALLOWED_BEFORE_CODE:
            return _second_factor(request, mark)
        return None


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page; a part of a page asks for the whole page to go there."""
    if request.headers.get("HX-Request") == "true":
        answer = HttpResponse(status=401)
        answer["HX-Redirect"] = reverse("sign_in")
        return answer
    return redirect_to_login(request.get_full_path())


def _second_factor(request: Any, mark: Mark) -> HttpResponse | None:
    """To the page that asks the code, or sets it up, where every way in needs one."""
    if code_was_given(request):
        return None
    usable = request.verbs.intersection(mark.verbs) if mark.verbs else frozenset()
    if not is_asked(request.user, usable):
        return None
    page = "second_factor" if has_second_factor(request.user) else "second_factor_set_up"
    return redirect_to_login(request.get_full_path(), reverse(page))


class Refusals:
    """Turns what the records refuse into a page with the right status and all the faults."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """403, 412, 409 or 400, and 507 on a full disk; all else is a fault of ours."""
        if isinstance(error, NotAllowed):
            return _refusal(request, 403, error.faults)
        if isinstance(error, Stale):
            return _refusal(request, 412, error.faults, difference=error.difference)
        if isinstance(error, Refused):
            return _refusal(request, 409, error.faults)
        if isinstance(error, FaultsFound):
            return _refusal(request, 400, error.faults)
        if is_disk_full(error):
            _log.error("the disk is full", extra={"request_id": _name_of(request)})
            return _refusal(request, 507, disk_full().faults)
        return None


def _name_of(request: HttpRequest) -> str:
    return str(getattr(request, "request_id", ""))


def _refusal(request: HttpRequest, status: int, faults: Any, **more: Any) -> HttpResponse:
    _log.info("refused %s", status, extra={"request_id": _name_of(request)})
    return render(
        request, "refused.html", {"status": status, "faults": faults, **more}, status=status
    )
