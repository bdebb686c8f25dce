"""Places the document names (文件所列地名), found in the table of places or said to be missing."""

from __future__ import annotations

import polars as pl

from bangfu.programme.places.matching import Match, find_place, index_places
from bangfu.programme.result import Headline
from bangfu.programme.workspace import Workspace
from bangfu.schemes.format import NamedPlace
from bangfu.vocabulary.clause import join_clauses
from bangfu.vocabulary.place import LEVELS
from bangfu.vocabulary.text import Text

__all__ = ["named_places"]

_SCHEMA = {
    "written": pl.String,
    "place_code": pl.String,
    "name": pl.String,
    "how": pl.String,
    "class": pl.String,
    "note": pl.String,
    "clauses": pl.String,
}


def named_places(work: Workspace) -> None:
    """Look up every place the scheme names; add ``named_places`` and a headline."""
    named = work.scheme.about.places
    table = work.tables.get("places")
    if not named or table is None or table.is_empty():
        return
    # A city is not looked for among villages of the same name.
    indexes = {
        level: index_places(
            work.places.filter(pl.col("level").is_in(LEVELS[: LEVELS.index(level) + 1]))
        )
        for level in {place.level for place in named}
    }
    rows = []
    for place in named:
        found = find_place(
            [*place.within, place.written],
            indexes[place.level],
            aliases={place.written: place.aliases} if place.aliases else {},
            zones=_zones(place),
        )
        rows.append(_row(place, found if isinstance(found, Match) else None, found.note))
        _check_code(work, place, found if isinstance(found, Match) else None)
    result = pl.DataFrame(rows, schema=_SCHEMA, orient="row")
    work.result.tables["named_places"] = result
    number = result["place_code"].drop_nulls().len()
    clauses = tuple(dict.fromkeys(c for place in named for c in place.clauses))
    work.headline(
        Headline(
            "named_places.found",
            Text("文件所列地名已找到", "Places named in the document, found"),
            number,
            "个",
            clauses,
            basis=Text(f"共列 {len(named)} 个", f"of {len(named)} named"),
            step="named_places",
        )
    )


def _zones(place: NamedPlace) -> dict[str, tuple[str, ...]]:
    if place.functional_zone is None or place.civil_parent is None:
        return {}
    return {place.functional_zone: (place.civil_parent,)}


def _row(place: NamedPlace, found: Match | None, note: Text | None) -> tuple[object, ...]:
    return (
        "".join([*place.within, place.written]),
        found.code if found else None,
        found.name if found else None,
        found.how if found else "not_found",
        place.target_class,
        note.zh if note else "",
        join_clauses(place.clauses),
    )


def _check_code(work: Workspace, place: NamedPlace, found: Match | None) -> None:
    """The scheme says which code it is; a table that disagrees is worth a look."""
    if found is None or place.code is None or found.code == place.code:
        return
    system = work.places["code_system"].drop_nulls()
    if system.is_empty() or system[0] != place.code_system:
        return
    written = "".join([*place.within, place.written])
    work.check(
        f"named_places.{place.code}",
        False,
        Text(
            f"「{written}」在区划表中是 {found.code}，方案登记为 {place.code}。",
            f"{written} is {found.code} in places; the scheme has {place.code}.",
        ),
        clauses=place.clauses,
        failing="warning",
    )
