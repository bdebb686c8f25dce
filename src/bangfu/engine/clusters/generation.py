"""Column generation (列生成): find the clusters worth having, and a bound none can beat.

The relaxation gives prices to villages; at these prices the cheapest cluster of every hub is
searched for. What all hubs would pay at least is a lower bound of every answer, at any prices.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np

from bangfu.engine.clusters.candidates import Candidates
from bangfu.engine.clusters.master import Column, Duals, Master, Relaxation, Terms
from bangfu.engine.clusters.pricing import Found, Search, cheapest_clusters
from bangfu.engine.clusters.problem import Flags, Floats, Ints
from bangfu.engine.clusters.selection import cheapest_hubs

__all__ = ["Generated", "Pricer", "Shelf", "Stock", "generate", "lagrangian_bound", "worth_having"]

#: Search steps per hub: a first look, then as good as complete.
_PATIENCE = (1_000, 2_000_000)
#: Clusters kept on the shelf of a hub at each stage, and those taken from it in one round.
_KEPT = (6, 10)
_TAKEN = 5
#: Clusters dearer than the limit by this share of the price of a member are kept too.
_SLACK = 0.1

Key = tuple[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The cheapest clusters of one hub at some earlier prices.

    Every cluster that is not here cost ``rest`` or more at ``prices``; so it costs at least that,
    less what its members have become cheaper by. ``patience`` is how far was searched.
    """

    prices: Floats
    clusters: tuple[Ints, ...]
    table: Ints
    true_costs: Floats
    rest: float
    complete: bool
    patience: int

    @staticmethod
    def empty() -> Shelf:
        none = np.zeros(0)
        return Shelf(none, (), np.zeros((0, 0), dtype=np.int64), none, -np.inf, True, 0)

    def tired(self) -> Shelf:
        """Search further next time, where the search was cut short."""
        if self.complete:
            return self
        return replace(self, patience=min(len(_PATIENCE), self.patience + 1))


@dataclass(frozen=True, slots=True)
class Stock:
    """A shelf at today's prices: costs, and what any other cluster costs at least."""

    clusters: tuple[Ints, ...]
    costs: Floats
    true_costs: Floats
    rest: float

    @property
    def cheapest(self) -> float:
        return float(self.costs.min(initial=np.inf))

    @property
    def at_least(self) -> float:
        """What every cluster of the hub costs at least."""
        return min(self.cheapest, self.rest)


@dataclass(frozen=True, slots=True)
class Generated:
    """All columns found, the last relaxation, the best bound and the prices that gave it.

    ``converged``: no cluster at all would improve the relaxation. ``in_time``: the clock had no
    part in when it ended.
    """

    columns: list[Column]
    relaxation: Relaxation
    bound: float
    bound_duals: Duals | None
    at_least: Floats
    converged: bool
    in_time: bool
    rounds: int
    nodes: int


