"""A rank interval holds every rank a unit may turn out to have, and no other."""

import itertools

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.engine.numeric.ranking import First, rank_intervals
from bangfu.vocabulary.errors import ComputationError

scores = st.lists(st.one_of(st.none(), st.integers(0, 2)), min_size=1, max_size=4)


def _possible_ranks(values: list[int | None], first: First) -> list[set[int]]:
    """All ranks under every completion of the nulls and every order of ties."""
    unknown = [place for place, value in enumerate(values) if value is None]
    ranks: list[set[int]] = [set() for _ in values]
    for guess in itertools.product((-1, 0, 1, 2, 3), repeat=len(unknown)):
        filled = [0 if value is None else value for value in values]
        for place, value in zip(unknown, guess, strict=True):
            filled[place] = value
        signed = [-value if first == "highest" else value for value in filled]
        for place, value in enumerate(signed):
            ahead = sum(other < value for other in signed)
            tied = sum(other == value for other in signed)
            ranks[place] |= set(range(ahead + 1, ahead + tied + 1))
    return ranks


@settings(max_examples=60, deadline=None)
@given(values=scores, first=st.sampled_from(["highest", "lowest"]))
def test_the_interval_is_exactly_what_may_come(values: list[int | None], first: First) -> None:
    table = pl.DataFrame({"score": values}, schema={"score": pl.Int64})

    ranked = rank_intervals(table, first=first)

    expected = [(min(ranks), max(ranks)) for ranks in _possible_ranks(values, first)]
    assert expected == ranked.select("rank_low", "rank_high").rows()


def test_ties_share_all_the_places_they_fill() -> None:
    ranked = rank_intervals(pl.DataFrame({"score": [5, 9, 5, 1]}))

    assert ranked.select("rank_low", "rank_high").rows() == [(2, 3), (1, 1), (2, 3), (4, 4)]


def test_ranks_are_taken_inside_each_county() -> None:
    table = pl.DataFrame({"county_code": ["a", "b", "a", "b"], "score": [1, 7, 2, None]})

    ranked = rank_intervals(table, within=["county_code"])

    assert ranked.select("rank_low", "rank_high").rows() == [(2, 2), (1, 2), (1, 1), (1, 2)]


def test_more_than_256_places_keep_their_ranks() -> None:
    ranked = rank_intervals(pl.DataFrame({"score": range(70_000)}), first="lowest")

    assert list(range(1, 70_001)) == ranked["rank_low"].to_list()
    assert pl.Int64 == ranked["rank_high"].dtype


@pytest.mark.parametrize("values", [[], [None, None]])
def test_without_a_known_score_anything_may_come(values: list[None]) -> None:
    ranked = rank_intervals(pl.DataFrame({"score": values}))

    assert [(1, 2)] * len(values) == ranked.select("rank_low", "rank_high").rows()


def test_floats_and_unknown_ends_are_refused() -> None:
    with pytest.raises(ComputationError, match="whole numbers"):
        rank_intervals(pl.DataFrame({"score": [0.5]}))
    with pytest.raises(ComputationError, match="unknown end"):
        rank_intervals(pl.DataFrame({"score": [1]}), first="weakest")  # type: ignore[arg-type]
    with pytest.raises(ComputationError, match="missing"):
        rank_intervals(pl.DataFrame({"score": [1]}), within=["county_code"])
