"""``pairing.yaml``: who helps whom, in what numbers (结对、任务数).

A published table wins over the rule it was made by; both are kept and the deviation is shown.
"""

from __future__ import annotations

from pydantic import Field

from bangfu.schemes.format.common import Bilingual, Cited, FigureText, Id, Model
from bangfu.schemes.format.values import Value

__all__ = ["Layer", "PairingFile", "PublishedTable", "Quota", "QuotaRow", "QuotaRule"]


class Layer(Model):
    """One kind of helper in a table of quotas."""

    id: Id
    label: Bilingual
    #: Other words under which an office's table may name this layer.
    aliases: tuple[str, ...] = ()


class QuotaRow(Model):
    """One printed row: numbers by layer; ``total`` where the table prints one."""

    helper: str | None = None
    recipient: str | None = None
    numbers: dict[str, int]
    total: int | None = None


class PublishedTable(Model):
    """A table as printed, with its own subtotals and totals, so that it can be reconciled."""

    clauses: tuple[str, ...]
    rows: tuple[QuotaRow, ...]
    subtotals: tuple[QuotaRow, ...] = ()
    totals: QuotaRow


class QuotaRule(Model):
    """The ratio the document states, and to what total it is applied."""

    total: FigureText
    ratio: FigureText
    clauses: tuple[str, ...]


class Quota(Cited):
    """How many places of a class each helper takes."""

    target_class: str
    layers: tuple[Layer, ...]
    rule: QuotaRule | None = None
    published: PublishedTable


class PairingFile(Model):
    """``pairing.yaml``. ``grand_total`` is the number all quotas add up to."""

    values: tuple[Value, ...] = ()
    #: Names of the places in the tables, by code.
    places: dict[str, str] = Field(default_factory=dict)
    quotas: tuple[Quota, ...] = ()
    grand_total: FigureText = None
    grand_total_clauses: tuple[str, ...] = ()
