"""Figures: how they are written, what they are inside, how they change over time."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.schemes.figures import Dated, Figure, figure_text, read_figure
from bangfu.vocabulary.errors import SchemeFault
from bangfu.vocabulary.period import parse_period
from bangfu.vocabulary.text import Text

LABEL = Text("标准", "standard")
FROM_2021, FROM_2026 = date(2021, 1, 1), date(2026, 1, 1)
STANDARD = Figure("money", 2_000_000_000)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2000万元", Figure("money", 2_000_000_000)),
        ("-500万元", Figure("money", -500_000_000)),
        ("１２000元", Figure("money", 1_200_000)),
        (76, Figure("count", 76)),
        ("76", Figure("count", 76)),
        ("8%", Figure("pct", Fraction(8))),
        ("8.5％", Figure("pct", Fraction(17, 2))),
        ({"province": 6, "city": 3}, Figure("ratio", {"province": 6, "city": 3})),
        ("province=6,city=3", Figure("ratio", {"province": 6, "city": 3})),
        ("quarter", Figure("interval", "quarter")),
        ("3年", Figure("duration", (3, "年"))),
        ("20分钟", Figure("duration", (20, "分钟"))),
        ("2025-12-31", Figure("date", date(2025, 12, 31))),
        (date(2025, 12, 31), Figure("date", date(2025, 12, 31))),
        ("2021/2026", Figure("span", parse_period("2021/2026"))),
        (["东市", "西市"], Figure("names", ("东市", "西市"))),
        ("副科级", Figure("text", "副科级")),
        (None, None),
        ("null", None),
        ("", None),
    ],
)
def test_each_way_of_writing_is_read(written: Any, expected: Figure | None) -> None:
    assert read_figure(written) == expected


@pytest.mark.parametrize(
    "written",
    [True, 1.5, "1.234元", "2025-13-01", "2026/2021", {"a": 0}, {"a": -1}, {"a": True}, {"a": "6"}],
)
def test_what_is_no_figure_is_refused(written: Any) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_figure(written)


@pytest.mark.parametrize(
    ("figure", "zh", "en"),
    [
        (None, "文件未明确、待定", "not stated in the document"),
        (STANDARD, "2,000万元", "20,000,000 yuan"),
        (Figure("count", 1127), "1127", "1127"),
        (Figure("count", 20000), "20,000", "20,000"),
        (Figure("pct", Fraction(17, 2)), "8.5%", "8.5%"),
        (Figure("ratio", {"a": 6, "b": 3, "c": 1}), "6:3:1", "6:3:1"),
        (Figure("interval", "half"), "每半年", "half-yearly"),
        (Figure("duration", (3, "年")), "3年", "3 years"),
        (Figure("names", ("甲", "乙")), "甲、乙", "甲, 乙"),
        (Figure("date", FROM_2026), "2026-01-01", "2026-01-01"),
        (Figure("span", parse_period("2021/2026")), "2021-2025", "2021-2025"),
        (Figure("text", "副科级"), "副科级", "副科级"),
    ],
)
def test_each_kind_is_shown_in_both_languages(figure: Figure | None, zh: str, en: str) -> None:
    assert (figure_text(figure), figure_text(figure, "en")) == (zh, en)


@given(st.integers(min_value=-(10**15), max_value=10**15))
@settings(max_examples=100)
def test_an_amount_shown_reads_back_to_itself(fen: int) -> None:
    figure = Figure("money", fen)
    assert read_figure(figure.show()) == figure


@given(st.integers(min_value=0, max_value=10**9), st.integers(min_value=0, max_value=8))
@settings(max_examples=100)
def test_a_rate_shown_reads_back_to_itself(digits: int, decimals: int) -> None:
    figure = Figure("pct", Fraction(digits, 10**decimals))
    assert read_figure(figure.show()) == figure


def test_a_figure_holds_from_its_day_until_the_next() -> None:
    dated = Dated("p", LABEL, entries=((FROM_2021, STANDARD), (FROM_2026, None)))
    days = [FROM_2021, date(2025, 12, 31), FROM_2026]
    assert [dated.on(day) for day in days] == [STANDARD, STANDARD, None]


def test_a_day_before_the_first_entry_is_an_error() -> None:
    dated = Dated("fund.standard", LABEL, entries=((FROM_2021, STANDARD),))
    with pytest.raises(SchemeFault, match=r"fund\.standard.*2020-12-31.*2021-01-01"):
        dated.on(date(2020, 12, 31))


def test_a_yearly_series_is_unknown_in_a_year_without_an_entry() -> None:
    dated = Dated("p", LABEL, entries=((FROM_2021, STANDARD),), by_year_of_figures=True)
    assert (dated.for_year(2021), dated.for_year(2022)) == (STANDARD, None)


def test_the_kind_is_that_of_the_entries_that_say_something() -> None:
    entries = ((FROM_2021, None), (FROM_2026, STANDARD))
    assert Dated("p", LABEL, entries=entries).kind == "money"
    assert Dated("p", LABEL, entries=((FROM_2021, None),)).kind is None


def test_a_change_from_a_day_leaves_what_was_before() -> None:
    dated = Dated("p", LABEL, entries=((FROM_2021, STANDARD),))
    changed = dated.with_entry(None, FROM_2026)
    assert changed.entries == ((FROM_2021, STANDARD), (FROM_2026, None))
    assert changed.set_by_overlay


def test_a_change_without_a_day_holds_throughout() -> None:
    dated = Dated("p", LABEL, entries=((FROM_2021, STANDARD), (FROM_2026, None)))
    assert dated.with_entry(Figure("money", 1), None).entries == ((FROM_2021, Figure("money", 1)),)
