"""The list of forms (报表清单): what is due from one's places, and the way to it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bangfu.records.catalogue.models import Form
from bangfu.records.figures.agenda import posts_of
from bangfu.records.figures.periods import due_on, recent_periods
from bangfu.records.ground import clock
from bangfu.records.places.choices import Level
from bangfu.web.filters import number, read_filters
from bangfu.web.pages import page

__all__ = ["figure_forms"]

_PERIODS_SHOWN = 4


@page("figures.read")
@require_safe
def figure_forms(request: HttpRequest) -> HttpResponse:
    """The open forms, their last periods, and where one's own places fill or review them."""
    filters = read_filters(request.GET, {"form": number})
    forms = Form.objects.filter(is_open=True).order_by("scheme", "pk")
    if "form" in filters:
        forms = forms.filter(pk=filters["form"])
    posts = posts_of(request.user, "figures.read")
    today = clock.today()
    lines = []
    for form in forms:
        periods = recent_periods(form.period_kind, today, _PERIODS_SHOWN)
        places = [post for post in posts if _reaches(post.level, form.level)]
        if places:
            shown = [(period, due_on(period, form.due_days)) for period in periods]
            lines.append({"form": form, "periods": shown, "places": places})
    return render(request, "figures/index.html", {"lines": lines, "today": today})


def _reaches(level: str, of_form: str) -> bool:
    """Whether places of a form's level lie at or below a post's level."""
    order = [value for value in Level.values if value != Level.ZONE]
    own = Level.COUNTY.value if level == Level.ZONE else level
    return order.index(own) <= order.index(of_form)
