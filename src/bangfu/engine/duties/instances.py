"""Duties due (履职事项): one row for each actor, object, period and time it must be done.

Knows who owes what to whom from a table of assignments; it does not know why they were
assigned, nor whether anything was done.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from bangfu.engine.duties.recurrence import DueRule, Every, RestDays, due_date, periods_between
from bangfu.engine.numeric.columns import require_columns
from bangfu.vocabulary.errors import ComputationError

__all__ = ["duty_instances"]

_TEXT_COLUMNS: Final = ("duty_id", "actor", "object_code", "clauses")
_KEY: Final = ("duty_id", "actor", "object_code", "period", "number")


def duty_instances(
    assignments: pl.DataFrame,
    *,
    every: Every,
    span: tuple[date, date],
    at_least: int = 1,
    due: DueRule | None = None,
    calendar: RestDays | None = None,
) -> pl.DataFrame:
    """List every time a duty must be done within a span.

    Parameters
    ----------
    assignments : DataFrame
        Columns duty_id, actor, object_code, clauses (text); optional valid_from, valid_to
        (date, half-open, null = unbounded): the days on which the actor owes the object this
        duty. One row per actor and object.
    every : {"month", "quarter", "half", "year", "once"}
        How often.
    span : tuple of date
        First day and the day after the last of the time looked at.
    at_least : int
        How many times within each period. [count]
    due : EndOfPeriod, MonthDay, DaysAfter or None
        When it is due; None where the document does not say, then ``due`` is null.
    calendar : RestDays, optional
        Rest days and how a due day moves off them.

    Returns
    -------
    DataFrame
        Columns duty_id, actor, object_code, period, number (1..at_least), due (date or null),
        clauses, starts_on, ends_on (the days of the period, half-open). In the order of the
        assignments, then by period, then by number.

    Raises
    ------
    ComputationError
        If a column is missing, ``at_least`` is below 1, or ``every`` and ``span`` give no
        list of periods.

    Notes
    -----
    Where the actor changes within a period, both owe the duty for that period: the documents
    do not divide a period between two leaders. A row valid twice within the same period (an
    object taken off the list and put back) counts once.

    Examples
    --------
    >>> visits = pl.DataFrame({"duty_id": ["visit"], "actor": ["leader-1"],
    ...                        "object_code": ["610204109204"], "clauses": ["ZJ-V-18"]})
    >>> year = (date(2025, 1, 1), date(2026, 1, 1))
    >>> duty_instances(visits, every="quarter", span=year)["period"].to_list()
    ['2025Q1', '2025Q2', '2025Q3', '2025Q4']
    """
    if at_least < 1:
        raise ComputationError("a duty must be done at least once", at_least=at_least)
    periods = periods_between(every, starts_on=span[0], ends_on=span[1])
    calendar_rows = pl.DataFrame(
        {
            "period": [period.text for period in periods],
            "due": [due_date(period, due, calendar=calendar) for period in periods],
            "starts_on": [period.starts_on for period in periods],
            "ends_on": [period.ends_on for period in periods],
        },
        schema_overrides={"due": pl.Date},
    )
    numbers = pl.DataFrame({"number": range(1, at_least + 1)}, schema={"number": pl.Int64})
    owed = _with_validity(assignments).join(calendar_rows, how="cross", maintain_order="left_right")
    # A null bound is no bound: a comparison with null is null, and null lets the row stay.
    overlaps = (pl.col("valid_from") < pl.col("ends_on")).fill_null(True) & (
        pl.col("valid_to") > pl.col("starts_on")
    ).fill_null(True)
    return (
        owed.filter(overlaps)
        .join(numbers, how="cross", maintain_order="left_right")
        .unique(subset=_KEY, keep="first", maintain_order=True)
        .select(*_KEY, "due", "clauses", "starts_on", "ends_on")
    )


def _with_validity(assignments: pl.DataFrame) -> pl.DataFrame:
    """The columns used, typed; a missing validity column is an unbounded one."""
    require_columns(assignments, _TEXT_COLUMNS)
    columns = [pl.col(name).cast(pl.String) for name in _TEXT_COLUMNS]
    for name in ("valid_from", "valid_to"):
        column = pl.col(name) if name in assignments.columns else pl.lit(None).alias(name)
        columns.append(column.cast(pl.Date))
    return assignments.select(columns)
