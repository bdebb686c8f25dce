"""Exporting a list (导出): which columns, which unit, which file; and keeping the choice."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from bangfu.records.catalogue.models import Form
from bangfu.records.exports.actions import (
    FORMATS,
    UNITS,
    How,
    forget_layout,
    save_layout,
    write_export,
    write_place_file,
)
from bangfu.records.exports.arranging import arranged, checked_columns
from bangfu.records.exports.models import ExportLayout
from bangfu.records.exports.sources import figures_table, places_table, register_table
from bangfu.records.exports.tables import ExportTable
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import refuse
from bangfu.records.places.choices import Level
from bangfu.records.places.models import Place
from bangfu.records.registers.models import RegisterDefinition
from bangfu.records.registers.shape import shape_of
from bangfu.vocabulary.text import Text
from bangfu.web.filters import choice, number, period, read_filters, text
from bangfu.web.pages import page
from bangfu.web.registers.reach import (
    definition_or_404,
    language_of_page,
    own_places,
    place_or_404,
)
from bangfu.web.registers.views import filtered_rows, row_filters

__all__ = [
    "export_form",
    "export_place_file",
    "export_places",
    "export_register",
    "layout_forget",
    "layouts",
]

_SUBTOTALS = {
    "": gettext_lazy("不要小计"),
    "county": gettext_lazy("按县小计"),
    "township": gettext_lazy("按乡镇小计"),
}
#: Private columns one may add at a time.
_OWN = 3
_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "parquet": "application/vnd.apache.parquet",
}


@page("exports.run")
@require_http_methods(["GET", "POST"])
def export_register(request: HttpRequest, definition_id: int) -> HttpResponseBase:
    """Rows of a register, under the filters of the page one came from."""
    definition = definition_or_404(definition_id)
    accepted = row_filters(definition, shape_of(definition.content))
    filters = read_filters(request.GET, {**accepted, "layout": number})
    layout = _layout(request, filters.pop("layout", None))
    table = _register_table(request, definition, filters)
    subject = f"{definition.scheme}/{definition.register}"
    back = reverse("register", args=[definition.pk])
    return _page(request, table, "register", subject, layout=layout, back=back)


@page("exports.run")
@require_http_methods(["GET", "POST"])
def export_places(request: HttpRequest) -> HttpResponseBase:
    """The list of places in the account's area."""
    accepted = {"level": choice(Level.values), "parent": number, "q": text, "layout": number}
    filters = read_filters(request.GET, accepted)
    layout = _layout(request, filters.pop("layout", None))
    places = Place.objects.open_to(request.user, "exports.run").filter(ended_on__gt=clock.today())
    if "level" in filters:
        places = places.filter(level=filters["level"])
    if "parent" in filters:
        places = places.filter(parent_id=filters["parent"])
    if "q" in filters:
        places = places.filter(search_text__icontains=filters["q"])
    table = places_table(places, area=_area(request), filters=_plain(filters))
    return _page(request, table, "places", "", layout=layout, back=reverse("places"))


@page("exports.run")
@require_http_methods(["GET", "POST"])
def export_form(request: HttpRequest, form_id: int) -> HttpResponseBase:
    """The figures of a form for one period."""
    form = get_object_or_404(Form, pk=form_id)
    accepted = {
        "period": period,
        "place": number,
        "approved": choice(["yes"]),
        "layout": number,
    }
    filters = read_filters(request.GET, accepted)
    layout = _layout(request, filters.get("layout"))
    if "period" not in filters:
        raise refuse("EXP-07", Text("请先选择期别。", "Choose the period first."))
    under = place_or_404(request.user, filters["place"]) if "place" in filters else None
    table = figures_table(
        form,
        filters["period"],
        user=request.user,
        under=under,
        area=under.name if under else _area(request),
        only_approved="approved" in filters,
    )
    return _page(request, table, "figures", form.form, layout=layout, back=reverse("figure_forms"))


@page("exports.run")
def export_place_file(request: HttpRequest, place_id: int) -> HttpResponseBase:
    """The document of a place, to print and to file."""
    read_filters(request.GET, {})
    place = place_or_404(request.user, place_id)
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / "place.docx"
        done = write_place_file(place, draft, actor=request.user)
        data = draft.read_bytes()
    name = f"{place.name}-{clock.today():%Y%m%d}.docx".replace("/", "-")
    answer = FileResponse(BytesIO(data), as_attachment=True, filename=name)
    answer["Content-Type"] = _TYPES["docx"]
    answer["X-Bangfu-Version-Code"] = done.code
    return answer


