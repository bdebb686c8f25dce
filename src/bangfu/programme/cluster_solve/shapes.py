"""Boundaries and barriers of a programme folder (边界与阻隔): GeoJSON beside the tables.

``polygons.geojson`` holds one polygon per village, with the property ``code`` or
``place_code``; ``barriers.geojson`` holds lines that nobody crosses. Coordinates are as in
``places``: longitude and latitude, or km.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from bangfu.engine.clusters.problem import Floats
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text

__all__ = ["BARRIERS", "POLYGONS", "read_barriers", "read_polygons"]

POLYGONS = "polygons.geojson"
BARRIERS = "barriers.geojson"


def read_polygons(folder: Path) -> dict[str, list[Floats]] | None:
    """Rings of each village by its code; None where the file is not there."""
    features = _features(folder / POLYGONS)
    if features is None:
        return None
    rings: dict[str, list[Floats]] = {}
    for position, feature in enumerate(features):
        properties = feature.get("properties") or {}
        code = properties.get("place_code") or properties.get("code")
        geometry = feature.get("geometry") or {}
        kind, parts = geometry.get("type"), geometry.get("coordinates") or []
        if code is None or kind not in ("Polygon", "MultiPolygon"):
            raise _fault(
                POLYGONS, f"第 {position + 1} 个要素应为带 code 属性的 Polygon 或 MultiPolygon",
                f"feature {position + 1} is to be a Polygon or MultiPolygon with a code",
            )  # fmt: skip
        own: list[Any] = parts if kind == "MultiPolygon" else [parts]
        rings.setdefault(str(code), []).extend(
            _line(ring, POLYGONS) for polygon in own for ring in polygon
        )
    return rings


def read_barriers(folder: Path) -> list[Floats]:
    """Lines that cut the ways across them; none where the file is not there."""
    lines: list[Floats] = []
    for position, feature in enumerate(_features(folder / BARRIERS) or []):
        geometry = feature.get("geometry") or {}
        kind, parts = geometry.get("type"), geometry.get("coordinates") or []
        if kind not in ("LineString", "MultiLineString"):
            raise _fault(
                BARRIERS, f"第 {position + 1} 个要素应为 LineString 或 MultiLineString",
                f"feature {position + 1} is to be a LineString or MultiLineString",
            )  # fmt: skip
        own: list[Any] = parts if kind == "MultiLineString" else [parts]
        lines.extend(_line(line, BARRIERS) for line in own)
    return lines


def _features(path: Path) -> list[dict[str, Any]] | None:
    if not path.is_file():
        return None
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise _fault(path.name, "不是可读的 GeoJSON", "is no readable GeoJSON") from error
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not all(isinstance(f, dict) for f in features):
        raise _fault(path.name, "应为 FeatureCollection", "is to be a FeatureCollection")
    return features


def _line(points: Any, name: str) -> Floats:
    try:
        line = np.array([[float(p[0]), float(p[1])] for p in points], dtype=np.float64)
    except (TypeError, ValueError, IndexError) as error:
        raise _fault(name, "有坐标不是数字", "has coordinates that are no numbers") from error
    if len(line) < 2 or not np.isfinite(line).all():
        raise _fault(name, "有少于两点的线", "has a line of fewer than two points")
    return line


def _fault(name: str, zh: str, en: str) -> FaultsFound:
    return FaultsFound([Fault("CLU-02", name, Text(f"{zh}。", f"{en}."))])
