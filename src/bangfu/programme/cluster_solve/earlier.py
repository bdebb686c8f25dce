"""Clusters that somebody else made (已有片区): frozen ones, and an answer edited by hand.

Reads the columns of ``clusters.csv``; says nothing on whether the clusters are any good.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from bangfu.engine.clusters.problem import Cluster
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text

__all__ = ["frozen_clusters", "read_answer"]

_HUB_WORDS = frozenset({"hub", "重点村"})


def frozen_clusters(
    table: pl.DataFrame | None, position: dict[str, int]
) -> tuple[tuple[Cluster, ...], dict[int, str]]:
    """Clusters of the table ``frozen``, and their ids by hub."""
    if table is None or table.is_empty():
        return (), {}
    clusters, ids, faults = _grouped(table, position, "frozen")
    seen: set[int] = set()
    for cluster in clusters:
        for village in cluster.villages:
            if village in seen:
                code = next(code for code, at in position.items() if at == village)
                message = Text("在两个片区中。", "It is in two clusters.")
                faults.append(Fault("CLU-09", f"frozen {code}", message))
            seen.add(village)
    if faults:
        raise FaultsFound(faults[:200])
    return tuple(clusters), ids


def read_answer(path: Path, position: dict[str, int]) -> tuple[Cluster, ...]:
    """Clusters of a file like ``clusters.csv``, as they stand: a village may stand twice.

    Raises
    ------
    FaultsFound
        If the file cannot be read, a code is no village, or a row names no hub.
    """
    try:
        table = pl.read_csv(path, infer_schema=False, encoding="utf8-lossy")
    except (OSError, pl.exceptions.PolarsError) as error:
        message = Text("读不出片区表。", "This is no readable table of clusters.")
        raise FaultsFound([Fault("CLU-09", str(path), message)]) from error
    table = table.rename({name: name.strip().lstrip("\ufeff") for name in table.columns})
    if "place_code" not in table.columns:
        message = Text("缺少列 place_code。", "The column place_code is missing.")
        raise FaultsFound([Fault("CLU-09", str(path), message)])
    numbered = table.with_columns(row=pl.int_range(2, table.height + 2))
    clusters, _, faults = _grouped(numbered, position, path.name)
    if faults:
        raise FaultsFound(faults[:200])
    return tuple(clusters)


def _grouped(
    table: pl.DataFrame, position: dict[str, int], where: str
) -> tuple[list[Cluster], dict[int, str], list[Fault]]:
    """Clusters in the order of their hubs; the hub of a row by its code, else by the id."""
    rows = list(table.with_columns(pl.exclude("row").cast(pl.String)).iter_rows(named=True))
    hub_of_id = {
        row.get("cluster_id"): row["place_code"]
        for row in rows
        if row.get("cluster_id") and (row.get("role") or "").strip() in _HUB_WORDS
    }
    members: dict[int, list[int]] = {}
    ids: dict[int, str] = {}
    faults = []
    for row in rows:
        place = (row["place_code"] or "").strip()
        hub = (row.get("hub_code") or hub_of_id.get(row.get("cluster_id")) or "").strip()
        unknown = [code for code in (place, hub) if code not in position]
        if unknown:
            named = "、".join(f"「{code}」" for code in unknown)
            message = Text(
                f"{named}不是村，或没有写明重点村。", f"{named}: no village, or no hub given."
            )
            faults.append(Fault("CLU-09", f"{where} 第 {row['row']} 行", message))
            continue
        own = members.setdefault(position[hub], [])
        if row.get("cluster_id"):
            ids.setdefault(position[hub], row["cluster_id"])
        if place != hub:
            own.append(position[place])
    clusters = [Cluster(hub, tuple(sorted(own))) for hub, own in sorted(members.items())]
    return clusters, ids, faults
