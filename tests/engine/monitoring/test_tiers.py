"""Tiers: what is unknown stays open, exactly as far as it could change the outcome."""

from datetime import date
from fractions import Fraction
from itertools import product

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.engine.monitoring import assign_tiers, household_lines, line_on, ratio_pct_text
from bangfu.vocabulary.errors import ComputationError

TIERS = {"one": "1", "two": "2", "three": "3"}
ANSWERS = (True, False, None)


def households(rows: list[tuple[bool | None, ...]]) -> pl.DataFrame:
    schema = {"household_code": pl.String, **dict.fromkeys(TIERS, pl.Boolean)}
    return pl.DataFrame(
        [(f"H{n}", *row) for n, row in enumerate(rows)], schema=schema, orient="row"
    )


def by_hand(answers: tuple[bool | None, ...]) -> tuple[str, str]:
    """Every way in which the unknown answers may turn out."""
    ways = product(*[(True, False) if answer is None else (answer,) for answer in answers])
    firsts = {
        next((w for w, yes in zip(TIERS.values(), way, strict=True) if yes), "") for way in ways
    }
    verdict = "yes" if "" not in firsts else "no" if firsts == {""} else "unknown"
    return verdict, ";".join(sorted(firsts - {""}))


def test_every_combination_agrees_with_all_ways_it_may_turn_out() -> None:
    rows = list(product(ANSWERS, repeat=3))
    found = assign_tiers(households(rows), TIERS)
    assert found.select("verdict", "tier").rows() == [by_hand(row) for row in rows]


def test_a_household_twice_or_without_a_code_is_refused() -> None:
    twice = households([(True, True, True)] * 2).with_columns(pl.lit("H").alias("household_code"))
    with pytest.raises(ComputationError, match="unique"):
        assign_tiers(twice, TIERS)
    with pytest.raises(ComputationError, match="unique"):
        assign_tiers(twice.head(1).with_columns(pl.lit(None).alias("household_code")), TIERS)


def test_there_must_be_a_tier_and_its_column() -> None:
    with pytest.raises(ComputationError, match="tier"):
        assign_tiers(households([]), {})
    with pytest.raises(ComputationError, match="missing"):
        assign_tiers(households([]), {"four": "4"})


def lines(line_fen: int | None, persons: int | None, multiple: int = 12) -> int | None:
    table = pl.DataFrame(
        {"line_fen": [line_fen], "persons": [persons]},
        schema={"line_fen": pl.Int64, "persons": pl.Int64},
    )
    return household_lines(table, multiple=multiple)[0]


def test_the_line_of_a_household_is_per_head_and_month() -> None:
    assert lines(80_000, 3) == 80_000 * 3 * 12


@pytest.mark.parametrize(("line", "persons"), [(None, 3), (80_000, None), (80_000, 0), (1, -2)])
def test_without_line_or_heads_the_line_is_unknown(line: int | None, persons: int | None) -> None:
    assert lines(line, persons) is None


def test_lines_that_cannot_be_are_refused() -> None:
    with pytest.raises(ComputationError, match="64 bits"):
        lines(2**60, 10)
    with pytest.raises(ComputationError, match="at least 1"):
        lines(1, 1, 0)


@settings(max_examples=100)
@given(st.integers(0, 10**10), st.integers(1, 10**10))
def test_the_ratio_is_rounded_half_to_even(income: int, line: int) -> None:
    steps = round(Fraction(income * 10_000, line))
    assert ratio_pct_text(income, line) == f"{steps // 100}.{steps % 100:02d}"


def test_a_loss_has_a_ratio_below_zero_and_no_line_has_none() -> None:
    assert ratio_pct_text(-100, 200) == "-50.00"
    assert ratio_pct_text(1, 0) is ratio_pct_text(None, 1) is ratio_pct_text(1, None) is None


def test_an_announced_line_that_is_not_known_hides_the_old_one() -> None:
    known = [(date(2023, 7, 1), 70_000), (date(2024, 7, 1), None)]
    assert line_on(known, date(2024, 6, 30)) == 70_000
    assert line_on(known, date(2024, 7, 1)) is None
    assert line_on(known, date(2023, 6, 30)) is None
    assert line_on([], date(2024, 1, 1)) is None
