"""Leaving the list (退出与保留): who may be proposed, and until when the policies stay."""

from __future__ import annotations

import polars as pl

from bangfu.engine.exit import propose_exits, retained_until, retention_state
from bangfu.programme.result import Headline
from bangfu.programme.workspace import Workspace
from bangfu.schemes.format import ExitRule
from bangfu.vocabulary.clause import join_clauses
from bangfu.vocabulary.text import Text

__all__ = ["EXITS_SCHEMA", "exits"]

EXITS_SCHEMA = {
    "place_code": pl.String,
    "name": pl.String,
    "decided_on": pl.Date,
    "retained_until": pl.Date,
    "state": pl.String,
    "clauses": pl.String,
}


def exits(work: Workspace) -> None:
    """Add ``exits`` (those decided) and ``exit_proposals`` (those whose goals are met)."""
    rules = work.scheme.exit.rules
    if not rules:
        return
    decided = [_decided(work, rule) for rule in rules]
    work.result.tables["exits"] = pl.concat(decided)
    proposals = [part for rule in rules if (part := _proposed(work, rule)) is not None]
    if proposals:
        work.result.tables["exit_proposals"] = pl.concat(proposals)
        number = sum((part["proposal"] == "yes").sum() for part in proposals)
        clauses = tuple(dict.fromkeys(c for rule in rules for c in rule.clauses))
        work.headline(
            Headline(
                "exit.proposed",
                Text("可提请退出", "May be proposed for exit"),
                int(number),
                "个",
                clauses,
                step="exit",
            )
        )


def _decided(work: Workspace, rule: ExitRule) -> pl.DataFrame:
    figure = work.figure(f"exit.{rule.id}.retention")
    left = work.listed.filter(
        (pl.col("list") == rule.target_list) & pl.col("exited_on").is_not_null()
    )
    rows = []
    for code, name, decided_on in left.select("place_code", "name", "exited_on").iter_rows():
        years = None if figure is None else int(figure.value[0])
        until = None if years is None else retained_until(decided_on, years=years)
        if years is None:
            state = "not_stated"
        elif decided_on > work.as_of:
            state = "decided"
        else:
            state = retention_state(work.as_of, decided_on, years=years)
        rows.append((code, name, decided_on, until, state, join_clauses(rule.clauses)))
    return pl.DataFrame(rows, schema=EXITS_SCHEMA, orient="row")


def _proposed(work: Workspace, rule: ExitRule) -> pl.DataFrame | None:
    """Proposals for places still on the list, by the latest year whose goals are due."""
    results = work.result.tables.get("goals")
    if results is None or not rule.goals:
        return None
    due = [
        goal
        for goal in rule.goals
        if (year := work.whole(f"goals.{goal}.year")) is not None and year <= work.as_of.year
    ]
    if not due:
        work.skip(
            "exit",
            "goals",
            Text(
                f"{rule.label.zh}：尚无到期的目标。",
                f"{rule.label.en}: no goal has fallen due yet.",
            ),
        )
        return None
    active = work.listed.filter(
        (pl.col("list") == rule.target_list) & pl.col("exited_on").is_null()
    )
    rows = results.filter(
        pl.col("goal_id").is_in(due)
        & (pl.col("scope") == "each")
        & pl.col("place_code").is_in(active["place_code"].to_list())
    )
    # A goal tested in two readings counts under both: leaving is proposed only if both agree.
    named = rows.with_columns(
        pl.concat_str(["goal_id", "reading"], separator=".")
        .str.strip_chars_end(".")
        .alias("goal_id")
    )
    if named.is_empty():
        return None
    required = named["goal_id"].unique(maintain_order=True).to_list()
    proposals = propose_exits(named, required)
    return proposals.join(
        active.select("place_code", "name"), on="place_code", how="left", maintain_order="left"
    ).select(
        "place_code",
        "name",
        "proposal",
        "parts",
        pl.lit(join_clauses(rule.clauses)).alias("clauses"),
    )
