"""Many cells at once, read as `values.read_value` reads one (成批取值).

Plain decimals of money and counts, which most cells are, go through column arithmetic; every
other text is read by `read_value` itself, once for each distinct text. A test compares both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from bangfu.programme.tables.decimals import whole_units
from bangfu.programme.tables.declared import ElementInfo
from bangfu.programme.tables.elements import reading_of
from bangfu.records.catalogue.models import DataElement
from bangfu.records.figures.values import Value, read_value
from bangfu.vocabulary.errors import Fault

__all__ = ["VALUE_COLUMNS", "ReadValues", "element_info", "read_values"]

#: What a typed value is held in.
VALUE_COLUMNS: Final = ("value_int", "value_number", "value_text", "not_applicable")
#: Short enough that no bound of `read_value` is near.
_PLAIN: Final = r"^-?[0-9]{1,12}(?:\.[0-9]{1,6})?$"
_KINDS: Final = {"money": "int", "int": "int", "number": "number", "bool": "bool"}


@dataclass(frozen=True, slots=True)
class ReadValues:
    """Typed values beside the texts they were read from.

    ``frame`` has value_int Int64, value_number String (a plain decimal), value_text String and
    not_applicable Boolean, a row for each cell. ``faults`` names the cells by their index that
    could not be read; their values are unknown.
    """

    frame: pl.DataFrame
    faults: dict[int, Fault]


def element_info(element: DataElement) -> ElementInfo:
    """What readers of tables must know of an element."""
    return ElementInfo(
        element.element,
        (element.element, element.label_zh),
        element.unit,
        kind=_KINDS.get(element.kind, "number"),  # type: ignore[arg-type]
        plausible_low=element.plausible_low,
        plausible_high=element.plausible_high,
    )


def read_values(cells: pl.DataFrame, elements: Mapping[int, DataElement]) -> ReadValues:
    """Read cells.

    Parameters
    ----------
    cells : frame with columns element_id Int64, text and unit String
        ``unit`` is one that the element is asked in; "" is the element's own, never for money.
    elements : mapping of id to DataElement
        All that occur.
    """
    shift = _shifts(cells, elements)
    text = cells.get_column("text").fill_null("").str.strip_chars()
    is_plain = text.str.contains(_PLAIN) & shift.is_not_null()
    only = text.zip_with(is_plain, pl.Series([None], dtype=pl.String).new_from_index(0, len(text)))
    counted = whole_units(only, shift.fill_null(0))
    value = counted.get_column("value")
    below_zero = _none_below_zero(cells, elements) & (value < 0)
    is_read = is_plain & value.is_not_null() & ~below_zero
    frame = pl.DataFrame(
        {
            "value_int": value.set(~is_read, None),
            "value_number": pl.Series([None], dtype=pl.String).new_from_index(0, len(text)),
            "value_text": pl.Series([""]).new_from_index(0, len(text)),
            "not_applicable": pl.Series([False]).new_from_index(0, len(text)),
        }
    )
    rest = (~is_read & (text != "")).arg_true()
    return _with_rest(frame, cells, rest, elements)


def _shifts(cells: pl.DataFrame, elements: Mapping[int, DataElement]) -> pl.Series:
    """The power of ten to the inside unit, where a cell may go the quick way; null elsewhere."""
    pairs = cells.select("element_id", "unit").unique()
    shifts = [
        (element_id, unit, _shift(elements[element_id], unit)) for element_id, unit in pairs.rows()
    ]
    table = pl.DataFrame(
        shifts,
        schema={"element_id": pl.Int64, "unit": pl.String, "shift": pl.Int64},
        orient="row",
    )
    joined = cells.select("element_id", "unit").join(
        table, on=["element_id", "unit"], how="left", maintain_order="left"
    )
    return joined.get_column("shift")


def _shift(element: DataElement, unit: str) -> int | None:
    if element.kind not in (DataElement.Kind.MONEY, DataElement.Kind.INT):
        return None
    return reading_of(element_info(element), element.element, unit).shift


def _none_below_zero(cells: pl.DataFrame, elements: Mapping[int, DataElement]) -> pl.Series:
    counts = [key for key, element in elements.items() if element.kind == DataElement.Kind.INT]
    return cells.get_column("element_id").is_in(counts)


def _with_rest(
    frame: pl.DataFrame, cells: pl.DataFrame, rest: pl.Series, elements: Mapping[int, DataElement]
) -> ReadValues:
    if rest.is_empty():
        return ReadValues(frame, {})
    read: dict[tuple[int, str, str], Value | Fault] = {}
    columns = {name: frame.get_column(name).to_list() for name in VALUE_COLUMNS}
    faults: dict[int, Fault] = {}
    few = cells.select("element_id", "text", "unit")[rest]
    for index, (element_id, text, unit) in zip(rest.to_list(), few.iter_rows(), strict=True):
        key = (element_id, text, unit)
        if key not in read:
            read[key] = read_value(elements[element_id], text, unit)
        value = read[key]
        if isinstance(value, Fault):
            faults[index] = value
            continue
        columns["value_int"][index] = value.value_int
        number = value.value_number
        columns["value_number"][index] = None if number is None else f"{number:f}"
        columns["value_text"][index] = value.value_text
        columns["not_applicable"][index] = value.not_applicable
    return ReadValues(pl.DataFrame(columns, schema=frame.schema), faults)
