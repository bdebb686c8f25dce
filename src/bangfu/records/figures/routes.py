"""Where a return goes (报送路线): the offices that review it, along the reporting tree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from bangfu.records.access.gate import active_grants
from bangfu.records.access.roles import roles_with
from bangfu.records.catalogue.models import Form
from bangfu.records.places.choices import Level
from bangfu.records.places.models import Place

__all__ = ["Stop", "holds_at", "places_held", "route_of"]

#: A functional zone stands where a county would.
_ZONE_STANDS_FOR: Final = Level.COUNTY.value


@dataclass(frozen=True, slots=True)
class Stop:
    """One review on the way: the level asked by the form, and the place whose office does it."""

    level: str
    place_id: int


def route_of(form: Form, place: Place) -> tuple[Stop, ...]:
    """The reviews a place's return goes through, from below.

    A level that does not exist above the place is left out: some counties answer to the
    province. A functional zone reviews where the county would.
    """
    ids = [int(part) for part in place.reporting_path.strip("/").split("/")]
    above = {row.pk: row.level for row in Place.objects.filter(pk__in=ids).only("pk", "level")}
    by_level: dict[str, int] = {}
    for place_id in ids:
        level = above[place_id]
        by_level[_ZONE_STANDS_FOR if level == Level.ZONE else level] = place_id
    stops = [Stop(level, by_level[level]) for level in form.review_levels if level in by_level]
    return tuple(stops) or (Stop(place.level, place.pk),)


def places_held(user: Any, verb: str) -> frozenset[int]:
    """The places an account's posts for a verb are held over, themselves only."""
    grants = active_grants(user).filter(role__in=roles_with(verb))
    return frozenset(grants.values_list("place_id", flat=True))


def holds_at(user: Any, verb: str, place_ids: Iterable[int | None]) -> bool:
    """Whether an account holds a post for a verb at one of these very places."""
    if user.pk is None and not getattr(user, "is_anonymous", False):
        return True
    return bool(places_held(user, verb) & set(place_ids))
