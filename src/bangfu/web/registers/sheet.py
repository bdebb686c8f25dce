"""One tap per village (有无速填): a "present?" register for all places below one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bangfu.records.ground.ordered_text import subtree_range
from bangfu.records.ground.refusals import refuse
from bangfu.records.places.models import Place
from bangfu.records.registers.actions import answer_presence
from bangfu.records.registers.coverage import due_places
from bangfu.records.registers.models import RegisterDefinition, RegisterRow
from bangfu.records.registers.shape import shape_of
from bangfu.vocabulary.text import Text
from bangfu.web.filters import number, period, read_filters
from bangfu.web.pages import page
from bangfu.web.registers.reach import (
    definition_or_404,
    own_places,
    period_asked,
    place_or_404,
)

__all__ = ["sheet"]

#: More places than this are answered town by town.
_MOST = 300


@page("registers.enter")
@require_http_methods(["GET", "POST"])
def sheet(request: HttpRequest, definition_id: int) -> HttpResponse:
    """All due places below one, each with yes and no; a tap is saved at once."""
    definition = definition_or_404(definition_id)
    if not shape_of(definition.content).is_presence:
        raise refuse(
            "REG-22",
            Text("这本台账不是有无台账，请逐行登记。", "This register asks more than yes or no."),
        )
    filters = read_filters(request.GET, {"place": number, "period": period})
    asked = period_asked(definition, filters.get("period"))
    if "place" in filters:
        base = place_or_404(request.user, filters["place"])
    else:
        own = own_places(request.user)
        if len(own) != 1:
            return redirect("register_coverage", definition_id=definition.pk)
        base = own[0]
    if request.method == "POST":
        return _answer(request, definition, asked)
    places, more = _places(request, definition, asked, base)
    context = {
        "definition": definition,
        "period": asked,
        "base": base,
        "places": places,
        "more": more,
        "answered": sum(place.answer is not None for place in places),  # type: ignore[attr-defined]
    }
    return render(request, "registers/sheet.html", context)


def _answer(request: HttpRequest, definition: RegisterDefinition, period: str) -> HttpResponse:
    """One tap: only the tapped line comes back where the browser asks for a part."""
    told = str(request.POST.get("answer", ""))
    place_id, _sep, answer = told.partition(":")
    if not place_id.isascii() or not place_id.isdigit() or answer not in ("是", "否"):
        raise refuse("REG-24", Text("表单不完整。", "The form is incomplete."))
    place = place_or_404(request.user, int(place_id))
    row = answer_presence(definition, place, period, answer, actor=request.user)
    if request.headers.get("HX-Request"):
        place.answer = answer == "是"  # type: ignore[attr-defined]
        place.row_id = row.pk  # type: ignore[attr-defined]
        return render(request, "registers/sheet_line.html", {"place": place})
    messages.success(request, _("已保存：%(place)s") % {"place": place.name})
    return redirect(request.get_full_path())


def _places(
    request: HttpRequest, definition: RegisterDefinition, period: str, base: Place
) -> tuple[list[Place], bool]:
    low, high = subtree_range(base.reporting_path)
    due = due_places(definition, period).places.open_to(request.user, "registers.enter")
    inside = due.filter(reporting_path__gte=low, reporting_path__lt=high).order_by("code", "pk")
    places = list(inside[: _MOST + 1])
    field = shape_of(definition.content).fields[0].id
    rows = RegisterRow.objects.visible_to(request.user).filter(
        definition=definition,
        period=period,
        is_removed=False,
        place__in=[place.pk for place in places],
    )
    held = {row.place_id: row for row in rows}
    for place in places:
        row = held.get(place.pk)
        place.answer = row.values.get(field) if row else None  # type: ignore[attr-defined]
        place.row_id = row.pk if row else None  # type: ignore[attr-defined]
    return places[:_MOST], len(places) > _MOST
