"""Many rows at once (台账成批登记): from imports and return workbooks, merged by row key.

An empty cell says nothing and keeps what is held; a row somebody removed stays removed; every
row that moves leaves a history line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

import polars as pl

from bangfu.records.access.policies import require
from bangfu.records.audit.actions import action, note
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import Refused, refuse
from bangfu.records.places.models import Place
from bangfu.records.registers.actions import change_of
from bangfu.records.registers.models import RegisterDefinition, RegisterRow, RegisterRowChange
from bangfu.records.registers.periods import period_fault
from bangfu.records.registers.row_keys import derived_key, free_key
from bangfu.records.registers.shape import RegisterShape, ShapeField, shape_of
from bangfu.vocabulary.text import Text

__all__ = ["MergeCounts", "merge_rows"]

_CHUNK: Final = 1000
_BESIDE: Final = ("place_id", "period", "row_key", "occurred_on")


@dataclass(frozen=True, slots=True)
class MergeCounts:
    """Rows that are new, changed and as they were; ``repeated`` stood twice in the table."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    repeated: int = 0

    def __add__(self, other: MergeCounts) -> MergeCounts:
        return MergeCounts(
            self.inserted + other.inserted,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.repeated + other.repeated,
        )


@dataclass(slots=True)
class _Wanted:
    place_id: int
    period: str
    key: str
    values: dict[str, Any]
    occurred_on: date | None


@action("registers.merge")
def merge_rows(
    definition: RegisterDefinition, frame: pl.DataFrame, *, actor: Any, batch_id: int | None
) -> MergeCounts:
    """Merge typed rows into a register.

    Parameters
    ----------
    definition : RegisterDefinition
    frame : DataFrame
        Columns place_id Int64 and period String, each filled; row_key String and occurred_on Date
        if known; the register's fields by their ids: text, code, choice and number as String,
        int and money (whole fen) as Int64, bool as Boolean, date as Date or ISO text.
    batch_id : int or None
        The import the rows came with; kept in the history.

    Returns
    -------
    MergeCounts

    Raises
    ------
    Refused
        If a column is unknown, a period does not fit, or a key stands twice.
    NotAllowed
        If the actor may not enter rows at one of the places.
    """
    shape = shape_of(definition.content)
    _check(definition, shape, frame)
    place_ids = frame.get_column("place_id").unique().to_list()
    _require_everywhere(place_ids, actor)
    wanted, repeated = _keyed(shape, frame)
    counts = MergeCounts(repeated=repeated)
    for chunk in _chunks(wanted):
        counts += _merge(definition, shape, chunk, actor_id=actor.pk, batch_id=batch_id)
    note(
        register=definition.register,
        scheme=definition.scheme,
        batch=batch_id,
        inserted=counts.inserted,
        updated=counts.updated,
        unchanged=counts.unchanged,
    )
    return counts


def _check(definition: RegisterDefinition, shape: RegisterShape, frame: pl.DataFrame) -> None:
    known = {*_BESIDE, *shape.by_id}
    unknown = sorted(set(frame.columns) - known)
    if unknown or not {"place_id", "period"} <= set(frame.columns):
        raise refuse(
            "REG-13",
            Text(
                f"台账没有这些栏：{'、'.join(unknown) or '缺地方或期别'}。",
                f"The register has no such columns: {', '.join(unknown) or 'place or period lacks'}.",
            ),
        )
    periods = frame.get_column("period").unique().to_list()
    faults = [f for p in periods if (f := period_fault(definition.period_kind, p or ""))]
    if faults:
        raise Refused(faults)


def _require_everywhere(place_ids: list[int], actor: Any) -> None:
    """The right must hold at every place; one query, however many places there are."""
    if actor.pk is None:
        return
    open_to = set(Place.objects.open_to(actor, "registers.enter").values_list("pk", flat=True))
    shut = [place_id for place_id in place_ids if place_id not in open_to]
    if shut:
        require(actor, "registers.enter", Place.objects.filter(pk=shut[0]).first())
        raise refuse("REG-14", Text("表中有找不到的地方。", "The table names unknown places."))


