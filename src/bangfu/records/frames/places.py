"""The table of places of a day (行政区划表): the tree, with reporting counties and groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import polars as pl

from bangfu.records.frames.asked import Asked
from bangfu.records.places.choices import Level
from bangfu.records.places.models import Membership, Place, PlaceAlias
from bangfu.records.places.tree import TreeRow, known_at_instant, tree_on, valid_on

__all__ = ["frame_tree", "places_table"]

_SCHEMA = {
    "code": pl.String,
    "name": pl.String,
    "level": pl.String,
    "parent_code": pl.String,
    "kind": pl.String,
    "code_system": pl.String,
    "lon": pl.Float64,
    "lat": pl.Float64,
    "county_code": pl.String,
    "aliases": pl.String,
    "tags": pl.String,
}
#: In the tables of the programme a functional zone is a county.
_AS_COUNTY = {Level.ZONE.value: Level.COUNTY.value}
_RANK = {level: position for position, level in enumerate(Level.values)}


def frame_tree(asked: Asked) -> list[TreeRow]:
    """The places asked for, upper levels first, by code: the same rows in the same order always."""
    rows = tree_on(asked.on, asked.known_at)
    if asked.code_system:
        rows = [row for row in rows if row.code_system == asked.code_system]
    if asked.within is not None:
        mark = f"/{asked.within}/"
        rows = [row for row in rows if mark in row.path or mark in row.reporting_path]
    return sorted(rows, key=lambda row: (_RANK[row.level], row.code, row.place_id))


def places_table(rows: Sequence[TreeRow], asked: Asked) -> pl.DataFrame:
    """The rows in the columns of the programme's table ``places``.

    It is the tree of one day: it says neither since when nor until when a row holds, so that it
    does not change when an end becomes known later.
    """
    codes = {row.place_id: row.code for row in rows}
    located = {
        place_id: (lon, lat, tags)
        for place_id, lon, lat, tags in Place.objects.values_list("pk", "lon", "lat", "tags")
    }
    aliases = _aliases()
    groups = _groups(asked)
    values = [
        (
            row.code,
            row.name,
            _AS_COUNTY.get(row.level, row.level),
            codes.get(row.parent_id) if row.parent_id else None,
            row.kind or None,
            row.code_system,
            located[row.place_id][0],
            located[row.place_id][1],
            _reporting_county(row, codes),
            _joined(aliases.get(row.place_id, [])),
            _joined([*located[row.place_id][2], *groups.get(row.place_id, [])]),
        )
        for row in rows
    ]
    return pl.DataFrame(values, schema=_SCHEMA, orient="row")


def _reporting_county(row: TreeRow, codes: dict[int, str]) -> str | None:
    """The code of the functional zone a place answers to; none where it is its civil county."""
    if row.reporting_path == row.path:
        return None
    civil = set(row.path.split("/"))
    above = [part for part in row.reporting_path.strip("/").split("/") if part not in civil]
    return codes.get(int(above[-1])) if above else None


def _aliases() -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for place_id, name in PlaceAlias.objects.order_by("pk").values_list("place_id", "name"):
        found[place_id].append(name)
    return found


def _groups(asked: Asked) -> dict[int, list[str]]:
    rows = Membership.objects.filter(
        known_at_instant(asked.known_at), valid_on(asked.on, starts="starts_on", ends="ends_on")
    )
    found: dict[int, list[str]] = defaultdict(list)
    for place_id, group in rows.order_by("kind", "group", "pk").values_list("place_id", "group"):
        found[place_id].append(group)
    return found


def _joined(parts: Sequence[Any]) -> str | None:
    return ";".join(dict.fromkeys(str(part) for part in parts)) or None
