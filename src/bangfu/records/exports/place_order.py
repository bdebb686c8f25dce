"""Places in the order of a printed list (地方排序): county by county, town by town, by code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from bangfu.records.places.models import Place

__all__ = ["PLACE_COLUMNS", "PlacedLine", "chunks_of", "placed_lines"]

_CHUNK = 500
#: Levels a place may be counted under.
_ABOVE = ("county", "township")
PLACE_COLUMNS = ("county", "township", "place_code", "place_name")


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A place with the names of the county and the township it reports through."""

    place_id: int
    code: str
    name: str
    level: str
    kind: str
    county: str
    township: str

    @property
    def values(self) -> dict[str, Any]:
        """The place's own columns."""
        return {
            "county": self.county,
            "township": self.township,
            "place_code": self.code,
            "place_name": self.name,
        }


def placed_lines(places: QuerySet[Place]) -> list[PlacedLine]:
    """The places in printed order; a zone counts as the county or township it stands for."""
    found = list(
        places.order_by().values_list("pk", "code", "name", "level", "kind", "reporting_path")
    )
    above = _names_above(found)
    lines = []
    for pk, code, name, level, kind, path in found:
        ids = [int(part) for part in path.strip("/").split("/")]
        county, township = _counted_under(ids, above)
        key = tuple(above[i][2] if i in above else code for i in ids)
        lines.append((key, pk, PlacedLine(pk, code, name, level, kind, county, township)))
    lines.sort(key=lambda line: (line[0], line[1]))
    return [line for _key, _pk, line in lines]


def chunks_of(lines: Sequence[PlacedLine], size: int = _CHUNK) -> Iterator[Sequence[PlacedLine]]:
    """The lines some at a time, so that their rows are read some at a time."""
    for start in range(0, len(lines), size):
        yield lines[start : start + size]


def _names_above(found: Sequence[tuple[Any, ...]]) -> dict[int, tuple[str, str, str]]:
    """Name, level and code of every place that has one of these below it, and of these."""
    ids = {int(part) for line in found for part in line[5].strip("/").split("/")}
    known = {line[0]: (line[2], line[3], line[1]) for line in found}
    missing = sorted(ids - set(known))
    for start in range(0, len(missing), 5000):
        rows = Place.objects.filter(pk__in=missing[start : start + 5000])
        for pk, name, level, code in rows.values_list("pk", "name", "level", "code"):
            known[pk] = (name, level, code)
    return known


def _counted_under(ids: Sequence[int], above: dict[int, tuple[str, str, str]]) -> tuple[str, str]:
    names = {"county": "", "township": ""}
    for place_id in ids:
        name, level, _code = above.get(place_id, ("", "", ""))
        if level == "zone":
            # A zone takes the first level above it that is not taken yet.
            level = "county" if not names["county"] else "township"
        if level in _ABOVE:
            names[level] = name
    return names["county"], names["township"]
