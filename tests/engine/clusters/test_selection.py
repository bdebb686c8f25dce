"""The choice of hubs under bounds per county, against every choice there is."""

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bangfu.engine.clusters.selection import Group, cheapest_hubs


@given(
    costs=st.lists(st.integers(-20, 20), min_size=1, max_size=8),
    cuts=st.tuples(st.integers(0, 8), st.integers(0, 8)),
    bounds=st.tuples(*[st.integers(0, 4)] * 4),
    count=st.integers(1, 8),
    needed=st.sets(st.integers(0, 7), max_size=2),
)
def test_the_choice_costs_as_little_as_the_best_of_all_choices(
    costs: list[int],
    cuts: tuple[int, int],
    bounds: tuple[int, int, int, int],
    count: int,
    needed: set[int],
) -> None:
    n = len(costs)
    first, second = sorted(min(cut, n) for cut in cuts)
    groups = (
        Group(np.arange(first), bounds[0], bounds[0] + bounds[1]),
        Group(np.arange(first, second), bounds[2], bounds[2] + bounds[3]),
    )
    wanted = frozenset(number for number in needed if number < n)
    permitted = [
        sum(costs[number] for number in chosen)
        for chosen in combinations(range(n), count)
        if wanted <= set(chosen)
        and all(
            group.least <= len(set(chosen) & set(group.numbers.tolist())) <= group.most
            for group in groups
        )
    ]
    found = cheapest_hubs(
        np.array(costs, dtype=np.float64), count=count, needed=wanted, groups=groups
    )
    if found is None:
        assert permitted == []
    else:
        assert len(set(found.tolist())) == count
        assert min(permitted) == sum(costs[number] for number in found.tolist())
