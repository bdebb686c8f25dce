"""Money (金额): whole fen inside, yuan, 万元 and 亿元 only at the edges.

Text is read exactly, digit by digit; a float never touches an amount.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Final

from bangfu.vocabulary.text import Language

__all__ = [
    "FEN_PER_UNIT",
    "INT64_MAX",
    "amount_text",
    "fen_from_text",
    "fen_to_text",
    "scale_to_fen",
]

#: fen in one unit of each name that may stand in a file or a policy.
FEN_PER_UNIT: Final = {"分": 1, "元": 100, "万元": 1_000_000, "亿元": 10_000_000_000}
INT64_MAX: Final = 2**63 - 1

_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－＋", "0123456789.,-+")
_AMOUNT = re.compile(r"^\s*([+-]?[0-9][0-9,]*(?:\.[0-9]+)?)\s*(分|元|万元|亿元)\s*$")


def fen_from_text(text: str) -> int:
    """Read an amount written with its unit.

    Raises ValueError where the unit is missing, or the amount is not a whole number of fen or
    does not fit 64 bits.

    >>> fen_from_text("2000万元")
    2000000000
    >>> fen_from_text("180.2亿元")
    1802000000000
    """
    match = _AMOUNT.match(text.translate(_FULL_WIDTH))
    if match is None:
        raise ValueError(f"not an amount with a unit (分, 元, 万元, 亿元): {text!r}")
    return scale_to_fen(match[1], match[2])


def scale_to_fen(number: str, unit: str) -> int:
    """Turn the text of a number in ``unit`` into whole fen, exactly.

    >>> scale_to_fen("32.5", "万元")
    32500000
    """
    if unit not in FEN_PER_UNIT:
        raise ValueError(f"unknown unit of money {unit!r}; accepted: {', '.join(FEN_PER_UNIT)}")
    try:
        exact = Decimal(number.translate(_FULL_WIDTH).replace(",", "").strip())
    except InvalidOperation:
        raise ValueError(f"not a number: {number!r}") from None
    if not exact.is_finite() or abs(exact.adjusted()) > 30:
        raise ValueError(f"not a number within reach: {number!r}")
    fen = exact * FEN_PER_UNIT[unit]
    if fen != fen.to_integral_value():
        raise ValueError(f"{number} {unit} is not a whole number of fen")
    if abs(fen) > INT64_MAX:
        raise ValueError(f"{number} {unit} does not fit 64 bits of fen")
    return int(fen)


def fen_to_text(fen: int, unit: str = "") -> str:
    """Write an amount for people, exactly, with a thousands comma and its unit.

    Without ``unit`` the largest unit is taken in which the figure stays short.

    >>> fen_to_text(1_802_000_000_000)
    '180.2亿元'
    >>> fen_to_text(32_500_000)
    '32.5万元'
    >>> fen_to_text(123)
    '1.23元'
    >>> fen_to_text(20_000_000_000, "万元")
    '20,000万元'
    """
    if not unit:
        unit = "元"
        for larger in ("万元", "亿元"):
            if abs(fen) >= FEN_PER_UNIT[larger] and fen % (FEN_PER_UNIT[larger] // 10_000) == 0:
                unit = larger
    exact = Decimal(fen) / FEN_PER_UNIT[unit]
    text = f"{exact:,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"{text}{unit}"


def amount_text(fen: int, language: Language) -> str:
    """Write an amount for readers of a language: 万元 and 亿元 in Chinese, yuan in English.

    >>> amount_text(30_000_000, "zh"), amount_text(30_000_000, "en")
    ('30万元', '300,000 yuan')
    """
    if language == "zh":
        return fen_to_text(fen)
    return f"{fen_to_text(fen, '元').removesuffix('元')} yuan"
