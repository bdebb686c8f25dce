"""``funding.yaml``: what is raised, by whom, per what, and how a county allots it (资金)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from bangfu.schemes.format.common import Bilingual, Cited, FigureText, Id, Model
from bangfu.schemes.format.values import Value

__all__ = ["Factor", "FactorAllotment", "FundLine", "FundingFile", "Payer", "ShareBase"]


class Payer(Model):
    """Who pays: a role, and the place it is found at (the helper, the recipient, a level above)."""

    id: Id
    label: Bilingual
    at: Literal["province", "city", "county", "helper", "recipient", "none"] = "none"


class ShareBase(Model):
    """A payer whose part is worked out on some of the classes only, as a reading chooses.

    ``options`` gives the classes counted under each option of the line's reading; what the payer
    then leaves open is shown as owed by nobody, for the document does not say who takes it.
    """

    payer: str
    options: dict[str, tuple[str, ...]]


class FundLine(Cited):
    """One stream of money: so many units, so much each, paid by one or shared by several.

    ``classes`` counts listed places; ``element`` counts heads (an indicator of the listed places).
    ``by`` groups the rows: per recipient of the quota table, per county, or as one.
    ``top_up_from`` makes the line the gap between the standard and what another line pays; where
    the reading of the line is set to ``additional`` the standard comes on top instead.
    """

    purpose: Bilingual
    classes: tuple[str, ...] = ()
    element: str | None = None
    by: Literal["recipient", "county", "whole"] = "county"
    unit_amount: FigureText
    top_up_from: FigureText = None
    payer: str | None = None
    ratio: FigureText = None
    share_base: ShareBase | None = None
    payee: Bilingual
    years: FigureText = None

    @model_validator(mode="after")
    def _one_way_of_paying(self) -> FundLine:
        if (self.payer is None) == (self.ratio is None):
            raise ValueError(f"{self.id}: give payer or ratio")
        if bool(self.classes) == bool(self.element):
            raise ValueError(f"{self.id}: give classes or element")
        return self


class Factor(Cited):
    """One factor of an allotment, with the element it is measured by; weights are declared."""

    element: str
    weight: FigureText = None


class FactorAllotment(Cited):
    """How a pool is allotted among the places of a county (因素法)."""

    classes: tuple[str, ...]
    factors: tuple[Factor, ...]
    floor: FigureText = None
    cap: FigureText = None
    hold_harmless: FigureText = None


class FundingFile(Model):
    """``funding.yaml``."""

    values: tuple[Value, ...] = ()
    payers: tuple[Payer, ...] = ()
    lines: tuple[FundLine, ...] = ()
    allotment: FactorAllotment | None = None
    #: Uses the money may be put to, in our words.
    uses: dict[str, Bilingual] = Field(default_factory=dict)
