"""What is done to rows of registers (台账操作): entering, changing, removing, bringing back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from bangfu.records.access.policies import require
from bangfu.records.audit.actions import action, note
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import Refused, Stale, refuse
from bangfu.records.places.models import Place
from bangfu.records.registers.models import RegisterDefinition, RegisterRow, RegisterRowChange
from bangfu.records.registers.periods import period_fault
from bangfu.records.registers.reading import read_values
from bangfu.records.registers.row_keys import derived_key, free_key
from bangfu.records.registers.shape import RegisterShape, shape_of
from bangfu.records.registers.showing import written_value
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.text import Text

__all__ = ["NewRow", "add_row", "answer_presence", "change_row", "remove_row", "restore_row"]

_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row to enter: where, for when, and what was written into each field."""

    definition: RegisterDefinition
    place: Place
    period: str
    given: Mapping[str, str]
    occurred_on: date | None = None


@action("registers.add")
def add_row(new: NewRow, *, actor: Any, again: bool = False) -> RegisterRow:
    """Enter a row (登记); ``again`` where a second row with the same key facts is meant."""
    require(actor, "registers.enter", new.place)
    shape = shape_of(new.definition.content)
    values = _accepted(new, shape)
    key = derived_key(shape, values)
    taken = set(
        RegisterRow.objects.filter(
            definition=new.definition, place=new.place, period=new.period
        ).values_list("row_key", flat=True)
    )
    if key in taken and not again:
        raise _same_row()
    row = RegisterRow(
        definition=new.definition,
        schema_version=new.definition.schema_version,
        place=new.place,
        period=new.period,
        row_key=free_key(key, taken),
        values=values,
        complete=shape.is_complete(values),
        counts=shape.counts(values),
        occurred_on=new.occurred_on or _occurred_on(shape, values),
        entered_by_id=actor.pk,
        entered_at=clock.now(),
        changed_at=clock.now(),
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise _same_row() from None
    keep_change(row, actor=actor)
    note(row, after={"register": new.definition.register, "fields": sorted(values)})
    return row


@action("registers.change")
def change_row(
    row_id: int, given: Mapping[str, str], *, seen_version: int, actor: Any
) -> RegisterRow:
    """Change fields of a row; fields that are not given stay as they are."""
    row = _row_to_change(row_id, actor)
    shape = shape_of(row.definition.content)
    wanted = _merged(row, shape, given)
    if seen_version != row.version:
        raise Stale(
            seen=seen_version, current=row.version, difference=_difference(row, shape, wanted)
        )
    moved = sorted(
        name for name in {*wanted, *row.values} if wanted.get(name) != row.values.get(name)
    )
    if not moved and row.schema_version == row.definition.schema_version:
        note(row, after={"fields": []})
        return row
    row.values = wanted
    row.complete = shape.is_complete(wanted)
    row.counts = shape.counts(wanted)
    row.occurred_on = _occurred_on(shape, wanted) or row.occurred_on
    row.schema_version = row.definition.schema_version
    _next_version(row, actor=actor)
    note(row, after={"register": row.definition.register, "fields": moved})
    return row


@action("registers.remove")
def remove_row(row_id: int, reason: str, *, seen_version: int, actor: Any) -> RegisterRow:
    """Take a row out of the register (移除); it stays readable, with the reason."""
    row = _row_to_change(row_id, actor)
    row.refuse_if_stale(seen_version)
    told = reason.strip()[:_LONGEST_REASON]
    if not told:
        raise refuse(
            "REG-21",
            Text("移除台账行要写明原因。", "Say why the row is removed."),
            remedy=Text("例如：重复登记。", "For example: entered twice."),
        )
    row.is_removed, row.removed_reason = True, told
    _next_version(row, actor=actor, reason=told)
    note(row, after={"is_removed": True})
    return row


@action("registers.restore")
def restore_row(row_id: int, *, seen_version: int, actor: Any) -> RegisterRow:
    """Bring a removed row back (恢复)."""
    row = _row_to_change(row_id, actor)
    row.refuse_if_stale(seen_version)
    row.is_removed, row.removed_reason = False, ""
    _next_version(row, actor=actor)
    note(row, after={"is_removed": False})
    return row


@action("registers.answer")
def answer_presence(
    definition: RegisterDefinition, place: Place, period: str, answer: str, *, actor: Any
) -> RegisterRow:
    """Say in one tap whether a place has it (有、无); a second tap changes the answer."""
    shape = shape_of(definition.content)
    if not shape.is_presence:
        raise refuse(
            "REG-22",
            Text("这本台账不是有无台账。", "This register asks more than yes or no."),
        )
    field = shape.fields[0].id
    held = RegisterRow.objects.filter(
        definition=definition, place=place, period=period, row_key="answer"
    ).first()
    if held is None:
        return add_row(NewRow(definition, place, period, {field: answer}), actor=actor)
    if held.is_removed:
        held = restore_row(held.pk, seen_version=held.version, actor=actor)
    return change_row(held.pk, {field: answer}, seen_version=held.version, actor=actor)


def keep_change(
    row: RegisterRow, *, actor: Any, reason: str = "", import_batch: int | None = None
) -> None:
    """Keep what a row says in its present version."""
    change_of(row, actor_id=actor.pk, reason=reason, import_batch=import_batch).save()


def change_of(
    row: RegisterRow, *, actor_id: int | None, reason: str = "", import_batch: int | None = None
) -> RegisterRowChange:
    """The history line of a row's present version, not yet written."""
    return RegisterRowChange(
        row_id=row.pk,
        version=row.version,
        schema_version=row.schema_version,
        values=row.values,
        complete=row.complete,
        is_removed=row.is_removed,
        reason=reason,
        occurred_on=row.occurred_on,
        changed_at=row.changed_at,
        changed_by_id=actor_id,
        import_batch=import_batch,
    )


def _row_to_change(row_id: int, actor: Any) -> RegisterRow:
    rows = RegisterRow.objects.select_for_update(of=("self",)).select_related("definition", "place")
    row = rows.get(pk=row_id)
    require(actor, "registers.enter", row.place)
    if not row.definition.is_open:
        raise _closed(row.definition)
    return row


def _next_version(row: RegisterRow, *, actor: Any, reason: str = "") -> None:
    row.changed_at = clock.now()
    row.save_next_version()
    keep_change(row, actor=actor, reason=reason)


def _accepted(new: NewRow, shape: RegisterShape) -> dict[str, Any]:
    """The values of a new row, or all faults at once."""
    if not new.definition.is_open:
        raise _closed(new.definition)
    read = read_values(shape, new.given)
    faults = list(read.faults.values())
    wrong_period = period_fault(new.definition.period_kind, new.period)
    if wrong_period:
        faults.append(wrong_period)
    levels = {one.level for one in shape.classes if one.level}
    if levels and new.place.level not in levels:
        faults.append(_wrong_level(new))
    unknown = sorted(set(new.given) - set(shape.by_id))
    faults.extend(_unknown_field(name) for name in unknown)
    if not faults and not read.values:
        faults.append(
            Fault(
                "REG-11",
                "",
                Text("这一行还没有填写内容。", "Nothing is filled in yet."),
                Text("请至少填写一栏。", "Fill in one field at least."),
            )
        )
    if faults:
        raise Refused(faults)
    return read.values


def _merged(row: RegisterRow, shape: RegisterShape, given: Mapping[str, str]) -> dict[str, Any]:
    """What a row says after a change; values of retired fields are carried along."""
    unknown = sorted(set(given) - set(shape.by_id))
    read = read_values(shape, given)
    faults = [*read.faults.values(), *(_unknown_field(name) for name in unknown)]
    if faults:
        raise Refused(faults)
    kept = {name: value for name, value in row.values.items() if name not in given}
    return {**kept, **read.values}


def _difference(
    row: RegisterRow, shape: RegisterShape, wanted: Mapping[str, Any]
) -> dict[str, tuple[str, str]]:
    return {
        field.label.zh: (
            written_value(field, wanted.get(field.id)),
            written_value(field, row.values.get(field.id)),
        )
        for field in shape.fields
        if wanted.get(field.id) != row.values.get(field.id)
    }


def _occurred_on(shape: RegisterShape, values: Mapping[str, Any]) -> date | None:
    field = shape.first_date
    told = values.get(field.id) if field else None
    return date.fromisoformat(told) if told else None


def _same_row() -> Refused:
    return refuse(
        "REG-20",
        Text(
            "这个地方本期已有一行主要内容相同的记录。",
            "The place already has a row with the same key facts in this period.",
        ),
        remedy=Text(
            "请改已有的一行；确实另有一行的，请勾选「另登一行」。",
            'Change that row, or tick "one more row" if it really is another.',
        ),
    )


def _closed(definition: RegisterDefinition) -> Refused:
    return refuse(
        "REG-23",
        Text(
            f"「{definition.label_zh}」已停用，只供查阅。",
            f'"{definition.label_en}" is closed and can only be read.',
        ),
    )


def _wrong_level(new: NewRow) -> Fault:
    return Fault(
        "REG-12",
        new.place.name,
        Text("这本台账不在这一层级登记。", "The register is not kept at this level."),
        Text("请选择应登记的地方。", "Choose a place that keeps it."),
    )


def _unknown_field(name: str) -> Fault:
    return Fault(
        "REG-13",
        name[:40],
        Text("台账没有这一栏。", "The register has no such field."),
        Text("台账栏目可能已更新，请刷新页面。", "Its fields may have changed: reload the page."),
    )
