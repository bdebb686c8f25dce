"""The chain (全流程), from designation to the registers.

One call runs a scheme on tables and gives back every result with what it rests on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Final

import polars as pl

from bangfu.programme.assist import assistance
from bangfu.programme.cluster_list import cluster_list
from bangfu.programme.compare import comparisons
from bangfu.programme.designate import designate
from bangfu.programme.duties import duties
from bangfu.programme.evaluate import evaluation
from bangfu.programme.fund import fund
from bangfu.programme.goals import goals
from bangfu.programme.input_fit import tell_unfitting_input
from bangfu.programme.leave import exits
from bangfu.programme.ledgers import registers
from bangfu.programme.list_counts import list_counts
from bangfu.programme.named_places import named_places
from bangfu.programme.people import people
from bangfu.programme.quotas import quotas
from bangfu.programme.result import RunResult
from bangfu.programme.staff import slots
from bangfu.programme.tables.declared import SYNTHETIC
from bangfu.programme.workspace import Workspace
from bangfu.schemes.load import Scheme
from bangfu.schemes.overlay import apply_overlay

__all__ = ["STEPS", "default_as_of", "run"]

#: The steps in the order they run; each adds its tables, headlines and checks.
STEPS: Final[dict[str, Callable[[Workspace], None]]] = {
    "targets": designate,
    "named_places": named_places,
    "quotas": quotas,
    "funding": fund,
    "slots": slots,
    "people": people,
    "duties": duties,
    "goals": goals,
    "comparisons": comparisons,
    "evaluation": evaluation,
    "exit": exits,
    "clusters": cluster_list,
    "lists": list_counts,
    "assistance": assistance,
    "registers": registers,
}


def run(
    scheme: Scheme,
    tables: Mapping[str, pl.DataFrame],
    as_of: date,
    overlay: Mapping[str, str] | None = None,
    *,
    on_step: Callable[[str], None] | None = None,
) -> RunResult:
    """Run the whole chain of a scheme on tables.

    Parameters
    ----------
    scheme : Scheme
    tables : mapping of str to frame
        Input tables by name, as the folder reader gives them (money in fen, codes as text).
    as_of : date
        The day on which lists, posts and figures of the scheme are looked at.
    overlay : mapping of str to str, optional
        Figures and readings changed for a trial, by ``path[@date]``.
    on_step : callable, optional
        Called with the name of each step as it starts.

    Returns
    -------
    RunResult

    Raises
    ------
    FaultsFound
        Where the tables or the overlay contradict the scheme.
    """
    changed = apply_overlay(scheme, overlay or {})
    result = RunResult(scheme.id, scheme.content_hash, as_of, dict(overlay or {}))
    work = Workspace(changed, tables, as_of, result)
    _mark_if_synthetic(work)
    for name, step in STEPS.items():
        if on_step is not None:
            on_step(name)
        started = time.perf_counter()
        step(work)
        result.seconds[name] = round(time.perf_counter() - started, 4)
    tell_unfitting_input(work)
    return result


def _mark_if_synthetic(work: Workspace) -> None:
    """Results from invented data are marked as such."""
    work.result.synthetic = any(
        table[SYNTHETIC.name].cast(pl.String).eq("true").any()
        for table in work.tables.values()
        if SYNTHETIC.name in table.columns
    )


def default_as_of(scheme: Scheme, today: date) -> date:
    """The day a run looks at where none is given: today, kept inside the scheme's period."""
    period = scheme.about.period
    return min(max(today, period.starts_on), period.ends_on - timedelta(days=1))
