"""Importing registers (台账导入): one line of the sheet is one row of the register."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

import polars as pl

from bangfu.programme.tables.findings import Notice
from bangfu.programme.tables.grids import Grid
from bangfu.programme.tables.heads import plain_head
from bangfu.records.audit.chain import sm3_hex
from bangfu.records.imports.faults import RowFault, fault_from, kept
from bangfu.records.imports.finding_places import FoundPlace, PlaceFinder
from bangfu.records.imports.kinds import (
    STAGED,
    ImportKind,
    Prepared,
    ShownRow,
    Staged,
    Writing,
    register_family,
    rows_by_code,
)
from bangfu.records.imports.layout import period_of, place_columns
from bangfu.records.imports.models import ImportRow
from bangfu.records.places.models import Place
from bangfu.records.registers.bulk import merge_rows
from bangfu.records.registers.models import RegisterDefinition, RegisterRow, RegisterRowChange
from bangfu.records.registers.periods import period_fault
from bangfu.records.registers.reading import read_field
from bangfu.records.registers.row_keys import derived_key, free_key
from bangfu.records.registers.shape import RegisterShape, ShapeField, shape_of
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.money import FEN_PER_UNIT
from bangfu.vocabulary.text import Text

__all__ = ["register_kinds"]

_VERB: Final = "registers.enter"
_PERIOD_HEADS: Final = frozenset({"period", "期间", "期别", "年份", "年度"})
_BRACKET: Final = re.compile(r"[(（]([^()（）]*)[)）]$")
_TOTALS: Final = frozenset({"合计", "总计", "小计"})
_FRAME: Final = {"int": pl.Int64(), "money": pl.Int64(), "bool": pl.Boolean()}


def register_kinds() -> tuple[ImportKind, ...]:
    """A kind for each register that is kept now."""
    kept_now = RegisterDefinition.objects.filter(is_open=True).order_by("position", "id")
    return tuple(_kind(definition) for definition in kept_now)


def _kind(definition: RegisterDefinition) -> ImportKind:
    shape = shape_of(definition.content)
    return ImportKind(
        f"registers/{definition.register}",
        Text(f"台账：{definition.label_zh}", f"register: {definition.label_en}"),
        _VERB,
        partial(_recognise, shape),
        partial(_prepare, definition),
        partial(_write, definition),
        _digest,
        partial(_shown, shape),
    )


def _recognise(shape: RegisterShape, grid: Grid) -> int:
    head = _head_row(shape, grid)
    if head == 0:
        return 0
    found = _fields_at(shape, grid.top[head - 1])
    required = {field.id for field in shape.fields if field.required}
    return len(found) if required <= {field.id for field, _ in found.values()} else 0


def _head_row(shape: RegisterShape, grid: Grid) -> int:
    """The row that names most fields beside a place, from 1; 0 where none does."""
    best, row_of_best = 0, 0
    for row, cells in enumerate(grid.top, start=1):
        code, names = place_columns(cells)
        found = len(_fields_at(shape, cells))
        if found > best and (code is not None or names):
            best, row_of_best = found, row
    return row_of_best


def _fields_at(shape: RegisterShape, cells: Sequence[str]) -> dict[int, tuple[ShapeField, str]]:
    """Columns that are fields, with the unit of money their head names."""
    by_head = {
        plain_head(name): field
        for field in shape.fields
        for name in (field.label.en, field.id, field.label.zh)
    }
    found: dict[int, tuple[ShapeField, str]] = {}
    for index, cell in enumerate(cells):
        bracket = _BRACKET.search(cell)
        unit = bracket[1] if bracket and bracket[1] in FEN_PER_UNIT else ""
        field = by_head.get(plain_head(cell)) or by_head.get(plain_head(_BRACKET.sub("", cell)))
        if field is not None and all(field.id != other.id for other, _ in found.values()):
            found[index] = (field, unit)
    return found


def _prepare(
    definition: RegisterDefinition,
    grids: Sequence[Grid],
    options: Mapping[str, Any],
    actor: Any,
) -> Prepared:
    shape = shape_of(definition.content)
    finder = PlaceFinder(actor, _VERB, options)
    lines: list[dict[str, Any]] = []
    notices: list[Notice] = []
    for grid in grids:
        head = _head_row(shape, grid)
        if head == 0:
            notices.append(_not_read(grid))
            continue
        lines += _lines(definition, shape, grid, head, options, finder)
    if not lines:
        raise FaultsFound([_no_rows(definition)])
    _key_lines(shape, lines)
    _compare(definition, lines)
    faults = {n: line["faults"] for n, line in enumerate(lines) if line["faults"]}
    return Prepared(_staged(lines), notices=tuple(notices), by_code=rows_by_code(faults))


def _lines(
    definition: RegisterDefinition,
    shape: RegisterShape,
    grid: Grid,
    head: int,
    options: Mapping[str, Any],
    finder: PlaceFinder,
) -> list[dict[str, Any]]:
    cells_of_head = grid.top[head - 1]
    code_at, names_at = place_columns(cells_of_head)
    fields = _fields_at(shape, cells_of_head)
    names_at = tuple(index for index in names_at if index not in fields)
    period_at = next(
        (i for i, cell in enumerate(cells_of_head) if plain_head(cell) in _PERIOD_HEADS), None
    )
    lines = []
    for *cells, row in grid.frame.filter(pl.col("row") > head).iter_rows():
        code = (cells[code_at] or "").strip() if code_at is not None else ""
        names = tuple((cells[i] or "").strip() for i in names_at if (cells[i] or "").strip())
        if code in _TOTALS or _TOTALS & set(names):
            continue
        faults: list[RowFault] = []
        place = finder.find(code, names, "区划代码" if code else "名称")
        if not isinstance(place, FoundPlace):
            faults.append(place)
        given = (cells[period_at] or "") if period_at is not None else ""
        period = period_of(given or str(options.get("period", "")))
        if period_fault(definition.period_kind, period) is not None:
            faults.append(fault_from("IMP-07", "期别", given=given))
        values = _values(fields, cells, faults)
        lines.append(
            {
                "sheet": grid.sheet,
                "row_no": row,
                "place_id": place.place_id if isinstance(place, FoundPlace) else None,
                "written": code or "".join(names),
                "period": period,
                "values": values,
                "faults": faults,
                "outcome": "faulty" if faults else "new",
            }
        )
    return lines


def _values(
    fields: Mapping[int, tuple[ShapeField, str]],
    cells: Sequence[str | None],
    faults: list[RowFault],
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for index, (field, unit) in fields.items():
        text = (cells[index] or "").strip()
        if unit and text and text[-1].isdigit():
            text += unit
        value, fault = read_field(field, text)
        if fault is not None:
            faults.append(RowFault(fault.code, field.label.zh, fault.message, fault.remedy))
        elif value is not None:
            values[field.id] = value
    return values


def _key_lines(shape: RegisterShape, lines: list[dict[str, Any]]) -> None:
    """Give each line its row key; equal lines of one place and period count once."""
    taken: dict[tuple[int, str], dict[str, dict[str, Any]]] = {}
    for line in lines:
        if line["faults"]:
            continue
        held = taken.setdefault((line["place_id"], line["period"]), {})
        if line["values"] in held.values():
            line["outcome"] = "doubled"
            continue
        line["row_key"] = free_key(derived_key(shape, line["values"]), held)
        held[line["row_key"]] = line["values"]


def _compare(definition: RegisterDefinition, lines: list[dict[str, Any]]) -> None:
    wanted = [line for line in lines if line["outcome"] == "new"]
    rows = RegisterRow.objects.filter(
        definition=definition, period__in={line["period"] for line in wanted}
    )
    places = {line["place_id"] for line in wanted}
    held = {
        (row.place_id, row.period, row.row_key): row
        for row in rows.iterator(chunk_size=5000)
        if row.place_id in places
    }
    for line in wanted:
        row = held.get((line["place_id"], line["period"], line["row_key"]))
        if row is None:
            continue
        line["target"], line["seen_version"] = row.pk, row.version
        differs = {
            name: [row.values.get(name), value]
            for name, value in line["values"].items()
            if row.values.get(name) != value
        }
        line["outcome"], line["difference"] = ("changed" if differs else "same"), differs


def _staged(lines: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    rows = [
        (
            number,
            line["sheet"],
            line["row_no"],
            0,
            line["place_id"],
            _json({name: line.get(name) for name in ("written", "period", "row_key", "values")}),
            line["outcome"],
            _json([kept(fault) for fault in line["faults"]]),
            _json(line.get("difference", {})),
            line.get("target"),
            line.get("seen_version"),
        )
        for number, line in enumerate(lines, start=1)
    ]
    whole = ("number", "row_no", "column_no", "place_id", "target", "seen_version")
    schema = dict.fromkeys(STAGED, pl.String) | dict.fromkeys(whole, pl.Int64)
    return pl.DataFrame(rows, schema=schema, orient="row").select(STAGED)


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False)


def _write(
    definition: RegisterDefinition, rows: Sequence[Staged], writing: Writing
) -> Mapping[int, str]:
    """Merge rows whose register row still stands as it was compared."""
    targets = [row.target for row in rows if row.target is not None]
    locked = RegisterRow.objects.select_for_update().filter(pk__in=targets).order_by("pk")
    versions = dict(locked.values_list("pk", "version"))
    stands = [row for row in rows if versions.get(row.target or 0) == row.seen_version]
    shape = shape_of(definition.content)
    columns: dict[str, Any] = {
        "place_id": pl.Series([row.place_id for row in stands], dtype=pl.Int64),
        "period": pl.Series([row.data["period"] for row in stands], dtype=pl.String),
        "row_key": pl.Series([row.data["row_key"] for row in stands], dtype=pl.String),
    }
    for field in shape.fields:
        values = [row.data["values"].get(field.id) for row in stands]
        columns[field.id] = pl.Series(values, dtype=_FRAME.get(field.kind, pl.String()))
    if stands:
        frame = pl.DataFrame(columns)
        merge_rows(definition, frame, actor=writing.actor, batch_id=writing.batch_id)
    standing = {row.number for row in stands}
    return {row.number: row.outcome if row.number in standing else "stale" for row in rows}


def _digest(batch_id: int) -> tuple[int, str]:
    found = RegisterRowChange.objects.filter(import_batch=batch_id).order_by("pk")
    lines = [
        f"{row}|{version}|{json.dumps(values, ensure_ascii=False, sort_keys=True)}"
        for row, version, values in found.values_list("row_id", "version", "values")
    ]
    return len(lines), sm3_hex("\n".join(lines).encode())


def _shown(shape: RegisterShape, rows: Sequence[ImportRow]) -> list[ShownRow]:
    places = dict(
        Place.objects.filter(pk__in={row.place_id for row in rows}).values_list("pk", "name")
    )
    shown = []
    for row in rows:
        old = "、".join(str(pair[0]) for pair in row.difference.values())
        new = "、".join(str(pair[1]) for pair in row.difference.values())
        name = places.get(row.place_id or 0) or row.data["written"]
        shown.append(ShownRow(row, name, _in_words(shape, row.data), old, new))
    return shown


def _in_words(shape: RegisterShape, data: Mapping[str, Any]) -> Text:
    """The period and the values with the names of their fields."""
    told = [
        (shape.by_id[name].label, value)
        for name, value in data["values"].items()
        if name in shape.by_id
    ]
    zh = "，".join(f"{label.zh} {value}" for label, value in told)
    en = ", ".join(f"{label.en} {value}" for label, value in told)
    return Text(f"{data['period']} {zh}"[:200], f"{data['period']} {en}"[:200])


def _not_read(grid: Grid) -> Notice:
    return Notice(
        "IMP-N6",
        grid.where,
        Text("这张工作表没有认出台账栏目，没有读取", "no field of the register; not read"),
    )


def _no_rows(definition: RegisterDefinition) -> Fault:
    return Fault(
        "IMP-38",
        "",
        Text(
            f"没有认出「{definition.label_zh}」的行：表头里应有地方和台账栏目的名称。",
            f"No row of {definition.label_en}: the head should name places and fields.",
        ),
        Text("请核对表头，或另选表类。", "Check the head, or choose another kind."),
    )


register_family(register_kinds)
