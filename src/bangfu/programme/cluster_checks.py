"""Whether a list of clusters is sound (片区名单核对): hubs, villages, dates, sizes, building periods.

A hub that is missing and dates that contradict each other fail; what the document does not forbid,
or forbids in principle only, is a warning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from bangfu.programme.cluster_members import Cluster
from bangfu.programme.workspace import Workspace
from bangfu.vocabulary.period import add_years
from bangfu.vocabulary.text import Text

__all__ = ["check_clusters"]

#: Names a message lists before it only counts.
_NAMED = 5


def check_clusters(work: Workspace, clusters: Sequence[Cluster]) -> None:
    """Note every check on the list; each message names the clusters it is about."""
    _check_hubs(work, clusters)
    _check_villages(work, clusters)
    _check_dates(work, clusters)
    _check_size(work, clusters)
    _check_period(work, clusters)


def _check_hubs(work: Workspace, clusters: Sequence[Cluster]) -> None:
    clauses = work.scheme.clusters.membership.clauses if work.scheme.clusters.membership else ()
    without = [c for c in clusters if not c.hubs and not c.unclear]
    _note(
        work,
        "hub_missing",
        without,
        ("没有重点村的片区", "clusters without a hub village"),
        clauses,
    )
    several = [c for c in clusters if len(c.hubs) > 1]
    label = ("有两个以上重点村的片区", "clusters with more than one hub village")
    _note(work, "hub_repeated", several, label, clauses, failing="warning")
    unclear = [c for c in clusters if c.unclear]
    label = ("有村未注明角色的片区", "clusters with a village of no known role")
    _note(work, "roles_known", unclear, label, clauses, failing="warning")


def _check_villages(work: Workspace, clusters: Sequence[Cluster]) -> None:
    """Villages in more than one cluster, and codes that the table of places does not hold."""
    clauses = tuple(
        dict.fromkeys(c for count in work.scheme.clusters.counts for c in count.clauses)
    )
    times = Counter(place for cluster in clusters for place in cluster.places)
    twice = [work.name_of(place) for place, number in times.items() if number > 1]
    label = ("列入两个以上片区的村", "villages in more than one cluster")
    _note(work, "village_repeated", twice, label, clauses, failing="warning")
    levels = dict(zip(work.places["code"], work.places["level"], strict=True))
    strange = [work.name_of(place) for place in times if levels.get(place) != "village"]
    label = ("区划表中没有或不是村级的代码", "codes that are no village of the table of places")
    _note(work, "places_known", strange, label, failing="warning")


def _check_dates(work: Workspace, clusters: Sequence[Cluster]) -> None:
    clauses = work.scheme.clusters.building.clauses if work.scheme.clusters.building else ()
    differing = [c for c in clusters if len(c.starts) > 1 or len(c.completions) > 1]
    label = ("各行日期不一致的片区", "clusters whose rows give different dates")
    _note(work, "dates_agree", differing, label, clauses)
    reversed_ = [
        c for c in clusters if c.starts and c.completions and c.completions[0] < c.starts[0]
    ]
    label = ("建成早于开工的片区", "clusters built before they started")
    _note(work, "dates_in_order", reversed_, label, clauses)


def _check_size(work: Workspace, clusters: Sequence[Cluster]) -> None:
    bounds = work.scheme.clusters.membership
    if bounds is None:
        return
    low = work.whole("clusters.membership.at_least")
    high = work.whole("clusters.membership.at_most")
    outside = [
        c
        for c in clusters
        if (low is not None and len(c.places) < low) or (high is not None and len(c.places) > high)
    ]
    label = ("村数不合要求的片区", "clusters with too few or too many villages")
    _note(work, "size", outside, label, bounds.clauses, failing="warning")


def _check_period(work: Workspace, clusters: Sequence[Cluster]) -> None:
    """Clusters built sooner or later than is usual, or not yet built when they should be."""
    building = work.scheme.clusters.building
    if building is None:
        return
    shortest, longest = (work.figure(f"clusters.building.{end}") for end in ("shortest", "longest"))
    if shortest is None or longest is None:
        return
    low, high = int(shortest.value[0]), int(longest.value[0])
    outside = [c for c in clusters if _is_outside(c, low, high, work.as_of)]
    label = (
        f"建设周期不在{low}至{high}年内的片区",
        f"clusters whose building does not take {low} to {high} years",
    )
    _note(work, "building_period", outside, label, building.clauses, failing="warning")


def _is_outside(cluster: Cluster, low: int, high: int, on: date) -> bool:
    start, end = cluster.started_on, cluster.built_on
    if start is None or (end is not None and end < start):
        return False
    latest = add_years(start, high)
    if end is None:
        return not cluster.completions and on > latest
    return not add_years(start, low) <= end <= latest


def _note(
    work: Workspace,
    check_id: str,
    found: Sequence[Cluster | str],
    label: tuple[str, str],
    clauses: tuple[str, ...] = (),
    failing: str = "failed",
) -> None:
    """A check that holds where nothing is found; the first few are named."""
    named = [each.name if isinstance(each, Cluster) else each for each in found[:_NAMED]]
    zh, en = label
    tail_zh = f"：{'、'.join(named)}{'等' if len(found) > _NAMED else ''}" if named else ""
    tail_en = f": {', '.join(named)}{' and more' if len(found) > _NAMED else ''}" if named else ""
    work.check(
        f"clusters.{check_id}",
        not found,
        Text(f"{zh} {len(found)} 个{tail_zh}。", f"{en}: {len(found)}{tail_en}."),
        clauses=clauses,
        failing=failing,
    )
