"""The table ``weak_outside.csv`` (未入片区的相对薄弱村): who stays outside, and the nearest hub.

For the next batch: the documents ask that weak villages nearby be taken in as far as possible.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from bangfu.engine.clusters.problem import Cluster, km_between
from bangfu.programme.cluster_solve.inputs import ClusterInput
from bangfu.programme.cluster_solve.rows import cluster_ids

__all__ = ["OUTSIDE_SCHEMA", "weak_outside"]

OUTSIDE_SCHEMA = {
    "place_code": pl.String,
    "place_name": pl.String,
    "nearest_hub_code": pl.String,
    "nearest_hub_name": pl.String,
    "nearest_cluster_id": pl.String,
    "km": pl.Float64,
}


def weak_outside(data: ClusterInput, clusters: tuple[Cluster, ...]) -> pl.DataFrame:
    """One row per weak village in no cluster, the nearest first; no distance without coordinates."""
    problem = data.problem
    inside = {village for cluster in clusters for village in cluster.villages}
    outside = [v for v in np.flatnonzero(problem.weak).tolist() if v not in inside]
    ids = cluster_ids(data, clusters)
    hubs = np.array([cluster.hub for cluster in clusters], dtype=np.int64)
    rows: list[tuple[object, ...]] = []
    for village in outside:
        own = (data.codes[village], data.names[village])
        if problem.coordinates is None or not len(hubs):
            rows.append((*own, None, None, None, None))
            continue
        points = problem.coordinates
        away = km_between(points[hubs], points[village], planar=problem.planar)
        hub = int(hubs[np.argmin(away)])
        rows.append((*own, data.codes[hub], data.names[hub], ids[hub], round(float(away.min()), 3)))
    table = pl.DataFrame(rows, schema=OUTSIDE_SCHEMA, orient="row")
    return table.sort("km", "place_code", nulls_last=True)
