"""Pages of imports (导入): hand in, look, decide, follow, look back."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bangfu.records.figures.models import Observation, ObservationChange
from bangfu.records.ground.keyset import keyset_page
from bangfu.records.ground.refusals import Refused
from bangfu.records.imports.actions import cancel, hand_in, merge, read_again
from bangfu.records.imports.choices import BatchState, Outcome
from bangfu.records.imports.marked_copy import marked_copy
from bangfu.records.imports.models import ImportBatch
from bangfu.records.imports.storage import keep_file
from bangfu.vocabulary.errors import Fault
from bangfu.web.filters import choice, read_filters
from bangfu.web.imports import shown
from bangfu.web.imports.forms import OptionsForm, UploadForm
from bangfu.web.pages import page

__all__ = ["batch", "changes", "index", "marked", "progress", "rows"]

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Rows of each outcome that the page of an import shows at once.
_FIRST_ROWS = 20
_BUSY = (BatchState.UPLOADED, BatchState.READ, BatchState.CHECKED, BatchState.MERGING)


@page("imports.run")
def index(request: HttpRequest) -> HttpResponse:
    """Hand a file in; the imports of one's own and of one's offices."""
    filters = read_filters(request.GET, {"state": choice(BatchState.values)})
    faults: tuple[Fault, ...] = ()
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("import", _handed_in(form, request.user).pk)
        except Refused as refused:
            faults = refused.faults
    found = ImportBatch.objects.seen_by(request.user).select_related("asked_by", "place")
    if "state" in filters:
        found = found.filter(state=filters["state"])
    listed = keyset_page(found, order=("-id",), cursor=request.GET.get("cursor", ""))
    context = {
        "form": form,
        "faults": faults,
        "page": listed,
        "filters": filters,
        "states": BatchState.choices,
        "batches": [(one, shown.kind_label(one.kind)) for one in listed.items],
    }
    is_wrong = bool(faults or form.errors)
    return render(request, "imports/index.html", context, status=422 if is_wrong else 200)


def _handed_in(form: UploadForm, user: Any) -> ImportBatch:
    file = form.cleaned_data["file"]
    stored = keep_file(file.name, file.chunks())
    return hand_in(stored, kind=form.cleaned_data["kind"], actor=user)


@page("imports.run")
@require_GET
def batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """One import: how far it is, what it would change, what it changed."""
    one = _batch(request, batch_id)
    context = {
        "batch": one,
        "kind": shown.kind_label(one.kind),
        "is_busy": one.state in _BUSY,
        "is_own": one.asked_by_id == request.user.pk,
        "tallies": shown.tallies(one.counts),
        "written": shown.tallies(one.written),
        "file_faults": shown.file_faults(one),
        "notices": shown.notices(one),
        "to_write": one.rows_as(Outcome.NEW, Outcome.CHANGED),
        "faulty": one.rows_as(Outcome.FAULTY),
    }
    if not context["is_busy"]:
        context |= _looked_into(one, request)
    return render(request, "imports/batch.html", context)


def _looked_into(one: ImportBatch, request: HttpRequest) -> dict[str, Any]:
    """The first rows of each outcome, faults by kind, and what may be chosen."""
    first = {}
    seen = one.rows_seen_by(request.user)
    for outcome in (Outcome.CHANGED, Outcome.NEW, Outcome.LOCKED, Outcome.STALE, Outcome.DOUBLED):
        if one.counts.get(outcome.value) or one.written.get(outcome.value):
            some = list(seen.filter(outcome=outcome).order_by("number")[:_FIRST_ROWS])
            if some:
                first[outcome.value] = (outcome.label, shown.shown_rows(one, some))
    initial = {"kind": one.kind, **one.options}
    return {
        "groups": shown.fault_groups(one, request.user),
        "first": first,
        "options": OptionsForm(initial=initial),
        "choices": one.findings.get("choices", {}),
    }


def _batch(request: HttpRequest, batch_id: int) -> ImportBatch:
    found = ImportBatch.objects.seen_by(request.user).select_related("job", "asked_by", "place")
    return get_object_or_404(found, pk=batch_id)


@page("imports.run")
@require_GET
def progress(request: HttpRequest, batch_id: int) -> HttpResponse:
    """How far the job of an import is; once it has ended the whole page is asked for anew."""
    one = _batch(request, batch_id)
    response = render(request, "imports/progress.html", {"batch": one, "job": one.job})
    if one.job is None or one.job.state not in one.job.OPEN_STATES:
        response["HX-Refresh"] = "true"
    return response


@page("imports.run")
@require_GET
def rows(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The staged rows of one outcome."""
    one = _batch(request, batch_id)
    filters = read_filters(request.GET, {"outcome": choice(Outcome.values)})
    outcome = Outcome(filters.get("outcome", Outcome.CHANGED.value))
    found = one.rows_seen_by(request.user).filter(outcome=outcome)
    listed = keyset_page(found, order=("number",), cursor=request.GET.get("cursor", ""))
    context = {
        "batch": one,
        "outcome": outcome,
        "tallies": shown.tallies(one.counts),
        "page": listed,
        "rows": shown.shown_rows(one, listed.items),
    }
    return render(request, "imports/rows.html", context)


