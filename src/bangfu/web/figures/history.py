"""The history of one figure (数据沿革): every value it had, who, when and why."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from bangfu.records.catalogue.feeding import clauses_of_element
from bangfu.records.figures.models import Observation
from bangfu.records.figures.periods import released_on
from bangfu.records.figures.values import value_of, write_value
from bangfu.records.ground import clock
from bangfu.vocabulary.period import parse_period
from bangfu.web.figures.embargo import sees_unreleased
from bangfu.web.figures.shown import label_of, with_commas
from bangfu.web.figures.units import reading_unit
from bangfu.web.pages import page

__all__ = ["figure_history"]


@page("figures.read")
@require_safe
def figure_history(request: HttpRequest, observation_id: int) -> HttpResponse:
    """One figure: where it comes from, its definition and clause, and all it once was."""
    rows = Observation.objects.visible_to(request.user).select_related(
        "element", "place", "submission", "submission__form", "entered_by", "approved_by"
    )
    figure = get_object_or_404(rows, pk=observation_id)
    element = figure.element
    day = released_on(element.release_calendar, parse_period(figure.period), figure.release)
    if day is not None and clock.today() < day and not sees_unreleased(request.user, figure.place):
        raise Http404
    unit = reading_unit(element)
    changes = [
        {
            "change": change,
            "text": with_commas(write_value(element, value_of(change), unit)),
        }
        for change in figure.changes.select_related("changed_by").order_by("-version")
    ]
    context = {
        "figure": figure,
        "element": element,
        "label": label_of(element),
        "unit": unit,
        "text": with_commas(write_value(element, value_of(figure), unit)),
        "changes": changes,
        "clauses": clauses_of_element(element),
        "released_on": day,
    }
    return render(request, "figures/history.html", context)
