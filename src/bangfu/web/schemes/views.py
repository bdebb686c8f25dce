"""Schemes (方案): which are adopted, what their clauses feed, and adopting another version."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bangfu.records.access.policies import may_anywhere
from bangfu.records.catalogue.adopting import adopt_scheme, changes_by, current_schemes
from bangfu.records.catalogue.content import as_archive, as_it_reads_now, as_json
from bangfu.records.catalogue.feeding import elements_by_clause
from bangfu.records.catalogue.models import (
    AdoptedScheme,
    DataElement,
    Form,
    FormColumn,
    ReportingRule,
)
from bangfu.records.ground import clock
from bangfu.records.registers.declaring import declare_registers
from bangfu.schemes.differences import compare_schemes
from bangfu.schemes.figures import NOT_STATED, Dated, Figure, figure_text
from bangfu.schemes.find import scheme_folders
from bangfu.schemes.load import Scheme, load_scheme
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text
from bangfu.web.filters import choice, read_filters
from bangfu.web.pages import page

__all__ = ["adopt", "scheme_archive", "scheme_json", "scheme_list", "scheme_page"]


@page("catalogue.read")
@require_safe
def scheme_list(request: HttpRequest) -> HttpResponse:
    """The schemes adopted here, and those that can be adopted."""
    read_filters(request.GET, {})
    held = current_schemes()
    forms = Form.objects.order_by("scheme", "pk")
    context = {
        "schemes": held.values(),
        "others": [name for name in scheme_folders() if name not in held],
        "forms": forms,
        "rule": ReportingRule.current(),
        "may_change": may_anywhere(request.user, "catalogue.change"),
    }
    return render(request, "schemes/index.html", context)


@page("catalogue.change")
@require_http_methods(["GET", "POST"])
def adopt(request: HttpRequest) -> HttpResponse:
    """What adopting a scheme would change; adopting it."""
    name = _named(request.POST if request.method == "POST" else request.GET)
    if request.method == "POST":
        with transaction.atomic():
            row = adopt_scheme(name, actor=request.user)
            declare_registers(load_scheme(name), on=clock.today(), actor=request.user)
        facts = {"label": row.label_zh, "count": len(row.changes)}
        messages.success(request, _("已启用「%(label)s」，报表变动 %(count)d 处。") % facts)
        return redirect("scheme", row.scheme)
    scheme = load_scheme(name)
    held = current_schemes().get(scheme.id)
    context = {
        "scheme": scheme,
        "held": held,
        "is_same": held is not None and held.content_hash == scheme.content_hash,
        "changes": _in_words(changes_by(scheme)),
        "differences": _differences(held, scheme),
    }
    return render(request, "schemes/adopt.html", context)


@page("catalogue.read")
@require_safe
def scheme_page(request: HttpRequest, scheme: str) -> HttpResponse:
    """One adopted scheme: its clauses, what feeds them, its versions."""
    held = get_object_or_404(AdoptedScheme, scheme=scheme, replaced_at__isnull=True)
    read = as_it_reads_now(held)
    elements = {row.element: row for row in DataElement.objects.all()}
    forms = _forms_by_element(scheme)
    clauses = [
        {
            "clause": read.clauses[clause],
            "feeds": [(elements[e], forms.get(e, [])) for e in sorted(used) if e in elements],
        }
        for clause, used in elements_by_clause(read).items()
    ]
    context = {
        "held": held,
        "scheme": read,
        "is_outdated": read.content_hash != held.content_hash,
        "clauses": clauses,
        "figures": _figures(read),
        "forms": Form.objects.filter(scheme=scheme).order_by("pk"),
        "versions": AdoptedScheme.objects.filter(scheme=scheme).order_by("-adopted_at"),
        "changes": _in_words(held.changes),
    }
    return render(request, "schemes/scheme.html", context)


@page("catalogue.read")
@require_safe
def scheme_json(request: HttpRequest, scheme: str) -> HttpResponse:
    """The canonical JSON, whose SHA-256 is the hash of the version."""
    held = get_object_or_404(AdoptedScheme, scheme=scheme, replaced_at__isnull=True)
    return _download(as_json(held).encode(), f"{scheme}.json", "application/json")


@page("catalogue.read")
@require_safe
def scheme_archive(request: HttpRequest, scheme: str) -> HttpResponse:
    """The folder, as it can be loaded anywhere."""
    held = get_object_or_404(AdoptedScheme, scheme=scheme, replaced_at__isnull=True)
    return _download(as_archive(held), f"{scheme}.zip", "application/zip")


def _download(content: bytes, name: str, media_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _named(given: QueryDict) -> str:
    """The scheme that is asked for: one that is known here, never a path."""
    kept = given.copy()
    kept.pop("csrfmiddlewaretoken", None)
    found = read_filters(kept, {"scheme": choice(list(scheme_folders()))})
    if "scheme" not in found:
        raise FaultsFound([Fault("CAT-21", "", Text("请选择方案。", "Choose a scheme."))])
    return str(found["scheme"])


def _forms_by_element(scheme: str) -> dict[str, list[Form]]:
    forms: dict[str, list[Form]] = {}
    columns = FormColumn.objects.filter(form__scheme=scheme, form__is_open=True, is_open=True)
    for column in columns.select_related("form", "element"):
        forms.setdefault(column.element.element, []).append(column.form)
    return forms


def _figures(scheme: Scheme) -> list[dict[str, Any]]:
    """Every figure with its label, its clauses and its values by date."""
    rows = []
    for path in sorted(scheme.figures):
        origin = scheme.origin(path)
        clauses = scheme.figures[path].clauses or origin.clauses
        rows.append({"label": origin.label, "clauses": clauses, "texts": _texts(origin)})
    return rows


def _texts(dated: Dated) -> list[tuple[date, Text]]:
    return [(day, _text(figure)) for day, figure in dated.entries]


def _text(figure: Figure | None) -> Text:
    if figure is None:
        return NOT_STATED
    return Text(figure_text(figure), figure_text(figure, "en"))


def _differences(held: AdoptedScheme | None, scheme: Scheme) -> Any:
    if held is None or held.content_hash == scheme.content_hash:
        return ()
    try:
        return compare_schemes(as_it_reads_now(held), scheme).rows
    except FaultsFound:
        # An old version may no longer load; what changes in the forms is shown all the same.
        return ()


def _in_words(changes: list[dict[str, str]]) -> list[dict[str, str]]:
    words = {
        "form_added": _("新增报表"),
        "form_opened": _("恢复报表"),
        "form_closed": _("停用报表"),
        "column_added": _("新增栏目"),
        "column_closed": _("停用栏目"),
    }
    labels = dict(DataElement.objects.values_list("element", "label_zh"))
    return [
        {
            "form": change["form"],
            "what": words[change["change"]],
            "element": labels.get(change["element"], change["element"]),
        }
        for change in changes
    ]
