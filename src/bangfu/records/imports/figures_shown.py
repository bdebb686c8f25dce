"""Staged figures in words (暂存数据显示): the place, the element, what is held, what the file says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from bangfu.records.catalogue.models import DataElement
from bangfu.records.figures.values import Value, units_of, write_value
from bangfu.records.imports.kinds import ShownRow
from bangfu.records.imports.models import ImportRow
from bangfu.records.places.models import Place
from bangfu.vocabulary.text import Text

__all__ = ["shown_figures", "value_in_words"]


def shown_figures(rows: Sequence[ImportRow]) -> list[ShownRow]:
    """Figures as people read them, money in the unit of the file."""
    elements = DataElement.objects.in_bulk({row.data.get("element_id") for row in rows} - {None})
    places = Place.objects.in_bulk({row.place_id for row in rows} - {None})
    return [_shown(row, elements.get(row.data.get("element_id")), places) for row in rows]


def _shown(row: ImportRow, element: DataElement | None, places: Mapping[int, Place]) -> ShownRow:
    data = row.data
    place = places.get(row.place_id) if row.place_id else None
    name = place.name if place else "".join(data.get("names") or ()) or data.get("code", "")
    period = data.get("period", "")
    what = Text(
        _joined(element.label_zh if element else "", period),
        _joined(element.label_en if element else "", period),
    )
    if element is None or row.outcome == "faulty":
        return ShownRow(row, name, what, "", _as_written(data))
    unit = data["unit"] if data["unit"] in units_of(element) else units_of(element)[0]
    new = value_in_words(element, _value(data, "value_"), unit)
    old = ""
    if row.difference:
        old = value_in_words(element, _value(row.difference, "held_"), unit)
    return ShownRow(row, name, what, old, new)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _as_written(data: Mapping[str, Any]) -> str:
    return f"{data.get('text', '')}{data.get('unit', '')}"


def _value(data: Mapping[str, Any], prefix: str) -> Value:
    number = data.get(f"{prefix}number")
    flag = "not_applicable" if prefix == "value_" else "held_not_applicable"
    return Value(
        data.get(f"{prefix}int"),
        None if number is None else Decimal(number),
        data.get(f"{prefix}text") or "",
        bool(data.get(flag)),
    )


def value_in_words(element: DataElement, value: Value, unit: str) -> str:
    """A value with its unit; 待核实 for one that is not known."""
    text = write_value(element, value, unit)
    is_number = value.number is not None and element.kind != DataElement.Kind.BOOL
    return f"{text}{unit}" if is_number else text or "待核实"
