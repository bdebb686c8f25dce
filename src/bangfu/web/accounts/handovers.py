"""Pages of handovers (离任交接): the list, a new one, the sheet to sign, many at once."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from bangfu.records.access.roles import ROLES
from bangfu.records.accounts.handover import (
    NewSuccessor,
    hand_over,
    hand_over_many,
    posts_to_pass,
)
from bangfu.records.accounts.handover_bulk import pairs_of
from bangfu.records.accounts.models import Account, Handover, RoleAssignment
from bangfu.records.accounts.open_items import open_items_of
from bangfu.records.accounts.sheets import HANDOVERS_TABLE, read_handovers
from bangfu.records.ground import clock
from bangfu.records.ground.keyset import keyset_page
from bangfu.records.ground.refusals import NotAllowed, Refused
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text
from bangfu.web.accounts.bulk import uploaded
from bangfu.web.accounts.forms import FileForm, HandoverForm
from bangfu.web.accounts.workbooks import as_download, template_workbook
from bangfu.web.filters import choice, read_filters
from bangfu.web.pages import page

__all__ = ["handover_bulk", "handover_list", "handover_new", "handover_sheet", "handover_template"]

_RIGHTS = ("accounts.handover", "accounts.roles")


@page(*_RIGHTS)
def handover_list(request: HttpRequest) -> HttpResponse:
    """Handovers in the area, in the order of entry."""
    filters = read_filters(request.GET, {"state": choice(Handover.State.values)})
    rows = _visible(request)
    if "state" in filters:
        rows = rows.filter(state=filters["state"])
    found = keyset_page(
        rows.select_related("leaver", "successor"),
        order=("id",),
        cursor=request.GET.get("cursor", ""),
    )
    context = {"page": found, "filters": filters, "states": Handover.State.choices}
    return render(request, "accounts/handovers.html", context)


@page(*_RIGHTS)
@never_cache
@require_http_methods(["GET", "POST"])
def handover_new(request: Any) -> HttpResponse:
    """First a look (step ``look``): what is open and what passes on; then it is done."""
    initial = {"leaver": str(request.GET.get("leaver", ""))[:60], "on": clock.today()}
    form = HandoverForm(request.POST or None, initial=initial)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        try:
            leaver, successor = _people(request, form)
            if request.POST.get("step") == "confirm":
                return _carry_out(request, leaver, successor, form)
            context |= _look(leaver, successor, form)
        except NotAllowed:
            raise
        except FaultsFound as found:
            context["faults"] = found.faults
    status = 409 if context.get("faults") else 200
    return render(request, "accounts/handover_new.html", context, status=status)


def _people(request: Any, form: HandoverForm) -> tuple[Account, Account | NewSuccessor]:
    given = form.cleaned_data
    rows = Account.objects.open_to(request.user, "accounts.read")
    leaver = rows.filter(sign_in_name=given["leaver"].strip().lower()).first()
    name = given["successor"].strip().lower()
    successor = rows.filter(sign_in_name=name).first()
    if leaver is None:
        raise FaultsFound([Fault("HND-08", "leaver", _UNKNOWN)])
    if successor is not None:
        return leaver, successor
    if not given["successor_name"].strip():
        raise FaultsFound([Fault("HND-08", "successor", _UNKNOWN_SUCCESSOR)])
    return leaver, NewSuccessor(name, given["successor_name"])


def _look(leaver: Account, successor: Account | NewSuccessor, form: HandoverForm) -> dict[str, Any]:
    on = form.cleaned_data["on"]
    return {
        "look": True,
        "leaver": leaver,
        "successor": successor,
        "on": on,
        "posts": [(post, ROLES[post.role].label) for post in posts_to_pass(leaver, on)],
        "items": open_items_of(leaver),
    }


def _carry_out(
    request: Any, leaver: Account, successor: Account | NewSuccessor, form: HandoverForm
) -> HttpResponse:
    handover, password = hand_over(
        leaver, successor, on=form.cleaned_data["on"], actor=request.user
    )
    if not password:
        return redirect("handover", handover_id=handover.pk)
    context = {"account": handover.successor, "password": password, "handover": handover}
    return render(request, "accounts/password_once.html", context)


@page(*_RIGHTS)
@require_GET
def handover_sheet(request: Any, handover_id: int) -> HttpResponse:
    """The sheet three people sign."""
    handover = get_object_or_404(
        _visible(request).select_related("leaver__place", "successor"), pk=handover_id
    )
    passed = RoleAssignment.objects.filter(
        account=handover.leaver, on_behalf_of__isnull=True, ends_on=handover.on
    ).select_related("place", "organisation")
    context = {
        "handover": handover,
        "posts": [(post, ROLES[post.role].label) for post in passed.order_by("pk")],
    }
    return render(request, "accounts/handover_sheet.html", context)


@page(*_RIGHTS)
@never_cache
@require_http_methods(["GET", "POST"])
def handover_bulk(request: Any) -> HttpResponse:
    """Many handovers from a workbook; all of them or none."""
    form = FileForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        try:
            data, name = uploaded(form)
            lines = read_handovers(data, name)
            pairs = pairs_of(lines, otherwise_on=clock.today(), actor=request.user, where=name[:80])
            context["done"] = hand_over_many(pairs, actor=request.user)
        except NotAllowed:
            raise
        except (Refused, FaultsFound) as found:
            context["faults"] = found.faults
    status = 409 if context.get("faults") else 200
    return render(request, "accounts/handover_bulk.html", context, status=status)


@page(*_RIGHTS)
@require_GET
def handover_template(request: HttpRequest) -> HttpResponse:
    """The table to fill in."""
    return as_download(template_workbook(HANDOVERS_TABLE), "handovers-template.xlsx")


def _visible(request: HttpRequest) -> Any:
    """Handovers where one may hand over or give roles."""
    rows = Handover.objects
    return rows.open_to(request.user, "accounts.handover") | rows.open_to(
        request.user, "accounts.roles"
    )


_UNKNOWN = Text("没有这个移交人登录名。", "There is no such leaver.")
_UNKNOWN_SUCCESSOR = Text(
    "没有这个接收人登录名；如要开通新账号，请填写接收人姓名或岗位。",
    "There is no such successor; to open an account, give a name or post.",
)
