"""What is done to units (单位办理): entering one, renaming it, merging it with its successor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from bangfu.records.access.policies import require
from bangfu.records.accounts.models import Account, RoleAssignment
from bangfu.records.accounts.pairs import merge_units
from bangfu.records.ground import clock
from bangfu.records.organisations.actions import (
    NewOrganisation,
    open_organisation,
    rename_organisation,
)
from bangfu.records.organisations.models import HelperLink, Organisation
from bangfu.records.organisations.names import name_on
from bangfu.records.places.models import Place
from bangfu.vocabulary.errors import Fault
from bangfu.web.pages import page
from bangfu.web.places.change_fields import (
    DayField,
    PlaceField,
    suggested,
    translated_choices,
)
from bangfu.web.places.matter import LookedForm, act_on
from bangfu.web.places.units import UnitField, units_of

__all__ = ["organisation_merge", "organisation_new", "organisation_rename"]


class NewForm(LookedForm):
    """A unit to be entered."""

    code = forms.CharField(label=gettext_lazy("单位代码"), max_length=40)
    name = forms.CharField(label=gettext_lazy("名称"), max_length=120)
    kind = forms.ChoiceField(
        label=gettext_lazy("类别"), choices=translated_choices(Organisation.Kind)
    )
    place = PlaceField(label=gettext_lazy("所在地方（代码）"))
    starts_on = DayField(label=gettext_lazy("成立日"))

    def __init__(self, user: Any, data: Any = None) -> None:
        super().__init__(data)
        rows = Place.objects.open_to(user, "organisations.change")
        field = self.fields["place"]
        assert isinstance(field, PlaceField)
        field.offer(rows, "list-place")
        self.suggestions = {"list-place": suggested(rows.exclude(level="village"))}


class SeenForm(LookedForm):
    """What is done to a unit as it was seen."""

    version = forms.IntegerField(min_value=1, max_value=2**31, widget=forms.HiddenInput)


class RenameForm(SeenForm):
    """Another name from a day on."""

    name = forms.CharField(label=gettext_lazy("新名称"), max_length=120)
    on = DayField(label=gettext_lazy("生效日期"))


class MergeForm(SeenForm):
    """Who carries on, from what day."""

    into = UnitField(label=gettext_lazy("承继单位（代码）"))
    on = DayField(label=gettext_lazy("生效日期"))

    def __init__(self, unit: Organisation, user: Any, data: Any = None) -> None:
        super().__init__(data, initial={"version": unit.version})
        field = self.fields["into"]
        assert isinstance(field, UnitField)
        self.suggestions = {"list-into": field.offer(_successors(unit, user), "list-into")}


def _successors(unit: Organisation, user: Any) -> Any:
    """Units that may carry on: their own clerk must be able to change them as well."""
    own = Organisation.objects.open_to(user, "organisations.change")
    return own.filter(ends_on__gt=clock.today()).exclude(pk=unit.pk)


@page("organisations.change")
@require_http_methods(["GET", "HEAD", "POST"])
def organisation_new(request: HttpRequest) -> HttpResponse:
    """Enter a unit."""
    if request.method != "POST":
        return _new_shown(request, NewForm(request.user))
    form = NewForm(request.user, request.POST)
    if not form.is_valid():
        return _new_shown(request, form, (), 400)
    new = NewOrganisation(**form.cleaned_data)
    held = Organisation.objects.filter(code=new.code, name=new.name, place=new.place).first()
    if held is not None:
        return redirect("organisation", held.pk)
    return act_on(
        request,
        lambda: open_organisation(new, actor=request.user),
        lambda faults, status: _new_shown(request, form, faults, status),
        redirect(reverse("organisations") + f"?place={new.place.pk}"),
    )


@page("organisations.change")
@require_http_methods(["GET", "HEAD", "POST"])
def organisation_rename(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Another name from a day on."""
    unit = _unit(request, unit_id)
    words = _("更名后，结对、任职和账号不变；以前日期的表格仍用原名称。")
    if request.method != "POST":
        form = RenameForm(initial={"version": unit.version})
        return _shown(request, unit, form, _("单位更名"), words)
    form = RenameForm(request.POST)

    def again(faults: Sequence[Fault] = (), status: int = 400) -> HttpResponse:
        return _shown(request, unit, form, _("单位更名"), words, faults=faults, status=status)

    if not form.is_valid():
        return again()
    given = form.cleaned_data
    then = redirect("organisation", unit.pk)
    if unit.version != given["version"] and name_on(unit, given["on"]) == given["name"]:
        return then
    return act_on(
        request,
        lambda: rename_organisation(
            unit, given["name"], given["on"], seen_version=given["version"], actor=request.user
        ),
        again,
        then,
    )


