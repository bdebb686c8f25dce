"""The sheet of a town or county (填报表): rows are places, columns are figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bangfu.records.access.policies import require
from bangfu.records.figures.actions import (
    Decision,
    SaveResult,
    SheetRow,
    open_submission,
    places_of,
    review_rows,
    save_sheet,
    submit,
)
from bangfu.records.figures.models import Submission
from bangfu.records.figures.routes import places_held
from bangfu.records.figures.sums import sums_of
from bangfu.records.ground.refusals import NotAllowed, Refused, refuse
from bangfu.records.places.models import Place
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.text import Text
from bangfu.web.figures.loading import (
    FormOfPeriod,
    cells_of,
    form_of_period,
    place_seen,
    submissions_of,
)
from bangfu.web.figures.reading import posted_cells, posted_version
from bangfu.web.figures.shown import ShownCell
from bangfu.web.pages import page

__all__ = ["figure_sheet"]

#: More rows than this do not fit one page; one then goes by the towns.
MOST_ROWS: Final = 200
_OPEN: Final = (Submission.State.DRAFT, Submission.State.RETURNED)


@dataclass
class ShownRow:
    """One place of a sheet."""

    place: Place
    row: Submission | None
    cells: list[ShownCell]
    may_enter: bool
    may_review: bool

    @property
    def version(self) -> int:
        """The version the page shows; nothing there yet is 0."""
        return self.row.version if self.row else 0


@page("figures.read")
@require_http_methods(["GET", "POST"])
def figure_sheet(request: HttpRequest, form_id: int, period: str, place_id: int) -> HttpResponse:
    """Fill or review all returns below one place on one sheet."""
    asked, area = form_of_period(form_id, period), place_seen(request.user, place_id)
    places = list(places_of(asked.form, asked.period, area).order_by("code", "pk")[: MOST_ROWS + 1])
    if len(places) > MOST_ROWS:
        return redirect("figure_coverage", form_id, period, place_id)
    if request.method == "GET":
        return _page(request, asked, area, places)
    verb = request.POST.get("verb", "save")
    if verb in ("save", "submit"):
        return _fill(request, asked, area, places)
    if verb == "review":
        return _review(request, asked, area, places)
    raise refuse("DAT-51", Text("没有这个步骤。", "There is no such step."))


def _page(
    request: HttpRequest,
    asked: FormOfPeriod,
    area: Place,
    places: list[Place],
    **more: Any,
) -> HttpResponse:
    rows = _rows(request.user, asked, places)
    results: list[SaveResult] = more.pop("results", [])
    _put_back(rows, request.POST, results)
    status = more.pop("status", 200)
    context = {
        "asked": asked,
        "form": asked.form,
        "period": asked.period,
        "area": area,
        "rows": rows,
        "sums": sums_of(asked.form, asked.period, asked.columns, area, places),
        "faults": more.pop("faults", []),
        "may_enter": any(row.may_enter for row in rows),
        "may_review": any(row.may_review for row in rows),
    }
    return render(request, "figures/sheet.html", context, status=status)


def _rows(user: Any, asked: FormOfPeriod, places: list[Place]) -> list[ShownRow]:
    ids = [place.pk for place in places]
    held, cells = submissions_of(asked, ids), cells_of(asked, ids)
    enters = set(
        Place.objects.open_to(user, "figures.enter").filter(pk__in=ids).values_list("pk", flat=True)
    )
    turns = places_held(user, "figures.approve")
    rows = []
    for place in places:
        row = held.get(place.pk)
        is_open = row is None or row.state in _OPEN
        turn = row is not None and row.state == Submission.State.SUBMITTED
        rows.append(
            ShownRow(
                place,
                row,
                cells[place.pk],
                may_enter=is_open and place.pk in enters,
                may_review=bool(turn and row and row.at_place_id in turns),
            )
        )
    return rows


def _fill(
    request: HttpRequest, asked: FormOfPeriod, area: Place, places: list[Place]
) -> HttpResponse:
    filled = _posted_rows(request, asked, places)
    results = save_sheet(filled, actor=request.user)
    faults = _faults_of(results)
    done = sum(1 for result in results if result.saved)
    if done:
        messages.success(request, _("已保存 %(count)d 行。") % {"count": done})
    if not faults and request.POST.get("verb") == "submit":
        faults = _submit_all(request, results)
    if faults:
        more = {"results": results, "faults": faults, "status": 422}
        return _page(request, asked, area, places, **more)
    return redirect("figure_sheet", asked.form.pk, asked.period.text, area.pk)


def _posted_rows(request: HttpRequest, asked: FormOfPeriod, places: list[Place]) -> list[SheetRow]:
    """The rows that were filled; a place nobody wrote anything for gets no return."""
    codes = [column.element.element for column in asked.columns]
    rows = []
    for place in places:
        cells = posted_cells(request.POST, codes, suffix=f"-{place.pk}")
        seen = posted_version(request.POST, f"version-{place.pk}") if cells else 0
        if not any(cell.text.strip() or (cell.base or "").strip() for cell in cells.values()):
            continue
        require(request.user, "figures.enter", place)
        held = open_submission(asked.form, place, asked.period.text, actor=request.user)
        rows.append(SheetRow(held.pk, seen or 1, cells))
    return rows


def _faults_of(results: list[SaveResult]) -> list[Fault]:
    faults = [fault for r in results for found in r.faults.values() for fault in found]
    for result in results:
        faults += [_conflict(result, c.label, c.theirs, c.mine) for c in result.conflicts]
    return faults


def _conflict(result: SaveResult, label: Text, theirs: str, mine: str) -> Fault:
    return Fault(
        "VER-01",
        result.submission.place.name,
        Text(
            f"「{label.zh}」已被他人改为「{theirs or '空'}」，您填的是「{mine or '空'}」，没有保存。",
            f"{label.en}: somebody changed it to “{theirs}”; yours, “{mine}”, was not saved.",
        ),
        Text("请核对后重填。", "Check it and write it again."),
    )


def _submit_all(request: HttpRequest, results: list[SaveResult]) -> list[Fault]:
    """Hand in every row that is complete; what is open about the others."""
    faults: list[Fault] = []
    chosen = set(request.POST.getlist("hand-in"))
    for result in results:
        row = result.submission
        if chosen and str(row.place_id) not in chosen:
            continue
        try:
            submit(row.pk, seen_version=row.version, actor=request.user)
        except NotAllowed:
            raise
        except Refused as refused:
            faults += [Fault(f.code, row.place.name, f.message, f.remedy) for f in refused.faults]
    return faults


def _review(
    request: HttpRequest, asked: FormOfPeriod, area: Place, places: list[Place]
) -> HttpResponse:
    held = submissions_of(asked, [place.pk for place in places])
    decisions = []
    for place in places:
        verb, row = request.POST.get(f"decide-{place.pk}", ""), held.get(place.pk)
        if verb not in ("approve", "return") or row is None:
            continue
        seen = posted_version(request.POST, f"version-{place.pk}")
        comment = request.POST.get(f"comment-{place.pk}", "") or request.POST.get("comment", "")
        decisions.append(Decision(row.pk, seen, verb, comment))
    done = review_rows(decisions, actor=request.user)
    messages.success(request, _("已办理 %(count)d 行。") % {"count": len(done)})
    return redirect("figure_sheet", asked.form.pk, asked.period.text, area.pk)


def _put_back(rows: list[ShownRow], posted: QueryDict, results: list[SaveResult]) -> None:
    """What was written wrongly stands again as it was written, with what is wrong about it."""
    wrong = {result.submission.place_id: result for result in results}
    for shown in rows:
        result = wrong.get(shown.place.pk)
        if result is None:
            continue
        collided = {conflict.element: conflict for conflict in result.conflicts}
        for cell in shown.cells:
            cell.faults = list(result.faults.get(cell.code, ()))
            if cell.faults or collided:
                cell.text = posted.get(f"v-{cell.code}-{shown.place.pk}", cell.text)
            if cell.code in collided:
                cell.is_conflict, cell.theirs = True, collided[cell.code].theirs
                cell.seen_before = collided[cell.code].base or ""
