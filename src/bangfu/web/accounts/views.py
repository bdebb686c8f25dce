"""Pages of accounts (账号): the list, one account, opening one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bangfu.records.access.policies import may
from bangfu.records.access.roles import ROLES
from bangfu.records.accounts.actions import NewAccount, open_account
from bangfu.records.accounts.authority import may_manage
from bangfu.records.accounts.models import Account, RoleAssignment
from bangfu.records.accounts.passwords import initial_password
from bangfu.records.accounts.second_factor import has_second_factor
from bangfu.records.ground import clock
from bangfu.records.ground.keyset import keyset_page
from bangfu.records.ground.refusals import Refused
from bangfu.records.places.models import Place
from bangfu.records.vault.actions import masked_contact
from bangfu.records.vault.models import StaffContact
from bangfu.web.accounts.forms import AccountForm, ReasonForm, RoleForm
from bangfu.web.filters import choice, number, read_filters, text
from bangfu.web.pages import page

__all__ = ["account_list", "account_new", "account_page", "show_password", "visible_account"]

_STATES = {"open": "启用", "closed": "停用", "locked": "锁定", "first": "未登录过"}


def visible_account(request: HttpRequest, account_id: int, verb: str = "accounts.read") -> Account:
    """An account in the area of whoever asks, or 404."""
    rows = Account.objects.open_to(request.user, verb).select_related("place", "organisation")
    return get_object_or_404(rows, pk=account_id)


@page("accounts.read")
def account_list(request: HttpRequest) -> HttpResponse:
    """Accounts in the areas of the account, by sign-in name."""
    filters = read_filters(
        request.GET,
        {"place": number, "role": choice(list(ROLES)), "state": choice(_STATES), "q": text},
    )
    rows = _filtered(request, filters).select_related("place", "organisation")
    found = keyset_page(rows, order=("sign_in_name", "id"), cursor=request.GET.get("cursor", ""))
    context = {
        "page": found,
        "rows": [(account, _state(account)) for account in found.items],
        "filters": filters,
        "roles": [(name, role.label) for name, role in ROLES.items()],
        "states": _STATES.items(),
        "may_open": "accounts.change" in request.verbs,  # type: ignore[attr-defined]
    }
    return render(request, "accounts/index.html", context)


def _filtered(request: HttpRequest, filters: dict[str, Any]) -> Any:
    rows = Account.objects.open_to(request.user, "accounts.read")
    today = clock.today()
    if "place" in filters:
        place = get_object_or_404(Place.objects.visible_to(request.user), pk=filters["place"])
        rows = rows.filter(place__path__startswith=place.path)
    if "role" in filters:
        held = RoleAssignment.objects.filter(
            role=filters["role"], starts_on__lte=today, ends_on__gt=today
        )
        rows = rows.filter(pk__in=held.values("account"))
    if "q" in filters:
        words = filters["q"]
        rows = rows.filter(sign_in_name__icontains=words) | rows.filter(
            display_name__icontains=words
        )
    match filters.get("state"):
        case "open":
            rows = rows.filter(is_active=True, closes_on__gt=today)
        case "closed":
            rows = rows.filter(is_active=False) | rows.filter(closes_on__lte=today)
        case "locked":
            rows = rows.filter(locked_until__gt=clock.now())
        case "first":
            rows = rows.filter(last_login__isnull=True)
    return rows


def _state(account: Account) -> tuple[str, str]:
    """How an account stands, as the kind of a badge and a word."""
    if not account.is_open(clock.today()):
        return "waiting", _STATES["closed"]
    if account.locked_until is not None and account.locked_until > clock.now():
        return "fault", _STATES["locked"]
    if account.last_login is None:
        return "note", _STATES["first"]
    return "good", _STATES["open"]


@page("accounts.read")
@never_cache
def account_page(request: Any, account_id: int) -> HttpResponse:
    """One account: its posts, how it stands, what may be done."""
    return render_account(request, visible_account(request, account_id))


def render_account(request: Any, account: Account, **more: Any) -> HttpResponse:
    """The page of an account; ``more`` holds a form with faults, or faults of an action."""
    actor = request.user
    posts = account.assignments.select_related("place", "organisation", "on_behalf_of")
    context = {
        "account": account,
        "state": _state(account),
        "posts": posts.order_by("-ends_on", "pk"),
        "roles": {name: role.label for name, role in ROLES.items()},
        "today": clock.today(),
        "may_change": may_manage(actor, "accounts.change", account),
        "may_roles": may_manage(actor, "accounts.roles", account),
        "second_factor": has_second_factor(account),
        "role_form": RoleForm(),
        **_contact(actor, account),
        **more,
    }
    status = 409 if more.get("faults") else 200
    return render(request, "accounts/account.html", context, status=status)


def _contact(actor: Any, account: Account) -> dict[str, Any]:
    """The masked number, for those who may read numbers there."""
    if account.place is None or not may(actor, "contacts.read", account.place):
        return {}
    row = StaffContact.objects.filter(account=account).first()
    masked = masked_contact(row) if row else ""
    return {"contact": row, "masked": masked, "reason_form": ReasonForm()}


@page("accounts.change")
@never_cache
@require_http_methods(["GET", "POST"])
def account_new(request: Any) -> HttpResponse:
    """Open an account and show its one-time password."""
    form = AccountForm(request.POST or None)
    form.actor = request.user
    faults: Any = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        new = NewAccount(
            sign_in_name=given["sign_in_name"],
            display_name=given["display_name"],
            place=given["place"],
            password=initial_password(),
            organisation=given.get("unit"),
        )
        try:
            account = open_account(new, actor=request.user)
        except Refused as refusal:
            faults = refusal.faults
        else:
            return show_password(request, account, new.password)
    context = {"form": form, "faults": faults}
    return render(request, "accounts/new.html", context, status=409 if faults else 200)


def show_password(request: HttpRequest, account: Account, password: str) -> HttpResponse:
    """The one-time password, shown once, to print and hand over."""
    context = {"account": account, "password": password}
    return render(request, "accounts/password_once.html", context)
