"""Pages of places (地方): the list, and the file of one place (一村一档)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from bangfu.records.access.policies import may
from bangfu.records.ground import clock
from bangfu.records.ground.keyset import keyset_page
from bangfu.records.places.choices import Level
from bangfu.records.places.models import Place, PlaceVersion
from bangfu.records.places.naming import former_names
from bangfu.records.places.search import chain_names, matching
from bangfu.web.filters import choice, number, read_filters, text
from bangfu.web.pages import page
from bangfu.web.places.lineage import time_line
from bangfu.web.places.outlines import drawing_of
from bangfu.web.places.panels import shown_panels
from bangfu.web.places.reporting import zone_of

__all__ = ["PLACE_FILTERS", "filtered_places", "place_file", "place_list"]

#: What the list, and its export, may be narrowed by.
PLACE_FILTERS = {
    "level": choice(Level.values),
    "parent": number,
    "kind": text,
    "q": text,
    "ended": choice(["yes", "all"]),
}


def filtered_places(user: Any, filters: dict[str, Any]) -> Any:
    """The places an account may see, narrowed; abolished ones only where asked for."""
    rows: Any = Place.objects.visible_to(user)
    if "level" in filters:
        rows = rows.filter(level=filters["level"])
    if "parent" in filters:
        rows = rows.filter(parent_id=filters["parent"])
    if "kind" in filters:
        rows = rows.filter(kind=filters["kind"])
    if "q" in filters:
        rows = matching(rows, filters["q"])
    ended = filters.get("ended", "no")
    if ended == "no":
        rows = rows.filter(ended_on__gt=clock.today())
    elif ended == "yes":
        rows = rows.filter(ended_on__lte=clock.today())
    return rows


@page("places.read")
@require_safe
def place_list(request: HttpRequest) -> HttpResponse:
    """Places in the areas of the account, by code."""
    filters = read_filters(request.GET, PLACE_FILTERS)
    rows = filtered_places(request.user, filters).select_related("parent")
    found = keyset_page(rows, order=("code", "id"), cursor=request.GET.get("cursor", ""))
    visible = Place.objects.visible_to(request.user)
    context = {
        "page": found,
        "filters": filters,
        "levels": Level.choices,
        "kinds": _kinds(visible),
        "parent": visible.filter(pk=filters.get("parent", 0)).first(),
        "may_change": "places.change" in request.verbs,  # type: ignore[attr-defined]
        "today": clock.today(),
    }
    return render(request, "places/list.html", context)


@page("places.read")
@require_safe
def place_file(request: HttpRequest, place_id: int) -> HttpResponse:
    """All about one place that the account may see."""
    rows = Place.objects.visible_to(request.user).select_related("parent")
    place = get_object_or_404(rows, pk=place_id)
    today = clock.today()
    context = {
        "place": place,
        "above": chain_names([place])[place.pk],
        "crumbs": _crumbs(request, place),
        "former_names": former_names(place),
        "aliases": place.aliases.order_by("kind", "name"),
        "first_day": _first_day(place),
        "is_over": place.ended_on <= today,
        "zone": zone_of(place),
        "drawing": drawing_of(request.user, place),
        "events": time_line(place),
        "panels": shown_panels(request, place),
        "may_change": may(request.user, "places.change", place),
        "today": today,
    }
    return render(request, "places/file.html", context)


def _kinds(visible: Any) -> list[str]:
    return sorted(kind for kind in visible.values_list("kind", flat=True).distinct() if kind)


def _crumbs(request: HttpRequest, place: Place) -> list[dict[str, Any]]:
    """The places above with links to those the account may open."""
    ids = [int(part) for part in place.path.strip("/").split("/") if part]
    names = dict(Place.objects.filter(pk__in=ids).values_list("pk", "name"))
    visible = Place.objects.visible_to(request.user).filter(pk__in=ids)
    open_ids = set(visible.values_list("pk", flat=True))
    return [
        {"label": names[pk], "url": f"/places/{pk}/" if pk in open_ids else ""}
        for pk in ids
        if pk in names
    ]


def _first_day(place: Place) -> date | None:
    versions = PlaceVersion.objects.filter(place=place, known_to=None).order_by("valid_from")
    return versions.values_list("valid_from", flat=True).first()
