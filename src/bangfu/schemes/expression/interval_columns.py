"""Arithmetic on columns of a table (列上的区间运算): numbers with two ends, in 128 bits.

A number that is no interval is one column and costs one. Knows no expressions and no database;
it builds Ibis columns. Must agree with ``three_valued`` always.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Final, NamedTuple, TypeAlias

import ibis

from bangfu.schemes.expression.types import INT64_MAX, INT64_MIN, Kind

__all__ = [
    "WIDE",
    "Column",
    "Number",
    "added",
    "compare_columns",
    "compare_numbers",
    "floored",
    "misfits",
    "opposite_column",
    "scaled",
    "subtracted",
    "unknown_column",
]

# Ibis has no types that mypy could follow.
Column: TypeAlias = Any

#: 38 decimal digits in 128 bits: any one operation of the language on 64-bit numbers fits.
WIDE: Final = "decimal(38, 0)"
_OPERATIONS: Final = {"<": lt, "<=": le, ">": gt, ">=": ge, "==": eq, "!=": ne}
_MIRRORED: Final = {">": "<", ">=": "<="}
_DENIED: Final = {"<": ge, "<=": gt}


class Number(NamedTuple):
    """The ends of a number as columns; the same column twice where it is no interval."""

    lo: Column
    hi: Column

    @property
    def is_point(self) -> bool:
        """Whether the number is known to be no interval, in whatever row."""
        return self.lo is self.hi

    @classmethod
    def point(cls, column: Column) -> Number:
        """A number that is one column."""
        return cls(column, column)


def unknown_column(kind: Kind) -> Column:
    """A column that is NULL in every row.

    Not Ibis's own null: that turns ``x == null`` into ``x IS NULL``, so unknown would be a yes.
    """
    none = {"bool": ibis.literal(False), "int": ibis.literal(0, "int64"), "text": ibis.literal("")}
    return none[kind].nullif(none[kind])


def opposite_column(truth: Column) -> Column:
    """No for yes and yes for no; NULL stays.

    Not Ibis's ``~``: asked for NULL it is written ``NOT x IS NULL``, and SQL denies the outcome.
    """
    return truth == ibis.literal(False)


def added(left: Number, right: Number) -> Number:
    """The sum, end by end."""
    return _ends(left, right, lambda a, b: a + b)


def subtracted(left: Number, right: Number) -> Number:
    """The difference: least less greatest, and greatest less least."""
    return _ends(left, Number(right.hi, right.lo), lambda a, b: a - b)


def scaled(number: Number, factor: int) -> Number:
    """The number times a whole number; a negative one swaps the ends."""
    ordered = number if factor >= 0 else Number(number.hi, number.lo)
    by = ibis.literal(factor).cast(WIDE)
    return _ends(ordered, ordered, lambda end, _: end * by)


def floored(number: Number, multiple: int) -> Number:
    """The number rounded down to a multiple, towards minus infinity."""
    by = ibis.literal(multiple).cast(WIDE)
    # The remainder has the sign of the number in SQL; for a floor it must not be negative.
    return _ends(number, number, lambda end, _: end - (end % by + by) % by)


def misfits(number: Number) -> list[Column]:
    """For each end whether it does not fit 64 bits; never NULL."""
    ends = number[:1] if number.is_point else number
    return [((end > INT64_MAX) | (end < INT64_MIN)).fill_null(False) for end in ends]


def _ends(left: Number, right: Number, work: Callable[[Column, Column], Column]) -> Number:
    lo = work(left.lo.cast(WIDE), right.lo.cast(WIDE)).cast(WIDE)
    if left.is_point and right.is_point:
        return Number.point(lo)
    return Number(lo, work(left.hi.cast(WIDE), right.hi.cast(WIDE)).cast(WIDE))


def compare_columns(left: Column, operator: str, right: Column) -> Column:
    """Compare two columns; NULL where either is."""
    return _OPERATIONS[operator](left, right)


def compare_numbers(left: Number, operator: str, right: Number) -> Column:
    """Compare two numbers; NULL where either is, or where an interval leaves it open."""
    if left.is_point and right.is_point:
        return compare_columns(left.lo, operator, right.lo)
    if operator in ("==", "!="):
        same = (left.lo == left.hi) & (right.lo == right.hi) & (left.lo == right.lo)
        apart = (left.hi < right.lo) | (right.hi < left.lo)
        return _decided(same, apart) if operator == "==" else _decided(apart, same)
    if operator in _MIRRORED:
        return compare_numbers(right, _MIRRORED[operator], left)
    holds = compare_columns(left.hi, operator, right.lo)
    return _decided(holds, _DENIED[operator](left.lo, right.hi))


def _decided(holds: Column, fails: Column) -> Column:
    return ibis.cases((holds, True), (fails, False), else_=unknown_column("bool"))
