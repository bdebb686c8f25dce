"""The unit in which a figure is read outside its form (展示单位)."""

from __future__ import annotations

from typing import Final

from bangfu.records.catalogue.models import DataElement

__all__ = ["reading_unit"]

#: From this plausible upper bound on, an amount is read in 万元.
_LARGE_FEN: Final = 1_000_000_000


def reading_unit(element: DataElement) -> str:
    """万元 for large amounts, 元 for amounts per head, the element's own unit otherwise."""
    if element.kind != DataElement.Kind.MONEY:
        return element.unit
    high = element.plausible_high
    return "万元" if high is None or high >= _LARGE_FEN else "元"
