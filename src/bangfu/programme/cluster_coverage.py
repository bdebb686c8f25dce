"""Coverage of services in clusters (服务覆盖): of its villages, and of their people.

A village that has not reported leaves a range; the result is known where both ends agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import polars as pl

from bangfu.programme.cluster_members import Cluster
from bangfu.programme.cluster_results import (
    ResultRow,
    YearlyFigures,
    laid_out,
    met_headline,
    pct_text,
)
from bangfu.programme.workspace import Workspace
from bangfu.schemes.figures import Figure, figure_text
from bangfu.schemes.format import ClusterCoverage
from bangfu.schemes.format.clusters import COVERAGE_READINGS
from bangfu.vocabulary.text import Text

__all__ = ["coverage_results"]


def coverage_results(
    work: Workspace, goal: ClusterCoverage, clusters: Sequence[Cluster]
) -> pl.DataFrame:
    """The share of each cluster's villages, hub included, and of their people."""
    path = f"clusters.{goal.id}.threshold"
    figure = work.figure(path)
    if figure is None:
        zh, en = f"{goal.label.zh}：取值待定。", f"{goal.label.en}: a figure is not set."
        work.skip("clusters", path, Text(zh, en))
        return laid_out(goal, [])
    has = YearlyFigures(work, goal.element)
    people = YearlyFigures(work, goal.weighted_by) if goal.weighted_by else None
    test = _CoverageTest(has, people, has.latest_year(), figure)
    rows: list[ResultRow] = []
    for cluster in clusters:
        due = cluster.built if goal.due == "completed" else cluster.begun
        is_due = due(date.min, work.as_of)
        if is_due is not False:
            rows += test.rows(cluster, due_is_known=is_due is True)
    for reading in COVERAGE_READINGS:
        met_headline(work, goal, reading, rows)
    return laid_out(goal, rows)


@dataclass(frozen=True)
class _CoverageTest:
    """A coverage goal on the figures of one year; ``people`` None counts villages only."""

    has: YearlyFigures
    people: YearlyFigures | None
    year: int
    line: Figure

    def rows(self, cluster: Cluster, *, due_is_known: bool) -> Iterator[ResultRow]:
        """One result per reading for a cluster; unknown where it may not be due at all."""
        for reading in COVERAGE_READINGS:
            if reading == "population" and self.people is None:
                continue
            shown, met = _share(*self._figures(reading, cluster.places), Fraction(self.line.value))
            why = "缺数" if met is None else ""
            if not due_is_known:
                met, why = None, "开工或建成日期待核实"
            yield ResultRow(
                "cluster",
                reading,
                cluster.code,
                cluster.name,
                cluster.code,
                str(self.year),
                shown,
                figure_text(self.line),
                met,
                met is not None and self._is_final(reading, cluster.places),
                why,
            )

    def _figures(
        self, reading: str, places: Sequence[str]
    ) -> tuple[list[int | None], list[int | None]]:
        """Whether each village has the service, and what it weighs."""
        states = [self.has.value(place, self.year) for place in places]
        if reading == "villages" or self.people is None:
            return states, [1] * len(states)
        return states, [self.people.value(place, self.year) for place in places]

    def _is_final(self, reading: str, places: Sequence[str]) -> bool:
        used = [self.has]
        if reading == "population" and self.people is not None:
            used.append(self.people)
        return all(figures.is_final(place, self.year) for figures in used for place in places)


def _share(
    states: Sequence[int | None], weights: Sequence[int | None], line: Fraction
) -> tuple[str | None, bool | None]:
    """The share covered in per cent, as text, and whether it reaches the line."""
    known = [weight for weight in weights if weight is not None]
    total = sum(known)
    if len(known) < len(weights) or total <= 0:
        return _share_without_weights(states, weights, line)
    low = sum(weight for state, weight in zip(states, known, strict=True) if state)
    high = low + sum(weight for state, weight in zip(states, known, strict=True) if state is None)
    met = None
    if low * 100 >= line * total or high * 100 < line * total:
        met = low * 100 >= line * total
    shown = [pct_text(Fraction(part, total)) for part in dict.fromkeys((low, high))]
    return "至".join(shown), met


def _share_without_weights(
    states: Sequence[int | None], weights: Sequence[int | None], line: Fraction
) -> tuple[str | None, bool | None]:
    """What can be said where some weight is missing: all is all, and a known gap is a gap."""
    if all(states):
        return "100.00%", line <= 100
    if all(state == 0 for state in states):
        return "0.00%", line <= 0
    gap = any(state == 0 and weight for state, weight in zip(states, weights, strict=True))
    return None, False if gap and line >= 100 else None
