"""``registers.yaml``: ledgers the policy asks for, and what counts as covered (台账)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from bangfu.schemes.format.common import Bilingual, Cited, FigureText, Id, Model
from bangfu.schemes.format.values import Value

__all__ = ["Register", "RegisterField", "RegistersFile"]


class RegisterField(Model):
    """One column of a register."""

    id: Id
    label: Bilingual
    type: Literal["text", "int", "number", "money", "bool", "date", "code", "choice"]
    unit: str | None = None
    choices: tuple[str, ...] = ()
    required: bool = False


class Register(Cited):
    """A ledger of repeating rows per place.

    Covered means: at least ``at_least`` rows at each place of ``classes`` (``where`` narrows the
    rows that count); null where the document asks for no number.
    """

    owner: str
    every: Literal["year", "half", "quarter", "month", "event"]
    classes: tuple[str, ...] = ()
    fields: tuple[RegisterField, ...]
    at_least: FigureText = None
    at_most: FigureText = None
    where: dict[str, str] = Field(default_factory=dict)


class RegistersFile(Model):
    """``registers.yaml``."""

    values: tuple[Value, ...] = ()
    registers: tuple[Register, ...] = ()
