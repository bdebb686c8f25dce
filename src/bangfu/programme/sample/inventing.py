"""Inventing the places of a sample (虚构区划): counties, townships, villages and where they stand.

County digits 9x are in use nowhere, so no code can be taken for a real one. Where a scheme prints
its numbers city by city, the counties stand under the digits of such a city, which itself is
left out of the table.
"""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random
from typing import Final

from bangfu.programme.sample.setting import Setting
from bangfu.programme.sample.territory import Place, Territory, tags_asked_for
from bangfu.schemes.load import Scheme

__all__ = ["build_territory"]

#: Counties and townships per county by size; a scheme of one city has its own number of counties.
_SHAPES: Final = {"county": (1, 12), "city": (6, 17)}
_CITY_SCHEME_SHAPE: Final = (4, 25)
_VILLAGES_PER_TOWNSHIP: Final = (10, 15)
_TOWNSHIPS_OF_ZONE: Final = 3
_FIRST_COUNTY_DIGITS: Final = 91
_INVENTED_CITY_DIGITS: Final = "99"
_NAMES: Final = "甲乙丙丁戊己庚辛"
#: Villages stand on a lattice, each township on a block of four by four cells.
_BLOCK: Final = 4
_COUNTIES_ABREAST: Final = 3
#: Open sea, where no place can be taken for a real one. [degrees]
_ORIGIN_LON, _ORIGIN_LAT = 125.0, 22.0
_CELL_DEG: Final = 0.02
_JITTER_DEG: Final = 0.006
_MEDIAN_PEOPLE: Final = 1250
_COLLECTIVE_SHARE: Final = 0.3
_ALIAS_EVERY: Final = 17


def build_territory(setting: Setting) -> Territory:
    """Invent the places of a sample.

    Notes
    -----
    In the larger size the last county carries none of the county tags of the scheme (山区海岛县),
    so that places outside them occur; and where the scheme knows a functional zone, some
    townships of the first county report to one.
    """
    return _Builder(setting).built()


