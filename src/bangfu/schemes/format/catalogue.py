"""The catalogue of data elements (指标目录): each figure that is collected is defined once."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from bangfu.schemes.format.common import Bilingual, Id, Model

__all__ = ["CatalogueFile", "DataElement"]


class DataElement(Model):
    """One data element.

    ``name`` is the Chinese term under which expressions and tables know it. ``unit`` is the unit
    inside: fen for money, else a count noun, ``%`` or ``亩``. ``plausible`` is the range, as
    written with its unit, within which a median is believed. ``adds_up`` tells that the figures of
    the places below make the figure of the place above; ``also_every`` names the periods it is
    asked for beside the year.
    """

    id: Id
    name: str
    label: Bilingual
    kind: Literal["money", "int", "number", "bool", "text"]
    unit: str
    levels: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    plausible: tuple[str, str] | None = None
    owner: str
    legal_class: Literal["statutory", "departmental", "administrative", "estimate"]
    definition: Bilingual | None = None
    adds_up: bool = False
    also_every: tuple[Literal["half", "quarter", "month"], ...] = ()


class CatalogueFile(Model):
    """``catalogue.yaml``."""

    elements: tuple[DataElement, ...] = Field(min_length=1)
