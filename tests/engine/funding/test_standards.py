"""Pools and top-ups are whole fen of 64 bits, and never negative."""

from typing import Any

import pytest

from bangfu.engine.funding.standards import raise_pool, top_up
from bangfu.vocabulary.errors import ShareError
from bangfu.vocabulary.money import INT64_MAX


def test_a_pool_is_units_times_the_standard() -> None:
    assert raise_pool(901, 2_000_000_000) == 901 * 2_000_000_000


def test_the_largest_pool_fits_and_one_fen_more_does_not() -> None:
    assert raise_pool(1, INT64_MAX) == INT64_MAX
    with pytest.raises(ShareError, match="64 bits"):
        raise_pool(2, INT64_MAX // 2 + 1)


@pytest.mark.parametrize(("units", "unit_fen"), [(-1, 1), (1, -1), (1.5, 1), (1, INT64_MAX + 1)])
def test_a_pool_of_what_is_not_a_count_is_refused(units: Any, unit_fen: Any) -> None:
    with pytest.raises(ShareError, match="whole numbers"):
        raise_pool(units, unit_fen)


@pytest.mark.parametrize(("already_fen", "expected"), [(0, 100), (40, 60), (100, 0)])
def test_the_top_up_reaches_the_standard(already_fen: int, expected: int) -> None:
    assert expected == top_up(100, already_fen)


def test_more_than_the_standard_is_refused_with_the_surplus() -> None:
    with pytest.raises(ShareError) as refusal:
        top_up(100, 101)

    assert refusal.value.facts["over_fen"] == 1


@pytest.mark.parametrize(("standard_fen", "already_fen"), [(-1, 0), (1, -1), (1.0, 0)])
def test_a_top_up_of_what_is_not_fen_is_refused(standard_fen: Any, already_fen: Any) -> None:
    with pytest.raises(ShareError, match="whole numbers"):
        top_up(standard_fen, already_fen)
