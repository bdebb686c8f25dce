"""Numbers and days as the report prints them (数字写法): commas, 万元, dates in words.

Figures arrive whole (fen, counts); nothing is rounded here.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from bangfu.programme.report.words import UNITS
from bangfu.schemes.figures import Figure, figure_text
from bangfu.vocabulary.money import amount_text, fen_to_text
from bangfu.vocabulary.text import Language, Text

__all__ = [
    "TEN_THOUSAND_YUAN",
    "amount",
    "day",
    "figure_words",
    "in_ten_thousands",
    "points",
    "quantity",
    "signed",
    "whole",
]

TEN_THOUSAND_YUAN: Final = Text("万元", "10,000 yuan")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def whole(number: int | None, missing: str = "") -> str:
    """A count with thousands commas.

    >>> whole(25306)
    '25,306'
    """
    return missing if number is None else f"{number:,}"


def signed(number: int | None) -> str:
    """A difference with its sign; none reads 0.

    >>> signed(-1), signed(0)
    ('-1', '0')
    """
    return "" if number is None else f"{number:+,}" if number else "0"


def amount(fen: int, language: Language) -> str:
    """An amount with its unit: 万元 and 亿元 in Chinese, yuan in English.

    >>> amount(1_802_000_000_000, "zh"), amount(1_802_000_000_000, "en")
    ('180.2亿元', '18,020,000,000 yuan')
    """
    return amount_text(fen, language)


def in_ten_thousands(fen: int | None) -> str:
    """An amount in a table whose head says 万元.

    >>> in_ten_thousands(2_000_000_000)
    '2,000'
    """
    return "" if fen is None else fen_to_text(fen, "万元").removesuffix("万元")


def points(centi: int | None) -> str:
    """Hundredths of a point as points.

    >>> points(8750)
    '87.50'
    """
    return "" if centi is None else f"{centi // 100}.{centi % 100:02d}"


def quantity(number: int, unit: str, language: Language) -> str:
    """A headline figure with its unit; ``fen`` is money.

    >>> quantity(901, "个", "zh"), quantity(901, "个", "en")
    ('901 个', '901')
    """
    if unit == "fen":
        return amount(number, language)
    word = UNITS[unit].in_language(language) if unit in UNITS else unit
    return f"{number:,} {word}".rstrip()


def figure_words(figure: Figure | None, language: Language) -> str:
    """A figure of the scheme for people; money in English is in yuan."""
    return figure_text(figure, language)


def day(on: date, language: Language) -> str:
    """A day in words.

    >>> day(date(2025, 6, 1), "zh"), day(date(2025, 6, 1), "en")
    ('2025年6月1日', '1 June 2025')
    """
    if language == "zh":
        return f"{on.year}年{on.month}月{on.day}日"
    return f"{on.day} {_MONTHS[on.month - 1]} {on.year}"
