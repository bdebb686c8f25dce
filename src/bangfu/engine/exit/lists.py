"""How a list changed (名单调整): added, removed, moved to another class.

Compares two versions of a list by place code; it knows neither mergers nor renamed codes: bring
both versions to the same edition of codes first.
"""

from __future__ import annotations

import polars as pl

from bangfu.engine.numeric.columns import require_columns, require_unique

__all__ = ["list_changes"]


def list_changes(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Compare two versions of a list.

    Parameters
    ----------
    before, after : DataFrame
        Columns place_code, class (text). One row per place.

    Returns
    -------
    DataFrame
        Columns place_code, change (added, removed, reclassified), class_before, class_after
        (null where the place is not listed). Only places that changed, by code.

    Raises
    ------
    ComputationError
        If a column is missing or a version lists a place twice.

    Examples
    --------
    >>> before = pl.DataFrame({"place_code": ["A", "B"], "class": ["key", "key"]})
    >>> after = pl.DataFrame({"place_code": ["B", "C"], "class": ["pioneer", "key"]})
    >>> list_changes(before, after)["change"].to_list()
    ['removed', 'reclassified', 'added']
    """
    old = _version(before, "before")
    new = _version(after, "after")
    both = old.join(new, on="place_code", how="full", coalesce=True)
    change = (
        pl.when(pl.col("in_before").is_null())
        .then(pl.lit("added"))
        .when(pl.col("in_after").is_null())
        .then(pl.lit("removed"))
        .when(pl.col("class_before").ne_missing(pl.col("class_after")))
        .then(pl.lit("reclassified"))
    )
    return (
        both.select("place_code", change.alias("change"), "class_before", "class_after")
        .filter(pl.col("change").is_not_null())
        .sort("place_code")
    )


def _version(members: pl.DataFrame, name: str) -> pl.DataFrame:
    require_unique(members, ["place_code"])
    require_columns(members, ["class"])
    return members.select(
        pl.col("place_code").cast(pl.String),
        pl.col("class").cast(pl.String).alias(f"class_{name}"),
        pl.lit(True).alias(f"in_{name}"),
    )
