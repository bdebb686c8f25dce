"""Which hubs get a cluster (重点村取舍), each at a cost, under bounds per county.

Knows costs and groups, not clusters. The choice is exact, so that it may stand in a lower bound.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bangfu.engine.clusters.problem import Floats, Ints

__all__ = ["Group", "cheapest_hubs"]


@dataclass(frozen=True, slots=True)
class Group:
    """From ``least`` to ``most`` of these hubs, known by number, get a cluster."""

    numbers: Ints
    least: int
    most: int


def cheapest_hubs(
    costs: Floats, *, count: int, needed: frozenset[int], groups: tuple[Group, ...]
) -> Ints | None:
    """The ``count`` hubs of least total cost that hold those needed and keep every group.

    Returns
    -------
    (count,) int, rising; None where no choice keeps the groups.

    Notes
    -----
    No hub is in two groups. Within a group the cheapest are taken first, so the cost of a group
    is convex in its number, and filling the least numbers, then adding the cheapest hub that a
    group has room for, is exact.

    Examples
    --------
    >>> costs = np.array([1.0, 2.0, 3.0, 4.0])
    >>> south = Group(np.array([2, 3]), least=1, most=1)
    >>> cheapest_hubs(costs, count=2, needed=frozenset(), groups=(south,)).tolist()
    [0, 2]
    >>> cheapest_hubs(costs, count=4, needed=frozenset(), groups=(south,)) is None
    True
    """
    group_of = np.full(len(costs), -1, dtype=np.int64)
    for at, group in enumerate(groups):
        group_of[group.numbers] = at
    room = [group.most for group in groups]
    wanted = [group.least for group in groups]
    taken: set[int] = set()

    def take(number: int) -> None:
        taken.add(number)
        at = int(group_of[number])
        if at >= 0:
            room[at] -= 1
            wanted[at] -= 1

    order = np.argsort(costs, kind="stable").tolist()
    for number in sorted(needed):
        take(number)
    for number in order:
        if number not in taken and group_of[number] >= 0 and wanted[group_of[number]] > 0:
            take(number)
    for number in order:
        if len(taken) >= count:
            break
        if number not in taken and (group_of[number] < 0 or room[group_of[number]] > 0):
            take(number)
    kept = max(wanted, default=0) <= 0 and min(room, default=0) >= 0
    if not kept or len(taken) != count:
        return None
    return np.array(sorted(taken), dtype=np.int64)
