"""Numbers in Chinese words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.schemes.source.numerals import chinese_number

_DIGITS = "零一二三四五六七八九"


def in_words(number: int) -> str:
    """A number below 100,000,000 in words, as it is said."""
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        filler = "零" if 0 < low < 1000 else ""
        return in_words(high) + "万" + filler + (in_words(low) if low else "")
    words, started, gap = "", False, False
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // power % 10
        if digit:
            words += ("零" if gap and started else "") + _DIGITS[digit] + unit
            started, gap = True, False
        else:
            gap = True
    return words or "零"


@given(st.integers(min_value=0, max_value=99_999_999))
@settings(max_examples=200)
def test_every_number_said_is_read(number: int) -> None:
    assert chinese_number(in_words(number)) == number


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("十", 10),
        ("十四", 14),
        ("两", 2),
        ("两亿", 200_000_000),
        ("两亿三千万", 230_000_000),
        ("一万亿", 1_000_000_000_000),
        ("一百零五", 105),
        ("〇", 0),
    ],
)
def test_usual_ways_of_saying_are_read(words: str, number: int) -> None:
    assert chinese_number(words) == number


@pytest.mark.parametrize("words", ["", "若干", "三五", "百", "千村", "万", "亿", "五三十", "十百"])
def test_what_is_no_number_is_not_read(words: str) -> None:
    assert chinese_number(words) is None
