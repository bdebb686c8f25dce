"""Shares that must not fall: exact, per place and summed."""

from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.engine.goals.shares import (
    assess_share_change,
    share_change,
    share_pct_text,
    summed_shares,
)
from bangfu.vocabulary.errors import ComputationError

amounts = st.one_of(st.none(), st.integers(-5, 10**14))


@settings(max_examples=200)
@given(amounts, amounts, amounts, amounts)
def test_it_agrees_with_fractions(
    part: int | None, whole: int | None, part_before: int | None, whole_before: int | None
) -> None:
    found = share_change((part, whole), (part_before, whole_before))
    if None in (part, whole, part_before, whole_before) or whole <= 0 or whole_before <= 0:  # type: ignore[operator]
        assert found is None
    else:
        assert found == (Fraction(part, whole) >= Fraction(part_before, whole_before))  # type: ignore[arg-type, type-var]


@settings(max_examples=100)
@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_the_text_is_the_share_rounded_half_to_even(part: int, whole: int) -> None:
    steps = round(Fraction(part * 10_000, whole))
    assert share_pct_text(part, whole) == f"{steps // 100}.{steps % 100:02d}"


def table(*rows: tuple[str, int | None, int | None, int | None, int | None]) -> pl.DataFrame:
    names = ["place_code", "part_now", "whole_now", "part_before", "whole_before"]
    schema = dict.fromkeys(names, pl.Int64) | {"place_code": pl.String}
    return pl.DataFrame(list(rows), schema=schema, orient="row").with_columns(
        pl.lit("final").alias("now_status"), pl.lit("final").alias("before_status")
    )


def test_standing_still_is_no_fall_but_no_rise_either() -> None:
    same = table(("A", 600, 1200, 500, 1000))
    assert assess_share_change(same)["result"].to_list() == ["met"]
    assert assess_share_change(same, op=">")["result"].to_list() == ["not_met"]


def test_a_missing_or_empty_whole_is_unknown() -> None:
    found = assess_share_change(table(("A", 1, None, 1, 2), ("B", 1, 0, 1, 2), ("C", 1, 3, 1, 2)))
    assert found["result"].to_list() == ["unknown", "unknown", "not_met"]
    assert found["status"].to_list() == ["provisional", "provisional", "final"]


def test_the_sum_may_fall_although_one_place_rises() -> None:
    rows = table(("A", 550, 1000, 500, 1000), ("B", 1700, 3000, 1800, 3000))
    body = assess_share_change(summed_shares(rows, body_code="body")).row(0, named=True)
    assert (body["value_text"], body["threshold"], body["result"]) == ("56.25", "57.50", "not_met")


def test_the_sum_over_a_gap_or_over_nothing_is_unknown() -> None:
    for rows in (table(("A", 1, 2, 1, 2), ("B", None, 2, 1, 2)), table()):
        body = assess_share_change(summed_shares(rows, body_code="body"))
        assert body["result"].to_list() == ["unknown"]


def test_a_table_without_its_columns_is_refused() -> None:
    with pytest.raises(ComputationError, match="missing"):
        assess_share_change(pl.DataFrame({"place_code": ["A"]}))