@dataclass
class Pricer:
    """Searches all hubs at given prices; hubs are independent of one another."""

    candidates: Candidates
    attributes: Floats
    sizes: tuple[int, int]
    weak: Flags
    threads: int = 0
    deadline: float = float("inf")
    nodes: int = 0
    _entry_hub: Ints = field(init=False)

    def __post_init__(self) -> None:
        start = self.candidates.start
        self._entry_hub = np.repeat(np.arange(len(start) - 1), np.diff(start))
        self.threads = self.threads or min(4, os.cpu_count() or 1)

    def entry_prices(self, duals: Duals) -> Floats:
        """What each candidate adds at these prices, beside unlikeness; hubs add nothing."""
        candidates = self.candidates
        prices = candidates.linear - duals.village[candidates.village] - duals.member
        if duals.weak > 0:
            prices = prices - duals.weak * self.weak[candidates.village]
        prices[candidates.start[:-1]] = 0.0
        return np.asarray(prices)

    def search(self, prices: Floats, searches: Mapping[int, Search]) -> dict[int, Found]:
        """One search for each hub named, at prices of entries."""
        start = self.candidates.start

        def one(number: int) -> Found:
            late = time.perf_counter() > self.deadline
            search = searches[number]
            return cheapest_clusters(
                self.candidates,
                number,
                self.attributes,
                prices=prices[start[number] : start[number + 1]],
                sizes=self.sizes,
                # Too late for a search: one look still gives a true, if poor, bound.
                search=replace(search, nodes=1) if late else search,
            )

        if self.threads == 1:
            found = {number: one(number) for number in searches}
        else:
            with ThreadPoolExecutor(self.threads) as pool:
                found = dict(zip(searches, pool.map(one, searches), strict=True))
        self.nodes += sum(result.nodes for result in found.values())
        return found

    def fill(self, shelves: list[Shelf], limits: Mapping[int, float], prices: Floats) -> None:
        """Put the cheapest clusters at these prices on the shelves of some hubs.

        ``limits``: what a cluster of each hub may cost to be put there.
        """
        patience = {k: min(shelves[k].patience, len(_PATIENCE) - 1) for k in limits}
        searches = {
            k: Search(below=limits[k], keep=_KEPT[at], nodes=_PATIENCE[at])
            for k, at in patience.items()
        }
        start = self.candidates.start
        for number, found in self.search(prices, searches).items():
            low, high = start[number], start[number + 1]
            table = np.full((len(found.clusters), self.sizes[1]), high - low, dtype=np.int64)
            for row, entries in zip(table, found.clusters, strict=True):
                row[: len(entries)] = entries
            extra = np.append(prices[low:high] - self.candidates.linear[low:high], 0.0)
            shelves[number] = Shelf(
                prices=prices[low:high].copy(),
                clusters=found.clusters,
                table=table,
                true_costs=found.costs - extra[table].sum(axis=1),
                rest=found.rest,
                complete=found.complete,
                patience=shelves[number].patience,
            )

    def looked_over(self, shelves: Sequence[Shelf], prices: Floats) -> list[Stock]:
        """All shelves at today's prices."""
        start, most = self.candidates.start, self.sizes[1] - 1
        stocks = []
        for number, shelf in enumerate(shelves):
            low, high = start[number], start[number + 1]
            if not len(shelf.prices):
                none = np.zeros(0)
                stocks.append(Stock((), none, none, -np.inf))
                continue
            today = prices[low:high]
            extra = np.append(today - self.candidates.linear[low:high], 0.0)
            fallen = np.maximum(0.0, shelf.prices - today)
            if 0 < most < len(fallen):
                fallen = np.partition(fallen, len(fallen) - most)[len(fallen) - most :]
            moved = float(fallen.sum()) if most else 0.0
            costs = shelf.true_costs + extra[shelf.table].sum(axis=1)
            stocks.append(Stock(shelf.clusters, costs, shelf.true_costs, shelf.rest - moved))
        return stocks

    def column(self, number: int, entries: Ints, cost: float) -> Column:
        """A cluster of a hub as a column."""
        members = self.candidates.village[self.candidates.start[number] + entries[entries != 0]]
        return Column(number, tuple(sorted(members.tolist())), cost)

    def column_of(self, number: int, members: tuple[int, ...]) -> Column:
        """Villages that are candidates of a hub as a column, at their true cost."""
        own = self.candidates.of_hub(number)[1:]
        entries = 1 + np.searchsorted(own, np.array(members, dtype=np.int64))
        return Column(number, members, self.cost(number, entries))

    def cost(self, number: int, entries: Ints) -> float:
        """Sum of squares and prices of a cluster, from the hub and the entries of members."""
        low = self.candidates.start[number]
        villages = self.candidates.village[np.concatenate([[low], low + entries])]
        figures = self.attributes[villages]
        spread = float(((figures - figures.mean(axis=0)) ** 2).sum())
        return spread + float(self.candidates.linear[low + entries].sum())


def lagrangian_bound(terms: Terms, duals: Duals, at_least: Floats) -> float:
    """What every answer costs at least, if every cluster of hub k costs ``at_least[k]`` or more.

    >>> terms = Terms(2, 2, 1, 3, np.array([1]), np.zeros(3, dtype=bool))
    >>> duals = Duals(np.zeros(2), np.array([0.0, -1.0, 0.0]), 0.5)
    >>> lagrangian_bound(terms, duals, np.array([2.0, 3.0]))
    4.5
    """
    fixed = float(duals.village.sum()) + duals.member * terms.cover + duals.weak * terms.n_weak
    if not terms.free_choice:
        return fixed + float(at_least.sum())
    chosen = cheapest_hubs(at_least, count=terms.count, needed=terms.needed, groups=terms.groups)
    return np.inf if chosen is None else fixed + float(at_least[chosen].sum())


