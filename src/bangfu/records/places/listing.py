"""A table of places against the records (名录比对): what is new, changed, the same, missing.

Nothing is written here; `loading` does that from the same answer, so that what is shown before a
load is what the load does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import polars as pl

from bangfu.programme.tables.complete import with_declared_columns
from bangfu.records.places.choices import Level
from bangfu.records.places.fitness import RANKS, facts_faults
from bangfu.records.places.models import Place
from bangfu.records.places.timeline import Facts
from bangfu.records.places.tree import TreeRow, tree_on
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.period import FOREVER
from bangfu.vocabulary.place import CODE_SYSTEMS
from bangfu.vocabulary.text import Text

__all__ = ["Difference", "Key", "ListedPlace", "compare_places"]

#: Faults listed; the number of all is always told.
_LISTED = 200

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ListedPlace:
    """One row of the table, with where it stands in it."""

    row: int
    system: str
    code: str
    name: str
    level: str
    kind: str
    parent_code: str
    zone_code: str
    starts_on: date
    ends_on: date
    lon: float | None
    lat: float | None
    aliases: tuple[str, ...]
    tags: tuple[str, ...]

    @property
    def key(self) -> Key:
        """By what a place is known: a code and its system."""
        return self.system, self.code

    def day(self, valid_from: date) -> date:
        """The day on which the row speaks: that of the table, or the nearest of its own life."""
        return min(max(valid_from, self.starts_on), self.ends_on - timedelta(days=1))


@dataclass
class Difference:
    """What a table would do: rows that are new, changed (with what), the same; places missing."""

    valid_from: date
    new: list[ListedPlace] = field(default_factory=list)
    changed: list[tuple[ListedPlace, int, dict[str, tuple[Any, Any]]]] = field(default_factory=list)
    same: int = 0
    missing: list[TreeRow] = field(default_factory=list)
    #: Every place of the day and of the table, by code, with its id where it has one.
    held: dict[Key, TreeRow] = field(default_factory=dict)
    listed: dict[Key, ListedPlace] = field(default_factory=dict)


def compare_places(frame: pl.DataFrame, *, valid_from: date) -> Difference:
    """Compare a table of places with the tree of a day; FaultsFound tells all that is wrong."""
    rows, faults = _read_rows(frame, valid_from)
    held = _held(rows, valid_from)
    zones = {(row.system, row.zone_code) for row in rows if row.zone_code} - _above(rows)
    rows = [_as_zone(row) if row.key in zones else row for row in rows]
    listed = {row.key: row for row in rows}
    faults += _row_faults(rows, listed, held)
    if faults:
        raise FaultsFound(_capped(faults))
    found = Difference(valid_from, held=held, listed=listed)
    by_id = {row.place_id: row for row in held.values()}
    attributes = _attributes()
    for row in rows:
        known = held.get(row.key)
        if known is None:
            found.new.append(row)
            continue
        differs = _differences(row, known, by_id, attributes[known.place_id])
        if differs:
            found.changed.append((row, known.place_id, differs))
        else:
            found.same += 1
    found.missing = _missing(rows, held)
    return found


def _held(rows: Iterable[ListedPlace], valid_from: date) -> dict[Key, TreeRow]:
    """The places held on the day of the table; for rows of another life, on a day of it."""
    held = {(row.code_system, row.code): row for row in tree_on(valid_from) if row.code}
    others: dict[date, set[Key]] = {}
    for row in rows:
        if (
            row.key not in held
            and row.starts_on < row.ends_on
            and row.day(valid_from) != valid_from
        ):
            others.setdefault(row.day(valid_from), set()).add(row.key)
    for day, keys in others.items():
        for known in tree_on(day):
            if (known.code_system, known.code) in keys:
                held[known.code_system, known.code] = known
    return held


def _read_rows(frame: pl.DataFrame, valid_from: date) -> tuple[list[ListedPlace], list[Fault]]:
    table = with_declared_columns("places", frame)
    missing = [name for name in ("code", "name", "level", "code_system") if name not in frame]
    if missing or table.is_empty():
        told = "、".join(missing)
        return [], [
            Fault(
                "LOD-01",
                "",
                Text(
                    f"名录缺少必需的列：{told}。" if missing else "名录没有任何行。",
                    f"The table lacks columns: {told}." if missing else "The table is empty.",
                ),
            )
        ]
    rows, faults = [], []
    for position, cells in enumerate(table.iter_rows(named=True)):
        number = cells.get("row") or position + 2
        rows.append(_row(int(number), cells, valid_from))
        if cells["code"] is None or cells["name"] is None:
            faults.append(
                _fault("LOD-02", rows[-1], "代码和名称都要填。", "Code and name are needed.")
            )
    return rows, faults


def _row(number: int, cells: Mapping[str, Any], valid_from: date) -> ListedPlace:
    return ListedPlace(
        row=number,
        system=_text(cells["code_system"]),
        code=_text(cells["code"]),
        name=_text(cells["name"]),
        level=_text(cells["level"]),
        kind=_text(cells["kind"]),
        parent_code=_text(cells["parent_code"]),
        zone_code=_text(cells["county_code"]),
        starts_on=cells["valid_from"] or valid_from,
        ends_on=cells["valid_to"] or FOREVER,
        lon=cells["lon"],
        lat=cells["lat"],
        aliases=_parts(cells["aliases"]),
        tags=_parts(cells["tags"]),
    )


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def _parts(cell: Any) -> tuple[str, ...]:
    return tuple(part.strip() for part in str(cell or "").split(";") if part.strip())


def _above(rows: Iterable[ListedPlace]) -> set[Key]:
    """The codes that are the civil place above of some row."""
    return {(row.system, row.parent_code) for row in rows if row.parent_code}


def _as_zone(row: ListedPlace) -> ListedPlace:
    """A county that others report to, and that has none below it, is a functional zone."""
    values = {name: getattr(row, name) for name in ListedPlace.__slots__}
    return ListedPlace(**{**values, "level": Level.ZONE.value})


def _row_faults(
    rows: list[ListedPlace], listed: Mapping[Key, ListedPlace], held: Mapping[Key, TreeRow]
) -> list[Fault]:
    faults: list[Fault] = []
    seen: dict[Key, int] = {}
    for row in rows:
        if row.key in seen:
            zh, en = f"代码与第 {seen[row.key]} 行重复。", f"Same code as row {seen[row.key]}."
            faults.append(_fault("LOD-03", row, zh, en))
        seen.setdefault(row.key, row.row)
        if row.system not in CODE_SYSTEMS:
            zh, en = "代码体系应为 nbs 或 mca。", "The code system is nbs or mca."
            faults.append(_fault("LOD-04", row, zh, en))
            continue
        facts = Facts(row.system, row.code, row.name, row.level, row.kind, None)
        faults += [_at_row(fault, row) for fault in facts_faults(facts)]
        faults += _parent_faults(row, listed, held)
        if row.starts_on >= row.ends_on:
            zh, en = "失效日期应晚于生效日期。", "It ends before it begins."
            faults.append(_fault("LOD-07", row, zh, en))
    return faults


def _parent_faults(
    row: ListedPlace, listed: Mapping[Key, ListedPlace], held: Mapping[Key, TreeRow]
) -> list[Fault]:
    faults: list[Fault] = []
    for code, zh, en in (
        (row.parent_code, "上级代码", "the place above"),
        (row.zone_code, "填报县代码", "the reporting county"),
    ):
        key = (row.system, code)
        if code and key not in listed and key not in held:
            zh = f"{zh}「{code}」不在名录中，也不在本系统的现有地方中（同一代码体系内查找）。"
            en = f"{en} {code} is neither in the table nor held here in the same code system."
            faults.append(_fault("LOD-05", row, zh, en))
    above = listed.get((row.system, row.parent_code)) or held.get((row.system, row.parent_code))
    if above is None or above.level not in RANKS or row.level not in RANKS:
        return faults
    if RANKS[above.level] >= RANKS[row.level] or above.level == Level.ZONE:
        zh, en = f"层级不低于上级「{above.name}」。", f"It does not stand below {above.name}."
        faults.append(_fault("LOD-06", row, zh, en))
    return faults


def _differences(
    row: ListedPlace,
    known: TreeRow,
    by_id: Mapping[int, TreeRow],
    held: tuple[float | None, float | None, list[str]],
) -> dict[str, tuple[Any, Any]]:
    """What the table says otherwise; an empty cell of it says nothing."""
    above = by_id.get(known.parent_id) if known.parent_id else None
    pairs: dict[str, tuple[Any, Any]] = {
        "name": (known.name, row.name),
        "level": (known.level, row.level),
        "kind": (known.kind, row.kind or known.kind),
        "parent_code": (above.code if above else "", row.parent_code),
        "lon": (held[0], held[0] if row.lon is None else row.lon),
        "lat": (held[1], held[1] if row.lat is None else row.lat),
        "tags": (list(held[2]), list(row.tags) or list(held[2])),
    }
    if not row.parent_code:
        del pairs["parent_code"]
    if known.level == Level.ZONE:
        del pairs["level"]
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _attributes() -> dict[int, tuple[float | None, float | None, list[str]]]:
    rows = Place.objects.values_list("pk", "lon", "lat", "tags")
    return {pk: (lon, lat, tags) for pk, lon, lat, tags in rows}


def _missing(rows: Iterable[ListedPlace], held: Mapping[Key, TreeRow]) -> list[TreeRow]:
    """Places held below the topmost of the table that it does not list; they are left alone."""
    keys = {row.key for row in rows}
    tops = [held[row.key].path for row in rows if row.key in held and not row.parent_code]
    levels = {row.level for row in rows}
    return [
        known
        for key, known in held.items()
        if key not in keys
        and known.level in levels
        and any(known.path.startswith(top) for top in tops)
    ]


def _fault(code: str, row: ListedPlace, zh: str, en: str) -> Fault:
    name = row.name[:40]
    return Fault(code, f"第 {row.row} 行 {name}（{row.code[:20]}）", Text(zh, en))


def _at_row(fault: Fault, row: ListedPlace) -> Fault:
    where = f"第 {row.row} 行 {row.name[:40]}（{row.code[:20]}）"
    return Fault(fault.code, where, fault.message, fault.remedy)


def _capped(faults: list[Fault]) -> list[Fault]:
    if len(faults) <= _LISTED:
        return faults
    zh = f"共 {len(faults):,} 处问题，以上列出 {_LISTED} 处。"
    en = f"{len(faults):,} faults in all; {_LISTED} are listed above."
    return [*faults[:_LISTED], Fault("LOD-99", "", Text(zh, en))]
