"""Groups a place is in (归类): county types, areas, clusters; entered and ended with their days."""

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

from bangfu.records.ground import clock
from bangfu.records.places.choices import MembershipKind
from bangfu.records.places.groups import NewMembership, join_group, leave_group
from bangfu.records.places.models import Membership, Place
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.period import FOREVER
from bangfu.web.pages import page
from bangfu.web.places.change_fields import DayField, translated_choices
from bangfu.web.places.matter import (
    EndForm,
    LookedForm,
    Matter,
    Row,
    act_on,
    matter_place,
    read_row,
    shown,
    until,
)

__all__ = ["group_leave", "groups"]

_LIST_ID, _SUGGESTED = "list-group", 200


class GroupForm(LookedForm):
    """A group the place enters."""

    kind = forms.ChoiceField(
        label=gettext_lazy("归类方式"), choices=translated_choices(MembershipKind)
    )
    group = forms.CharField(
        label=gettext_lazy("组别"),
        max_length=80,
        widget=forms.TextInput(attrs={"list": _LIST_ID, "autocomplete": "off"}),
    )
    starts_on = DayField(label=gettext_lazy("起始日"))
    ends_on = DayField(label=gettext_lazy("截止日（留空为至今）"), required=False)
    source = forms.CharField(label=gettext_lazy("文件依据"), max_length=200, required=False)


@page("places.change")
@require_http_methods(["GET", "HEAD", "POST"])
def groups(request: HttpRequest, place_id: int) -> HttpResponse:
    """The groups of a place, and another one."""
    place = matter_place(request, place_id, "places.change")
    if request.method != "POST":
        return _shown(request, place, GroupForm())
    form = GroupForm(request.POST)
    if not form.is_valid():
        return _shown(request, place, form, status=400)
    then = redirect("place_groups", place.pk)
    new = _new(place, form.cleaned_data)
    if _stands(new):
        return then
    return act_on(
        request,
        lambda: join_group(new, actor=request.user),
        lambda faults, status: _shown(request, place, form, faults, status),
        then,
    )


@page("places.change")
@require_POST
def group_leave(request: HttpRequest, place_id: int) -> HttpResponse:
    """The place leaves a group on a day."""
    place = matter_place(request, place_id, "places.change")
    given = read_row(EndForm(request.POST))
    row = get_object_or_404(Membership.objects.filter(place=place), pk=given["row"])
    return act_on(
        request,
        lambda: leave_group(row, given["on"], actor=request.user),
        lambda faults, status: _shown(request, place, GroupForm(), faults, status),
        redirect("place_groups", place.pk),
    )


def _new(place: Place, given: dict[str, Any]) -> NewMembership:
    return NewMembership(
        place,
        given["kind"],
        given["group"],
        given["starts_on"],
        given["ends_on"] or FOREVER,
        given["source"],
    )


def _stands(new: NewMembership) -> bool:
    """Whether this very entry is held already: a second click asks for nothing more."""
    return Membership.objects.filter(
        place=new.place,
        kind=new.kind,
        group=new.group,
        starts_on=new.starts_on,
        ends_on=new.ends_on,
        known_to=None,
    ).exists()


def _shown(
    request: HttpRequest,
    place: Place,
    form: GroupForm,
    faults: Sequence[Fault] = (),
    status: int = 200,
) -> HttpResponse:
    rows = Membership.objects.filter(place=place, known_to=None).order_by("-starts_on", "pk")
    today = clock.today()
    names = Membership.objects.open_to(request.user, "places.change").filter(known_to=None)
    known = names.order_by("group").values_list("group", flat=True).distinct()[:_SUGGESTED]
    matter = Matter(
        place,
        _("归类"),
        _(
            "县域类型同一时间只有一个；重点地区、片区和其他归类可以同时有几个。退出归类不删除以前的记录。"
        ),
        _("没有归类。"),
        (_("组别"), _("归类方式"), _("起始日"), _("截止日"), _("文件依据")),
        [_row(row, today) for row in rows],
        _("退出"),
        reverse("place_group_leave", args=[place.pk]),
        _("登记归类"),
        form,
        {_LIST_ID: list(known)},
    )
    return shown(request, matter, faults, status)


def _row(row: Membership, today: Any) -> Row:
    cells = (
        row.group,
        _(row.get_kind_display()),
        row.starts_on.isoformat(),
        until(row.ends_on),
        row.source or "—",
    )
    return Row(cells, EndForm.of(row) if row.ends_on > today else None)
