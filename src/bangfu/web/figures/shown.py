"""Cells as pages show them (栏目显示): the value, what stood before, what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from bangfu.records.catalogue.models import DataElement, FormColumn
from bangfu.records.figures.comparing import Before, change_pct
from bangfu.records.figures.models import Observation
from bangfu.records.figures.values import NOT_APPLICABLE, Value, value_of, write_value
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.text import Text

__all__ = ["ShownCell", "label_of", "shown_cell", "with_commas"]

#: What the scripts check while one types; the server checks everything again.
_SCRIPT_KINDS: Final = {
    DataElement.Kind.MONEY: "money",
    DataElement.Kind.INT: "count",
    DataElement.Kind.NUMBER: "number",
}
_DECIMALS: Final = {"分": 0, "元": 2, "万元": 6, "亿元": 10}


@dataclass
class ShownCell:
    """One cell of an entry page or a sheet."""

    column: FormColumn
    text: str
    base: str
    reason: str
    previous: str
    year_before: str
    change: str
    locked: bool
    not_applicable: bool
    source: str
    observation_id: int | None
    faults: list[Fault] = field(default_factory=list)
    points: list[Fault] = field(default_factory=list)
    theirs: str = ""
    #: Of a cell two people changed: what both began from.
    seen_before: str = ""
    is_conflict: bool = False
    #: Filled where the figure may not be shown before that day.
    released_on: date | None = None

    @property
    def code(self) -> str:
        """The element's code, which names the fields."""
        return self.column.element.element

    @property
    def label(self) -> Text:
        """The element's name in both languages."""
        return label_of(self.column.element)

    @property
    def script_kind(self) -> str:
        """What the scripts take the cell for; empty for what is no number."""
        return _SCRIPT_KINDS.get(DataElement.Kind(self.column.element.kind), "")

    @property
    def decimals(self) -> int:
        """How many decimals the scripts allow."""
        element = self.column.element
        if element.kind == DataElement.Kind.MONEY:
            return _DECIMALS[self.column.unit or "元"]
        if element.kind == DataElement.Kind.INT:
            return 0 if self.column.unit == element.unit else 4
        return 6

    @property
    def is_known(self) -> bool:
        """Whether it is filled already, so that it need not stand open on a phone."""
        return bool(self.text) and not (self.faults or self.points or self.is_conflict)

    @property
    def wants_reason(self) -> bool:
        """Whether the field for a reason stands open."""
        return bool(self.reason or self.points or self.not_applicable)

    @property
    def shown(self) -> str:
        """The value for reading, with commas."""
        return with_commas(self.text)


def label_of(element: DataElement) -> Text:
    """The name of an element in both languages."""
    return Text(element.label_zh, element.label_en)


def with_commas(text: str) -> str:
    """A number as offices write it; other text as it is."""
    try:
        number = Decimal(text)
    except ArithmeticError:
        return text
    return f"{number:,f}" if number.is_finite() else text


def shown_cell(
    column: FormColumn,
    held: Observation | None,
    before: Before,
    *,
    points: Mapping[str, list[Fault]] | None = None,
    **more: Any,
) -> ShownCell:
    """The cell of a column as it stands, with what stood before."""
    element, value = column.element, value_of(held) if held else Value()
    text = write_value(element, value, column.unit)
    change = change_pct(value, before.last)
    return ShownCell(
        column=column,
        text=text,
        base=text,
        reason=held.reason if held else "",
        previous=_plain(column, before.last),
        year_before=_plain(column, before.year_before),
        change="" if change is None else f"{change:+}%",
        locked=bool(held and held.locked),
        not_applicable=value.not_applicable,
        source=held.source if held else "",
        observation_id=held.pk if held else None,
        points=list((points or {}).get(element.element, ())),
        **more,
    )


def _plain(column: FormColumn, value: Value) -> str:
    text = write_value(column.element, value, column.unit)
    return "" if text == NOT_APPLICABLE else text
