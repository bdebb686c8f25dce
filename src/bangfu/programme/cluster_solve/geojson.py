"""Clusters for other programs that draw maps (片区空间数据): GeoJSON."""

from __future__ import annotations

import json

from bangfu.engine.clusters.problem import Cluster
from bangfu.programme.cluster_solve.inputs import ClusterInput
from bangfu.programme.cluster_solve.rows import cluster_ids

__all__ = ["geojson"]


def geojson(data: ClusterInput, clusters: tuple[Cluster, ...]) -> str | None:
    """A point per village of a cluster and a line from each member to its hub.

    None where there are no coordinates. Planar coordinates are in km and say so in ``crs_note``,
    since GeoJSON proper is in degrees.
    """
    points = data.problem.coordinates
    if points is None:
        return None
    ids = cluster_ids(data, clusters)
    features = []
    for cluster in clusters:
        for village in cluster.villages:
            facts = {
                "cluster_id": ids[cluster.hub],
                "hub_code": data.codes[cluster.hub],
                "place_code": data.codes[village],
                "name": data.names[village],
                "role": "hub" if village == cluster.hub else "member",
            }
            place = points[village].tolist()
            features.append(_feature("Point", place, facts))
            if village != cluster.hub:
                line = [points[cluster.hub].tolist(), place]
                features.append(_feature("LineString", line, facts))
    content: dict[str, object] = {"type": "FeatureCollection"}
    if data.problem.planar:
        content["crs_note"] = "planar, km"
    if data.synthetic:
        content["synthetic"] = True
    content["features"] = features
    return json.dumps(content, ensure_ascii=False) + "\n"


def _feature(kind: str, coordinates: object, facts: dict[str, str]) -> dict[str, object]:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "geometry": geometry, "properties": facts}
