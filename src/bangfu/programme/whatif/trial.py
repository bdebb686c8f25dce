"""A trial (政策测算): the scheme as it is and with some figures changed, run on the same tables.

Says who and how much: lists, money, goals, posts, duties and whatever else a table of the run
holds. Decides nothing and changes no scheme.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from bangfu.programme.chain import run
from bangfu.programme.result import Check, RunResult
from bangfu.programme.whatif.money import money_changes
from bangfu.programme.whatif.outcomes import count_changes, goal_changes, goal_places
from bangfu.programme.whatif.rest import rest_changes
from bangfu.programme.whatif.sides import whereabouts
from bangfu.programme.whatif.targets import (
    moved_in_rank,
    target_changes,
    targets_by_county,
    verdict_matrix,
)
from bangfu.schemes.differences import Difference, compare_schemes
from bangfu.schemes.load import Scheme
from bangfu.schemes.overlay import apply_overlay

__all__ = ["WhatIf", "what_if"]


@dataclass(frozen=True)
class WhatIf:
    """What a trial comes to beside the base.

    ``idle`` are settings that the scheme has already; ``unused`` are figures that were changed
    but that no step of this run looked at; ``ruled_by_list`` are lists whose criteria or points
    only propose, because the office's own list decides.
    """

    scheme: Scheme
    base: RunResult
    trial: RunResult
    settings: tuple[Difference, ...]
    idle: tuple[str, ...]
    unused: tuple[str, ...]
    ruled_by_list: tuple[str, ...]
    targets: pl.DataFrame
    matrix: pl.DataFrame
    counties: pl.DataFrame
    moved_in_rank: int
    money: pl.DataFrame
    goals: pl.DataFrame
    goal_places: pl.DataFrame
    counts: pl.DataFrame
    rest: pl.DataFrame

    @property
    def is_empty(self) -> bool:
        """Whether the trial changes no result at all, ranks and scores included."""
        changed = (
            self.targets,
            self.money.filter(pl.col("base_fen").ne_missing(pl.col("trial_fen"))),
            self.goal_places,
            self.counts.filter(pl.col("difference") != 0),
            self.rest,
        )
        return self.moved_in_rank == 0 and all(table.is_empty() for table in changed)

    @property
    def new_failures(self) -> tuple[Check, ...]:
        """Checks that fail in the trial and did not fail before."""
        before = {check.id for check in self.base.checks if check.outcome == "failed"}
        return tuple(
            check
            for check in self.trial.checks
            if check.outcome == "failed" and check.id not in before
        )


def what_if(
    scheme: Scheme,
    tables: Mapping[str, pl.DataFrame],
    as_of: date,
    overlay: Mapping[str, str],
    *,
    on_step: Callable[[str], None] | None = None,
) -> WhatIf:
    """Run a scheme as it is and under an overlay on the same tables, and compare.

    Parameters
    ----------
    scheme : Scheme
    tables : mapping of str to frame
        As the folder reader gives them; read once, used for both.
    as_of : date
    overlay : mapping of str to str
        Figures and readings of the trial, by ``path[@date]``.
    on_step : callable, optional
        Called with the name of each step of both runs.

    Returns
    -------
    WhatIf

    Raises
    ------
    FaultsFound
        Where the overlay does not fit the scheme, or the tables contradict it.

    Notes
    -----
    Settings that only repeat what the scheme says are named in ``idle``; where all are, the chain
    runs once.
    """
    changed = apply_overlay(scheme, overlay)
    settings = compare_schemes(scheme, changed).rows
    base = run(scheme, tables, as_of, on_step=on_step)
    trial = run(scheme, tables, as_of, overlay, on_step=on_step) if settings else base
    where = whereabouts(scheme, tables, as_of)
    return WhatIf(
        scheme,
        base,
        trial,
        settings,
        idle=_idle(scheme, overlay),
        unused=_unused(settings, trial),
        ruled_by_list=_ruled_by_list(scheme, tables),
        targets=target_changes(base, trial, where),
        matrix=verdict_matrix(base, trial),
        counties=targets_by_county(base, trial, where),
        moved_in_rank=moved_in_rank(base, trial),
        money=money_changes(base, trial),
        goals=goal_changes(base, trial, where),
        goal_places=goal_places(base, trial, where),
        counts=count_changes(base, trial, where),
        rest=rest_changes(base, trial, where),
    )


def _idle(scheme: Scheme, overlay: Mapping[str, str]) -> tuple[str, ...]:
    """Settings that by themselves leave the scheme as it is."""
    return tuple(
        f"{key}={raw}"
        for key, raw in overlay.items()
        if not compare_schemes(scheme, apply_overlay(scheme, {key: raw})).rows
    )


def _unused(settings: tuple[Difference, ...], trial: RunResult) -> tuple[str, ...]:
    """Changed figures none of which a step looked at; empty as soon as one was used."""
    figures = [row.path_b for row in settings if row.part == "figures" and row.path_b]
    others = any(row.part != "figures" for row in settings)
    if others or any(path in trial.figures for path in figures):
        return ()
    return tuple(dict.fromkeys(figures))


def _ruled_by_list(scheme: Scheme, tables: Mapping[str, pl.DataFrame]) -> tuple[str, ...]:
    if tables.get("list_members") is None:
        return ()
    return tuple(each.id for each in scheme.targeting.lists if each.method != "list")
