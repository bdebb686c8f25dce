"""Taking over the registers a scheme declares (启用台账): whoever adopts a scheme calls this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bangfu.records.access.policies import require
from bangfu.records.audit.actions import action, note
from bangfu.records.ground import clock
from bangfu.records.registers.models import RegisterDefinition, RegisterRow, RegisterSchema
from bangfu.records.registers.shape import shape_of
from bangfu.schemes.format.registers import Register
from bangfu.schemes.load import Scheme

__all__ = ["Declared", "declare_registers"]

_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Declared:
    """How many registers are new, changed, as they were, and no longer asked for."""

    new: int
    changed: int
    unchanged: int
    closed: int


@action("registers.declare")
def declare_registers(scheme: Scheme, *, on: date, actor: Any) -> Declared:
    """Make the registers of the site those of the scheme; rows written before stay readable.

    ``on`` is the day whose figures hold (how many rows are asked for may change with time).
    """
    require(actor, "catalogue.change")
    held = {
        row.register: row
        for row in RegisterDefinition.objects.select_for_update().filter(scheme=scheme.id)
    }
    outcomes = [
        _declare(scheme, register, position, held.pop(register.id, None), on)
        for position, register in enumerate(scheme.registers.registers)
    ]
    closed = [row for row in held.values() if row.is_open]
    for row in closed:
        row.is_open = False
        row.save_next_version()
    declared = Declared(
        new=outcomes.count("new"),
        changed=outcomes.count("changed"),
        unchanged=outcomes.count("unchanged"),
        closed=len(closed),
    )
    note(
        scheme=scheme.id,
        scheme_hash=scheme.content_hash,
        new=declared.new,
        changed=declared.changed,
        closed=declared.closed,
    )
    return declared


def _declare(
    scheme: Scheme,
    register: Register,
    position: int,
    held: RegisterDefinition | None,
    on: date,
) -> str:
    wanted: dict[str, Any] = {
        "content": _content(scheme, register),
        "label_zh": register.label.zh[:160],
        "label_en": register.label.en[:240],
        "owner": register.owner[:160],
        "period_kind": register.every,
        "at_least": _count(scheme, register, "at_least", on),
        "at_most": _count(scheme, register, "at_most", on),
        "position": position,
        "is_open": True,
    }
    if held is None:
        row = RegisterDefinition.objects.create(
            scheme=scheme.id, register=register.id, declared_at=clock.now(), **wanted
        )
        _keep_schema(row)
        return "new"
    if all(getattr(held, name) == value for name, value in wanted.items()):
        return "unchanged"
    moved = held.content["fields"] != wanted["content"]["fields"]
    counting = held.content.get("where", {}) != wanted["content"].get("where", {})
    for name, value in wanted.items():
        setattr(held, name, value)
    if moved:
        held.schema_version += 1
        held.declared_at = clock.now()
    held.save_next_version()
    if moved:
        _keep_schema(held)
    if counting:
        _count_again(held)
    return "changed"


def _keep_schema(row: RegisterDefinition) -> None:
    RegisterSchema.objects.create(
        definition=row,
        schema_version=row.schema_version,
        content=row.content,
        declared_at=row.declared_at,
    )


def _count_again(definition: RegisterDefinition) -> None:
    """Say of every row anew whether it counts; what it says does not change."""
    shape = shape_of(definition.content)
    moved: dict[bool, list[int]] = {True: [], False: []}
    rows = RegisterRow.objects.filter(definition=definition)
    for pk, counts, values in rows.values_list("pk", "counts", "values").iterator(_CHUNK):
        now = shape.counts(values)
        if now != counts:
            moved[now].append(pk)
    for now, keys in moved.items():
        for start in range(0, len(keys), _CHUNK):
            rows.filter(pk__in=keys[start : start + _CHUNK]).update(counts=now)


def _content(scheme: Scheme, register: Register) -> dict[str, Any]:
    """The part of a declaration that says how rows look and where they are due."""
    known = _classes(scheme)
    return {
        "fields": [
            field.model_dump(mode="json", exclude_defaults=True) for field in register.fields
        ],
        "classes": [known[name] for name in register.classes if name in known],
        "where": dict(register.where),
        "clauses": list(register.clauses),
    }


def _classes(scheme: Scheme) -> Mapping[str, dict[str, Any]]:
    return {
        one.id: {
            "id": one.id,
            "label": {"zh": one.label.zh, "en": one.label.en},
            "level": listed.universe.level,
        }
        for listed in scheme.targeting.lists
        for one in listed.classes
    }


def _count(scheme: Scheme, register: Register, name: str, on: date) -> int | None:
    """A number the register asks for; none where the document gives none."""
    path = f"registers.{register.id}.{name}"
    if path not in scheme.figures:
        return None
    figure = scheme.figure(path, max(on, scheme.about.period.starts_on))
    return int(figure.value) if figure is not None and figure.kind == "count" else None
