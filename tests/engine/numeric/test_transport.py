"""A flow meets its margins or names what blocks it; the nearest flow is the nearest there is."""

import itertools
from collections.abc import Iterator
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bangfu.engine.numeric.transport import (
    Blockage,
    Cell,
    feasible_flow,
    fillable_cells,
    nearest_flow,
)
from bangfu.vocabulary.errors import ComputationError

ALL_CELLS = list(itertools.product(range(3), range(3)))


@st.composite
def margins(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    """Margins of some whole 3 x 3 table, so that their sums are equal."""
    table = [draw(st.integers(0, 1)) for _ in ALL_CELLS]
    rows = [sum(table[3 * i : 3 * i + 3]) for i in range(3)]
    return rows, [sum(table[j::3]) for j in range(3)]


def tables_with(
    rows: list[int], columns: list[int], cells: list[Cell]
) -> Iterator[dict[Cell, int]]:
    """Every whole table with the margins, by enumeration."""
    if not cells:
        if not any(rows) and not any(columns):
            yield {}
        return
    (i, j), *rest = cells
    for amount in range(min(rows[i], columns[j]) + 1):
        left = [r - amount * (k == i) for k, r in enumerate(rows)]
        room = [c - amount * (k == j) for k, c in enumerate(columns)]
        for table in tables_with(left, room, rest):
            yield {(i, j): amount, **table}


@settings(max_examples=80, deadline=None)
@given(sides=margins(), cells=st.lists(st.sampled_from(ALL_CELLS), unique=True))
def test_a_flow_is_found_exactly_where_a_table_exists(
    sides: tuple[list[int], list[int]], cells: list[Cell]
) -> None:
    rows, columns = sides

    found = feasible_flow(rows, columns, cells)

    exists = next(tables_with(rows, columns, cells), None) is not None
    if isinstance(found, Blockage):
        assert not exists
        reached = {j for i, j in cells if i in found.rows}
        assert reached == set(found.columns)
        assert found.need == sum(rows[i] for i in found.rows)
        assert found.room == sum(columns[j] for j in found.columns)
        assert found.need > found.room
    else:
        assert exists
        assert rows == [sum(v for (i, _), v in found.items() if i == row) for row in range(3)]
        assert columns == [sum(v for (_, j), v in found.items() if j == col) for col in range(3)]
        assert min(found.values(), default=0) >= 0


@settings(max_examples=60, deadline=None)
@given(sides=margins(), cells=st.lists(st.sampled_from(ALL_CELLS), unique=True))
def test_fillable_cells_are_those_some_table_fills(
    sides: tuple[list[int], list[int]], cells: list[Cell]
) -> None:
    rows, columns = sides
    flow = feasible_flow(rows, columns, cells)
    assume(not isinstance(flow, Blockage))
    assert not isinstance(flow, Blockage)

    filled = {cell for table in tables_with(rows, columns, cells) for cell in cells if table[cell]}
    assert filled == fillable_cells(flow)


@settings(max_examples=60, deadline=None)
@given(
    sides=margins(),
    values=st.lists(st.fractions(0, 3, max_denominator=6), min_size=9, max_size=9),
)
def test_no_table_lies_nearer_than_the_nearest_flow(
    sides: tuple[list[int], list[int]], values: list[Fraction]
) -> None:
    rows, columns = sides
    expected = dict(zip(ALL_CELLS, values, strict=True))

    found = nearest_flow(rows, columns, expected)

    def distance(table: dict[Cell, int]) -> Fraction:
        return sum(((table[c] - expected[c]) ** 2 for c in ALL_CELLS), Fraction(0))

    tables = list(tables_with(rows, columns, ALL_CELLS))
    best = min(map(distance, tables))
    assert found in tables
    assert best == distance(found)


def test_cells_that_cannot_carry_the_margins_are_refused() -> None:
    with pytest.raises(ComputationError, match="cannot carry"):
        nearest_flow([1], [0, 1], {(0, 0): Fraction(1)})
