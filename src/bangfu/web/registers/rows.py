"""Entering, changing and removing one row (登记台账行), and what it said before (变动记录)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bangfu.records.access.policies import may
from bangfu.records.ground.refusals import NotAllowed, Refused, Stale, refuse
from bangfu.records.places.models import Place
from bangfu.records.registers.actions import (
    NewRow,
    add_row,
    change_row,
    remove_row,
    restore_row,
)
from bangfu.records.registers.models import RegisterDefinition, RegisterRow
from bangfu.records.registers.periods import period_before
from bangfu.records.registers.shape import RegisterShape, shape_of
from bangfu.records.registers.showing import shown_value
from bangfu.vocabulary.text import Text
from bangfu.web.filters import choice, number, period, read_filters, text
from bangfu.web.pages import page
from bangfu.web.registers.fields import RowForm, given_by
from bangfu.web.registers.reach import (
    definition_or_404,
    language_of_page,
    period_asked,
    place_to_enter,
    row_or_404,
)

__all__ = ["new_row", "remove", "restore", "row"]

#: Places offered where it is not said for which one the row is.
_OFFERED = 30


@page("registers.enter")
@require_http_methods(["GET", "POST"])
def new_row(request: HttpRequest, definition_id: int) -> HttpResponse:
    """Enter a row at a place; without a place, choose one."""
    definition = definition_or_404(definition_id)
    accepted = {"place": number, "period": period, "q": text, "like": choice(["last"])}
    filters = read_filters(request.GET, accepted)
    asked_period = period_asked(definition, filters.get("period"))
    if "place" not in filters:
        return _choose_place(request, definition, asked_period, filters.get("q", ""))
    place = place_to_enter(request.user, filters["place"])
    shape = shape_of(definition.content)
    last = _last_row(definition, place, asked_period)
    previous = last.values if last else {}
    held = previous if "like" in filters else {}
    if request.method != "POST":
        form = RowForm(shape, language_of_page(), held=held, previous=previous)
        return _show_new(request, definition, place, asked_period, form)
    form = RowForm(shape, language_of_page(), data=request.POST, previous=previous)
    new = NewRow(definition, place, asked_period, given_by(shape, request.POST))
    try:
        added = add_row(new, actor=request.user, again=request.POST.get("again") == "1")
    except NotAllowed:
        raise
    except Refused as refused:
        rest = form.show_faults(refused)
        return _show_new(request, definition, place, asked_period, form, faults=rest)
    _tell_saved(request, added)
    if "more" in request.POST:
        return redirect(request.get_full_path())
    return redirect("register_row", row_id=added.pk)


@page("registers.read")
@require_http_methods(["GET", "POST"])
def row(request: HttpRequest, row_id: int) -> HttpResponse:
    """One row: what it says, what it said, and the form to change it."""
    held = row_or_404(request.user, row_id)
    shape = shape_of(held.definition.content)
    last = _last_row(held.definition, held.place, held.period)
    previous = last.values if last else {}
    if request.method != "POST":
        form = RowForm(shape, language_of_page(), held=held.values, previous=previous)
        return _show_row(request, held, form)
    form = RowForm(shape, language_of_page(), data=request.POST, previous=previous)
    given = given_by(shape, request.POST)
    seen = _seen_version(request)
    try:
        change_row(row_id, given, seen_version=seen, actor=request.user)
    except NotAllowed:
        raise
    except Stale as stale:
        # The form keeps what was written; saved again, it is saved over the version shown now.
        held = row_or_404(request.user, row_id)
        return _show_row(request, held, form, status=412, difference=stale.difference)
    except Refused as refused:
        rest = form.show_faults(refused)
        return _show_row(request, held, form, status=409, faults=rest)
    held = row_or_404(request.user, row_id)
    _tell_saved(request, held)
    return redirect("register_row", row_id=row_id)


@page("registers.enter")
@require_POST
def remove(request: HttpRequest, row_id: int) -> HttpResponse:
    """Take the row out, with a reason."""
    row_or_404(request.user, row_id)
    reason, seen = str(request.POST.get("reason", "")), _seen_version(request)
    remove_row(row_id, reason, seen_version=seen, actor=request.user)
    messages.success(request, _("已移除，原内容仍可查阅和恢复。"))
    return redirect("register_row", row_id=row_id)


@page("registers.enter")
@require_POST
def restore(request: HttpRequest, row_id: int) -> HttpResponse:
    """Bring the row back."""
    row_or_404(request.user, row_id)
    restore_row(row_id, seen_version=_seen_version(request), actor=request.user)
    messages.success(request, _("已恢复。"))
    return redirect("register_row", row_id=row_id)


def _seen_version(request: HttpRequest) -> int:
    told = str(request.POST.get("version", ""))
    if not told.isascii() or not told.isdigit() or len(told) > 9:
        raise refuse(
            "REG-24",
            Text("表单不完整，缺版本号。", "The form lacks the version."),
            remedy=Text("请重新打开这一页。", "Open the page again."),
        )
    return int(told)


def _tell_saved(request: HttpRequest, saved: RegisterRow) -> None:
    if saved.complete:
        messages.success(request, _("已保存。"))
    else:
        messages.warning(request, _("已保存，尚有必填栏未填，暂不计入完成。"))


def _last_row(definition: RegisterDefinition, place: Place, period: str) -> RegisterRow | None:
    """The newest row of the period before: what is offered as 与上期相同."""
    rows = RegisterRow.objects.filter(
        definition=definition, place=place, period=period_before(period), is_removed=False
    )
    return rows.order_by("-changed_at", "-pk").first()


def _choose_place(
    request: HttpRequest, definition: RegisterDefinition, period: str, words: str
) -> HttpResponse:
    shape = shape_of(definition.content)
    levels = {one.level for one in shape.classes if one.level}
    places = Place.objects.open_to(request.user, "registers.enter").select_related("parent")
    if levels:
        places = places.filter(level__in=levels)
    if words:
        places = places.filter(search_text__icontains=words)
    found = list(places.order_by("code", "pk")[: _OFFERED + 1])
    if len(found) == 1 and not words:
        address = reverse("register_row_new", args=[definition.pk])
        return redirect(f"{address}?place={found[0].pk}&period={period}")
    context = {
        "definition": definition,
        "period": period,
        "places": found[:_OFFERED],
        "more": len(found) > _OFFERED,
        "words": words,
    }
    return render(request, "registers/choose_place.html", context)


def _show_new(
    request: HttpRequest,
    definition: RegisterDefinition,
    place: Place,
    period: str,
    form: RowForm,
    **more: Any,
) -> HttpResponse:
    context = {"definition": definition, "place": place, "period": period, "form": form, **more}
    return render(
        request, "registers/new.html", context, status=409 if form.errors or more else 200
    )


def _show_row(
    request: HttpRequest, held: RegisterRow, form: RowForm, status: int = 200, **more: Any
) -> HttpResponse:
    shape = shape_of(held.definition.content)
    schemas = dict(held.definition.schemas.values_list("schema_version", "content"))
    written = schemas.get(held.schema_version)
    own = shape_of(written) if written else shape
    retired = [field for field in own.fields if field.id not in shape.by_id]
    language = language_of_page()
    context = {
        "row": held,
        "definition": held.definition,
        "form": form,
        "may_change": held.definition.is_open and may(request.user, "registers.enter", held.place),
        "facts": [
            (field.label, shown_value(field, held.values.get(field.id), language))
            for field in shape.fields
        ],
        "retired": [
            (field.label, shown_value(field, held.values.get(field.id), language))
            for field in retired
        ],
        "is_older": held.schema_version != held.definition.schema_version,
        "events": _history(held, schemas, language),
        **more,
    }
    return render(request, "registers/row.html", context, status=status)


def _history(held: RegisterRow, schemas: dict[int, Any], language: Any) -> list[dict[str, Any]]:
    """Every version, newest first, with what it changed."""
    changes = list(held.changes.select_related("changed_by").order_by("version"))
    events: list[dict[str, Any]] = []
    before: dict[str, Any] = {}
    was_removed = False
    for change in changes:
        shape: RegisterShape = shape_of(schemas[change.schema_version])
        moved = [
            f"{field.label.in_language(language)}："
            f"{shown_value(field, before.get(field.id), language) or '—'} → "
            f"{shown_value(field, change.values.get(field.id), language) or '—'}"
            for field in shape.fields
            if before.get(field.id) != change.values.get(field.id)
        ]
        label = _("第 %(version)s 版") % {"version": change.version}
        if change.is_removed != was_removed:
            label += f" · {_('移除') if change.is_removed else _('恢复')}"
        note = "；".join([*moved, *([change.reason] if change.reason else [])])
        by = change.changed_by.display_name if change.changed_by else _("系统")
        if change.import_batch is not None:
            by = f"{by} · {_('批量导入')}"
        events.append({"label": label, "at": change.changed_at, "by": by, "note": note})
        before, was_removed = change.values, change.is_removed
    return events[::-1]
