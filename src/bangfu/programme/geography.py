"""Places on a day, each with the places above it (行政区划树).

The reporting county is the column ``county_code`` where a table gives it (functional zones report
like counties), else the civil county. Where a table leaves out upper rows, a statistical code
still tells which they would be.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from bangfu.programme.tables.complete import with_declared_columns
from bangfu.vocabulary.period import FOREVER
from bangfu.vocabulary.place import LEVELS

__all__ = ["ANCESTOR_COLUMNS", "names_by_code", "places_on"]

#: Columns added to places, one for each level above the village.
ANCESTOR_COLUMNS = {level: f"{level}_of" for level in LEVELS[:-1]}
_DIGITS = {"province": 2, "city": 4, "county": 6, "township": 9}


def places_on(places: pl.DataFrame, day: date) -> pl.DataFrame:
    """The places in force on a day, with the code of the place above at every level.

    Parameters
    ----------
    places : frame
        The input table ``places``.
    day : date
        The day on which the tree is looked at.

    Returns
    -------
    frame
        The rows in force, in the order of the table, with ``province_of``, ``city_of``,
        ``county_of`` (the reporting county) and ``township_of``; a place is its own at its level.
    """
    table = with_declared_columns("places", places)
    starts = pl.col("valid_from").fill_null(date.min)
    ends = pl.col("valid_to").fill_null(FOREVER)
    table = table.filter((starts <= day) & (day < ends))
    parents = dict(zip(table["code"], table["parent_code"], strict=True))
    levels = dict(zip(table["code"], table["level"], strict=True))
    above = [_ancestors(code, parents, levels) for code in table["code"]]
    columns = [
        pl.Series(name, [row.get(level) for row in above], dtype=pl.String)
        for level, name in ANCESTOR_COLUMNS.items()
    ]
    table = table.with_columns(columns)
    return _fill_by_digits(table).with_columns(
        pl.coalesce("county_code", "county_of").alias("county_of")
    )


def names_by_code(places: pl.DataFrame) -> dict[str, str]:
    """Names of places by code."""
    return dict(zip(places["code"], places["name"], strict=True))


def _ancestors(code: str, parents: dict[str, str | None], levels: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    current: str | None = code
    for _ in LEVELS:
        if current is None or current not in levels:
            break
        found.setdefault(levels[current], current)
        current = parents.get(current)
    return found


def _fill_by_digits(table: pl.DataFrame) -> pl.DataFrame:
    """Upper places a table does not hold, read off the digits of a statistical code."""
    is_nbs = (pl.col("code_system").fill_null("nbs") == "nbs") & (
        pl.col("code").str.len_chars() == 12
    )
    rank = {level: position for position, level in enumerate(LEVELS)}
    filled = []
    for level, name in ANCESTOR_COLUMNS.items():
        below = (
            pl.col("level").replace_strict(rank, default=None, return_dtype=pl.Int64)
            >= (rank[level])
        )
        by_digits = pl.col("code").str.slice(0, _DIGITS[level]).str.pad_end(12, "0")
        filled.append(
            pl.when(pl.col(name).is_null() & is_nbs & below)
            .then(by_digits)
            .otherwise(pl.col(name))
            .alias(name)
        )
    return table.with_columns(filled)
