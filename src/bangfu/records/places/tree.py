"""The tree of any day, as known at any instant (某日区划树).

Reads versions and reporting lines; today's columns on `Place` are not looked at, so that a past
day and a future one are answered alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from bangfu.records.places.models import Place, PlaceVersion, ReportingLine

__all__ = ["TreeRow", "is_only_top", "known_at_instant", "paths_of", "tree_on", "valid_on"]


@dataclass(frozen=True, slots=True)
class TreeRow:
    """A place on a day. ``zone_id`` is the functional zone it answers to, if any."""

    place_id: int
    code_system: str
    code: str
    name: str
    level: str
    kind: str
    parent_id: int | None
    path: str
    reporting_path: str
    zone_id: int | None
    valid_from: date
    valid_to: date


def valid_on(day: date, *, starts: str = "valid_from", ends: str = "valid_to") -> Q:
    """The condition that a half-open period holds a day."""
    return Q(**{f"{starts}__lte": day, f"{ends}__gt": day})


def known_at_instant(instant: datetime | None) -> Q:
    """The condition that a statement was held true at an instant; now, if none is given."""
    if instant is None:
        return Q(known_to__isnull=True)
    return Q(known_from__lte=instant) & (Q(known_to__isnull=True) | Q(known_to__gt=instant))


def tree_on(day: date, known_at: datetime | None = None) -> list[TreeRow]:
    """Every place that exists on a day, by path (upper places first), as known at an instant.

    Two calls with the same day and the same past instant give the same rows whatever was
    entered in between.
    """
    known = known_at_instant(known_at)
    versions = list(
        PlaceVersion.objects.filter(known, valid_on(day)).values_list(
            "place_id", "code_system", "code", "name", "level", "kind", "parent_id",
            "valid_from", "valid_to",
        )
    )  # fmt: skip
    zones = zones_on(day, known_at)
    parents: dict[int, int | None] = {row[0]: row[6] for row in versions}
    paths = paths_of(parents)
    reporting = paths_of({**parents, **{k: v for k, v in zones.items() if k in parents}})
    rows = [
        TreeRow(*row[:7], paths[row[0]], reporting[row[0]], zones.get(row[0]), *row[7:])
        for row in versions
    ]
    return sorted(rows, key=lambda row: row.path)


def zones_on(day: date, known_at: datetime | None = None) -> dict[int, int]:
    """The functional zone of each place that answers to one on a day."""
    lines = ReportingLine.objects.filter(
        known_at_instant(known_at), valid_on(day, starts="starts_on", ends="ends_on")
    )
    return dict(lines.order_by("pk").values_list("place_id", "reports_to_id"))


def paths_of(parents: Mapping[int, int | None]) -> dict[int, str]:
    """The path of each place by its parents; a parent that is not there ends the path.

    >>> paths_of({1: None, 2: 1, 3: 2})
    {1: '/1/', 2: '/1/2/', 3: '/1/2/3/'}
    """
    paths: dict[int, str] = {}
    for start in parents:
        chain: list[int] = []
        current: int | None = start
        while current is not None and current in parents and current not in paths:
            if current in chain:
                break
            chain.append(current)
            current = parents[current]
        path = paths.get(current, "/") if current is not None else "/"
        for place_id in reversed(chain):
            path = paths[place_id] = f"{path}{place_id}/"
    return paths


def is_only_top(place: Place) -> bool:
    """Whether every place lies below this one, by either tree, because no other has none above.

    Where it holds no condition on paths is needed, and a list can be read along its own order.
    """
    if place.parent_id is not None:
        return False
    return not Place.objects.filter(parent__isnull=True).exclude(pk=place.pk).exists()


def below(rows: Iterable[TreeRow], place_id: int) -> list[Any]:
    """The rows at or below a place, by either tree."""
    mark = f"/{place_id}/"
    return [row for row in rows if mark in row.path or mark in row.reporting_path]
