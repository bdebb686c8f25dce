"""Which place a row is about (地方匹配): by code and system first, else by name within its parents.

Nothing is guessed. A name that stands for several places is shown with them for somebody to
choose; a code whose name beside it says another place is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from bangfu.programme.places.matching import Match, PlaceIndex, find_place, index_places
from bangfu.programme.places.names import stem_of
from bangfu.records.imports.faults import RowFault, fault_from
from bangfu.records.places.models import Place, PlaceAlias, PlaceVersion

__all__ = ["FoundPlace", "PlaceFinder", "choice_key"]

_OFFERED: Final = 5
#: Spellings that differ between the two code systems' lists of names.
_VARIANTS: Final = {"塬": ("原",), "原": ("塬",)}


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A place that was found: its id, level and name."""

    place_id: int
    level: str
    name: str


def choice_key(names: Sequence[str]) -> str:
    """Under what a choice among places is kept: the name as written with its parents."""
    return "/".join(names)


class PlaceFinder:
    """Finds places within what an account may do ``verb`` on."""

    def __init__(self, actor: Any, verb: str, options: Mapping[str, Any]) -> None:
        self._system = str(options.get("code_system", ""))
        self._choices: Mapping[str, int] = options.get("choices", {})
        open_places = Place.objects.open_to(actor, verb)
        columns = ("id", "code_system", "code", "name", "level", "parent_id", "path")
        rows = list(open_places.values_list(*columns))
        self._places = {row[0]: FoundPlace(row[0], row[4], row[3]) for row in rows}
        self._parents = {row[0]: row[5] for row in rows}
        self._by_code: dict[tuple[str, str], list[int]] = {}
        for place_id, system, code, *_ in rows:
            self._by_code.setdefault((system, code), []).append(place_id)
        self._paths = [row[6] for row in rows]
        self._index: PlaceIndex | None = None
        self._names: dict[int, set[str]] | None = None
        self._former: dict[tuple[str, str], list[int]] | None = None

    def find(self, code: str, names: Sequence[str], column: str) -> FoundPlace | RowFault:
        """The place of a row; ``names`` from the upper to the lower, empty ones left out."""
        if code:
            return self._of_code(code, names, column)
        if names:
            return self._of_names(names, column)
        return fault_from("IMP-02", column)

    def _of_code(self, code: str, names: Sequence[str], column: str) -> FoundPlace | RowFault:
        system, full = self._read_code(code)
        if not system:
            return fault_from("IMP-05", column, given=code)
        found = self._by_code.get((system, full)) or self._former_codes().get((system, full), [])
        if len(found) > 1:
            return self._several(code, found, column)
        if not found:
            return fault_from("IMP-01", column, given=code)
        place = self._places[found[0]]
        if names and not self._bears(place, names[-1]):
            return fault_from("IMP-04", column, number=code, held=place.name, given=names[-1])
        return place

    def _read_code(self, code: str) -> tuple[str, str]:
        """The system a code belongs to and the code as held; no system where it is not clear."""
        if len(code) == 12 and self._system in ("", "nbs"):
            return "nbs", code
        if len(code) in (6, 9) and self._system == "nbs":
            return "nbs", code.ljust(12, "0")
        return self._system, code

    def _bears(self, place: FoundPlace, name: str) -> bool:
        """Whether a place bears a name, bore it, or has it as an alias; endings do not matter."""
        own = {place.name, *self._other_names().get(place.place_id, ())}
        wanted = _plain(stem_of(name).bare)
        return any(_plain(stem_of(held).bare) == wanted for held in own)

    def _of_names(self, names: Sequence[str], column: str) -> FoundPlace | RowFault:
        key = choice_key(names)
        chosen = self._places.get(self._choices.get(key, 0))
        if chosen is not None:
            return chosen
        found = find_place(names, self._name_index(), aliases=_VARIANTS)
        if isinstance(found, Match):
            place = self._places.get(int(found.code))
            return place or fault_from("IMP-01", column, given=key)
        if found.is_ambiguous:
            inside = [int(code) for code, _ in found.candidates if int(code) in self._places]
            if inside:
                return self._several(key, inside, column)
        return fault_from("IMP-01", column, given=key)

    def _several(self, given: str, found: Sequence[int], column: str) -> RowFault:
        shown = "、".join(self._full_name(place_id) for place_id in found[:_OFFERED])
        return fault_from("IMP-03", column, given=given, count=len(found), choices=shown)

    def choices_for(self, names: Sequence[str]) -> list[tuple[int, str]]:
        """The places among which somebody may choose for a name, nearest names first."""
        found = find_place(names, self._name_index(), aliases=_VARIANTS)
        if isinstance(found, Match):
            return []
        inside = [int(code) for code, _ in found.candidates if int(code) in self._places]
        return [(place_id, self._full_name(place_id)) for place_id in inside[:20]]

    def _full_name(self, place_id: int) -> str:
        parts: list[str] = []
        at: int | None = place_id
        while at in self._places:
            assert at is not None
            parts.append(self._places[at].name)
            at = self._parents[at]
        return "".join(reversed(parts))

    def _name_index(self) -> PlaceIndex:
        """Open places and those above them, by name; an id stands in for the code."""
        if self._index is None:
            ids = {int(part) for path in self._paths for part in path.split("/") if part}
            above = Place.objects.filter(pk__in=ids - self._places.keys())
            rows = [
                (place_id, place.name, place.level, self._parents[place_id])
                for place_id, place in self._places.items()
            ]
            rows += list(above.values_list("id", "name", "level", "parent_id"))
            names = self._other_names()
            self._index = index_places(_frame(rows, names))
        return self._index

    def _other_names(self) -> Mapping[int, set[str]]:
        """Aliases and former names of the open places."""
        if self._names is None:
            self._names = {}
            aliases = PlaceAlias.objects.values_list("place_id", "name")
            former = PlaceVersion.objects.filter(known_to=None).values_list("place_id", "name")
            for place_id, name in (*aliases.iterator(), *former.iterator()):
                place = self._places.get(place_id)
                if place is not None and name != place.name:
                    self._names.setdefault(place_id, set()).add(name)
        return self._names

    def _former_codes(self) -> Mapping[tuple[str, str], list[int]]:
        """Codes the open places had before, or have in their other versions."""
        if self._former is None:
            self._former = {}
            held = PlaceVersion.objects.filter(known_to=None)
            for place_id, system, code in held.values_list("place_id", "code_system", "code"):
                if place_id in self._places:
                    ids = self._former.setdefault((system, code), [])
                    if place_id not in ids:
                        ids.append(place_id)
        return self._former


def _plain(name: str) -> str:
    return name.replace("塬", "原")


def _frame(rows: Iterable[tuple[Any, ...]], names: Mapping[int, set[str]]) -> pl.DataFrame:
    columns: dict[str, list[str | None]] = {
        name: [] for name in ("code", "name", "level", "parent_code", "code_system", "aliases")
    }
    for place_id, name, level, parent_id in rows:
        columns["code"].append(str(place_id))
        columns["name"].append(name)
        columns["level"].append(level)
        columns["parent_code"].append(None if parent_id is None else str(parent_id))
        columns["code_system"].append("nbs")
        columns["aliases"].append(";".join(sorted(names.get(place_id, ()))) or None)
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