class _Builder:
    """Counters and streams while the places are made."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._scheme = setting.scheme
        self._rng = setting.stream("places")
        self._numbers: dict[str, int] = {}
        #: Which one in its county a township is.
        self._order: dict[str, int] = {}
        self._width = 3 if setting.size == "county" else 4
        self._tags = tags_asked_for(setting.scheme)
        self._counties, self._townships = (
            _CITY_SCHEME_SHAPE
            if setting.size == "city" and self._scheme.about.area_code
            else _SHAPES[setting.size]
        )
        self._abreast = math.ceil(math.sqrt(self._townships))

    def built(self) -> Territory:
        prefixes = _county_prefixes(self._scheme, self._counties)
        invented = prefixes[0].endswith(_INVENTED_CITY_DIGITS)
        city_code = prefixes[0].ljust(12, "0") if invented else None
        counties = [self._county(index, prefix, city_code) for index, prefix in enumerate(prefixes)]
        zone = self._zone(prefixes[0], city_code) if self._has_zone() else None
        if zone is not None:
            counties[0] = [self._zoned(place, zone.code) for place in counties[0]]
        upper = [] if city_code is None else [self._city(city_code, counties)]
        heads = [county[0] for county in counties] + ([zone] if zone else [])
        townships = [p for county in counties for p in county if p.level == "township"]
        villages = [p for county in counties for p in county if p.level == "village"]
        return Territory([*upper, *heads, *townships, *villages])

    def _has_zone(self) -> bool:
        named = self._scheme.about.places
        return self._setting.size == "city" and any(place.functional_zone for place in named)

    def _city(self, code: str, counties: list[list[Place]]) -> Place:
        heads = [county[0] for county in counties]
        return Place(
            code,
            "示例市",
            "city",
            None,
            lon=_mean([head.lon for head in heads]),
            lat=_mean([head.lat for head in heads]),
            people=sum(head.people for head in heads),
        )

    def _zone(self, prefix: str, city_code: str | None) -> Place:
        digits = _FIRST_COUNTY_DIGITS + self._counties
        code = f"{prefix}{digits}".ljust(12, "0")
        return Place(
            code, "示例新区", "county", city_code, "功能区", lon=_ORIGIN_LON, lat=_ORIGIN_LAT
        )

    def _zoned(self, place: Place, zone_code: str) -> Place:
        """The first townships of the first county, and their villages, report to the zone."""
        if place.level == "county":
            return place
        township = place.code if place.level == "township" else place.parent_code
        in_zone = self._order[str(township)] < _TOWNSHIPS_OF_ZONE
        return replace(place, zone_code=zone_code) if in_zone else place

    def _county(self, index: int, prefix: str, city_code: str | None) -> list[Place]:
        code = f"{prefix}{_FIRST_COUNTY_DIGITS + index}"
        wealth = 1 + self._rng.uniform(-0.06, 0.06)
        tags = self._county_tags(index)
        below: list[Place] = []
        for order, kind in enumerate(
            _township_kinds(self._townships, with_alike=self._alike(index))
        ):
            below += self._township((index, order), kind, code, tags=tags, wealth=wealth)
        townships = [place for place in below if place.level == "township"]
        head = Place(
            code.ljust(12, "0"),
            f"示例{_NAMES[index]}县",
            "county",
            city_code,
            tags=tags,
            lon=_mean([place.lon for place in townships]),
            lat=_mean([place.lat for place in townships]),
            people=sum(place.people for place in townships),
            wealth=wealth,
        )
        return [head, *below]

    def _alike(self, index: int) -> bool:
        return self._setting.size == "city" and index == 0

    def _county_tags(self, index: int) -> tuple[str, ...]:
        if self._setting.size == "city" and index == self._counties - 1:
            return ()
        memberships = self._scheme.about.memberships
        return tuple(m.name for m in memberships if m.level == "county")

    def _township(
        self,
        position: tuple[int, int],
        kind: str,
        county: str,
        *,
        tags: tuple[str, ...],
        wealth: float,
    ) -> list[Place]:
        digit = {"街道": 0, "镇": 1, "乡": 2, "类似乡镇": 4}[kind]
        number = self._count(f"{county}/{kind}")
        code = f"{county}{digit}{number:02d}"
        weakness = self._rng.random()
        wealth *= 1.14 - 0.34 * weakness
        villages = self._villages(position, code, kind, tags=tags, weakness=weakness, wealth=wealth)
        self._order[code.ljust(12, "0")] = position[1]
        stem = "农场" if kind == "类似乡镇" else kind
        head = Place(
            code.ljust(12, "0"),
            f"示例{stem}{self._count(kind):0{self._width - 1}d}",
            "township",
            county.ljust(12, "0"),
            kind,
            tags,
            lon=_mean([place.lon for place in villages]),
            lat=_mean([place.lat for place in villages]),
            people=sum(place.people for place in villages),
            weakness=weakness,
            wealth=wealth,
        )
        return [head, *villages]

    def _villages(
        self,
        position: tuple[int, int],
        township: str,
        township_kind: str,
        *,
        tags: tuple[str, ...],
        weakness: float,
        wealth: float,
    ) -> list[Place]:
        number = self._rng.randint(*_VILLAGES_PER_TOWNSHIP)
        kinds = _village_kinds(township_kind, number)
        found = []
        for order, kind in enumerate(kinds):
            own = self._rng.random()
            cell = self._cell(position, order)
            lon, lat = _at(cell, self._rng)
            digits = {"居委会": 1, "村委会": 201, "类似村": 401}[kind] + kinds[:order].count(kind)
            serial = self._count("village")
            stem = {"居委会": "示例社区", "村委会": "示例村", "类似村": "示例分场"}[kind]
            name = f"{stem}{serial:0{self._width}d}"
            found.append(
                Place(
                    f"{township}{digits:03d}",
                    name,
                    "village",
                    township.ljust(12, "0"),
                    kind,
                    (*tags, *self._collective(kind)),
                    alias=f"样例{name[2:]}" if serial % _ALIAS_EVERY == 0 else None,
                    cell=cell,
                    lon=lon,
                    lat=lat,
                    people=round(self._rng.lognormvariate(math.log(_MEDIAN_PEOPLE), 0.35)),
                    weakness=0.45 * weakness + 0.55 * own,
                    wealth=wealth * (1.12 - 0.26 * own),
                )
            )
        return found

    def _collective(self, kind: str) -> tuple[str, ...]:
        """Tags set by hand: some residents' committees kept a collective."""
        if kind == "村委会" or self._rng.random() >= _COLLECTIVE_SHARE:
            return ()
        return self._tags

    def _cell(self, position: tuple[int, int], order: int) -> tuple[int, int]:
        county, township = position
        high = math.ceil(self._townships / self._abreast)
        across = (county % _COUNTIES_ABREAST) * self._abreast + township % self._abreast
        down = (county // _COUNTIES_ABREAST) * high + township // self._abreast
        return across * _BLOCK + order % _BLOCK, down * _BLOCK + order // _BLOCK

    def _count(self, what: str) -> int:
        self._numbers[what] = self._numbers.get(what, 0) + 1
        return self._numbers[what]


def _county_prefixes(scheme: Scheme, counties: int) -> list[str]:
    """The city digits under which each county stands."""
    quotas = scheme.pairing.quotas
    if not quotas:
        return [scheme.about.province_code[:2] + _INVENTED_CITY_DIGITS] * counties
    first = str(quotas[0].published.rows[0].recipient)
    others = [
        str(quota.published.rows[-1].recipient)
        for quota in quotas
        if first not in {row.recipient for row in quota.published.rows}
    ]
    # A class that the first city has none of needs a county elsewhere, if there is more than one.
    elsewhere = list(dict.fromkeys(others))[: counties - 1]
    own = [first] * (counties - len(elsewhere))
    return [code[:4] for code in (*own, *elsewhere)]


def _township_kinds(number: int, *, with_alike: bool) -> list[str]:
    streets = 1 if number <= 12 else 2
    rural = round(number * 0.3)
    alike = ["类似乡镇"] if with_alike else []
    towns = number - streets - rural - len(alike)
    return ["街道"] * streets + ["镇"] * towns + ["乡"] * rural + alike


def _village_kinds(township_kind: str, number: int) -> list[str]:
    if township_kind == "类似乡镇":
        return ["类似村"] * number
    committees = {"街道": number * 2 // 3, "镇": 1, "乡": 0}[township_kind]
    return ["居委会"] * committees + ["村委会"] * (number - committees)


def _at(cell: tuple[int, int], rng: Random) -> tuple[float, float]:
    lon = _ORIGIN_LON + cell[0] * _CELL_DEG + rng.uniform(-_JITTER_DEG, _JITTER_DEG)
    lat = _ORIGIN_LAT - cell[1] * _CELL_DEG + rng.uniform(-_JITTER_DEG, _JITTER_DEG)
    return round(lon, 5), round(lat, 5)


def _mean(numbers: list[float]) -> float:
    return round(sum(numbers) / len(numbers), 5) if numbers else 0.0
