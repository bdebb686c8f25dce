"""Scores, ranks and the digest of an evaluation."""

import json
from fractions import Fraction
from itertools import product

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.engine.evaluation import digest, evaluate
from bangfu.vocabulary.errors import ComputationError

SCHEMA = {"place_code": pl.String, "part": pl.String, "points": pl.Int64, "max": pl.Int64}
WEIGHTS = {"income": 60, "roads": 40}


def marks(*rows):
    return pl.DataFrame(list(rows), schema=SCHEMA, orient="row")


def places(**points):
    """Places by name, each with (income, roads) out of 100."""
    rows = []
    for code, (income, roads) in points.items():
        rows += [(code, "income", income, 100), (code, "roads", roads, 100)]
    return marks(*rows)


def ranks(table):
    return dict(zip(table["place_code"], table.select("rank_low", "rank_high").rows(), strict=True))


def test_the_score_is_the_weighted_mean_in_hundredths():
    table = evaluate(places(A=(90, 80), B=(100, 100), C=(0, 0)), WEIGHTS)
    assert table["score_centi"].to_list() == [8600, 10_000, 0]


def test_parts_with_different_full_marks_and_weights_that_do_not_sum_to_100():
    table = evaluate(marks(("A", "x", 1, 3), ("A", "y", 5, 7)), {"x": 1, "y": 2})
    exact = (Fraction(1, 3) + 2 * Fraction(5, 7)) / 3 * 10_000
    assert table["score_centi"].to_list() == [5873]
    assert abs(exact - 5873) <= Fraction(1, 2)


def test_a_half_hundredth_is_rounded_up():
    # 1 of 20000 is half a hundredth of a point of 100.
    assert evaluate(marks(("A", "x", 1, 20_000)), {"x": 1})["score_centi"].item() == 1
    assert evaluate(marks(("A", "x", 1, 20_001)), {"x": 1})["score_centi"].item() == 0


def test_equal_scores_share_their_ranks():
    found = evaluate(places(A=(90, 90), B=(80, 80), C=(80, 80), D=(70, 70)), WEIGHTS)
    assert ranks(found) == {"A": (1, 1), "B": (2, 3), "C": (2, 3), "D": (4, 4)}


def test_an_unknown_part_gives_an_interval_of_scores_and_ranks():
    found = evaluate(places(A=(90, 90), B=(80, None), C=(50, 50)), WEIGHTS)
    unknown = found.row(1, named=True)
    assert (
        unknown["score_centi"],
        unknown["score_low_centi"],
        unknown["score_high_centi"],
    ) == (None, 4800, 8800)
    assert ranks(found) == {"A": (1, 1), "B": (2, 3), "C": (2, 3)}


def test_a_part_without_a_row_is_unknown_like_one_without_points():
    without_row = marks(("A", "income", 80, 100), ("B", "income", 1, 100), ("B", "roads", 1, 100))
    found = evaluate(without_row, WEIGHTS)
    assert found.select("score_low_centi", "score_high_centi").row(0) == (4800, 8800)
    parts = json.loads(found["parts"][0])
    assert parts["roads"] == {"points": None, "max": None, "weight": 40}


def test_a_part_of_no_weight_changes_nothing():
    found = evaluate(places(A=(80, None)), {"income": 1, "roads": 0})
    assert found["score_centi"].to_list() == [8000]


def test_parts_are_compact_json_in_the_order_of_the_weights():
    found = evaluate(places(A=(90, 80)), {"roads": 40, "income": 60})
    expected = (
        '{"roads":{"points":80,"max":100,"weight":40},"income":{"points":90,"max":100,"weight":60}}'
    )
    assert expected == found["parts"].item()


POINTS = st.lists(st.tuples(*[st.one_of(st.none(), st.integers(0, 2))] * 2), min_size=1, max_size=3)


@settings(max_examples=60, deadline=None)
@given(POINTS)
def test_ranks_are_the_best_and_the_worst_over_every_way_to_settle_the_unknown(points):
    rows = []
    for number, (first, second) in enumerate(points):
        rows += [(f"P{number}", "x", first, 2), (f"P{number}", "y", second, 2)]
    found = evaluate(marks(*rows), {"x": 2, "y": 1})
    open_scores = [
        [
            2 * one + two
            for one in ((0, 2) if first is None else (first,))
            for two in ((0, 2) if second is None else (second,))
        ]
        for first, second in points
    ]
    for place, (low, high) in enumerate(found.select("rank_low", "rank_high").rows()):
        outcomes = list(product(*open_scores))
        best = min(1 + sum(s > scores[place] for s in scores) for scores in outcomes)
        worst = max(sum(s >= scores[place] for s in scores) for scores in outcomes)
        assert (best, worst) == (low, high)


def test_no_places_give_no_scores():
    assert evaluate(marks(), WEIGHTS).is_empty()


def test_the_digest_does_not_depend_on_order_and_does_on_content():
    table = places(A=(90, 80), B=(70, None))
    frozen = digest(table, WEIGHTS)
    shuffled = table.reverse().select("max", "points", "part", "place_code")
    assert frozen == digest(shuffled, dict(reversed(WEIGHTS.items())))
    assert frozen == digest(table.with_columns(note=pl.lit("x")), WEIGHTS)
    changed = [
        digest(places(A=(90, 80), B=(70, 0)), WEIGHTS),
        digest(places(A=(90, 80)), WEIGHTS),
        digest(table, WEIGHTS | {"roads": 41}),
        digest(table.with_columns(max=pl.lit(101)), WEIGHTS),
    ]
    assert len({frozen, *changed}) == 5


@pytest.mark.parametrize(
    ("rows", "weights", "message"),
    [
        ([("A", "x", 1, 2)], {}, "above 0"),
        ([("A", "x", 1, 2)], {"x": 0}, "above 0"),
        ([("A", "x", 1, 2)], {"x": -1, "y": 3}, "above 0"),
        ([("A", "z", 1, 2)], {"x": 1}, "without a weight"),
        ([("A", "x", 3, 2)], {"x": 1}, "0..max"),
        ([("A", "x", -1, 2)], {"x": 1}, "0..max"),
        ([("A", "x", 0, 0)], {"x": 1}, "0..max"),
        ([("A", "x", 0, None)], {"x": 1}, "0..max"),
        ([("A", "x", 0, 2), ("A", "x", 1, 2)], {"x": 1}, "not unique"),
        ([("A", "x", 0, 2**61)], {"x": 1}, "too large"),
    ],
)
def test_faulty_input_is_refused(rows, weights, message):
    with pytest.raises(ComputationError, match=message):
        evaluate(marks(*rows), weights)
