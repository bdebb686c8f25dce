"""What a register asks for (台账栏目): its fields, its classes, what counts.

A shape is read from the canonical content of a declaration; it knows no database and no file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from bangfu.vocabulary.text import Text

__all__ = ["FieldKind", "RegisterShape", "ShapeClass", "ShapeField", "shape_of"]

FieldKind = Literal["text", "int", "number", "money", "bool", "date", "code", "choice"]


@dataclass(frozen=True, slots=True)
class ShapeField:
    """One column of a register. Money is held in fen whatever unit it is asked in."""

    id: str
    label: Text
    kind: FieldKind
    unit: str
    choices: tuple[str, ...]
    required: bool


@dataclass(frozen=True, slots=True)
class ShapeClass:
    """A class of places that must keep the register, and their level."""

    id: str
    label: Text
    level: str


@dataclass(frozen=True)
class RegisterShape:
    """The fields and rules of one declaration."""

    fields: tuple[ShapeField, ...]
    classes: tuple[ShapeClass, ...]
    #: Field id to the text it must have for a row to count.
    where: Mapping[str, str]
    clauses: tuple[str, ...]

    @cached_property
    def by_id(self) -> dict[str, ShapeField]:
        """The fields by id."""
        return {field.id: field for field in self.fields}

    @property
    def is_presence(self) -> bool:
        """Whether the register asks one thing, yes or no (有无台账)."""
        return len(self.fields) == 1 and self.fields[0].kind == "bool"

    @property
    def first_date(self) -> ShapeField | None:
        """The field that says when a row happened, if there is one."""
        return next((field for field in self.fields if field.kind == "date"), None)

    def is_complete(self, values: Mapping[str, Any]) -> bool:
        """Whether every field that must be filled is filled."""
        return all(values.get(f.id) is not None for f in self.fields if f.required)

    def counts(self, values: Mapping[str, Any]) -> bool:
        """Whether a row counts towards the number the register asks for."""
        return all(_as_text(values.get(name)) == wanted for name, wanted in self.where.items())


def shape_of(content: Mapping[str, Any]) -> RegisterShape:
    """The shape a declaration's content tells."""
    return RegisterShape(
        fields=tuple(
            ShapeField(
                id=field["id"],
                label=Text(field["label"]["zh"], field["label"]["en"]),
                kind=field["type"],
                unit=field.get("unit") or ("元" if field["type"] == "money" else ""),
                choices=tuple(field.get("choices", ())),
                required=bool(field.get("required")),
            )
            for field in content["fields"]
        ),
        classes=tuple(
            ShapeClass(
                one["id"], Text(one["label"]["zh"], one["label"]["en"]), one.get("level", "")
            )
            for one in content.get("classes", ())
        ),
        where=dict(content.get("where", {})),
        clauses=tuple(content.get("clauses", ())),
    )


def _as_text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)
