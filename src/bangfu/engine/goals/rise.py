"""How much faster a figure grows after something was completed than before (建成前后增幅比较).

One rise, three readings: of the growth rate itself, of the rate in percentage points, of the
figure. Knows whole numbers of two stretches of years; no indicator, no calendar and no policy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Final, Literal

from bangfu.vocabulary.errors import ComputationError

__all__ = ["RISE_READINGS", "Rise", "RiseReading", "RiseReason", "RiseSide", "rise_after"]

RiseReading = Literal["relative_rate", "percentage_points", "level"]
RISE_READINGS: Final[tuple[RiseReading, ...]] = ("relative_rate", "percentage_points", "level")

#: Why a reading is unknown; ``no_growth_before``: a rise of a rate of zero or below is no figure.
RiseReason = Literal["", "figure_missing", "base_not_positive", "no_growth_before"]


@dataclass(frozen=True, slots=True)
class RiseSide:
    """One reading: what was reached, what was required, and whether it was enough.

    Growth rates are exact fractions of 1; levels are in the unit of the figures. ``met`` is None
    where it is not known, and ``reason`` says why.
    """

    reached: Fraction | None
    required: Fraction | None
    met: bool | None
    reason: RiseReason = ""


@dataclass(frozen=True, slots=True)
class Rise:
    """The growth before and after, and the three readings."""

    growth_before: Fraction | None
    growth_after: Fraction | None
    sides: dict[RiseReading, RiseSide]


def rise_after(
    before: Sequence[int | None],
    after: tuple[int | None, int | None],
    *,
    rise_pct: Fraction,
    strictly: bool = False,
) -> Rise:
    """Compare yearly growth after with the mean yearly growth before, in three readings.

    Parameters
    ----------
    before : sequence of int or None
        The figure of the years before, oldest first, at least 2 years; None = unknown. n + 1
        figures give n yearly growth rates.
    after : (int or None, int or None)
        The figure of the year before the one tested, and of the one tested.
    rise_pct : Fraction
        By how many per cent (percentage points) it must be higher.
    strictly : bool
        Whether the line itself is not enough (高于); 以上 includes it.

    Returns
    -------
    Rise
        ``relative_rate``: growth after against growth before times (1 + rise).
        ``percentage_points``: growth after against growth before plus the rise.
        ``level``: the figure tested against the mean figure before times (1 + rise).

    Raises
    ------
    ComputationError
        If ``before`` holds fewer than 2 years.

    Notes
    -----
    The mean growth before is the arithmetic mean of the yearly rates; the mean figure before is
    that of the same years, the oldest figure being their base only. Growth from a base of zero or
    below is not defined. Of a mean growth of zero or below a relative rise says nothing, so that
    reading alone is then unknown. All comparisons are of exact fractions.

    Examples
    --------
    10 per cent a year before and 12 after is a fifth more, but only two percentage points.

    >>> found = rise_after([10000, 11000, 12100], (20000, 22400), rise_pct=Fraction(20))
    >>> [side.met for side in found.sides.values()]
    [True, False, True]
    """
    if len(before) < 2:
        raise ComputationError("growth before needs at least two years", years=len(before))
    rise = Fraction(rise_pct) / 100
    growth_before, why_before = _mean_growth(before)
    growth_after, why_after = _mean_growth(after)
    why = why_before or why_after
    relative = _side(
        growth_after, None if growth_before is None else growth_before * (1 + rise), why, strictly
    )
    if growth_before is not None and growth_before <= 0:
        relative = RiseSide(growth_after, None, None, why or "no_growth_before")
    points = _side(
        growth_after, None if growth_before is None else growth_before + rise, why, strictly
    )
    sides: dict[RiseReading, RiseSide] = {
        "relative_rate": relative,
        "percentage_points": points,
        "level": _level(before, after[-1], rise, strictly),
    }
    return Rise(growth_before, growth_after, sides)


def _mean_growth(figures: Sequence[int | None]) -> tuple[Fraction | None, RiseReason]:
    rates: list[Fraction] = []
    reason: RiseReason = ""
    for base, current in pairwise(figures):
        if base is None or current is None:
            return None, "figure_missing"
        if base <= 0:
            reason = "base_not_positive"
        else:
            rates.append(Fraction(current - base, base))
    return (None, reason) if reason else (sum(rates, Fraction(0)) / len(rates), "")


def _level(
    before: Sequence[int | None], tested: int | None, rise: Fraction, strictly: bool
) -> RiseSide:
    known = [figure for figure in before[1:] if figure is not None]
    reached = None if tested is None else Fraction(tested)
    if len(known) < len(before) - 1:
        return RiseSide(reached, None, None, "figure_missing")
    mean = Fraction(sum(known), len(known))
    if mean <= 0:
        return RiseSide(reached, None, None, "base_not_positive")
    return _side(
        reached, mean * (1 + rise), "" if tested is not None else "figure_missing", strictly
    )


def _side(
    reached: Fraction | None, required: Fraction | None, reason: RiseReason, strictly: bool
) -> RiseSide:
    if reached is None or required is None:
        return RiseSide(reached, required, None, reason)
    met = reached > required if strictly else reached >= required
    return RiseSide(reached, required, met)
