"""Exact numbers from columns of text (精确读数): whole units by digits, never through a float.

Knows no element and no unit name; the power of ten of each unit is an argument.
"""

from __future__ import annotations

from typing import Final

import polars as pl

__all__ = [
    "NOT_A_NUMBER",
    "NOT_WHOLE",
    "TOO_LARGE",
    "decimal_text",
    "is_decimal",
    "whole_units",
]

NOT_A_NUMBER: Final = 1
NOT_WHOLE: Final = 2
TOO_LARGE: Final = 3

_DECIMAL = r"^[+-]?(?:(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+)$"
#: Digits a measure may have before and after the point.
_LONGEST = 18


def is_decimal(text: pl.Expr) -> pl.Expr:
    """Whether a text is a plain decimal number; thousands commas must stand where they belong.

    >>> pl.select(is_decimal(pl.lit(pl.Series(["1,234.5", "1,5", "3.3E+5"])))).to_series().to_list()
    [True, False, False]
    """
    return text.str.contains(_DECIMAL)


def whole_units(numbers: pl.Series, shift: pl.Series) -> pl.DataFrame:
    """Scale texts of decimal numbers by powers of ten into whole numbers, exactly.

    Parameters
    ----------
    numbers : (n,) String
        Numbers as written; null is unknown.
    shift : (n,) integer
        The power of ten between the unit written and the inside unit (万元 to fen: 6).

    Returns
    -------
    frame with columns value Int64, problem UInt8; n rows in the same order
        ``value`` is null where the number is unknown or has a problem. ``problem`` is 0,
        NOT_A_NUMBER, NOT_WHOLE (digits are left after scaling) or TOO_LARGE (not in 64 bits).

    Examples
    --------
    >>> whole_units(pl.Series(["32.5", "0.0000001", None]), pl.Series([6, 6, 6])).rows()
    [(32500000, 0), (None, 2), (None, 0)]
    """
    split = _split(numbers).with_columns(shift.alias("shift"))
    whole = split.select(
        digits=pl.concat_str(
            pl.col("sign"), pl.col("whole"), pl.col("fraction").str.pad_end(pl.col("shift"), "0")
        ),
        is_number=pl.col("is_number"),
        fits=pl.col("fraction").str.len_bytes() <= pl.col("shift"),
    ).with_columns(
        value=pl.when(pl.col("fits") & pl.col("is_number"))
        .then(pl.col("digits"))
        .cast(pl.Int64, strict=False)
    )
    problem = (
        pl.when(~pl.col("is_number"))
        .then(NOT_A_NUMBER)
        .when(~pl.col("fits"))
        .then(NOT_WHOLE)
        .when(pl.col("is_number") & pl.col("value").is_null())
        .then(TOO_LARGE)
        .otherwise(0)
    )
    return whole.select("value", problem=problem.cast(pl.UInt8))


def decimal_text(numbers: pl.Series, shift: pl.Series) -> pl.DataFrame:
    """Scale texts of decimal numbers by powers of ten, kept as exact text.

    Returns
    -------
    frame with columns text String, problem UInt8
        ``text`` without sign of plus, needless zeros or commas. ``problem`` is 0, NOT_A_NUMBER
        or TOO_LARGE (more than 18 digits before or behind the point).

    Examples
    --------
    >>> decimal_text(pl.Series(["0012.50", "-0", "1.25"]), pl.Series([0, 0, 4])).rows()
    [('12.5', 0), ('0', 0), ('12500', 0)]
    """
    split = _split(numbers).with_columns(shift.alias("shift"))
    moved = split.select(
        "sign",
        "is_number",
        whole=pl.concat_str(
            "whole", pl.col("fraction").str.pad_end(pl.col("shift"), "0").str.head(pl.col("shift"))
        ).str.strip_chars_start("0"),
        fraction=pl.col("fraction").str.slice(pl.col("shift")),
    )
    text = pl.concat_str(
        pl.when((pl.col("whole") == "") & (pl.col("fraction") == ""))
        .then(pl.lit(""))
        .otherwise(pl.col("sign")),
        pl.when(pl.col("whole") == "").then(pl.lit("0")).otherwise(pl.col("whole")),
        pl.when(pl.col("fraction") == "")
        .then(pl.lit(""))
        .otherwise(pl.lit(".") + pl.col("fraction")),
    )
    too_long = (pl.col("whole").str.len_bytes() > _LONGEST) | (
        pl.col("fraction").str.len_bytes() > _LONGEST
    )
    problem = (
        pl.when(~pl.col("is_number")).then(NOT_A_NUMBER).when(too_long).then(TOO_LARGE).otherwise(0)
    )
    done = moved.select(text=text, problem=problem.cast(pl.UInt8))
    return done.with_columns(pl.when(pl.col("problem") == 0).then(pl.col("text")).alias("text"))


def _split(numbers: pl.Series) -> pl.DataFrame:
    """Sign, digits before and digits behind the point without trailing zeros."""
    given = pl.col("given")
    frame = numbers.alias("given").to_frame().with_columns(is_number=is_decimal(given))
    if frame.get_column("given").str.contains(",", literal=True).any():
        frame = frame.with_columns(
            pl.when("is_number").then(given.str.replace_all(",", "", literal=True)).otherwise(given)
        )
    parts = pl.col("unsigned").str.splitn(".", 2)
    return (
        frame.with_columns(
            sign=pl.when(given.str.starts_with("-")).then(pl.lit("-")).otherwise(pl.lit("")),
            unsigned=given.str.strip_chars_start("+-"),
        )
        .with_columns(
            whole=parts.struct.field("field_0"),
            fraction=parts.struct.field("field_1").fill_null("").str.strip_chars_end("0"),
        )
        .select(
            "is_number",
            "sign",
            whole=pl.when(pl.col("whole") == "").then(pl.lit("0")).otherwise(pl.col("whole")),
            fraction="fraction",
        )
    )
