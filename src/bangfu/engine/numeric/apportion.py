"""Cut a whole amount into whole shares (整数分配): the largest remainder, with and without bounds.

Exact integers throughout, of any size. Knows neither what is shared nor among whom.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter

from bangfu.vocabulary.errors import ShareError

__all__ = ["apportion_with_bounds", "largest_remainder"]


def largest_remainder(total: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Share a whole amount in proportion to weights; what rounding leaves goes by remainder.

    Parameters
    ----------
    total : int
        Amount to share, not negative. [any whole unit]
    weights : mapping of str to int
        Weight of each share; zero is allowed, one must be positive. The order of the keys breaks
        ties. [unitless]

    Returns
    -------
    dict of str to int
        Same keys in the same order, same unit as ``total``; the values sum to ``total``.

    Raises
    ------
    ShareError
        If ``total`` or a weight is negative or not a whole number, or no weight is positive.

    Notes
    -----
    Method of Hamilton: everyone gets the whole part of the exact share; the units left over go
    one by one to the largest remainders, a tie to the earlier key. A larger weight never gets
    less. As with every quota method, a larger ``total`` may cost a single share one unit (the
    Alabama paradox).

    Examples
    --------
    >>> largest_remainder(100, {"a": 1, "b": 1, "c": 1})
    {'a': 34, 'b': 33, 'c': 33}
    """
    _refuse_weights(total, weights)
    weight_sum = sum(weights.values())
    shares: dict[str, int] = {}
    remainders: list[tuple[int, str]] = []
    for key, weight in weights.items():
        shares[key], remainder = divmod(total * weight, weight_sum)
        remainders.append((-remainder, key))
    # The sort is stable and looks at the remainder only, so a tie goes to the earlier key.
    remainders.sort(key=itemgetter(0))
    for _, key in remainders[: total - sum(shares.values())]:
        shares[key] += 1
    return shares


def apportion_with_bounds(
    total: int,
    weights: Mapping[str, int],
    *,
    floor: Mapping[str, int] | None = None,
    cap: Mapping[str, int | None] | None = None,
) -> dict[str, int]:
    """Share a whole amount in proportion to weights, each share between its floor and its cap.

    Parameters
    ----------
    total : int
        Amount to share, not negative. [any whole unit]
    weights : mapping of str to int
        Weight of each share; zero is allowed, one must be positive. [unitless]
    floor : mapping of str to int, optional
        Least share, not negative; a key left out has 0. [unit of ``total``]
    cap : mapping of str to int or None, optional
        Greatest share; None or a key left out means no cap. [unit of ``total``]

    Returns
    -------
    dict of str to int
        Same keys in the same order; each share within its bounds, the sum exactly ``total``.

    Raises
    ------
    ShareError
        As for :func:`largest_remainder`; and if a bound names an unknown key, a floor lies above
        its cap, the floors sum to more than ``total``, or the caps to less.

    Notes
    -----
    The exact shares are x_i = min(max(level * w_i, floor_i), cap_i) for the one level at which
    they sum to ``total``; they are unique. The level is found by a sweep over the points where a
    share leaves its floor or meets its cap, O(n log n), in integers. Shares strictly between
    their bounds are then rounded by the largest remainder, which cannot leave whole bounds. The
    result minimises the sum of |share_i - level * w_i| over all whole shares within bounds.
    A share of weight zero stays at its floor, so its cap cannot help to place the total.

    Examples
    --------
    >>> apportion_with_bounds(100, {"a": 8, "b": 1, "c": 1}, floor={"c": 25}, cap={"a": 60})
    {'a': 60, 'b': 15, 'c': 25}
    """
    _refuse_weights(total, weights)
    low = {key: (floor or {}).get(key, 0) for key in weights}
    high = {key: (cap or {}).get(key) for key in weights}
    _refuse_bounds(weights, floor=floor or {}, cap=cap or {})
    _refuse_infeasible(total, weights, low=low, high=high)

    num, den = _level(total, weights, low=low, high=high)
    fixed: dict[str, int] = {}
    for key, weight in weights.items():
        upper = high[key]
        if weight * num <= low[key] * den:
            fixed[key] = low[key]
        elif upper is not None and weight * num >= upper * den:
            fixed[key] = upper
    between = {key: weight for key, weight in weights.items() if key not in fixed}
    # The level is what is left over the weights that are left: plain proportion among them.
    rounded = largest_remainder(total - sum(fixed.values()), between) if between else {}
    return {key: fixed[key] if key in fixed else rounded[key] for key in weights}


def _refuse_weights(total: int, weights: Mapping[str, int]) -> None:
    if type(total) is not int or total < 0:
        raise ShareError("the total must be a whole number, not negative", total=total)
    wrong = {key: w for key, w in weights.items() if type(w) is not int or w < 0}
    if wrong:
        raise ShareError("weights must be whole numbers, not negative", total=total, wrong=wrong)
    if not any(weights.values()):
        raise ShareError("at least one weight must be positive", total=total, keys=len(weights))


def _refuse_bounds(
    weights: Mapping[str, int], *, floor: Mapping[str, int], cap: Mapping[str, int | None]
) -> None:
    unknown = sorted((floor.keys() | cap.keys()) - weights.keys())
    if unknown:
        raise ShareError("bounds name keys without a weight", unknown=unknown)
    given = [*floor.items(), *((key, upper) for key, upper in cap.items() if upper is not None)]
    wrong = {key: bound for key, bound in given if type(bound) is not int or bound < 0}
    if wrong:
        raise ShareError("bounds must be whole numbers, not negative", wrong=wrong)


def _refuse_infeasible(
    total: int,
    weights: Mapping[str, int],
    *,
    low: Mapping[str, int],
    high: Mapping[str, int | None],
) -> None:
    crossed = {
        key: (low[key], upper)
        for key, upper in high.items()
        if upper is not None and upper < low[key]
    }
    if crossed:
        raise ShareError("a floor lies above its cap", total=total, floor_and_cap=crossed)
    floor_sum = sum(low.values())
    if floor_sum > total:
        raise ShareError(
            "the floors sum to more than the total",
            total=total,
            floor_sum=floor_sum,
            short=floor_sum - total,
        )
    room = [high[key] if weight else low[key] for key, weight in weights.items()]
    cap_sum = sum(upper for upper in room if upper is not None)
    if None not in room and cap_sum < total:
        raise ShareError(
            "the caps sum to less than the total; a share of weight zero stays at its floor",
            total=total,
            cap_sum=cap_sum,
            left_over=total - cap_sum,
        )


def _level(
    total: int,
    weights: Mapping[str, int],
    *,
    low: Mapping[str, int],
    high: Mapping[str, int | None],
) -> tuple[int, int]:
    """The level as numerator and denominator; the bounds are known to be feasible."""
    placed = sum(low.values())
    if placed == total:
        return 0, 1
    # Two different fractions over denominators <= W differ by at least 1 / W**2, so the whole
    # part of bound * 2**shift / weight orders them exactly, as plain integers.
    shift = 2 * max(weights.values()).bit_length() + 1
    turns: list[tuple[int, int, int, int]] = []
    for key, weight in weights.items():
        if not weight:
            continue
        turns.append(((low[key] << shift) // weight, low[key], weight, 1))
        upper = high[key]
        if upper is not None:
            turns.append(((upper << shift) // weight, upper, weight, -1))
    turns.sort(key=itemgetter(0))

    rising = 0
    for _, bound, weight, sign in turns:
        if rising and placed * weight + rising * bound >= total * weight:
            break
        placed -= sign * bound
        rising += sign * weight
    return total - placed, rising
