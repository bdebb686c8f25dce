"""What kind of place a code or a name speaks of (建制类型): 镇, 乡, 街道, 村委会, 居委会 …

Reads the digits of the statistical code where there are any, otherwise the ending of the name.
"""

from __future__ import annotations

from typing import Final

import polars as pl

__all__ = ["NOT_A_PLACE", "SUBDISTRICT_ENDINGS", "township_kind", "upper_kind", "village_kind"]

#: Rows of a code list that only gather others and are no administrative division.
NOT_A_PLACE: Final = ("市辖区", "县", "辖区", "省直辖县级行政区划", "自治区直辖县级行政区划")
SUBDISTRICT_ENDINGS: Final = ("街道", "街道办事处", "街道办")


def village_kind(code: pl.Expr) -> pl.Expr:
    """Committee of villagers or residents by the tenth digit of a statistical code.

    >>> codes = pl.Series(["610204104204", "320102002001", "320102002498"])
    >>> pl.select(village_kind(pl.lit(codes))).to_series().to_list()
    ['村委会', '居委会', '类似村']
    """
    digit = code.str.slice(9, 1)
    return (
        pl.when(digit.is_in(["0", "1"]))
        .then(pl.lit("居委会"))
        .when(digit.is_in(["2", "3"]))
        .then(pl.lit("村委会"))
        .otherwise(pl.lit("类似村"))
    )


def township_kind(code: pl.Expr, name: pl.Expr, *, is_nbs: bool) -> pl.Expr:
    """Town, township, subdistrict or alike: by the seventh digit (nbs) or by the name (mca).

    >>> codes, names = pl.Series(["610204109", "610204006"]), pl.Series(["关庄镇", "坡头街道"])
    >>> pl.select(township_kind(pl.lit(codes), pl.lit(names), is_nbs=False)).to_series().to_list()
    ['镇', '街道']
    """
    digit = code.str.slice(6, 1)
    if is_nbs:
        tests = (digit == "0", digit == "1", digit.is_in(["2", "3"]))
    else:
        tests = (
            pl.any_horizontal(name.str.ends_with(ending) for ending in SUBDISTRICT_ENDINGS),
            name.str.ends_with("镇"),
            name.str.contains("(?:乡|苏木)$"),
        )
    subdistrict, town, township = tests
    return (
        pl.when(subdistrict)
        .then(pl.lit("街道"))
        .when(town)
        .then(pl.lit("镇"))
        .when(township)
        .then(pl.lit("乡"))
        .otherwise(pl.lit("类似乡镇"))
    )


def upper_kind(name: pl.Expr) -> pl.Expr:
    """Null, but for rows that only gather others.

    >>> pl.select(upper_kind(pl.lit(pl.Series(["市辖区", "耀州区"])))).to_series().to_list()
    ['汇总码', None]
    """
    return pl.when(name.is_in(list(NOT_A_PLACE))).then(pl.lit("汇总码"))
