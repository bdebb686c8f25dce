"""What follows from what is not known, as truth tables."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.schemes.expression.three_valued import among, both, compare, either, opposite

YES, NO, UNKNOWN = True, False, None
OPERATORS = ("<", "<=", ">", ">=", "==", "!=")


@pytest.mark.parametrize(
    ("left", "right", "conjunction", "disjunction"),
    [
        (YES, YES, YES, YES),
        (YES, NO, NO, YES),
        (YES, UNKNOWN, UNKNOWN, YES),
        (NO, YES, NO, YES),
        (NO, NO, NO, NO),
        (NO, UNKNOWN, NO, UNKNOWN),
        (UNKNOWN, YES, UNKNOWN, YES),
        (UNKNOWN, NO, NO, UNKNOWN),
        (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
    ],
)
def test_and_and_or(
    left: bool | None, right: bool | None, conjunction: bool | None, disjunction: bool | None
) -> None:
    assert (conjunction, disjunction) == (both([left, right]), either([left, right]))


def test_not() -> None:
    assert [opposite(truth) for truth in (YES, NO, UNKNOWN)] == [NO, YES, UNKNOWN]


def test_of_nothing_all_holds_and_none_does() -> None:
    assert (both([]), either([])) == (YES, NO)


@pytest.mark.parametrize("operator", OPERATORS)
def test_comparing_with_the_unknown_is_unknown(operator: str) -> None:
    known = (1, 1)
    sides = [(None, known), (known, None), (None, None), (None, (1, 2))]
    assert [compare(left, operator, right) for left, right in sides] == [None] * 4


@pytest.mark.parametrize(
    ("ends", "operator", "other", "verdict"),
    [
        ((1, 2), "<", (3, 3), YES),
        ((1, 3), "<", (3, 3), UNKNOWN),
        ((3, 5), "<", (3, 3), NO),
        ((1, 3), "<=", (3, 3), YES),
        ((1, 4), "<=", (3, 3), UNKNOWN),
        ((4, 5), "<=", (3, 3), NO),
        ((4, 5), ">", (3, 3), YES),
        ((3, 5), ">", (3, 3), UNKNOWN),
        ((1, 3), ">", (3, 3), NO),
        ((3, 5), ">=", (3, 3), YES),
        ((2, 5), ">=", (3, 3), UNKNOWN),
        ((1, 2), ">=", (3, 3), NO),
        ((3, 3), "==", (3, 3), YES),
        ((2, 3), "==", (3, 3), UNKNOWN),
        ((2, 3), "==", (2, 3), UNKNOWN),
        ((1, 2), "==", (3, 4), NO),
        ((3, 3), "!=", (3, 3), NO),
        ((2, 3), "!=", (3, 3), UNKNOWN),
        ((1, 2), "!=", (3, 4), YES),
    ],
)
def test_an_interval_decides_only_where_all_in_it_agree(
    ends: tuple[int, int], operator: str, other: tuple[int, int], verdict: bool | None
) -> None:
    assert verdict is compare(ends, operator, other)


def test_one_of_several_is_each_of_them_joined_by_or() -> None:
    assert [
        among((2, 2), [1, 2]),
        among((3, 3), [1, 2]),
        among((1, 2), [1, 2]),
        among((3, 4), [1, 2]),
        among(None, [1, 2]),
    ] == [YES, NO, UNKNOWN, NO, UNKNOWN]


small_ends = st.tuples(st.integers(-3, 3), st.integers(0, 3)).map(lambda t: (t[0], t[0] + t[1]))


@given(left=small_ends, right=small_ends, operator=st.sampled_from(OPERATORS))
def test_the_verdict_is_that_of_every_possible_pair(
    left: tuple[int, int], right: tuple[int, int], operator: str
) -> None:
    pairs = product(range(left[0], left[1] + 1), range(right[0], right[1] + 1))
    verdicts = {compare((a, a), operator, (b, b)) for a, b in pairs}
    expected = verdicts.pop() if len(verdicts) == 1 else None
    assert expected is compare(left, operator, right)
