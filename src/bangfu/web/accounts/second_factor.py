"""Pages of the second factor (动态口令): setting it up, giving a code, new recovery codes."""

from __future__ import annotations

from typing import Any

import segno
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from bangfu.records.accounts.models import SecondFactor
from bangfu.records.accounts.second_factor import (
    begin_second_factor,
    confirm_second_factor,
    has_second_factor,
    new_recovery_codes,
    provisioning_uri,
    take_code,
)
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import Refused, refuse
from bangfu.records.vault.fields import opened
from bangfu.vocabulary.text import Text
from bangfu.web.desk.signing_in import safe_next
from bangfu.web.pages import signed_in_page
from bangfu.web.sessions import code_was_given, remember_code

__all__ = ["give_code", "recovery_codes", "set_up"]


@signed_in_page
@never_cache
@require_http_methods(["GET", "POST"])
def give_code(request: Any) -> HttpResponse:
    """Ask the code; five wrong ones lock the account and end the session."""
    account = request.user
    if not has_second_factor(account):
        return redirect("second_factor_set_up")
    context = {"next": safe_next(request), "failed": False}
    if request.method == "POST":
        if take_code(account, request.POST.get("code", "")[:40], actor=account):
            remember_code(request)
            return redirect(safe_next(request))
        if account.locked_until is not None and account.locked_until > clock.now():
            logout(request)
            return redirect("sign_in")
        context["failed"] = True
    status = 401 if context["failed"] else 200
    return render(request, "accounts/second_factor.html", context, status=status)


@signed_in_page
@never_cache
@require_http_methods(["GET", "POST"])
def set_up(request: Any) -> HttpResponse:
    """Show the QR code, take a first code, show the recovery codes once."""
    account = request.user
    if has_second_factor(account):
        return redirect("my_account")
    faults: Any = []
    if request.method == "POST" and request.POST.get("step") == "confirm":
        try:
            codes = confirm_second_factor(account, request.POST.get("code", "")[:40], actor=account)
        except Refused as refusal:
            faults = refusal.faults
        else:
            remember_code(request)
            return _show_codes(request, codes)
    elif request.method == "POST":
        begin_second_factor(account, actor=account)
    context = {"faults": faults, "next": safe_next(request), **_drawn(account)}
    status = 409 if faults else 200
    return render(request, "accounts/second_factor_set_up.html", context, status=status)


@signed_in_page
@never_cache
@require_POST
def recovery_codes(request: Any) -> HttpResponse:
    """Draw new recovery codes: only in a session in which the second factor was given."""
    if not has_second_factor(request.user) or not code_was_given(request):
        raise refuse(
            "OTP-04",
            Text("请先用动态口令验证。", "Give the code of your app first."),
        )
    return _show_codes(request, new_recovery_codes(request.user, actor=request.user))


def _drawn(account: Any) -> dict[str, Any]:
    """The waiting secret as a QR code and in letters; nothing before it was asked for."""
    factor = SecondFactor.objects.filter(account=account, confirmed_at__isnull=True).first()
    if factor is None:
        return {"drawn": False}
    secret = opened(factor, "secret")
    code = segno.make(provisioning_uri(factor), error="m")
    groups = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return {"drawn": True, "qr": code.svg_data_uri(scale=5, border=2), "letters": groups}


def _show_codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    context = {"codes": codes, "next": safe_next(request)}
    return render(request, "accounts/recovery_codes.html", context)
