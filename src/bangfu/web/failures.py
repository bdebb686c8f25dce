"""Pages for what went wrong (出错页面): in words, without what somebody entered."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

__all__ = ["bad_request", "forbidden", "not_found", "server_error"]


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """400: the address or the form is not one the page understands."""
    return render(request, "refused.html", {"status": 400, "faults": []}, status=400)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403: the account has no right to this."""
    return render(request, "refused.html", {"status": 403, "faults": []}, status=403)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404: there is nothing here, or nothing this account may know of."""
    return render(request, "refused.html", {"status": 404, "faults": []}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a fault of ours; the number of the request leads to the log."""
    context: dict[str, Any] = {
        "status": 500,
        "faults": [],
        "request_id": getattr(request, "request_id", ""),
        "menu": [],
    }
    return render(request, "refused.html", context, status=500)
