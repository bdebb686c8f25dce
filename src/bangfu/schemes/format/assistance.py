"""``assistance.yaml``: tiers of social assistance for households (分层分类救助).

A decision table over household facts, the first tier that applies counts. Facts are columns of
the table ``households``; what the local line makes of them is worked out, never entered.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from bangfu.schemes.format.common import Bilingual, Cited, FigureText, Id, Model
from bangfu.schemes.format.values import Value

__all__ = [
    "AssistanceFile",
    "Fact",
    "HouseholdLine",
    "HouseholdNote",
    "LocalLine",
    "Monitored",
    "Tier",
]


class Fact(Model):
    """A column of the table of households, and the Chinese name under which expressions know it.

    ``money`` is whole fen. ``choice`` accepts the words of ``choices``; an empty cell is unknown.
    """

    id: Id
    name: str
    label: Bilingual
    type: Literal["int", "money", "bool", "choice"]
    choices: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _choice_has_words(self) -> Fact:
        if (self.type == "choice") != bool(self.choices):
            raise ValueError(f"{self.id}: choices go with type choice, and only with it")
        return self


class LocalLine(Cited):
    """The local line per head, an element of the county with the date from which it holds.

    ``months`` is how many periods of the line make the period of the income (12 for a monthly
    line and a yearly income).
    """

    element: str
    months: FigureText


class HouseholdLine(Cited):
    """The line of a whole household under a name: the local line times heads times a multiple."""

    name: str
    multiple: FigureText


class Tier(Cited):
    """One tier: what must hold, by option of the reading; what is given.

    ``boundary`` says when a household lies exactly on the edge, so that people look twice.
    """

    tier: str
    when: dict[str, str] = Field(min_length=1)
    boundary: str | None = None
    help: Bilingual

    @model_validator(mode="after")
    def _choice_needs_reading(self) -> Tier:
        if len(self.when) > 1 and self.reading is None:
            raise ValueError(f"{self.id}: several conditions need the reading that chooses")
        return self


class Monitored(Cited):
    """Who is monitored, by option of the reading; the tiers may be named by their ids."""

    when: dict[str, str] = Field(min_length=1)


class HouseholdNote(Cited):
    """A remark for the people who decide, shown beside a household where ``when`` holds."""

    when: str


class AssistanceFile(Model):
    """``assistance.yaml``. ``persons`` is the fact that counts heads, ``income`` the yearly income."""

    values: tuple[Value, ...] = ()
    facts: tuple[Fact, ...] = ()
    persons: str | None = None
    income: str | None = None
    line: LocalLine | None = None
    lines: tuple[HouseholdLine, ...] = ()
    tiers: tuple[Tier, ...] = ()
    monitored: Monitored | None = None
    notes: tuple[HouseholdNote, ...] = ()

    @model_validator(mode="after")
    def _tiers_have_their_facts(self) -> AssistanceFile:
        if not self.tiers:
            return self
        known = {fact.id for fact in self.facts}
        for part, named in (("persons", self.persons), ("income", self.income)):
            if named not in known:
                raise ValueError(f"{part} must be one of the facts: {', '.join(sorted(known))}")
        if self.line is None:
            raise ValueError("tiers need the local line")
        return self
