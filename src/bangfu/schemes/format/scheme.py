"""``scheme.yaml``: what the document is, when it holds, and the places it names."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from bangfu.schemes.format.common import Bilingual, Cited, Model
from bangfu.vocabulary.place import CodeSystem, Level

__all__ = ["Membership", "NamedPlace", "Period", "SchemeFile"]


class Period(Model):
    """Half-open: ``ends_on`` is the first day on which the scheme no longer holds."""

    starts_on: date
    ends_on: date

    @model_validator(mode="after")
    def _in_order(self) -> Period:
        if self.starts_on >= self.ends_on:
            raise ValueError("a period starts before it ends")
        return self


class NamedPlace(Model):
    """A place the document names, and the names under which a place list may hold it.

    ``within`` are the places above it as the document writes them; ``aliases`` are other
    spellings, kinds and units; ``functional_zone`` tells that the unit named above it is no civil
    division, and ``civil_parent`` the county it lies in.
    """

    written: str
    level: Level
    within: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    functional_zone: str | None = None
    civil_parent: str | None = None
    code: str | None = None
    code_system: CodeSystem | None = None
    target_class: str | None = None
    clauses: tuple[str, ...] = ()
    note: Bilingual | None = None


class Membership(Cited):
    """A dated set of places: all places inside carry ``name`` as a tag (山区海岛县)."""

    name: str
    level: Level
    code_system: CodeSystem
    #: From each date on, the codes that belong.
    values: dict[date, dict[str, str]]


class SchemeFile(Model):
    """``scheme.yaml``."""

    id: str = Field(pattern=r"^[a-z]{2,}(-[a-z0-9]+)+$")
    format: Literal[1]
    title: Bilingual
    summary: Bilingual
    jurisdiction: Bilingual
    province_code: str = Field(pattern=r"^\d{12}$")
    #: The place the scheme runs in, where that is not the whole province.
    area_code: str | None = Field(default=None, pattern=r"^\d{12}$")
    issuers: tuple[str, ...]
    document_number: str | None = None
    issued_on: date | None = None
    status: Literal["in_force", "consultation_draft", "ended"]
    #: Shown on every result where the text is not a final, complete document.
    banner: Bilingual | None = None
    period: Period
    #: The scheme's own words for shared ideas (结对帮扶 -> 帮促), by glossary key.
    words: dict[str, Bilingual] = Field(default_factory=dict)
    places: tuple[NamedPlace, ...] = ()
    memberships: tuple[Membership, ...] = ()
    metadata_clauses: tuple[str, ...] = ()
