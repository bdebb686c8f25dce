"""Better clusters by chance and patience (模拟退火), and downhill at the end (下降).

Villages join, leave, change over and are exchanged, at a temperature that sinks; connectedness
and sizes are kept in every step. The number of proposals decides when it ends, not the clock.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from bangfu.engine.clusters.candidates import Candidates
from bangfu.engine.clusters.compiled import compiled
from bangfu.engine.clusters.growth import OPEN, entry_of, marginal_cost
from bangfu.engine.clusters.problem import Floats, Ints

__all__ = ["Annealed", "Schedule", "anneal", "enter", "leaving_gain"]

#: Room above the cover wanted, in which the number of members may move.
_BAND_RATE = 0.01


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and how hot: ``rounds`` of ``proposals`` each, from ``hot`` down to ``cold``."""

    rounds: int = 200
    proposals: int = 100_000
    hot: float = 0.6
    cold: float = 0.02
    snapshots: int = 80


@dataclass(frozen=True, slots=True)
class Annealed:
    """The last state, and some on the way there; see ``grow`` for what a label is."""

    label: Ints
    snapshots: tuple[Ints, ...]
    finished: bool


def anneal(  # noqa: PLR0913
    candidates: Candidates,
    attributes: Floats,
    label: Ints,
    *,
    sizes: tuple[int, int],
    cover: int,
    links: tuple[Ints, Ints],
    schedule: Schedule,
    seed: int,
    deadline: float,
) -> Annealed:
    """Improve a set of clusters; ``deadline`` is on the clock of ``time.perf_counter``."""
    state = _State(candidates, attributes, label, most=sizes[1])
    rng = np.random.default_rng(seed)
    pool = np.unique(candidates.village[~np.isin(candidates.village, candidates.hubs)])
    pool = pool[state.label[pool] >= OPEN]
    pinned = np.zeros(len(label), dtype=np.bool_)
    pinned[candidates.village[candidates.forced]] = True
    pool = pool[~pinned[pool]]
    snapshots: list[Ints] = []
    if len(pool) == 0:
        return Annealed(state.label, (), True)
    ratio = (schedule.cold / schedule.hot) ** (1 / max(1, schedule.rounds - 1))
    premium, finished = 0.0, True
    for turn in range(schedule.rounds + 4):
        last = turn >= schedule.rounds
        heat = 0.0 if last else schedule.hot * ratio**turn
        ceiling = cover + max(2, int(cover * _BAND_RATE))
        covered = _propose(
            pool,
            pinned,
            candidates.hubs,
            candidates.start,
            candidates.village,
            candidates.linear,
            attributes,
            *links,
            state.label,
            state.sums,
            state.size,
            state.member,
            *sizes,
            cover,
            ceiling,
            heat,
            0.0 if last else premium,
            schedule.proposals,
            int(rng.integers(1, 2**62)),
        )
        # Pay for members when there are few, less when there are many.
        target = (cover + ceiling) / 2
        gap = (target - covered) / max(1.0, ceiling - cover)
        premium = max(0.0, premium + gap * max(heat, schedule.cold))
        if turn >= schedule.rounds - schedule.snapshots:
            snapshots.append(state.label.copy())
        if time.perf_counter() > deadline:
            finished = False
            break
    return Annealed(state.label, tuple(snapshots), finished)


class _State:
    """Labels with the sums, sizes and members that follow from them."""

    def __init__(
        self, candidates: Candidates, attributes: Floats, label: Ints, *, most: int
    ) -> None:
        n_hubs = len(candidates.hubs)
        self.label = label.copy()
        self.sums = np.zeros((n_hubs, attributes.shape[1]))
        self.size = np.zeros(n_hubs, dtype=np.int64)
        self.member = np.full((n_hubs, most), -1, dtype=np.int64)
        hubs = candidates.hubs
        order = [i for i in hubs.tolist() if label[i] >= 0]
        order += [i for i in np.flatnonzero(label >= 0).tolist() if hubs[label[i]] != i]
        for village in order:
            number = label[village]
            self.member[number, self.size[number]] = village
            self.size[number] += 1
            self.sums[number] += attributes[village]


@compiled
def leaving_gain(village: int, number: int, figures: Floats, sums: Floats, size: int) -> float:
    """How much the sum of squares falls when a village leaves."""
    far = 0.0
    for axis in range(figures.shape[1]):
        gap = figures[village, axis] - sums[number, axis] / size
        far += gap * gap
    return far * size / (size - 1)


