"""Who holds a post (到位情况): staff, leaders and helpers in one table, posts by one set of words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import polars as pl

from bangfu.schemes.find import SHARED_FOLDER
from bangfu.schemes.yaml_file import read_yaml

__all__ = ["holders", "post_words"]

_SOURCES = (("staff", "post"), ("leaders", "role"), ("pairings", "kind"))


def holders(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame | None:
    """Every holder: place_code, post, starts_on, ends_on, members; None without any table."""
    parts = [
        table.select(
            "place_code",
            _column(table, column, pl.String).replace(post_words()).alias("post"),
            _column(table, "starts_on", pl.Date),
            _column(table, "ends_on", pl.Date),
            _column(table, "members", pl.Int64),
        )
        for name, column in _SOURCES
        if (table := tables.get(name)) is not None
    ]
    return pl.concat(parts) if parts else None


def _column(table: pl.DataFrame, name: str, kind: type[pl.DataType]) -> pl.Expr:
    if name not in table.columns:
        return pl.lit(None, dtype=kind).alias(name)
    return pl.col(name).cast(kind, strict=False)


@cache
def post_words() -> dict[str, str]:
    """Every word under which a table may name a post, to the word schemes use."""
    return {
        str(word): post
        for post, words in read_yaml(SHARED_FOLDER / "posts.yaml").items()
        for word in words
    }
