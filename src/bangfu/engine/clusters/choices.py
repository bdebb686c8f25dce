"""What a policy choice costs (政策选择的代价): the same problem solved again with one rule changed.

Keep every cluster inside a town; take in more villages; take in one more weak village. Knows
rules and numbers; who should choose is said nowhere here.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from bangfu.engine.clusters.evaluate import Evaluation, evaluate
from bangfu.engine.clusters.problem import ClusterProblem, Rules
from bangfu.engine.clusters.solve import PROVEN_GAP, Effort, Solution, solve_clusters

__all__ = ["Choice", "ChoiceCost", "Choices", "weigh_choices"]

Kind = Literal["within_town", "within_county", "more_members", "more_weak"]

#: Members asked for beyond the answer's.
_MORE_MEMBERS = 100
#: Proposals per village for a choice; the clusters of the answer are known already.
_PROPOSALS = 100
#: Below this many seconds no choice is begun.
_TOO_SHORT = 0.2


@dataclass(frozen=True, slots=True)
class Choice:
    """One rule changed; ``amount`` is how many more, 0 where nothing is counted."""

    kind: Kind
    rules: Rules
    amount: int = 0


@dataclass(frozen=True, slots=True)
class ChoiceCost:
    """A choice and what it leads to; ``solution`` is None where time did not suffice.

    ``change`` is by how much the objective found rises. ``low`` and ``high`` enclose what the
    best answers differ by: the rule is a further one, so they differ by 0 at least.
    """

    choice: Choice
    solution: Solution | None
    change: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """The costs, and the answer: a better one, if a choice happened on it."""

    costs: tuple[ChoiceCost, ...]
    solution: Solution


def weigh_choices(
    problem: ClusterProblem, solution: Solution, effort: Effort, *, seconds: float
) -> Choices:
    """Solve the problem again for every choice that is open.

    Parameters
    ----------
    solution : Solution
        Of ``problem``, with an answer.
    effort : Effort
        Its seed and threads are used.
    seconds : float
        For all choices together; each may use an equal share of what is left.
    """
    if solution.evaluation is None:
        return Choices((), solution)
    begun = time.perf_counter()
    choices = list(_open_choices(problem, solution.evaluation))
    found: list[tuple[Choice, Solution | None]] = []
    for at, choice in enumerate(choices):
        left = (seconds - (time.perf_counter() - begun)) / (len(choices) - at)
        changed = _solved(problem, solution, choice, replace(effort, seconds=left))
        found.append((choice, changed))
        if changed is not None:
            solution = _better(problem, solution, changed)
    return Choices(tuple(_cost(solution, *pair) for pair in found), solution)


def _open_choices(problem: ClusterProblem, evaluation: Evaluation) -> Iterator[Choice]:
    rules = problem.rules
    if not rules.within_town:
        yield Choice("within_town", replace(rules, within_town=True))
    if not rules.within_county:
        yield Choice("within_county", replace(rules, within_county=True))
    more = evaluation.covered + _MORE_MEMBERS
    yield Choice("more_members", replace(rules, cover=more), _MORE_MEMBERS)
    if problem.weak.any():
        yield Choice("more_weak", replace(rules, weak=evaluation.weak + 1), 1)


def _solved(
    problem: ClusterProblem, solution: Solution, choice: Choice, effort: Effort
) -> Solution | None:
    changed = replace(problem, rules=choice.rules)
    if evaluate(changed, solution.clusters).kept:
        # The answer keeps the further rule already, and its bound holds for every further rule.
        return solution
    if effort.seconds < _TOO_SHORT:
        return None
    known = (*solution.pool, *solution.clusters)
    return solve_clusters(changed, replace(effort, proposals_per_village=_PROPOSALS), known=known)


def _better(problem: ClusterProblem, solution: Solution, changed: Solution) -> Solution:
    """An answer to a further rule answers the problem too, and may be the cheaper one."""
    own, other = solution.evaluation, changed.evaluation
    if own is None or other is None or other.objective >= own.objective:
        return solution
    evaluation = evaluate(problem, changed.clusters)
    if not evaluation.kept:
        return solution
    gap = evaluation.objective - solution.bound
    proven = gap <= PROVEN_GAP * max(abs(evaluation.objective), 1e-9)
    return replace(
        solution,
        clusters=changed.clusters,
        evaluation=evaluation,
        bound=min(solution.bound, evaluation.objective),
        status="optimal" if proven else "feasible",
    )


def _cost(solution: Solution, choice: Choice, changed: Solution | None) -> ChoiceCost:
    own = solution.evaluation
    if changed is None or own is None:
        return ChoiceCost(choice, None)
    # What bounds the problem bounds the problem with a further rule.
    bound = max(changed.bound, solution.bound)
    low = max(0.0, bound - own.objective)
    if changed.evaluation is None:
        return ChoiceCost(choice, changed, low=low)
    value = changed.evaluation.objective
    return ChoiceCost(choice, changed, value - own.objective, low, max(0.0, value - solution.bound))
