"""How a case is written (算例的写法): places, figures, further tables, and what must come out."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field

from bangfu.schemes.format.common import Model

__all__ = ["CaseFile", "CaseInput", "CasePlace", "Shows", "Total"]


class CasePlace(Model):
    """One place; ``within`` names the one above, made where it is not listed."""

    name: str
    level: str
    within: str | None = None
    kind: str | None = None
    tags: str | None = None
    target_class: str | None = Field(default=None, alias="class")
    code: str | None = None
    county: str | None = None
    entered_on: date | None = None
    exited_on: date | None = None


class CaseInput(Model):
    """Places, their figures (place, element, year, value), and any further tables as rows."""

    places: tuple[CasePlace, ...] = ()
    figures: tuple[tuple[Any, ...], ...] = ()
    tables: dict[str, tuple[dict[str, Any], ...]] = Field(default_factory=dict)


class Total(Model):
    """A sum over some rows of an output table."""

    table: str
    column: str = ""
    where: dict[str, Any] = Field(default_factory=dict)
    equals: Any


#: What a case shows of a rule: how it goes, where it turns, and what happens without a figure.
Shows = Literal["ordinary", "boundary", "missing"]


class CaseFile(Model):
    """One case.

    ``shows`` is what its claims are about: a plain run of the rule, a place just on the edge of it
    (exactly on a line, the last day, one too few), or a figure or record that is not there.
    """

    name: str
    on: date
    shows: tuple[Shows, ...] = ("ordinary",)
    set: dict[str, str] = Field(default_factory=dict)
    input: CaseInput = CaseInput()
    output: dict[str, tuple[dict[str, Any], ...]]
