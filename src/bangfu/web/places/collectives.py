"""Collective economic organisations of a village (集体经济组织): entered, renamed, ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from bangfu.records.organisations.collectives import (
    NewCollective,
    change_collective,
    enter_collective,
)
from bangfu.records.organisations.models import CollectiveOrganisation
from bangfu.records.places.models import Place
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.period import FOREVER
from bangfu.web.pages import page
from bangfu.web.places.change_fields import DayField
from bangfu.web.places.matter import (
    LookedForm,
    Matter,
    Row,
    RowForm,
    act_on,
    matter_place,
    read_row,
    shown,
    until,
)

__all__ = ["collective_change", "collectives"]


class CollectiveForm(LookedForm):
    """A collective to be entered."""

    code = forms.CharField(label=gettext_lazy("登记号"), max_length=40)
    name = forms.CharField(label=gettext_lazy("名称"), max_length=120)
    kind = forms.CharField(
        label=gettext_lazy("类别（如 经济合作社、股份经济合作社）"), max_length=40, required=False
    )
    starts_on = DayField(label=gettext_lazy("成立日"))


class CollectiveRowForm(RowForm):
    """What may be changed of a collective: its name, the day it ends."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=120)
    ends_on = DayField(label=gettext_lazy("终止日（留空为存续）"), required=False)


@page("organisations.change")
@require_http_methods(["GET", "HEAD", "POST"])
def collectives(request: HttpRequest, place_id: int) -> HttpResponse:
    """The collectives of a place, and another one."""
    place = matter_place(request, place_id, "organisations.change")
    if request.method != "POST":
        return _shown(request, place, CollectiveForm())
    form = CollectiveForm(request.POST)
    if not form.is_valid():
        return _shown(request, place, form, status=400)
    new, then = (
        NewCollective(place=place, **form.cleaned_data),
        redirect("place_collectives", place.pk),
    )
    if CollectiveOrganisation.objects.filter(place=place, code=new.code, name=new.name).exists():
        return then
    return act_on(
        request,
        lambda: enter_collective(new, actor=request.user),
        lambda faults, status: _shown(request, place, form, faults, status),
        then,
    )


@page("organisations.change")
@require_POST
def collective_change(request: HttpRequest, place_id: int) -> HttpResponse:
    """Another name, or an end; the second click asks for nothing more."""
    place = matter_place(request, place_id, "organisations.change")
    given = read_row(CollectiveRowForm(request.POST))
    rows = CollectiveOrganisation.objects.open_to(request.user, "organisations.change")
    body = get_object_or_404(rows.filter(place=place), pk=given["row"])
    then = redirect("place_collectives", place.pk)
    name, ends_on = given["name"], given["ends_on"] or FOREVER
    if (body.name, body.ends_on) == (name, ends_on):
        return then
    return act_on(
        request,
        lambda: change_collective(
            body, name, ends_on, seen_version=given["version"], actor=request.user
        ),
        lambda faults, status: _shown(request, place, CollectiveForm(), faults, status),
        then,
    )


def _shown(
    request: HttpRequest,
    place: Place,
    form: CollectiveForm,
    faults: Sequence[Fault] = (),
    status: int = 200,
) -> HttpResponse:
    rows = CollectiveOrganisation.objects.open_to(request.user, "organisations.change")
    matter = Matter(
        place,
        _("村集体经济组织"),
        _("一个村可以有几个集体经济组织，各自报数，村的数据为其合计。"),
        _("没有登记集体经济组织。"),
        (_("名称"), _("登记号"), _("类别"), _("成立日"), _("终止日")),
        [_row(body) for body in rows.filter(place=place).order_by("-ends_on", "code")],
        _("更名或终止"),
        reverse("place_collective_change", args=[place.pk]),
        _("登记集体经济组织"),
        form,
    )
    return shown(request, matter, faults, status)


def _row(body: CollectiveOrganisation) -> Row:
    ends_on: Any = None if body.ends_on == FOREVER else body.ends_on
    cells = (
        body.name, body.code, body.kind or "—", body.starts_on.isoformat(), until(body.ends_on)
    )  # fmt: skip
    return Row(cells, CollectiveRowForm.of(body, name=body.name, ends_on=ends_on))
