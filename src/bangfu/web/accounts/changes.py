"""What is done on the page of an account (账号办理): each an action of the records."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bangfu.records.accounts.actions import end_role, give_role
from bangfu.records.accounts.models import Account, RoleAssignment
from bangfu.records.accounts.portal import bind_portal, unbind_portal
from bangfu.records.accounts.upkeep import (
    close_account,
    reopen_account,
    reset_password,
    reset_second_factor,
    unlock_account,
)
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import NotAllowed, Refused, Stale
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text
from bangfu.web.accounts.forms import RoleForm
from bangfu.web.accounts.views import render_account, show_password, visible_account
from bangfu.web.pages import page

__all__ = ["change_account", "password_reset", "posted_date", "role_end", "role_give", "seen"]


def seen(request: Any) -> int:
    """The version of the row that the person saw; a broken form is refused."""
    given = str(request.POST.get("version", ""))
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise FaultsFound(
            [Fault("FRM-01", "version", Text("表单不完整，请重新打开。", "Reload the page."))]
        )
    return int(given)


def posted_date(request: Any, name: str, otherwise: date | None = None) -> date:
    """A day of a form; a broken one is refused."""
    given = str(request.POST.get(name, "")).strip()
    if not given and otherwise is not None:
        return otherwise
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise FaultsFound(
            [
                Fault(
                    "FRM-02",
                    name,
                    Text("日期请写成 2026-03-01 的样子。", "Write a day as 2026-03-01."),
                )
            ]
        ) from error


def _close(request: Any, account: Account) -> None:
    on = posted_date(request, "on", clock.today())
    close_account(account, on=on, seen_version=seen(request), actor=request.user)


def _reopen(request: Any, account: Account) -> None:
    reopen_account(account, seen_version=seen(request), actor=request.user)


def _unlock(request: Any, account: Account) -> None:
    unlock_account(account, actor=request.user)


def _reset_factor(request: Any, account: Account) -> None:
    reset_second_factor(account, actor=request.user)


def _bind(request: Any, account: Account) -> None:
    bind_portal(account, str(request.POST.get("code", ""))[:40], actor=request.user)


def _unbind(request: Any, account: Account) -> None:
    unbind_portal(account, actor=request.user)


_CHANGES: dict[str, Callable[[Any, Account], None]] = {
    "close": _close,
    "reopen": _reopen,
    "unlock": _unlock,
    "reset-second-factor": _reset_factor,
    "bind-portal": _bind,
    "unbind-portal": _unbind,
}


def change_account(name: str) -> Any:
    """The view of one change of an account."""
    change = _CHANGES[name]

    @page("accounts.change")
    @require_POST
    def view(request: Any, account_id: int) -> HttpResponse:
        account = visible_account(request, account_id)
        try:
            change(request, account)
        except (NotAllowed, Stale):
            raise
        except Refused as refusal:
            account.refresh_from_db()
            return render_account(request, account, faults=refusal.faults)
        messages.success(request, _("已办理。"))
        return redirect("account", account_id=account.pk)

    return view


@page("accounts.change")
@never_cache
@require_POST
def password_reset(request: Any, account_id: int) -> HttpResponse:
    """A new one-time password, shown once."""
    account = visible_account(request, account_id)
    return show_password(request, account, reset_password(account, actor=request.user))


@page("accounts.roles")
@require_POST
def role_give(request: Any, account_id: int) -> HttpResponse:
    """Give a role with its dates."""
    account = visible_account(request, account_id)
    form = RoleForm(request.POST)
    form.actor = request.user
    if not form.is_valid():
        return render_account(request, account, role_form=form)
    given = form.cleaned_data
    try:
        give_role(
            account,
            given["role"],
            given["scope"],
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
            actor=request.user,
        )
    except NotAllowed:
        raise
    except Refused as refusal:
        return render_account(request, account, role_form=form, faults=refusal.faults)
    messages.success(request, _("角色已授予。"))
    return redirect("account", account_id=account.pk)


@page("accounts.roles")
@require_POST
def role_end(request: Any, assignment_id: int) -> HttpResponse:
    """Take a role back from a day on."""
    rows = RoleAssignment.objects.filter(
        account__in=Account.objects.visible_to(request.user).values("pk")
    ).select_related("account", "place", "organisation__place")
    assignment = get_object_or_404(rows, pk=assignment_id)
    on = posted_date(request, "on", clock.today())
    end_role(assignment, on=on, seen_version=seen(request), actor=request.user)
    messages.success(request, _("角色已收回。"))
    return redirect("account", account_id=assignment.account_id)
