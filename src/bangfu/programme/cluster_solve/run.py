"""Solve or check the clusters of a folder (片区组团的求解与核验), and put the result on disk."""

from __future__ import annotations

import json
import math
import time
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bangfu.engine.clusters.evaluate import Evaluation, evaluate
from bangfu.engine.clusters.problem import Cluster
from bangfu.programme.cluster_solve.earlier import read_answer
from bangfu.programme.cluster_solve.geojson import geojson
from bangfu.programme.cluster_solve.inputs import ClusterInput, read_cluster_input
from bangfu.programme.cluster_solve.map_picture import svg
from bangfu.programme.cluster_solve.outside import weak_outside
from bangfu.programme.cluster_solve.parts import SOLVER_PARTS, require_solver
from bangfu.programme.cluster_solve.request import CERTIFICATE, Request
from bangfu.programme.cluster_solve.rows import cluster_table
from bangfu.programme.cluster_solve.told import breach_text, choice_text, obstacle_text
from bangfu.programme.tables.write import OutputFolder, write_csv
from bangfu.programme.versions import software_versions

if TYPE_CHECKING:
    from bangfu.engine.clusters.choices import ChoiceCost
    from bangfu.engine.clusters.solve import Effort, Solution

__all__ = [
    "Solved",
    "check_answer",
    "solve_folder",
    "write_solved",
]

#: Share of the time limit by which the policy choices are done with, so that writing fits in too.
_CHOICES_END = 0.75
#: Breaches written into a certificate at most; their number is always told.
_BREACHES_LISTED = 200


@dataclass(frozen=True, slots=True)
class Solved:
    """A solve of a folder: what was read, what was asked, what came out."""

    data: ClusterInput
    request: Request
    effort: Effort
    solution: Solution
    choices: tuple[ChoiceCost, ...]
    choice_seconds: float
    compile_seconds: float

    @property
    def failed(self) -> bool:
        """Whether there is no answer."""
        return self.solution.evaluation is None


def solve_folder(
    folder: Path,
    request: Request,
    *,
    seconds: float,
    seed: int,
    choice_seconds: float | None = None,
) -> Solved:
    """Read a folder, compile what is to be compiled, solve, and cost the policy choices.

    Parameters
    ----------
    seconds : float
        Time for the solve itself; reading, compiling and writing come on top.
    choice_seconds : float, optional
        Time for the costs of policy choices; without it, what the solve leaves of three quarters of
        ``seconds``.
    """
    require_solver()
    data = read_cluster_input(folder, request)
    from bangfu.engine.clusters.choices import weigh_choices
    from bangfu.engine.clusters.solve import Effort, solve_clusters, warm_up

    compile_seconds = warm_up()
    effort = Effort(seconds=seconds, seed=seed)
    begun = time.perf_counter()
    solution = solve_clusters(data.problem, effort)
    solved_at = time.perf_counter()
    left = _CHOICES_END * seconds - (solved_at - begun)
    if choice_seconds is not None:
        left = choice_seconds
    choices = weigh_choices(data.problem, solution, effort, seconds=left)
    return Solved(
        data,
        request,
        effort,
        choices.solution,
        choices.costs,
        time.perf_counter() - solved_at,
        compile_seconds,
    )


def check_answer(
    folder: Path, answer: Path, request: Request
) -> tuple[ClusterInput, tuple[Cluster, ...], Evaluation]:
    """Price an answer that stands in a file, and list what it breaks."""
    data = read_cluster_input(folder, request)
    clusters = read_answer(answer, data.position())
    return data, clusters, evaluate(data.problem, clusters)


def write_solved(solved: Solved, out: Path) -> None:
    """Write the certificate and, where there is an answer, the table and the maps; all at once."""
    data, solution = solved.data, solved.solution
    with OutputFolder(out, mark=CERTIFICATE) as folder:
        record = json.dumps(certificate(solved), ensure_ascii=False, indent=2, allow_nan=False)
        (folder / CERTIFICATE).write_text(record + "\n", encoding="utf-8")
        if solution.evaluation is None:
            return
        write_csv(cluster_table(data, solution.clusters), folder / "clusters.csv")
        write_csv(weak_outside(data, solution.clusters), folder / "weak_outside.csv")
        for name, content in (
            ("clusters.geojson", geojson(data, solution.clusters)),
            ("clusters.svg", svg(data, solution.clusters)),
        ):
            if content is not None:
                (folder / name).write_text(content, encoding="utf-8")


