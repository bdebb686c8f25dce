"""Choose clusters out of a list (主问题): one per hub, no village twice, enough members.

A linear programme that grows by columns, and the same in whole numbers; both solved by HiGHS.
Knows columns and rows, not where the columns come from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from bangfu.engine.clusters.problem import Flags, Floats, Ints
from bangfu.engine.clusters.selection import Group

__all__ = ["Column", "Duals", "Master", "Relaxation", "Terms", "WholeAnswer", "whole_answer"]


@dataclass(frozen=True, slots=True)
class Column:
    """One possible cluster: the number of its hub, its other villages, what it costs."""

    number: int
    members: tuple[int, ...]
    cost: float

    @property
    def key(self) -> tuple[int, tuple[int, ...]]:
        return (self.number, self.members)


@dataclass(frozen=True, slots=True)
class Terms:
    """What the choice has to keep.

    ``count`` clusters among ``n_hubs``; hubs in ``needed`` must have one; ``cover`` members in
    all, ``n_weak`` of them flagged in ``weak``; so many of each group of hubs. ``shared`` are the
    villages more than one hub can reach: only they can be taken twice.
    """

    n_hubs: int
    count: int
    cover: int
    n_villages: int
    shared: Ints
    weak: Flags
    needed: frozenset[int] = frozenset()
    n_weak: int = 0
    groups: tuple[Group, ...] = ()

    @property
    def free_choice(self) -> bool:
        """Whether there are more hubs than clusters."""
        return self.n_hubs > self.count


@dataclass(frozen=True, slots=True)
class Duals:
    """Prices of the relaxation, as what a cluster is paid for.

    Per hub (with what the count and its group pay), per village (at most 0), per member and per
    weak member (at least 0).
    """

    hub: Floats
    village: Floats
    member: float
    weak: float = 0.0


@dataclass(frozen=True, slots=True)
class Relaxation:
    """Value of the linear programme, how much of its rows nothing fills yet, its prices."""

    value: float
    missing: float
    missing_hubs: Ints
    missing_weak: float
    duals: Duals
    weights: Floats


class Master:
    """The linear programme; columns are added, the last basis is kept.

    ``first_phase`` prices every cluster at 0 and what is missing at 1: its value is above 0
    exactly while the columns cannot fill the rows.
    """

    def __init__(self, terms: Terms, *, first_phase: bool) -> None:
        self.terms = terms
        self.columns: list[Column] = []
        self._first_phase = first_phase
        self._row_of = np.full(terms.n_villages, -1, dtype=np.int64)
        self._cover_row = terms.n_hubs + 1
        self._weak_row = terms.n_hubs + 2
        self._group_row = np.full(terms.n_hubs, -1, dtype=np.int64)
        for at, group in enumerate(terms.groups):
            self._group_row[group.numbers] = terms.n_hubs + 3 + at
        self._first_village = terms.n_hubs + 3 + len(terms.groups)
        self._row_of[terms.shared] = self._first_village + np.arange(len(terms.shared))
        self._highs = _quiet()
        self._add_rows()
        self._slack_row: list[int] = []
        self._add_slack()

    def _add_rows(self) -> None:
        terms, inf = self.terms, highspy.kHighsInf
        free = terms.free_choice
        for number in range(terms.n_hubs):
            self._row(0.0 if free and number not in terms.needed else 1.0, 1.0)
        self._row(float(terms.count) if free else -inf, float(terms.count) if free else inf)
        self._row(float(terms.cover), inf)
        self._row(float(terms.n_weak), inf)
        for group in terms.groups:
            self._row(float(group.least), float(group.most))
        for _ in range(len(terms.shared)):
            self._row(-inf, 1.0)

    def _row(self, low: float, high: float) -> None:
        self._highs.addRow(low, high, 0, np.zeros(0, np.int32), np.zeros(0))

    def _add_slack(self) -> None:
        """What is missing of each row: free to use in the first phase, shut in the second."""
        terms = self.terms
        rows = [*range(terms.n_hubs)]
        if terms.free_choice:
            groups = range(terms.n_hubs + 3, self._first_village)
            rows = [*sorted(terms.needed), terms.n_hubs, *groups]
        high = highspy.kHighsInf if self._first_phase else 0.0
        self._slack_row = [*rows, self._cover_row, self._weak_row]
        for row in self._slack_row:
            self._highs.addCol(1.0, 0.0, high, 1, np.array([row], np.int32), np.ones(1))

    @property
    def n_slack(self) -> int:
        """Variables before the first column."""
        return len(self._slack_row)

    def add(self, columns: Sequence[Column]) -> None:
        """Add columns; none of them is in the programme yet."""
        if not columns:
            return
        rows, starts = [], []
        values: list[float] = []
        n = 0
        for column in columns:
            starts.append(n)
            indices, entries = self._entries(column)
            rows.append(indices)
            values.extend(entries)
            n += len(indices)
        costs = np.array([0.0 if self._first_phase else column.cost for column in columns])
        self._highs.addCols(
            len(columns),
            costs,
            np.zeros(len(columns)),
            np.full(len(columns), highspy.kHighsInf),
            n,
            np.array(starts, np.int32),
            np.concatenate(rows).astype(np.int32),
            np.array(values),
        )
        self.columns.extend(columns)

    def _entries(self, column: Column) -> tuple[Ints, list[float]]:
        terms = self.terms
        members = np.array(column.members, dtype=np.int64)
        shared = self._row_of[members]
        shared = shared[shared >= 0]
        head = [column.number]
        entries = [1.0]
        if terms.free_choice:
            head.append(terms.n_hubs)
            entries.append(1.0)
        group = int(self._group_row[column.number])
        if group >= 0:
            head.append(group)
            entries.append(1.0)
        if column.members:
            head.append(self._cover_row)
            entries.append(float(len(column.members)))
        n_weak = int(terms.weak[members].sum())
        if terms.n_weak and n_weak:
            head.append(self._weak_row)
            entries.append(float(n_weak))
        return (
            np.concatenate([np.array(head, dtype=np.int64), shared]),
            entries + [1.0] * len(shared),
        )

    def solve(self) -> Relaxation:
        """The optimum over the columns there are; its missing part is 0 in the second phase."""
        highs, terms = self._highs, self.terms
        highs.run()
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            # A basis gone wrong: once more from the start.
            highs.clearSolver()
            highs.run()
        solution = highs.getSolution()
        values = np.array(solution.col_value)
        duals = np.array(solution.row_dual)
        hub = duals[: terms.n_hubs] + (duals[terms.n_hubs] if terms.free_choice else 0.0)
        grouped = self._group_row >= 0
        hub[grouped] += duals[self._group_row[grouped]]
        village = np.zeros(terms.n_villages)
        village[terms.shared] = np.minimum(0.0, duals[self._first_village :])
        slack = values[: self.n_slack]
        open_rows = np.array(self._slack_row, dtype=np.int64)[slack > 1e-7]
        return Relaxation(
            value=highs.getInfo().objective_function_value,
            missing=float(slack.sum()),
            missing_hubs=open_rows[open_rows < terms.n_hubs],
            missing_weak=float(slack[-1]),
            duals=Duals(
                hub,
                village,
                max(0.0, float(duals[self._cover_row])),
                max(0.0, float(duals[self._weak_row])),
            ),
            weights=values[self.n_slack :],
        )


@dataclass(frozen=True, slots=True)
class WholeAnswer:
    """Columns chosen, by position, or None; and a bound no choice of these columns is below.

    ``proven``: the choice is the best of these columns (or, with None, there is none).
    """

    chosen: tuple[int, ...] | None
    bound: float
    proven: bool


def whole_answer(
    terms: Terms,
    columns: Sequence[Column],
    *,
    start: Sequence[int] | None,
    seconds: float,
    seed: int,
) -> WholeAnswer:
    """The best choice of whole columns within a time.

    Parameters
    ----------
    start : positions of a choice that keeps the terms, if one is known
    """
    master = Master(terms, first_phase=False)
    master.add(columns)
    highs = master._highs
    n_slack, n = master.n_slack, len(columns)
    highs.changeColsIntegrality(
        n,
        np.arange(n_slack, n_slack + n, dtype=np.int32),
        np.array([highspy.HighsVarType.kInteger] * n),
    )
    highs.setOptionValue("time_limit", max(0.1, seconds))
    highs.setOptionValue("mip_rel_gap", 1e-9)
    highs.setOptionValue("mip_abs_gap", 1e-9)
    highs.setOptionValue("random_seed", seed % 2**31)
    if start is not None:
        point = highspy.HighsSolution()
        values = np.zeros(n_slack + n)
        values[n_slack + np.array(start, dtype=np.int64)] = 1.0
        point.col_value = values.tolist()
        highs.setSolution(point)
    highs.run()
    status = highs.getModelStatus()
    info = highs.getInfo()
    if status == highspy.HighsModelStatus.kInfeasible:
        return WholeAnswer(None, np.inf, True)
    chosen = None
    if info.primal_solution_status == 2:
        values = np.array(highs.getSolution().col_value)[n_slack:]
        chosen = tuple(np.flatnonzero(values > 0.5).tolist())
    proven = status == highspy.HighsModelStatus.kOptimal
    return WholeAnswer(chosen, float(info.mip_dual_bound), proven)


def _quiet() -> highspy.Highs:
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    # One thread: the same answer on every computer, and no pool that another user set up.
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("parallel", "off")
    return highs
