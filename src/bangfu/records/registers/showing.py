"""Values of registers as people read and write them (台账显示)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from bangfu.records.registers.shape import ShapeField
from bangfu.vocabulary.money import FEN_PER_UNIT
from bangfu.vocabulary.text import Language

__all__ = ["money_text", "shown_value", "written_value"]


def money_text(fen: int, unit: str) -> str:
    """An amount in a unit, exactly, without the unit.

    >>> money_text(32_500_000, "万元"), money_text(105, "元")
    ('32.5', '1.05')
    """
    text = f"{Decimal(fen) / FEN_PER_UNIT[unit]:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def written_value(asked: ShapeField, value: Any) -> str:
    """A value as one would write it into the field again."""
    if value is None:
        return ""
    if asked.kind == "money":
        return money_text(int(value), asked.unit)
    if asked.kind == "bool":
        return "是" if value else "否"
    return str(value)


def shown_value(asked: ShapeField, value: Any, language: Language = "zh") -> str:
    """A value for reading: amounts with commas and unit, yes and no in words."""
    if value is None:
        return ""
    if asked.kind == "money":
        text = f"{Decimal(int(value)) / FEN_PER_UNIT[asked.unit]:,f}"
        return f"{text.rstrip('0').rstrip('.') if '.' in text else text} {asked.unit}"
    if asked.kind == "bool":
        words = ("是", "否") if language == "zh" else ("yes", "no")
        return words[0] if value else words[1]
    if asked.kind == "int":
        return f"{value:,}{' ' + asked.unit if asked.unit else ''}"
    if asked.kind == "number":
        return f"{value}{' ' + asked.unit if asked.unit else ''}"
    return str(value)
