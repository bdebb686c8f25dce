"""Exact numbers from text, against Python's decimals."""

from decimal import Decimal

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.programme.tables.decimals import (
    NOT_A_NUMBER,
    NOT_WHOLE,
    TOO_LARGE,
    decimal_text,
    whole_units,
)

NUMBERS = st.builds(
    lambda sign, whole, fraction: f"{sign}{whole}{fraction}",
    st.sampled_from(["", "+", "-"]),
    st.integers(0, 10**20).map(str) | st.sampled_from(["000", "0012", "1,234", "12,345,678"]),
    st.just("") | st.integers(0, 10**12).map(lambda digits: f".{digits}"),
)


def exact(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


@given(st.lists(st.tuples(NUMBERS, st.sampled_from([0, 2, 4, 6, 10])), min_size=1, max_size=20))
@settings(max_examples=60, deadline=None)
def test_whole_units_agree_with_exact_arithmetic(cases: list[tuple[str, int]]) -> None:
    numbers = pl.Series([number for number, _ in cases])
    read = whole_units(numbers, pl.Series([shift for _, shift in cases])).rows()
    for (number, shift), (value, problem) in zip(cases, read, strict=True):
        expected = exact(number).scaleb(shift)
        if expected != expected.to_integral_value():
            assert (value, problem) == (None, NOT_WHOLE)
        elif not -(2**63) <= expected < 2**63:
            assert (value, problem) == (None, TOO_LARGE)
        else:
            assert (value, problem) == (int(expected), 0)


@given(st.lists(st.tuples(NUMBERS, st.sampled_from([0, 4, 8])), min_size=1, max_size=20))
@settings(max_examples=60, deadline=None)
def test_decimal_text_is_exact_and_canonical(cases: list[tuple[str, int]]) -> None:
    numbers = pl.Series([number for number, _ in cases])
    read = decimal_text(numbers, pl.Series([shift for _, shift in cases])).rows()
    for (number, shift), (text, problem) in zip(cases, read, strict=True):
        expected = exact(number).scaleb(shift)
        if expected and expected.adjusted() >= 18:
            assert (text, problem) == (None, TOO_LARGE)
            continue
        assert Decimal(text) == expected
        assert text == "0" or not text.strip("-").startswith("00")
        assert "." not in text or not text.endswith("0")
        assert not text.startswith("+")


def test_what_is_no_number_is_told_apart_from_what_is_unknown() -> None:
    given_texts = ["", "x", "1e5", "1,23", ".", "１２", None]
    read = whole_units(pl.Series(given_texts), pl.Series([0] * 7))
    assert read.get_column("problem").to_list() == [NOT_A_NUMBER] * 6 + [0]
    read = decimal_text(pl.Series(given_texts), pl.Series([0] * 7))
    assert read.get_column("problem").to_list() == [NOT_A_NUMBER] * 6 + [0]
    assert read.get_column("text").to_list() == [None] * 7