@page("exports.run")
def layouts(request: HttpRequest) -> HttpResponse:
    """The account's own layouts and those of its organisation, each with its link."""
    read_filters(request.GET, {})
    found = list(_own_layouts(request).select_related("account").order_by("name", "pk"))
    for layout in found:
        layout.address = _address(layout)
        layout.is_own = layout.account_id == request.user.pk
    return render(request, "registers/layouts.html", {"layouts": found})


@page("exports.run")
@require_POST
def layout_forget(request: HttpRequest, layout_id: int) -> HttpResponse:
    """Remove one's own layout."""
    forget_layout(layout_id, actor=request.user)
    messages.success(request, _("已删除。"))
    return redirect("layouts")


def _register_table(
    request: HttpRequest, definition: RegisterDefinition, filters: Mapping[str, Any]
) -> ExportTable:
    area = _area(request)
    if "place" in filters:
        area = place_or_404(request.user, filters["place"]).name
    rows = filtered_rows(definition, filters, user=request.user, verb="exports.run")
    words = _words(definition, filters)
    return register_table(definition, rows, area=area, filters=_plain(filters), words=words)


def _words(definition: RegisterDefinition, filters: Mapping[str, Any]) -> str:
    """The filters as they are printed under the head."""
    shape = shape_of(definition.content)
    told = []
    if "complete" in filters:
        told.append(_("必填齐全") if filters["complete"] == "yes" else _("尚有未填"))
    if "removed" in filters:
        told.append(_("已移除"))
    if "from" in filters or "to" in filters:
        told.append(f"{filters.get('from', '')}—{filters.get('to', '')}")
    for name, value in filters.items():
        if name.startswith("is_"):
            field = shape.by_id[name.removeprefix("is_")]
            told.append(f"{field.label.in_language(language_of_page())}：{value}")
    return "；".join(told)


def _plain(filters: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in filters.items()}


def _area(request: HttpRequest) -> str:
    return "、".join(place.name for place in own_places(request.user)[:3])


def _own_layouts(request: HttpRequest) -> Any:
    user: Any = request.user
    found = ExportLayout.objects.filter(account=user)
    if user.organisation_id:
        found = found | ExportLayout.objects.filter(organisation_id=user.organisation_id)
    return found


def _layout(request: HttpRequest, layout_id: int | None) -> ExportLayout | None:
    if layout_id is None:
        return None
    return get_object_or_404(_own_layouts(request), pk=layout_id)


def _address(layout: ExportLayout) -> str:
    """Where the export of a layout is made, with its filters."""
    address = ""
    if layout.kind == "places":
        address = reverse("export_places")
    elif layout.kind == "figures":
        form = Form.objects.filter(form=layout.subject).first()
        address = reverse("export_form", args=[form.pk]) if form else ""
    else:
        scheme, _sep, register = layout.subject.partition("/")
        held = RegisterDefinition.objects.filter(scheme=scheme, register=register).first()
        address = reverse("register_export", args=[held.pk]) if held else ""
    if not address:
        return ""
    query = QueryDict(mutable=True)
    query.update({**layout.filters, "layout": str(layout.pk)})
    return f"{address}?{query.urlencode()}"


def _page(
    request: HttpRequest,
    table: ExportTable,
    kind: str,
    subject: str,
    *,
    layout: ExportLayout | None,
    back: str,
) -> HttpResponseBase:
    if request.method != "POST":
        return _show(request, table, layout, back)
    columns = _columns_chosen(request, table)
    how = How(
        file_format=request.POST.get("format", "xlsx"),  # type: ignore[arg-type]
        unit=str(request.POST.get("unit", "万元")),
        subtotals=_one_of(request.POST.get("subtotals", ""), _SUBTOTALS),  # type: ignore[arg-type]
        language=language_of_page(),
        office=settings.OFFICE_NAME,
    )
    title = str(request.POST.get("title", "")).strip()[:160]
    if "save" in request.POST:
        return _save(request, table, (kind, subject), columns, how, title)
    return _send(request, arranged(table, columns, title), how)


