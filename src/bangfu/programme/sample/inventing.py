"""Inventing the places of a sample (虚构区划): counties, townships, villages and where they stand.

Their codes are in use nowhere and none can be taken for a real one; ``shapes`` says how many
there are. A real city under whose digits counties stand is left out of the table; the province
stands in it only where a scheme compares places with it, since schemes know it by its code.
"""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random
from typing import Final

from bangfu.programme.sample.needs import elements_needed
from bangfu.programme.sample.setting import Setting
from bangfu.programme.sample.shapes import FIRST_COUNTY_DIGITS, CountyPlan, county_plans
from bangfu.programme.sample.territory import Place, Territory, tags_asked_for

__all__ = ["build_territory"]

#: Fewest and most villages of a township, by extent.
_VILLAGES_PER_TOWNSHIP: Final = {"county": (10, 15), "city": (10, 15), "province": (13, 23)}
#: A province has one township without villages and one with so many.
_MANY_VILLAGES: Final = 120
_TOWNSHIPS_OF_ZONE: Final = 3
#: Villages stand on a lattice, each township on a square block with so many cells a side.
_BLOCK: Final = {"county": 4, "city": 4, "province": 5}
_COUNTIES_ABREAST: Final = {"county": 3, "city": 3, "province": 10}
_NUMBER_WIDTH: Final = {"county": 3, "city": 4, "province": 5}
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
    Where the scheme knows a functional zone, some townships of the first county report to one in
    the larger sizes. In a province the last township of the second county has no village, and
    that of the last county very many.
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
        self._width = _NUMBER_WIDTH[setting.extent]
        self._tags = tags_asked_for(setting.scheme)
        self._plans = county_plans(setting)
        most = max(len(plan.kinds) for plan in self._plans)
        self._abreast = math.ceil(math.sqrt(most))
        self._high = math.ceil(most / self._abreast)

    def built(self) -> Territory:
        counties = [self._county(index, plan) for index, plan in enumerate(self._plans)]
        zone = self._zone() if self._has_zone() else None
        if zone is not None:
            counties[0] = [self._zoned(place, zone.code) for place in counties[0]]
        heads = [county[0] for county in counties] + ([zone] if zone else [])
        townships = [p for county in counties for p in county if p.level == "township"]
        villages = [p for county in counties for p in county if p.level == "village"]
        cities = self._cities(counties)
        if not elements_needed(self._scheme)["province"]:
            return Territory([*cities, *heads, *townships, *villages])
        province = self._province(cities)
        cities = [replace(city, parent_code=province.code) for city in cities]
        return Territory([province, *cities, *heads, *townships, *villages])

    def _province(self, cities: list[Place]) -> Place:
        """The province, where the scheme compares with its figures; those are invented as well."""
        return Place(
            self._scheme.about.province_code,
            "示例省",
            "province",
            None,
            lon=_ORIGIN_LON,
            lat=_ORIGIN_LAT,
            people=sum(city.people for city in cities),
        )

    def _has_zone(self) -> bool:
        named = self._scheme.about.places
        return self._setting.extent == "city" and any(place.functional_zone for place in named)

    def _cities(self, counties: list[list[Place]]) -> list[Place]:
        """The invented cities above the counties; real ones are left out of the table."""
        heads: dict[str, list[Place]] = {}
        for plan, county in zip(self._plans, counties, strict=True):
            if plan.city_is_invented:
                heads.setdefault(plan.city, []).append(county[0])
        return [
            Place(
                city.ljust(12, "0"),
                f"示例市{order:02d}" if len(heads) > 1 else "示例市",
                "city",
                None,
                lon=_mean([head.lon for head in of_city]),
                lat=_mean([head.lat for head in of_city]),
                people=sum(head.people for head in of_city),
            )
            for order, (city, of_city) in enumerate(heads.items(), 1)
        ]

    def _zone(self) -> Place:
        first = self._plans[0]
        code = f"{first.city}{FIRST_COUNTY_DIGITS + len(self._plans)}".ljust(12, "0")
        return Place(
            code,
            "示例新区",
            "county",
            _city_code(first),
            "功能区",
            lon=_ORIGIN_LON,
            lat=_ORIGIN_LAT,
        )

    def _zoned(self, place: Place, zone_code: str) -> Place:
        """The first townships of the first county, and their villages, report to the zone."""
        if place.level == "county":
            return place
        township = place.code if place.level == "township" else place.parent_code
        in_zone = self._order[str(township)] < _TOWNSHIPS_OF_ZONE
        return replace(place, zone_code=zone_code) if in_zone else place

    def _county(self, index: int, plan: CountyPlan) -> list[Place]:
        wealth = 1 + self._rng.uniform(-0.06, 0.06)
        tags = self._county_tags() if plan.is_tagged else ()
        below: list[Place] = []
        for order, kind in enumerate(plan.kinds):
            below += self._township((index, order), kind, plan.code, tags=tags, wealth=wealth)
        townships = [place for place in below if place.level == "township"]
        head = Place(
            plan.code.ljust(12, "0"),
            plan.name,
            "county",
            _city_code(plan),
            tags=tags,
            lon=_mean([place.lon for place in townships]),
            lat=_mean([place.lat for place in townships]),
            people=sum(place.people for place in townships),
            wealth=wealth,
        )
        return [head, *below]

    def _county_tags(self) -> tuple[str, ...]:
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
        lon = _mean([place.lon for place in villages])
        lat = _mean([place.lat for place in villages])
        if not villages:
            lon, lat = _at(self._cell(position, 0), self._rng)
        head = Place(
            code.ljust(12, "0"),
            f"示例{stem}{self._count(kind):0{self._width - 1}d}",
            "township",
            county.ljust(12, "0"),
            kind,
            tags,
            lon=lon,
            lat=lat,
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
        number = self._number_of_villages(position)
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

    def _number_of_villages(self, position: tuple[int, int]) -> int:
        county, township = position
        if self._setting.extent == "province" and township == len(self._plans[county].kinds) - 1:
            if county == 1:
                return 0
            if county == len(self._plans) - 1:
                return _MANY_VILLAGES
        return self._rng.randint(*_VILLAGES_PER_TOWNSHIP[self._setting.extent])

    def _collective(self, kind: str) -> tuple[str, ...]:
        """Tags set by hand: some residents' committees kept a collective."""
        if kind == "村委会" or self._rng.random() >= _COLLECTIVE_SHARE:
            return ()
        return self._tags

    def _cell(self, position: tuple[int, int], order: int) -> tuple[int, int]:
        county, township = position
        block, counties = (of[self._setting.extent] for of in (_BLOCK, _COUNTIES_ABREAST))
        # A township with more villages than cells stands at the lower edge and runs over it.
        across = (county % counties) * self._abreast + township % self._abreast
        down = (county // counties) * self._high + township // self._abreast
        return across * block + order % block, down * block + order // block

    def _count(self, what: str) -> int:
        self._numbers[what] = self._numbers.get(what, 0) + 1
        return self._numbers[what]


def _city_code(plan: CountyPlan) -> str | None:
    return plan.city.ljust(12, "0") if plan.city_is_invented else None


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
