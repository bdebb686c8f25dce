"""Leaving the list (动态退出): who may be proposed for it, and how long the policies stay.

Knows results of goals and a decision's date; it decides nothing: a proposal is a proposal.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Final, Literal

import polars as pl

from bangfu.engine.numeric.columns import require_columns, require_unique
from bangfu.vocabulary.errors import ComputationError
from bangfu.vocabulary.period import add_years

__all__ = ["RetentionState", "propose_exits", "retained_until", "retention_state"]

RetentionState = Literal["exited_retained", "exited_closed"]

#: What stands in the parts of a proposal where a required goal has no result at all.
_MISSING: Final = "missing"


def retained_until(decided_on: date, *, years: int) -> date:
    """Give the last day on which the former policies still apply after an exit.

    Parameters
    ----------
    decided_on : date
        Day of the decision.
    years : int
        How long the policies stay. [year]

    Returns
    -------
    date
        The corresponding day some years later (对应日), itself included; 29 February falls on
        the 28th.

    Raises
    ------
    ComputationError
        If ``years`` is below 1.

    Notes
    -----
    A period of years counts from the day after the event and ends with the corresponding day
    (the convention of the Civil Code). The documents do not say whether it starts with the
    decision or with its taking effect; we start with the decision.

    Examples
    --------
    >>> retained_until(date(2026, 12, 20), years=3)
    datetime.date(2029, 12, 20)
    """
    if years < 1:
        raise ComputationError("a retention lasts at least one year", years=years)
    return add_years(decided_on, years)


def retention_state(on: date, decided_on: date, *, years: int) -> RetentionState:
    """Say whether a place that left the list still keeps the former policies on a day.

    Parameters
    ----------
    on : date
        The day asked for.
    decided_on : date
        Day of the decision to let the place leave.
    years : int
        How long the policies stay. [year]

    Returns
    -------
    {"exited_retained", "exited_closed"}
        Retained up to and including the last day, closed from the next day on.

    Raises
    ------
    ComputationError
        If the day lies before the decision: the place had not left the list yet.

    Examples
    --------
    >>> retention_state(date(2029, 12, 21), date(2026, 12, 20), years=3)
    'exited_closed'
    """
    if on < decided_on:
        raise ComputationError("the place has not left yet", on=on, decided_on=decided_on)
    return "exited_retained" if on <= retained_until(decided_on, years=years) else "exited_closed"


def propose_exits(goal_results: pl.DataFrame, required_goals: Sequence[str]) -> pl.DataFrame:
    """Propose the places whose required goals are all met, finally.

    Parameters
    ----------
    goal_results : DataFrame
        Columns goal_id, place_code, result (met, not_met, unknown, judgement), status
        (provisional, final). One row per place and goal, of the period that counts.
    required_goals : sequence of str
        The goals a place must meet.

    Returns
    -------
    DataFrame
        Columns place_code, proposal (yes, no, unknown) and parts: compact JSON from each
        required goal to ``result/status``, or ``missing``. Places in the order in which they
        first appear.

    Raises
    ------
    ComputationError
        If a column is missing, no goal is required (everybody would leave), or a place has two
        results for a goal.

    Notes
    -----
    yes: every required goal met and final. no: at least one not met, provisional or final; a
    provisional miss is shown in ``parts`` and may turn. unknown: anything else.

    Examples
    --------
    >>> results = pl.DataFrame({"goal_id": ["income", "growth"], "place_code": ["A", "A"],
    ...     "result": ["met", "met"], "status": ["final", "provisional"]})
    >>> propose_exits(results, ["income", "growth"]).row(0)
    ('A', 'unknown', '{"income":"met/final","growth":"met/provisional"}')
    """
    if not required_goals:
        raise ComputationError("name at least one required goal")
    require_columns(goal_results, ["goal_id", "place_code", "result", "status"])
    results = goal_results.select(
        pl.col("goal_id", "place_code", "result", "status").cast(pl.String)
    ).filter(pl.col("goal_id").is_in(list(required_goals)))
    require_unique(results, ["place_code", "goal_id"])
    places = goal_results.select(pl.col("place_code").cast(pl.String)).unique(maintain_order=True)
    needed = pl.DataFrame({"goal_id": list(dict.fromkeys(required_goals))}, schema=["goal_id"])
    asked = places.join(needed, how="cross", maintain_order="left_right").join(
        results, on=["place_code", "goal_id"], how="left", maintain_order="left"
    )
    met = (pl.col("result") == "met").fill_null(False)
    final = (pl.col("status") == "final").fill_null(False)
    judged = asked.group_by("place_code", maintain_order=True).agg(
        (pl.col("result") == "not_met").any().alias("failed"),
        (met & final).all().alias("passed"),
        "goal_id",
        "result",
        "status",
    )
    proposal = (
        pl.when("failed")
        .then(pl.lit("no"))
        .when("passed")
        .then(pl.lit("yes"))
        .otherwise(pl.lit("unknown"))
    )
    return judged.select("place_code", proposal.alias("proposal"), _parts_json(judged))


def _parts_json(judged: pl.DataFrame) -> pl.Series:
    texts = [
        json.dumps(
            {
                goal: f"{result}/{status or 'provisional'}" if result else _MISSING
                for goal, result, status in zip(*lists, strict=True)
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for lists in judged.select("goal_id", "result", "status").iter_rows()
    ]
    return pl.Series("parts", texts, dtype=pl.String)
