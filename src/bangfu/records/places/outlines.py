"""Outlines of places as rings of coordinates (边界几何): read, checked, shifted, simplified.

Pure: no database. Public maps of China are drawn in shifted datums; what is kept for drawing is
in WGS 84, and the original stays as it came.
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text

__all__ = ["Outline", "area_km2", "read_outlines", "simplified", "to_wgs84"]

Point = tuple[float, float]
Ring = list[Point]

#: The box that holds all of China, its islands too, in degrees.
_WEST, _EAST, _SOUTH, _NORTH = 73.0, 136.0, 3.0, 54.0
#: How far a simplified line may lie from the original, in degrees: about fifty metres.
_TOLERANCE = 0.0005
_LEAST_POINTS = 4
#: Semi-major axis and eccentricity of the ellipsoid by which the national shift is defined. [m]
_AXIS, _ECCENTRICITY = 6_378_245.0, 0.006_693_421_622_965_943
_KM_PER_DEGREE = 111.32
_CODE_KEYS = ("code", "adcode", "place_code", "区划代码", "行政区划代码", "代码")
_NAME_KEYS = ("name", "名称", "NAME")


@dataclass(frozen=True, slots=True)
class Outline:
    """One feature: by which code or name it says whose it is, and its polygons."""

    number: int
    code: str
    name: str
    polygons: tuple[tuple[Ring, ...], ...]


def read_outlines(data: bytes, datum: str) -> tuple[list[Outline], list[Fault]]:
    """The outlines of a GeoJSON file in WGS 84, and the features that are not fit.

    A file that is no GeoJSON at all is refused; a feature that is not fit is told and left out.
    """
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise FaultsFound([_file_fault()]) from error
    if not isinstance(content, dict) or content.get("type") != "FeatureCollection":
        raise FaultsFound([_file_fault()])
    features = content.get("features")
    if not isinstance(features, list) or not features:
        raise FaultsFound([_file_fault()])
    outlines: list[Outline] = []
    faults: list[Fault] = []
    for number, feature in enumerate(features, start=1):
        problem = _problem(feature)
        if problem is None:
            outlines.append(_outline(number, feature, datum))
        else:
            faults.append(Fault("SHP-02", f"第 {number} 个要素", problem))
    return outlines, faults


def area_km2(polygons: Sequence[Sequence[Ring]]) -> float:
    """The area inside the outer rings less the holes, good to about a hundredth. [km2]"""
    total = 0.0
    for rings in polygons:
        for index, ring in enumerate(rings):
            area = abs(_shoelace(ring))
            total += area if index == 0 else -area
    return total


def simplified(ring: Ring, tolerance: float = _TOLERANCE) -> Ring:
    """Fewer points, none further from the line than the tolerance; still a closed ring."""
    if len(ring) <= _LEAST_POINTS:
        return ring
    middle = max(range(1, len(ring) - 1), key=lambda i: math.dist(ring[0], ring[i]))
    kept = {0, middle, len(ring) - 1}
    stack = [(0, middle), (middle, len(ring) - 1)]
    while stack:
        first, last = stack.pop()
        if last - first < 2:
            continue
        far = max(range(first + 1, last), key=lambda i: _distance(ring[i], ring[first], ring[last]))
        if _distance(ring[far], ring[first], ring[last]) > tolerance:
            kept.add(far)
            stack += [(first, far), (far, last)]
    result = [ring[index] for index in sorted(kept)]
    return result if len(result) >= _LEAST_POINTS else ring


def to_wgs84(point: Point, datum: str) -> Point:
    """A point of one of the datums in WGS 84; the national one differs from it by decimetres.

    >>> [round(x, 4) for x in to_wgs84((120.0, 30.0), "wgs84")]
    [120.0, 30.0]
    """
    if datum == "bd09":
        point = _bd09_to_gcj02(point)
    if datum in ("bd09", "gcj02"):
        return _unshifted(point)
    return point


def _problem(feature: Any) -> Text | None:
    """Why a feature is not fit, or None."""
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        return Text("不是面（Polygon、MultiPolygon）。", "It is no polygon.")
    rings = list(_rings(feature))
    if not rings:
        return Text("没有坐标。", "It has no coordinates.")
    for ring in rings:
        if len(ring) < _LEAST_POINTS or ring[0] != ring[-1]:
            return Text(
                "边界环应首尾相接，至少 4 个点。", "A ring is closed and has 4 points at least."
            )
        if not all(_in_china(point) for point in ring):
            return Text(
                "有坐标不在我国范围内，经纬度可能颠倒。",
                "Coordinates lie outside China; longitude and latitude may be exchanged.",
            )
        if _shoelace([(float(p[0]), float(p[1])) for p in ring]) == 0:
            return Text("边界环没有面积。", "A ring has no area.")
    return None


def _rings(feature: Any) -> Iterator[list[Any]]:
    geometry = feature["geometry"]
    coordinates = geometry.get("coordinates")
    polygons = [coordinates] if geometry["type"] == "Polygon" else coordinates
    for polygon in polygons if isinstance(polygons, list) else []:
        for ring in polygon if isinstance(polygon, list) else []:
            yield ring if isinstance(ring, list) else []


def _in_china(point: Any) -> bool:
    if not isinstance(point, list) or len(point) < 2:
        return False
    lon, lat = point[0], point[1]
    numbers = all(isinstance(x, int | float) and not isinstance(x, bool) for x in (lon, lat))
    return numbers and _WEST <= lon <= _EAST and _SOUTH <= lat <= _NORTH


def _outline(number: int, feature: Any, datum: str) -> Outline:
    given = feature.get("properties")
    properties = given if isinstance(given, dict) else {}
    geometry = feature["geometry"]
    coordinates = geometry["coordinates"]
    polygons = [coordinates] if geometry["type"] == "Polygon" else coordinates
    return Outline(
        number,
        _first(properties, _CODE_KEYS),
        _first(properties, _NAME_KEYS),
        tuple(
            tuple([to_wgs84((float(p[0]), float(p[1])), datum) for p in ring] for ring in polygon)
            for polygon in polygons
        ),
    )


def _first(properties: dict[str, Any], keys: Sequence[str]) -> str:
    found = (properties[key] for key in keys if properties.get(key) not in (None, ""))
    return str(next(found, "")).strip()


def _shoelace(ring: Sequence[Point]) -> float:
    """The signed area of a ring on a plane laid at its middle latitude. [km2]"""
    middle = sum(lat for _lon, lat in ring) / len(ring)
    lon0, lat0 = ring[0]
    scale = math.cos(math.radians(middle)) * _KM_PER_DEGREE
    plane = [((lon - lon0) * scale, (lat - lat0) * _KM_PER_DEGREE) for lon, lat in ring]
    pairs = itertools.pairwise(plane)
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs) / 2


def _distance(point: Point, start: Point, end: Point) -> float:
    """How far a point lies from a stretch, in degrees."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    if length == 0:
        return math.dist(point, start)
    along = ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / length
    along = max(0.0, min(1.0, along))
    return math.dist(point, (start[0] + along * dx, start[1] + along * dy))


