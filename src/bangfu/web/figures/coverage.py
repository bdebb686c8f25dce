"""How far a form has come in (报送进度), down to the places that are missing."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bangfu.records.figures.coverage import coverage_of, missing_places
from bangfu.records.figures.periods import due_on
from bangfu.records.ground import clock
from bangfu.records.ground.keyset import Page, keyset_page
from bangfu.records.places.models import Place
from bangfu.web.figures.loading import FormOfPeriod, form_of_period, place_seen
from bangfu.web.filters import read_filters
from bangfu.web.pages import page

__all__ = ["figure_coverage", "group_text"]

#: Names in a text for a group, and on a page; more would not be read.
_MOST_NAMES: Final = 60


@page("figures.read")
@require_safe
def figure_coverage(request: HttpRequest, form_id: int, period: str, place_id: int) -> HttpResponse:
    """What has come in below one place, and who is missing."""
    read_filters(request.GET, {})
    asked, area = form_of_period(form_id, period), place_seen(request.user, place_id)
    whole, lines = coverage_of(asked.form, asked.period, area)
    missing = missing_places(asked.form, asked.period, area).select_related("parent")
    cursor = request.GET.get("cursor", "")
    found = keyset_page(missing, order=("code", "id"), cursor=cursor, size=_MOST_NAMES)
    context = {
        "asked": asked,
        "form": asked.form,
        "period": asked.period,
        "area": area,
        "whole": whole,
        "lines": lines,
        "page": found,
        "due_on": due_on(asked.period, asked.form.due_days),
        "group_text": group_text(asked, area, _first_missing(missing, found), whole.missing),
    }
    return render(request, "figures/coverage.html", context)


def _first_missing(missing: Any, found: Page[Place]) -> list[Place]:
    """The first of those missing; where they stand on the page they are not asked for again."""
    if found.previous_cursor is None:
        return found.items
    return list(missing.order_by("code", "pk")[:_MOST_NAMES])


def group_text(asked: FormOfPeriod, area: Place, missing: list[Place], count: int) -> str:
    """A notice to paste into the group: what is due, by when, who is missing."""
    form, day = asked.form, due_on(asked.period, asked.form.due_days)
    facts: dict[str, Any] = {
        "area": area.name,
        "form": form.label_zh,
        "period": asked.period.text,
        "day": f"{day:%Y-%m-%d}",
        "count": count,
        "number": form.number or _("无表号"),
    }
    if not missing:
        return _("【%(area)s】%(form)s（%(number)s，%(period)s）已全部报送。") % facts
    late = _("已于 %(day)s 到期") if clock.today() > day else _("请于 %(day)s 前报送")
    facts["late"] = late % facts
    facts["names"] = "、".join(place.name for place in missing[:_MOST_NAMES])
    facts["more"] = _(" 等") if count > _MOST_NAMES else ""
    return (
        _(
            "【%(area)s】%(form)s（%(number)s，%(period)s）%(late)s，"
            "还有 %(count)d 个未报：%(names)s%(more)s。"
        )
        % facts
    )
