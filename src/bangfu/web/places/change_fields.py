"""Fields of the change forms (区划变更填写): places by code, weights as percentages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bangfu.records.ground import clock
from bangfu.records.places.events import WHOLE
from bangfu.records.places.models import Place

__all__ = ["DayField", "PlaceField", "WeightField", "suggested", "translated_choices"]

_SUGGESTED = 300
_EARLIEST, _LATEST = date(1949, 10, 1), date(2200, 1, 1)


class DayField(forms.DateField):
    """A day that a document can have."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**options)

    def clean(self, value: Any) -> date | None:
        """The day, none where it may be left out."""
        day: date | None = super().clean(value)
        if day is not None and not _EARLIEST <= day <= _LATEST:
            raise forms.ValidationError(_("日期应在 1949-10-01 与 2200-01-01 之间。"))
        return day


class PlaceField(forms.CharField):
    """A place by its code, as typed or as chosen from what is suggested (``code name``)."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 120)
        super().__init__(**options)
        self.rows = Place.objects.none()

    def offer(self, rows: Any, list_id: str) -> None:
        """Which places may be named, and the list they are suggested from."""
        self.rows = rows
        self.widget.attrs.update({"list": list_id, "autocomplete": "off"})

    def clean(self, value: Any) -> Place | None:
        """The one place that bears the code today."""
        text = super().clean(value)
        if not text:
            return None
        code = text.split()[0]
        found = list(self.rows.filter(code=code, ended_on__gt=clock.today())[:2])
        if not found:
            raise forms.ValidationError(
                _("没有代码为「%(code)s」、您可以办理变更的地方。") % {"code": code[:20]}
            )
        if len(found) > 1:
            raise forms.ValidationError(_("两套代码体系都有这个代码，请从建议中选择。"))
        return found[0]


class WeightField(forms.CharField):
    """A share in percent, at most four decimals, as millionths."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 10)
        super().__init__(**options)
        self.widget.attrs.update({"inputmode": "decimal", "autocomplete": "off"})

    def clean(self, value: Any) -> int | None:
        """The weight; 60 is 600,000 millionths."""
        text = str(super().clean(value)).replace("%", "").replace("％", "").strip()
        if not text:
            return None
        try:
            weight = Decimal(text) * (WHOLE // 100)
        except InvalidOperation as error:
            raise forms.ValidationError(_("权重填百分数，例如 60 或 33.3333。")) from error
        if not weight.is_finite() or weight != int(weight) or not 0 <= weight <= WHOLE:
            raise forms.ValidationError(_("权重在 0 与 100 之间，最多 4 位小数。"))
        return int(weight)


def translated_choices(words: Any) -> list[tuple[str, Any]]:
    """Choices whose labels are shown in the language of the page."""
    return [(value, _(label)) for value, label in words.choices]


def suggested(rows: Any) -> list[str]:
    """What a field suggests: ``code name`` of places that exist today."""
    held = rows.filter(ended_on__gt=clock.today()).order_by("code", "pk")
    return [f"{code} {name}" for code, name in held.values_list("code", "name")[:_SUGGESTED]]