def _unshifted(point: Point) -> Point:
    """The point whose shifted image is this one, to about a millimetre."""
    lon, lat = point
    for _ in range(6):
        shifted = _shifted((lon, lat))
        lon, lat = lon - (shifted[0] - point[0]), lat - (shifted[1] - point[1])
    return lon, lat


def _shifted(point: Point) -> Point:
    """A WGS 84 point as the national public maps draw it (GCJ-02)."""
    lon, lat = point
    x, y = lon - 105.0, lat - 35.0
    waves = (20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + waves
    north += (20 * math.sin(y * math.pi) + 40 * math.sin(y / 3 * math.pi)) * 2 / 3
    north += (160 * math.sin(y / 12 * math.pi) + 320 * math.sin(y * math.pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + waves
    east += (20 * math.sin(x * math.pi) + 40 * math.sin(x / 3 * math.pi)) * 2 / 3
    east += (150 * math.sin(x / 12 * math.pi) + 300 * math.sin(x / 30 * math.pi)) * 2 / 3
    radians = math.radians(lat)
    magic = 1 - _ECCENTRICITY * math.sin(radians) ** 2
    root = math.sqrt(magic)
    d_lat = north * 180 / ((_AXIS * (1 - _ECCENTRICITY)) / (magic * root) * math.pi)
    d_lon = east * 180 / (_AXIS / root * math.cos(radians) * math.pi)
    return lon + d_lon, lat + d_lat


def _bd09_to_gcj02(point: Point) -> Point:
    x, y = point[0] - 0.0065, point[1] - 0.006
    turn = math.pi * 3000 / 180
    radius = math.hypot(x, y) - 0.00002 * math.sin(y * turn)
    angle = math.atan2(y, x) - 0.000003 * math.cos(x * turn)
    return radius * math.cos(angle), radius * math.sin(angle)


def _file_fault() -> Fault:
    return Fault(
        "SHP-01",
        "",
        Text("不是 GeoJSON 要素集。", "This is no GeoJSON feature collection."),
        Text("请导出为 GeoJSON（FeatureCollection）。", "Export as GeoJSON (FeatureCollection)."),
    )