@compiled
def _holds_without(  # noqa: PLR0913
    out: int,
    extra: int,
    number: int,
    member: Ints,
    size: int,
    label: Ints,
    link_start: Ints,
    links: Ints,
    seen: Ints,
    queue: Ints,
) -> bool:
    """Whether a cluster stays connected without one village (and with an extra one, or -1)."""
    queue[0] = member[number, 0]
    seen[queue[0]] = 1
    n, head = 1, 0
    while head < n:
        i = queue[head]
        head += 1
        for at in range(link_start[i], link_start[i + 1]):
            j = links[at]
            if j != out and seen[j] == 0 and (label[j] == number or j == extra):
                seen[j] = 1
                queue[n] = j
                n += 1
    for q in range(n):
        seen[queue[q]] = 0
    return n == size - 1 + (1 if extra >= 0 else 0)


@compiled
def _touches(
    village: int, number: int, out: int, label: Ints, link_start: Ints, links: Ints
) -> bool:
    for at in range(link_start[village], link_start[village + 1]):
        if links[at] != out and label[links[at]] == number:
            return True
    return False


@compiled
def enter(  # noqa: PLR0913
    village: int, number: int, figures: Floats, label: Ints, sums: Floats, size: Ints, member: Ints
) -> None:
    member[number, size[number]] = village
    size[number] += 1
    sums[number] += figures[village]
    label[village] = number


@compiled
def _quit(  # noqa: PLR0913
    village: int, number: int, figures: Floats, label: Ints, sums: Floats, size: Ints, member: Ints
) -> None:
    size[number] -= 1
    for q in range(size[number]):
        if member[number, q] == village:
            member[number, q] = member[number, size[number]]
            break
    sums[number] -= figures[village]
    label[village] = OPEN


@compiled
def _propose(  # noqa: PLR0913
    pool: Ints,
    pinned: Any,
    hubs: Ints,
    start: Ints,
    village: Ints,
    linear: Floats,
    figures: Floats,
    link_start: Ints,
    links: Ints,
    label: Ints,
    sums: Floats,
    size: Ints,
    member: Ints,
    least: int,
    most: int,
    floor: int,
    ceiling: int,
    heat: float,
    premium: float,
    proposals: int,
    seed: int,
) -> int:
    """Some proposals at one temperature; how many members there are at the end."""
    np.random.seed(seed % 4294967291)
    seen = np.zeros(len(label), dtype=np.int64)
    queue = np.empty(most + 2, dtype=np.int64)
    covered = 0
    for number in range(len(hubs)):
        covered += max(0, size[number] - 1)
    for _ in range(proposals):
        i = pool[np.random.randint(len(pool))]
        if link_start[i + 1] == link_start[i]:
            continue
        j = links[link_start[i] + np.random.randint(link_start[i + 1] - link_start[i])]
        a, b = label[i], label[j]
        delta = 0.0
        if a >= 0:
            target = b if b >= 0 and b != a else OPEN
            if size[a] <= least:
                continue
            if target == OPEN and covered <= floor:
                continue
            entry = entry_of(a, i, start, village)
            delta -= linear[entry] + leaving_gain(i, a, figures, sums, size[a])
        else:
            if b < 0:
                continue
            target = b
        swapped = -1
        if target >= 0:
            entry = entry_of(target, i, start, village)
            if entry < 0:
                continue
            if a < 0 and (
                size[target] >= most
                or (premium > 0.0 and covered >= ceiling)
                or np.random.random() < 0.3
            ):
                # A full cluster, or full cover: take this one for another.
                if size[target] < 2:
                    continue
                swapped = member[target, 1 + np.random.randint(size[target] - 1)]
                if pinned[swapped] or not _touches(i, target, swapped, label, link_start, links):
                    continue
                out = entry_of(target, swapped, start, village)
                delta -= linear[out]
                n = size[target]
                delta -= leaving_gain(swapped, target, figures, sums, n)
                far = 0.0
                for axis in range(figures.shape[1]):
                    mean = (sums[target, axis] - figures[swapped, axis]) / (n - 1)
                    gap = figures[i, axis] - mean
                    far += gap * gap
                delta += far * (n - 1) / n
            else:
                if size[target] >= most:
                    continue
                delta += marginal_cost(i, target, figures, sums, size[target])
            delta += linear[entry]
        if a >= 0 and target == OPEN:
            delta += premium
        elif a < 0 and swapped < 0:
            delta -= premium
        if delta > 0.0 and (heat == 0.0 or np.random.random() >= np.exp(-delta / heat)):
            continue
        if a >= 0 and not _holds_without(
            i, -1, a, member, size[a], label, link_start, links, seen, queue
        ):
            continue
        if swapped >= 0 and not _holds_without(
            swapped, i, target, member, size[target], label, link_start, links, seen, queue
        ):
            continue
        if a >= 0:
            _quit(i, a, figures, label, sums, size, member)
            covered -= 1
        if swapped >= 0:
            _quit(swapped, target, figures, label, sums, size, member)
            covered -= 1
        if target >= 0:
            enter(i, target, figures, label, sums, size, member)
            covered += 1
    return covered
