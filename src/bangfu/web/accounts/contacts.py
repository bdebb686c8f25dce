"""Contact numbers on the page of an account (联系方式): kept, shown for a reason, erased."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from bangfu.records.accounts.authority import require_managing
from bangfu.records.accounts.models import Account
from bangfu.records.ground.refusals import NotAllowed, Refused, Stale
from bangfu.records.vault.actions import erase_contact, keep_contact, unmask_contact
from bangfu.records.vault.models import StaffContact
from bangfu.web.accounts.changes import seen
from bangfu.web.accounts.forms import ContactForm
from bangfu.web.accounts.views import render_account, visible_account
from bangfu.web.pages import page, signed_in_page

__all__ = ["contact_erase", "contact_keep", "contact_show"]


@page("contacts.read")
@never_cache
@require_POST
def contact_show(request: Any, account_id: int) -> HttpResponse:
    """The whole number, once, for a written reason. By POST: it never stands in an address."""
    account = visible_account(request, account_id, "contacts.read")
    row = get_object_or_404(
        StaffContact.objects.visible_to(request.user), account=account, erased_at__isnull=True
    )
    try:
        phone = unmask_contact(
            row, reason=str(request.POST.get("reason", ""))[:400], actor=request.user
        )
    except NotAllowed:
        raise
    except Refused as refusal:
        return render_account(request, account, faults=refusal.faults)
    return render(request, "accounts/contact.html", {"account": account, "phone": phone})


@signed_in_page
@sensitive_post_parameters("phone")
@never_cache
@require_POST
def contact_keep(request: Any, account_id: int) -> HttpResponse:
    """Keep a number: one's own, or of an account one manages."""
    own = request.user.pk == account_id
    account = _own_or_managed(request, account_id)
    form = ContactForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请填写电话和保存期限。"))
        return _back(own, account)
    given = form.cleaned_data
    try:
        keep_contact(account, given["phone"], kept_until=given["kept_until"], actor=request.user)
    except (NotAllowed, Stale):
        raise
    except Refused as refusal:
        if not own:
            return render_account(request, account, faults=refusal.faults)
        raise
    messages.success(request, _("联系方式已保存。"))
    return _back(own, account)


@signed_in_page
@require_POST
def contact_erase(request: Any, account_id: int) -> HttpResponse:
    """Remove a number; the fact that there was one stays."""
    own = request.user.pk == account_id
    account = _own_or_managed(request, account_id)
    row = get_object_or_404(StaffContact, account=account, erased_at__isnull=True)
    erase_contact(row, seen_version=seen(request), actor=request.user)
    messages.success(request, _("联系方式已清除。"))
    return _back(own, account)


def _own_or_managed(request: Any, account_id: int) -> Account:
    """The account of whoever asks, or one they manage."""
    if request.user.pk == account_id:
        own: Account = request.user
        return own
    account = visible_account(request, account_id)
    require_managing(request.user, "accounts.change", account)
    return account


def _back(own: bool, account: Account) -> HttpResponse:
    return redirect("my_account") if own else redirect("account", account_id=account.pk)
