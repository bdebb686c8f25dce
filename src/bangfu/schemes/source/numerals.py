"""Numbers in Chinese words (中文数字)."""

from __future__ import annotations

from typing import Final

__all__ = ["NUMERALS", "chinese_number"]

_DIGITS: Final = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SMALL: Final = {"十": 10, "百": 100, "千": 1000}
_LARGE: Final = {"万": 10_000, "亿": 100_000_000}
#: Characters of which a number below ten thousand is written.
NUMERALS: Final = "".join(_DIGITS) + "".join(_SMALL)


def chinese_number(text: str) -> int | None:
    """The whole number a text says; None where it says none.

    >>> chinese_number("十四"), chinese_number("两亿"), chinese_number("一千一百二十七")
    (14, 200000000, 1127)
    >>> chinese_number("若干") is None, chinese_number("三五") is None
    (True, True)
    """
    if not text or text[0] in _LARGE:
        return None
    total = section = 0
    digit: int | None = None
    lowest = 10_000
    for place, character in enumerate(text):
        if character in _DIGITS:
            if digit not in (None, 0):
                return None
            digit = _DIGITS[character]
        elif character in _SMALL:
            unit = _SMALL[character]
            if unit >= lowest or (digit is None and not (unit == 10 and place == 0)):
                return None
            section += (1 if digit is None else digit) * unit
            digit, lowest = None, unit
        elif character in _LARGE:
            section += digit or 0
            if character == "亿":
                total = (total + section) * _LARGE["亿"]
            else:
                total += section * _LARGE["万"]
            section, digit, lowest = 0, None, 10_000
        else:
            return None
    return total + section + (digit or 0)
