"""A rise after completion: three readings, exact at the line, unknown where a figure is missing."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.engine.goals.rise import RISE_READINGS, Rise, RiseReading, rise_after
from bangfu.vocabulary.errors import ComputationError

#: 10 per cent a year in both years before.
TEN_A_YEAR = (1_000_000, 1_100_000, 1_210_000)
FIFTH = Fraction(20)


def met(found: Rise) -> list[bool | None]:
    return [found.sides[reading].met for reading in RISE_READINGS]


@pytest.mark.parametrize(
    ("tested", "expected"),
    [
        (2_240_000, [True, False, True]),  # 12 per cent, a fifth more than 10
        (2_239_999, [False, False, True]),
        (2_600_000, [True, True, True]),  # 30 per cent, 20 points more than 10
        (2_599_999, [True, False, True]),
    ],
)
def test_each_reading_has_a_line_of_its_own(tested: int, expected: list[bool]) -> None:
    assert expected == met(rise_after(TEN_A_YEAR, (2_000_000, tested), rise_pct=FIFTH))


def test_the_level_is_held_against_the_mean_of_the_years_before_without_the_oldest() -> None:
    line = (1_100_000 + 1_210_000) * 6 // 10
    reached = rise_after(TEN_A_YEAR, (None, line), rise_pct=FIFTH).sides["level"]
    assert (Fraction(line), True) == (reached.required, reached.met)
    assert rise_after(TEN_A_YEAR, (None, line - 1), rise_pct=FIFTH).sides["level"].met is False


def test_at_the_line_strictly_is_not_enough() -> None:
    found = rise_after(TEN_A_YEAR, (2_000_000, 2_240_000), rise_pct=FIFTH, strictly=True)
    assert found.sides["relative_rate"].met is False


def test_growth_before_is_the_mean_of_the_yearly_rates() -> None:
    found = rise_after((100, 110, 143), (100, 110), rise_pct=FIFTH)
    assert Fraction(20, 100) == found.growth_before
    assert Fraction(10, 100) == found.growth_after


@pytest.mark.parametrize("place", range(3))
def test_a_missing_figure_before_leaves_the_growth_unknown(place: int) -> None:
    before: list[int | None] = [*TEN_A_YEAR]
    before[place] = None
    found = rise_after(before, (2_000_000, 9_000_000), rise_pct=FIFTH)
    assert met(found)[:2] == [None, None]
    assert found.sides["relative_rate"].reason == "figure_missing"
    # The oldest figure is only the base of a rate; the level does without it.
    assert found.sides["level"].met is (True if place == 0 else None)


@pytest.mark.parametrize("after", [(None, 5), (5, None), (None, None)])
def test_a_missing_figure_after_leaves_it_unknown(after: tuple[int | None, int | None]) -> None:
    assert met(rise_after(TEN_A_YEAR, after, rise_pct=FIFTH))[:2] == [None, None]


@pytest.mark.parametrize("before", [(100, 100, 100), (100, 90, 80)])
def test_a_relative_rise_of_no_growth_is_unknown_and_points_are_not(
    before: tuple[int, ...],
) -> None:
    found = rise_after(before, (100, 200), rise_pct=FIFTH)
    relative = found.sides["relative_rate"]
    assert (relative.required, relative.met, relative.reason) == (None, None, "no_growth_before")
    assert found.sides["percentage_points"].met is True


@pytest.mark.parametrize("before", [(0, 100, 100), (-5, 100, 100), (100, 0, 100)])
def test_growth_from_nothing_is_not_defined(before: tuple[int, ...]) -> None:
    found = rise_after(before, (100, 200), rise_pct=FIFTH)
    assert met(found)[:2] == [None, None]
    assert found.sides["percentage_points"].reason == "base_not_positive"


def test_a_level_before_of_nothing_is_no_base() -> None:
    level = rise_after((0, 0, 0), (100, 200), rise_pct=FIFTH).sides["level"]
    assert (level.met, level.reason) == (None, "base_not_positive")


def test_one_year_before_has_no_growth_and_is_refused() -> None:
    with pytest.raises(ComputationError):
        rise_after([100], (100, 200), rise_pct=FIFTH)


@settings(max_examples=60)
@given(
    before=st.lists(st.integers(1, 10**9), min_size=3, max_size=3),
    base=st.integers(1, 10**9),
    tested=st.integers(0, 10**10),
    scale=st.integers(2, 1000),
)
def test_the_unit_of_the_figures_does_not_matter(
    before: list[int], base: int, tested: int, scale: int
) -> None:
    once = rise_after(before, (base, tested), rise_pct=FIFTH)
    scaled = rise_after(
        [figure * scale for figure in before], (base * scale, tested * scale), rise_pct=FIFTH
    )
    assert met(once) == met(scaled)


@settings(max_examples=60)
@given(
    before=st.lists(st.integers(1, 10**6), min_size=3, max_size=3),
    base=st.integers(1, 10**6),
    tested=st.integers(0, 10**7),
)
def test_more_after_is_never_worse(before: list[int], base: int, tested: int) -> None:
    order: dict[bool | None, int] = {False: 0, None: 0, True: 1}
    readings: tuple[RiseReading, ...] = RISE_READINGS
    low = rise_after(before, (base, tested), rise_pct=FIFTH)
    high = rise_after(before, (base, tested + 1), rise_pct=FIFTH)
    for reading in readings:
        assert order[low.sides[reading].met] <= order[high.sides[reading].met]
