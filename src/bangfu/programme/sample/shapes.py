"""How a territory is cut into counties and townships (区划架构), for each extent of a sample.

Knows codes and numbers; the places themselves are made by ``inventing``. County digits 9x, and
city digits 88, 89 and 9x beside 90, are in use nowhere. Where a scheme prints its numbers city by
city, the counties stand under the digits of such cities.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bangfu.programme.sample.setting import Setting
from bangfu.schemes.load import Scheme

__all__ = ["FIRST_COUNTY_DIGITS", "CountyPlan", "county_plans", "places_by_class"]

FIRST_COUNTY_DIGITS: Final = 91
#: Counties and townships per county by size; a scheme of one city has its own number of counties.
_SHAPES: Final = {"county": (1, 12), "city": (6, 17)}
_CITY_SCHEME_SHAPE: Final = (4, 25)
_INVENTED_CITY_DIGITS: Final = "99"
_NAMES: Final = "甲乙丙丁戊己庚辛"
#: The cities of a province, and the counties of each: 90 in all.
_PROVINCE_CITIES: Final = (99, 98, 97, 96, 95, 94, 93, 92, 91, 89, 88)
_COUNTIES_OF_CITY: Final = (9, 9, 8, 8, 8, 8, 8, 8, 8, 8, 8)
#: Five counties of nine have 16 townships, the others 15: 1,400 in all.
_TOWNSHIPS_OF_COUNTY: Final = (16, 15, 16, 15, 16, 15, 16, 15, 16)
#: Two counties of seven bear the county tags of the scheme: 26 of 90.
_TAGGED: Final = (True, False, False, True, False, False, False)
_TOWNS_PER_COUNTY: Final = 14
_MOST_COUNTIES: Final = 9
_STREETS_OF_COUNTY: Final = 2
_SHARE_RURAL: Final = 0.3


@dataclass(frozen=True, slots=True)
class CountyPlan:
    """One county to make: the digits of its city and its own, and the kinds of its townships."""

    city: str
    digits: int
    name: str
    kinds: tuple[str, ...]
    is_tagged: bool

    @property
    def code(self) -> str:
        """The six digits of the county."""
        return f"{self.city}{self.digits}"

    @property
    def city_is_invented(self) -> bool:
        """Whether the city has no real name and stands in the table itself."""
        return int(self.city[2:]) in _PROVINCE_CITIES


def county_plans(setting: Setting) -> tuple[CountyPlan, ...]:
    """The counties of a sample in order, those of one city together.

    Notes
    -----
    In a city the last county carries none of the county tags of the scheme (山区海岛县), in a
    province five of seven carry none, so that places outside them occur.

    Examples
    --------
    >>> from bangfu.schemes.load import load_scheme
    >>> plans = county_plans(Setting(load_scheme("zj-2025-villages"), "province", 1))
    >>> len({plan.city for plan in plans}), len(plans), sum(len(plan.kinds) for plan in plans)
    (11, 90, 1400)
    """
    if setting.extent != "province":
        return _of_city(setting)
    if setting.scheme.pairing.quotas:
        return _of_printed_cities(setting.scheme)
    return _of_province(setting.scheme)


def places_by_class(scheme: Scheme) -> dict[str, dict[str, int]]:
    """The numbers a scheme prints city by city: by city code, then by class."""
    found: dict[str, dict[str, int]] = {}
    for quota in scheme.pairing.quotas:
        for row in quota.published.rows:
            of_city = found.setdefault(str(row.recipient), {})
            of_city[quota.target_class] = of_city.get(quota.target_class, 0) + _total(row.numbers)
    return found


def _total(numbers: Mapping[str, int]) -> int:
    return sum(numbers.values())


def _of_city(setting: Setting) -> tuple[CountyPlan, ...]:
    number, townships = (
        _CITY_SCHEME_SHAPE
        if setting.extent == "city" and setting.scheme.about.area_code
        else _SHAPES[setting.extent]
    )
    is_city = setting.extent == "city"
    return tuple(
        CountyPlan(
            prefix,
            FIRST_COUNTY_DIGITS + index,
            f"示例{_NAMES[index]}县",
            _township_kinds(townships, with_alike=is_city and index == 0),
            not (is_city and index == number - 1),
        )
        for index, prefix in enumerate(_county_prefixes(setting.scheme, number))
    )


def _of_province(scheme: Scheme) -> tuple[CountyPlan, ...]:
    province = scheme.about.province_code[:2]
    spots = [
        (f"{province}{city}", FIRST_COUNTY_DIGITS + order)
        for city, counties in zip(_PROVINCE_CITIES, _COUNTIES_OF_CITY, strict=True)
        for order in range(counties)
    ]
    return tuple(
        CountyPlan(
            city,
            digits,
            f"示例县{index + 1:02d}",
            _township_kinds(
                _TOWNSHIPS_OF_COUNTY[index % len(_TOWNSHIPS_OF_COUNTY)], with_alike=index == 0
            ),
            _TAGGED[index % len(_TAGGED)],
        )
        for index, (city, digits) in enumerate(spots)
    )


def _of_printed_cities(scheme: Scheme) -> tuple[CountyPlan, ...]:
    """Every city printed, with as many towns as it has places of all classes."""
    plans: list[CountyPlan] = []
    for city, numbers in places_by_class(scheme).items():
        towns = _total(numbers)
        counties = min(_MOST_COUNTIES, math.ceil(towns / _TOWNS_PER_COUNTY))
        for order in range(counties):
            own = towns // counties + (order < towns % counties)
            rural = round(own * _SHARE_RURAL)
            kinds = ["街道"] * _STREETS_OF_COUNTY + ["镇"] * (own - rural) + ["乡"] * rural
            kinds += ["类似乡镇"] if not plans else []
            name = f"示例县{len(plans) + 1:02d}"
            digits = FIRST_COUNTY_DIGITS + order
            plans.append(CountyPlan(city[:4], digits, name, tuple(kinds), is_tagged=True))
    return tuple(plans)


def _county_prefixes(scheme: Scheme, counties: int) -> list[str]:
    """The city digits under which each county of one city stands."""
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


def _township_kinds(number: int, *, with_alike: bool) -> tuple[str, ...]:
    streets = 1 if number <= 12 else 2
    rural = round(number * _SHARE_RURAL)
    alike = ["类似乡镇"] if with_alike else []
    towns = number - streets - rural - len(alike)
    return (*["街道"] * streets, *["镇"] * towns, *["乡"] * rural, *alike)
