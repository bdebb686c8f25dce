"""Flows between rows and columns of a table (运输问题): feasible, and nearest to expected values.

A flow is a whole number in each allowed cell; row i sends ``supplies[i]``, column j takes
``demands[j]``. Knows rows and columns by position only, not by name.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from bangfu.vocabulary.errors import ComputationError

__all__ = ["Blockage", "Cell", "Flow", "feasible_flow", "fillable_cells", "nearest_flow"]

Cell = tuple[int, int]
Flow = dict[Cell, int]
#: ("row", i) or ("column", j)
_Node = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Blockage:
    """Why no flow exists: these rows reach these columns only, and need more than they take."""

    rows: tuple[int, ...]
    columns: tuple[int, ...]
    need: int
    room: int


def feasible_flow(
    supplies: Sequence[int], demands: Sequence[int], cells: Collection[Cell]
) -> Flow | Blockage:
    """Any whole flow over the allowed cells, or the rows and columns that block it.

    Parameters
    ----------
    supplies, demands : sequences of int
        (n_rows,) and (n_columns,), not negative, with equal sums.
    cells : collection of (int, int)
        Allowed cells; every other cell stays at zero.

    Returns
    -------
    dict of cell to int, or Blockage

    Notes
    -----
    Augmenting paths (Ford and Fulkerson), shortest first. When none is left, the rows that can
    still be reached and their columns are the cut that proves there is no flow.

    Examples
    --------
    >>> feasible_flow([2, 1], [1, 2], [(0, 0), (0, 1), (1, 1)])
    {(0, 0): 1, (0, 1): 1, (1, 1): 1}
    >>> feasible_flow([2, 1], [1, 2], [(0, 0), (1, 1)])
    Blockage(rows=(0,), columns=(0,), need=2, room=1)
    """
    left, room = list(supplies), list(demands)
    flow = dict.fromkeys(sorted(cells), 0)
    for row, column in flow:
        step = min(left[row], room[column])
        flow[row, column] = step
        left[row] -= step
        room[column] -= step
    while any(left):
        starts = [("row", row) for row, rest in enumerate(left) if rest]
        parents = _reach(starts, flow)
        end = next((n for n in parents if n[0] == "column" and room[n[1]]), None)
        if end is None:
            return _blockage(parents, supplies, demands)
        path = _path(parents, end)
        step = _slack(path, flow, most=min(left[path[0][1]], room[end[1]]))
        _push(path, flow, step=step)
        left[path[0][1]] -= step
        room[end[1]] -= step
    return flow


def fillable_cells(flow: Mapping[Cell, int]) -> set[Cell]:
    """The cells that are above zero in some (fractional) flow with the same margins.

    Parameters
    ----------
    flow : mapping of cell to int
        A feasible flow over all allowed cells, zeros included.

    Returns
    -------
    set of cell

    Notes
    -----
    An empty cell can be filled if its column leads back to its row in the residual network, that
    is, if it lies on a cycle along which flow can be moved.

    Examples
    --------
    Row 1 must take all of column 1, so nothing is left for cell (0, 1).

    >>> sorted(fillable_cells({(0, 0): 1, (0, 1): 0, (1, 1): 1}))
    [(0, 0), (1, 1)]
    """
    columns = {column for _, column in flow}
    back = {column: _reach([("column", column)], flow) for column in columns}
    return {
        (row, column)
        for (row, column), amount in flow.items()
        if amount or ("row", row) in back[column]
    }


def nearest_flow(
    supplies: Sequence[int], demands: Sequence[int], expected: Mapping[Cell, Fraction]
) -> Flow:
    """The whole flow with the least sum of squared deviations from expected values.

    Parameters
    ----------
    supplies, demands : sequences of int
        (n_rows,) and (n_columns,), not negative, with equal sums.
    expected : mapping of cell to Fraction
        Expected value of every allowed cell, not negative; every other cell stays at zero. The
        margins of the expected values should lie near the supplies and demands: the work grows
        with the distance.

    Returns
    -------
    dict of cell to int
        Non-negative; a minimum of the sum of (flow - expected) ** 2 over all whole flows. Among
        several minima the one reached is a matter of the order of rows and columns, always the
        same.

    Raises
    ------
    ComputationError
        If the allowed cells cannot carry the margins.

    Notes
    -----
    Separable convex costs on a network: the whole parts of the expected values are the best flow
    for their own margins, and every further unit follows a cheapest path in the residual network,
    which keeps it the best (successive shortest paths). Costs are integers over the common
    denominator of the expected values, so there is no tolerance in the optimum.

    References
    ----------
    Ahuja, Magnanti and Orlin, Network Flows (1993), ch. 9 and 14.

    Examples
    --------
    >>> half = Fraction(1, 2)
    >>> nearest_flow([1, 1], [1, 1], {(0, 0): half, (0, 1): half, (1, 0): half, (1, 1): half})
    {(0, 0): 1, (0, 1): 0, (1, 0): 0, (1, 1): 1}
    """
    flow = {cell: math.floor(value) for cell, value in sorted(expected.items())}
    excess: dict[_Node, int] = {("row", i): supply for i, supply in enumerate(supplies)}
    excess |= {("column", j): -demand for j, demand in enumerate(demands)}
    for (row, column), amount in flow.items():
        excess["row", row] -= amount
        excess["column", column] += amount
    costs = _Costs(expected)
    while any(rest > 0 for rest in excess.values()):
        path = costs.cheapest_path(flow, excess)
        if path is None:
            raise ComputationError("the cells cannot carry the margins", cells=len(expected))
        _push(path, flow, step=1)
        excess[path[0]] -= 1
        excess[path[-1]] += 1
    return flow


class _Costs:
    """Marginal costs of squared deviation, in integers over one denominator."""

    def __init__(self, expected: Mapping[Cell, Fraction]) -> None:
        self.den = math.lcm(*(value.denominator for value in expected.values()), 1)
        self.num = {cell: int(value * self.den) for cell, value in expected.items()}

    def up(self, cell: Cell, amount: int) -> int:
        """Cost of one unit more: (x + 1 - p)^2 - (x - p)^2, times the denominator."""
        return (2 * amount + 1) * self.den - 2 * self.num[cell]

    def cheapest_path(
        self, flow: Mapping[Cell, int], excess: Mapping[_Node, int]
    ) -> list[_Node] | None:
        """From a node with too much to a node with too little (Bellman and Ford, by queue)."""
        arcs: dict[_Node, list[tuple[_Node, int]]] = defaultdict(list)
        for (row, column), amount in flow.items():
            arcs["row", row].append((("column", column), self.up((row, column), amount)))
            if amount:
                back = -self.up((row, column), amount - 1)
                arcs["column", column].append((("row", row), back))
        cost = {node: 0 for node, rest in excess.items() if rest > 0}
        parents: dict[_Node, _Node | None] = dict.fromkeys(cost)
        queue = deque(cost)
        queued = set(cost)
        while queue:
            node = queue.popleft()
            queued.discard(node)
            for target, step in arcs[node]:
                if target in cost and cost[node] + step >= cost[target]:
                    continue
                cost[target] = cost[node] + step
                parents[target] = node
                if target not in queued:
                    queued.add(target)
                    queue.append(target)
        ends = [node for node in cost if excess[node] < 0]
        return _path(parents, min(ends, key=cost.__getitem__)) if ends else None


def _reach(starts: Iterable[_Node], flow: Mapping[Cell, int]) -> dict[_Node, _Node | None]:
    """Every node that residual arcs lead to, with the node before it; breadth first."""
    ahead: dict[_Node, list[_Node]] = defaultdict(list)
    for (row, column), amount in flow.items():
        ahead["row", row].append(("column", column))
        if amount:
            ahead["column", column].append(("row", row))
    parents: dict[_Node, _Node | None] = dict.fromkeys(starts)
    queue = deque(parents)
    while queue:
        node = queue.popleft()
        for target in ahead[node]:
            if target not in parents:
                parents[target] = node
                queue.append(target)
    return parents


def _path(parents: Mapping[_Node, _Node | None], end: _Node) -> list[_Node]:
    path = [end]
    while (before := parents[path[-1]]) is not None:
        path.append(before)
    return path[::-1]


def _slack(path: Sequence[_Node], flow: Mapping[Cell, int], *, most: int) -> int:
    """How much can move along a path: no more than flows on the arcs it walks backwards."""
    backward = [flow[row[1], column[1]] for column, row in pairwise(path) if column[0] == "column"]
    return min([most, *backward])


def _push(path: Sequence[_Node], flow: Flow, *, step: int) -> None:
    for node, target in pairwise(path):
        if node[0] == "row":
            flow[node[1], target[1]] += step
        else:
            flow[target[1], node[1]] -= step


def _blockage(
    parents: Mapping[_Node, _Node | None], supplies: Sequence[int], demands: Sequence[int]
) -> Blockage:
    rows = tuple(sorted(index for side, index in parents if side == "row"))
    columns = tuple(sorted(index for side, index in parents if side == "column"))
    return Blockage(rows, columns, sum(supplies[i] for i in rows), sum(demands[j] for j in columns))
