"""A pool is allotted to the fen, and every fen of every place is explained."""

import json
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bangfu.engine.funding.allotment import HoldHarmless, allot
from bangfu.vocabulary.errors import FaultsFound, ShareError
from bangfu.vocabulary.money import INT64_MAX

TOWNS = pl.DataFrame(
    {
        "place_code": ["a", "b", "c"],
        "area_mu": [12.5, 30.0, 7.5],
        "villages": [10, 5, 5],
        "formerly_poor": [0, 300, 100],
    }
)
WEIGHTS = {"area_mu": 20, "villages": 30, "formerly_poor": 50}


@st.composite
def calls(draw: st.DrawFn) -> tuple[int, pl.DataFrame, dict[str, int]]:
    count = draw(st.integers(1, 5))
    names = ["f", "g", "h"][: draw(st.integers(1, 3))]
    values = st.lists(st.integers(0, 10**6), min_size=count, max_size=count).filter(any)
    columns: dict[str, Any] = {name: draw(values) for name in names}
    units = pl.DataFrame({"place_code": list("abcde")[:count], **columns})
    weights = {name: draw(st.integers(0, 100)) for name in names}
    assume(any(weights.values()))
    return draw(st.integers(0, 10**14)), units, weights


def _exact(pool_fen: int, units: pl.DataFrame, weights: dict[str, int]) -> list[Fraction]:
    """The definition, in fractions."""
    weight_sum = sum(weights.values())
    values: dict[str, list[int]] = {name: units[name].to_list() for name in weights}
    return [
        sum(
            (
                Fraction(pool_fen * weight * values[name][row], weight_sum * sum(values[name]))
                for name, weight in weights.items()
            ),
            Fraction(0),
        )
        for row in range(units.height)
    ]


@settings(max_examples=60, deadline=None)
@given(call=calls())
def test_amounts_sum_to_the_pool_and_lie_within_a_fen_of_the_definition(
    call: tuple[int, pl.DataFrame, dict[str, int]],
) -> None:
    pool_fen, units, weights = call

    result = allot(pool_fen, units, weights=weights)

    amounts = result.table["amount_fen"].to_list()
    assert pool_fen == sum(amounts)
    for amount, exact in zip(amounts, _exact(pool_fen, units, weights), strict=True):
        assert abs(amount - exact) < 1


@settings(max_examples=60, deadline=None)
@given(call=calls(), floor_pct=st.integers(0, 100), spread=st.integers(100, 300))
def test_the_parts_of_a_place_sum_to_its_amount(
    call: tuple[int, pl.DataFrame, dict[str, int]], floor_pct: int, spread: int
) -> None:
    pool_fen, units, weights = call
    even = pool_fen // units.height
    positive = [name for name, weight in weights.items() if weight]
    # A place with no factor at all stays at its floor, and then the caps may not suffice.
    assume(units.select(pl.sum_horizontal(positive).min()).item() > 0)

    result = allot(
        pool_fen,
        units,
        weights=weights,
        floor_fen=even * floor_pct // 100,
        cap_fen=even * spread // 100 + units.height,
    )

    sums = result.parts.group_by("place_code", maintain_order=True).agg(pl.col("part_fen").sum())
    assert result.table.select("place_code", "amount_fen").rows() == sums.rows()
    assert result.table["bounds_fen"].sum() == 0
    assert result.table["rounding_fen"].is_between(0, len(weights)).all()
    assert result.table["amount_fen"].min() >= even * floor_pct // 100  # type: ignore[operator]


@settings(max_examples=40, deadline=None)
@given(call=calls(), factor=st.integers(1, 50))
def test_units_of_measure_and_scale_of_weights_do_not_matter(
    call: tuple[int, pl.DataFrame, dict[str, int]], factor: int
) -> None:
    pool_fen, units, weights = call
    first = next(iter(weights))
    rescaled = units.with_columns(pl.col(first) * factor)

    plain = allot(pool_fen, units, weights=weights).table
    other = allot(
        pool_fen, rescaled, weights={name: weight * 7 for name, weight in weights.items()}
    ).table

    assert plain["amount_fen"].to_list() == other["amount_fen"].to_list()