def _one_of(given: str, known: Mapping[str, Any]) -> str:
    if given not in known:
        raise refuse("EXP-08", Text("没有这种小计方式。", "There is no such kind of subtotal."))
    return given


def _columns_chosen(request: HttpRequest, table: ExportTable) -> list[dict[str, str]]:
    """The columns ticked, in the order of the numbers beside them; then the private ones."""
    chosen: list[tuple[tuple[int, int], dict[str, str]]] = []
    for place, column in enumerate(table.columns):
        if request.POST.get(f"use-{column.id}") != "1":
            continue
        title = str(request.POST.get(f"title-{column.id}", "")).strip()
        own = title if title not in ("", column.title.zh, column.title.en) else ""
        order = _order(request.POST.get(f"order-{column.id}"), place)
        chosen.append(((order, place), {"id": column.id, **({"title": own} if own else {})}))
    held = len(table.columns)
    for place in range(held, held + 40):
        name = str(request.POST.get(f"own-{place - held}", "")).strip()
        if name:
            told = {"own": name, "text": str(request.POST.get(f"own-text-{place - held}", ""))}
            order = _order(request.POST.get(f"own-order-{place - held}"), place)
            chosen.append(((order, place), told))
    chosen.sort(key=lambda one: one[0])
    return checked_columns([told for _order, told in chosen])


def _order(given: Any, otherwise: int) -> int:
    told = str(given or "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 5 else otherwise + 1


def _save(
    request: HttpRequest,
    table: ExportTable,
    about: tuple[str, str],
    columns: list[dict[str, str]],
    how: How,
    title: str,
) -> HttpResponse:
    user: Any = request.user
    shared = request.POST.get("shared") == "1"
    layout = ExportLayout(
        kind=about[0],
        subject=about[1],
        organisation_id=user.organisation_id if shared else None,
        name=str(request.POST.get("name", "")),
        title=title,
        columns=columns,
        filters=dict(table.filters),
        unit=how.unit,
        subtotals=how.subtotals,
    )
    save_layout(layout, seen_version=None, actor=user)
    messages.success(request, _("已存为我的台账，下次可一键照样导出。"))
    return redirect("layouts")


def _send(request: HttpRequest, table: ExportTable, how: How) -> HttpResponseBase:
    """The file; it is removed from the disk when it has been sent."""
    held = tempfile.NamedTemporaryFile(suffix=f".{how.file_format}")  # noqa: SIM115
    try:
        done = write_export(table, Path(held.name), how, actor=request.user)
    except BaseException:
        held.close()
        raise
    title = table.title.in_language(how.language)
    name = f"{title}{table.period and '-' + table.period}-{clock.today():%Y%m%d}.{how.file_format}"
    held.seek(0)
    answer = FileResponse(held, as_attachment=True, filename=name.replace("/", "-"))
    answer["Content-Type"] = _TYPES[how.file_format]
    answer["X-Bangfu-Version-Code"] = done.code
    return answer


def _show(
    request: HttpRequest, table: ExportTable, layout: ExportLayout | None, back: str
) -> HttpResponse:
    language = language_of_page()
    told = (
        {one["id"]: (n, one) for n, one in enumerate(layout.columns) if "id" in one}
        if layout
        else {}
    )
    lines = [
        {
            "id": column.id,
            "title": told[column.id][1].get("title") or column.title.in_language(language)
            if column.id in told
            else column.title.in_language(language),
            "used": column.id in told if layout else True,
            "order": (told[column.id][0] if column.id in told else place) + 1,
        }
        for place, column in enumerate(table.columns)
    ]
    own = [
        {"order": n + 1, "title": one["own"], "text": one.get("text", "")}
        for n, one in enumerate(layout.columns if layout else [])
        if "own" in one
    ]
    own += [{"order": len(lines) + n + 1, "title": "", "text": ""} for n in range(_OWN)]
    context = {
        "table": table,
        "layout": layout,
        "lines": sorted(lines, key=lambda line: (not line["used"], line["order"])),
        "own": own,
        "formats": FORMATS,
        "units": UNITS,
        "subtotals": list(_SUBTOTALS.items()),
        "back": back,
        "unit": layout.unit if layout else "万元",
        "subtotal": layout.subtotals if layout else "",
        "may_share": bool(getattr(request.user, "organisation_id", None)),
    }
    return render(request, "registers/export.html", context)