@page("organisations.change")
@require_http_methods(["GET", "HEAD", "POST"])
def organisation_merge(request: HttpRequest, unit_id: int) -> HttpResponse:
    """The unit ends and its successor carries on what was its own."""
    unit = _unit(request, unit_id)
    form = MergeForm(unit, request.user, request.POST if request.method == "POST" else None)

    def again(faults: Sequence[Fault] = (), status: int = 400) -> HttpResponse:
        words = _("本单位自生效日期起终止，下列事项由承继单位接续。登记后不能撤回。")
        return _shown(
            request, unit, form, _("撤并单位"), words, held=_held(request.user, unit),
            faults=faults, status=status,
        )  # fmt: skip

    if request.method != "POST":
        return again(status=200)
    if not form.is_valid():
        return again()
    given = form.cleaned_data
    then = redirect("organisation", unit.pk)
    if (unit.successor_id, unit.ends_on) == (given["into"].pk, given["on"]):
        return then
    unit.refuse_if_stale(given["version"])
    return act_on(
        request,
        lambda: merge_units([unit], given["into"], given["on"], actor=request.user),
        again,
        then,
    )


def _unit(request: HttpRequest, unit_id: int) -> Organisation:
    """The unit of the page: 404 outside the area, 403 without the right at its place."""
    rows = units_of(request.user, ended=True).select_related("place")
    unit: Organisation = get_object_or_404(rows, pk=unit_id)
    require(request.user, "organisations.change", unit.place)
    return unit


def _held(user: Any, unit: Organisation) -> list[tuple[str, int]]:
    """What the successor takes over, as far as the account may see it."""
    today = clock.today()
    pairs = HelperLink.objects.open_to(user, "organisations.read").filter(organisation=unit)
    posts = RoleAssignment.objects.visible_to(user).filter(organisation=unit, ends_on__gt=today)
    people = Account.objects.visible_to(user).filter(organisation=unit)
    return [
        (_("结对关系"), pairs.filter(ends_on__gt=today).count()),
        (_("任职"), posts.count()),
        (_("账号"), people.count()),
    ]


def _new_shown(
    request: HttpRequest, form: NewForm, faults: Sequence[Fault] = (), status: int = 200
) -> HttpResponse:
    words = _("单位登记一次，改名、撤并在单位页办理；代码登记后不能改。")
    context = {
        "title": _("登记单位"), "intro": words, "form": form, "faults": faults,
        "back": reverse("organisations"), "crumbs": _crumbs(None, _("登记单位")),
    }  # fmt: skip
    return render(request, "organisations/form.html", context, status=status)


def _shown(
    request: HttpRequest,
    unit: Organisation,
    form: forms.Form,
    title: str,
    intro: str,
    **more: Any,
) -> HttpResponse:
    status = more.pop("status", 200)
    context = {
        "title": title, "intro": intro, "unit": unit, "form": form,
        "back": reverse("organisation", args=[unit.pk]), "crumbs": _crumbs(unit, title), **more,
    }  # fmt: skip
    return render(request, "organisations/form.html", context, status=status)


def _crumbs(unit: Organisation | None, title: str) -> list[dict[str, str]]:
    crumbs = [{"label": _("单位名录"), "url": reverse("organisations")}]
    if unit is not None:
        crumbs.append({"label": unit.name, "url": reverse("organisation", args=[unit.pk])})
    return [*crumbs, {"label": title, "url": ""}]
