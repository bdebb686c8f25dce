"""Whether duties were done (履职情况): logged deeds set against the duties due, at a day.

Knows two dates of a deed, the day it was done and the day it was entered, and never mixes
them. It judges nobody: a late entry is visible and changes no state.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from bangfu.engine.numeric.columns import require_columns
from bangfu.vocabulary.errors import ComputationError

__all__ = ["DUTY_STATES", "duty_status", "unmatched_deeds"]

#: done, done after the due day, due day past, running, and period not begun.
DUTY_STATES: Final = ("done", "done_late", "overdue", "open", "not_due")


def duty_status(instances: pl.DataFrame, deeds: pl.DataFrame, *, as_of: date) -> pl.DataFrame:
    """Set logged deeds against the duties due and say where each duty stands.

    Parameters
    ----------
    instances : DataFrame
        As ``duty_instances`` returns them (duty_id, actor, object_code, period, number, due,
        starts_on, ends_on are used).
    deeds : DataFrame
        Columns duty_id, object_code (text), done_on, entered_on (date); optional actor, and
        optional period: the period that a deed done later makes good (补办) or reports on.
        One row per deed. Without an actor column a deed counts for the object's only actor.
    as_of : date
        The day at which the state is asked for; deeds done later are left aside.

    Returns
    -------
    DataFrame
        The instances in their order, with done_on, entered_on (null where not done) and
        status: done, done_late, overdue, open, not_due.

    Raises
    ------
    ComputationError
        If a column is missing, or deeds carry no actor and an object has several actors for
        the same duty.

    Notes
    -----
    The day a deed was done decides its period, never the day it was entered. Only a deed that
    itself names an earlier period counts for that one, and then it is ``done_late`` once the
    due day has passed. Within a period the earliest deeds fill the numbers from 1 on.
    A duty without a due day is never late or overdue: the document does not say when.

    Examples
    --------
    >>> instances = pl.DataFrame({
    ...     "duty_id": ["visit"] * 2, "actor": ["leader-1"] * 2, "object_code": ["A"] * 2,
    ...     "period": ["2025Q1", "2025Q2"], "number": [1, 1],
    ...     "due": [date(2025, 3, 31), date(2025, 6, 30)],
    ...     "starts_on": [date(2025, 1, 1), date(2025, 4, 1)],
    ...     "ends_on": [date(2025, 4, 1), date(2025, 7, 1)]})
    >>> deeds = pl.DataFrame({"duty_id": ["visit"], "object_code": ["A"],
    ...     "done_on": [date(2025, 4, 2)], "entered_on": [date(2025, 4, 30)]})
    >>> duty_status(instances, deeds, as_of=date(2025, 5, 1))["status"].to_list()
    ['overdue', 'done']
    """
    key = _key(instances, deeds)
    counted = _placed_deeds(instances, deeds, key=key, as_of=as_of).filter(
        pl.col("starts_on").is_not_null()
    )
    numbered = counted.sort("done_on", "entered_on", nulls_last=True).with_columns(
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over(*key, "period").alias("number")
    )
    matched = instances.join(
        numbered.select(*key, "period", "number", "done_on", "entered_on"),
        on=[*key, "period", "number"],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    return matched.with_columns(_state(as_of).alias("status"))


def unmatched_deeds(instances: pl.DataFrame, deeds: pl.DataFrame, *, as_of: date) -> pl.DataFrame:
    """List the deeds that count for no duty, so that nobody's work is lost silently.

    Parameters
    ----------
    instances, deeds, as_of
        As in ``duty_status``.

    Returns
    -------
    DataFrame
        Rows of ``deeds``, as given and in their order: no day, a day after ``as_of``, outside
        every period of the duty, or an actor or object that owes or is owed no such duty. A
        deed beyond the number asked for is not among them.

    Raises
    ------
    ComputationError
        As in ``duty_status``.
    """
    placed = _placed_deeds(instances, deeds, key=_key(instances, deeds), as_of=as_of)
    counted = placed.filter(pl.col("starts_on").is_not_null())["deed_row"]
    rows = pl.Series(range(deeds.height), dtype=pl.UInt32)
    return deeds.filter(~rows.is_in(counted.implode()))


def _key(instances: pl.DataFrame, deeds: pl.DataFrame) -> list[str]:
    require_columns(deeds, ["duty_id", "object_code", "done_on", "entered_on"])
    if "actor" in deeds.columns:
        return ["duty_id", "actor", "object_code"]
    slot = ["duty_id", "object_code", "period", "number"]
    if instances.select(slot).is_duplicated().any():
        raise ComputationError(
            "deeds name no actor, and an object has several actors for the same duty"
        )
    return ["duty_id", "object_code"]


def _placed_deeds(
    instances: pl.DataFrame, deeds: pl.DataFrame, *, key: list[str], as_of: date
) -> pl.DataFrame:
    """Each deed done by ``as_of`` with its period; starts_on is null where it counts for none."""
    named = pl.col("period") if "period" in deeds.columns else pl.lit(None)
    known = (
        deeds.with_row_index("deed_row")
        .with_columns(
            named.cast(pl.String).alias("named_period"),
            pl.col(*key).cast(pl.String),
            pl.col("done_on", "entered_on").cast(pl.Date),
        )
        .filter(pl.col("done_on") <= as_of)
        .select("deed_row", *key, "named_period", "done_on", "entered_on")
        .sort("done_on")
    )
    periods = instances.select("duty_id", "period", "starts_on", "ends_on").unique()
    # Periods of one duty do not overlap, so the last one begun is the only candidate.
    begun = known.join_asof(
        periods.sort("starts_on"),
        left_on="done_on",
        right_on="starts_on",
        by="duty_id",
        check_sortedness=False,
    )
    own = pl.when(pl.col("done_on") < pl.col("ends_on")).then(pl.col("period"))
    counted = begun.select(
        "deed_row",
        *key,
        "done_on",
        "entered_on",
        pl.coalesce("named_period", own).alias("period"),
    )
    owed = instances.select(*key, "period", "starts_on").unique()
    placed = counted.join(owed, on=[*key, "period"], how="left", nulls_equal=True)
    # Nothing is done for a period before it begins, whatever the deed says.
    return placed.with_columns(
        pl.when(pl.col("done_on") >= pl.col("starts_on")).then(pl.col("starts_on"))
    )


def _state(as_of: date) -> pl.Expr:
    # A comparison with a null due day is null, and when() takes null for no.
    return (
        pl.when(pl.col("done_on") > pl.col("due"))
        .then(pl.lit("done_late"))
        .when(pl.col("done_on").is_not_null())
        .then(pl.lit("done"))
        .when(pl.col("starts_on") > as_of)
        .then(pl.lit("not_due"))
        .when(pl.col("due") < as_of)
        .then(pl.lit("overdue"))
        .otherwise(pl.lit("open"))
    )
