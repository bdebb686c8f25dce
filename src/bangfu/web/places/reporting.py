"""To whom a place answers (报送关系): towns and villages to a functional zone, with their days."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from bangfu.records.ground import clock
from bangfu.records.places.choices import Level
from bangfu.records.places.groups import end_reporting, start_reporting
from bangfu.records.places.models import Place, ReportingLine
from bangfu.vocabulary.errors import Fault
from bangfu.web.pages import page
from bangfu.web.places.change_fields import DayField, PlaceField, suggested
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

__all__ = ["reporting", "reporting_end", "zone_of"]

_LIST_ID = "list-other"
_BELOW = (Level.TOWNSHIP.value, Level.VILLAGE.value)


class LineForm(LookedForm):
    """The other end of the line, and since when: a zone has places, a place has a zone."""

    other = PlaceField()
    on = DayField(label=gettext_lazy("起始日"))

    def __init__(self, place: Place, user: Any, data: Any = None) -> None:
        super().__init__(data)
        is_zone = place.level == Level.ZONE
        rows = Place.objects.open_to(user, "places.change")
        rows = rows.filter(level__in=_BELOW) if is_zone else rows.filter(level=Level.ZONE)
        field = self.fields["other"]
        assert isinstance(field, PlaceField)
        field.label = (
            _("划归的乡镇（街道）或村（社区）（代码）") if is_zone else _("功能区（代码）")
        )
        field.offer(rows, _LIST_ID)
        self.suggestions = {_LIST_ID: suggested(rows)}


@page("places.change")
@require_http_methods(["GET", "HEAD", "POST"])
def reporting(request: HttpRequest, place_id: int) -> HttpResponse:
    """The lines of a place, and another one."""
    place = matter_place(request, place_id, "places.change")
    if request.method != "POST":
        return _shown(request, place, LineForm(place, request.user))
    form = LineForm(place, request.user, request.POST)
    if not form.is_valid():
        return _shown(request, place, form, status=400)
    other, on = form.cleaned_data["other"], form.cleaned_data["on"]
    below, zone = (other, place) if place.level == Level.ZONE else (place, other)
    then = redirect("place_reporting", place.pk)
    held = ReportingLine.objects.filter(place=below, reports_to=zone, known_to=None)
    if held.filter(starts_on=on, ends_on__gt=on).exists():
        return then
    return act_on(
        request,
        lambda: start_reporting(below, zone, on, actor=request.user),
        lambda faults, status: _shown(request, place, form, faults, status),
        then,
    )


@page("places.change")
@require_POST
def reporting_end(request: HttpRequest, place_id: int) -> HttpResponse:
    """A line ends on a day."""
    place = matter_place(request, place_id, "places.change")
    given = read_row(EndForm(request.POST))
    line = get_object_or_404(_lines(request.user, place, known=False), pk=given["row"])
    return act_on(
        request,
        lambda: end_reporting(line, given["on"], actor=request.user),
        lambda faults, status: _shown(
            request, place, LineForm(place, request.user), faults, status
        ),
        redirect("place_reporting", place.pk),
    )


def zone_of(place: Place) -> str:
    """The functional zone the place answers to, if its reporting path runs through one."""
    civil = set(place.path.split("/"))
    others = [part for part in place.reporting_path.split("/") if part and part not in civil]
    if not others:
        return ""
    return Place.objects.filter(pk=int(others[-1])).values_list("name", flat=True).first() or ""


def _lines(user: Any, place: Place, *, known: bool = True) -> Any:
    """The lines at either end of which the place stands; with ``known``, those held true now."""
    rows = ReportingLine.objects.filter(
        Q(place=place) | Q(reports_to=place, place__in=Place.objects.visible_to(user).values("pk"))
    ).select_related("place", "reports_to")
    return rows.filter(known_to=None) if known else rows


def _shown(
    request: HttpRequest,
    place: Place,
    form: LineForm,
    faults: Sequence[Fault] = (),
    status: int = 200,
) -> HttpResponse:
    today = clock.today()
    is_zone = place.level == Level.ZONE
    rows = _lines(request.user, place).order_by("-ends_on", "-starts_on", "pk")
    matter = Matter(
        place,
        _("报送关系"),
        _("划归功能区报送的乡镇、村，数据报到功能区，行政隶属不变，原县（市、区）仍可查看。"),
        _("没有划归功能区报送。"),
        (_("报送的地方"), _("报送到"), _("起始日"), _("截止日")),
        [_row(line, today) for line in rows],
        _("终止"),
        reverse("place_reporting_end", args=[place.pk]),
        _("划归功能区报送"),
        form,
        form.suggestions,
        () if is_zone else _founding(request, place),
    )
    return shown(request, matter, faults, status)


def _founding(request: HttpRequest, place: Place) -> list[tuple[str, str]]:
    """Where a zone is founded: below the county of the place, or the city, that one may change."""
    ids = [int(part) for part in place.path.strip("/").split("/") if part]
    rows = Place.objects.open_to(request.user, "places.change").filter(
        pk__in=ids, level__in=[Level.CITY, Level.COUNTY]
    )
    return [
        (
            _("在%(name)s设立功能区") % {"name": above.name},
            reverse("place_change", args=[above.pk, "found"]) + "?level=zone",
        )
        for above in rows.order_by("path")
    ]


def _row(line: ReportingLine, today: Any) -> Row:
    cells = (line.place.name, line.reports_to.name, line.starts_on.isoformat(), until(line.ends_on))
    return Row(cells, EndForm.of(line) if line.ends_on > today else None)
