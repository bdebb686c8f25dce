"""Factors are read to the last digit, and everything wrong with them is said at once."""

from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from bangfu.engine.funding.factors import Factor, read_factors
from bangfu.vocabulary.errors import FaultsFound


def _codes(refusal: pytest.ExceptionInfo[FaultsFound]) -> list[tuple[str, str]]:
    return [(fault.code, fault.where) for fault in refusal.value.faults]


@pytest.mark.parametrize(
    ("values", "expected", "total"),
    [
        (pl.Series([3, 4]), [3, 4], "7"),
        (pl.Series([True, False]), [1, 0], "1"),
        (pl.Series([0.1, 0.2]), [1, 2], "0.3"),
        (pl.Series([1e20, 0.5]), [10**21, 5], "100000000000000000000.5"),
        (pl.Series([1e-7, 2.5]), [1, 25_000_000], "2.5000001"),
        (pl.Series([Decimal("1.50"), Decimal("2.25")]), [150, 225], "3.75"),
    ],
)
def test_numbers_are_read_as_they_were_written(
    values: pl.Series, expected: list[int], total: str
) -> None:
    units = pl.DataFrame({"place_code": ["a", "b"], "f": values})

    factor = read_factors(units, {"f": 1})[0]

    assert expected == factor.values
    assert total == factor.text(factor.total)


def test_a_decimal_of_38_digits_loses_nothing() -> None:
    value = Decimal("12345678901234567890123456789012345.678")
    units = pl.DataFrame({"place_code": ["a"], "f": pl.Series([value], dtype=pl.Decimal(38, 3))})

    factor = read_factors(units, {"f": 1})[0]

    assert str(value) == factor.text(factor.total)


def test_every_missing_or_negative_figure_is_listed_by_place_and_factor() -> None:
    units = pl.DataFrame(
        {"place_code": ["a", "b", "c"], "f": [1, None, -2], "g": [None, float("nan"), 1.0]}
    )

    with pytest.raises(FaultsFound) as refusal:
        read_factors(units, {"f": 1, "g": 1})

    assert _codes(refusal) == [
        ("ALLOT-04", "b f"),
        ("ALLOT-05", "c f"),
        ("ALLOT-04", "a g"),
        ("ALLOT-05", "b g"),
    ]


def test_a_list_of_1000_missing_figures_is_complete() -> None:
    codes = [f"{n:012d}" for n in range(1000)]
    units = pl.DataFrame({"place_code": codes, "f": [None] * 1000})

    with pytest.raises(FaultsFound) as refusal:
        read_factors(units, {"f": 1})

    assert [f"{code} f" for code in codes] == [fault.where for fault in refusal.value.faults]


@pytest.mark.parametrize(
    ("columns", "weights", "expected"),
    [
        ({"place_code": ["a"]}, {"f": 1, "g": 1}, [("ALLOT-06", "f"), ("ALLOT-06", "g")]),
        ({"place_code": ["a"], "f": ["many"]}, {"f": 1}, [("ALLOT-03", "f")]),
        ({"place_code": ["a", "a"], "f": [1, 1]}, {"f": 1}, [("ALLOT-02", "a")]),
        ({"place_code": ["a", None], "f": [1, 1]}, {"f": 1}, [("ALLOT-01", "place_code")]),
        ({"place_code": ["a", "b"], "f": [0, 0]}, {"f": 1}, [("ALLOT-07", "f")]),
    ],
)
def test_what_cannot_be_weighed_is_refused(
    columns: dict[str, Any], weights: dict[str, int], expected: list[tuple[str, str]]
) -> None:
    with pytest.raises(FaultsFound) as refusal:
        read_factors(pl.DataFrame(columns), weights)

    assert expected == _codes(refusal)


def test_a_total_of_zero_is_no_matter_where_the_weight_is_zero() -> None:
    units = pl.DataFrame({"place_code": ["a"], "f": [0], "g": [1]})

    assert read_factors(units, {"f": 0, "g": 1}) == [
        Factor("f", 0, [0], 1),
        Factor("g", 1, [1], 1),
    ]
