"""``clusters.yaml``: groups of villages round a hub village (片区组团), whose objects are clusters.

Says how many there must be, who belongs to one, who manages it, how long building takes and what
holds once it is done. How clusters are formed from a map is no matter of a scheme file.
"""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field, model_validator

from bangfu.schemes.format.common import Cited, FigureText, Id, Model
from bangfu.schemes.format.values import Value

__all__ = [
    "COUNT_READINGS",
    "COVERAGE_READINGS",
    "CROSSINGS",
    "GROWTH_READINGS",
    "BuildingPeriod",
    "ClusterBody",
    "ClusterCount",
    "ClusterCoverage",
    "ClusterGrowth",
    "ClusterLeader",
    "ClustersFile",
    "ManagementRow",
    "MemberBounds",
    "ServiceCircle",
    "TrackedTag",
]

#: The ways in which each kind of goal is worked out; a reading chooses the one that counts.
COUNT_READINGS: Final = ("started", "built")
GROWTH_READINGS: Final = ("relative_rate", "percentage_points", "level")
COVERAGE_READINGS: Final = ("villages", "population")
#: What a cluster crosses, from the widest.
CROSSINGS: Final = ("cross_county", "cross_town", "within_town")


class ClusterCount(Cited):
    """A number to reach by the end of a year.

    ``surrounding_villages`` are the members that are no hub, each counted once however many
    clusters it lies in. ``within`` counts the year alone, or all up to its end.
    """

    counts: Literal["clusters", "surrounding_villages"]
    within: Literal["year", "to_date"] = "to_date"
    number: FigureText
    year: FigureText


class MemberBounds(Cited):
    """How many villages a cluster has, its hub included; null where nothing is stated."""

    at_least: FigureText = None
    at_most: FigureText = None


class BuildingPeriod(Cited):
    """How long a cluster is under construction, from its start."""

    shortest: FigureText
    longest: FigureText


class ManagementRow(Cited):
    """One row of the decision table of management: the first row whose crossing holds counts."""

    crossing: Literal["cross_county", "cross_town", "within_town"]
    level: Literal["province", "city", "county", "township"]


class ClusterGrowth(Cited):
    """Growth of a figure of the surrounding villages after completion, against that before.

    ``threshold`` is by how much it must be higher; the reading says of what. The base is the mean
    yearly growth (for levels the mean figure) of ``years_before`` years before the start.
    """

    element: Id
    op: Literal[">=", ">"]
    threshold: FigureText
    years_before: FigureText


class ClusterCoverage(Cited):
    """Share of a cluster that has a service: of its villages, or of their people.

    ``element`` tells whether a village has it; ``weighted_by`` counts the people of a village.
    ``due`` says for which clusters it is tested: those completed, or all that have begun.
    """

    element: Id
    weighted_by: Id | None = None
    threshold: FigureText
    due: Literal["completed", "begun"] = "completed"


class ServiceCircle(Cited):
    """The circle of services within a travel time; without ``pass_share`` people judge it."""

    travel_time: FigureText
    pass_share: FigureText = None


class ClusterLeader(Cited):
    """A responsible leader of a level at each cluster, and the words tables use for the role."""

    role: Id
    level: Literal["city", "county", "township"]
    aliases: tuple[str, ...] = ()
    at_least: FigureText


class ClusterBody(Cited):
    """A body of the cluster: what it is, who may head it, how often it meets."""

    kinds: FigureText = None
    heads: FigureText = None
    members: FigureText = None
    matters: FigureText = None
    meets_every: FigureText = None


class TrackedTag(Cited):
    """Places of another programme, told by their tag, that are counted in each cluster."""

    tag: str = Field(min_length=1)


class ClustersFile(Model):
    """``clusters.yaml``."""

    values: tuple[Value, ...] = ()
    counts: tuple[ClusterCount, ...] = ()
    membership: MemberBounds | None = None
    building: BuildingPeriod | None = None
    management: tuple[ManagementRow, ...] = ()
    growth: ClusterGrowth | None = None
    coverage: tuple[ClusterCoverage, ...] = ()
    circle: ServiceCircle | None = None
    leaders: tuple[ClusterLeader, ...] = ()
    bodies: tuple[ClusterBody, ...] = ()
    tracked: tuple[TrackedTag, ...] = ()

    @model_validator(mode="after")
    def _crossings_once(self) -> ClustersFile:
        crossings = [row.crossing for row in self.management]
        if crossings and sorted(crossings) != sorted(CROSSINGS):
            raise ValueError(f"management needs one row for each of {', '.join(CROSSINGS)}")
        return self

    @property
    def says_something(self) -> bool:
        """Whether the scheme is about clusters at all."""
        return self != ClustersFile()
