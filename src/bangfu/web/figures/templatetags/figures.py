"""Figures in templates (数据显示): labels of rows, states, values in the unit of a column."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bangfu.records.catalogue.models import DataElement, FormColumn
from bangfu.records.figures.models import Release, Submission
from bangfu.records.figures.values import Value, write_value
from bangfu.records.ground.keyset import COUNT_LIMIT
from bangfu.web.figures import shown

register = template.Library()

_KINDS: Final = {
    Submission.State.DRAFT: "note",
    Submission.State.CONFIRMING: "waiting",
    Submission.State.SUBMITTED: "waiting",
    Submission.State.RETURNED: "caution",
    Submission.State.APPROVED: "good",
}


@register.simple_tag
def in_zh_or_en(zh: str, en: str) -> str:
    """The one of two texts of a row that fits the page; the Chinese one where the other lacks."""
    english = (get_language() or "").startswith("en")
    return en if english and en else zh


@register.simple_tag
def release_word(release: str) -> str:
    """Which telling of a figure it is, in words."""
    return _(Release(release).label) if release in Release.values else release


@register.simple_tag
def submission_badge(row: Submission) -> SafeString:
    """Where a return stands."""
    state = Submission.State(row.state)
    context = {"kind": _KINDS[state], "label": _(state.label)}
    return SafeString(render_to_string("parts/status.html", context))


@register.filter
def with_commas(text: str) -> str:
    """A number as offices write it."""
    return shown.with_commas(text)


@register.filter
def add_id(prefix: str, number: int) -> str:
    """A prefix and a row's number, without separators of thousands."""
    return f"{prefix}{number:d}"


@register.simple_tag
def value_text(column: FormColumn, value: Value) -> str:
    """A value in the unit of a column; what is not known says so."""
    if value.is_unknown:
        return _("待核实")
    return shown.with_commas(write_value(column.element, value, column.unit))


@register.simple_tag
def figure_text(column: FormColumn, number: Any) -> str:
    """A number of the inside unit, in the unit of a column."""
    exact = Decimal(number)
    if column.element.kind == DataElement.Kind.NUMBER:
        value = Value(value_number=exact)
    else:
        value = Value(value_int=int(exact))
    return shown.with_commas(write_value(column.element, value, column.unit))


@register.filter
def capped(number: int) -> str:
    """A count up to the limit, then with a plus: nobody needs to know how many beyond."""
    return f"{COUNT_LIMIT:,}+" if number > COUNT_LIMIT else f"{number:,}"
