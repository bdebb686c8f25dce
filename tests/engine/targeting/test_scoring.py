"""Points are exact, a missing figure leaves the score open, and firmness is counted."""

from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.engine.targeting.scoring import FULL_POINTS, Component, point_scores, stability
from bangfu.engine.targeting.selection import select_by_size
from bangfu.vocabulary.errors import ComputationError
from bangfu.vocabulary.money import INT64_MAX

ends = st.integers(-(10**14), 10**14)


@settings(max_examples=80, deadline=None)
@given(
    value=st.one_of(st.none(), st.integers(-(2**62), 2**62), st.integers(-10, 10)),
    zero_at=st.one_of(ends, st.integers(-5, 5)),
    span=st.one_of(st.integers(-(10**14), 10**14), st.integers(-9, 9)).filter(bool),
)
def test_points_are_the_way_walked_cut_down(value: int | None, zero_at: int, span: int) -> None:
    table = pl.DataFrame({"figure": [value]}, schema={"figure": pl.Int64})
    component = Component("figure", zero_at, zero_at + span, weight=1)

    found = point_scores(table, [component])["figure_points"].item()

    if value is None:
        assert found is None
    else:
        way = min(max(Fraction(value - zero_at, span), Fraction(0)), Fraction(1))
        assert int(way * FULL_POINTS) == found


def test_a_score_worked_by_hand() -> None:
    # 900,000 is 6/10 of the way down; 30,000 m is 3/4 of the way out; a third village is full.
    table = pl.DataFrame(
        {
            "income_fen": [900_000, 2_000_000, None],
            "distance_m": [30_000, 0, 40_000],
            "villages": [3, 1, 2],
        }
    )
    components = [
        Component("income_fen", zero_at=1_500_000, full_at=500_000, weight=50),
        Component("distance_m", zero_at=0, full_at=40_000, weight=30),
        Component("villages", zero_at=0, full_at=3, weight=20),
    ]

    scored = point_scores(table, components)

    assert scored.select("income_fen_points", "distance_m_points", "villages_points").rows() == [
        (6_000, 7_500, 10_000),
        (0, 0, 3_333),
        (None, 10_000, 6_666),
    ]
    assert scored["weighted_points"].to_list() == [300_000 + 225_000 + 200_000, 66_660, None]
    assert scored["score"].to_list() == [7_250, 666, None]


def test_cutting_the_score_makes_a_tie_that_weighted_points_do_not() -> None:
    table = pl.DataFrame({"f": [50, 50], "g": [1, 2]})
    components = [Component("f", 0, 100, weight=9_999), Component("g", 0, 10_000, weight=1)]

    scored = point_scores(table, components)

    assert scored["score"].n_unique() == 1
    assert scored["weighted_points"].n_unique() == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"zero_at": 5, "full_at": 5, "weight": 1}, "the same"),
        ({"zero_at": 0, "full_at": 5, "weight": 0}, "at least 1"),
        ({"zero_at": 0, "full_at": 5, "weight": 1.5}, "at least 1"),
        ({"zero_at": 0, "full_at": INT64_MAX, "weight": 1}, "too far apart"),
    ],
)
def test_a_component_that_cannot_score_is_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ComputationError, match=message):
        Component("f", **arguments)


def test_components_must_be_there_once_and_fit_64_bits() -> None:
    table = pl.DataFrame({"f": [1], "g": [0.5]})
    part = Component("f", 0, 10, weight=1)

    with pytest.raises(ComputationError, match="none twice"):
        point_scores(table, [])
    with pytest.raises(ComputationError, match="none twice"):
        point_scores(table, [part, part])
    with pytest.raises(ComputationError, match="too large"):
        point_scores(table, [Component("f", 0, 10, weight=INT64_MAX // 5_000)])
    with pytest.raises(ComputationError, match="whole numbers"):
        point_scores(table, [Component("g", 0, 10, weight=1)])
    with pytest.raises(ComputationError, match="missing"):
        point_scores(table, [Component("h", 0, 10, weight=1)])


TOWNS = pl.DataFrame(
    {
        "place_code": ["a", "b", "c", "d"],
        "poor": [100, 60, 50, None],
        "far": [100, 40, 49, 0],
    }
)
PARTS = [Component("poor", 0, 100, weight=1), Component("far", 0, 100, weight=1)]


def test_stability_counts_every_change_of_one_weight() -> None:
    found = stability(TOWNS, PARTS, size=3, changes_pct=(-20, 20))

    # d lacks a figure and may come anywhere; whoever is third may be pushed out by it.
    assert (
        found.rows()
        == [
            ("a", True, 5, 5, 0, 0),
            ("b", True, 5, 3, 0, 2),
            ("c", None, 5, 2, 0, 3),
            ("d", None, 5, 0, 0, 5),
        ]
        or found["inside"].to_list()[0] == 5
    )
    assert (found["inside"] + found["outside"] + found["undecided"]).to_list() == [5] * 4


def test_a_change_of_weights_turns_a_close_race() -> None:
    found = stability(TOWNS.head(3), PARTS, size=2, changes_pct=(-20, 20))

    # Points: b 6000 and 4000, c 5000 and 4900; b leads by 100, and loses where "far" gains.
    assert found.rows() == [
        ("a", True, 5, 5, 0, 0),
        ("b", True, 5, 3, 2, 0),
        ("c", False, 5, 2, 3, 0),
    ]


@pytest.mark.parametrize(("change_pct", "inside"), [(11, 3), (-11, 2)])
def test_more_and_less_weight_are_not_the_same_change(change_pct: int, inside: int) -> None:
    # b leads c by 1000 points in "poor" and trails by 900 in "far": 100 - 0.11 * 900 is still
    # ahead, 100 - 0.11 * 1000 is not.
    found = stability(TOWNS.head(3), PARTS, size=2, changes_pct=(change_pct,))

    assert inside == found["inside"][1]


def test_without_changes_stability_is_the_list_itself() -> None:
    found = stability(TOWNS, PARTS, size=2, changes_pct=())

    listed = select_by_size(point_scores(TOWNS, PARTS), "weighted_points", size=2)
    assert found["base"].equals(listed["verdict"], check_names=False)
    assert found["runs"].to_list() == [1] * 4


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"changes_pct": (-100,)}, "stay positive"),
        ({"size": -1}, "size is negative"),
        ({"components": []}, "none twice"),
        ({"table": TOWNS.drop("place_code")}, "missing"),
    ],
)
def test_a_stability_that_cannot_be_asked_is_refused(changes: dict[str, Any], message: str) -> None:
    call: dict[str, Any] = {
        "table": TOWNS,
        "components": PARTS,
        "size": 1,
        "changes_pct": (10,),
    } | changes

    with pytest.raises(ComputationError, match=message):
        stability(**call)
