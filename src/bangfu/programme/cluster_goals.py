"""Goals of clusters (片区目标): numbers by year, growth after completion, coverage of services.

Every reading is worked out and stands in a row of its own; the one the scheme has chosen makes
the headline. What is missing leaves a result unknown, with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from bangfu.programme.cluster_coverage import coverage_results
from bangfu.programme.cluster_growth import growth_results
from bangfu.programme.cluster_members import Cluster
from bangfu.programme.cluster_results import (
    BODY,
    READING_WORDS,
    ResultRow,
    counting,
    laid_out,
)
from bangfu.programme.result import Headline
from bangfu.programme.workspace import Workspace
from bangfu.schemes.figures import figure_text
from bangfu.schemes.format import ClusterCount
from bangfu.schemes.format.clusters import COUNT_READINGS
from bangfu.vocabulary.text import Text

__all__ = ["cluster_goals"]


def cluster_goals(work: Workspace, clusters: Sequence[Cluster]) -> None:
    """Test every goal of the clusters; add rows to ``goals`` and the headlines."""
    file = work.scheme.clusters
    parts = [_count(work, count, clusters) for count in file.counts]
    if file.growth is not None:
        parts.append(growth_results(work, file.growth, clusters))
    parts += [coverage_results(work, goal, clusters) for goal in file.coverage]
    if file.circle is not None:
        parts.append(_circle(work, clusters))
    found = [part for part in parts if not part.is_empty()]
    if not found:
        return
    earlier = work.result.tables.get("goals")
    tables = [*([earlier] if earlier is not None else []), *found]
    work.result.tables["goals"] = pl.concat(tables, how="diagonal")


def _count(work: Workspace, count: ClusterCount, clusters: Sequence[Cluster]) -> pl.DataFrame:
    """The number reached by the end of the year, or by the day of the run if that is earlier."""
    path = f"clusters.{count.id}"
    number, year = work.whole(f"{path}.number"), work.whole(f"{path}.year")
    if year is None:
        return laid_out(count, [])
    first = date(year, 1, 1) if count.within == "year" else date.min
    last = min(date(year, 12, 31), work.as_of)
    rows = []
    for reading in COUNT_READINGS:
        low, high = _range(count, clusters, reading, (first, last))
        met = None
        if number is not None and (low >= number or high < number):
            met = low >= number
        shown = str(low) if low == high else f"{low}至{high}"
        final = met is not None and low == high and work.as_of >= date(year, 12, 31)
        threshold = figure_text(work.figure(f"{path}.number"))
        reason = "" if low == high else "开工日期或角色缺"
        name = work.name_of(work.scheme.about.province_code) or "全省"
        rows.append(ResultRow(BODY, reading, BODY, name, BODY, str(year), shown, threshold, met,
                         final, reason))  # fmt: skip
        _count_headline(work, count, reading, (low, high))
    return laid_out(count, rows)


def _range(
    count: ClusterCount, clusters: Sequence[Cluster], reading: str, days: tuple[date, date]
) -> tuple[int, int]:
    """How many there are at least and at most, as long as some days or roles are unknown."""
    within = [(c, c.begun(*days) if reading == "started" else c.built(*days)) for c in clusters]
    if count.counts == "clusters":
        sure = sum(found is True for _, found in within)
        return sure, sure + sum(found is None for _, found in within)
    hubs = {place for cluster in clusters for place in cluster.hubs}
    surely = {place for c, found in within if found for place in c.surrounding}
    perhaps = {
        place for c, found in within if found is not False for place in (*c.surrounding, *c.unclear)
    }
    return len(surely - hubs), len((surely | perhaps) - hubs)


def _count_headline(
    work: Workspace, count: ClusterCount, reading: str, found: tuple[int, int]
) -> None:
    word, low, high = READING_WORDS[reading], *found
    declared = figure_text(work.figure(f"clusters.{count.id}.number"))
    suffix, mark = counting(work, count, reading)
    between = "" if low == high else f"，{low} 至 {high}"
    between_en = "" if low == high else f", {low} to {high}"
    work.headline(
        Headline(
            f"clusters.{count.id}{suffix}",
            Text(f"{count.label.zh}（{word.zh}）", f"{count.label.en} ({word.en})"),
            low if low == high else None,
            "个",
            count.clauses,
            basis=Text(
                f"目标 {declared}，{mark.zh}{between}", f"goal {declared}, {mark.en}{between_en}"
            ),
            step="clusters",
        )
    )


def _circle(work: Workspace, clusters: Sequence[Cluster]) -> pl.DataFrame:
    """Left to people: the document says how near, not for how many."""
    circle = work.scheme.clusters.circle
    assert circle is not None
    minutes = figure_text(work.figure("clusters.circle.travel_time"))
    share = work.figure("clusters.circle.pass_share")
    line = minutes if share is None else f"{minutes}，{figure_text(share)}"
    rows = [
        ResultRow("cluster", "", c.code, c.name, c.code, str(work.as_of.year), None, line, None, False,
             "没有达标线，由人评定")
        for c in clusters
        if c.built(date.min, work.as_of) is not False
    ]  # fmt: skip
    return laid_out(circle, rows, "").with_columns(pl.lit("judgement").alias("result"))
