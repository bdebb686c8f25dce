"""Growth above a benchmark: exact, strict, and unknown where a figure is."""

from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.engine.goals.above import (
    Benchmark,
    assess_above,
    assess_pooled_above,
    growth_exceeds,
    weighted_mean,
)
from bangfu.vocabulary.errors import ComputationError

figures = st.one_of(st.none(), st.integers(-50, 10**12))


@settings(max_examples=200)
@given(figures, figures, figures, figures)
def test_it_agrees_with_fractions(
    now: int | None, before: int | None, theirs: int | None, theirs_before: int | None
) -> None:
    found = growth_exceeds(now, before, Benchmark(theirs, theirs_before))
    if None in (now, before, theirs, theirs_before) or before <= 0 or theirs_before <= 0:  # type: ignore[operator]
        assert found is None
    else:
        assert found == (Fraction(now, before) > Fraction(theirs, theirs_before))  # type: ignore[arg-type, type-var]


def test_equal_growth_is_not_above_and_one_more_is() -> None:
    benchmark = Benchmark(3 * 10**15, 2 * 10**15)
    assert growth_exceeds(15, 10, benchmark) is False
    assert growth_exceeds(15, 10, benchmark, op=">=") is True
    assert growth_exceeds(15 * 10**14 + 1, 10**15, benchmark) is True


def test_there_is_no_growth_from_nothing() -> None:
    assert growth_exceeds(5, 0, Benchmark(2, 1)) is None
    assert growth_exceeds(5, 1, Benchmark(2, 0)) is None


@settings(max_examples=100)
@given(st.lists(st.tuples(figures, st.one_of(st.none(), st.integers(0, 10**7))), max_size=5))
def test_the_mean_is_that_of_everybody_listed_one_by_one(
    pairs: list[tuple[int | None, int | None]],
) -> None:
    found = weighted_mean([f for f, _ in pairs], [w for _, w in pairs])
    counted = [(f, w) for f, w in pairs if w != 0]
    if not counted or any(f is None or w is None for f, w in counted):
        assert found is None
    else:
        total = sum(Fraction(f) * w for f, w in counted)  # type: ignore[arg-type, operator, misc]
        assert found == total / sum(w for _, w in counted)  # type: ignore[misc]


def test_weights_that_cannot_be_are_refused() -> None:
    with pytest.raises(ComputationError, match="negative"):
        weighted_mean([1], [-1])
    with pytest.raises(ComputationError, match="as many"):
        weighted_mean([1, 2], [1])


def table(rows: list[tuple[str, int | None, int | None, str, str]]) -> pl.DataFrame:
    return pl.DataFrame(
        rows,
        schema=["place_code", "current", "base", "current_status", "base_status"],
        orient="row",
    )


def test_every_place_keeps_its_row_and_its_status() -> None:
    given_table = table(
        [
            ("A", 161, 100, "final", "final"),
            ("B", 160, 100, "final", "provisional"),
            ("C", None, 100, "final", "final"),
        ]
    )
    found = assess_above(given_table, Benchmark(160, 100))
    assert found["place_code"].to_list() == ["A", "B", "C"]
    assert found["result"].to_list() == ["met", "not_met", "unknown"]
    assert found["status"].to_list() == ["final", "provisional", "provisional"]
    assert found["value_text"].to_list() == ["61.00", "60.00", None]
    assert set(found["threshold"]) == {"60.00"}


def test_a_provisional_benchmark_makes_every_result_provisional() -> None:
    given_table = table([("A", 161, 100, "final", "final")])
    found = assess_above(given_table, Benchmark(160, 100, final=False))
    assert found["status"].to_list() == ["provisional"]


def test_growth_that_prints_alike_is_still_told_apart() -> None:
    given_table = table([("A", 15_000_001, 10_000_000, "final", "final")])
    row = assess_above(given_table, Benchmark(3, 2)).row(0, named=True)
    assert (row["value_text"], row["threshold"], row["result"]) == ("50.00", "50.00", "met")


def year(rows: list[tuple[str, int | None, int | None]]) -> pl.DataFrame:
    return pl.DataFrame(
        [(*row, "final") for row in rows],
        schema={
            "place_code": pl.String,
            "value": pl.Int64,
            "weight": pl.Int64,
            "status": pl.String,
        },
        orient="row",
    )


def test_people_who_move_count_only_in_a_cross_section() -> None:
    panel = (year([("A", 160, 1), ("B", 148, 9)]), year([("A", 100, 1), ("B", 100, 9)]))
    cross = (year([("A", 160, 8), ("B", 148, 2)]), year([("A", 100, 1), ("B", 100, 9)]))
    results = [
        assess_pooled_above(now, before, Benchmark(150, 100), body_code="body").row(0, named=True)
        for now, before in (panel, cross)
    ]
    assert [row["value_text"] for row in results] == ["49.20", "57.60"]
    assert [row["result"] for row in results] == ["not_met", "met"]
    assert {row["status"] for row in results} == {"final"}


@pytest.mark.parametrize(
    ("now", "before"),
    [
        (year([("A", None, 1)]), year([("A", 1, 1)])),
        (year([("A", 2, None)]), year([("A", 1, 1)])),
        (year([]), year([("A", 1, 1)])),
    ],
)
def test_a_body_with_a_gap_is_unknown(now: pl.DataFrame, before: pl.DataFrame) -> None:
    row = assess_pooled_above(now, before, Benchmark(3, 2), body_code="body").row(0, named=True)
    assert (row["result"], row["status"]) == ("unknown", "provisional")


def test_a_place_twice_and_an_unknown_comparison_are_refused() -> None:
    twice = table([("A", 1, 1, "final", "final")] * 2)
    with pytest.raises(ComputationError, match="unique"):
        assess_above(twice, Benchmark(1, 1))
    with pytest.raises(ComputationError, match="comparison"):
        growth_exceeds(1, 1, Benchmark(1, 1), op="=")  # type: ignore[arg-type]
