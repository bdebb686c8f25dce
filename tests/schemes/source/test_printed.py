"""Figures as documents print them: what they can mean and what they cannot."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.schemes.source.printed import PrintedFigure, printed_figures
from bangfu.schemes.source.text import flow, normalise


def read(text: str) -> list[PrintedFigure]:
    return list(printed_figures(flow(normalise(text))))


def meanings(text: str) -> set[tuple[str, Any]]:
    return {meaning for each in read(text) for meaning in each.meanings}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("每年2000万元", {("money", 2_000_000_000)}),
        ("180.2亿元", {("money", 1_802_000_000_000)}),
        ("20000元、15000元", {("money", 2_000_000), ("money", 1_500_000)}),
        ("20,000元", {("money", 2_000_000)}),
        ("500万元和100万元", {("money", 500_000_000), ("money", 100_000_000)}),
        ("20—30万元", {("money", 20_000_000), ("money", 30_000_000)}),
        ("40万以上", {("money", 40_000_000), ("count", 400_000)}),
        ("两亿元", {("money", 20_000_000_000), ("count", 200_000_000)}),
        ("8％以上", {("pct", Fraction(8))}),
        ("1—2.5%", {("pct", Fraction(1)), ("pct", Fraction(5, 2))}),
        ("百分之八", {("pct", Fraction(8))}),
        ("6：3：1", {("ratio", (6, 3, 1))}),
        ("76个乡镇", {("count", 76)}),
        ("1,127个", {("count", 1127)}),
        ("12 市", {("count", 12)}),
        ("1—2名", {("count", 1), ("count", 2)}),
        ("2至3项", {("count", 2), ("count", 3)}),
        ("3到5人", {("count", 3), ("count", 5)}),
        ("一位领导", {("count", 1)}),
        ("分为三类", {("count", 3)}),
        ("每3年", {("duration", (3, "年"))}),
        ("退出后三年内", {("duration", (3, "年"))}),
        ("半年一次", {("duration", (6, "个月")), ("count", 1)}),
        ("20分钟", {("duration", (20, "分钟"))}),
        ("24个月", {("duration", (24, "个月"))}),
        ("15天", {("duration", (15, "日"))}),
        ("2021年6月4日", {("date", date(2021, 6, 4))}),
        ("10月份启动", {("month_day", (10, None))}),
        ("1.5公里", set()),
    ],
)
def test_a_print_means_what_it_says(text: str, expected: set[tuple[str, Any]]) -> None:
    assert meanings(text) == expected


def test_a_year_is_a_number_and_its_first_and_last_day() -> None:
    assert meanings("到2025年") == {
        ("count", 2025),
        ("date", date(2025, 1, 1)),
        ("date", date(2025, 12, 31)),
    }


def test_the_end_of_a_month_is_its_last_day_or_the_day_after() -> None:
    assert meanings("2027年12月底") == {("date", date(2027, 12, 31)), ("date", date(2028, 1, 1))}


@pytest.mark.parametrize("text", ["2021—2025年", "2021年到2025年", "2021年至2025年", "2021-2025"])
def test_a_span_names_both_ends(text: str) -> None:
    assert {("span", (2021, 2025)), ("count", 2021), ("date", date(2026, 1, 1))} <= meanings(text)


@pytest.mark.parametrize(
    "text", ["〔2021〕60号", "第3条", "6·30活动", "5G网络", "(1)", "第一书记", "一、\n2.加强"]
)
def test_names_and_item_numbers_say_nothing(text: str) -> None:
    assert not [each for each in read(text) if each.measured]


def test_a_number_without_a_unit_is_not_measured() -> None:
    assert [(each.text, each.measured) for each in read("“1+3”机制")] == [
        ("1", False),
        ("3", False),
    ]


def test_a_day_that_does_not_exist_means_nothing() -> None:
    assert meanings("2021年13月") == set()


def test_a_number_alone_in_a_cell_of_a_table_is_measured() -> None:
    assert [(each.text, each.measured) for each in read("东市\t30\t18")] == [
        ("30", True),
        ("18", True),
    ]


def test_a_number_is_never_part_of_a_longer_one() -> None:
    assert ("count", 27) not in meanings("1127个")
    assert ("money", 2_000_000_000) not in meanings("12000万元")


@given(st.integers(min_value=1, max_value=10**7), st.sampled_from(["元", "万元", "亿元"]))
@settings(max_examples=60)
def test_every_amount_printed_is_read(number: int, unit: str) -> None:
    fen = number * {"元": 100, "万元": 10**6, "亿元": 10**10}[unit]
    assert meanings(f"每年{number}{unit}。") == {("money", fen)}
    assert meanings(f"每年{number:,}{unit}。") == {("money", fen)}


@given(st.text(alphabet="0123456789.,:%年月日万元亿个一二三十—至、到第(/\t\n", max_size=24))
@settings(max_examples=200)
def test_figures_stand_where_they_are_said_to(text: str) -> None:
    plain = flow(normalise(text))
    for each in printed_figures(plain):
        assert plain[each.start : each.end] == each.text
