"""Yes, no and 待核实 (三值逻辑): what follows from what is not known.

True is yes, False is no, None is unknown. Comparing numbers known only within an interval is
decided where every number inside agrees. Knows no expressions.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

__all__ = ["Ends", "Truth", "among", "both", "compare", "compare_texts", "either", "opposite"]

#: Yes, no, or None for unknown.
Truth: TypeAlias = bool | None
#: Lowest and highest possible value; the same twice where the number is known.
Ends: TypeAlias = tuple[int, int]


def opposite(truth: Truth) -> Truth:
    """No for yes and yes for no; unknown stays.

    >>> opposite(True), opposite(None)
    (False, None)
    """
    return None if truth is None else not truth


def both(parts: Iterable[Truth]) -> Truth:
    """Whether all parts hold; one no decides whatever is unknown. Of nothing: yes.

    >>> both([True, None]), both([False, None])
    (None, False)
    """
    parts = list(parts)
    if False in parts:
        return False
    return None if None in parts else True


def either(parts: Iterable[Truth]) -> Truth:
    """Whether any part holds; one yes decides whatever is unknown. Of nothing: no.

    >>> either([True, None]), either([False, None])
    (True, None)
    """
    return opposite(both(opposite(part) for part in parts))


def compare(left: Ends | None, operator: str, right: Ends | None) -> Truth:
    """Compare two numbers, each known, known within its ends, or unknown.

    >>> compare((1, 2), "<", (3, 3)), compare((1, 3), "<", (3, 3)), compare((3, 4), "<", (3, 3))
    (True, None, False)
    """
    if left is None or right is None:
        return None
    match operator:
        case "<":
            return _less(left, right)
        case "<=":
            return opposite(_less(right, left))
        case ">":
            return _less(right, left)
        case ">=":
            return opposite(_less(left, right))
        case "==":
            return _equal(left, right)
        case _:
            return opposite(_equal(left, right))


def _less(left: Ends, right: Ends) -> Truth:
    if left[1] < right[0]:
        return True
    return False if left[0] >= right[1] else None


def _equal(left: Ends, right: Ends) -> Truth:
    if left[1] < right[0] or right[1] < left[0]:
        return False
    return True if left[0] == left[1] == right[0] == right[1] else None


def compare_texts(left: str | None, operator: str, right: str | None) -> Truth:
    """Whether two texts are the same, or for ``!=`` are not.

    >>> compare_texts("村", "!=", "镇"), compare_texts("村", "==", None)
    (True, None)
    """
    if left is None or right is None:
        return None
    return (left == right) is (operator == "==")


def among(number: Ends | None, options: Iterable[int]) -> Truth:
    """Whether a number is one of those listed: the same as asking for each, joined by or.

    >>> among((2, 2), [1, 2]), among((0, 2), [1, 2]), among((3, 5), [1, 2])
    (True, None, False)
    """
    return either(compare(number, "==", (option, option)) for option in options)
