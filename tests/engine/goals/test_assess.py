"""Results of places: levels, growth, judgement, and the growth still needed."""

from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.engine.goals import (
    RESULT_COLUMNS,
    assess_growth,
    assess_judgement,
    assess_level,
    rate_text,
    required_growth,
)
from bangfu.vocabulary.errors import ComputationError

EIGHT = Fraction(8)
LIMIT_FEN = 30_000_000


def levels(*values, status="final", **columns):
    codes = [f"V{number}" for number in range(len(values))]
    base = {"place_code": codes, "value": list(values), "status": [status] * len(values)}
    return pl.DataFrame(base | columns)


def growth(*pairs, current_status="final", base_status="final"):
    return pl.DataFrame(
        {
            "place_code": [f"V{number}" for number in range(len(pairs))],
            "current": [pair[0] for pair in pairs],
            "base": [pair[1] for pair in pairs],
            "current_status": [current_status] * len(pairs),
            "base_status": [base_status] * len(pairs),
        }
    )


@pytest.mark.parametrize(
    ("op", "expected"),
    [
        (">=", ["not_met", "met", "met", "unknown"]),
        (">", ["not_met", "not_met", "met", "unknown"]),
        ("<=", ["met", "met", "not_met", "unknown"]),
        ("<", ["met", "not_met", "not_met", "unknown"]),
    ],
)
def test_the_fen_beside_the_threshold_decides(op, expected):
    table = levels(LIMIT_FEN - 1, LIMIT_FEN, LIMIT_FEN + 1, None)
    assert expected == assess_level(table, op=op, threshold=LIMIT_FEN)["result"].to_list()


def test_a_level_carries_its_figure_threshold_and_comparison():
    table = assess_level(levels(LIMIT_FEN), op=">=", threshold=LIMIT_FEN)
    assert table.schema == RESULT_COLUMNS
    assert table.rows() == [("V0", LIMIT_FEN, None, "30000000", ">=", "met", "final")]


@pytest.mark.parametrize(
    ("value", "status", "expected"),
    [(1, "final", "final"), (1, "provisional", "provisional"), (1, None, "provisional")],
)
def test_only_final_figures_give_a_final_result(value, status, expected):
    table = assess_level(levels(value, status=status), op=">=", threshold=1)
    assert [expected] == table["status"].to_list()


def test_an_unknown_result_is_provisional_even_if_the_figure_is_called_final():
    table = assess_level(levels(None, status="final"), op=">=", threshold=1)
    assert table.select("result", "status").rows() == [("unknown", "provisional")]


def test_each_place_may_have_its_own_benchmark():
    table = levels(
        10, 10, 10, threshold=[9, 10, None], threshold_status=["final", "provisional", "final"]
    )
    found = assess_level(table, op=">")
    expected = [("9", "met", "final"), ("10", "not_met", "provisional")]
    expected.append((None, "unknown", "provisional"))
    assert expected == found.select("threshold", "result", "status").rows()


def test_growth_on_last_year_is_decided_to_the_fen():
    table = growth((1_080_000, 1_000_000), (1_079_999, 1_000_000), (None, 1), (5, 0), (5, -1))
    found = assess_growth(table, op=">=", rate_pct=EIGHT)
    assert found["result"].to_list() == ["met", "not_met", "unknown", "unknown", "unknown"]
    assert found["value_num"].to_list() == [None] * 5
    assert {("8", ">=")} == set(found.select("threshold", "op").rows())


def test_yearly_average_is_not_the_average_of_the_whole():
    # 16 percent in two years is less than 8 percent a year.
    table = growth((11_600, 10_000), (11_664, 10_000))
    found = assess_growth(table, op=">=", rate_pct=EIGHT, years=2)
    assert found["result"].to_list() == ["not_met", "met"]


