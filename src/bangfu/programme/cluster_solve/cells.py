"""The land of each village on the map (村域): its boundary, or what lies nearest to its point.

Knows points and rings in a plane of km. A cell made from a point is a drawing aid, no boundary.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bangfu.engine.clusters.problem import Floats

__all__ = ["Border", "Cells", "cells_of_points", "cells_of_rings"]

#: A cell reaches no further from its point than so many times the usual distance of neighbours.
_REACH = 1.8
_CORNERS = 16
#: Vertices closer than this in km are one.
_SAME_POINT = 1e-6


@dataclass(frozen=True, slots=True)
class Border:
    """A straight piece between two villages; ``other`` is -1 where nobody is beyond."""

    one: int
    other: int
    ends: Floats


@dataclass(frozen=True, slots=True)
class Cells:
    """Rings of every village, and the pieces of border between them."""

    rings: list[list[Floats]]
    borders: list[Border]


def cells_of_rings(rings: Sequence[Sequence[Floats]]) -> Cells:
    """Cells with boundaries as they were given; clean data share vertices."""
    owners: dict[tuple[tuple[int, int], tuple[int, int]], list[int]] = {}
    ends: dict[tuple[tuple[int, int], tuple[int, int]], Floats] = {}
    for village, own in enumerate(rings):
        for ring in own:
            grid = [(int(x), int(y)) for x, y in np.round(ring / _SAME_POINT)]
            for at in range(len(ring) - 1):
                if grid[at] == grid[at + 1]:
                    continue
                one, other = sorted((grid[at], grid[at + 1]))
                owners.setdefault((one, other), []).append(village)
                ends[one, other] = ring[at : at + 2]
    borders = [
        Border(found[0], found[1] if len(found) > 1 else -1, ends[key])
        for key, found in owners.items()
    ]
    return Cells([list(own) for own in rings], borders)


def cells_of_points(points: Floats, *, reach: float | None = None) -> Cells:
    """Voronoi cells, none reaching far beyond its point; villages at one place share a cell.

    ``reach`` is how far, in km; without it some way more than neighbours lie apart.

    >>> cells = cells_of_points(np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]))
    >>> len(cells.rings), len(cells.borders) >= 4
    (4, True)
    """
    from scipy.spatial import Voronoi, cKDTree

    places, first, which = np.unique(points, axis=0, return_index=True, return_inverse=True)
    which = which.reshape(-1)
    if len(places) < 2:
        return Cells([[_disc(point, 1.0)] for point in points], [])
    near = cKDTree(places).query(places, k=min(4, len(places)))[0][:, -1]
    reach = _REACH * float(np.median(near)) if reach is None else reach
    low, high = places.min(axis=0), places.max(axis=0)
    middle, far = (low + high) / 2, 20.0 * (float((high - low).max()) + reach)
    guards = middle + far * np.array([[-1.0, 0.0], [1.0, 0.0], [0.0, -1.0], [0.0, 1.0]])
    diagram = Voronoi(np.concatenate([places, guards]), qhull_options="Qbb Qc")
    shapes = [
        _clipped(diagram.vertices[diagram.regions[diagram.point_region[place]]], point, reach)
        for place, point in enumerate(places)
    ]
    ridges = np.asarray(diagram.ridge_points)
    pairs = np.array(diagram.ridge_vertices)
    real = (ridges < len(places)).all(axis=1) & (pairs >= 0).all(axis=1)
    ridges, ends = ridges[real], diagram.vertices[pairs[real]]
    away = ends - places[ridges[:, 0]][:, None]
    whole = ((away**2).sum(axis=2) <= reach**2).all(axis=1)
    borders = []
    for (one, other), piece, kept in zip(ridges.tolist(), ends, whole.tolist(), strict=True):
        part = piece if kept else _inside(piece, places[one], reach)
        if part is not None:
            borders.append(Border(int(first[one]), int(first[other]), part))
    return Cells([[shapes[place]] for place in which], borders)


def _disc(point: Floats, radius: float) -> Floats:
    turn = np.linspace(0, 2 * np.pi, _CORNERS, endpoint=False)
    return np.asarray(point + radius * np.stack([np.cos(turn), np.sin(turn)], axis=1))


def _clipped(ring: Floats, point: Floats, reach: float) -> Floats:
    """A convex ring, cut down to the polygon that stands for a disc about the point."""
    away = ring - point
    if float((away**2).sum(axis=1).max(initial=0.0)) <= reach**2:
        return np.asarray(ring[np.argsort(np.arctan2(away[:, 1], away[:, 0]))])
    shape = ring[np.argsort(np.arctan2(away[:, 1], away[:, 0]))]
    for turn in np.linspace(0, 2 * np.pi, _CORNERS, endpoint=False):
        shape = _cut(shape, point, np.array([np.cos(turn), np.sin(turn)]), reach)
    return shape


def _cut(shape: Floats, point: Floats, ahead: Floats, reach: float) -> Floats:
    """What of a convex shape is at most ``reach`` ahead of the point."""
    height = (shape - point) @ ahead - reach
    if not (height > 0).any():
        return shape
    kept = []
    for at in range(len(shape)):
        after = (at + 1) % len(shape)
        if height[at] <= 0:
            kept.append(shape[at])
        if (height[at] <= 0) != (height[after] <= 0):
            share = height[at] / (height[at] - height[after])
            kept.append(shape[at] + share * (shape[after] - shape[at]))
    return np.array(kept).reshape(-1, 2)


def _inside(ends: Floats, point: Floats, reach: float) -> Floats | None:
    """The part of a line that is within reach of a point."""
    start, along = ends[0] - point, ends[1] - ends[0]
    a, b, c = along @ along, start @ along, start @ start - reach**2
    if a == 0 or b * b - a * c <= 0:
        return None
    root = np.sqrt(b * b - a * c)
    low, high = max(0.0, (-b - root) / a), min(1.0, (-b + root) / a)
    return None if low >= high else np.array([ends[0] + low * along, ends[0] + high * along])
