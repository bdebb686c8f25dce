"""The catalogue as the folder reader needs it (指标目录与读表的衔接)."""

from __future__ import annotations

from collections.abc import Mapping

from bangfu.programme.tables.declared import ElementInfo, ElementKind
from bangfu.schemes.figures import read_figure
from bangfu.schemes.format.catalogue import DataElement

__all__ = ["reader_catalogue"]

_KINDS: dict[str, ElementKind] = {
    "money": "int",
    "int": "int",
    "number": "number",
    "bool": "bool",
    "text": "int",
}


def reader_catalogue(catalogue: Mapping[str, DataElement]) -> dict[str, ElementInfo]:
    """What the reader must know of each element: names accepted, unit, plausible range."""
    return {
        element.id: ElementInfo(
            id=element.id,
            names=(element.id, element.name, element.label.en, *element.aliases),
            unit=element.unit,
            kind=_KINDS[element.kind],
            plausible_low=_bound(element, 0),
            plausible_high=_bound(element, 1),
            level=";".join(element.levels),
        )
        for element in catalogue.values()
    }


def _bound(element: DataElement, end: int) -> int | None:
    if element.plausible is None:
        return None
    figure = read_figure(element.plausible[end])
    return None if figure is None else int(figure.value)
