"""Outlines of places (边界): a file handed in with its datum, what came of it, a small drawing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from bangfu.records.ground import clock
from bangfu.records.ground.refusals import NotAllowed
from bangfu.records.places.choices import CodeSystem, Datum
from bangfu.records.places.models import Place, PlaceShape
from bangfu.records.places.shapes import ShapeReport, Sheet, import_shapes
from bangfu.records.places.tree import valid_on
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.web.pages import page
from bangfu.web.places.change_fields import DayField, translated_choices
from bangfu.web.places.matter import LookedForm

__all__ = ["Drawing", "drawing_of", "outlines"]

_SIDE = 240
_LISTED = 200


class OutlineForm(LookedForm):
    """A file of outlines; its datum is declared, never guessed."""

    file = forms.FileField(
        label=gettext_lazy("GeoJSON 文件（不超过 64 MB）"),
        widget=forms.ClearableFileInput(attrs={"accept": ".geojson,.json"}),
    )
    datum = forms.ChoiceField(
        label=gettext_lazy("坐标系"),
        choices=[("", gettext_lazy("请选择")), *translated_choices(Datum)],
        help_text=gettext_lazy("以数据提供方的说明为准；公众地图的坐标有偏移，填错会整体移位。"),
    )
    code_system = forms.ChoiceField(
        label=gettext_lazy("文件中的代码属于"), choices=translated_choices(CodeSystem)
    )
    on = DayField(
        label=gettext_lazy("边界自何日起有效"), help_text=gettext_lazy("按这一天的区划名录比对。")
    )
    source = forms.CharField(label=gettext_lazy("来源"), max_length=200, required=False)


@page("places.change")
@require_http_methods(["GET", "HEAD", "POST"])
def outlines(request: HttpRequest) -> HttpResponse:
    """Hand in a file; the same file again puts nothing twice."""
    if request.method != "POST":
        return _shown(request, OutlineForm())
    form = OutlineForm(request.POST, request.FILES)
    if not form.is_valid():
        return _shown(request, form, status=400)
    given = form.cleaned_data
    file = given["file"]
    sheet = Sheet(
        str(file.name), file.read(), given["datum"], given["code_system"], given["on"],
        given["source"],
    )  # fmt: skip
    try:
        report = import_shapes(sheet, actor=request.user)
    except NotAllowed:
        raise
    except FaultsFound as refused:
        return _shown(request, form, refused.faults, 409)
    return _shown(request, OutlineForm(), report=report, file_name=str(file.name))


def _shown(
    request: HttpRequest,
    form: OutlineForm,
    faults: Sequence[Fault] = (),
    status: int = 200,
    *,
    report: ShapeReport | None = None,
    file_name: str = "",
) -> HttpResponse:
    crumbs = [
        {"label": _("地方"), "url": reverse("places")},
        {"label": _("导入边界"), "url": ""},
    ]
    context = {
        "form": form, "faults": faults, "report": report, "file_name": file_name,
        "crumbs": crumbs, "misfits": report.faults[:_LISTED] if report else [],
    }  # fmt: skip
    return render(request, "places/outlines.html", context, status=status)


@dataclass(frozen=True, slots=True)
class Drawing:
    """An outline as one path on a square of `side`, and what is known of it."""

    path: str
    side: int
    area_km2: float
    source: str


def drawing_of(user: Any, place: Place) -> Drawing | None:
    """The newest outline of a place that holds today, small; none where none is held."""
    rows = PlaceShape.objects.visible_to(user).filter(
        valid_on(clock.today(), starts="starts_on", ends="ends_on"), place=place
    )
    shape = rows.select_related("file").defer("file__content").order_by("-starts_on", "-pk").first()
    if shape is None:
        return None
    return Drawing(_path(shape.rings), _SIDE, shape.area_km2, shape.file.source or shape.file.name)


def _path(polygons: list[list[list[list[float]]]]) -> str:
    """All rings as one SVG path, north up, degrees of longitude shortened as on the ground."""
    points = [point for rings in polygons for ring in rings for point in ring]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    narrowing = math.cos(math.radians((south + north) / 2))
    width, height = (east - west) * narrowing, north - south
    # Rounded to five decimals, an outline of half a metre is a point.
    scale = (_SIDE - 8) / (max(width, height) or 1)
    left, top = (_SIDE - width * scale) / 2, (_SIDE - height * scale) / 2

    def corner(point: list[float]) -> str:
        x = left + (point[0] - west) * narrowing * scale
        return f"{x:.1f} {top + (north - point[1]) * scale:.1f}"

    return " ".join(
        "M" + "L".join(corner(point) for point in ring) + "Z"
        for rings in polygons
        for ring in rings
    )
