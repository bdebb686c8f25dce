"""All other results that a trial moves (其他结果的变化), cell by cell, so that nothing is missed.

Scores and ranks of the evaluation, exits, quotas, ledgers: whatever the chain put in a table.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from bangfu.programme.result import RunResult
from bangfu.programme.whatif.sides import differs, side_by_side, table_of, with_county

__all__ = ["REST", "rest_changes"]

#: Columns of ``whatif_other.csv``; ``key`` joins what identifies a row beside its place.
REST: Final = {
    **dict.fromkeys(("table", "place_code", "name", "county_code", "county"), pl.String),
    **dict.fromkeys(("key", "column", "base", "trial"), pl.String),
}
#: Compared by what they count or pay, in tables of their own.
_ELSEWHERE: Final = ("targets", "funding", "goals", "duties")
_KEYS: Final = {
    "quotas": ("scope", "class", "helper_code", "recipient_code", "layer"),
    "slots": ("place_code", "slot"),
    "evaluation": ("list", "place_code", "period"),
    "exits": ("place_code",),
    "exit_proposals": ("place_code",),
    "registers": ("register", "place_code"),
    "out_of_scope": ("list", "place_code"),
}
#: Words about a result, not the result.
_WORDS: Final = ("name", "clauses", "parts", "reason", "basis")


def rest_changes(base: RunResult, trial: RunResult, where: pl.DataFrame) -> pl.DataFrame:
    """Every cell that differs in the tables not compared elsewhere.

    Returns
    -------
    frame
        Columns ``REST``. A row that only one side has is shown with the column ``row``.
    """
    names = [n for n in dict.fromkeys((*base.tables, *trial.tables)) if n not in _ELSEWHERE]
    parts = [
        _cells(name, one, other)
        for name in names
        if (one := table_of(base.tables, name, trial.tables)) is not None
        and (other := table_of(trial.tables, name, base.tables)) is not None
    ]
    found = pl.concat(parts) if parts else pl.DataFrame(schema=REST).drop("county_code", "county")
    return with_county(found, where).select(REST.keys())


def _cells(name: str, one: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    one, other = (_plain(table) for table in (one, other))
    keys = [key for key in _KEYS.get(name, ()) if key in one.columns and key in other.columns]
    if (
        not keys
        or one.select(keys).is_duplicated().any()
        or other.select(keys).is_duplicated().any()
    ):
        # Without a key rows are only the same or not: every column belongs to the key.
        keys = [column for column in one.columns if column in other.columns]
        one, other = one.select(keys).unique(), other.select(keys).unique()
    values = [
        column for column in one.columns
        if column in other.columns and column not in (*keys, *_WORDS)
    ]  # fmt: skip
    named = ["name"] if "name" in one.columns and "name" in other.columns else []
    both = side_by_side(one, other, keys, [*values, *(n for n in named if n not in keys)])
    return pl.concat([_row_cells(name, both, keys), *(
        _value_cells(name, both, keys, value) for value in values
    )])  # fmt: skip


def _plain(table: pl.DataFrame) -> pl.DataFrame:
    """All cells as text, which is how they stand in the files."""
    return table.select(
        pl.col(name).list.join(";") if isinstance(kind, pl.List) else pl.col(name).cast(pl.String)
        for name, kind in table.schema.items()
    )


def _row_cells(name: str, both: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    lone = both.filter(pl.col("in_base") != pl.col("in_trial"))
    sides = [
        pl.when(pl.col(f"in_{side}")).then(pl.lit("yes")).alias(side) for side in ("base", "trial")
    ]
    return _laid_out(name, lone, keys, "row", sides)


def _value_cells(name: str, both: pl.DataFrame, keys: list[str], value: str) -> pl.DataFrame:
    shared = both.filter(pl.col("in_base") & pl.col("in_trial") & differs([value]))
    sides = [pl.col(f"{value}_{side}").alias(side) for side in ("base", "trial")]
    return _laid_out(name, shared, keys, value, sides)


def _laid_out(
    name: str, rows: pl.DataFrame, keys: list[str], column: str, sides: list[pl.Expr]
) -> pl.DataFrame:
    empty = pl.lit(None, dtype=pl.String)
    named = (
        pl.col("name")
        if "name" in rows.columns
        else pl.coalesce("name_trial", "name_base")
        if "name_base" in rows.columns
        else empty
    )
    place = pl.col("place_code") if "place_code" in rows.columns else empty
    rest = [pl.col(key).fill_null("") for key in keys if key not in ("place_code", "name")]
    return rows.select(
        pl.lit(name).alias("table"),
        place.alias("place_code"),
        named.alias("name"),
        (pl.concat_str(rest, separator=";") if rest else pl.lit("")).alias("key"),
        pl.lit(column).alias("column"),
        *sides,
    )
