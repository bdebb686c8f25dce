"""What a clerk writes, and what it means."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.records.catalogue.models import DataElement
from bangfu.records.figures.values import Value, read_value, units_of, value_of, write_value
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.money import INT64_MAX

INCOME = DataElement(
    element="income_fen", label_zh="收入", label_en="income", kind="money", unit="fen"
)
PEOPLE = DataElement(element="people", label_zh="人数", label_en="people", kind="int", unit="人")
AREA = DataElement(element="area", label_zh="面积", label_en="area", kind="number", unit="亩")
SHARE = DataElement(element="share", label_zh="比例", label_en="share", kind="number", unit="%")
POINT = DataElement(element="point", label_zh="网点", label_en="point", kind="bool", unit="")
NOTE = DataElement(element="note", label_zh="备注", label_en="note", kind="text", unit="")


@pytest.mark.parametrize(
    ("element", "text", "unit", "value"),
    [
        (INCOME, "32.5", "万元", Value(value_int=32_500_000)),
        (INCOME, " ３２，５００．５ ", "元", Value(value_int=3_250_050)),
        (INCOME, "1,234,567.89", "元", Value(value_int=123_456_789)),
        (INCOME, "-3", "万元", Value(value_int=-3_000_000)),
        (INCOME, "0", "元", Value(value_int=0)),
        (PEOPLE, "12", "人", Value(value_int=12)),
        (PEOPLE, "1.2", "万人", Value(value_int=12_000)),
        (AREA, "12.50", "亩", Value(value_number=Decimal("12.5"))),
        (AREA, "1200", "亩", Value(value_number=Decimal(1200))),
        (SHARE, "35", "%", Value(value_number=Decimal(35))),
        (POINT, "是", "", Value(value_int=1)),
        (POINT, "无", "", Value(value_int=0)),
        (NOTE, " 已通邮 ", "", Value(value_text="已通邮")),
        (INCOME, "", "万元", Value()),
        (INCOME, " \u3000", "万元", Value()),
        (INCOME, "待核实", "万元", Value()),
        (INCOME, "不涉及", "万元", Value(not_applicable=True)),
        (POINT, "不适用", "", Value(not_applicable=True)),
    ],
)
def test_text_is_read_exactly(element, text, unit, value):
    assert read_value(element, text, unit) == value


@pytest.mark.parametrize(
    ("element", "text", "unit", "code"),
    [
        (INCOME, "32.5万", "万元", "DAT-01"),
        (INCOME, "32.5万元", "万元", "DAT-01"),
        (INCOME, "325000元", "万元", "DAT-01"),
        (INCOME, "约30", "万元", "DAT-01"),
        (INCOME, "1,23", "元", "DAT-01"),
        (INCOME, "3.3E+17", "元", "DAT-01"),
        (INCOME, "NaN", "元", "DAT-01"),
        (INCOME, "Infinity", "元", "DAT-01"),
        (INCOME, "1 2", "元", "DAT-01"),
        (INCOME, "—", "元", "DAT-01"),
        (INCOME, "١٢", "元", "DAT-01"),
        (INCOME, "同上", "万元", "DAT-02"),
        (NOTE, "同上", "", "DAT-02"),
        (INCOME, "0.001", "元", "DAT-03"),
        (INCOME, "0.0000001", "万元", "DAT-03"),
        (PEOPLE, "12.5", "人", "DAT-03"),
        (AREA, "0.0000001", "亩", "DAT-03"),
        (INCOME, "9" * 17, "万元", "DAT-04"),
        (INCOME, "9" * 5000, "元", "DAT-04"),
        (AREA, "9" * 19, "亩", "DAT-04"),
        (INCOME, "0." + "0" * 5000 + "1", "元", "DAT-03"),
        (POINT, "2", "", "DAT-05"),
        (POINT, "可能", "", "DAT-05"),
        (NOTE, "x" * 401, "", "DAT-06"),
        (NOTE, "a\x00b", "", "DAT-06"),
        (PEOPLE, "-1", "人", "DAT-07"),
    ],
)
def test_what_is_no_value_is_a_fault_with_words(element, text, unit, code):
    fault = read_value(element, text, unit)
    assert isinstance(fault, Fault)
    assert fault.code == code
    assert element.label_zh in fault.message.zh
    assert len(fault.message.zh) < 200


def test_a_unit_slip_names_what_to_write():
    fault = read_value(INCOME, "32.5万", "万元")
    assert isinstance(fault, Fault)
    assert fault.remedy is not None
    assert fault.remedy.zh == "如果是 32.5 万元，请填 32.5。"


def test_a_unit_the_element_has_not_is_a_mistake_of_the_program():
    with pytest.raises(ValueError, match="亩"):
        read_value(INCOME, "1", "亩")


@given(st.integers(-INT64_MAX, INT64_MAX), st.sampled_from(units_of(INCOME)))
def test_money_reads_back_as_it_was_written(fen, unit):
    value = Value(value_int=fen)
    assert read_value(INCOME, write_value(INCOME, value, unit), unit) == value


@given(
    st.decimals(min_value=-(10**11), max_value=10**11, places=6, allow_nan=False),
    st.sampled_from(units_of(AREA)),
)
def test_measures_read_back_as_they_were_written(number, unit):
    text = write_value(AREA, Value(value_number=number), unit)
    read = read_value(AREA, text, unit)
    assert isinstance(read, Value)
    assert read.value_number == number


@given(st.text(max_size=60))
def test_any_text_is_a_value_or_a_fault_and_never_an_exception(text):
    for element in (INCOME, PEOPLE, AREA, POINT, NOTE):
        assert isinstance(read_value(element, text, units_of(element)[0]), Value | Fault)


def test_numbers_of_a_row_are_compared_without_their_zeros():
    class Row:
        value_int = None
        value_number = Decimal("12.500000")
        value_text = ""
        not_applicable = False

    assert value_of(Row()) == Value(value_number=Decimal("12.5"))
