"""Importing places, units and pairs (名录导入): compared before, taken whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, Final

import polars as pl

from bangfu.programme.tables.grids import Grid
from bangfu.records.accounts.pairs import load_pairs
from bangfu.records.audit.chain import sm3_hex
from bangfu.records.ground import clock
from bangfu.records.imports.declared_tables import (
    frame_of_rows,
    heads_named,
    plain_data,
    read_declared,
)
from bangfu.records.imports.faults import RowFault, fault_from, kept
from bangfu.records.imports.kinds import (
    STAGED,
    ImportKind,
    Prepared,
    ShownRow,
    Staged,
    Writing,
    register,
    rows_by_code,
)
from bangfu.records.imports.models import ImportBatch, ImportRow
from bangfu.records.organisations.loading import Standing, load_organisations
from bangfu.records.organisations.models import HelperLink, Organisation
from bangfu.records.places.listing import compare_places
from bangfu.records.places.loading import load_places
from bangfu.records.places.models import Place
from bangfu.vocabulary.text import Text

__all__ = ["PAIRINGS", "PLACES", "UNITS"]

#: What a row would do: its outcome, its faults, what is held beside what the file says.
_Judged = tuple[str, list[RowFault], dict[str, Any]]
_LEVELS: Final = ("province", "city", "county", "township", "village")


def _prepare(
    table: str,
    judge: Callable[[pl.DataFrame, Mapping[str, Any], Any], list[_Judged]],
    grids: Sequence[Grid],
    options: Mapping[str, Any],
    actor: Any,
) -> Prepared:
    grid, frame = read_declared(grids, table)
    frame = _upper_first(frame)
    judged = judge(frame, options, actor)
    faults = {index: some for index, (_, some, _) in enumerate(judged) if some}
    rows = [
        (
            number,
            grid.sheet,
            row["row"],
            0,
            None,
            json.dumps(plain_data(row), ensure_ascii=False, default=str),
            outcome,
            json.dumps([kept(fault) for fault in some], ensure_ascii=False),
            json.dumps(difference, ensure_ascii=False, default=str),
            None,
            None,
        )
        for number, (row, (outcome, some, difference)) in enumerate(
            zip(frame.iter_rows(named=True), judged, strict=True), start=1
        )
    ]
    schema = dict.fromkeys(STAGED, pl.String) | dict.fromkeys(
        ("number", "row_no", "column_no", "place_id", "target", "seen_version"), pl.Int64
    )
    return Prepared(
        pl.DataFrame(rows, schema=schema, orient="row").select(STAGED),
        by_code=rows_by_code(faults),
    )


def _upper_first(frame: pl.DataFrame) -> pl.DataFrame:
    """Places above before those below, so that each chunk finds its parents."""
    if "level" not in frame.columns:
        return frame
    rank = pl.col("level").replace_strict({name: i for i, name in enumerate(_LEVELS)}, default=9)
    return frame.with_columns(rank=rank).sort("rank", maintain_order=True).drop("rank")


def _day(options: Mapping[str, Any]) -> date:
    """The day from which new rows hold; today where nobody said another."""
    given = str(options.get("valid_from") or "")
    return date.fromisoformat(given) if given else clock.today()


def _judge_places(frame: pl.DataFrame, options: Mapping[str, Any], actor: Any) -> list[_Judged]:
    found = compare_places(frame.drop("row"), valid_from=_day(options))
    new = {row.key for row in found.new}
    changed = {row.key: (place_id, differs) for row, place_id, differs in found.changed}
    open_places = Place.objects.open_to(actor, "places.change")
    open_ids = set(open_places.values_list("pk", flat=True))
    judged: list[_Judged] = []
    for system, code in frame.select("code_system", "code").iter_rows():
        if (system, code) in new:
            judged.append(("new", [], {}))
        elif (system, code) in changed:
            place_id, differs = changed[system, code]
            if place_id in open_ids:
                judged.append(("changed", [], differs))
            else:
                # What is held elsewhere is not shown.
                judged.append(("faulty", [fault_from("IMP-01", "代码", given=code)], {}))
        else:
            judged.append(("same", [], {}))
    return judged


def _judge_units(frame: pl.DataFrame, options: Mapping[str, Any], actor: Any) -> list[_Judged]:
    held = dict(Organisation.objects.values_list("code", "name"))
    seen = set(Organisation.objects.visible_to(actor).values_list("code", flat=True))
    judged: list[_Judged] = []
    for code, name in frame.select("unit_code", "name").iter_rows():
        if code not in held:
            judged.append(("new", [], {}))
        elif code not in seen:
            judged.append(("faulty", [fault_from("IMP-15", "单位代码", given=code)], {}))
        elif held[code] == name:
            judged.append(("same", [], {}))
        else:
            fault = fault_from("IMP-13", "单位名称", given=name, held=held[code])
            judged.append(("faulty", [fault], {}))
    return judged


def _judge_pairings(frame: pl.DataFrame, options: Mapping[str, Any], actor: Any) -> list[_Judged]:
    system = _system(options)
    open_places = Place.objects.open_to(actor, "organisations.change").filter(code_system=system)
    places = dict(open_places.values_list("code", "id"))
    units = dict(Organisation.objects.values_list("code", "id"))
    held = set(HelperLink.objects.values_list("place_id", "organisation_id", "layer", "starts_on"))
    judged: list[_Judged] = []
    for row in frame.iter_rows(named=True):
        faults = []
        if row["place_code"] not in places:
            faults.append(fault_from("IMP-01", "区划代码", given=row["place_code"]))
        if row["helper"] not in units:
            faults.append(fault_from("IMP-14", "帮扶方", given=row["helper"]))
        if faults:
            judged.append(("faulty", faults, {}))
            continue
        key = (
            places[row["place_code"]],
            units[row["helper"]],
            (row["kind"] or "")[:40],
            row["starts_on"] or _day(options),
        )
        judged.append(("same" if key in held else "new", [], {}))
        held.add(key)
    return judged


def _system(options: Mapping[str, Any]) -> str:
    return str(options.get("code_system") or "nbs")


def _options_of(writing: Writing) -> Mapping[str, Any]:
    options: Mapping[str, Any] = ImportBatch.objects.values_list("options", flat=True).get(
        pk=writing.batch_id
    )
    return options


def _write_places(rows: Sequence[Staged], writing: Writing) -> Mapping[int, str]:
    day = _day(_options_of(writing))
    load_places(_frame(rows, "places"), actor=writing.actor, valid_from=day)
    return {row.number: row.outcome for row in rows}


def _write_units(rows: Sequence[Staged], writing: Writing) -> Mapping[int, str]:
    load_organisations(_frame(rows, "units"), _standing(writing), actor=writing.actor)
    return {row.number: row.outcome for row in rows}


def _write_pairings(rows: Sequence[Staged], writing: Writing) -> Mapping[int, str]:
    load_pairs(_frame(rows, "pairings"), _standing(writing), actor=writing.actor)
    return {row.number: row.outcome for row in rows}


def _frame(rows: Sequence[Staged], table: str) -> pl.DataFrame:
    return frame_of_rows([row.data for row in rows], table)


def _standing(writing: Writing) -> Standing:
    options = _options_of(writing)
    return Standing(_system(options), _day(options))


def _digest(batch_id: int) -> tuple[int, str]:
    """The rows that were written, as the file said them; each loader also keeps its own digest."""
    rows = ImportRow.objects.filter(batch=batch_id, outcome__in=("new", "changed"))
    lines = [
        json.dumps(data, ensure_ascii=False, sort_keys=True)
        for data in rows.order_by("number").values_list("data", flat=True)
    ]
    return len(lines), sm3_hex("\n".join(lines).encode())


def _shown(what: tuple[str, ...], rows: Sequence[ImportRow]) -> list[ShownRow]:
    shown = []
    for row in rows:
        words = " · ".join(str(row.data[name]) for name in what[1:] if row.data.get(name))
        old = "、".join(str(pair[0]) for pair in row.difference.values())
        new = "、".join(str(pair[1]) for pair in row.difference.values())
        name = str(row.data.get(what[0], ""))
        shown.append(ShownRow(row, name, Text(words, words), old, new))
    return shown


def _kind(
    name: str, label: Text, verb: str, doing: tuple[Any, Any], what: tuple[str, ...]
) -> ImportKind:
    judge, write = doing
    return register(
        ImportKind(
            name,
            label,
            verb,
            partial(heads_named, table=name),
            partial(_prepare, name, judge),
            write,
            _digest,
            partial(_shown, what),
        )
    )


PLACES: Final = _kind(
    "places",
    Text("行政区划名录", "places"),
    "places.change",
    (_judge_places, _write_places),
    ("name", "code", "level", "parent_code"),
)
UNITS: Final = _kind(
    "units",
    Text("单位名录", "organisations"),
    "organisations.change",
    (_judge_units, _write_units),
    ("name", "unit_code", "kind"),
)
PAIRINGS: Final = _kind(
    "pairings",
    Text("结对关系", "pairs"),
    "organisations.change",
    (_judge_pairings, _write_pairings),
    ("place_code", "helper", "kind", "starts_on"),
)