def generate(
    terms: Terms,
    pricer: Pricer,
    columns: Sequence[Column],
    *,
    first_phase: bool = False,
    close_enough: float = 1e-9,
) -> Generated:
    """Add columns until none improves the relaxation, or the pricer's deadline is past.

    Parameters
    ----------
    columns : sequence of Column
        To begin with; in the second phase they have to fill the terms.
    first_phase : bool
        Ask only whether the terms can be filled; the pricer then prices all clusters at 0.
    close_enough : float
        Relative distance of value and bound at which it is over.
    """
    master = Master(terms, first_phase=first_phase)
    master.add(columns)
    known = {column.key for column in columns}
    shelves = [Shelf.empty() for _ in range(terms.n_hubs)]
    best: tuple[float, Duals | None, Floats] = (-np.inf, None, np.full(terms.n_hubs, -np.inf))
    rounds, converged, late = 0, False, False
    while True:
        rounds += 1
        relaxation = master.solve()
        if first_phase and relaxation.missing <= 1e-9:
            break
        duals = relaxation.duals
        prices = pricer.entry_prices(duals)
        scale = abs(relaxation.value)
        # A gain far below what is asked of the bound is none; around 0 every gain counts.
        limits = duals.hub - 1e-10 * scale / max(1, terms.n_hubs)
        stocks = pricer.looked_over(shelves, prices)
        fresh = _improving(pricer, stocks, limits, known)
        while not fresh and not late:
            late = time.perf_counter() > pricer.deadline
            asked = [k for k, stock in enumerate(stocks) if stock.rest < limits[k]]
            if not asked:
                converged = True
                break
            for number in asked:
                shelves[number] = shelves[number].tired()
            slack = _SLACK * duals.member + 1e-3 * scale / max(1, terms.n_hubs)
            pricer.fill(shelves, {k: float(limits[k]) + slack for k in asked}, prices)
            stocks = pricer.looked_over(shelves, prices)
            fresh = _improving(pricer, stocks, limits, known)
            if all(shelves[k].patience == len(_PATIENCE) for k in asked) and not fresh:
                break
        lows = np.array([stock.at_least for stock in stocks])
        here = lagrangian_bound(terms, duals, lows)
        if here > best[0]:
            best = (here, duals, lows)
        converged = converged or relaxation.value - best[0] <= close_enough * scale
        if converged or late or not fresh:
            break
        master.add(fresh)
        known.update(column.key for column in fresh)
    return Generated(
        columns=master.columns,
        relaxation=relaxation,
        bound=best[0],
        bound_duals=best[1],
        at_least=best[2],
        converged=converged,
        in_time=not late,
        rounds=rounds,
        nodes=pricer.nodes,
    )


def _improving(
    pricer: Pricer, stocks: Sequence[Stock], limits: Floats, known: set[Key]
) -> list[Column]:
    """The cheapest clusters on the shelves that are new and below the limit of their hub."""
    fresh = []
    for number, stock in enumerate(stocks):
        if stock.cheapest >= limits[number] - 1e-12:
            continue
        order = np.argsort(stock.costs, kind="stable")[:_TAKEN]
        for at in order[stock.costs[order] < limits[number] - 1e-12].tolist():
            column = pricer.column(number, stock.clusters[at], float(stock.true_costs[at]))
            if column.key not in known:
                fresh.append(column)
    return fresh


def worth_having(
    pricer: Pricer, duals: Duals, at_least: Floats, *, room: float, most: int
) -> tuple[list[Column], bool]:
    """Every cluster that can be part of an answer less than ``room`` above the bound.

    Parameters
    ----------
    duals : Duals
        Prices whose bound is meant.
    at_least : (n_hubs,) float
        What the cheapest cluster of each hub costs at these prices.
    room : float
        An answer above the bound by less than this is sought.
    most : int
        Clusters of one hub beyond which it gives up.

    Returns
    -------
    columns : list of Column
    complete : bool
        Whether none is missing.
    """
    prices = pricer.entry_prices(duals)
    searches = {
        number: Search(below=float(low) + room, keep=most, every=True, nodes=_PATIENCE[-1])
        for number, low in enumerate(at_least)
    }
    found = pricer.search(prices, searches)
    columns = [
        pricer.column(number, entries, pricer.cost(number, entries[entries != 0]))
        for number, result in found.items()
        for entries in result.clusters
    ]
    return columns, all(result.complete for result in found.values())
