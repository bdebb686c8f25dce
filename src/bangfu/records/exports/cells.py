"""One value of an export as text or number (导出取值): exact, in the unit chosen, never a formula."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

from bangfu.records.exports.tables import ExportColumn, ExportRow
from bangfu.vocabulary.money import FEN_PER_UNIT
from bangfu.vocabulary.text import Language

__all__ = ["FORMULA_SIGNS", "cell_text", "is_figure", "safe_text", "scaled_money", "value_of_cell"]

#: What a spreadsheet may take for a formula at the start of a text.
FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def value_of_cell(column: ExportColumn, row: ExportRow) -> Any:
    """The value of a cell: of the row, or the fixed text of a private column."""
    if column.own_text is not None:
        return column.own_text or None
    return row.values.get(column.id)


def is_figure(value: Any) -> bool:
    """Whether a value is a number that may be summed."""
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def scaled_money(fen: int, unit: str) -> Decimal:
    """An amount in a unit, exactly.

    >>> scaled_money(32_500_001, "万元")
    Decimal('32.500001')
    """
    return Decimal(fen) / FEN_PER_UNIT[unit]


def cell_text(column: ExportColumn, value: Any, unit: str, language: Language = "zh") -> str:
    """A value as plain text for CSV: no thousands commas, no exponent; empty for unknown."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if column.kind == "money" and isinstance(value, int):
        return _plain(scaled_money(value, unit))
    if isinstance(value, Decimal):
        return _plain(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def safe_text(text: str) -> str:
    """A text that no spreadsheet takes for a formula.

    >>> safe_text("=1+1"), safe_text("桥")
    ("'=1+1", '桥')
    """
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