def test_a_county_worked_by_hand() -> None:
    # Sub-pools 200,000, 300,000, 500,000 fen. Area 25%, 60%, 15%; villages 50%, 25%, 25%;
    # formerly poor people 0, 75%, 25%.
    result = allot(1_000_000, TOWNS, weights=WEIGHTS)

    assert result.table["amount_fen"].to_list() == [200_000, 570_000, 230_000]
    assert result.explain("b").parts == {
        "area_mu": 120_000,
        "villages": 75_000,
        "formerly_poor": 375_000,
        "rounding_fen": 0,
        "bounds_fen": 0,
    }
    assert json.loads(result.table["factors"][0]) == {
        "area_mu": {"value": 12.5, "total": 50, "weight": 20, "share_fen": 50_000},
        "villages": {"value": 10, "total": 20, "weight": 30, "share_fen": 150_000},
        "formerly_poor": {"value": 0, "total": 400, "weight": 50, "share_fen": 0},
    }
    assert result.table["basis"].to_list() == ["factors"] * 3


def test_floor_cap_and_hold_harmless_are_named_and_paid_for() -> None:
    result = allot(
        1_000_000,
        TOWNS,
        weights=WEIGHTS,
        floor_fen=210_000,
        cap_fen=500_000,
        hold_harmless=HoldHarmless({"a": 0, "b": 500_000, "c": 300_001}, share_pct=90),
    )

    # c is guaranteed 90% of 300,001, rounded up; b is cut to the cap; a takes the rest.
    assert result.table["amount_fen"].to_list() == [229_999, 500_000, 270_001]
    assert result.table["basis"].to_list() == ["factors", "factors;cap", "factors;hold_harmless"]
    assert result.table["bounds_fen"].to_list() == [29_999, -70_000, 40_001]
    assert result.explain("c").amount_fen == 270_001


def test_a_floor_that_binds_is_named() -> None:
    result = allot(1_000_000, TOWNS, weights=WEIGHTS, floor_fen=220_000)

    assert result.table["basis"].to_list() == ["factors;floor", "factors", "factors"]


def test_factor_names_and_exact_decimals_survive_the_json() -> None:
    units = pl.DataFrame({"place_code": ["a", "b"], '面积"亩"': [0.1, 0.2]})

    result = allot(300, units, weights={'面积"亩"': 1})

    assert result.table["factors"][1] == (
        '{"面积\\"亩\\"":{"value":0.2,"total":0.3,"weight":1,"share_fen":200}}'
    )


def test_a_missing_figure_stops_the_allotment() -> None:
    units = TOWNS.with_columns(villages=pl.Series([None, 5, None]))

    with pytest.raises(FaultsFound) as refusal:
        allot(1_000_000, units, weights=WEIGHTS)

    assert [fault.where for fault in refusal.value.faults] == ["a villages", "c villages"]


def test_last_year_must_be_known_for_every_place() -> None:
    with pytest.raises(FaultsFound) as refusal:
        allot(1, TOWNS, weights=WEIGHTS, hold_harmless=HoldHarmless({"b": 1}, share_pct=90))

    assert [(f.code, f.where) for f in refusal.value.faults] == [
        ("ALLOT-08", "a"),
        ("ALLOT-08", "c"),
    ]


@pytest.mark.parametrize(
    ("pool_fen", "changes", "message"),
    [
        (-1, {}, "pool"),
        (INT64_MAX + 1, {}, "pool"),
        (1, {"weights": {"villages": 0}}, "weights"),
        (1, {"weights": {"villages": -1, "area_mu": 1}}, "weights"),
        (1, {"weights": {}}, "weights"),
        (1, {"weights": {"bounds_fen": 1}}, "name kept"),
        (1, {"floor_fen": -1}, "floor is negative"),
        (5, {"floor_fen": 2}, "floors sum"),
        (5, {"cap_fen": 1}, "caps sum"),
        (5, {"floor_fen": 1, "cap_fen": 0}, "above its cap"),
        (5, {"hold_harmless": HoldHarmless(dict.fromkeys("abc", 1), 101)}, "percentage"),
        (5, {"hold_harmless": HoldHarmless(dict.fromkeys("abc", -1), 50)}, "last year"),
    ],
)
def test_an_allotment_that_cannot_be_is_refused(
    pool_fen: int, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ShareError, match=message):
        allot(pool_fen, TOWNS, **({"weights": WEIGHTS} | changes))


def test_no_place_is_refused() -> None:
    with pytest.raises(ShareError, match="no place"):
        allot(1, TOWNS.clear(), weights=WEIGHTS)


def test_a_place_outside_the_allotment_has_no_explanation() -> None:
    with pytest.raises(KeyError):
        allot(1, TOWNS, weights=WEIGHTS).explain("z")
