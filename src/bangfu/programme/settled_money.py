"""Money left at the end of a scheme (结余资金), as finance settled it, per place.

Read from a register of its own; it is never worked out from what was due and what was paid.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.money import fen_from_text
from bangfu.vocabulary.text import Text

__all__ = ["BALANCES", "settled_balances"]

BALANCES: Final = "registers/fund_balances"


def settled_balances(table: pl.DataFrame) -> pl.DataFrame:
    """The balances in whole fen.

    Parameters
    ----------
    table : frame
        place_code, and either balance_fen (whole fen) or balance (text with its unit, such as
        12.5万元); purpose and document_number where given.

    Returns
    -------
    frame
        place_code, purpose, document_number, balance_fen Int64 [fen]; one row per row given.

    Raises
    ------
    FaultsFound
        SUC-05 for every row whose amount is missing or cannot be read.
    """
    column = "balance_fen" if "balance_fen" in table.columns else "balance"
    cells = table[column].cast(pl.String) if column in table.columns else None
    amounts: list[int] = []
    faults: list[Fault] = []
    for place in range(table.height):
        text = (cells[place] if cells is not None else None) or ""
        try:
            amounts.append(fen_from_text(f"{text}分" if column == "balance_fen" else text))
        except ValueError:
            number = table["row"][place] if "row" in table.columns else place + 2
            message = Text(
                f"结余写的是「{text}」；应带单位，例如 12.5万元。",
                f"the balance is {text!r}; it needs a unit, such as 12.5万元.",
            )
            faults.append(Fault("SUC-05", f"{BALANCES} 第 {number} 行", message))
    if faults:
        raise FaultsFound(faults)
    return table.select(
        "place_code",
        *(
            (pl.col(name) if name in table.columns else pl.lit(None, dtype=pl.String)).alias(name)
            for name in ("purpose", "document_number")
        ),
        pl.Series("balance_fen", amounts, dtype=pl.Int64),
    )
