"""Why no answer can exist (无解原因): what can be said before, or instead of, a search.

Facts only: which hub, how many villages; the words are made where people read them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from bangfu.engine.clusters.problem import ClusterProblem

if TYPE_CHECKING:
    from bangfu.engine.clusters.candidates import Candidates

__all__ = ["Obstacle", "obstacles_before"]

Kind = Literal[
    "reach",
    "must_reach",
    "must_many",
    "cover",
    "weak",
    "rivals",
    "frozen",
    "county_few",
    "county_many",
]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One reason why no answer keeps the rules.

    reach: the hub reaches ``found`` villages, itself counted, and needs ``needed``.
    must_reach: a village locked to the hub cannot be linked to it.
    must_many: more villages are locked to the hub than a cluster may have.
    cover, weak: no choice has more than ``found`` members, or weak members; ``needed`` are asked
    for.
    rivals: these hubs cannot all have their least size at once.
    frozen: more clusters stand already than are asked for.
    county_few: county ``area`` (or all, -1) can have ``found`` clusters, fewer than ``needed``.
    county_many: county ``area`` (or all, -1) has ``found`` clusters, more than ``needed``.
    """

    kind: Kind
    hubs: tuple[int, ...] = ()
    village: int = -1
    found: int = 0
    needed: int = 0
    area: int = -1


def obstacles_before(problem: ClusterProblem, candidates: Candidates) -> tuple[Obstacle, ...]:
    """What is impossible at first sight; nothing found proves nothing."""
    rules = problem.rules
    count = problem.open_count
    if count < 0:
        return (Obstacle("frozen", found=len(problem.frozen), needed=rules.count),)
    reach = np.diff(candidates.start)
    needed = {hub for _, hub in problem.must}
    short = [
        Obstacle("reach", (int(hub),), found=int(n), needed=rules.min_size)
        for hub, n in zip(candidates.hubs, reach, strict=True)
        if n < rules.min_size
    ]
    found = _locks(problem, candidates)
    # With hubs to spare, the short ones are passed over, unless a lock names them.
    if len(candidates.hubs) - len(short) < count:
        found.extend(short)
    else:
        found.extend(obstacle for obstacle in short if obstacle.hubs[0] in needed)
    found.extend(_counties(problem, candidates, reach))
    if found:
        return tuple(found)
    return _cover(problem, candidates, reach)


def _counties(problem: ClusterProblem, candidates: Candidates, reach: np.ndarray) -> list[Obstacle]:
    """Bounds per county that the hubs there, or the bounds among themselves, cannot keep."""
    bounds = problem.rules.county_bounds
    if not bounds:
        return []
    standing = np.array([cluster.hub for cluster in problem.frozen], dtype=np.int64)
    able = np.concatenate([candidates.hubs[reach >= problem.rules.min_size], standing])
    needed = np.union1d([hub for _, hub in problem.must], standing).astype(np.int64)
    if len(candidates.hubs) == problem.open_count:
        needed = np.concatenate([candidates.hubs, standing])
    found, least, most, outside = [], 0, 0, len(able)
    for bound in bounds:
        here = int((problem.county[able] == bound.county).sum())
        fixed = int((problem.county[needed] == bound.county).sum())
        if here < bound.least:
            found.append(Obstacle("county_few", (), -1, here, bound.least, bound.county))
        if bound.most is not None and fixed > bound.most:
            found.append(Obstacle("county_many", (), -1, fixed, bound.most, bound.county))
        least += max(bound.least, fixed)
        most += here if bound.most is None else min(here, bound.most)
        outside -= here
    count = problem.rules.count
    if not found and most + outside < count:
        found.append(Obstacle("county_few", found=most + outside, needed=count))
    if not found and least > count:
        found.append(Obstacle("county_many", found=least, needed=count))
    return found


def _locks(problem: ClusterProblem, candidates: Candidates) -> list[Obstacle]:
    number_of = {int(hub): number for number, hub in enumerate(candidates.hubs)}
    found = []
    locked: dict[int, set[int]] = {}
    for village, hub in problem.must:
        if any(village in c.villages and c.hub == hub for c in problem.frozen) or village == hub:
            continue
        locked.setdefault(hub, set()).add(village)
        number = number_of.get(hub)
        if number is None or village not in candidates.of_hub(number):
            found.append(Obstacle("must_reach", (hub,), village))
    most = problem.rules.max_size
    found.extend(
        Obstacle("must_many", (hub,), found=len(villages) + 1, needed=most)
        for hub, villages in locked.items()
        if len(villages) + 1 > most
    )
    return found


def _cover(
    problem: ClusterProblem, candidates: Candidates, reach: np.ndarray
) -> tuple[Obstacle, ...]:
    standing = sum(len(cluster.members) for cluster in problem.frozen)
    room = np.sort(np.minimum(reach, problem.rules.max_size) - 1)[::-1]
    by_size = int(room[: problem.open_count].sum())
    by_reach = len(np.setdiff1d(candidates.village, candidates.hubs))
    most = standing + min(by_size, by_reach)
    if most < problem.rules.cover:
        return (Obstacle("cover", found=most, needed=problem.rules.cover),)
    reachable = np.setdiff1d(candidates.village, candidates.hubs)
    weak = int(problem.weak[reachable].sum()) + problem.rules.weak - problem.open_weak
    if problem.open_weak and weak < problem.rules.weak:
        return (Obstacle("weak", found=weak, needed=problem.rules.weak),)
    return ()
