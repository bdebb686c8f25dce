"""A made-up province of 25,000 villages, written straight into the tables."""

from __future__ import annotations

from bangfu.records.places.models import Place

__all__ = ["VILLAGES", "a_province"]

COUNTIES, TOWNS, PER_TOWN = 50, 20, 25
VILLAGES = COUNTIES * TOWNS * PER_TOWN


def a_province() -> Place:
    """The province; below it one city, 50 counties, 1,000 towns, 25,000 villages."""
    province = _level([(None, "330000000000", "大省")], "province")[0]
    city = _level([(province, "330100000000", "大市")], "city")[0]
    counties = _level([(city, f"3301{c:02d}000000", f"县{c}") for c in range(COUNTIES)], "county")
    towns = _level(
        [
            (county, f"{county.code[:6]}{100 + t}000", f"{county.name}镇{t}")
            for county in counties
            for t in range(TOWNS)
        ],
        "township",
    )
    _level(
        [
            (town, f"{town.code[:9]}{200 + v}", f"{town.name}村{v}")
            for town in towns
            for v in range(PER_TOWN)
        ],
        "village",
    )
    return province


def _level(told: list[tuple[Place | None, str, str]], level: str) -> list[Place]:
    """Places with keys of our own, so that their paths are known before they are written."""
    first = 1_000_000 + Place.objects.count()
    places = []
    for pk, (above, code, name) in enumerate(told, start=first):
        path = f"{above.path if above else '/'}{pk}/"
        places.append(
            Place(
                pk=pk,
                parent=above,
                level=level,
                code_system="nbs",
                code=code,
                name=name,
                path=path,
                reporting_path=path,
            )
        )
    return Place.objects.bulk_create(places, batch_size=2000)
