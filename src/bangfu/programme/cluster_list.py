"""Village clusters (片区组团): who is in each, what it crosses, who manages it, how far it is.

Takes the clusters as the office lists them; which villages should be grouped is worked out
elsewhere. A village that the table of places does not hold leaves what depends on it unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Final

import polars as pl

from bangfu.programme.cluster_checks import check_clusters
from bangfu.programme.cluster_goals import cluster_goals
from bangfu.programme.cluster_leaders import cluster_leaders
from bangfu.programme.cluster_management import ClusterPlaces, Management, management_of
from bangfu.programme.cluster_members import Cluster, read_clusters
from bangfu.programme.result import Headline
from bangfu.programme.workspace import Workspace
from bangfu.schemes.format import Cited, ClustersFile
from bangfu.vocabulary.clause import join_clauses
from bangfu.vocabulary.period import add_years
from bangfu.vocabulary.text import Text

__all__ = ["CLUSTER_COLUMNS", "cluster_list"]

#: Columns of the output table ``clusters``, beside one for each kind of place counted.
CLUSTER_COLUMNS: Final = {
    "cluster_code": pl.String,
    "name": pl.String,
    "hub_code": pl.String,
    "hub_name": pl.String,
    "members": pl.Int64,
    "surrounding": pl.Int64,
    "member_codes": pl.String,
    "cross_town": pl.Boolean,
    "cross_county": pl.Boolean,
    "management_level": pl.String,
    "manager_code": pl.String,
    "manager_name": pl.String,
    "started_on": pl.Date,
    "planned_end_from": pl.Date,
    "planned_end_to": pl.Date,
    "built_on": pl.Date,
    "state": pl.String,
    "reason": pl.String,
    "clauses": pl.String,
}


def cluster_list(work: Workspace) -> None:
    """Lay out the clusters, their leaders, checks and goals; add ``clusters``, ``slots``, ``goals``."""
    file = work.scheme.clusters
    if not file.says_something:
        return
    _tell_declared(work)
    _tell_average(work)
    table = work.tables.get("clusters")
    if table is None or table.is_empty():
        zh, en = "没有片区名单，无从统计。", "no list of clusters was handed in."
        work.skip("clusters", "clusters", Text(zh, en))
        return
    clusters = read_clusters(table)
    places = ClusterPlaces(work.places)
    rows = pl.DataFrame([_row(work, cluster, places) for cluster in clusters], schema=_schema(file))
    work.result.tables["clusters"] = rows
    check_clusters(work, clusters)
    _headlines(work, clusters, rows, places)
    cluster_leaders(work, rows)
    cluster_goals(work, clusters)


def _schema(file: ClustersFile) -> dict[str, type[pl.DataType]]:
    """The columns of ``clusters``: the kinds of place counted stand before the reason."""
    base = dict(CLUSTER_COLUMNS)
    last = {name: base.pop(name) for name in ("reason", "clauses")}
    return {**base, **{kind.id: pl.Int64 for kind in file.tracked}, **last}


def _row(work: Workspace, cluster: Cluster, places: ClusterPlaces) -> dict[str, object]:
    """One row of the output table."""
    file = work.scheme.clusters
    management = management_of(work, cluster, places)
    ends = _planned_ends(work, cluster)
    entries: list[Cited | None] = [file.membership, file.building, *file.leaders]
    clauses = [c for entry in entries if entry for c in entry.clauses]
    state = _state(cluster, ends, work.as_of)
    counted = {kind.id: _tagged(cluster, places, kind.tag) for kind in file.tracked}
    return {
        "cluster_code": cluster.code,
        "name": cluster.name,
        "hub_code": cluster.hub,
        "hub_name": work.name_of(cluster.hub) or None,
        "members": len(cluster.places),
        "surrounding": None if cluster.unclear else len(cluster.surrounding),
        "member_codes": ";".join(cluster.places),
        "cross_town": management.cross_town,
        "cross_county": management.cross_county,
        "management_level": management.level,
        "manager_code": management.manager,
        "manager_name": work.name_of(management.manager) or None,
        "started_on": cluster.started_on,
        "planned_end_from": ends[0],
        "planned_end_to": ends[1],
        "built_on": cluster.built_on,
        "state": state,
        **counted,
        "reason": "；".join(_reasons(cluster, management, unknown_tags=None in counted.values())),
        "clauses": join_clauses(list(dict.fromkeys([*clauses, *management.clauses]))),
    }


def _planned_ends(work: Workspace, cluster: Cluster) -> tuple[date | None, date | None]:
    """The first and the last day on which building usually ends."""
    if work.scheme.clusters.building is None or cluster.started_on is None:
        return None, None
    days = []
    for end in ("shortest", "longest"):
        figure = work.figure(f"clusters.building.{end}")
        days.append(None if figure is None else add_years(cluster.started_on, figure.value[0]))
    return days[0], days[1]


def _state(cluster: Cluster, ends: tuple[date | None, date | None], on: date) -> str:
    """planned, building, overdue, built, or unknown."""
    built = cluster.built(date.min, on)
    if built or built is None:
        return "built" if built else "unknown"
    begun = cluster.begun(date.min, on)
    if not begun:
        return "unknown" if begun is None else "planned"
    return "overdue" if ends[1] is not None and on > ends[1] else "building"


def _tagged(cluster: Cluster, places: ClusterPlaces, tag: str) -> int | None:
    """How many villages bear a tag; unknown if any is not in the table of places."""
    found = [places.tagged(code, tag) for code in cluster.places]
    return None if None in found else sum(each is True for each in found)


def _reasons(cluster: Cluster, management: Management, *, unknown_tags: bool) -> list[str]:
    """Why something of the cluster is unknown or cannot stand, in Chinese."""
    reasons = []
    if not cluster.hubs and not cluster.unclear:
        reasons.append("没有重点村")
    if len(cluster.hubs) > 1:
        reasons.append(f"有{len(cluster.hubs)}个重点村")
    if cluster.unclear:
        reasons.append(f"{len(cluster.unclear)}个村未注明角色")
    for days, word in ((cluster.starts, "开工"), (cluster.completions, "建成")):
        if len(days) > 1:
            reasons.append(f"{word}日期各行不一致")
    if not cluster.starts:
        reasons.append("开工日期缺")
    if management.reason:
        reasons.append(management.reason)
    if unknown_tags:
        reasons.append("有村不在区划表中，薄弱村个数待核实")
    return reasons


def _headlines(
    work: Workspace, clusters: Sequence[Cluster], rows: pl.DataFrame, places: ClusterPlaces
) -> None:
    file = work.scheme.clusters
    crossing = tuple(dict.fromkeys(c for row in file.management for c in row.clauses))
    member = file.membership.clauses if file.membership else ()
    _headline(work, "listed", ("片区", "Clusters on the list"), rows.height, member)
    for name, label in (
        ("cross_town", ("跨乡镇的片区", "Clusters across townships")),
        ("cross_county", ("跨县域的片区", "Clusters across counties")),
    ):
        known = rows[name].null_count() == 0
        _headline(work, name, label, int(rows[name].sum()) if known else None, crossing)
    for kind in file.tracked:
        villages = {place for cluster in clusters for place in cluster.places}
        found = [places.tagged(code, kind.tag) for code in villages]
        number = None if None in found else sum(each is True for each in found)
        label = (f"片区内的{kind.label.zh}", f"{kind.label.en} in clusters")
        _headline(work, kind.id, label, number, kind.clauses)


def _headline(
    work: Workspace,
    name: str,
    label: tuple[str, str],
    value: int | None,
    clauses: tuple[str, ...],
) -> None:
    head = Headline(f"clusters.{name}", Text(*label), value, "个", clauses, step="clusters")
    work.headline(head)


def _tell_declared(work: Workspace) -> None:
    """The numbers the document sets, whether or not a list was handed in."""
    for count in work.scheme.clusters.counts:
        label = (f"{count.label.zh}（文件）", f"{count.label.en} (the document)")
        number = work.whole(f"clusters.{count.id}.number")
        _headline(work, f"{count.id}.declared", label, number, count.clauses)


def _tell_average(work: Workspace) -> None:
    """Villages per cluster by the declared numbers: information, no rule."""
    numbers = {
        (count.counts, work.whole(f"clusters.{count.id}.year")): work.whole(
            f"clusters.{count.id}.number"
        )
        for count in work.scheme.clusters.counts
    }
    for (counts, year), villages in numbers.items():
        clusters = numbers.get(("clusters", year))
        if counts != "surrounding_villages" or not villages or not clusters:
            continue
        average = Fraction(villages, clusters)
        shown = str(average) if average.denominator == 1 else f"{round(average * 100)}/100"
        work.notice(
            "clusters",
            Text(
                f"{year} 年目标相除，平均每个片区 {shown} 个周边村；只作参考，不是规定。",
                f"By the goals of {year} a cluster has {shown} surrounding villages on average; "
                "this is information, not a rule.",
            ),
        )
