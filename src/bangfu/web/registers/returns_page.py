"""Return workbooks (回传表): download, send back, look at the differences, merge."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bangfu.records.access.policies import verbs_held
from bangfu.records.catalogue.models import Form
from bangfu.records.figures.periods import recent_periods as form_periods
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import refuse
from bangfu.records.places.models import Place
from bangfu.records.registers.models import RegisterDefinition
from bangfu.records.registers.periods import recent_periods
from bangfu.records.returns.actions import (
    differences,
    issue,
    marked_copy,
    merge_upload,
    receive,
    subject_of,
    workbook_bytes,
)
from bangfu.records.returns.models import ReturnUpload, ReturnWorkbook
from bangfu.records.returns.reading import LARGEST_FILE
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.period import parse_period
from bangfu.vocabulary.text import Text
from bangfu.web.filters import Accept, choice, number, period, read_filters
from bangfu.web.pages import page
from bangfu.web.registers.reach import own_places, period_asked, place_or_404

__all__ = ["download", "marked", "merge", "returns", "send", "upload"]

#: Rows of differences shown on one page; the rest is merged alike.
_SHOWN = 300
#: Places offered below the account's own.
_BELOW = 200
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page("figures.enter", "registers.enter")
def returns(request: HttpRequest) -> HttpResponse:
    """Download a workbook, send one back, and what was sent lately."""
    accepted = {"form": number, "register": number, "place": number, "period": period}
    filters = read_filters(request.GET, accepted)
    verbs = verbs_held(request.user)
    forms = Form.objects.filter(is_open=True).order_by("scheme", "form")
    definitions = RegisterDefinition.objects.filter(is_open=True).order_by("scheme", "position")
    chosen: Any = None
    periods: list[str] = []
    if "form" in filters:
        chosen = get_object_or_404(forms, pk=filters["form"])
        periods = [p.text for p in form_periods(chosen.period_kind, clock.today(), 4)]
    elif "register" in filters:
        chosen = get_object_or_404(definitions, pk=filters["register"])
        periods = recent_periods(chosen.period_kind, clock.today(), 4)
    places = own_places(request.user)
    if len(places) == 1:
        # One step down as well: a county takes a workbook for each of its towns.
        below = Place.objects.visible_to(request.user).filter(parent=places[0])
        places += list(below.order_by("code", "pk")[:_BELOW])
    if "place" in filters:
        places = [place_or_404(request.user, filters["place"])]
    uploads = ReturnUpload.objects.visible_to(request.user).select_related(
        "workbook__form", "workbook__definition", "workbook__place", "uploaded_by"
    )
    context = {
        "forms": forms if "figures.enter" in verbs else [],
        "definitions": definitions if "registers.enter" in verbs else [],
        "chosen": chosen,
        "kind": "figures" if "form" in filters else "register",
        "periods": periods,
        "places": places,
        "filters": filters,
        "uploads": uploads.order_by("-pk")[:20],
    }
    return render(request, "registers/returns.html", context)


@page("figures.enter", "registers.enter")
@require_POST
def download(request: HttpRequest) -> HttpResponseBase:
    """Give out a workbook."""
    accepted: dict[str, Accept] = {
        "kind": choice(["figures", "register"]),
        "subject": number,
        "place": number,
        "period": period,
        "csrfmiddlewaretoken": str,
    }
    told = read_filters(request.POST, accepted)
    if not {"kind", "subject", "place", "period"} <= told.keys():
        raise refuse(
            "RET-15",
            Text("请选择表、范围和期别。", "Choose the table, the area and the period."),
        )
    place = place_or_404(request.user, told["place"])
    workbook = ReturnWorkbook(kind=told["kind"], place=place, period=told["period"])
    if told["kind"] == "figures":
        workbook.form = get_object_or_404(Form, pk=told["subject"], is_open=True)
        if parse_period(told["period"]).kind != workbook.form.period_kind:
            raise refuse("RET-16", Text("期别与报表不符。", "The period does not fit the form."))
    else:
        workbook.definition = get_object_or_404(
            RegisterDefinition, pk=told["subject"], is_open=True
        )
        period_asked(workbook.definition, told["period"])
    issue(workbook, actor=request.user)
    title = subject_of(workbook).title
    name = f"{title}-{place.name}-{workbook.period}-回传表.xlsx".replace("/", "-")
    return _file(workbook_bytes(workbook), name)


@page("figures.enter", "registers.enter")
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """Take a file back and show its differences."""
    file = request.FILES.get("file")
    if file is None:
        raise refuse("RET-17", Text("请选择要回传的文件。", "Choose the file to send."))
    if file.size is None or file.size > LARGEST_FILE:
        raise refuse("RET-01", Text("文件超过 20 MB。", "The file is larger than 20 MB."))
    taken = receive(file.read(), file.name or "", actor=request.user)
    return redirect("return_upload", upload_id=taken.pk)


@page("figures.enter", "registers.enter")
def upload(request: HttpRequest, upload_id: int) -> HttpResponse:
    """What came back against what stands."""
    read_filters(request.GET, {})
    held = _upload(request, upload_id)
    rows = differences(held, actor=request.user)
    moving = [row for row in rows if row.moving]
    states = ("new", "changed", "conflict", "cleared", "faulty", "same", "kept")
    counts = {state: sum(row.count(state) for row in rows) for state in states}
    context = {
        "upload": held,
        "workbook": held.workbook,
        "title": subject_of(held.workbook).title,
        "rows": moving[:_SHOWN],
        "more": max(0, len(moving) - _SHOWN),
        "counts": counts,
        "unchanged": counts["same"] + counts["kept"],
        "writable": counts["new"] + counts["changed"],
        "undecided": counts["conflict"] + counts["cleared"],
        "faults": [_fault(told) for told in held.faults],
        "cell_faults": [c.fault for row in moving for c in row.cells if c.fault is not None],
        "result": held.result,
        "result_faults": [_fault(told) for told in held.result.get("faults", [])],
    }
    return render(request, "registers/upload.html", context)


@page("figures.enter", "registers.enter")
@require_POST
def merge(request: HttpRequest, upload_id: int) -> HttpResponse:
    """Merge what came back, with the choices made."""
    held = _upload(request, upload_id)
    told = str(request.POST.get("version", ""))
    if not told.isascii() or not told.isdigit() or len(told) > 9:
        raise refuse("REG-24", Text("表单不完整，缺版本号。", "The form lacks the version."))
    choices = {
        name: str(value)
        for name, value in request.POST.items()
        if name.startswith(("row:", "cell:")) and value in ("mine", "theirs")
    }
    done = merge_upload(held, choices, seen_version=int(told), actor=request.user)
    said = _("已合并 %(places)s 行，写入 %(cells)s 格；保留系统原值 %(left)s 格。") % {
        "places": done.places,
        "cells": done.cells,
        "left": done.left,
    }
    messages.success(request, said)
    return redirect("return_upload", upload_id=upload_id)


@page("figures.enter", "registers.enter")
@require_http_methods(["GET"])
def marked(request: HttpRequest, upload_id: int) -> HttpResponseBase:
    """The file with its faults marked."""
    held = _upload(request, upload_id)
    name = held.file_name.rsplit(".", 1)[0]
    return _file(marked_copy(held, actor=request.user), f"{name}-标注.xlsx")


def _upload(request: HttpRequest, upload_id: int) -> ReturnUpload:
    found = ReturnUpload.objects.visible_to(request.user).select_related(
        "workbook__form", "workbook__definition", "workbook__place", "uploaded_by"
    )
    return get_object_or_404(found, pk=upload_id)


def _file(data: bytes, name: str) -> FileResponse:
    answer = FileResponse(BytesIO(data), as_attachment=True, filename=name)
    answer["Content-Type"] = _XLSX
    return answer


def _fault(told: dict[str, str]) -> Fault:
    remedy = Text(told["remedy_zh"], told["remedy_en"]) if told["remedy_zh"] else None
    return Fault(told["code"], told["where"], Text(told["zh"], told["en"]), remedy)
