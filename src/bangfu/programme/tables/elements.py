"""Which data element a written indicator means, and how its unit scales (指标与计量单位).

Names are taken as they stand or not at all: a name that is nearly right is a fault with the
right one offered, never a guess.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from bangfu.programme.tables.declared import ElementInfo

__all__ = ["Reading", "accepted_units", "elements_by_name", "near_miss", "reading_of"]

#: Power of ten from a unit of money to fen.
_MONEY_SHIFT: Final = {"分": 0, "fen": 0, "元": 2, "yuan": 2, "万元": 6, "亿元": 10}
#: Counting words that may stand before any other unit.
_MULTIPLES: Final = {"万": 4, "亿": 8}
#: Other spellings of an inside unit.
_SPELLINGS: Final = {"％": "%", "pct": "%", "百分比": "%", "mu": "亩"}
#: From here on a Chinese name is long enough for one wrong character to be a slip.
_LONG_CHINESE: Final = 6
_LONG_LATIN: Final = 12

Kind = Literal["int", "number", "bool", "unknown"]


@dataclass(frozen=True, slots=True)
class Reading:
    """How the figures of one indicator in one unit are read.

    ``shift`` is the power of ten from the unit written to the inside unit; None where the unit
    is not one of the element's. ``kind`` is ``unknown`` where no element has that name.
    """

    indicator: str
    kind: Kind
    shift: int | None
    unit: str


def elements_by_name(catalogue: Mapping[str, ElementInfo]) -> dict[str, ElementInfo]:
    """Every accepted name with its element; an id beats a label."""
    named = {name: element for element in catalogue.values() for name in element.names}
    return named | {element.id: element for element in catalogue.values()}


def reading_of(element: ElementInfo | None, indicator: str, unit: str) -> Reading:
    """How an indicator written in a unit is read.

    >>> income = ElementInfo("income_fen", ("income_fen", "收入"), "fen")
    >>> reading_of(income, "收入", "万元")
    Reading(indicator='income_fen', kind='int', shift=6, unit='fen')
    """
    if element is None:
        return Reading(indicator, "unknown", 0, unit)
    return Reading(element.id, element.kind, _shift(element, unit), element.unit)


def _shift(element: ElementInfo, unit: str) -> int | None:
    if element.unit == "fen":
        return _MONEY_SHIFT.get(unit)
    if element.kind == "bool":
        return 0
    unit = _SPELLINGS.get(unit, unit)
    if unit in ("", element.unit):
        return 0
    if unit[1:] == element.unit:
        return _MULTIPLES.get(unit[0])
    return None


def accepted_units(element: ElementInfo) -> tuple[str, ...]:
    """The units in which figures of an element are accepted, for messages.

    >>> accepted_units(ElementInfo("people", ("people",), "人"))
    ('人', '万人')
    """
    if element.unit == "fen":
        return ("元", "万元", "亿元", "分")
    if element.unit in ("", "%"):
        return (element.unit,)
    return (element.unit, f"万{element.unit}")


def near_miss(written: str, names: Iterable[str]) -> str | None:
    """The accepted name that a written one nearly is, or None.

    Notes
    -----
    Nearly: equal but for case, blanks, punctuation, a bracketed unit or the ending ``_fen``; or
    one character off (two in a long Latin name). Short names and names that differ in digits
    only are taken for different indicators.

    >>> near_miss("Collective_Income（万元）", ["collective_income_fen"])
    'collective_income_fen'
    >>> near_miss("农村居民收入", ["居民收入"]) is None
    True
    """
    plain = _plain(written)
    for name in names:
        other = _plain(name)
        if plain == other:
            return name
        allowed = _slips_allowed(min(plain, other, key=len))
        same_words = re.sub(r"\d", "", plain) == re.sub(r"\d", "", other)
        if allowed and not same_words and _distance_within(plain, other, allowed):
            return name
    return None


def _plain(name: str) -> str:
    text = unicodedata.normalize("NFKC", name).lower()
    text = re.sub(r"[(\[][^)\]]*[)\]]$", "", text)
    return re.sub(r"[\W_]", "", text.removesuffix("_fen"))


def _slips_allowed(shorter: str) -> int:
    if shorter.isascii():
        return 2 if len(shorter) >= _LONG_LATIN else 0
    return 1 if len(shorter) >= _LONG_CHINESE else 0


def _distance_within(one: str, other: str, most: int) -> bool:
    """Whether at most so many characters must be added, dropped or changed."""
    if abs(len(one) - len(other)) > most:
        return False
    before = list(range(len(other) + 1))
    for row, left in enumerate(one, start=1):
        now = [row]
        for column, right in enumerate(other, start=1):
            change = before[column - 1] + (left != right)
            now.append(min(before[column] + 1, now[-1] + 1, change))
        before = now
    return before[-1] <= most
