"""Many bodies at once (分单位的总体目标): each as ``body`` would judge it, in one pass.

The villages of every township, say. Counts are taken together; each body is then decided by the
same rule as a single one.
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial

import polars as pl

from bangfu.engine.goals.assess import rate_text
from bangfu.engine.goals.body import CountInterval, body_row, decide, share_of
from bangfu.engine.goals.result import RESULT_COLUMNS
from bangfu.engine.numeric.columns import require_columns, require_unique
from bangfu.engine.numeric.growth import Comparison

__all__ = ["assess_bodies"]

_YEARS = ("now", "before")


def assess_bodies(
    members: pl.DataFrame,
    *,
    body: str,
    op: Comparison,
    shares: bool,
    threshold: int | Fraction | None = None,
) -> pl.DataFrame:
    """Compare number or share of members with last year's, or with a figure, body by body.

    Parameters
    ----------
    members : DataFrame
        Columns place_code (text), now (bool, null = unknown), now_status, the column named by
        ``body`` and, without a ``threshold``, before and before_status. One row per member.
    body : str
        The column that says to which body a member belongs.
    op : {">=", ">", "<=", "<"}
        The comparison: now ``op`` before.
    shares : bool
        Whether shares are compared, or numbers.
    threshold : int or Fraction, optional
        What to compare with instead of last year's: a number, or a share in percent.

    Returns
    -------
    DataFrame
        One row per body in order of first appearance, the same as ``assess_body_share`` or
        ``assess_body_count`` would give for its members.

    Examples
    --------
    >>> members = pl.DataFrame({"place_code": ["a", "b"], "town": ["T", "T"],
    ...     "now": [True, None], "now_status": ["final"] * 2,
    ...     "before": [False, False], "before_status": ["final"] * 2})
    >>> assess_bodies(members, body="town", op=">", shares=True)["value_text"].to_list()
    ['1-2/2']
    """
    years = _YEARS if threshold is None else _YEARS[:1]
    require_columns(members, [*(f"{year}_status" for year in years), body])
    require_unique(members, ["place_code"])
    counted = members.group_by(body, maintain_order=True).agg(
        pl.len().alias("size"),
        *(pl.col(year).cast(pl.Boolean).sum().alias(f"{year}_yes") for year in years),
        *(pl.col(year).null_count().alias(f"{year}_unknown") for year in years),
        *(
            (pl.col(f"{year}_status") == "final").fill_null(False).all().alias(f"{year}_final")
            for year in years
        ),
    )
    if threshold is not None:
        against = partial(_against_figure, threshold=threshold, shares=shares)
        rows = [against(row, body, op) for row in counted.iter_rows(named=True)]
    else:
        rows = [_row(row, body, op, shares=shares) for row in counted.iter_rows(named=True)]
    return pl.DataFrame(rows, schema=RESULT_COLUMNS, orient="row")


def _row(row: dict[str, int], body: str, op: Comparison, *, shares: bool) -> tuple[object, ...]:
    now, before = (
        CountInterval(row[f"{year}_yes"], row[f"{year}_yes"] + row[f"{year}_unknown"])
        for year in _YEARS
    )
    final = (
        now.is_known and before.is_known and bool(row["now_final"]) and bool(row["before_final"])
    )
    size = row["size"]
    if shares:
        # Both years have the same members, so that shares compare as their numbers do.
        texts: tuple[int | None, str, str] = (None, f"{now}/{size}", f"{before}/{size}")
    else:
        texts = (now.low if now.is_known else None, str(now), str(before))
    return body_row(str(row[body]), (*texts, op), met=decide(now, before, op=op), final=final)


def _against_figure(
    row: dict[str, int], body: str, op: Comparison, *, threshold: int | Fraction, shares: bool
) -> tuple[object, ...]:
    now = CountInterval(row["now_yes"], row["now_yes"] + row["now_unknown"])
    final = now.is_known and bool(row["now_final"])
    if shares:
        wanted = share_of(row["size"], Fraction(threshold))
        met = decide(now.times(wanted.denominator), wanted.count, op=op)
        share = (None, f"{now}/{row['size']}", f"{rate_text(Fraction(threshold))}%", op)
        return body_row(str(row[body]), share, met=met, final=final)
    number = int(threshold)
    met = decide(now, CountInterval(number, number), op=op)
    value = now.low if now.is_known else None
    return body_row(str(row[body]), (value, str(now), str(number), op), met=met, final=final)
