"""Other names of a place (别名): entered, and taken back where one was entered by mistake."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from bangfu.records.places.choices import AliasKind
from bangfu.records.places.models import Place, PlaceAlias
from bangfu.records.places.naming import add_alias, remove_alias
from bangfu.vocabulary.errors import Fault
from bangfu.web.pages import page
from bangfu.web.places.change_fields import translated_choices
from bangfu.web.places.matter import (
    LookedForm,
    Matter,
    Row,
    RowForm,
    act_on,
    matter_place,
    read_row,
    shown,
)

__all__ = ["alias_retire", "aliases"]


class AliasForm(LookedForm):
    """Another name."""

    name = forms.CharField(label=gettext_lazy("别名"), max_length=80)
    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=translated_choices(AliasKind))


@page("places.change")
@require_http_methods(["GET", "HEAD", "POST"])
def aliases(request: HttpRequest, place_id: int) -> HttpResponse:
    """The other names of a place, and one more."""
    place = matter_place(request, place_id, "places.change")
    if request.method != "POST":
        return _shown(request, place, AliasForm())
    form = AliasForm(request.POST)
    if not form.is_valid():
        return _shown(request, place, form, status=400)
    given = form.cleaned_data
    return act_on(
        request,
        lambda: add_alias(place, given["name"], kind=given["kind"], actor=request.user),
        lambda faults, status: _shown(request, place, form, faults, status),
        redirect("place_aliases", place.pk),
    )


@page("places.change")
@require_POST
def alias_retire(request: HttpRequest, place_id: int) -> HttpResponse:
    """Take a name back; one that is gone already is gone."""
    place = matter_place(request, place_id, "places.change")
    row = PlaceAlias.objects.filter(place=place, pk=read_row(RowForm(request.POST))["row"]).first()
    if row is None:
        return redirect("place_aliases", place.pk)
    return act_on(
        request,
        lambda: remove_alias(row, actor=request.user),
        lambda faults, status: _shown(request, place, AliasForm(), faults, status),
        redirect("place_aliases", place.pk),
    )


def _shown(
    request: HttpRequest,
    place: Place,
    form: AliasForm,
    faults: Sequence[Fault] = (),
    status: int = 200,
) -> HttpResponse:
    rows = PlaceAlias.objects.filter(place=place).order_by("kind", "name")
    matter = Matter(
        place,
        _("别名"),
        _(
            "俗名、异体写法和自然村名称登记后可用于检索和导入比对；因更名形成的曾用名自动保留，不在此登记。"
        ),
        _("没有登记别名。"),
        (_("别名"), _("类别")),
        [Row((row.name, _(row.get_kind_display())), RowForm.of(row)) for row in rows],
        _("取消"),
        reverse("place_alias_retire", args=[place.pk]),
        _("登记别名"),
        form,
    )
    return shown(request, matter, faults, status)
