"""A form and its settings (报表设置): statutory head, days, reviews, columns."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from bangfu.records.access.policies import may_anywhere, require
from bangfu.records.catalogue.actions import (
    ColumnSettings,
    FormSettings,
    change_columns,
    change_form,
    set_numbering,
)
from bangfu.records.catalogue.models import Form, FormColumn
from bangfu.records.figures.models import Release
from bangfu.records.figures.periods import due_on, recent_periods
from bangfu.records.figures.values import units_of
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import refuse
from bangfu.records.places.choices import Level
from bangfu.vocabulary.text import Text
from bangfu.web.pages import page

__all__ = ["FormHead", "form_columns", "form_page", "numbering"]


class FormHead(forms.Form):
    """What the office says about a form."""

    number = forms.CharField(label=gettext_lazy("表号"), max_length=60, required=False)
    made_by = forms.CharField(label=gettext_lazy("制定机关"), max_length=120, required=False)
    approval_number = forms.CharField(
        label=gettext_lazy("批准文号"), max_length=120, required=False
    )
    valid_until = forms.DateField(
        label=gettext_lazy("有效期至"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    due_days = forms.IntegerField(
        label=gettext_lazy("报送期限（期末后天数）"), min_value=0, max_value=366
    )
    review_levels = forms.MultipleChoiceField(
        label=gettext_lazy("审核层级"),
        choices=[(v, label) for v, label in Level.choices if v not in ("zone", "village")],
        widget=forms.CheckboxSelectMultiple,
    )
    helper_confirms = forms.BooleanField(
        label=gettext_lazy("报送前由结对帮扶单位确认"), required=False
    )
    release = forms.ChoiceField(label=gettext_lazy("数据版次"), choices=Release.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field.widget, forms.Select):
                field.widget.attrs["class"] = "form-select"
            elif not isinstance(field.widget, forms.CheckboxInput | forms.CheckboxSelectMultiple):
                field.widget.attrs["class"] = "form-control"

    def settings(self) -> FormSettings:
        """The settings, with the reviewing levels from below."""
        values = dict(self.cleaned_data)
        order = [level for level in reversed(Level.values) if level in values["review_levels"]]
        return FormSettings(**{**values, "review_levels": tuple(order)})


@page("catalogue.read")
@require_http_methods(["GET", "POST"])
def form_page(request: HttpRequest, form_id: int) -> HttpResponse:
    """One form: its columns and settings; the office changes them."""
    form = get_object_or_404(Form, pk=form_id)
    may_change = may_anywhere(request.user, "catalogue.change")
    if request.method == "POST":
        require(request.user, "catalogue.change")
        head = FormHead(request.POST)
        if head.is_valid():
            seen = _version(request.POST)
            change_form(form.pk, head.settings(), seen_version=seen, actor=request.user)
            messages.success(request, _("已保存。"))
            return redirect("form", form.pk)
    else:
        head = FormHead(initial={name: getattr(form, name) for name in FormHead.base_fields})
    return render(
        request, "schemes/form.html", _context(form, head, may_change=may_change),
        status=422 if head.errors else 200,
    )  # fmt: skip


def _context(form: Form, head: FormHead, *, may_change: bool) -> dict[str, Any]:
    columns = list(form.columns.select_related("element"))
    periods = recent_periods(form.period_kind, clock.today(), 4)
    return {
        "form": form,
        "head": head,
        "columns": [(column, units_of(column.element)) for column in columns if column.is_open],
        "closed": [column for column in columns if not column.is_open],
        "level": Level(form.level).label,
        "reviewers": [Level(level).label for level in form.review_levels],
        "periods": [(period, due_on(period, form.due_days)) for period in periods],
        "may_change": may_change,
    }


@page("catalogue.change")
@require_POST
def form_columns(request: HttpRequest, form_id: int) -> HttpResponse:
    """Set the columns of a form."""
    form = get_object_or_404(Form, pk=form_id)
    wanted = [_column(request.POST, column) for column in form.columns.filter(is_open=True)]
    change_columns(form.pk, wanted, seen_version=_version(request.POST), actor=request.user)
    messages.success(request, _("已保存。"))
    return redirect("form", form.pk)


@page("catalogue.change")
@require_POST
def numbering(request: HttpRequest) -> HttpResponse:
    """Say whether a form without a number may go down."""
    must = request.POST.get("forms_must_be_numbered") == "1"
    set_numbering(must, seen_version=_version(request.POST), actor=request.user)
    messages.success(request, _("已保存。"))
    return redirect("schemes")


def _column(posted: QueryDict, column: FormColumn) -> ColumnSettings:
    limit = posted.get(f"limit-{column.pk}", "").strip()
    return ColumnSettings(
        column_id=column.pk,
        position=_number(posted.get(f"position-{column.pk}", "")),
        unit=posted.get(f"unit-{column.pk}", ""),
        required=posted.get(f"required-{column.pk}") == "1",
        reason_beyond_pct=_number(limit) if limit else None,
    )


def _version(posted: QueryDict) -> int:
    return _number(posted.get("version", ""))


def _number(given: str) -> int:
    given = given.strip()
    if not given.isascii() or not given.isdigit() or len(given) > 6:
        raise refuse(
            "CAT-20",
            Text(f"「{given[:20]}」不是整数。", f"“{given[:20]}” is not a whole number."),
        )
    return int(given)
