"""A table is refused at once and for everything that does not fit."""

import polars as pl
import pytest

from bangfu.engine.numeric.columns import integer_column, require_columns, require_unique
from bangfu.vocabulary.errors import ComputationError


def test_all_missing_columns_are_named() -> None:
    with pytest.raises(ComputationError) as refusal:
        require_columns(pl.DataFrame({"a": [1]}), ["b", "a", "c"])

    assert refusal.value.facts["missing"] == ["b", "c"]


def test_a_float_is_not_a_whole_number() -> None:
    with pytest.raises(ComputationError, match="whole numbers only"):
        integer_column(pl.DataFrame({"a": [1.0]}), "a")


def test_a_column_of_nulls_is_unknown_numbers() -> None:
    column = integer_column(pl.DataFrame({"a": [None, None]}), "a")

    assert column.dtype == pl.Int64
    assert column.to_list() == [None, None]


def test_a_value_beyond_64_bits_is_refused() -> None:
    table = pl.DataFrame({"a": pl.Series([2**63], dtype=pl.UInt64)})

    with pytest.raises(ComputationError, match="64 bits"):
        integer_column(table, "a")


@pytest.mark.parametrize(
    ("keys", "repeated", "empty"),
    [(["x", "x", "y", "y", "y"], [("x",), ("y",)], 0), (["x", None], [], 1)],
)
def test_keys_that_are_not_unique_are_listed(
    keys: list[str | None], repeated: list[tuple[str]], empty: int
) -> None:
    with pytest.raises(ComputationError) as refusal:
        require_unique(pl.DataFrame({"place_code": keys}), ["place_code"])

    assert (repeated, empty) == (refusal.value.facts["repeated"], refusal.value.facts["empty"])
