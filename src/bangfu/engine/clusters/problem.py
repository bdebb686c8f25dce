"""A village-cluster problem (片区组团) in numbers: who lies where, what may join, what it costs.

A cluster is one hub village (重点村) with neighbouring villages, connected, bounded in size.
Villages are known by position; nothing here knows a policy, a code or a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from bangfu.vocabulary.errors import ComputationError

__all__ = [
    "EARTH_RADIUS_KM",
    "Cluster",
    "ClusterProblem",
    "CountyBound",
    "Prices",
    "Rules",
    "km_between",
    "standardised",
]

#: Mean radius of the earth (IUGG), for distances from longitude and latitude.
EARTH_RADIUS_KM = 6371.0088

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Cluster:
    """One cluster: its hub, and its other members in rising order."""

    hub: int
    members: tuple[int, ...]

    @property
    def villages(self) -> tuple[int, ...]:
        """Every village, the hub first."""
        return (self.hub, *self.members)


@dataclass(frozen=True, slots=True)
class Prices:
    """What the objective charges beside unlikeness, all at least 0.

    ``km2`` per squared km from member to hub; ``town`` and ``county`` per member that lies in
    another town or county than its hub; ``weak`` is a bonus per weak village that is a member.
    """

    km2: float = 0.0
    town: float = 0.0
    county: float = 0.0
    weak: float = 0.0


@dataclass(frozen=True, slots=True)
class CountyBound:
    """From ``least`` to ``most`` clusters whose hub lies in one county."""

    county: int
    least: int = 0
    most: int | None = None

    def allows(self, number: int) -> bool:
        return self.least <= number and (self.most is None or number <= self.most)


@dataclass(frozen=True, slots=True)
class Rules:
    """What every answer must keep.

    ``count`` clusters in all, each with ``min_size`` to ``max_size`` villages counting the hub,
    and at least ``cover`` members that are no hubs, at least ``weak`` of them weak. ``max_km``
    bounds the way from member to hub. ``within_town`` and ``within_county`` forbid members of
    another town or county. ``county_bounds`` hold one bound per county at most.
    """

    count: int
    min_size: int
    max_size: int
    cover: int = 0
    max_km: float | None = None
    within_town: bool = False
    within_county: bool = False
    weak: int = 0
    county_bounds: tuple[CountyBound, ...] = ()


@dataclass(frozen=True, slots=True)
class ClusterProblem:
    """Everything the solver and the evaluator need.

    Attributes
    ----------
    attributes : (n_villages, n_attributes) float
        Standardised and weighted already; see :func:`standardised`. [unitless]
    edges : (n_edges, 2) int
        Neighbouring villages, each pair once or twice, in any order.
    hubs : (n_hubs,) int
        Villages that may be hubs. They are hubs or stay out; none joins another's cluster.
    coordinates : (n_villages, 2) float or None
        x and y in km if ``planar``, else longitude and latitude in degrees.
    town, county : (n_villages,) int
        Numbers that are equal where the town or county is.
    weak : (n_villages,) bool
    must, cannot : pairs of (village, hub)
        A village that has to be, or must not be, in the cluster of that hub.
    frozen : clusters that stand already
        They are part of the answer, count towards ``count`` and ``cover``, and are left alone.
    """

    attributes: Floats
    edges: Ints
    hubs: Ints
    town: Ints
    county: Ints
    weak: Flags
    rules: Rules
    prices: Prices = field(default_factory=Prices)
    coordinates: Floats | None = None
    planar: bool = True
    must: tuple[tuple[int, int], ...] = ()
    cannot: tuple[tuple[int, int], ...] = ()
    frozen: tuple[Cluster, ...] = ()

    def __post_init__(self) -> None:
        rules, prices = self.rules, self.prices
        charges = (prices.km2, prices.town, prices.county, prices.weak)
        if not all(np.isfinite(charges)) or min(charges) < 0:
            raise ComputationError("prices are finite and not negative", prices=prices)
        if not 1 <= rules.min_size <= rules.max_size or rules.count < 1 or rules.cover < 0:
            raise ComputationError("sizes are 1 <= min <= max, count >= 1, cover >= 0", rules=rules)
        if rules.weak < 0 or any(
            bound.least < 0 or not bound.allows(bound.least) for bound in rules.county_bounds
        ):
            raise ComputationError("weak >= 0 and 0 <= least <= most per county", rules=rules)
        if not np.isfinite(self.attributes).all():
            raise ComputationError("an attribute is missing or not finite")
        if self.coordinates is None and (prices.km2 > 0 or rules.max_km is not None):
            raise ComputationError("a price or a limit on km needs coordinates")

    @property
    def n_villages(self) -> int:
        return len(self.attributes)

    @property
    def open_hubs(self) -> Ints:
        """Hubs that have no frozen cluster yet."""
        frozen = [cluster.hub for cluster in self.frozen]
        return self.hubs[~np.isin(self.hubs, np.array(frozen, dtype=np.int64))]

    @property
    def open_count(self) -> int:
        """Clusters still to be made."""
        return self.rules.count - len(self.frozen)

    @property
    def open_cover(self) -> int:
        """Members still to be found."""
        return max(0, self.rules.cover - sum(len(cluster.members) for cluster in self.frozen))

    @property
    def open_weak(self) -> int:
        """Weak members still to be found."""
        standing = sum(int(self.weak[list(cluster.members)].sum()) for cluster in self.frozen)
        return max(0, self.rules.weak - standing)

    def standing_in(self, county: int) -> int:
        """Frozen clusters whose hub lies in a county."""
        return sum(int(self.county[cluster.hub]) == county for cluster in self.frozen)


def standardised(values: Floats, *, weights: Sequence[float] | None = None) -> Floats:
    """Attributes with mean 0 and standard deviation 1 over all rows (ddof 0), times weights.

    Parameters
    ----------
    values : (n, d) float
    weights : (d,) float, optional
        Multiply the axes: a weight of 2 makes a deviation count four times when squared.

    Notes
    -----
    An attribute that is the same everywhere tells villages not apart and becomes 0.

    Examples
    --------
    >>> standardised(np.array([[1.0, 7.0], [3.0, 7.0]])).tolist()
    [[-1.0, 0.0], [1.0, 0.0]]
    """
    deviation = values - values.mean(axis=0)
    spread = values.std(axis=0)
    # A constant column can have a spread of some rounding steps; that is no spread.
    flat = spread <= 1e-12 * np.maximum(1.0, np.abs(values).max(axis=0, initial=0.0))
    scores = np.where(flat, 0.0, deviation / np.where(flat, 1.0, spread))
    return np.ascontiguousarray(scores * (1.0 if weights is None else np.asarray(weights)))


def km_between(one: Floats, other: Floats, *, planar: bool) -> Floats:
    """Distance in km between points, row by row.

    Parameters
    ----------
    one, other : (..., 2) float
        x and y in km if ``planar``, else longitude and latitude in degrees (haversine).

    Examples
    --------
    >>> float(km_between(np.array([0.0, 0.0]), np.array([3.0, 4.0]), planar=True))
    5.0
    >>> degree = km_between(np.array([120.0, 30.0]), np.array([120.0, 31.0]), planar=False)
    >>> round(float(degree), 3)
    111.195
    """
    if planar:
        return np.asarray(np.hypot(other[..., 0] - one[..., 0], other[..., 1] - one[..., 1]))
    lon1, lat1 = np.radians(one[..., 0]), np.radians(one[..., 1])
    lon2, lat2 = np.radians(other[..., 0]), np.radians(other[..., 1])
    rise = np.sin((lat2 - lat1) / 2) ** 2
    bow = rise + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(1.0, bow))))
