"""Growth of surrounding villages after a cluster is completed (建成后增幅), in three readings.

Which years are compared: the years before the start, and the latest full year since completion.
The comparison itself is the engine's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil
from typing import Final

import polars as pl

from bangfu.engine.goals.rise import RISE_READINGS, RiseReading, rise_after
from bangfu.programme.cluster_members import Cluster
from bangfu.programme.cluster_results import (
    ResultRow,
    YearlyFigures,
    laid_out,
    met_headline,
    pct_text,
)
from bangfu.programme.workspace import Workspace
from bangfu.schemes.format import ClusterGrowth
from bangfu.vocabulary.money import fen_to_text
from bangfu.vocabulary.text import Text

__all__ = ["growth_results"]

_WHY: Final = {
    "": "",
    "figure_missing": "缺数",
    "base_not_positive": "基数为零或为负，增幅无从计算",
    "no_growth_before": "建设前增幅为零或为负，相对提高无从计算",
}


def growth_results(
    work: Workspace, goal: ClusterGrowth, clusters: Sequence[Cluster]
) -> pl.DataFrame:
    """Every surrounding village of the clusters built by the day of the run, then each cluster."""
    rise, years = (
        work.figure("clusters.growth.threshold"),
        work.whole("clusters.growth.years_before"),
    )
    if rise is None or years is None:
        path = "clusters.growth.threshold" if rise is None else "clusters.growth.years_before"
        zh, en = f"{goal.label.zh}：取值待定。", f"{goal.label.en}: a figure is not set."
        work.skip("clusters", path, Text(zh, en))
        return laid_out(goal, [])
    figures = YearlyFigures(work, goal.element)
    test = _GrowthTest(goal, figures, Fraction(rise.value), years)
    rows = [
        row for c in clusters if c.built(date.min, work.as_of) is not False for row in test.rows(c)
    ]
    for reading in RISE_READINGS:
        met_headline(work, goal, reading, [row for row in rows if row.scope == "each"])
    return laid_out(goal, rows, goal.op)


@dataclass(frozen=True)
class _GrowthTest:
    """The growth goal on the figures at hand."""

    goal: ClusterGrowth
    figures: YearlyFigures
    rise_pct: Fraction
    years: int

    def rows(self, cluster: Cluster) -> Iterator[ResultRow]:
        """Three readings for each surrounding village, and for the cluster as their sum."""
        work = self.figures.work
        for place in cluster.surrounding:
            yield from self._tested(cluster, "each", (place,), work.name_of(place))
        if cluster.surrounding:
            yield from self._tested(cluster, "cluster", cluster.surrounding, cluster.name)

    def _tested(
        self, cluster: Cluster, scope: str, places: tuple[str, ...], name: str
    ) -> Iterator[ResultRow]:
        code = places[0] if scope == "each" else cluster.code
        start, end = cluster.started_on, cluster.built_on
        tested = self.figures.work.as_of.year - 1
        whole_year = end is not None and tested > end.year
        period = str(tested if whole_year or end is None else end.year + 1)
        if start is None or not whole_year:
            why = "开工或建成日期待核实" if start is None or end is None else "建成后尚无完整年度"
            for reading in RISE_READINGS:
                yield ResultRow(
                    scope, reading, code, name, cluster.code, period, None, "", None, False, why
                )
            return
        spans = ([*range(start.year - 1 - self.years, start.year)], [tested - 1, tested])
        before, after = ([self._sum(places, year) for year in span] for span in spans)
        rise = rise_after(
            before, (after[0], after[1]), rise_pct=self.rise_pct, strictly=self.goal.op == ">"
        )
        shown = (
            f"建设前{self.years}年平均增幅{pct_text(rise.growth_before)}，建成后{tested}年增幅"
            f"{pct_text(rise.growth_after)}"
        )
        final = all(self.figures.is_final(p, y) for p in places for span in spans for y in span)
        for reading, side in rise.sides.items():
            reason = "；".join(part for part in (_WHY[side.reason], shown) if part)
            yield ResultRow(
                scope,
                reading,
                code,
                name,
                cluster.code,
                period,
                self._show(reading, side.reached),
                self._show(reading, side.required) or "",
                side.met,
                final and side.met is not None,
                reason,
            )

    def _sum(self, places: tuple[str, ...], year: int) -> int | None:
        """The figure of the villages together; unknown if that of any is missing."""
        total = 0
        for place in places:
            found = self.figures.value(place, year)
            if found is None:
                return None
            total += found
        return total

    def _show(self, reading: RiseReading, figure: Fraction | None) -> str | None:
        if figure is None:
            return None
        return self._amount(figure) if reading == "level" else pct_text(figure)

    def _amount(self, amount: Fraction) -> str:
        # Figures are whole: what is not below the line is not below the next whole number.
        whole = ceil(amount)
        element = self.figures.work.scheme.catalogue[self.goal.element]
        return fen_to_text(whole) if element.kind == "money" else f"{whole}{element.unit}"
