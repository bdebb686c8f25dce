"""Who has kept a register and who has not (台账覆盖), level by level down to the village."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bangfu.records.access.policies import may_anywhere
from bangfu.records.ground import clock
from bangfu.records.places.choices import Level
from bangfu.records.places.models import Place
from bangfu.records.registers.coverage import coverage_of, missing_text
from bangfu.records.registers.periods import recent_periods
from bangfu.records.registers.shape import shape_of
from bangfu.web.filters import choice, number, period, read_filters
from bangfu.web.pages import page
from bangfu.web.registers.reach import (
    definition_or_404,
    own_places,
    period_asked,
    place_or_404,
)

__all__ = ["coverage"]


@page("registers.read")
def coverage(request: HttpRequest, definition_id: int) -> HttpResponse:
    """Coverage below a place; without one, below the account's own."""
    definition = definition_or_404(definition_id)
    accepted = {"place": number, "period": period, "show": choice(["missing"])}
    filters = read_filters(request.GET, accepted)
    asked = period_asked(definition, filters.get("period"))
    if "place" in filters:
        base: Place | None = place_or_404(request.user, filters["place"])
        own: list[Place] = []
    else:
        own = own_places(request.user)
        base = own[0] if len(own) == 1 else None
    context = {
        "definition": definition,
        "period": asked,
        "periods": recent_periods(definition.period_kind, clock.today()),
        "own": own,
        "base": base,
        "filters": filters,
        "may_enter": definition.is_open and may_anywhere(request.user, "registers.enter"),
        "is_presence": shape_of(definition.content).is_presence,
    }
    if base is not None and shape_of(definition.content).classes:
        found = coverage_of(definition, asked, base, user=request.user)
        if filters.get("show") == "missing":
            found.lines[:] = [line for line in found.lines if line.missing]
        levels = dict(Level.choices)
        context |= {
            "found": found,
            "assumed": [levels[level] for level in found.assumed_levels],
            "text": missing_text(definition, found),
            "above": _above(request, base),
        }
    return render(request, "registers/coverage.html", context)


def _above(request: HttpRequest, base: Place) -> list[Place]:
    """The places above that the account may see, highest first."""
    ids = [int(part) for part in base.reporting_path.strip("/").split("/")[:-1]]
    seen = {p.pk: p for p in Place.objects.visible_to(request.user).filter(pk__in=ids)}
    return [seen[pk] for pk in ids if pk in seen]
