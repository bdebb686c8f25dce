"""Quotas by helper, recipient and layer (任务数分解): a published table against its own totals.

A published table governs, even where it departs from the rule; so its sums are checked before it
is used. Does not know the rule, nor whether a helper may help a recipient.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from bangfu.engine.numeric.apportion import largest_remainder
from bangfu.engine.numeric.columns import integer_column, require_columns, require_unique
from bangfu.vocabulary.errors import ComputationError

__all__ = ["Reconciliation", "WrongCell", "check_published", "rule_split"]

_KEYS: Final = ["helper_code", "recipient_code", "layer"]


@dataclass(frozen=True, slots=True)
class WrongCell:
    """The one cell that explains every sum that is off."""

    helper_code: str
    recipient_code: str
    layer: str
    published_value: int
    implied_value: int


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """A published table checked against its totals.

    ``table``: scope (``row``, ``subtotal``, ``total``), helper_code, recipient_code, layer (null
    = summed over), published_value (the printed total), computed (sum of the printed cells; null
    if a cell is missing or there is none), deviation (computed - published_value), Int64 each;
    one row per printed total, in the order given.

    ``wrong_cell`` is named if one cell, and only one, explains all deviations.
    """

    table: pl.DataFrame
    wrong_cell: WrongCell | None

    @property
    def mismatches(self) -> list[dict[str, object]]:
        """The totals that do not add up, as rows of ``table``."""
        return self.table.filter(pl.col("deviation") != 0).to_dicts()

    @property
    def undecided(self) -> list[dict[str, object]]:
        """The totals that cannot be checked, because a cell or the total is missing."""
        return self.table.filter(pl.col("deviation").is_null()).to_dicts()


def check_published(table: pl.DataFrame, totals: pl.DataFrame) -> Reconciliation:
    """Add up a published table and compare every printed total.

    Parameters
    ----------
    table : frame with helper_code, recipient_code, layer str, value Int64
        One row per printed cell; null value = illegible or unknown.
    totals : frame with the same columns
        One row per printed total; a null key means "summed over". With a recipient: the total of
        a table row; with a helper only: a subtotal; without either: a column total or, without
        layer too, the grand total. A row total may name its helper or not.

    Returns
    -------
    Reconciliation

    Raises
    ------
    ComputationError
        If a column is missing or of the wrong type, a cell stands twice or lacks a key, a total
        stands twice, or a total names all three keys (that is a cell).

    Notes
    -----
    The wrong cell is the intersection of the row and the column that do not add up. It is named
    only if all deviations are equal, no total that adds up covers it, at least one total over
    layers and one of a layer cover it, and no other cell fits. If instead a single total is off,
    the total itself is the suspect and no cell is named.

    Examples
    --------
    >>> cells = pl.DataFrame(
    ...     [("gz", "mz", "helper", 31), ("gz", "mz", "local", 21), ("gz", "zj", "helper", 24)],
    ...     schema=["helper_code", "recipient_code", "layer", "value"], orient="row",
    ... )
    >>> totals = pl.DataFrame(
    ...     [("gz", "mz", None, 51), ("gz", "zj", None, 24), ("gz", None, "helper", 54)],
    ...     schema=["helper_code", "recipient_code", "layer", "value"], orient="row",
    ... )
    >>> check_published(cells, totals).wrong_cell.implied_value
    30
    """
    cells, printed = _typed(table), _typed(totals)
    require_unique(cells, _KEYS)
    _refuse_totals(printed)
    checked = _compare(cells, printed)
    return Reconciliation(checked, _wrong_cell(cells, checked))


def rule_split(total: int, ratio: Mapping[str, int]) -> dict[str, int]:
    """What a rule gives each layer: a number of places in a ratio, whole places only.

    Parameters
    ----------
    total : int
        [count]
    ratio : mapping of str to int
        Part of each layer, not negative; order breaks ties. [unitless]

    Returns
    -------
    dict of str to int
        Sums to ``total``; see :func:`bangfu.engine.numeric.largest_remainder`.

    Raises
    ------
    ShareError
        As there.

    Examples
    --------
    >>> rule_split(600, {"helper_city": 5, "province": 2, "own_city": 3})
    {'helper_city': 300, 'province': 120, 'own_city': 180}
    """
    return largest_remainder(total, ratio)


def _typed(table: pl.DataFrame) -> pl.DataFrame:
    require_columns(table, [*_KEYS, "value"])
    wrong = {
        key: str(table.schema[key])
        for key in _KEYS
        if table.schema[key] not in (pl.String, pl.Null)
    }
    if wrong:
        raise ComputationError("keys must be text", wrong=wrong)
    keys = [pl.col(key).cast(pl.String) for key in _KEYS]
    return table.select(keys).with_columns(integer_column(table, "value"))


def _refuse_totals(totals: pl.DataFrame) -> None:
    named = totals.filter(pl.all_horizontal(pl.col(_KEYS).is_not_null()))
    if not named.is_empty():
        raise ComputationError("a total names a single cell", keys=named.select(_KEYS).rows())
    repeated = totals.filter(pl.struct(_KEYS).is_duplicated()).select(_KEYS)
    if not repeated.is_empty():
        raise ComputationError("a total stands twice", keys=repeated.unique().rows())


def _compare(cells: pl.DataFrame, totals: pl.DataFrame) -> pl.DataFrame:
    """Every total beside the sum of its cells, in the order given."""
    numbered = totals.with_row_index("order")
    sums = []
    for given in _key_patterns(numbered):
        wanted = numbered.filter(_has_pattern(given))
        joined = (
            wanted.join(cells, on=given, how="left", suffix="_cell")
            if given
            else (wanted.join(cells, how="cross", suffix="_cell"))
        )
        sums.append(joined.group_by("order").agg(computed=_sum_or_unknown()))
    computed = pl.concat(sums) if sums else numbered.select("order", computed=pl.col("value"))
    both = numbered.join(computed, on="order", how="left").sort("order")
    scope = (
        pl.when(pl.col("recipient_code").is_not_null())
        .then(pl.lit("row"))
        .when(pl.col("helper_code").is_not_null())
        .then(pl.lit("subtotal"))
        .otherwise(pl.lit("total"))
    )
    deviation = pl.col("computed") - pl.col("value")
    return both.select(
        scope.alias("scope"),
        *_KEYS,
        pl.col("value").alias("published_value"),
        "computed",
        deviation.alias("deviation"),
    )


def _key_patterns(totals: pl.DataFrame) -> list[list[str]]:
    """The sets of keys that totals are given by, as lists of column names."""
    flags = totals.select(pl.col(key).is_not_null() for key in _KEYS).unique().sort(_KEYS)
    return [[key for key, given in zip(_KEYS, row, strict=True) if given] for row in flags.rows()]


def _has_pattern(given: list[str]) -> pl.Expr:
    return pl.all_horizontal(
        pl.col(key).is_not_null() if key in given else pl.col(key).is_null() for key in _KEYS
    )


def _sum_or_unknown() -> pl.Expr:
    """The sum of the cells, unknown if one is; a total without cells leaves one null here."""
    value = pl.col("value_cell")
    return pl.when(value.is_null().any()).then(None).otherwise(value.sum())


def _wrong_cell(cells: pl.DataFrame, checked: pl.DataFrame) -> WrongCell | None:
    off = checked.filter(pl.col("deviation") != 0)
    across, along = pl.col("layer").is_null(), pl.col("layer").is_not_null()
    if off.filter(across).is_empty() or off.filter(along).is_empty():
        return None
    if off["deviation"].n_unique() > 1:
        return None
    suspects = cells
    for total in off.iter_rows(named=True):
        suspects = suspects.filter(_covered_by(total))
    sound = checked.filter(pl.col("deviation") == 0)
    for given in _key_patterns(sound):
        of_pattern = sound.filter(_has_pattern(given))
        # A grand total that adds up covers every cell.
        suspects = suspects.join(of_pattern, on=given, how="anti") if given else suspects.clear()
    if suspects.height != 1:
        return None
    helper, recipient, layer, value = suspects.row(0)
    return WrongCell(helper, recipient, layer, value, value - off["deviation"][0])


def _covered_by(total: Mapping[str, object]) -> pl.Expr:
    given = [pl.col(key) == total[key] for key in _KEYS if total[key] is not None]
    return pl.all_horizontal(given) if given else pl.lit(True)
