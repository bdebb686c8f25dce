"""Shares that must not fall (占比不下降): part of a whole this year against the year before.

Decided by cross-multiplication of whole numbers. Knows neither what the part is nor why it should
not fall.
"""

from __future__ import annotations

import polars as pl

from bangfu.engine.goals.result import all_final, comparison, result_table
from bangfu.engine.numeric.columns import integer_column, require_columns, require_unique
from bangfu.engine.numeric.growth import Comparison

__all__ = ["assess_share_change", "share_change", "share_pct_text", "summed_shares"]

_COLUMNS = ("part_now", "whole_now", "part_before", "whole_before")
_STATUSES = ["now_status", "before_status"]
#: Steps of the printed figure in one whole: 0.01 percent.
_STEPS = 10_000


def share_change(
    now: tuple[int | None, int | None],
    before: tuple[int | None, int | None],
    *,
    op: Comparison = ">=",
) -> bool | None:
    """Whether a share now compares with the share before: part / whole ``op`` part / whole.

    Parameters
    ----------
    now, before : tuple of (int or None, int or None)
        (part, whole) in one unit; None = unknown.
    op : {">=", ">", "<=", "<"}
        ``>=`` asks that the share does not fall, ``>`` that it rises.

    Returns
    -------
    bool or None
        None (unknown) if a figure is missing or a whole is zero or below.

    Examples
    --------
    From 1/3 to 2/6 the share stands still.

    >>> share_change((2, 6), (1, 3)), share_change((2, 6), (1, 3), op=">")
    (True, False)
    """
    compare = comparison(op)
    (part, whole), (part_before, whole_before) = now, before
    if part is None or whole is None or part_before is None or whole_before is None:
        return None
    if whole <= 0 or whole_before <= 0:
        return None
    return bool(compare(part * whole_before, part_before * whole))


def share_pct_text(part: int | None, whole: int | None) -> str | None:
    """A share in percent with two decimals, rounded half to even; for display only.

    >>> share_pct_text(2, 3), share_pct_text(1, 0)
    ('66.67', None)
    """
    if part is None or whole is None or whole <= 0:
        return None
    steps, rest = divmod(abs(part) * _STEPS, whole)
    if 2 * rest > whole or (2 * rest == whole and steps % 2):
        steps += 1
    sign = "-" if part < 0 and steps else ""
    return f"{sign}{steps // 100}.{steps % 100:02d}"


def assess_share_change(table: pl.DataFrame, *, op: Comparison = ">=") -> pl.DataFrame:
    """Compare a share with that of the year before, place by place.

    Parameters
    ----------
    table : DataFrame
        Columns place_code (text), part_now, whole_now, part_before, whole_before (whole numbers
        of one unit, null = unknown), now_status, before_status. One row per place.
    op : {">=", ">", "<=", "<"}

    Returns
    -------
    DataFrame
        Columns as in ``assess_level``: value_text is the share now and threshold the share
        before, in percent, for display only. In the order of ``table``.

    Raises
    ------
    ComputationError
        If a column is missing or not whole, a place stands twice, or ``op`` is unknown.
    """
    require_unique(table, ["place_code"])
    require_columns(table, _STATUSES)
    rows = list(zip(*(integer_column(table, name) for name in _COLUMNS), strict=True))
    met = [share_change((a, b), (c, d), op=op) for a, b, c, d in rows]
    return result_table(
        pl.DataFrame({"place_code": table["place_code"]}).with_columns(
            pl.lit(None, dtype=pl.Int64).alias("value_num"),
            pl.Series("value_text", [share_pct_text(a, b) for a, b, _, _ in rows], dtype=pl.String),
            pl.Series("threshold", [share_pct_text(c, d) for _, _, c, d in rows], dtype=pl.String),
            pl.lit(op).alias("op"),
            pl.Series("met", met, dtype=pl.Boolean),
            all_final(table, _STATUSES).alias("final"),
        )
    )


def summed_shares(table: pl.DataFrame, *, body_code: str) -> pl.DataFrame:
    """Sum parts and wholes over all places, as one row for :func:`assess_share_change`.

    A sum is unknown if a part of it is; the row is final only if every place is.

    >>> table = pl.DataFrame({"place_code": ["A", "B"], "part_now": [1, None],
    ...     "whole_now": [2, 3], "part_before": [1, 1], "whole_before": [4, 4],
    ...     "now_status": ["final"] * 2, "before_status": ["final"] * 2})
    >>> summed_shares(table, body_code="body").row(0)[:4]
    ('body', None, 5, 2)
    """
    sums = {name: _sum(table, name) for name in _COLUMNS}
    statuses = {
        name: "final" if table.height and all_final(table, [name]).all() else "provisional"
        for name in _STATUSES
    }
    schema = {"place_code": pl.String, **dict.fromkeys(_COLUMNS, pl.Int64)}
    schema |= dict.fromkeys(_STATUSES, pl.String)
    return pl.DataFrame([{"place_code": body_code, **sums, **statuses}], schema=schema)


def _sum(table: pl.DataFrame, name: str) -> int | None:
    values = integer_column(table, name)
    return None if values.null_count() or values.is_empty() else sum(values.to_list())
