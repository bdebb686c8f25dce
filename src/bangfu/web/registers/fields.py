"""The form of a register's row (台账填报表单), made from the fields its scheme declares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from bangfu.records.ground.refusals import Refused
from bangfu.records.registers.reading import LONGEST
from bangfu.records.registers.shape import RegisterShape, ShapeField
from bangfu.records.registers.showing import written_value
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.text import Language

__all__ = ["RowForm", "given_by"]

#: What the cells' behaviour in the browser is told of each kind.
_KINDS = {"money": "money", "int": "count", "number": "share"}


class RowForm(forms.Form):
    """One row. Nothing is compulsory in the browser: an incomplete row may be kept."""

    def __init__(
        self,
        shape: RegisterShape,
        language: Language,
        *,
        data: Any = None,
        held: Mapping[str, Any] | None = None,
        previous: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, prefix="f", use_required_attribute=False)
        self.shape = shape
        for asked in shape.fields:
            before = written_value(asked, (previous or {}).get(asked.id))
            field = _field(asked, language, before)
            field.initial = written_value(asked, (held or {}).get(asked.id))
            self.fields[asked.id] = field

    def show_faults(self, refused: Refused) -> list[Fault]:
        """Put each fault beside its field; those of no field are given back."""
        rest: list[Fault] = []
        self.is_valid()
        by_label = {f"「{asked.label.zh}」": asked.id for asked in self.shape.fields}
        english = _("是") != "是"
        for fault in refused.faults:
            name = by_label.get(fault.where)
            if name is None:
                rest.append(fault)
                continue
            parts = [fault.message, fault.remedy]
            told = [part.in_language("en" if english else "zh") for part in parts if part]
            self.add_error(name, f"{(' ' if english else '').join(told)} ({fault.code})")
        return rest


def given_by(shape: RegisterShape, data: Mapping[str, Any]) -> dict[str, str]:
    """What a request wrote into the fields; a field it does not hold is not changed."""
    return {
        asked.id: str(data[f"f-{asked.id}"]) for asked in shape.fields if f"f-{asked.id}" in data
    }


def _field(asked: ShapeField, language: Language, before: str) -> forms.Field:
    label = asked.label.in_language(language)
    if asked.unit:
        label = f"{label}（{asked.unit}）" if language == "zh" else f"{label} ({asked.unit})"
    attributes: dict[str, str] = {"data-previous": before}
    shared: dict[str, Any] = {"label": label, "required": False}
    told = [_("必填")] if asked.required else []
    if before:
        told.append(_("上期：%(value)s") % {"value": before})
    shared["help_text"] = "；".join(told)
    if asked.kind in ("choice", "bool"):
        options = asked.choices if asked.kind == "choice" else ("是", "否")
        shown = [(one, _(one) if asked.kind == "bool" else one) for one in options]
        return forms.CharField(
            **shared,
            widget=forms.Select(
                attrs={**attributes, "class": "form-select"}, choices=[("", "—"), *shown]
            ),
        )
    attributes["class"] = "form-control"
    if asked.kind in _KINDS:
        attributes |= {"data-kind": _KINDS[asked.kind], "inputmode": "decimal"}
        attributes |= {"data-unit": asked.unit, "min": "-999999999999"}
        if asked.kind == "money":
            attributes["data-decimals"] = {"万元": "6", "亿元": "10"}.get(asked.unit, "2")
        if asked.kind == "number":
            attributes |= {"data-decimals": "6", "max": "999999999999"}
    if asked.kind == "date":
        attributes |= {"placeholder": "2026-08-28", "inputmode": "numeric"}
    if asked.kind == "text" and asked.required:
        return forms.CharField(**shared, widget=forms.Textarea(attrs={**attributes, "rows": "2"}))
    attributes["maxlength"] = str(LONGEST)
    return forms.CharField(**shared, widget=forms.TextInput(attrs=attributes))
