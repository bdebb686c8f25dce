"""What is shared among payers is exactly what was raised."""

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.engine.funding.sharing import split_by_ratio, split_rows_by_ratio
from bangfu.vocabulary.errors import ComputationError, ShareError

RATIO = {"province": 6, "helper": 3, "local": 1}


def test_901_towns_at_20_million_yuan_share_6_to_3_to_1() -> None:
    shares = split_by_ratio(901 * 2_000_000_000, RATIO)

    yuan = {payer: fen // 100 for payer, fen in shares.items()}
    assert yuan == {"province": 10_812_000_000, "helper": 5_406_000_000, "local": 1_802_000_000}


@settings(max_examples=50, deadline=None)
@given(amounts=st.lists(st.one_of(st.none(), st.integers(0, 2**63 - 1)), max_size=8))
def test_every_row_is_split_as_it_would_be_alone(amounts: list[int | None]) -> None:
    table = pl.DataFrame(
        {"row": range(len(amounts)), "fen": amounts}, schema={"row": pl.Int64, "fen": pl.Int64}
    )

    long = split_rows_by_ratio(table, "fen", ratio=RATIO)

    expected = [
        (row, amount, payer, None if amount is None else split_by_ratio(amount, RATIO)[payer])
        for row, amount in enumerate(amounts)
        for payer in RATIO
    ]
    assert expected == long.rows()
    assert pl.Int64 == long.schema["share_fen"]


def test_an_unknown_amount_has_unknown_shares() -> None:
    table = pl.DataFrame({"fen": [None]}, schema={"fen": pl.Int64})

    assert split_rows_by_ratio(table, "fen", ratio=RATIO)["share_fen"].to_list() == [
        None,
        None,
        None,
    ]


def test_negative_amounts_are_refused_with_their_rows() -> None:
    table = pl.DataFrame({"fen": [5, -1, None, -2]})

    with pytest.raises(ShareError) as refusal:
        split_rows_by_ratio(table, "fen", ratio=RATIO)

    assert refusal.value.facts["negative"] == [1, 3]


@pytest.mark.parametrize("ratio", [{}, {"a": 0}, {"a": -1, "b": 2}, {"a": 0.6, "b": 0.4}])
def test_a_ratio_that_shares_nothing_is_refused_even_without_rows(ratio: dict[str, Any]) -> None:
    with pytest.raises(ShareError):
        split_by_ratio(1, ratio)
    with pytest.raises(ShareError):
        split_rows_by_ratio(pl.DataFrame({"fen": []}), "fen", ratio=ratio)


def test_an_amount_in_floats_is_refused() -> None:
    with pytest.raises(ComputationError, match="whole numbers"):
        split_rows_by_ratio(pl.DataFrame({"fen": [1.5]}), "fen", ratio=RATIO)
