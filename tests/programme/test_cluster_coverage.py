"""Coverage of a cluster: a range while villages are silent, a result where both ends agree."""

from fractions import Fraction

import pytest

from bangfu.programme.cluster_coverage import _share

ALL = Fraction(100)


@pytest.mark.parametrize(
    ("states", "weights", "expected"),
    [
        ([1, 1], [1, 1], ("100.00%", True)),
        ([1, 0], [1, 1], ("50.00%", False)),
        ([1, None], [1, 1], ("50.00%至100.00%", None)),
        ([0, None], [1, 1], ("0.00%至50.00%", False)),
        ([None, None], [1, 1], ("0.00%至100.00%", None)),
        ([1, 0], [900, 100], ("90.00%", False)),
        ([1, 0], [900, 0], ("100.00%", True)),
    ],
)
def test_the_share_of_what_is_known(
    states: list[int | None], weights: list[int | None], expected: tuple[str, bool | None]
) -> None:
    assert _share(states, weights, ALL) == expected


@pytest.mark.parametrize(
    ("states", "weights", "expected"),
    [
        ([1, 1], [None, 5], ("100.00%", True)),
        ([0, 0], [None, 5], ("0.00%", False)),
        ([1, 0], [None, 5], (None, False)),
        ([1, 0], [5, None], (None, None)),
        ([1, None], [5, None], (None, None)),
        ([1, 0], [0, 0], (None, None)),
    ],
)
def test_missing_people_leave_only_what_holds_whatever_their_number(
    states: list[int | None], weights: list[int | None], expected: tuple[str | None, bool | None]
) -> None:
    assert _share(states, weights, ALL) == expected


def test_a_line_below_all_is_met_at_the_line() -> None:
    assert _share([1, 1, 0, None], [1, 1, 1, 1], Fraction(50))[1] is True
    assert _share([1, 1, 0, None], [1, 1, 1, 1], Fraction(51))[1] is None
    assert _share([1, 1, 0, None], [1, 1, 1, 1], Fraction(76))[1] is False
