"""Whether a text prints a figure (取值与原文对照): one figure of a scheme against running text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Final

from bangfu.schemes.figures import Figure
from bangfu.schemes.source.numerals import chinese_number
from bangfu.schemes.source.printed import Meaning, PrintedFigure, printed_figures
from bangfu.schemes.source.text import flow, normalise

__all__ = ["figure_in", "literal_spans", "meaning_of", "printed_form_says", "says"]

_INTERVALS: Final = {
    "month": r"每个?月|月度|按月|逐月",
    "quarter": r"每个?季度?|季度|按季",
    "half": r"每?半年",
    "year": r"每年底?|年度|一年|年底|按年|逐年",
    "once": r"一次性?|1次",
}
#: Words that say a figure; they are believed only where a scheme gives them as the printed form.
_WORDS: Final[tuple[tuple[str, Meaning], ...]] = (
    (r"^全部$|全面?覆盖", ("pct", Fraction(100))),
    (r"清零", ("count", 0)),
    (r"年底", ("month_day", (12, 31))),
)
#: The kind of a place, which a document may leave out after its name.
_PLACE_KIND: Final = re.compile(r"(?<=..)[省市县区镇乡]$")


def meaning_of(figure: Figure) -> Meaning | None:
    """A figure as printed figures mean it; None for kinds that are told in words."""
    match figure.kind:
        case "money" | "count" | "pct" | "date" | "duration":
            return figure.kind, figure.value
        case "ratio":
            return "ratio", tuple(figure.value.values())
        case "span":
            return "span", (figure.value.starts_on.year, figure.value.last_day.year)
        case _:
            return None


def says(printed: PrintedFigure, figure: Figure) -> bool:
    """Whether a printed figure can mean a figure of a scheme."""
    return meaning_of(figure) in printed.meanings


def figure_in(figure: Figure, text: str) -> str | None:
    """How a running text prints a figure; None where it does not."""
    if figure.kind == "interval":
        match = re.search(_INTERVALS[figure.value], text)
        return match[0] if match else None
    if figure.kind == "names":
        found = [_name_in(name, text) for name in figure.value]
        return None if None in found else "、".join(name for name in found if name)
    if figure.kind == "text":
        return _name_in(figure.value, text)
    return next((each.text for each in printed_figures(text) if says(each, figure)), None)


def printed_form_says(form: str, figure: Figure) -> bool | None:
    """Whether a printed form reads back to the figure; None where no figure can be read from it.

    A form may leave out the year of a date (今年10月), name the years that are counted
    (2021—2025年 for five), or say the figure in words (全覆盖), which running text may not.
    """
    text = _plain(form)
    if figure_in(figure, text) is not None:
        return True
    if figure.kind == "interval":
        others = (pattern for name, pattern in _INTERVALS.items() if name != figure.value)
        return False if any(re.search(pattern, text) for pattern in others) else None
    meanings = {meaning for each in printed_figures(text) for meaning in each.meanings}
    meanings |= {meaning for words, meaning in _WORDS if re.search(words, text)}
    for first, last in [value for kind, value in meanings if kind == "span"]:
        meanings |= {("count", last - first + 1), ("duration", (last - first + 1, "年"))}
    number = chinese_number(text.removesuffix("元"))
    if number is not None:
        meanings |= {("count", number), ("money", number * 100)}
    if not meanings:
        return None
    return meaning_of(figure) in meanings or _says_day(meanings, figure)


def literal_spans(words: str, text: str) -> Iterator[tuple[int, int]]:
    """Where some words stand in a running text, spelled as normalised.

    A number at either end of the words is never part of a longer one.

    >>> list(literal_spans("30万元", "930万元,30万元"))
    [(6, 10)]
    """
    wanted = _plain(words)
    start = text.find(wanted) if wanted else -1
    while start >= 0:
        end = start + len(wanted)
        if not (_in_one_number(text, start) or _in_one_number(text, end)):
            yield start, end
        start = text.find(wanted, start + 1)


def _in_one_number(text: str, place: int) -> bool:
    """Whether a place lies between two characters of one number."""
    return re.search(r"\d[.,]?$", text[max(place - 2, 0) : place]) is not None and (
        re.match(r"[.,]?\d", text[place : place + 2]) is not None
    )


@lru_cache(maxsize=4096)
def _plain(words: str) -> str:
    # The same few words are looked for in every section.
    return flow(normalise(words))


def _name_in(name: str, text: str) -> str | None:
    plain = _plain(name)
    return next((word for word in (plain, _PLACE_KIND.sub("", plain)) if word in text), None)


def _says_day(meanings: set[Meaning], figure: Figure) -> bool:
    """Whether a month or day without its year can be the date."""
    if figure.kind != "date":
        return False
    month, day = figure.value.month, figure.value.day
    days = [value for kind, value in meanings if kind == "month_day"]
    return (month, None) in days or (month, day) in days
