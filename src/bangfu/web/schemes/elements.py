"""Data elements (指标): what each figure is, who owns it, when it is released."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from bangfu.records.access.policies import may_anywhere, require
from bangfu.records.catalogue.actions import ElementSettings, change_element
from bangfu.records.catalogue.feeding import clauses_of_element
from bangfu.records.catalogue.models import DataElement, FormColumn
from bangfu.records.figures.models import Release
from bangfu.records.figures.values import Value, read_value, write_value
from bangfu.records.ground.refusals import Refused
from bangfu.vocabulary.errors import Fault
from bangfu.web.figures.units import reading_unit
from bangfu.web.filters import read_filters
from bangfu.web.pages import page
from bangfu.web.schemes.words import LEGAL_CLASSES

__all__ = ["element_list", "element_page"]


class ElementHead(forms.Form):
    """What the office says about a data element."""

    owner = forms.CharField(label=gettext_lazy("数据来源单位"), max_length=120)
    legal_class = forms.ChoiceField(label=gettext_lazy("数据性质"), choices=LEGAL_CLASSES)
    definition_zh = forms.CharField(
        label=gettext_lazy("口径"), max_length=600, required=False, widget=forms.Textarea
    )
    definition_en = forms.CharField(
        label=gettext_lazy("口径（英文）"), max_length=600, required=False, widget=forms.Textarea
    )
    low = forms.CharField(label=gettext_lazy("合理下限"), max_length=40, required=False)
    high = forms.CharField(label=gettext_lazy("合理上限"), max_length=40, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for release in Release:
            self.fields[f"day_{release.value}"] = forms.CharField(
                label=_("%(release)s发布日") % {"release": _(release.label)},
                max_length=6,
                required=False,
                help_text=_("「01-15」为次年月日，「+20」为期末后天数；不填即随审随看。"),
            )
        for field in self.fields.values():
            is_choice = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if is_choice else "form-control"
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 3


@page("catalogue.read")
@require_safe
def element_list(request: HttpRequest) -> HttpResponse:
    """Every data element of this installation."""
    read_filters(request.GET, {})
    rows = DataElement.objects.order_by("pk")
    legal = dict(LEGAL_CLASSES)
    lines = [(row, legal.get(row.legal_class, ""), reading_unit(row)) for row in rows]
    return render(request, "schemes/elements.html", {"lines": lines})


@page("catalogue.read")
@require_http_methods(["GET", "POST"])
def element_page(request: HttpRequest, element_id: int) -> HttpResponse:
    """One data element: definition, unit, legal class, release days, owner, forms, clauses."""
    element = get_object_or_404(DataElement, pk=element_id)
    if request.method == "POST":
        require(request.user, "catalogue.change")
        head = ElementHead(request.POST)
        if head.is_valid():
            given = request.POST.get("version", "")
            seen = int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0
            wanted = _settings(element, head.cleaned_data)
            change_element(element.pk, wanted, seen_version=seen, actor=request.user)
            messages.success(request, _("已保存。"))
            return redirect("element", element.pk)
    else:
        head = ElementHead(initial=_initial(element))
    columns = FormColumn.objects.filter(element=element, is_open=True).select_related("form")
    context = {
        "element": element,
        "head": head,
        "unit": reading_unit(element),
        "low": _bound(element, element.plausible_low),
        "high": _bound(element, element.plausible_high),
        "legal": dict(LEGAL_CLASSES).get(element.legal_class, ""),
        "calendar": [(_(r.label), element.release_calendar.get(r.value, "")) for r in Release],
        "columns": columns.order_by("form", "position"),
        "clauses": clauses_of_element(element),
        "may_change": may_anywhere(request.user, "catalogue.change"),
    }
    return render(request, "schemes/element.html", context, status=422 if head.errors else 200)


def _initial(element: DataElement) -> dict[str, Any]:
    days = {f"day_{r.value}": element.release_calendar.get(r.value, "") for r in Release}
    return {
        "owner": element.owner,
        "legal_class": element.legal_class,
        "definition_zh": element.definition_zh,
        "definition_en": element.definition_en,
        "low": _bound(element, element.plausible_low),
        "high": _bound(element, element.plausible_high),
        **days,
    }


def _settings(element: DataElement, given: dict[str, Any]) -> ElementSettings:
    days = {r.value: given[f"day_{r.value}"].strip() for r in Release}
    return ElementSettings(
        owner=given["owner"],
        legal_class=given["legal_class"],
        definition_zh=given["definition_zh"],
        definition_en=given["definition_en"],
        plausible_low=_read_bound(element, given["low"]),
        plausible_high=_read_bound(element, given["high"]),
        release_calendar={release: day for release, day in days.items() if day},
    )


def _bound(element: DataElement, bound: int | None) -> str:
    if bound is None:
        return ""
    is_number = element.kind == DataElement.Kind.NUMBER
    value = Value(value_number=Decimal(bound)) if is_number else Value(value_int=bound)
    return write_value(element, value, reading_unit(element))


def _read_bound(element: DataElement, text: str) -> int | None:
    read = read_value(element, text, reading_unit(element))
    if isinstance(read, Fault):
        raise Refused([read])
    return None if read.number is None else int(read.number)
