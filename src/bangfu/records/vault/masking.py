"""How personal data is shown by default (脱敏显示): enough to tell two apart, not enough to use."""

from __future__ import annotations

__all__ = ["masked_identity_number", "masked_phone"]

_STAR = "*"


def masked_phone(phone: str) -> str:
    """The first three and the last four digits of a phone number.

    >>> masked_phone("13800001234")
    '138****1234'
    >>> masked_phone("0570-8880001")
    '057*****0001'
    >>> masked_phone("12345")
    '*****'
    """
    return _between(phone, 3, 4)


def masked_identity_number(number: str) -> str:
    """The first three and the last four signs of an identity number, of 15 or 18.

    >>> masked_identity_number("33010219900101123x")
    '330***********123X'
    """
    return _between(number.upper(), 3, 4)


def _between(text: str, first: int, last: int) -> str:
    text = text.strip()
    hidden = len(text) - first - last
    # What shows must stay the smaller part of a short text.
    if hidden < max(first, last):
        return _STAR * len(text)
    return text[:first] + _STAR * hidden + text[-last:]