def _keyed(shape: RegisterShape, frame: pl.DataFrame) -> tuple[list[_Wanted], int]:
    """The rows with their keys; equal lines of one table are one row."""
    fields = [field for field in shape.fields if field.id in frame.columns]
    taken: dict[tuple[int, str], dict[str, dict[str, Any]]] = {}
    wanted: list[_Wanted] = []
    repeated = 0
    for line in frame.iter_rows(named=True):
        values = {f.id: _plain(f, line[f.id]) for f in fields if line[f.id] is not None}
        held = taken.setdefault((line["place_id"], line["period"]), {})
        key = line.get("row_key") or derived_key(shape, values)
        if values in held.values():
            repeated += 1
            continue
        if key in held and line.get("row_key"):
            raise refuse("REG-15", Text(f"行键「{key}」重复。", f"The key {key} stands twice."))
        key = free_key(key, held)
        held[key] = values
        wanted.append(
            _Wanted(line["place_id"], line["period"], key, values, line.get("occurred_on"))
        )
    return wanted, repeated


def _plain(field: ShapeField, value: Any) -> Any:
    """A value of a frame as it is held: dates as ISO text, measures as plain decimals."""
    if isinstance(value, date):
        return value.isoformat()
    if field.kind == "number" and not isinstance(value, str):
        text = f"{Decimal(repr(value)):f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return value


def _merge(
    definition: RegisterDefinition,
    shape: RegisterShape,
    chunk: list[_Wanted],
    *,
    actor_id: int | None,
    batch_id: int | None,
) -> MergeCounts:
    held = _held_rows(definition, chunk)
    now = clock.now()
    new: list[RegisterRow] = []
    changed: list[RegisterRow] = []
    for one in chunk:
        row = held.get((one.place_id, one.period, one.key))
        if row is None:
            row = RegisterRow(
                definition=definition,
                place_id=one.place_id,
                period=one.period,
                row_key=one.key,
                entered_by_id=actor_id,
                entered_at=now,
            )
            new.append(row)
        elif _is_same(row, one):
            continue
        else:
            row.version += 1
            changed.append(row)
        _write(row, definition, shape, one)
        row.changed_at = now
    _store(new, changed)
    RegisterRowChange.objects.bulk_create(
        (change_of(row, actor_id=actor_id, import_batch=batch_id) for row in (*new, *changed)),
        batch_size=_CHUNK,
    )
    return MergeCounts(len(new), len(changed), len(chunk) - len(new) - len(changed))


def _held_rows(
    definition: RegisterDefinition, chunk: list[_Wanted]
) -> dict[tuple[int, str, str], RegisterRow]:
    rows = RegisterRow.objects.select_for_update().filter(
        definition=definition,
        place_id__in={one.place_id for one in chunk},
        period__in={one.period for one in chunk},
    )
    return {(row.place_id, row.period, row.row_key): row for row in rows}


def _is_same(row: RegisterRow, one: _Wanted) -> bool:
    return all(row.values.get(name) == value for name, value in one.values.items())


def _write(
    row: RegisterRow, definition: RegisterDefinition, shape: RegisterShape, one: _Wanted
) -> None:
    row.values = {**row.values, **one.values}
    row.schema_version = definition.schema_version
    row.complete = shape.is_complete(row.values)
    row.counts = shape.counts(row.values)
    told = row.values.get(shape.first_date.id) if shape.first_date else None
    row.occurred_on = one.occurred_on or (date.fromisoformat(told) if told else row.occurred_on)


def _store(new: list[RegisterRow], changed: list[RegisterRow]) -> None:
    RegisterRow.objects.bulk_create(new, batch_size=_CHUNK)
    RegisterRow.objects.bulk_create(
        changed,
        batch_size=_CHUNK,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[
            "version",
            "schema_version",
            "values",
            "complete",
            "counts",
            "occurred_on",
            "changed_at",
        ],
    )


def _chunks(wanted: list[_Wanted]) -> Iterator[list[_Wanted]]:
    for start in range(0, len(wanted), _CHUNK):
        yield wanted[start : start + _CHUNK]
