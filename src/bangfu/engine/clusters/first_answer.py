"""A first answer (初始方案) by growth and annealing, with the clusters met on the way.

What the rules ask of the whole beside cover (weak villages) is reached by paying for it more and
more; what is still not kept then is left to the choice among columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from bangfu.engine.clusters.annealing import Annealed, Schedule, anneal
from bangfu.engine.clusters.candidates import Candidates, neighbour_lists
from bangfu.engine.clusters.evaluate import evaluate
from bangfu.engine.clusters.generation import Pricer
from bangfu.engine.clusters.growth import grow
from bangfu.engine.clusters.master import Column, Terms
from bangfu.engine.clusters.problem import Cluster, ClusterProblem, Ints
from bangfu.engine.clusters.selection import cheapest_hubs

__all__ = ["First", "Starter", "whole_clusters"]

#: Temperatures of one annealing.
_ROUNDS = 200
#: How often the bonus of weak villages is raised before the choice of columns takes over.
_RAISES = 6


@dataclass(frozen=True, slots=True)
class First:
    """An answer that keeps every rule, or None; columns to begin with."""

    answer: list[Column] | None
    columns: list[Column]
    in_time: bool


def whole_clusters(
    problem: ClusterProblem, candidates: Candidates, columns: Sequence[Column]
) -> tuple[Cluster, ...]:
    """The answer that columns make, with the clusters that stand already, by hub."""
    made = [Cluster(int(candidates.hubs[c.number]), c.members) for c in columns]
    return tuple(sorted([*problem.frozen, *made], key=lambda cluster: cluster.hub))


@dataclass
class Starter:
    """Grows and anneals one problem."""

    problem: ClusterProblem
    candidates: Candidates
    pricer: Pricer
    terms: Terms

    def first(self, *, proposals_per_village: int, seed: int, deadline: float) -> First:
        """Anneal once, and again with a higher bonus while too few weak villages are in."""
        links = neighbour_lists(self.problem.n_villages, self.problem.edges)
        proposals = 1 + self.problem.n_villages * proposals_per_village // _ROUNDS
        label = self._grown(links)
        columns: dict[tuple[int, tuple[int, ...]], Column] = {}
        bonus, in_time = 0.0, True
        for turn in range(_RAISES):
            annealed = anneal(
                self._with_bonus(bonus),
                self.problem.attributes,
                label,
                sizes=self._sizes,
                cover=self.problem.open_cover,
                links=links,
                schedule=Schedule(_ROUNDS, proposals),
                seed=seed + turn,
                deadline=deadline,
            )
            in_time &= annealed.finished
            self._collect((label, *annealed.snapshots, annealed.label), columns)
            if not in_time or self._weak_in(annealed.label) >= self.terms.n_weak:
                break
            bonus = 2 * bonus if bonus else self._typical_cost(annealed)
            label = annealed.label
        return First(self._answer((annealed.label, label)), list(columns.values()), in_time)

    @property
    def _sizes(self) -> tuple[int, int]:
        return (self.problem.rules.min_size, self.problem.rules.max_size)

    def _grown(self, links: tuple[Ints, Ints]) -> Ints:
        active = np.arange(len(self.candidates.hubs))
        if self.terms.free_choice:
            active = self._promising_hubs(links)
        return grow(
            self.candidates, self.problem.attributes, active=active, sizes=self._sizes,
            cover=self.problem.open_cover, links=links,
        )  # fmt: skip

    def _promising_hubs(self, links: tuple[Ints, Ints]) -> Ints:
        """As many hubs as clusters: those that are cheap when all of them grow."""
        terms, numbers = self.terms, np.arange(len(self.candidates.hubs))
        label = grow(
            self.candidates, self.problem.attributes, active=numbers, sizes=self._sizes,
            cover=0, links=links,
        )  # fmt: skip
        cost = np.full(len(numbers), np.inf)
        for column in self.columns_of(label):
            short = self.problem.rules.min_size - 1 - len(column.members)
            cost[column.number] = column.cost / (1 + len(column.members)) + 1e6 * max(0, short)
        chosen = cheapest_hubs(cost, count=terms.count, needed=terms.needed, groups=terms.groups)
        # Where no choice keeps the groups, the proof of that comes later.
        return numbers[: terms.count] if chosen is None else chosen

    def _with_bonus(self, bonus: float) -> Candidates:
        if bonus == 0.0:
            return self.candidates
        weak = self.problem.weak[self.candidates.village].astype(np.float64)
        weak[self.candidates.start[:-1]] = 0.0
        return replace(self.candidates, linear=self.candidates.linear - bonus * weak)

    def _weak_in(self, label: Ints) -> int:
        members = np.setdiff1d(np.flatnonzero(label >= 0), self.candidates.hubs)
        return int(self.problem.weak[members].sum())

    def _typical_cost(self, annealed: Annealed) -> float:
        """What a member costs in the middle: the first bonus worth trying."""
        costs = [
            abs(column.cost) / max(1, len(column.members))
            for column in self.columns_of(annealed.label)
        ]
        return max(1e-3, float(np.median(costs))) if costs else 1.0

    def _collect(
        self, labels: Sequence[Ints], columns: dict[tuple[int, tuple[int, ...]], Column]
    ) -> None:
        for label in labels:
            for column in self.columns_of(label):
                if len(column.members) + 1 >= self.problem.rules.min_size:
                    columns[column.key] = column

    def _answer(self, labels: Sequence[Ints]) -> list[Column] | None:
        for label in labels:
            made = self.columns_of(label)
            if evaluate(self.problem, whole_clusters(self.problem, self.candidates, made)).kept:
                return made
        return None

    def columns_of(self, label: Ints) -> list[Column]:
        """The clusters of a state as columns, at their true cost."""
        candidates = self.candidates
        inside = np.flatnonzero(label >= 0)
        order = inside[np.argsort(label[inside], kind="stable")]
        cuts = np.flatnonzero(np.diff(label[order])) + 1
        columns = []
        for villages in np.split(order, cuts) if len(order) else []:
            number = int(label[villages[0]])
            members = np.sort(villages[villages != candidates.hubs[number]])
            columns.append(self.pricer.column_of(number, tuple(members.tolist())))
        return columns