@page("imports.run")
@require_GET
def changes(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The lines of history an import left, within one's places."""
    one = _batch(request, batch_id)
    read_filters(request.GET, {})
    found = (
        ObservationChange.objects.filter(import_batch=one.pk)
        .filter(observation__in=_figures_seen(request.user))
        .select_related("observation__place", "observation__element", "changed_by")
    )
    listed = keyset_page(found, order=("id",), cursor=request.GET.get("cursor", ""))
    context = {
        "batch": one,
        "page": listed,
        "rows": [(change, shown.change_in_words(change)) for change in listed.items],
    }
    return render(request, "imports/changes.html", context)


def _figures_seen(user: Any) -> Any:
    return Observation.objects.visible_to(user).values("pk")


@page("imports.run")
@require_GET
def marked(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The file with its faults marked, for the one who handed it in."""
    found = ImportBatch.objects.filter(asked_by_id=request.user.pk)
    one = get_object_or_404(found, pk=batch_id)
    language = "en" if (get_language() or "").startswith("en") else "zh"
    response = HttpResponse(marked_copy(one, language=language), content_type=_XLSX)
    stem = one.file_name.rsplit(".", 1)[0]
    name = quote(f"{stem}-{_('问题标注')}.xlsx")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


@page("imports.run")
@require_POST
def read_again_page(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Read the file again with other options."""
    one = _batch(request, batch_id)
    form = OptionsForm(request.POST)
    if not form.is_valid():
        told = " ".join(
            f"{form[name].label}：{'；'.join(map(str, e))}" for name, e in form.errors.items()
        )
        messages.error(request, told)
        return redirect("import", one.pk)
    options = form.options()
    chosen = {
        name.removeprefix("choice:"): int(str(value))
        for name, value in request.POST.items()
        if name.startswith("choice:") and re.fullmatch("[0-9]{1,18}", str(value))
    }
    options["choices"] = {**one.options.get("choices", {}), **chosen}
    read_again(
        one,
        kind=form.cleaned_data["kind"],
        options=options,
        seen_version=_seen_version(request),
        actor=request.user,
    )
    return redirect("import", one.pk)


@page("imports.run")
@require_POST
def merge_page(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Have it written; pressing twice writes once."""
    one = _batch(request, batch_id)
    only_right = request.POST.get("only_right") == "1"
    merge(one, seen_version=_seen_version(request), only_right=only_right, actor=request.user)
    return redirect("import", one.pk)


@page("imports.run")
@require_POST
def cancel_page(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Call it off; what was written stays, and the page says so."""
    one = _batch(request, batch_id)
    cancel(one, actor=request.user)
    if one.state == BatchState.CANCELLED:
        messages.success(request, _("已取消。"))
    else:
        messages.info(request, _("正在取消：当前一批写完即停，已写入的保留。"))
    return redirect("import", one.pk)


def _seen_version(request: HttpRequest) -> int:
    """The version the page showed; a form without it is refused as stale."""
    given = str(request.POST.get("seen_version", ""))
    return int(given) if given.isdigit() and len(given) < 10 else 0
