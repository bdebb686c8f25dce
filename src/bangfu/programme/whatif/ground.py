"""The ground of the firmness questions (稳定性与临界的准备): lists judged once, then varied.

Lays out a run up to the designation and can lay another scheme over the same figures, without
reading or ordering the tables again.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from bangfu.programme.conditions import Judge
from bangfu.programme.designate import designate
from bangfu.programme.result import RunResult
from bangfu.programme.universe import universe_of
from bangfu.programme.whatif.sides import whereabouts
from bangfu.programme.workspace import Workspace
from bangfu.schemes.format import TargetList
from bangfu.schemes.load import Scheme

__all__ = ["Ground", "lay_ground", "varied"]


@dataclass(frozen=True)
class Ground:
    """A run with its lists judged: ``universes`` by list, ``where`` the county of each place."""

    work: Workspace
    universes: dict[str, pl.DataFrame]
    where: pl.DataFrame

    @property
    def verdicts(self) -> pl.DataFrame:
        """list, place_code, name, verdict of every place judged."""
        targets = self.work.result.tables.get("targets")
        names = ("list", "place_code", "name", "verdict")
        if targets is None:
            return pl.DataFrame(schema=dict.fromkeys(names, pl.String))
        return targets.select(names)

    def competing(self, target_list: TargetList) -> pl.DataFrame:
        """The places of the universe that are eligible, or may be."""
        universe = self.universes[target_list.id]
        if target_list.eligible is None:
            return universe
        judge = Judge(self.work, self.work.as_of.year)
        verdict = judge.judge(universe, {"eligible": target_list.eligible.when})["eligible"]
        return universe.filter(verdict.fill_null(True))


def lay_ground(scheme: Scheme, tables: Mapping[str, pl.DataFrame], as_of: date) -> Ground:
    """Judge the lists of a scheme on tables.

    Raises
    ------
    FaultsFound
        Where the tables contradict the scheme.
    """
    work = Workspace(scheme, tables, as_of, RunResult(scheme.id, scheme.content_hash, as_of, {}))
    designate(work)
    universes = {each.id: universe_of(work, each)[0] for each in scheme.targeting.lists}
    return Ground(work, universes, whereabouts(scheme, tables, as_of))


def varied(work: Workspace, scheme: Scheme) -> Workspace:
    """The same ground under another scheme, with a result of its own."""
    other = copy.copy(work)
    other.scheme = scheme
    other.result = RunResult(scheme.id, scheme.content_hash, work.as_of, dict(scheme.overlay))
    return other
