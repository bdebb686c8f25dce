"""Signing in and out, one's own password (登录、退出、修改密码)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from bangfu.records.accounts.handover import complete_due
from bangfu.records.accounts.sign_in import note_sign_out
from bangfu.records.accounts.sign_in import sign_in as check_sign_in
from bangfu.records.accounts.upkeep import change_own_password
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import Refused
from bangfu.web.pages import open_page, signed_in_page
from bangfu.web.sessions import begin_session

__all__ = ["change_password", "safe_next", "show_language_of", "sign_in", "sign_out"]


class SignInForm(forms.Form):
    """Name and password."""

    username = forms.CharField(
        label=gettext_lazy("登录名"),
        max_length=60,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "username"}),
    )
    password = forms.CharField(
        label=gettext_lazy("密码"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(
            attrs={"class": "form-control", "autocomplete": "current-password"}
        ),
    )


class PasswordForm(forms.Form):
    """The current password and a new one, twice."""

    current = forms.CharField(
        label=gettext_lazy("当前密码"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(
            attrs={"class": "form-control", "autocomplete": "current-password"}
        ),
    )
    new = forms.CharField(
        label=gettext_lazy("新密码"),
        help_text=gettext_lazy("至少 10 位，不能全是数字，不要与登录名相近。"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"class": "form-control", "autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=gettext_lazy("再输一次新密码"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"class": "form-control", "autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Both must agree."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("new") and cleaned.get("new") != cleaned.get("again"):
            self.add_error("again", _("两次输入的新密码不一致。"))
        return cleaned


def safe_next(request: HttpRequest) -> str:
    """Where to go afterwards: a page of this site, or the desk."""
    target = request.POST.get("next") or request.GET.get("next") or "/"
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe else "/"


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def _sign_in(request: HttpRequest) -> HttpResponse:
    form = SignInForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        account = check_sign_in(given["username"], given["password"])
        if account is not None:
            begin_session(request, account)
            # What a predecessor left passes on now at the latest.
            complete_due(on=clock.today(), successor=account)
            return show_language_of(account, redirect(safe_next(request)))
        status = 401
    context = {
        "form": form,
        "failed": status == 401,
        "next": safe_next(request),
        "portal": bool(settings.OIDC_METADATA_URL),
        "portal_label": settings.OIDC_LABEL,
    }
    return render(request, "desk/sign_in.html", context, status=status)


sign_in: Any = open_page(_sign_in)


def show_language_of(account: Any, response: HttpResponse) -> HttpResponse:
    """The pages in the language the account chose."""
    if account.language:
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, account.language, samesite="Lax")
    return response


@signed_in_page
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    note_sign_out(request.user, actor=request.user)  # type: ignore[arg-type]
    logout(request)
    return redirect("sign_in")


@signed_in_page
@sensitive_post_parameters()
@never_cache
def change_password(request: Any) -> HttpResponse:
    """One's own password; at the first sign-in nothing else opens before."""
    form = PasswordForm(request.POST or None)
    faults: Any = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            account = change_own_password(
                request.user, current=given["current"], new=given["new"], actor=request.user
            )
        except Refused as refusal:
            faults = refusal.faults
        else:
            update_session_auth_hash(request, account)
            messages.success(request, _("密码已修改。"))
            return redirect("desk")
    context = {"form": form, "faults": faults, "first": request.user.must_change_password}
    return render(request, "desk/change_password.html", context, status=409 if faults else 200)
