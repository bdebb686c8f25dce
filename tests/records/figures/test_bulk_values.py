"""Cells read many at once mean what `read_value` says of each."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.records.catalogue.models import DataElement
from bangfu.records.figures.bulk_values import read_values
from bangfu.records.figures.values import Value, read_value, units_of
from bangfu.vocabulary.errors import Fault

_ELEMENTS = {
    1: DataElement(element="income_fen", label_zh="收入", kind="money", unit="fen"),
    2: DataElement(element="households", label_zh="户数", kind="int", unit="户"),
    3: DataElement(element="growth_pct", label_zh="增长", kind="number", unit="%"),
    4: DataElement(element="has_plan", label_zh="有规划", kind="bool", unit=""),
    5: DataElement(element="remark", label_zh="备注", kind="text", unit=""),
}
_TEXTS = st.one_of(
    st.from_regex(r"[ 　]?[-+]?[0-9０-９]{1,20}([.．][0-9]{0,8})?[ ]?", fullmatch=True),
    st.from_regex(r"[0-9]{1,3}(,[0-9]{3}){0,4}(\.[0-9]{1,3})?", fullmatch=True),
    st.sampled_from(
        ["", " ", "待核实", "不涉及", "不适用", "是", "否", "同上", "32.5万", "3.3E+5"]
    ),
    st.sampled_from(["-0", "00", ".5", "5.", "1,5", "9" * 18, "9" * 30, "-", "无", "1e400"]),
    st.sampled_from(["٣", "٣٢", "²", "１２．５"]),
    st.text(max_size=12),
)


@st.composite
def _cells(draw: st.DrawFn) -> tuple[int, str, str]:
    element_id = draw(st.sampled_from(sorted(_ELEMENTS)))
    unit = draw(st.sampled_from([u for u in units_of(_ELEMENTS[element_id]) if u] or [""]))
    return element_id, draw(_TEXTS), unit


@given(st.lists(_cells(), min_size=1, max_size=8))
def test_both_ways_of_reading_agree(cells: list[tuple[int, str, str]]) -> None:
    frame = pl.DataFrame(
        cells,
        schema={"element_id": pl.Int64, "text": pl.String, "unit": pl.String},
        orient="row",
    )
    read = read_values(frame, _ELEMENTS)
    for index, (element_id, text, unit) in enumerate(cells):
        single = read_value(_ELEMENTS[element_id], text, unit)
        if isinstance(single, Fault):
            assert read.faults[index] == single
            continue
        value_int, number, words, not_applicable = read.frame.row(index)
        number = None if number is None else Decimal(number)
        assert index not in read.faults
        assert Value(value_int, number, words, not_applicable) == single


@pytest.mark.parametrize(
    ("element_id", "text", "unit", "value"),
    [(1, "32.5", "万元", 32_500_000), (1, "-3", "元", -300), (2, "12", "户", 12)],
)
def test_plain_figures_become_whole_units(
    element_id: int, text: str, unit: str, value: int
) -> None:
    frame = pl.DataFrame({"element_id": [element_id], "text": [text], "unit": [unit]})
    assert read_values(frame, _ELEMENTS).frame["value_int"].to_list() == [value]


def test_a_count_below_zero_is_refused() -> None:
    frame = pl.DataFrame({"element_id": [2], "text": ["-1"], "unit": ["户"]})
    assert read_values(frame, _ELEMENTS).faults[0].code == "DAT-07"
