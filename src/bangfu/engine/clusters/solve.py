"""Solve a village-cluster problem (片区组团求解): an answer, a lower bound, and the gap between.

Growth and annealing give a first answer; column generation gives the bound and better clusters;
an integer choice among them gives the answer; what is left of the gap is closed by listing every
cluster that could still matter, if they are not too many.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from bangfu.engine.clusters.candidates import Candidates, find_candidates
from bangfu.engine.clusters.evaluate import Evaluation, evaluate
from bangfu.engine.clusters.first_answer import Starter, whole_clusters
from bangfu.engine.clusters.generation import Generated, Pricer, generate, worth_having
from bangfu.engine.clusters.master import Column, Terms, whole_answer
from bangfu.engine.clusters.obstacles import Obstacle, obstacles_before
from bangfu.engine.clusters.problem import Cluster, ClusterProblem, Ints
from bangfu.engine.clusters.selection import Group
from bangfu.vocabulary.errors import ComputationError

__all__ = ["PROVEN_GAP", "Effort", "Solution", "Status", "solve_clusters", "warm_up"]

#: At this relative gap an answer is called optimal.
PROVEN_GAP = 1e-6
#: Clusters listed at most to close the gap.
_MOST_LISTED = 150_000
#: Clusters of each hub handed on to a similar problem.
_POOLED = 30

Status = Literal["optimal", "feasible", "infeasible", "unknown"]


@dataclass(frozen=True, slots=True)
class Effort:
    """How much work is allowed; the clock only stops what would go on too long."""

    seconds: float = 60.0
    seed: int = 1
    threads: int = 0
    proposals_per_village: int = 500


@dataclass(frozen=True, slots=True)
class Solution:
    """What came out.

    ``status`` optimal: the gap is at most ``PROVEN_GAP``. infeasible: proven, with obstacles.
    unknown: no answer was found in the time, and none was excluded. ``bound`` is a true lower
    bound of every answer, -inf where none is known. ``member_price`` and ``weak_price``: what
    one more member, or one more weak member, costs at the margin. ``in_time``: the clock had no
    part in the answer. ``pool``: clusters that were cheap at the last prices.
    """

    status: Status
    clusters: tuple[Cluster, ...] = ()
    evaluation: Evaluation | None = None
    bound: float = -np.inf
    member_price: float = 0.0
    obstacles: tuple[Obstacle, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)
    in_time: bool = True
    rounds: int = 0
    nodes: int = 0
    weak_price: float = 0.0
    pool: tuple[Cluster, ...] = ()

    @property
    def gap(self) -> float | None:
        """(objective - bound) / |objective|; None without an answer or a bound."""
        if self.evaluation is None or not np.isfinite(self.bound):
            return None
        objective = self.evaluation.objective
        return (objective - self.bound) / max(abs(objective), 1e-9)


def solve_clusters(
    problem: ClusterProblem,
    effort: Effort | None = None,
    *,
    known: Sequence[Cluster] = (),
) -> Solution:
    """Find the cheapest clusters that keep every rule, and prove how good they are.

    Parameters
    ----------
    problem : ClusterProblem
    effort : Effort, optional
    known : sequence of Cluster
        Clusters worth a look, such as ``Solution.pool`` of the same villages under other rules of
        the whole. They are connected and of permitted size; the answer does not depend on them
        where it is proven, the time it takes does.

    Returns
    -------
    Solution
        Its clusters have passed ``evaluate``.

    Raises
    ------
    ComputationError
        If there are fewer hubs than clusters, or answer and bound contradict each other.

    Notes
    -----
    The same seed gives the same answer as long as the work ends before the time limit.
    """
    if len(problem.open_hubs) < problem.open_count:
        raise ComputationError(
            "fewer hubs than clusters", hubs=len(problem.hubs), count=problem.rules.count
        )
    return _Run(problem, effort or Effort(), known).solve()


def warm_up() -> float:
    """Compile the kernels, or load them; the seconds it took."""
    from bangfu.engine.clusters.problem import Rules

    begun = time.perf_counter()
    row = ClusterProblem(
        attributes=np.arange(6.0).reshape(-1, 1),
        edges=np.array([[i, i + 1] for i in range(5)]),
        hubs=np.array([1, 4]),
        town=np.zeros(6, dtype=np.int64),
        county=np.zeros(6, dtype=np.int64),
        weak=np.zeros(6, dtype=np.bool_),
        rules=Rules(count=2, min_size=2, max_size=3, cover=3),
    )
    solve_clusters(row, Effort(proposals_per_village=1, threads=1))
    return time.perf_counter() - begun


class _Run:
    """One solve: the steps in order, with the clock."""

    def __init__(self, problem: ClusterProblem, effort: Effort, known: Sequence[Cluster]) -> None:
        self.problem, self.effort, self.known = problem, effort, known
        self.begun = time.perf_counter()
        self.seconds: dict[str, float] = {}
        self._lap_at = self.begun
        self.in_time = True

    def solve(self) -> Solution:
        problem = self.problem
        candidates = find_candidates(problem)
        candidates = self._without_short_hubs(candidates)
        self._lap("candidates")
        obstacles = obstacles_before(problem, candidates)
        if obstacles:
            return Solution("infeasible", obstacles=obstacles, seconds=self.seconds)
        if problem.open_count == 0:
            return self._finished((), self._standing_cost(), None, candidates)
        self.terms = _terms(problem, candidates)
        self.pricer = Pricer(
            candidates,
            problem.attributes,
            (problem.rules.min_size, problem.rules.max_size),
            weak=problem.weak,
            threads=self.effort.threads,
            deadline=self.begun + 0.85 * self.effort.seconds,
        )
        first, start = self._first_answer(candidates)
        self._lap("annealing")
        if first is None:
            blocked = self._first_phase(candidates, start)
            if isinstance(blocked, Solution):
                return blocked
            start = blocked
        generated = generate(self.terms, self.pricer, start)
        self.in_time &= generated.in_time
        self._lap("generation")
        return self._whole(candidates, generated, first)

    def _lap(self, step: str) -> None:
        now = time.perf_counter()
        self.seconds[step] = self.seconds.get(step, 0.0) + now - self._lap_at
        self._lap_at = now

    def _left(self) -> float:
        return self.begun + self.effort.seconds - time.perf_counter()

    def _without_short_hubs(self, candidates: Candidates) -> Candidates:
        """With hubs to spare, those that cannot have a cluster are left out of the choice."""
        problem = self.problem
        able = np.diff(candidates.start) >= problem.rules.min_size
        locked = np.isin(candidates.hubs, [hub for _, hub in problem.must])
        if able.all() or int((able | locked).sum()) < problem.open_count:
            return candidates
        return _subset(candidates, np.flatnonzero(able | locked))

    def _first_answer(self, candidates: Candidates) -> tuple[list[Column] | None, list[Column]]:
        """An answer by growth and annealing, or None; and columns to begin with."""
        starter = Starter(self.problem, candidates, self.pricer, self.terms)
        first = starter.first(
            proposals_per_village=self.effort.proposals_per_village,
            seed=self.effort.seed,
            deadline=self.begun + 0.3 * self.effort.seconds,
        )
        self.in_time &= first.in_time
        known = {column.key for column in first.columns}
        given = _permitted_columns(self.known, candidates, self.pricer)
        return first.answer, first.columns + [c for c in given if c.key not in known]

    def _keeps_all(self, columns: list[Column]) -> bool:
        clusters = whole_clusters(self.problem, self.pricer.candidates, columns)
        return evaluate(self.problem, clusters).kept

    def _first_phase(self, candidates: Candidates, start: list[Column]) -> list[Column] | Solution:
        """Columns that can fill the terms, or a proof that none can."""
        level = replace(
            candidates,
            linear=np.zeros_like(candidates.linear),
            likeness=np.zeros_like(candidates.likeness),
        )
        figures = np.zeros((self.problem.n_villages, 1))
        pricer = replace(self.pricer, candidates=level, attributes=figures)
        generated = generate(self.terms, pricer, start, first_phase=True)
        self.in_time &= generated.in_time
        self._lap("first_phase")
        if generated.bound > 1e-6:
            return Solution(
                "infeasible",
                obstacles=self._rivals(candidates, generated),
                seconds=self.seconds,
                in_time=self.in_time,
            )
        if generated.relaxation.missing > 1e-7:
            return Solution("unknown", seconds=self.seconds, in_time=False)
        return [self.pricer.column_of(c.number, c.members) for c in generated.columns]

    def _rivals(self, candidates: Candidates, generated: Generated) -> tuple[Obstacle, ...]:
        """Who cannot be served at once: hubs left without a cluster, and hubs they compete with.

        An answer leaves nothing missing elsewhere, so where only one of the sums is short, all
        that is missing at least is missing there.
        """
        rules, relaxation = self.problem.rules, generated.relaxation
        alone = relaxation.missing_hubs
        if len(alone) == 0 and not self.terms.free_choice:
            short = int(np.ceil(generated.bound - 1e-6))
            if relaxation.missing_weak > 1e-7:
                return (Obstacle("weak", found=rules.weak - short, needed=rules.weak),)
            return (Obstacle("cover", found=rules.cover - short, needed=rules.cover),)
        paid = np.flatnonzero(relaxation.duals.hub > 1e-7)
        hubs = candidates.hubs[np.union1d(alone, paid)]
        return (Obstacle("rivals", tuple(hubs.tolist()), needed=rules.min_size),)

    def _whole(
        self, candidates: Candidates, generated: Generated, first: list[Column] | None
    ) -> Solution:
        """The best whole choice, with the gap closed as far as time allows."""
        columns = generated.columns
        best, bound = self._choose(columns, first)
        bound_generated = generated.bound
        true_bound = bound_generated
        closed = best is not None and _total(best) - true_bound <= 0.1 * PROVEN_GAP * max(
            1.0, abs(_total(best))
        )
        if not closed and generated.bound_duals is not None and self._left() > 0:
            room = np.inf if best is None else _total(best) - true_bound + 1e-9
            listed, complete = worth_having(
                self.pricer,
                generated.bound_duals,
                generated.at_least,
                room=float(room),
                most=max(50, _MOST_LISTED // self.terms.n_hubs),
            )
            self._lap("listing")
            known = {column.key for column in columns}
            more = columns + [column for column in listed if column.key not in known]
            ceiling = np.inf if best is None else _total(best)
            best, bound = self._choose(more, best)
            if complete:
                true_bound = max(true_bound, min(ceiling, bound))
                if best is None and bound == np.inf:
                    return self._no_whole_answer(candidates)
        self._lap("choice")
        if best is None:
            return Solution(
                "unknown", bound=true_bound, seconds=self.seconds, in_time=False,
                obstacles=(), rounds=generated.rounds, nodes=generated.nodes,
            )  # fmt: skip
        return self._finished(best, true_bound + self._standing_cost(), generated, candidates)

    def _choose(
        self, columns: list[Column], best: list[Column] | None
    ) -> tuple[list[Column] | None, float]:
        """A better choice if there is one, and a bound of the choices of these columns."""
        place = {column.key: at for at, column in enumerate(columns)}
        start = None if best is None else [place[column.key] for column in best]
        whole = whole_answer(
            self.terms, columns, start=start, seconds=self._left(), seed=self.effort.seed
        )
        self.in_time &= whole.proven
        if whole.chosen is not None:
            chosen = [columns[at] for at in whole.chosen]
            if (best is None or _total(chosen) < _total(best)) and self._keeps_all(chosen):
                best = chosen
        return best, whole.bound

    def _no_whole_answer(self, candidates: Candidates) -> Solution:
        hubs = tuple(candidates.hubs.tolist())
        obstacle = Obstacle("rivals", hubs, needed=self.problem.rules.min_size)
        return Solution(
            "infeasible", obstacles=(obstacle,), seconds=self.seconds, in_time=self.in_time
        )

    def _standing_cost(self) -> float:
        return evaluate(self.problem, self.problem.frozen).objective

    def _finished(
        self,
        columns: Sequence[Column],
        bound: float,
        generated: Generated | None,
        candidates: Candidates,
    ) -> Solution:
        clusters = whole_clusters(self.problem, candidates, columns)
        evaluation = evaluate(self.problem, clusters)
        scale = max(abs(evaluation.objective), 1e-9)
        if bound > evaluation.objective + 1e-6 * max(1.0, scale) or not evaluation.kept:
            raise ComputationError(
                "answer and bound contradict each other",
                objective=evaluation.objective,
                bound=bound,
                breaches=len(evaluation.breaches),
            )
        bound = min(bound, evaluation.objective)
        proven = evaluation.objective - bound <= PROVEN_GAP * scale
        return Solution(
            status="optimal" if proven else "feasible",
            clusters=clusters,
            evaluation=evaluation,
            bound=bound,
            member_price=0.0 if generated is None else generated.relaxation.duals.member,
            weak_price=0.0 if generated is None else generated.relaxation.duals.weak,
            pool=() if generated is None else self._pool(candidates, generated),
            seconds=self.seconds,
            in_time=self.in_time,
            rounds=0 if generated is None else generated.rounds,
            nodes=0 if generated is None else generated.nodes,
        )

    def _pool(self, candidates: Candidates, generated: Generated) -> tuple[Cluster, ...]:
        """For each hub the columns that were cheapest at the last prices."""
        duals = generated.relaxation.duals
        per_hub: dict[int, list[tuple[float, Column]]] = {}
        pay = -duals.village - duals.member - duals.weak * self.problem.weak
        for column in generated.columns:
            reduced = column.cost + float(pay[list(column.members)].sum())
            per_hub.setdefault(column.number, []).append((reduced, column))
        kept = [
            column
            for own in per_hub.values()
            for _, column in sorted(own, key=lambda pair: pair[0])[:_POOLED]
        ]
        return tuple(Cluster(int(candidates.hubs[c.number]), c.members) for c in kept)


def _total(columns: Sequence[Column]) -> float:
    return float(np.sum([column.cost for column in columns]))


def _terms(problem: ClusterProblem, candidates: Candidates) -> Terms:
    uses = np.bincount(candidates.village, minlength=problem.n_villages)
    locked = [hub for _, hub in problem.must]
    return Terms(
        n_hubs=len(candidates.hubs),
        count=problem.open_count,
        cover=problem.open_cover,
        n_villages=problem.n_villages,
        shared=np.flatnonzero(uses > 1),
        weak=problem.weak,
        needed=frozenset(np.flatnonzero(np.isin(candidates.hubs, locked)).tolist()),
        n_weak=problem.open_weak,
        groups=_groups(problem, candidates),
    )


def _groups(problem: ClusterProblem, candidates: Candidates) -> tuple[Group, ...]:
    """Counties with a bound as groups of hubs; with no choice among hubs there is none to keep."""
    if len(candidates.hubs) == problem.open_count:
        return ()
    county = problem.county[candidates.hubs]
    groups = []
    for bound in problem.rules.county_bounds:
        numbers = np.flatnonzero(county == bound.county)
        standing = problem.standing_in(bound.county)
        most = len(numbers) if bound.most is None else bound.most - standing
        groups.append(Group(numbers, max(0, bound.least - standing), min(most, len(numbers))))
    return tuple(groups)


def _permitted_columns(
    clusters: Sequence[Cluster], candidates: Candidates, pricer: Pricer
) -> list[Column]:
    """Clusters of a similar problem, as far as they are clusters of this one too."""
    number_of = {int(hub): number for number, hub in enumerate(candidates.hubs)}
    own: dict[int, set[int]] = {}
    columns = []
    for cluster in clusters:
        number = number_of.get(cluster.hub)
        if number is None:
            continue
        if number not in own:
            own[number] = set(candidates.of_hub(number).tolist())
        if own[number].issuperset(cluster.members):
            columns.append(pricer.column_of(number, cluster.members))
    return columns


def _subset(candidates: Candidates, numbers: Ints) -> Candidates:
    """The candidates of some hubs only."""
    spans = [np.arange(candidates.start[k], candidates.start[k + 1]) for k in numbers.tolist()]
    entries = np.concatenate(spans) if spans else np.zeros(0, dtype=np.int64)
    start = np.concatenate([[0], np.cumsum([len(span) for span in spans])])
    counts = np.diff(candidates.link_start)[entries]
    link_start = np.concatenate([[0], np.cumsum(counts)])
    pieces = [
        candidates.links[candidates.link_start[e] : candidates.link_start[e + 1]] for e in entries
    ]
    return Candidates(
        hubs=candidates.hubs[numbers],
        start=start.astype(np.int64),
        village=candidates.village[entries],
        linear=candidates.linear[entries],
        forced=candidates.forced[entries],
        link_start=link_start.astype(np.int64),
        links=np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.int64),
        likeness=candidates.likeness[entries] if len(candidates.likeness) else candidates.likeness,
    )
