"""Changes that were made (区划变更记录): the list, and one change with its parts."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from bangfu.records.ground.keyset import keyset_page
from bangfu.records.places.choices import EventKind
from bangfu.records.places.models import Place, PlaceEvent, PlaceEventPart
from bangfu.web.filters import choice, read_filters
from bangfu.web.pages import page
from bangfu.web.places.lineage import event_sentence

__all__ = ["event_list", "event_page"]


@page("places.read")
@require_safe
def event_list(request: HttpRequest) -> HttpResponse:
    """Changes in the areas of the account, in the order they were entered."""
    filters = read_filters(request.GET, {"kind": choice(EventKind.values)})
    rows = _visible(request.user).prefetch_related("parts__before", "parts__after")
    if "kind" in filters:
        rows = rows.filter(kind=filters["kind"])
    found = keyset_page(rows, order=("id",), cursor=request.GET.get("cursor", ""))
    shown = found
    lines = [(event, event_sentence(event)) for event in shown.items]
    context = {"page": shown, "lines": lines, "kinds": EventKind.choices, "filters": filters}
    return render(request, "places/events.html", context)


@page("places.read")
@require_safe
def event_page(request: HttpRequest, event_id: int) -> HttpResponse:
    """One change: its paper and its parts."""
    event = get_object_or_404(_visible(request.user), pk=event_id)
    visible = Place.objects.visible_to(request.user)
    parts = list(event.parts.select_related("before", "after").order_by("pk"))
    ids = {part.before_id for part in parts} | {part.after_id for part in parts}
    open_ids = set(visible.filter(pk__in=[i for i in ids if i]).values_list("pk", flat=True))
    context = {
        "event": event,
        "sentence": event_sentence(event),
        "parts": [
            (part, part.weight_millionths / 10_000, part.before_id in open_ids,
             part.after_id in open_ids)
            for part in parts
        ],
    }  # fmt: skip
    return render(request, "places/event.html", context)


def _visible(user: Any) -> Any:
    """Changes in which a place takes part that the account may see."""
    places = Place.objects.visible_to(user).values("pk")
    parts = PlaceEventPart.objects.filter(
        Q(before__in=places) | Q(after__in=places), event=OuterRef("pk")
    )
    return PlaceEvent.objects.filter(Exists(parts))
