"""Whole-number tables with given row and column totals (双边控制的任务分解表).

A number of places or of fen is divided by two keys at once, and both sets of totals are met to
the unit. Knows neither who the rows and columns are nor where the weights come from.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from typing import Final

from bangfu.engine.numeric.transport import (
    Blockage,
    Cell,
    feasible_flow,
    fillable_cells,
    nearest_flow,
)
from bangfu.vocabulary.errors import ComputationError, ShareError

__all__ = ["proportional_table", "round_to_margins", "two_margin_table"]

#: Working digits, sweeps, and the relative distance from the margins at which fitting stops.
_DIGITS: Final = 50
_SWEEPS: Final = 10_000
_CLOSE: Final = Decimal("1e-20")
#: Significant digits kept of a fitted value: halves that are meant to tie do tie.
_KEPT: Final = Context(prec=18)

_Weights = Mapping[str, Mapping[str, int | Fraction]]


def two_margin_table(
    weights: _Weights, *, row_totals: Mapping[str, int], column_totals: Mapping[str, int]
) -> dict[str, dict[str, int]]:
    """The whole-number table nearest to the proportional one, both margins met.

    Parameters
    ----------
    weights : mapping of row to mapping of column to int or Fraction
        Weight (or expected value) of each cell, not negative. Zero or left out: the cell stays
        empty. [unitless]
    row_totals, column_totals : mapping of str to int
        Totals to meet, not negative, with equal sums. Order breaks ties. [any whole unit]

    Returns
    -------
    dict of row to dict of column to int
        In the order of the totals, every cell present.

    Raises
    ------
    ShareError
        If a name is unknown, a number is negative, the sums differ, or the totals cannot be met:
        ``rows``, ``columns``, ``need`` and ``room`` say where.
    ComputationError
        If the proportional table is not reached (weights that differ by many orders).

    Notes
    -----
    Objective: minimise the sum over cells of (table - p) ** 2 over all non-negative whole tables
    with these margins and empty cells, where p is the proportional table of
    :func:`proportional_table`. Method: minimum-cost flow with convex costs in exact integers, so
    the table is optimal for p, without gap (proved against enumeration in the tests). Among
    equally near tables the order of rows and columns decides, always in the same way.

    Examples
    --------
    >>> even = {"a": {"x": 1, "y": 1}, "b": {"x": 1, "y": 1}}
    >>> two_margin_table(even, row_totals={"a": 5, "b": 4}, column_totals={"x": 6, "y": 3})
    {'a': {'x': 3, 'y': 2}, 'b': {'x': 3, 'y': 1}}
    """
    fitted = proportional_table(weights, row_totals=row_totals, column_totals=column_totals)
    return round_to_margins(fitted, row_totals=row_totals, column_totals=column_totals)


def proportional_table(
    weights: _Weights, *, row_totals: Mapping[str, int], column_totals: Mapping[str, int]
) -> dict[str, dict[str, Fraction]]:
    """The fractional table proportional to weights on both sides (biproportional).

    Parameters
    ----------
    weights, row_totals, column_totals
        As for :func:`two_margin_table`.

    Returns
    -------
    dict of row to dict of column to Fraction
        Only cells that can be above zero; 18 significant digits.

    Raises
    ------
    ShareError, ComputationError
        As for :func:`two_margin_table`.

    Notes
    -----
    p_ij = a_i * w_ij * b_j, found by iterative proportional fitting (rows and columns scaled in
    turn) in decimals of 50 digits, which give the same result on every machine. Cells that no
    table with these margins can fill are set to zero first; on the rest the fitting converges.
    With rows of one and the same ratio it is r_i * c_j / total after one turn.

    References
    ----------
    Deming and Stephan, Annals of Mathematical Statistics 11 (1940); for convergence Bregman
    (1967) and Pukelsheim, Biproportional matrix scaling (2014).

    Examples
    --------
    >>> even = {"a": {"x": 1, "y": 1}, "b": {"x": 1, "y": 1}}
    >>> fitted = proportional_table(
    ...     even, row_totals={"a": 3, "b": 1}, column_totals={"x": 2, "y": 2}
    ... )
    >>> fitted["a"]["x"]
    Fraction(3, 2)
    """
    cells = _cells(weights, row_totals, column_totals)
    supplies, demands = list(row_totals.values()), list(column_totals.values())
    flow = feasible_flow(supplies, demands, cells.keys())
    if isinstance(flow, Blockage):
        raise _blocked(flow, rows=list(row_totals), columns=list(column_totals))
    open_cells = fillable_cells(flow)
    with localcontext(Context(prec=_DIGITS)):
        start = {
            cell: Decimal(weight.numerator) / weight.denominator
            for cell, weight in cells.items()
            if cell in open_cells
        }
        values = _fit(start, supplies, demands)
        exact = {cell: Fraction(_KEPT.plus(value)) for cell, value in values.items()}
    rows, columns = list(row_totals), list(column_totals)
    table: dict[str, dict[str, Fraction]] = {row: {} for row in rows}
    for i, j in sorted(exact):
        table[rows[i]][columns[j]] = exact[i, j]
    return table


def round_to_margins(
    expected: Mapping[str, Mapping[str, Fraction]],
    *,
    row_totals: Mapping[str, int],
    column_totals: Mapping[str, int],
) -> dict[str, dict[str, int]]:
    """Round a fractional table so that both margins are met (controlled rounding).

    Parameters
    ----------
    expected : mapping of row to mapping of column to Fraction
        Expected values, whose sums lie less than one unit from the totals. Zero or left out: the
        cell stays empty.
    row_totals, column_totals : mapping of str to int
        As for :func:`two_margin_table`.

    Returns
    -------
    dict of row to dict of column to int
        The table of least sum of squared deviations, see :func:`two_margin_table`.

    Raises
    ------
    ShareError
        As for :func:`two_margin_table`, and if a row or column of ``expected`` misses its total.

    Examples
    --------
    >>> half = Fraction(1, 2)
    >>> round_to_margins(
    ...     {"a": {"x": half, "y": half}}, row_totals={"a": 1}, column_totals={"x": 0, "y": 1}
    ... )
    {'a': {'x': 0, 'y': 1}}
    """
    cells = {
        cell: Fraction(value) for cell, value in _cells(expected, row_totals, column_totals).items()
    }
    rows, columns = list(row_totals), list(column_totals)
    supplies, demands = list(row_totals.values()), list(column_totals.values())
    _refuse_far(cells, row_totals, column_totals)
    flow = feasible_flow(supplies, demands, cells.keys())
    if isinstance(flow, Blockage):
        raise _blocked(flow, rows=rows, columns=columns)
    nearest = nearest_flow(supplies, demands, cells)
    return {
        row: {column: nearest.get((i, j), 0) for j, column in enumerate(columns)}
        for i, row in enumerate(rows)
    }


def _cells(
    weights: _Weights, row_totals: Mapping[str, int], column_totals: Mapping[str, int]
) -> dict[Cell, int | Fraction]:
    """The positive cells by position, after refusing what is no question at all."""
    named = {(row, column): w for row, line in weights.items() for column, w in line.items()}
    unknown = [cell for cell in named if cell[0] not in row_totals or cell[1] not in column_totals]
    if unknown:
        raise ShareError("weights name rows or columns without a total", unknown=unknown)
    totals = (*row_totals.items(), *column_totals.items())
    wrong = {name: total for name, total in totals if type(total) is not int or total < 0}
    if wrong:
        raise ShareError("totals must be whole numbers, not negative", wrong=wrong)
    inexact = {cell: w for cell, w in named.items() if not isinstance(w, (int, Fraction)) or w < 0}
    if inexact:
        raise ShareError("weights must be exact and not negative", wrong=inexact)
    row_sum, column_sum = sum(row_totals.values()), sum(column_totals.values())
    if row_sum != column_sum:
        raise ShareError("the totals differ", row_sum=row_sum, column_sum=column_sum)
    row_at = {row: i for i, row in enumerate(row_totals)}
    column_at = {column: j for j, column in enumerate(column_totals)}
    return {(row_at[r], column_at[c]): weight for (r, c), weight in named.items() if weight}


def _blocked(blockage: Blockage, *, rows: list[str], columns: list[str]) -> ShareError:
    return ShareError(
        "these rows have weight in these columns only, whose totals are too small",
        rows=[rows[i] for i in blockage.rows],
        columns=[columns[j] for j in blockage.columns],
        need=blockage.need,
        room=blockage.room,
    )


def _refuse_far(
    cells: Mapping[Cell, Fraction], row_totals: Mapping[str, int], column_totals: Mapping[str, int]
) -> None:
    for side, totals in ((0, row_totals), (1, column_totals)):
        sums = [Fraction(0)] * len(totals)
        for cell, value in cells.items():
            sums[cell[side]] += value
        far = {
            name: str(found)
            for (name, total), found in zip(totals.items(), sums, strict=True)
            if abs(found - total) >= 1
        }
        if far:
            raise ShareError("expected values miss their totals", far=far)


def _fit(
    start: Mapping[Cell, Decimal], supplies: list[int], demands: list[int]
) -> dict[Cell, Decimal]:
    values = dict(start)
    close = _CLOSE * max(1, sum(supplies))
    for _ in range(_SWEEPS):
        _scale(values, supplies, side=0)
        _scale(values, demands, side=1)
        off = max(map(abs, _misses(values, supplies, side=0)), default=Decimal(0))
        if off <= close:
            return values
    raise ComputationError("fitting stopped before the margins were met", sweeps=_SWEEPS, off=off)


def _scale(values: dict[Cell, Decimal], totals: list[int], *, side: int) -> None:
    sums = _sums(values, len(totals), side=side)
    for cell, value in values.items():
        values[cell] = value * totals[cell[side]] / sums[cell[side]]


def _misses(values: Mapping[Cell, Decimal], totals: list[int], *, side: int) -> list[Decimal]:
    sums = _sums(values, len(totals), side=side)
    return [found - total for found, total in zip(sums, totals, strict=True)]


def _sums(values: Mapping[Cell, Decimal], size: int, *, side: int) -> list[Decimal]:
    sums = [Decimal(0)] * size
    for cell, value in values.items():
        sums[cell[side]] += value
    return sums
