"""Lists counted together (名单合并计数): each kept apart, a unit on two of them named and shown.

Counts what the document names (areas, counties), not who is inside; members of an area are
unknown until the office enters them. Knows no place by name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from bangfu.engine.targeting.overlaps import distinct_units, overlapping_units
from bangfu.programme.result import Headline
from bangfu.programme.workspace import Workspace
from bangfu.schemes.format import TargetList, Together
from bangfu.vocabulary.clause import join_clauses
from bangfu.vocabulary.text import Text

__all__ = ["LISTS_SCHEMA", "OVERLAPS_SCHEMA", "list_counts"]

LISTS_SCHEMA = {
    "scope": pl.String,
    "list": pl.String,
    "label": pl.String,
    "counts": pl.String,
    "declared": pl.Int64,
    "named": pl.Int64,
    "members": pl.Int64,
    "counties": pl.Int64,
    "extendable": pl.Boolean,
    "clauses": pl.String,
}
OVERLAPS_SCHEMA = {
    "place_code": pl.String,
    "name": pl.String,
    "lists": pl.String,
    "objects": pl.String,
    "clauses": pl.String,
}


@dataclass(frozen=True, slots=True)
class _Counts:
    """What several lists come to: named in all, named once each, counties by list."""

    named: int
    once: int
    counties: dict[str, set[str]]
    by_unit: bool

    @property
    def together(self) -> int:
        return self.once if self.by_unit else self.named


def list_counts(work: Workspace) -> None:
    """Count every list and all together; add ``lists``, ``list_overlaps`` and headlines."""
    together = work.scheme.targeting.together
    if together is None:
        return
    lists = [t for t in work.scheme.targeting.lists if t.id in together.lists]
    named = sum(len(_objects(target_list)) for target_list in lists)
    counts = _Counts(
        named,
        named - _named_twice(lists),
        {target_list.id: _counties(work, target_list) for target_list in lists},
        by_unit=work.scheme.chosen(together.reading or "") != "by_object",
    )
    rows = [*(_row(work, target_list) for target_list in lists), _row_of_all(together, counts)]
    rows[-1]["extendable"] = any(target_list.extendable for target_list in lists)
    work.result.tables["lists"] = pl.DataFrame(rows, schema=LISTS_SCHEMA)
    work.result.tables["list_overlaps"] = pl.DataFrame(
        [
            {
                "place_code": code,
                "name": _name(work, lists, code),
                "lists": ";".join(names),
                "objects": ";".join(_objects_at(work, lists, code)),
                "clauses": join_clauses(together.clauses),
            }
            for code, names in overlapping_units(counts.counties).items()
        ],
        schema=OVERLAPS_SCHEMA,
    )
    _headlines(work, together, counts)
    _check_declared(work, lists)


def _row_of_all(together: Together, counts: _Counts) -> dict[str, object]:
    return {
        "scope": "together",
        "list": together.id,
        "label": together.label.zh,
        "counts": "by_unit" if counts.by_unit else "by_object",
        "named": counts.together,
        "counties": distinct_units(counts.counties),
        "clauses": join_clauses(together.clauses),
    }


def _row(work: Workspace, target_list: TargetList) -> dict[str, object]:
    members = work.listed.filter(pl.col("list") == target_list.id).height
    handed_in = members > 0 or bool(target_list.codes)
    return {
        "scope": "list",
        "list": target_list.id,
        "label": target_list.label.zh,
        "counts": target_list.counts,
        "declared": work.whole(f"targeting.{target_list.id}.size"),
        "named": len(_objects(target_list)),
        "members": members if handed_in else None,
        "counties": len(_counties(work, target_list)),
        "extendable": target_list.extendable,
        "clauses": join_clauses(target_list.clauses),
    }


def _objects(target_list: TargetList) -> tuple[str, ...]:
    """What the document names: its areas, or the places it lists; nothing where it lists none."""
    if target_list.counts == "classes":
        return tuple(target_class.id for target_class in target_list.classes)
    return tuple(target_list.codes)


def _named_twice(lists: list[TargetList]) -> int:
    """Areas that by their very name lie in places that are listed themselves."""
    listed = {code for target_list in lists for code in target_list.codes}
    return sum(
        bool(target_class.lies_in) and set(target_class.lies_in) <= listed
        for target_list in lists
        for target_class in target_list.classes
        if target_list.counts == "classes"
    )


def _counties(work: Workspace, target_list: TargetList) -> set[str]:
    """Counties a list touches: those it lists, those its names say, those of its members."""
    members = work.listed.filter(pl.col("list") == target_list.id)
    named = {code for target_class in target_list.classes for code in target_class.lies_in}
    of_members = {str(code) for code in members["county_code"].drop_nulls()}
    return {*target_list.codes, *named, *of_members}


def _objects_at(work: Workspace, lists: list[TargetList], code: str) -> Iterator[str]:
    """What is named at a county, list by list."""
    for target_list in lists:
        members = work.listed.filter(
            (pl.col("list") == target_list.id) & (pl.col("county_code") == code)
        )
        inside = set(members["class"].to_list())
        if code in target_list.codes:
            yield target_list.codes[code]
            continue
        for target_class in target_list.classes:
            if code in target_class.lies_in or target_class.id in inside:
                yield target_class.label.zh


def _name(work: Workspace, lists: list[TargetList], code: str) -> str:
    written = {c: name for target_list in lists for c, name in target_list.codes.items()}
    return written.get(code) or work.name_of(code)


def _headlines(work: Workspace, together: Together, counts: _Counts) -> None:
    numbers = {
        "named": (Text("各名单列名合计", "Named on the lists, added up"), counts.named),
        "distinct": (Text("各名单合并计数", "The lists counted together"), counts.together),
        "counties": (
            Text("名单涉及的县（市、区）", "Counties on the lists, each counted once"),
            distinct_units(counts.counties),
        ),
        "overlap": (
            Text("列入两个以上名单的县（市、区）", "Counties on more than one list"),
            len(overlapping_units(counts.counties)),
        ),
    }
    for name, (label, number) in numbers.items():
        work.headline(
            Headline(f"lists.{name}", label, number, "个", together.clauses, step="lists")
        )


def _check_declared(work: Workspace, lists: list[TargetList]) -> None:
    """What the document names beside the number it prints."""
    for target_list in lists:
        declared = work.whole(f"targeting.{target_list.id}.size")
        if declared is None:
            continue
        named = len(_objects(target_list))
        work.check(
            f"lists.{target_list.id}.named",
            named == declared,
            Text(
                f"{target_list.label.zh}：列名 {named} 个，文件为 {declared} 个。",
                f"{target_list.label.en}: {named} named, the document says {declared}.",
            ),
            clauses=target_list.clauses,
            failing="warning",
        )
