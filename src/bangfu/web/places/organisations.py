"""Units (单位): the list, and the page of one unit with its names, its end and its pairs."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from bangfu.records.access.policies import may
from bangfu.records.ground import clock
from bangfu.records.ground.keyset import keyset_page
from bangfu.records.organisations.models import HelperLink, Organisation, OrganisationName
from bangfu.records.places.models import Place
from bangfu.records.places.tree import valid_on
from bangfu.web.filters import choice, number, read_filters, text
from bangfu.web.pages import page
from bangfu.web.places.layers import layer_label, layer_labels
from bangfu.web.places.units import units_of

__all__ = ["ORGANISATION_FILTERS", "organisation_list", "organisation_page"]

ORGANISATION_FILTERS = {
    "q": text,
    "kind": choice(Organisation.Kind.values),
    "place": number,
    "pairs": choice(["yes", "no"]),
    "ended": choice(["yes", "all"]),
}
_SHOWN = 300


@page("organisations.read")
@require_safe
def organisation_list(request: HttpRequest) -> HttpResponse:
    """Units of the area, and those that help a place of it, by code."""
    filters = read_filters(request.GET, ORGANISATION_FILTERS)
    rows = _filtered(request.user, filters).select_related("place")
    found = keyset_page(rows, order=("code", "id"), cursor=request.GET.get("cursor", ""))
    counts = _counts(request.user, [unit.pk for unit in found.items])
    shown = found
    places = Place.objects.visible_to(request.user)
    context = {
        "page": shown,
        "lines": [(unit, counts.get(unit.pk, 0)) for unit in shown.items],
        "filters": filters,
        "kinds": Organisation.Kind.choices,
        "place": places.filter(pk=filters.get("place", 0)).first(),
        "may_change": "organisations.change" in request.verbs,  # type: ignore[attr-defined]
        "today": clock.today(),
    }
    return render(request, "organisations/list.html", context)


@page("organisations.read")
@require_safe
def organisation_page(request: HttpRequest, unit_id: int) -> HttpResponse:
    """One unit as the account may see it."""
    user, today = request.user, clock.today()
    rows = units_of(user, ended=True).select_related("place", "successor")
    unit = get_object_or_404(rows, pk=unit_id)
    labels = layer_labels()
    links = HelperLink.objects.open_to(user, "organisations.read").filter(organisation=unit)
    links = links.select_related("place").order_by("-ends_on", "place__code", "pk")
    may_change = may(user, "organisations.change", unit.place)
    context = {
        "unit": unit,
        "names": OrganisationName.objects.filter(organisation=unit).order_by("-starts_on"),
        "is_over": unit.ends_on <= today,
        "may_change": may_change and unit.ends_on > today,
        "successor_open": units_of(user, ended=True).filter(pk=unit.successor_id).exists(),
        "predecessors": units_of(user, ended=True).filter(successor=unit).order_by("code"),
        "place_open": Place.objects.visible_to(user).filter(pk=unit.place_id).exists(),
        "lines": [(link, layer_label(link, labels)) for link in links[:_SHOWN]],
        "count": links.count(),
        "today": today,
    }
    return render(request, "organisations/page.html", context)


def _filtered(user: Any, filters: dict[str, Any]) -> Any:
    rows = units_of(user, ended=True)
    if "q" in filters:
        words = filters["q"].lower()
        rows = rows.filter(search_text__contains=words) | rows.filter(
            code__istartswith=filters["q"]
        )
    if "kind" in filters:
        rows = rows.filter(kind=filters["kind"])
    if "place" in filters:
        rows = rows.filter(place_id=filters["place"])
    if "pairs" in filters:
        held = _links(user).values("organisation")
        rows = rows.filter(pk__in=held) if filters["pairs"] == "yes" else rows.exclude(pk__in=held)
    ended = filters.get("ended", "no")
    if ended == "no":
        return rows.filter(ends_on__gt=clock.today())
    return rows.filter(ends_on__lte=clock.today()) if ended == "yes" else rows


def _links(user: Any) -> Any:
    """The pairs of the area that hold today."""
    rows = HelperLink.objects.open_to(user, "organisations.read")
    return rows.filter(valid_on(clock.today(), starts="starts_on", ends="ends_on"))


def _counts(user: Any, unit_ids: list[int]) -> dict[int, int]:
    """How many places of the area each unit helps today."""
    rows = _links(user).filter(organisation__in=unit_ids).order_by()
    counted = rows.values_list("organisation").annotate(n=Count("place", distinct=True))
    return dict(counted)
