"""Two tables of one kind laid side by side (两次结果并列): base and trial by the same key.

Knows no policy: a key that only one side has is kept, with nulls on the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from bangfu.programme.geography import names_by_code, places_on
from bangfu.schemes.load import Scheme

__all__ = ["differs", "side_by_side", "table_of", "whereabouts", "with_county"]


def side_by_side(
    base: pl.DataFrame, trial: pl.DataFrame, keys: Sequence[str], columns: Sequence[str]
) -> pl.DataFrame:
    """Both tables by key: ``<column>_base`` and ``<column>_trial``, and on which side a key is.

    Parameters
    ----------
    base, trial : frame
        Each key once; null in a key is a value of its own.
    keys, columns : sequence of str

    Returns
    -------
    frame
        The keys of the base in its order, then those of the trial alone, with Boolean
        ``in_base`` and ``in_trial``.

    Examples
    --------
    >>> base, trial = pl.DataFrame({"k": ["a"], "v": [1]}), pl.DataFrame({"k": ["b"], "v": [2]})
    >>> side_by_side(base, trial, ["k"], ["v"]).rows()
    [('a', 1, None, True, False), ('b', None, 2, False, True)]
    """
    sides = [
        table.select(
            *keys,
            *(pl.col(name).alias(f"{name}_{side}") for name in columns),
            pl.lit(True).alias(f"in_{side}"),
        )
        for side, table in (("base", base), ("trial", trial))
    ]
    joined = sides[0].join(
        sides[1], on=list(keys), how="full", coalesce=True, nulls_equal=True,
        maintain_order="left_right",
    )  # fmt: skip
    values = [f"{name}_{side}" for name in columns for side in ("base", "trial")]
    flags = [pl.col(f"in_{side}").fill_null(False) for side in ("base", "trial")]
    return joined.select(*keys, *values, *flags)


def differs(columns: Sequence[str]) -> pl.Expr:
    """Whether any of these columns is not the same on both sides; null is like null."""
    return pl.any_horizontal(
        pl.col(f"{name}_base").ne_missing(pl.col(f"{name}_trial")) for name in columns
    )


def table_of(
    tables: Mapping[str, pl.DataFrame], name: str, like: Mapping[str, pl.DataFrame]
) -> pl.DataFrame | None:
    """A table of one side; empty where only the other side has it, None where neither has."""
    if name in tables:
        return tables[name]
    return like[name].clear() if name in like else None


def whereabouts(scheme: Scheme, tables: Mapping[str, pl.DataFrame], day: date) -> pl.DataFrame:
    """The reporting county of every place on a day: place_code, county_code, county, each str."""
    places = tables.get("places")
    if places is None:
        schema = dict.fromkeys(("place_code", "county_code", "county"), pl.String)
        return pl.DataFrame(schema=schema)
    names = {**scheme.pairing.places, **names_by_code(places)}
    code = pl.col("county_of")
    return places_on(places, day).select(
        pl.col("code").alias("place_code"),
        code.alias("county_code"),
        code.replace_strict(names, default=code, return_dtype=pl.String).alias("county"),
    )


def with_county(table: pl.DataFrame, where: pl.DataFrame, on: str = "place_code") -> pl.DataFrame:
    """The table with ``county_code`` and ``county`` of its places; empty text where unknown."""
    joined = table.join(where, left_on=on, right_on="place_code", how="left", maintain_order="left")
    return joined.with_columns(pl.col("county_code", "county").fill_null(""))
