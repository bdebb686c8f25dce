"""Points from figures, weighted into a score, and how firm the list is (打分、名单稳定性).

Whole points from 0 to 10,000, cut down, never rounded up. Knows neither which figures count nor
what their weights should be; a missing figure makes the score unknown, not low.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from bangfu.engine.numeric.columns import integer_column, require_columns
from bangfu.engine.targeting.selection import select_by_size
from bangfu.vocabulary.errors import ComputationError
from bangfu.vocabulary.money import INT64_MAX

__all__ = ["FULL_POINTS", "Component", "point_scores", "stability"]

#: Points of a figure at or beyond ``full_at``: hundredths of a percent of the way.
FULL_POINTS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Component:
    """One figure of a score: 0 points at ``zero_at``, full points at ``full_at``, linear between.

    ``full_at`` below ``zero_at`` means that a low figure scores. ``weight`` is at least 1; a
    component that does not count is left out.
    """

    column: str
    zero_at: int
    full_at: int
    weight: int

    def __post_init__(self) -> None:
        if self.zero_at == self.full_at:
            raise ComputationError("zero_at and full_at are the same", column=self.column)
        if abs(self.full_at - self.zero_at) > INT64_MAX // FULL_POINTS:
            raise ComputationError("zero_at and full_at are too far apart", column=self.column)
        if type(self.weight) is not int or self.weight < 1:
            raise ComputationError(
                "a weight is a whole number of at least 1", column=self.column, weight=self.weight
            )


def point_scores(table: pl.DataFrame, components: Sequence[Component]) -> pl.DataFrame:
    """Add the points of each component and their weighted score.

    Parameters
    ----------
    table : frame with an integer column per component, null = unknown; one row per unit
    components : sequence of Component
        At least one, no column twice.

    Returns
    -------
    frame
        ``table`` with ``<column>_points`` Int64 (0 to 10,000) per component, ``weighted_points``
        Int64 (sum of points times weight: **rank by this**, it has no ties made by cutting) and
        ``score`` Int64 (``weighted_points`` over the sum of weights, cut down: 0 to 10,000, for
        people). Null wherever a figure needed is null.

    Raises
    ------
    ComputationError
        If there is no component, a column twice, missing or not of an integer type, or the
        weights are so large that a sum could leave 64 bits.

    Examples
    --------
    Income counts more the lower it is, distance the farther.

    >>> table = pl.DataFrame({"income_fen": [900_000, 2_000_000], "distance_m": [30_000, None]})
    >>> components = [
    ...     Component("income_fen", zero_at=1_500_000, full_at=500_000, weight=2),
    ...     Component("distance_m", zero_at=0, full_at=40_000, weight=1),
    ... ]
    >>> point_scores(table, components).select("income_fen_points", "score").rows()
    [(6000, 6500), (0, None)]
    """
    points = _points(table, components)
    total = _weighted(points, components)
    weight_sum = sum(component.weight for component in components)
    return table.with_columns(
        *points.get_columns(),
        weighted_points=total,
        # Not negative, so the whole part is the same under every convention of division.
        score=total // weight_sum,
    )


def stability(
    table: pl.DataFrame,
    components: Sequence[Component],
    *,
    size: int,
    changes_pct: Sequence[int],
) -> pl.DataFrame:
    """How often each unit stays among the first ``size`` when the weights are moved.

    Parameters
    ----------
    table : frame with ``place_code`` str and the columns of the components; one row per unit
    components : sequence of Component
    size : int
        Number of units on the list; the highest weighted points come first. [count]
    changes_pct : sequence of int
        Changes of one weight at a time, above -100: ``(-20, 20)``. [percent]

    Returns
    -------
    frame
        place_code; ``base`` Boolean, the verdict under the weights as given (null = unknown);
        ``runs``, ``inside``, ``outside``, ``undecided`` Int64, counted over the weights as given
        and every change of every component: 1 + components x changes runs.

    Raises
    ------
    ComputationError
        As for :func:`point_scores`; and if a change is -100 percent or less, or ``size`` is
        negative.

    Notes
    -----
    A fixed grid, no chance: the same table gives the same counts. One weight is moved while the
    others stay; joint moves are not tried.

    Examples
    --------
    >>> table = pl.DataFrame({"place_code": ["a", "b"], "poor": [60, 50], "far": [40, 49]})
    >>> parts = [Component("poor", 0, 100, weight=1), Component("far", 0, 100, weight=1)]
    >>> stability(table, parts, size=1, changes_pct=(-20, 20)).rows()
    [('a', True, 5, 3, 2, 0), ('b', False, 5, 2, 3, 0)]
    """
    require_columns(table, ["place_code"])
    too_far = [change for change in changes_pct if change <= -100]
    if too_far:
        raise ComputationError("a weight must stay positive", changes_pct=too_far)
    points = _points(table, components)
    runs = [_inside(points, weights, size) for weights in _grid(components, changes_pct)]
    verdicts = pl.DataFrame({f"run_{number}": run for number, run in enumerate(runs)})
    every = pl.all()
    counts = verdicts.select(
        base=pl.col("run_0"),
        runs=pl.lit(len(runs), dtype=pl.Int64),
        inside=pl.sum_horizontal(every.fill_null(False).cast(pl.Int64)),
        outside=pl.sum_horizontal((~every).fill_null(False).cast(pl.Int64)),
        undecided=pl.sum_horizontal(every.is_null().cast(pl.Int64)),
    )
    return pl.concat([table.select("place_code"), counts], how="horizontal")


def _points(table: pl.DataFrame, components: Sequence[Component]) -> pl.DataFrame:
    """The points alone, one column per component."""
    columns = [component.column for component in components]
    if not columns or len(set(columns)) < len(columns):
        raise ComputationError("components need one column each, none twice", columns=columns)
    return pl.DataFrame([_points_of(table, component) for component in components])


def _points_of(table: pl.DataFrame, component: Component) -> pl.Series:
    low, high = sorted((component.zero_at, component.full_at))
    # Clipped first, the way walked fits 64 bits even after it is multiplied.
    figure = integer_column(table, component.column).clip(low, high)
    way = figure - component.zero_at if component.full_at == high else component.zero_at - figure
    return (way * FULL_POINTS // (high - low)).alias(f"{component.column}_points")


def _weighted(points: pl.DataFrame, components: Sequence[Component]) -> pl.Series:
    weight_sum = sum(component.weight for component in components)
    if weight_sum > INT64_MAX // FULL_POINTS:
        raise ComputationError("the weights are too large", weight_sum=weight_sum)
    total = pl.Series("weighted_points", [0] * points.height, dtype=pl.Int64)
    for component in components:
        total = total + points[f"{component.column}_points"] * component.weight
    return total


def _grid(components: Sequence[Component], changes_pct: Sequence[int]) -> list[list[Component]]:
    """The components with their weights, in hundredths, first as given, then one change each."""
    base = [replace(component, weight=component.weight * 100) for component in components]
    moved = [
        [
            replace(each, weight=components[place].weight * (100 + change))
            if place == chosen
            else each
            for place, each in enumerate(base)
        ]
        for chosen in range(len(base))
        for change in changes_pct
    ]
    return [base, *moved]


def _inside(points: pl.DataFrame, components: Sequence[Component], size: int) -> pl.Series:
    ranked = pl.DataFrame({"score": _weighted(points, components)})
    return select_by_size(ranked, size=size)["verdict"]
