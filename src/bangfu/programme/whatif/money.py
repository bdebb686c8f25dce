"""How much more or less, for whom, from whom (资金增减): base and trial to the fen.

Compares amounts the chain has worked out; it works out none.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from bangfu.programme.result import RunResult
from bangfu.programme.whatif.sides import side_by_side, table_of

__all__ = ["MONEY", "MONEY_KEYS", "money_changes", "money_totals"]

MONEY_KEYS: Final = ("line", "purpose", "payer_role", "payer_code", "payee_code", "year")
#: Columns of ``whatif_money.csv``.
MONEY: Final = {
    "line": pl.String,
    "purpose": pl.String,
    "payer_role": pl.String,
    "payer_code": pl.String,
    "payer": pl.String,
    "payee_code": pl.String,
    "payee": pl.String,
    "year": pl.Int64,
    "units_base": pl.Int64,
    "units_trial": pl.Int64,
    "base_fen": pl.Int64,
    "trial_fen": pl.Int64,
    "difference_fen": pl.Int64,
    "clauses": pl.String,
}


def money_changes(base: RunResult, trial: RunResult) -> pl.DataFrame:
    """Every amount owed by a payer to a county (or other payee) in a year, before and after.

    Returns
    -------
    frame
        Columns ``MONEY``; rows that do not change included, so that sums are whole; by year,
        line, payee and payer.

    Notes
    -----
    What one side lacks is nothing owed (0) if that side works out the line for that year; where
    it cannot work it out at all (no standard is stated, no list), the amount is unknown (null)
    and so is the difference.
    """
    one = table_of(base.tables, "funding", trial.tables)
    other = table_of(trial.tables, "funding", base.tables)
    if one is None or other is None:
        return pl.DataFrame(schema=MONEY)
    both = side_by_side(_summed(one), _summed(other), MONEY_KEYS, _COLUMNS)
    line_year = ["line", "year"]
    for side, table in (("base", one), ("trial", other)):
        known = table.select(line_year).unique().with_columns(pl.lit(True).alias("known"))
        both = both.join(known, on=line_year, how="left", maintain_order="left")
        none_owed = pl.when(pl.col("known").fill_null(False)).then(pl.lit(0, dtype=pl.Int64))
        both = both.with_columns(
            pl.col(f"{name}_{side}").fill_null(none_owed) for name in ("share_fen", "units")
        ).drop("known")
    return (
        both.with_columns(
            pl.coalesce(f"{name}_trial", f"{name}_base").alias(name)
            for name in ("payer", "payee", "clauses")
        )
        .rename({"share_fen_base": "base_fen", "share_fen_trial": "trial_fen"})
        .with_columns((pl.col("trial_fen") - pl.col("base_fen")).alias("difference_fen"))
        .sort("year", "line", "payee_code", "payer_role", nulls_last=False, maintain_order=True)
        .select(MONEY.keys())
    )


_COLUMNS: Final = ("share_fen", "units", "payer", "payee", "clauses")


def _summed(table: pl.DataFrame) -> pl.DataFrame:
    """One row per key; the chain gives one already, unless a scheme counts a payee twice."""
    return table.group_by(list(MONEY_KEYS), maintain_order=True).agg(
        pl.col("share_fen", "units").sum(), pl.col("payer", "payee", "clauses").first()
    )


def money_totals(money: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Sums of ``money_changes`` by some columns: base_fen, trial_fen, difference_fen.

    A sum with an unknown part is unknown.
    """
    columns = ("base_fen", "trial_fen", "difference_fen")
    sums = [
        pl.when(pl.col(name).null_count() == 0).then(pl.col(name).sum()).alias(name)
        for name in columns
    ]
    return money.group_by(by, maintain_order=True).agg(sums)
