"""Yes and no hold whatever the missing figures turn out to be; the rest is unknown."""

import itertools
from typing import Any, Literal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.engine.targeting.selection import (
    borderline,
    combine_verdicts,
    select_by_size,
    verdict_text,
)
from bangfu.vocabulary.errors import ComputationError

verdicts = st.one_of(st.none(), st.booleans())


@settings(max_examples=60, deadline=None)
@given(
    row=st.lists(verdicts, min_size=1, max_size=4),
    how=st.sampled_from(["all", "any"]),
)
def test_unknown_verdicts_matter_only_where_they_could_change_the_answer(
    row: list[bool | None], how: Literal["all", "any"]
) -> None:
    names = [f"v{n}" for n in range(len(row))]
    table = pl.DataFrame([row], schema=dict.fromkeys(names, pl.Boolean), orient="row")

    found = combine_verdicts(table, names, how=how).item()

    choices = [(True, False) if value is None else (value,) for value in row]
    together = all if how == "all" else any
    answers = {together(guess) for guess in itertools.product(*choices)}
    assert (answers.pop() if len(answers) == 1 else None) is found


def test_a_column_of_nulls_is_unknown_throughout() -> None:
    table = pl.DataFrame({"poor": [None, None], "remote": [True, False]})

    assert combine_verdicts(table, ["poor", "remote"]).to_list() == [None, False]
    assert verdict_text(table["poor"]).to_list() == ["unknown", "unknown"]


@pytest.mark.parametrize(
    ("columns", "how", "message"),
    [
        ([], "all", "no verdict"),
        (["poor"], "most", "unknown way"),
        (["name"], "all", "true, false or null"),
        (["rich"], "all", "missing"),
    ],
)
def test_what_is_no_verdict_is_refused(columns: list[str], how: Any, message: str) -> None:
    table = pl.DataFrame({"poor": [True], "name": ["yes"]})

    with pytest.raises(ComputationError, match=message):
        combine_verdicts(table, columns, how=how)


def _always_and_never(values: list[int | None], size: int) -> list[bool | None]:
    """In every list, in none, or in some, under all completions and all orders of ties."""
    unknown = [place for place, value in enumerate(values) if value is None]
    seen: list[set[bool]] = [set() for _ in values]
    for guess in itertools.product((-1, 0, 1, 2, 3), repeat=len(unknown)):
        filled = [0 if value is None else value for value in values]
        for place, value in zip(unknown, guess, strict=True):
            filled[place] = value
        for order in itertools.permutations(range(len(values))):
            ranked = sorted(order, key=lambda place: -filled[place])
            for rank, place in enumerate(ranked, start=1):
                seen[place].add(rank <= size)
    return [answers.pop() if len(answers) == 1 else None for answers in seen]


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(st.one_of(st.none(), st.integers(0, 2)), min_size=1, max_size=4),
    size=st.integers(0, 5),
)
def test_a_verdict_holds_under_every_completion(values: list[int | None], size: int) -> None:
    table = pl.DataFrame({"score": values}, schema={"score": pl.Int64})

    selected = select_by_size(table, size=size)

    assert _always_and_never(values, size) == selected["verdict"].to_list()
    assert selected["verdict"].is_null().equals(selected["reason"].is_not_null())
    assert selected["verdict"].sum() <= size


def test_a_tie_at_the_cut_is_told_from_a_missing_figure() -> None:
    table = pl.DataFrame({"place_code": list("abcdef"), "score": [9, 8, 8, 5, 1, None]})

    selected = select_by_size(table, size=2)

    assert selected.select("place_code", "verdict", "reason").rows() == [
        ("a", True, None),
        ("b", None, "tie_at_the_cut"),
        ("c", None, "tie_at_the_cut"),
        ("d", False, None),
        ("e", False, None),
        ("f", None, "undecided_by_missing"),
    ]
    missing = select_by_size(table, size=4)
    assert missing["reason"].to_list() == [
        None,
        None,
        None,
        "undecided_by_missing",
        None,
        "undecided_by_missing",
    ]


def test_the_lowest_may_come_first() -> None:
    table = pl.DataFrame({"income_fen": [3, 1, 2]})

    selected = select_by_size(table, "income_fen", size=1, first="lowest")

    assert selected["verdict"].to_list() == [False, True, False]


def test_a_negative_size_is_refused() -> None:
    with pytest.raises(ComputationError, match="size is negative"):
        select_by_size(pl.DataFrame({"score": [1]}), size=-1)


@settings(max_examples=50, deadline=None)
@given(
    values=st.lists(
        st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1), st.integers(-9, 9)), max_size=8
    ),
    threshold=st.integers(-5, 5),
    margin=st.one_of(st.integers(0, 5), st.just(2**63 - 1)),
)
def test_borderline_cases_are_those_within_the_margin(
    values: list[int | None], threshold: int, margin: int
) -> None:
    table = pl.DataFrame({"value": values}, schema={"value": pl.Int64})
    near = [v for v in values if v is not None and abs(v - threshold) <= margin]

    found = borderline(table, "value", threshold=threshold, margin=margin)

    assert sorted(near, key=lambda v: abs(v - threshold)) == found["value"].to_list()
    assert [value - threshold for value in found["value"]] == found["distance"].to_list()
    sides = {-1: "below", 0: "at", 1: "above"}
    signs = [(d > 0) - (d < 0) for d in found["distance"]]
    assert [sides[sign] for sign in signs] == found["side"].to_list()


@pytest.mark.parametrize("margin", [-1, 2**63])
def test_a_margin_that_is_none_is_refused(margin: int) -> None:
    with pytest.raises(ComputationError, match="margin is negative or beyond"):
        borderline(pl.DataFrame({"value": [1]}), "value", threshold=1, margin=margin)


def test_borderline_figures_are_whole() -> None:
    with pytest.raises(ComputationError, match="whole numbers"):
        borderline(pl.DataFrame({"value": [1.0]}), "value", threshold=1, margin=1)
