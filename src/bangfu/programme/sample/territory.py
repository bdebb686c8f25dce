"""An invented territory (虚构区划): places with codes that no real place bears, and their tree.

Knows no list and no figure; ``inventing`` makes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from bangfu.schemes.load import Scheme

__all__ = ["Place", "Territory", "tags_asked_for"]


@dataclass(frozen=True, slots=True)
class Place:
    """One invented place. ``cell`` is where a village stands on the lattice.

    ``weakness`` runs from 0 to 1 and ``wealth`` is a factor around 1: the figures follow them.
    """

    code: str
    name: str
    level: str
    parent_code: str | None
    kind: str | None = None
    tags: tuple[str, ...] = ()
    zone_code: str | None = None
    alias: str | None = None
    cell: tuple[int, int] | None = None
    lon: float = 0.0
    lat: float = 0.0
    people: int = 0
    weakness: float = 0.0
    wealth: float = 1.0


@dataclass
class Territory:
    """All places, upper ones first."""

    places: list[Place] = field(default_factory=list)

    @cached_property
    def by_code(self) -> dict[str, Place]:
        """The places by code."""
        return {place.code: place for place in self.places}

    @cached_property
    def below(self) -> dict[str, list[Place]]:
        """The places directly below each place."""
        found: dict[str, list[Place]] = {}
        for place in self.places:
            if place.parent_code is not None:
                found.setdefault(place.parent_code, []).append(place)
        return found

    def at(self, level: str) -> list[Place]:
        """The places of a level, in the order of the table."""
        return [place for place in self.places if place.level == level]

    def upward(self, place: Place) -> Iterator[Place]:
        """The place and those above it, in the civil tree."""
        current: Place | None = place
        while current is not None:
            yield current
            current = self.by_code.get(current.parent_code or "")

    def above(self, place: Place, level: str) -> Place | None:
        """The place of a level that holds the place; itself at its own level."""
        return next((upper for upper in self.upward(place) if upper.level == level), None)

    def reporting_county(self, place: Place) -> str:
        """The county-level unit a place reports to: its functional zone, or its county."""
        county = self.above(place, "county")
        return place.zone_code or (county.code if county else place.code)

    def code_above(self, place: Place, level: str) -> str | None:
        """The code of the place above at a level; at the county level the one reported to."""
        if level == "county":
            return self.reporting_county(place)
        upper = self.above(place, level)
        return upper.code if upper else None

    def villages_of(self, place: Place) -> list[Place]:
        """The villages inside a township or a county."""
        if place.level == "township":
            return self.below.get(place.code, [])
        return [v for t in self.below.get(place.code, []) for v in self.villages_of(t)]


def tags_asked_for(scheme: Scheme) -> tuple[str, ...]:
    """Tags an office sets by hand: those of expressions that no membership or class brings."""
    sources: list[str] = []
    for target_list in scheme.targeting.lists:
        sources.append(target_list.universe.include)
        sources += [criterion.member_include for criterion in target_list.criteria]
    sources += [goal.member_include for goal in scheme.goals.goals]
    brought = {membership.name for membership in scheme.about.memberships}
    brought |= {c.tag for t in scheme.targeting.lists for c in t.classes if c.tag}
    written = [tag for source in sources for tag in re.findall(r"tagged\('([^']+)'\)", source)]
    return tuple(dict.fromkeys(tag for tag in written if tag not in brought))