def certificate(solved: Solved) -> dict[str, Any]:
    """``certificate.json``: the answer's value, its bound, and all that it rests on."""
    data, solution = solved.data, solved.solution
    evaluation = solution.evaluation
    reasons = [obstacle_text(data, obstacle) for obstacle in solution.obstacles]
    return {
        "status": solution.status,
        "objective": None if evaluation is None else evaluation.objective,
        "parts": None if evaluation is None else asdict(evaluation.parts),
        "lower_bound": _finite(solution.bound),
        "gap": solution.gap,
        "seconds": round(sum(solution.seconds.values()), 3),
        "seconds_by_step": {step: round(s, 3) for step, s in solution.seconds.items()},
        "policy_choice_seconds": round(solved.choice_seconds, 3),
        "compile_seconds": round(solved.compile_seconds, 3),
        "ended_before_limit": solution.in_time,
        "seed": solved.effort.seed,
        "parameters": {
            **solved.request.as_record(),
            "count": data.problem.rules.count,
            "time_limit": solved.effort.seconds,
        },
        "prices": {
            "km2": solved.request.price_km2,
            "town": solved.request.price_town,
            "county": solved.request.price_county,
            "weak": solved.request.bonus_weak,
            "one_more_member": solution.member_price,
            "one_more_weak_member": solution.weak_price,
        },
        "policy_choices": [_choice_record(data, cost) for cost in solved.choices],
        "evaluator": None if evaluation is None else evaluation_record(data, evaluation),
        "reasons": [text.zh for text in reasons],
        "reasons_en": [text.en for text in reasons],
        "counts": {
            "villages": data.problem.n_villages,
            "neighbour_pairs": len(data.problem.edges),
            "hubs": len(data.problem.hubs),
            "frozen_clusters": len(data.problem.frozen),
            "clusters": len(solution.clusters),
        },
        "attributes": data.attribute_names,
        "neighbours_from": data.neighbours_from,
        "search": {"rounds": solution.rounds, "nodes": solution.nodes},
        "synthetic": data.synthetic,
        "inputs": data.files,
        "versions": {**software_versions(), **{name: version(name) for name in SOLVER_PARTS}},
    }


def _choice_record(data: ClusterInput, cost: ChoiceCost) -> dict[str, Any]:
    """A choice with its cost; ``change_low`` and ``change_high`` enclose what best answers differ by."""
    text, solution = choice_text(cost.choice), cost.solution
    record: dict[str, Any] = {
        "choice": cost.choice.kind,
        "amount": cost.choice.amount,
        "label": text.zh,
        "label_en": text.en,
        "status": "no_time" if solution is None else solution.status,
        "change": cost.change,
        "change_low": _finite(cost.low),
        "change_high": _finite(cost.high),
    }
    if solution is None:
        return record
    reasons = [obstacle_text(data, obstacle) for obstacle in solution.obstacles]
    evaluation = solution.evaluation
    return record | {
        "objective": None if evaluation is None else evaluation.objective,
        "lower_bound": _finite(solution.bound),
        "members": None if evaluation is None else evaluation.covered,
        "weak_members": None if evaluation is None else evaluation.weak,
        "ended_before_limit": solution.in_time,
        "reasons": [reason.zh for reason in reasons],
        "reasons_en": [reason.en for reason in reasons],
    }


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def evaluation_record(data: ClusterInput, evaluation: Evaluation) -> dict[str, Any]:
    """What the evaluator says, in numbers and in words."""
    listed = evaluation.breaches[:_BREACHES_LISTED]
    texts = [breach_text(data, breach) for breach in listed]
    return {
        "kept": evaluation.kept,
        "objective": evaluation.objective,
        "parts": asdict(evaluation.parts),
        "covered": evaluation.covered,
        "weak_covered": evaluation.weak,
        "breach_count": len(evaluation.breaches),
        "breaches": [
            {"rule": breach.rule, "message": text.zh, "message_en": text.en}
            for breach, text in zip(listed, texts, strict=True)
        ],
    }
