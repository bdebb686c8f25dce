"""Pairs of a place (结对帮扶): a unit begins and ceases to help; its people's sight follows."""

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

from bangfu.records.accounts.pairs import end_pair, start_pair
from bangfu.records.catalogue.models import AdoptedScheme
from bangfu.records.ground import clock
from bangfu.records.organisations.actions import NewLink
from bangfu.records.organisations.models import HelperLink
from bangfu.records.places.models import Place
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.period import FOREVER
from bangfu.vocabulary.text import Text
from bangfu.web.pages import page
from bangfu.web.places.change_fields import DayField
from bangfu.web.places.layers import layer_choices, layer_label, layer_labels
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
from bangfu.web.places.units import UnitField, units_of
from bangfu.web.templatetags.words import in_language

__all__ = ["pair_end", "pairs"]

_LIST_ID = "list-unit"


class PairForm(LookedForm):
    """Who helps, as what, from when to when."""

    unit = UnitField(label=gettext_lazy("帮扶单位（代码）"))
    layer = forms.ChoiceField(label=gettext_lazy("层次"), required=False)
    starts_on = DayField(label=gettext_lazy("起始日"))
    ends_on = DayField(label=gettext_lazy("截止日（留空为至今）"), required=False)

    def __init__(self, user: Any, data: Any = None) -> None:
        super().__init__(data)
        unit, layer = self.fields["unit"], self.fields["layer"]
        assert isinstance(unit, UnitField)
        assert isinstance(layer, forms.ChoiceField)
        self.suggestions = {_LIST_ID: unit.offer(units_of(user), _LIST_ID)}
        given = [(value, in_language(label)) for value, label in _layers()]
        layer.choices = [("", _("不分层次")), *given]

    def new_link(self, place: Place) -> NewLink:
        """The pair that was filled in."""
        given = self.cleaned_data
        scheme, _slash, layer = given["layer"].partition("/")
        ends_on = given["ends_on"] or FOREVER
        return NewLink(place, given["unit"], given["starts_on"], ends_on, layer, scheme)


def _layers() -> list[tuple[str, Text]]:
    rows = AdoptedScheme.objects.filter(replaced_at=None)
    titles = {
        scheme: Text(zh, en)
        for scheme, zh, en in rows.values_list("scheme", "label_zh", "label_en")
    }
    return layer_choices(layer_labels(), titles)


@page("organisations.change")
@require_http_methods(["GET", "HEAD", "POST"])
def pairs(request: HttpRequest, place_id: int) -> HttpResponse:
    """The pairs of a place, and another one."""
    place = matter_place(request, place_id, "organisations.change")
    if request.method != "POST":
        return _shown(request, place, PairForm(request.user))
    form = PairForm(request.user, request.POST)
    if not form.is_valid():
        return _shown(request, place, form, status=400)
    new, then = form.new_link(place), redirect("place_pairs", place.pk)
    if _stands(new):
        return then
    return act_on(
        request,
        lambda: start_pair(new, actor=request.user),
        lambda faults, status: _shown(request, place, form, faults, status),
        then,
    )


@page("organisations.change")
@require_POST
def pair_end(request: HttpRequest, place_id: int) -> HttpResponse:
    """A pair ends on a day; the second click on the same day asks for nothing more."""
    place = matter_place(request, place_id, "organisations.change")
    given = read_row(EndForm(request.POST))
    rows = HelperLink.objects.open_to(request.user, "organisations.change").filter(place=place)
    link = get_object_or_404(rows.select_related("place"), pk=given["row"])
    then = redirect("place_pairs", place.pk)
    if link.ends_on == given["on"]:
        return then
    return act_on(
        request,
        lambda: end_pair(link, given["on"], seen_version=given["version"], actor=request.user),
        lambda faults, status: _shown(request, place, PairForm(request.user), faults, status),
        then,
    )


def _stands(new: NewLink) -> bool:
    return HelperLink.objects.filter(
        place=new.place,
        organisation=new.organisation,
        layer=new.layer,
        scheme=new.scheme,
        starts_on=new.starts_on,
        ends_on=new.ends_on,
    ).exists()


def _shown(
    request: HttpRequest,
    place: Place,
    form: PairForm,
    faults: Sequence[Fault] = (),
    status: int = 200,
) -> HttpResponse:
    rows = HelperLink.objects.open_to(request.user, "organisations.change").filter(place=place)
    links = rows.select_related("organisation").order_by("-ends_on", "-starts_on", "pk")
    labels, today = layer_labels(), clock.today()
    ids = {link.organisation_id for link in links}
    known = units_of(request.user, ended=True).filter(pk__in=ids)
    known_ids = set(known.values_list("pk", flat=True))
    matter = Matter(
        place,
        _("结对帮扶"),
        _("建立结对后，帮扶单位的账号从起始日起可以查看本地方；终止后自终止日起不再看到。"),
        _("没有登记帮扶单位。"),
        (_("单位"), _("层次"), _("起始日"), _("截止日")),
        [_row(link, in_language(layer_label(link, labels)), today, known_ids) for link in links],
        _("终止"),
        reverse("place_pair_end", args=[place.pk]),
        _("建立结对"),
        form,
        form.suggestions,
        [(_("单位名录"), reverse("organisations"))],
    )
    return shown(request, matter, faults, status)


def _row(link: HelperLink, label: str, today: Any, known: set[int]) -> Row:
    unit = link.organisation
    cells = (unit.name, label or "—", link.starts_on.isoformat(), until(link.ends_on))
    url = reverse("organisation", args=[unit.pk]) if unit.pk in known else ""
    return Row(cells, EndForm.of(link) if link.ends_on > today else None, url)
