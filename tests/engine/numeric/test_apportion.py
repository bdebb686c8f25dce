"""Nothing is lost, nothing is invented, and nobody could be served nearer to proportion."""

import itertools
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bangfu.engine.numeric.apportion import apportion_with_bounds, largest_remainder
from bangfu.vocabulary.errors import ShareError

totals = st.integers(0, 10**24)
weight_maps = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=2), st.integers(0, 10**15), min_size=1, max_size=8
).filter(lambda weights: any(weights.values()))


@settings(max_examples=50, deadline=None)
@given(total=totals, weights=weight_maps)
def test_shares_sum_to_the_total_and_lie_within_one_unit(
    total: int, weights: dict[str, int]
) -> None:
    shares = largest_remainder(total, weights)

    assert total == sum(shares.values())
    weight_sum = sum(weights.values())
    for key, weight in weights.items():
        assert abs(shares[key] - Fraction(total * weight, weight_sum)) < 1


@settings(max_examples=50, deadline=None)
@given(total=totals, weights=weight_maps)
def test_a_larger_weight_never_gets_less(total: int, weights: dict[str, int]) -> None:
    shares = largest_remainder(total, weights)

    for one, other in itertools.permutations(weights, 2):
        if weights[one] > weights[other]:
            assert shares[one] >= shares[other]


@settings(max_examples=50, deadline=None)
@given(total=totals, weights=weight_maps, factor=st.integers(1, 10**6))
def test_only_the_proportions_of_the_weights_matter(
    total: int, weights: dict[str, int], factor: int
) -> None:
    larger = {key: weight * factor for key, weight in weights.items()}

    assert largest_remainder(total, weights) == largest_remainder(total, larger)


def test_ties_go_to_the_earlier_key() -> None:
    assert largest_remainder(1, {"b": 1, "a": 1}) == {"b": 1, "a": 0}


def test_a_zero_weight_gets_nothing_and_keeps_its_place() -> None:
    assert list(largest_remainder(7, {"a": 0, "b": 3}).items()) == [("a", 0), ("b", 7)]


def _integer_tables(total: int, count: int) -> list[tuple[int, ...]]:
    ranges = itertools.product(range(total + 1), repeat=count)
    return [shares for shares in ranges if sum(shares) == total]


def _clamped_shares(
    total: int, weights: list[int], floor: list[int], cap: list[int]
) -> list[Fraction]:
    """The exact shares by a second way: try the level between every two turning points."""
    turns = {Fraction(0)}
    for weight, low, high in zip(weights, floor, cap, strict=True):
        if weight:
            turns |= {Fraction(low, weight), Fraction(high, weight)}

    def shares(level: Fraction) -> list[Fraction]:
        return [
            min(max(level * weight, Fraction(low)), Fraction(high))
            for weight, low, high in zip(weights, floor, cap, strict=True)
        ]

    for lower, upper in itertools.pairwise(sorted(turns)):
        at_low, at_high = sum(shares(lower)), sum(shares(upper))
        if at_low <= total <= at_high:
            if at_low == at_high:
                return shares(lower)
            return shares(lower + (upper - lower) * (total - at_low) / (at_high - at_low))
    assert sum(shares(max(turns))) == total
    return shares(max(turns))


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_bounded_shares_are_the_nearest_whole_shares_within_bounds(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 4))
    total = data.draw(st.integers(0, 7))
    weights = data.draw(st.lists(st.integers(0, 5), min_size=count, max_size=count))
    floor = data.draw(st.lists(st.integers(0, 3), min_size=count, max_size=count))
    cap = [low + data.draw(st.integers(0, 4)) for low in floor]
    reach = [high if weight else low for weight, low, high in zip(weights, floor, cap, strict=True)]
    assume(any(weights) and sum(floor) <= total <= sum(reach))

    found = apportion_with_bounds(
        total,
        dict(zip("abcd", weights, strict=False)),
        floor=dict(zip("abcd", floor, strict=False)),
        cap=dict(zip("abcd", cap, strict=False)),
    )

    exact = _clamped_shares(total, weights, floor, cap)

    def distance(shares: tuple[int, ...]) -> Fraction:
        return sum(
            (abs(share - target) for share, target in zip(shares, exact, strict=True)), Fraction(0)
        )

    allowed = [
        shares
        for shares in _integer_tables(total, count)
        if all(low <= share <= high for share, low, high in zip(shares, floor, cap, strict=True))
    ]
    best = min(distance(shares) for shares in allowed)
    assert tuple(found.values()) in allowed
    assert best == distance(tuple(found.values()))


