"""Growth is decided to the fen; what is not defined is unknown."""

from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bangfu.engine.numeric.growth import (
    Comparison,
    annual_average_meets,
    annual_average_meets_column,
    growth_meets,
    growth_meets_column,
    growth_pct_text,
    growth_pct_text_column,
)
from bangfu.vocabulary.errors import ComputationError

figures = st.one_of(st.none(), st.integers(-(10**15), 2**63 - 1))
operators: st.SearchStrategy[Comparison] = st.sampled_from([">=", ">", "<=", "<"])


@pytest.mark.parametrize(
    ("op", "just_met", "fen_short"),
    [(">=", True, False), (">", False, False), ("<=", True, True), ("<", False, True)],
)
def test_the_rate_itself_counts_as_the_operator_says(
    op: Comparison, just_met: bool, fen_short: bool
) -> None:
    assert just_met is growth_meets(2_160_000, 2_000_000, rate_num=8, rate_den=100, op=op)
    assert fen_short is growth_meets(2_159_999, 2_000_000, rate_num=8, rate_den=100, op=op)


def test_a_float_would_have_decided_wrongly() -> None:
    # 1.1 - 1 is above 0.1 in floating point, and 8% growth of 2**62 is lost in its rounding.
    assert growth_meets(11, 10, rate_num=1, rate_den=10, op="<=") is True
    base = 25 * 2**57
    assert growth_meets(27 * 2**57, base, rate_num=8, rate_den=100, op=">=") is True
    assert growth_meets(27 * 2**57 - 1, base, rate_num=8, rate_den=100, op=">=") is False


@pytest.mark.parametrize(
    ("current", "base"), [(None, 100), (100, None), (100, 0), (100, -5), (None, None)]
)
def test_growth_from_nothing_or_of_nothing_known_is_unknown(
    current: int | None, base: int | None
) -> None:
    assert growth_meets(current, base, rate_num=0, rate_den=1, op=">=") is None
    assert annual_average_meets(current, base, years=2, rate_pct=Fraction(0), op=">=") is None
    assert growth_pct_text(current, base, years=2) is None


def test_the_yearly_average_is_compound() -> None:
    # 8% a year for three years: 1.259712 of the base, to the unit.
    base = 1_000_000
    assert annual_average_meets(1_259_712, base, years=3, rate_pct=Fraction(8), op=">=") is True
    assert annual_average_meets(1_259_711, base, years=3, rate_pct=Fraction(8), op=">=") is False
    assert annual_average_meets(1_240_000, base, years=3, rate_pct=Fraction(8), op=">=") is False


@settings(max_examples=50, deadline=None)
@given(current=figures, base=figures, rate=st.integers(-99, 300), op=operators)
def test_one_year_on_average_is_growth_on_the_year_before(
    current: int | None, base: int | None, rate: int, op: Comparison
) -> None:
    on_year = growth_meets(current, base, rate_num=rate, rate_den=100, op=op)

    assert on_year is annual_average_meets(current, base, years=1, rate_pct=Fraction(rate), op=op)


@settings(max_examples=50, deadline=None)
@given(
    rows=st.lists(st.tuples(figures, figures), max_size=10),
    years=st.integers(1, 6),
    rate=st.fractions(-50, 50, max_denominator=10),
    op=operators,
)
def test_a_column_says_what_its_rows_say(
    rows: list[tuple[int | None, int | None]], years: int, rate: Fraction, op: Comparison
) -> None:
    table = pl.DataFrame(rows, schema={"now": pl.Int64, "before": pl.Int64}, orient="row")

    found = annual_average_meets_column(
        table, current="now", base="before", years=years, rate_pct=rate, op=op
    )

    assert [
        annual_average_meets(now, before, years=years, rate_pct=rate, op=op) for now, before in rows
    ] == found.to_list()
    yearly = growth_meets_column(
        table, current="now", base="before", rate_num=3, rate_den=100, op=op
    )
    assert [
        growth_meets(now, before, rate_num=3, rate_den=100, op=op) for now, before in rows
    ] == yearly.to_list()
    assert pl.Boolean == found.dtype == yearly.dtype
    texts = growth_pct_text_column(table, current="now", base="before", years=years)
    assert [growth_pct_text(now, before, years=years) for now, before in rows] == texts.to_list()


@settings(max_examples=50, deadline=None)
@given(current=st.integers(0, 10**14), base=st.integers(1, 10**14), years=st.integers(1, 7))
def test_the_printed_figure_is_the_exact_one_rounded(current: int, base: int, years: int) -> None:
    printed = growth_pct_text(current, base, years=years)

    with localcontext() as context:
        context.prec = 80
        root = (Decimal(current) / base) ** (Decimal(1) / years) if current else Decimal(0)
        exact = root * 100 - 100
        # Away from a half the root of 80 digits is beyond doubt; halves have their own test.
        assume(abs((exact * 100) % 1 - Decimal("0.5")) > Decimal("1e-40"))
        expected = exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN)
    assert expected == Decimal(printed or "nan")


@pytest.mark.parametrize(
    ("current", "base", "years", "text"),
    [
        (100_005, 100_000, 1, "0.00"),
        (100_015, 100_000, 1, "0.02"),
        (99_985, 100_000, 1, "-0.02"),
        (20_001**2, 20_000**2, 2, "0.00"),
        (20_003**2, 20_000**2, 2, "0.02"),
        (0, 100, 1, "-100.00"),
        (0, 100, 3, "-100.00"),
        (-50, 100, 1, "-150.00"),
        (1_079_960, 1_000_000, 1, "8.00"),
    ],
)
def test_a_half_goes_to_the_even_digit(current: int, base: int, years: int, text: str) -> None:
    assert text == growth_pct_text(current, base, years=years)


def test_the_root_of_a_negative_figure_is_not_printed_but_meets_no_target() -> None:
    assert growth_pct_text(-50, 100, years=2) is None
    assert annual_average_meets(-50, 100, years=2, rate_pct=Fraction(-90), op=">=") is False


@pytest.mark.parametrize(
    "call",
    [
        {"years": 0, "rate_pct": Fraction(8), "op": ">="},
        {"years": 2, "rate_pct": Fraction(-100), "op": ">="},
        {"years": 2, "rate_pct": 8.0, "op": ">="},
        {"years": 2, "rate_pct": Fraction(8), "op": "=="},
    ],
)
def test_an_average_that_cannot_be_asked_is_refused(call: dict[str, Any]) -> None:
    with pytest.raises(ComputationError):
        annual_average_meets(1, 1, **call)
    with pytest.raises(ComputationError):
        annual_average_meets_column(
            pl.DataFrame({"a": [1], "b": [1]}), current="a", base="b", **call
        )


def test_a_rate_needs_a_positive_denominator() -> None:
    with pytest.raises(ComputationError, match="denominator"):
        growth_meets(1, 1, rate_num=8, rate_den=0, op=">=")


def test_a_column_of_floats_is_refused() -> None:
    table = pl.DataFrame({"now": [1.08], "before": [1.0]})

    with pytest.raises(ComputationError, match="whole numbers only"):
        growth_meets_column(table, current="now", base="before", rate_num=8, rate_den=100, op=">=")


def test_printing_needs_a_year() -> None:
    with pytest.raises(ComputationError, match="years"):
        growth_pct_text(1, 1, years=0)
