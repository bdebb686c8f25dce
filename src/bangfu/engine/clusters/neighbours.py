"""Who is next to whom (相邻关系): from points, from boundaries, cut by barriers.

Knows points and lines in a plane of km, not places.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from bangfu.engine.clusters.problem import EARTH_RADIUS_KM, Floats, Ints

__all__ = ["crossing", "edges_of_boundaries", "edges_of_points", "plane_of"]

#: Times the median length of an edge beyond which points are no neighbours, where nobody says.
USUAL_CUT = 3.0
#: Vertices closer than this are one, in the unit of the boundaries.
_SAME_POINT = 1e-6


def plane_of(lonlat: Floats, *, of: Floats | None = None) -> Floats:
    """Longitude and latitude in degrees as x and y in km about their middle, or that ``of`` others.

    True to a few parts in a thousand over a province: good for who is next to whom, not for
    distances that decide.
    """
    middle = (lonlat if of is None else of).mean(axis=0)
    per_degree = EARTH_RADIUS_KM * np.pi / 180
    scale = np.array([per_degree * np.cos(np.radians(middle[1])), per_degree])
    return np.asarray((lonlat - middle) * scale)


def edges_of_points(points: Floats, *, max_km: float | None = None) -> Ints:
    """Pairs of points whose Voronoi cells touch (Delaunay), no longer than ``max_km``.

    Parameters
    ----------
    points : (n, 2) float [km]
    max_km : float, optional
        Without it, three times the median length.

    Returns
    -------
    (m, 2) int
        The smaller number first, rising.

    Notes
    -----
    Points at one place are linked to each other; points on one line are linked in their order.

    Examples
    --------
    >>> edges_of_points(np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])).tolist()
    [[0, 1], [0, 2], [1, 2]]
    >>> edges_of_points(np.array([[0.0, 0.0], [2.0, 0.0], [1.0, 0.0]])).tolist()
    [[0, 2], [1, 2]]
    """
    places, which = np.unique(points, axis=0, return_inverse=True)
    which = which.reshape(-1)
    among = _delaunay(places)
    first = np.full(len(places), -1, dtype=np.int64)
    doubles = []
    for point, place in enumerate(which.tolist()):
        if first[place] < 0:
            first[place] = point
        else:
            doubles.append((int(first[place]), point))
    pairs = np.concatenate([first[among], np.array(doubles, dtype=np.int64).reshape(-1, 2)])
    if len(pairs) == 0:
        return pairs
    length = np.hypot(*(points[pairs[:, 0]] - points[pairs[:, 1]]).T)
    limit = (
        max_km
        if max_km is not None
        else USUAL_CUT * float(np.median(length[length > 0] if (length > 0).any() else length))
    )
    kept = np.sort(pairs[length <= limit], axis=1)
    return np.unique(kept, axis=0)


def _delaunay(places: Floats) -> Ints:
    from scipy.spatial import Delaunay, QhullError

    if len(places) >= 3:
        try:
            corners = Delaunay(places).simplices
        except QhullError:
            pass
        else:
            sides = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]])
            return np.unique(np.sort(sides.astype(np.int64), axis=1), axis=0)
    order = np.lexsort((places[:, 1], places[:, 0]))
    return np.stack([order[:-1], order[1:]], axis=1).astype(np.int64)


def edges_of_boundaries(rings: Sequence[Sequence[Floats]]) -> Ints:
    """Pairs of areas that share a piece of boundary, not only a corner.

    Parameters
    ----------
    rings : for each area its rings, each (n, 2) float
        Boundaries have to run through the same vertices on both sides, as they do in
        topologically clean data.

    Examples
    --------
    >>> left = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    >>> edges_of_boundaries([[left], [left + [1, 0]], [left + [2, 1]]]).tolist()
    [[0, 1]]
    """
    owners: dict[tuple[int, int, int, int], set[int]] = {}
    for area, own in enumerate(rings):
        for ring in own:
            grid = np.round(np.asarray(ring, dtype=np.float64) / _SAME_POINT).astype(np.int64)
            ahead = np.roll(grid, -1, axis=0)
            for (x1, y1), (x2, y2) in zip(grid.tolist(), ahead.tolist(), strict=True):
                if (x1, y1) != (x2, y2):
                    one, other = sorted([(x1, y1), (x2, y2)])
                    owners.setdefault((*one, *other), set()).add(area)
    pairs = {(a, b) for areas in owners.values() for a in areas for b in areas if a < b}
    return np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)


def crossing(points: Floats, edges: Ints, barriers: Iterable[Floats]) -> np.ndarray:
    """Which edges cross a barrier, a line of (n, 2) points in the plane of ``points``.

    >>> points = np.array([[0.0, 0.0], [2.0, 0.0], [0.0, 2.0]])
    >>> river = np.array([[1.0, -1.0], [1.0, 0.5]])
    >>> crossing(points, np.array([[0, 1], [0, 2]]), [river]).tolist()
    [True, False]
    """
    cut = np.zeros(len(edges), dtype=np.bool_)
    a, b = points[edges[:, 0]], points[edges[:, 1]]
    for line in barriers:
        for c, d in pairwise(line):
            apart = _side(a, b, c) * _side(a, b, d) <= 0
            # The end of a barrier that touches the way bars it.
            cut |= apart & (_side_of(c, d, a) * _side_of(c, d, b) <= 0)
    return cut


def _side(a: Floats, b: Floats, point: Floats) -> Floats:
    ahead, aside = b - a, point - a
    return np.asarray(np.sign(ahead[:, 0] * aside[:, 1] - ahead[:, 1] * aside[:, 0]))


def _side_of(c: Floats, d: Floats, points: Floats) -> Floats:
    ahead, aside = d - c, points - c
    return np.asarray(np.sign(ahead[0] * aside[:, 1] - ahead[1] * aside[:, 0]))