def test_the_two_readings_of_eight_percent_differ():
    table = growth((11_600, 10_000))
    on_last_year = assess_growth(table, op=">=", rate_pct=EIGHT)["result"].item()
    on_average = assess_growth(table, op=">=", rate_pct=EIGHT, years=2)["result"].item()
    assert (on_last_year, on_average) == ("met", "not_met")


@pytest.mark.parametrize(
    ("current_status", "base_status", "expected"),
    [
        ("final", "final", "final"),
        ("provisional", "final", "provisional"),
        ("final", "provisional", "provisional"),
    ],
)
def test_growth_is_final_only_if_both_years_are(current_status, base_status, expected):
    table = growth((2, 1), current_status=current_status, base_status=base_status)
    assert expected == assess_growth(table, op=">=", rate_pct=EIGHT)["status"].item()


def test_a_goal_without_a_measure_waits_for_a_person():
    table = pl.DataFrame(
        {
            "place_code": ["A", "B", "C", "D"],
            "verdict": [None, True, False, True],
            "status": ["final", "final", "final", "provisional"],
            "value_text": ["2 -> 5", None, None, None],
        }
    )
    found = assess_judgement(table)
    expected = [
        ("2 -> 5", "judgement", "provisional"),
        (None, "met", "final"),
        (None, "not_met", "final"),
        (None, "met", "provisional"),
    ]
    assert expected == found.select("value_text", "result", "status").rows()
    assert assess_judgement(table.head(1).drop("value_text"))["result"].to_list() == ["judgement"]


@pytest.mark.parametrize(
    ("value", "target", "years", "expected"),
    [
        (100, 108, 1, "8.00"),
        (10_000, 11_664, 2, "8.00"),
        (10_000, 11_665, 2, "8.01"),
        (100, 250, 1, "150.00"),
        (40, 40, 3, "0.00"),
        (41, 40, 3, "0.00"),
        (-1, -5, 3, "0.00"),
        (0, 40, 3, None),
        (-1, 40, 3, None),
        (None, 40, 3, None),
    ],
)
def test_the_growth_still_needed(value, target, years, expected):
    assert expected == required_growth(value, target, years=years)


@settings(max_examples=60)
@given(st.integers(1, 10**9), st.integers(1, 10**10), st.integers(1, 6))
def test_the_growth_needed_reaches_the_target_and_a_hundredth_less_does_not(value, gain, years):
    target = value + gain
    rate = Fraction(required_growth(value, target, years=years))
    step = Fraction(1, 100)
    assert value * (1 + rate / 100) ** years >= target
    assert value * (1 + (rate - step) / 100) ** years < target


def test_rates_are_written_exactly():
    rates = [EIGHT, Fraction("7.5"), Fraction(100), Fraction(1, 3), Fraction(-2)]
    assert [rate_text(rate) for rate in rates] == ["8", "7.5", "100", "1/3", "-2"]


def test_no_places_give_no_results():
    assert assess_level(levels().cast({"value": pl.Int64}), op=">=", threshold=1).is_empty()
    assert assess_growth(growth(), op=">=", rate_pct=EIGHT).is_empty()


def test_faulty_calls_are_refused():
    with pytest.raises(ComputationError, match="unknown comparison"):
        assess_level(levels(1), op="=", threshold=1)
    with pytest.raises(ComputationError, match="whole numbers"):
        assess_level(levels(1.5), op=">=", threshold=1)
    with pytest.raises(ComputationError, match="not unique"):
        assess_level(pl.concat([levels(1), levels(2)]), op=">=", threshold=1)
    with pytest.raises(ComputationError, match="threshold"):
        assess_level(levels(1), op=">=")
    with pytest.raises(ComputationError, match="base_status"):
        assess_growth(growth((1, 1)).drop("base_status"), op=">=", rate_pct=EIGHT)
    with pytest.raises(ComputationError, match="verdict"):
        assess_judgement(levels(1))
    with pytest.raises(ComputationError, match="at least 1"):
        required_growth(1, 2, years=0)
