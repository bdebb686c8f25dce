"""The entry page of one place (填报页): one column of large fields, on a phone as on a desk."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bangfu.records.access.policies import may, require
from bangfu.records.figures.actions import (
    SaveResult,
    StaleCells,
    open_submission,
    save_values,
    submit,
)
from bangfu.records.figures.cells import Conflict
from bangfu.records.figures.models import Submission
from bangfu.records.figures.opening import may_be_refused
from bangfu.records.figures.saving import open_points_of
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import Refused
from bangfu.records.places.models import Place
from bangfu.vocabulary.errors import Fault
from bangfu.web.figures.loading import (
    FormOfPeriod,
    cells_of,
    form_of_period,
    place_seen,
    submissions_of,
)
from bangfu.web.figures.reading import posted_cells, posted_day, posted_version
from bangfu.web.figures.shown import ShownCell
from bangfu.web.pages import page

__all__ = ["figure_entry"]

_OPEN = (Submission.State.DRAFT, Submission.State.RETURNED)


@page("figures.read")
@require_http_methods(["GET", "POST"])
def figure_entry(request: HttpRequest, form_id: int, period: str, place_id: int) -> HttpResponse:
    """Fill one return; who may not fill it sees it."""
    asked, place = form_of_period(form_id, period), place_seen(request.user, place_id)
    if request.method == "POST":
        require(request.user, "figures.enter", place)
        return _post(request, asked, place)
    row = submissions_of(asked, [place.pk]).get(place.pk)
    is_open = row is None or row.state in _OPEN
    may_fill = is_open and may(request.user, "figures.enter", place)
    if row is not None and not may_fill:
        return redirect("figure_return", row.pk)
    return render(request, "figures/entry.html", _context(request, asked, place, row))


def _post(request: HttpRequest, asked: FormOfPeriod, place: Place) -> HttpResponse:
    user: Any = request.user
    row = open_submission(asked.form, place, asked.period.text, actor=user)
    if row.submitted_by_id == user.pk and row.state not in _OPEN:
        # The button was pressed twice: the first time counted.
        messages.info(request, _("这张报表已经报送，这次没有再改动。"))
        return redirect("figure_return", row.pk)
    seen = posted_version(request.POST) or 1
    cells = posted_cells(request.POST, [column.element.element for column in asked.columns])
    try:
        day = posted_day(request.POST, asked.period)
        result = save_values(row, cells, seen_version=seen, actor=user, occurred_on=day)
    except StaleCells as stale:
        return _again(request, asked, place, conflicts=stale.conflicts)
    if result.faults:
        return _again(request, asked, place, result=result)
    if request.POST.get("verb") != "submit":
        messages.success(request, _("已保存。填报还没有报送。"))
        return redirect("figure_entry", asked.form.pk, asked.period.text, place.pk)
    return _submit(request, asked, place, result.submission)


def _submit(
    request: HttpRequest, asked: FormOfPeriod, place: Place, row: Submission
) -> HttpResponse:
    user: Any = request.user
    try:
        submit(row.pk, seen_version=row.version, actor=user)
    except Refused as refused:
        if type(refused) is not Refused:
            raise
        context = _context(request, asked, place, row, check=True)
        context["faults"] = refused.faults
        return render(request, "figures/entry.html", context, status=409)
    messages.success(request, _("已报送。"))
    return redirect("figure_return", row.pk)


def _again(
    request: HttpRequest,
    asked: FormOfPeriod,
    place: Place,
    *,
    result: SaveResult | None = None,
    conflicts: tuple[Conflict, ...] = (),
) -> HttpResponse:
    """The page anew: what was right is kept, what was not stands as it was written."""
    row = submissions_of(asked, [place.pk]).get(place.pk)
    context = _context(request, asked, place, row)
    _put_back(context["cells"], request, result, conflicts)
    _split(context)
    found = result.faults.values() if result else ()
    context["faults"] = [fault for faults in found for fault in faults]
    context["conflicts"] = conflicts
    return render(request, "figures/entry.html", context, status=412 if conflicts else 422)


def _put_back(
    cells: list[ShownCell],
    request: HttpRequest,
    result: SaveResult | None,
    conflicts: tuple[Conflict, ...],
) -> None:
    faults = result.faults if result else {}
    collided = {conflict.element: conflict for conflict in conflicts}
    for cell in cells:
        written = request.POST.get(f"v-{cell.code}")
        if written is None or cell.locked:
            continue
        if cell.code in faults or conflicts:
            cell.text = written
            cell.reason = request.POST.get(f"r-{cell.code}", cell.reason)
        cell.faults = list(faults.get(cell.code, ()))
        if cell.code in collided:
            cell.is_conflict, cell.theirs = True, collided[cell.code].theirs
            cell.seen_before = collided[cell.code].base or ""


def _context(
    request: HttpRequest,
    asked: FormOfPeriod,
    place: Place,
    row: Submission | None,
    *,
    check: bool = False,
) -> dict[str, Any]:
    cells = cells_of(asked, [place.pk])[place.pk]
    if check and row is not None:
        _show_what_is_missing(cells, row)
    due = row.due_on if row else None
    context: dict[str, Any] = {
        "asked": asked,
        "form": asked.form,
        "period": asked.period,
        "place": place,
        "row": row,
        "version": row.version if row else 0,
        "cells": cells,
        "faults": [],
        "conflicts": (),
        "is_late": bool(due and clock.today() > due),
        "may_be_refused": may_be_refused(asked.form),
        "may_enter": may(request.user, "figures.enter", place),
    }
    _split(context)
    return context


def _show_what_is_missing(cells: list[ShownCell], row: Submission) -> None:
    points: dict[str, list[Fault]] = open_points_of(row)
    for cell in cells:
        cell.points = points.get(cell.code, [])


def _split(context: dict[str, Any]) -> None:
    """What is still to be filled stands first; what is known lies folded below."""
    cells = context["cells"]
    context["to_fill"] = [cell for cell in cells if not cell.is_known and not cell.locked]
    context["known"] = [cell for cell in cells if cell.is_known or cell.locked]
