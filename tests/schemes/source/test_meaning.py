"""One figure of a scheme against running text."""

from datetime import date
from fractions import Fraction

import pytest

from bangfu.schemes.figures import Figure, read_figure
from bangfu.schemes.source.meaning import figure_in, literal_spans, printed_form_says
from bangfu.schemes.source.text import flow, normalise


def found(raw: object, text: str) -> str | None:
    figure = read_figure(raw)
    assert figure is not None
    return figure_in(figure, flow(normalise(text)))


def reads_back(raw: object, form: str) -> bool | None:
    figure = read_figure(raw)
    assert figure is not None
    return printed_form_says(form, figure)


@pytest.mark.parametrize(
    ("raw", "text", "printed"),
    [
        ("2000万元", "每年2000万元的标准", "2000万元"),
        ("2万元", "人均 20000元、15000元", "20000元"),
        (76, "确定76个乡镇", "76个"),
        (1, "确定一位领导", "一位"),
        ("8%", "增长8％以上", "8%"),
        ({"a": 6, "b": 3, "c": 1}, "按照6：3：1比例", "6:3:1"),
        ("3年", "退出后三年内", "三年"),
        ("quarter", "每季度至少一次", "每季度"),
        ("half", "半年研判", "半年"),
        ("year", "每年底开展", "每年底"),
        ("2021/2026", "2021—2025年", "2021—2025年"),
        ("2025-12-31", "到2025年", "2025年"),
        (["东市", "西市"], "东市、西市和南市", "东市、西市"),
        (["广州市", "梅州市"], "广州、梅州", "广州、梅州"),
        ("副科级", "副科级以上干部", "副科级"),
    ],
)
def test_a_figure_is_found_as_it_is_printed(raw: object, text: str, printed: str) -> None:
    assert found(raw, text) == printed


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("2001万元", "每年2000万元"),
        ("2000元", "每年2000万元"),
        (77, "确定76个乡镇"),
        (8, "增长8%"),
        (3, "三年内"),
        ("9%", "增长8%"),
        ({"a": 3, "b": 6, "c": 1}, "按照6:3:1比例"),
        ("3年", "30年"),
        ("quarter", "每年一次"),
        ("2021/2027", "2021—2025年"),
        (["东市", "北市"], "东市、西市"),
        ("正科级", "副科级以上"),
    ],
)
def test_another_figure_is_not_taken_for_it(raw: object, text: str) -> None:
    assert found(raw, text) is None


@pytest.mark.parametrize(
    ("raw", "form", "expected"),
    [
        ("2亿元", "两亿", True),
        (200_000_000, "两亿", True),
        ("3亿元", "两亿", False),
        ("2025-10-01", "今年10月", True),
        ("2025-12-31", "年底前", True),
        ("2025-11-01", "今年10月", False),
        (5, "2021—2025年", True),
        (6, "2021—2025年", False),
        ("100%", "全覆盖", True),
        ("90%", "全覆盖", False),
        (0, "全部动态清零", True),
        ("half", "每年", False),
        (1, "若干", None),
        ("quarter", "定期", None),
        (1, "每年", None),
    ],
)
def test_a_printed_form_reads_back_or_cannot_be_read(
    raw: object, form: str, expected: bool | None
) -> None:
    assert reads_back(raw, form) is expected


def test_words_that_say_a_figure_are_not_believed_in_running_text() -> None:
    assert figure_in(Figure("pct", Fraction(100)), "实现全覆盖") is None
    assert figure_in(Figure("date", date(2025, 12, 31)), "年底前完成") is None


def test_words_are_found_wherever_they_stand() -> None:
    assert list(literal_spans("６·30", "6·30活动,6·30")) == [(0, 4), (7, 11)]
    assert list(literal_spans("", "6·30")) == []
