"""The log as pages (操作日志): readable, filterable, exported; nobody's personal data in it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone

from bangfu.records.access.log import visible_entries
from bangfu.records.audit.chain import entry_hash
from bangfu.records.audit.models import AuditEntry
from bangfu.records.ground.keyset import keyset_page
from bangfu.web.audit.reading import ReadEntry, read_entries
from bangfu.web.audit.sentences import SENTENCES, label_of
from bangfu.web.filters import choice, number, read_filters, text
from bangfu.web.pages import page

__all__ = ["entry_list", "entry_page", "export"]


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise ValueError("2026-01-31") from error


_FILTERS = {
    "act": choice(list(SENTENCES)),
    "actor": number,
    "place": number,
    "record": text,
    "since": _day,
    "until": _day,
    "request": text,
}


def _entries(request: HttpRequest) -> tuple[QuerySet[AuditEntry], dict[str, Any]]:
    filters = read_filters(request.GET, _FILTERS)
    rows = visible_entries(request.user)
    if "act" in filters:
        rows = rows.filter(act=filters["act"])
    if "actor" in filters:
        rows = rows.filter(actor_id=filters["actor"])
    if "place" in filters:
        rows = rows.filter(place_id=filters["place"])
    if "record" in filters:
        kind, _, key = filters["record"].partition(":")
        rows = rows.filter(record_type=kind)
        if key:
            rows = rows.filter(record_id=key)
    if "since" in filters:
        rows = rows.filter(at__gte=_midnight(filters["since"]))
    if "until" in filters:
        rows = rows.filter(at__lt=_midnight(filters["until"] + timedelta(days=1)))
    if "request" in filters:
        rows = rows.filter(request_id=filters["request"])
    return rows, filters


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day))


@page("audit.read")
def entry_list(request: HttpRequest) -> HttpResponse:
    """Entries, the newest first."""
    rows, filters = _entries(request)
    found = keyset_page(rows, order=("-sequence",), cursor=request.GET.get("cursor", ""))
    context = {
        "page": found,
        "entries": read_entries(found.items, request.user),
        "filters": {name: str(value) for name, value in filters.items()},
        "acts": sorted((code, label_of(code)) for code in SENTENCES),
        "query": request.GET.urlencode(),
    }
    return render(request, "audit/list.html", context)


@page("audit.read")
def entry_page(request: HttpRequest, sequence: int) -> HttpResponse:
    """One entry with all it holds, and whether its own hash still fits."""
    row = visible_entries(request.user).filter(sequence=sequence).first()
    if row is None:
        raise Http404
    [entry] = read_entries([row], request.user)
    context = {"entry": entry, "fits": entry_hash(row) == row.hash}
    return render(request, "audit/entry.html", context)


@page("audit.read")
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The entries of the filters as CSV, with their hashes."""
    rows, _filters = _entries(request)
    response = StreamingHttpResponse(
        _lines(rows.order_by("sequence")), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response


class _Echo:
    def write(self, value: str) -> str:
        return value


def _lines(rows: QuerySet[AuditEntry]) -> Iterator[str]:
    writer: Any = csv.writer(_Echo())
    yield writer.writerow(ReadEntry.HEAD)
    for row in rows.iterator(chunk_size=2000):
        yield writer.writerow(ReadEntry.plain(row))