@settings(max_examples=50, deadline=None)
@given(weights=weight_maps, data=st.data())
def test_bounds_hold_and_the_sum_is_exact_at_any_size(
    weights: dict[str, int], data: st.DataObject
) -> None:
    floor = {key: data.draw(st.integers(0, 10**12)) for key in weights}
    cap = {key: data.draw(st.one_of(st.none(), st.integers(floor[key], 10**13))) for key in weights}
    reach = [cap[key] if weights[key] else floor[key] for key in weights]
    most = 10**16 if None in reach else sum(upper for upper in reach if upper is not None)
    total = data.draw(st.integers(sum(floor.values()), max(most, sum(floor.values()))))

    shares = apportion_with_bounds(total, weights, floor=floor, cap=cap)

    assert total == sum(shares.values())
    for key, share in shares.items():
        upper = cap[key]
        assert floor[key] <= share
        assert upper is None or share <= upper


@settings(max_examples=50, deadline=None)
@given(total=st.integers(0, 10**9), weights=weight_maps)
def test_bounds_that_do_not_bind_change_nothing(total: int, weights: dict[str, int]) -> None:
    assert largest_remainder(total, weights) == apportion_with_bounds(
        total, weights, cap=dict.fromkeys(weights, total)
    )


@settings(max_examples=50, deadline=None)
@given(weights=weight_maps, data=st.data())
def test_under_equal_bounds_a_larger_weight_never_gets_less(
    weights: dict[str, int], data: st.DataObject
) -> None:
    floor = data.draw(st.integers(0, 50))
    total = data.draw(st.integers(floor * len(weights), floor * len(weights) + 500))

    shares = apportion_with_bounds(total, weights, floor=dict.fromkeys(weights, floor))

    for one, other in itertools.permutations(weights, 2):
        if weights[one] > weights[other]:
            assert shares[one] >= shares[other]


def test_capping_one_raises_the_others_in_proportion() -> None:
    shares = apportion_with_bounds(100, {"a": 6, "b": 3, "c": 1}, cap={"a": 20})

    assert shares == {"a": 20, "b": 60, "c": 20}


@pytest.mark.parametrize(
    ("total", "weights", "message"),
    [
        (-1, {"a": 1}, "total"),
        (1.0, {"a": 1}, "total"),
        (1, {"a": -1, "b": 2}, "weights"),
        (1, {"a": 0.5, "b": 0.5}, "weights"),
        (1, {"a": 0, "b": 0}, "at least one weight"),
        (0, {}, "at least one weight"),
    ],
)
def test_what_cannot_be_shared_is_refused(
    total: Any, weights: dict[str, Any], message: str
) -> None:
    with pytest.raises(ShareError, match=message):
        largest_remainder(total, weights)
    with pytest.raises(ShareError, match=message):
        apportion_with_bounds(total, weights)


def test_floors_beyond_the_total_are_refused_with_the_gap() -> None:
    with pytest.raises(ShareError) as refusal:
        apportion_with_bounds(10, {"a": 1, "b": 1}, floor={"a": 6, "b": 7})

    assert refusal.value.facts == {"total": 10, "floor_sum": 13, "short": 3}


def test_caps_below_the_total_are_refused_with_the_rest() -> None:
    with pytest.raises(ShareError) as refusal:
        apportion_with_bounds(10, {"a": 1, "b": 0}, cap={"a": 4, "b": None})

    assert refusal.value.facts == {"total": 10, "cap_sum": 4, "left_over": 6}


@pytest.mark.parametrize(
    ("bounds", "message"),
    [
        ({"floor": {"z": 1}}, "without a weight"),
        ({"cap": {"a": -1}}, "bounds must be"),
        ({"floor": {"a": 2.5}}, "bounds must be"),
        ({"floor": {"a": 5}, "cap": {"a": 4}}, "above its cap"),
    ],
)
def test_bounds_that_make_no_sense_are_refused(bounds: dict[str, Any], message: str) -> None:
    with pytest.raises(ShareError, match=message):
        apportion_with_bounds(10, {"a": 1, "b": 1}, **bounds)
