"""Figures as a document prints them (原文中的数字): found in running text, with what they can mean.

One printed figure may have several meanings: 2025年 is a year, and its first and last day. Knows
the ways of printing, no scheme.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

from bangfu.schemes.source.numerals import NUMERALS, chinese_number
from bangfu.vocabulary.period import Period, parse_period

__all__ = ["Meaning", "PrintedFigure", "printed_figures"]

#: A kind of figure and its value: fen, a count, a fraction of a hundred, weights, days...
Meaning = tuple[str, Any]


@dataclass(frozen=True, slots=True)
class PrintedFigure:
    """One figure in running text.

    ``arabic``: printed with digits. ``measured``: with a unit, a measure word or in a cell of a
    table, so that it says something; an item number or a name (5G) does not.
    """

    start: int
    end: int
    text: str
    meanings: frozenset[Meaning]
    arabic: bool = True
    measured: bool = True


_NUMBER: Final = r"(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)"
_DASH: Final = r"[-—–―‐‑−~〜]+"
_YEAR: Final = r"(?:19|20)\d{2}"
_AND: Final = rf"(?:{_DASH}|[、和或与及至到])"
_MONEY: Final = "亿元|万元|元|亿|万"
_TIME: Final = "个工作日|个月|分钟|小时|周年|年|日|天|周"
#: Measure words after numerals in words; after digits any Chinese character counts as one.
_MEASURE: Final = (
    "个|名|人|位|家|支|户|项|次|件|种|类|条|座|处|所|套|期|届|市|县|区|州|省|亩|"
    "公里|平方米|吨|场|份|组|队|倍|岁|辆|间|台|只|头|遍|层|级|方面|部门"
)

#: Ways of printing, in the order in which they are tried at a place.
_FORMS: Final[tuple[tuple[str, str], ...]] = (
    ("label", r"〔\d{4}〕\d+号|\[\d{4}\]\d+号|第\d+|\d+·\d+|\d+[A-Za-z]+|[A-Za-z]+\d+|\(\d{1,2}\)"),
    ("label_item", r"(?:(?<=\n)|\A)\d{1,2}[.、)](?!\d)"),
    ("day", rf"{_YEAR}年\d{{1,2}}月\d{{1,2}}日|{_YEAR}-\d{{1,2}}-\d{{1,2}}"),
    ("month", rf"{_YEAR}年\d{{1,2}}月(?:底|末|份|初)?"),
    ("span", rf"{_YEAR}年?(?:{_DASH}|至|到){_YEAR}(?!\d)年?"),
    ("year", rf"{_YEAR}年(?:底|末|初|度)?"),
    ("month_day", r"\d{1,2}月(?:\d{1,2}日|底|末|份|初)?"),
    ("ratio", r"\d+(?::\d+)+"),
    ("pct", rf"{_NUMBER}%?(?:{_AND}{_NUMBER}%?)*(?<=%)|百分之[{NUMERALS}]+"),
    ("money", rf"{_NUMBER}(?:{_AND}{_NUMBER})*(?:{_MONEY})"),
    ("time", rf"{_NUMBER}(?:{_AND}{_NUMBER})*(?:{_TIME})"),
    ("measured", rf"{_NUMBER}(?:{_AND}{_NUMBER})*[一-鿿]"),
    ("bare", _NUMBER),
    ("label_words", rf"第[{NUMERALS}]+"),
    ("money_words", rf"[{NUMERALS}]+(?:[万亿]+元?|元)"),
    ("time_words", rf"[{NUMERALS}]+(?:{_AND}[{NUMERALS}]+)*(?:{_TIME})|半年"),
    ("measured_words", rf"[{NUMERALS}]+(?:{_AND}[{NUMERALS}]+)*(?:{_MEASURE})"),
)
_ANY: Final = re.compile("|".join(f"(?P<{name}>{form})" for name, form in _FORMS))
_FEN: Final = {"亿元": 10**10, "亿": 10**10, "万元": 10**6, "万": 10**6, "元": 100}
_COUNT: Final = {"亿": 10**8, "万": 10**4}
_SAME_TIME: Final = {"天": "日", "周年": "年"}


def printed_figures(text: str) -> Iterator[PrintedFigure]:
    """The figures of a running text (see ``flow``), from left to right.

    >>> [each.text for each in printed_figures("12市每年筹集2000万元,按6:3:1分担")]
    ['12市', '2000万元', '6:3:1']
    >>> [each.text for each in printed_figures("20000元、15000元,共两年")]
    ['20000元', '15000元', '两年']
    """
    return iter(_printed_figures(text))


@lru_cache(maxsize=512)
def _printed_figures(text: str) -> tuple[PrintedFigure, ...]:
    # Every figure of a scheme is looked for in the same few sections.
    return tuple(_found(text))


def _found(text: str) -> Iterator[PrintedFigure]:
    for match in _ANY.finditer(text):
        form, printed = str(match.lastgroup), match[0]
        yield PrintedFigure(
            match.start(),
            match.end(),
            printed,
            frozenset(_meanings(form, printed)),
            arabic=any(character.isascii() and character.isdigit() for character in printed),
            measured=_is_measured(form, text, match.start(), match.end()),
        )


def _is_measured(form: str, text: str, start: int, end: int) -> bool:
    if form == "bare":
        before, after = text[start - 1 : start], text[end : end + 1]
        return (
            (before, after).count("\t") > 0
            and before in ("", "\t", "\n")
            and after
            in (
                "",
                "\t",
                "\n",
            )
        )
    return not form.startswith("label")


def _meanings(form: str, printed: str) -> Iterator[Meaning]:
    match form:
        case "day" | "month" | "year" | "month_day":
            yield from _calendar(form, printed)
        case "span":
            first, last = (int(year) for year in re.findall(_YEAR, printed))
            yield "span", (first, last)
            yield from _year(first)
            yield from _year(last)
            yield "date", date(last + 1, 1, 1)
        case "ratio":
            yield "ratio", tuple(int(weight) for weight in printed.split(":"))
        case "pct":
            for number in _numbers(printed.removeprefix("百分之")):
                yield "pct", number
        case "money" | "money_words":
            yield from _amounts(printed)
        case "time" | "time_words":
            yield from _lengths(printed)
        case "measured" | "measured_words" | "bare":
            for number in _numbers(printed):
                if number.denominator == 1:
                    yield "count", int(number)


def _calendar(form: str, printed: str) -> Iterator[Meaning]:
    parts = [int(part) for part in re.findall(r"\d+", printed)]
    try:
        if form == "day":
            yield "date", date(*parts)
        elif form == "month":
            period = parse_period(f"{parts[0]:04d}-{parts[1]:02d}")
            yield from _ends(period, at_end=printed[-1] in "底末")
        elif form == "year":
            yield from _year(parts[0])
            if printed[-1] in "底末":
                yield "date", date(parts[0] + 1, 1, 1)
        else:
            yield "month_day", (parts[0], parts[1] if len(parts) > 1 else None)
    except ValueError:
        return


def _ends(period: Period, *, at_end: bool) -> Iterator[Meaning]:
    if not at_end:
        yield "date", period.starts_on
    yield "date", period.last_day
    yield "date", period.ends_on


def _year(year: int) -> Iterator[Meaning]:
    yield "count", year
    yield "date", date(year, 1, 1)
    yield "date", date(year, 12, 31)


def _amounts(printed: str) -> Iterator[Meaning]:
    unit = next(unit for unit in _FEN if printed.endswith(unit))
    words = chinese_number(printed.removesuffix("元"))
    if words is not None:
        yield "money", words * 100
        if unit != "元":
            yield "count", words
        return
    for number in _numbers(printed):
        fen = number * _FEN[unit]
        if fen.denominator == 1:
            yield "money", int(fen)
        if unit in _COUNT and (number * _COUNT[unit]).denominator == 1:
            yield "count", int(number * _COUNT[unit])


def _lengths(printed: str) -> Iterator[Meaning]:
    if printed == "半年":
        yield "duration", (6, "个月")
        return
    unit = next(unit for unit in _TIME.split("|") if printed.endswith(unit))
    for number in _numbers(printed):
        if number.denominator == 1:
            yield "duration", (int(number), _SAME_TIME.get(unit, unit))


def _numbers(printed: str) -> Iterator[Fraction]:
    for word in re.findall(rf"{_NUMBER}|[{NUMERALS}]+", printed):
        if word[0].isascii():
            yield Fraction(Decimal(word.replace(",", "")))
        elif (number := chinese_number(word)) is not None:
            yield Fraction(number)
