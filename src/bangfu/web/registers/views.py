"""The registers of the site, and the rows of one (台账列表、台账行)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bangfu.records.access.policies import may
from bangfu.records.catalogue.models import AdoptedScheme
from bangfu.records.ground import clock
from bangfu.records.ground.keyset import keyset_page
from bangfu.records.registers.models import RegisterDefinition, RegisterRow
from bangfu.records.registers.periods import period_of, recent_periods
from bangfu.records.registers.reading import read_date
from bangfu.records.registers.shape import RegisterShape, shape_of
from bangfu.records.registers.showing import shown_value
from bangfu.vocabulary.text import Text
from bangfu.web.filters import Accept, choice, number, period, read_filters, text
from bangfu.web.pages import page
from bangfu.web.registers.reach import definition_or_404, language_of_page, place_or_404

__all__ = ["filtered_rows", "register_list", "register_rows", "row_filters"]

#: Fields shown as columns; the rest stands on the row's own page.
_COLUMNS = 8


@page("registers.read")
def register_list(request: HttpRequest) -> HttpResponse:
    """The registers by scheme, with the rows of the running period in the account's area."""
    schemes = list(
        RegisterDefinition.objects.order_by("scheme").values_list("scheme", flat=True).distinct()
    )
    filters = read_filters(
        request.GET, {"scheme": choice(schemes), "q": text, "closed": choice(["1"])}
    )
    found = RegisterDefinition.objects.filter(is_open="closed" not in filters)
    if "scheme" in filters:
        found = found.filter(scheme=filters["scheme"])
    if "q" in filters:
        found = found.filter(label_zh__icontains=filters["q"]) | found.filter(
            owner__icontains=filters["q"]
        )
    today = clock.today()
    definitions = list(found.order_by("scheme", "position", "pk"))
    for definition in definitions:
        definition.running = period_of(definition.period_kind, today)  # type: ignore[attr-defined]
    counts = _row_counts(request.user, definitions)
    names = _scheme_names(schemes)
    for definition in definitions:
        definition.scheme_name = names[definition.scheme]  # type: ignore[attr-defined]
        key = (definition.pk, definition.running)  # type: ignore[attr-defined]
        definition.row_count = counts.get(key, 0)  # type: ignore[attr-defined]
    context = {"definitions": definitions, "filters": filters, "schemes": names.items()}
    return render(request, "registers/list.html", context)


def _scheme_names(schemes: Sequence[str]) -> dict[str, Text]:
    """The schemes by the names they were adopted under, the last one counts."""
    adopted = AdoptedScheme.objects.filter(scheme__in=schemes).order_by("adopted_at", "pk")
    names = {row.scheme: Text(row.label_zh, row.label_en) for row in adopted}
    return {scheme: names.get(scheme, Text(scheme, scheme)) for scheme in schemes}


def _row_counts(user: Any, definitions: list[Any]) -> dict[tuple[int, str], int]:
    rows = RegisterRow.objects.open_to(user, "registers.read").filter(
        is_removed=False,
        definition__in=[one.pk for one in definitions],
        period__in={one.running for one in definitions},
    )
    grouped = rows.order_by().values("definition_id", "period").annotate(found=Count("pk"))
    return {(one["definition_id"], one["period"]): one["found"] for one in grouped}


@page("registers.read")
def register_rows(request: HttpRequest, definition_id: int) -> HttpResponse:
    """The rows of one register in the account's area."""
    definition = definition_or_404(definition_id)
    shape = shape_of(definition.content)
    filters = read_filters(request.GET, row_filters(definition, shape))
    rows = filtered_rows(definition, filters, user=request.user)
    place = place_or_404(request.user, filters["place"]) if "place" in filters else None
    found = keyset_page(
        rows.select_related("place"),
        order=("place__code", "id"),
        cursor=request.GET.get("cursor", ""),
    )
    language = language_of_page()
    columns = shape.fields[:_COLUMNS]
    for row in found.items:
        row.cells = [  # type: ignore[attr-defined]
            (field.label, shown_value(field, row.values.get(field.id), language))
            for field in columns
        ]
    context = {
        "definition": definition,
        "shape": shape,
        "columns": columns,
        "page": found,
        "shown": found,
        "filters": filters,
        "place": place,
        "choices": [
            (field, filters.get(f"is_{field.id}", ""))
            for field in shape.fields
            if field.kind == "choice"
        ],
        "periods": _with_own(recent_periods(definition.period_kind, clock.today()), filters),
        "may_enter": definition.is_open
        and "registers.enter" in getattr(request, "verbs", ())
        and (place is None or may(request.user, "registers.enter", place)),
        "query": request.GET.urlencode(),
    }
    return render(request, "registers/rows.html", context)


def _with_own(periods: list[str], filters: Mapping[str, Any]) -> list[str]:
    own = filters.get("period")
    return periods if own is None or own in periods else [own, *periods]


def _day(given: str) -> date:
    day = read_date(given)
    if day is None:
        raise ValueError("2026-08-28")
    return day


def row_filters(definition: RegisterDefinition, shape: RegisterShape) -> dict[str, Accept]:
    """The filters a register accepts: its own choices beside those of every register."""
    accepted: dict[str, Accept] = {
        "place": number,
        "period": period,
        "complete": choice(["yes", "no"]),
        "removed": choice(["yes"]),
        "from": _day,
        "to": _day,
    }
    for field in shape.fields:
        if field.kind == "choice":
            accepted[f"is_{field.id}"] = choice(list(field.choices))
    return accepted


def filtered_rows(
    definition: RegisterDefinition,
    filters: Mapping[str, Any],
    *,
    user: Any,
    verb: str = "registers.read",
) -> QuerySet[RegisterRow]:
    """The rows on which an account may do ``verb``; removed rows only where they are asked for."""
    rows = RegisterRow.objects.open_to(user, verb).filter(
        definition=definition, is_removed="removed" in filters
    )
    if "place" in filters:
        place = place_or_404(user, filters["place"])
        rows = rows.filter(place__reporting_path__startswith=place.reporting_path)
    if "period" in filters:
        rows = rows.filter(period=filters["period"])
    if "complete" in filters:
        rows = rows.filter(complete=filters["complete"] == "yes")
    if "from" in filters:
        rows = rows.filter(occurred_on__gte=filters["from"])
    if "to" in filters:
        rows = rows.filter(occurred_on__lte=filters["to"])
    for name, wanted in filters.items():
        if name.startswith("is_"):
            # As a key and never as a lookup, whatever the field is called.
            said = Cast(KeyTextTransform(name.removeprefix("is_"), "values"), TextField())
            rows = rows.alias(**{f"said_{name}": said}).filter(**{f"said_{name}": wanted})
    return rows
