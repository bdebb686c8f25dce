"""``targeting.yaml``: which places the programme is for (筛选认定).

A list has a declared universe, classes with declared sizes, and one method: taken from a list the
office holds, screened by criteria, or ranked by points.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from bangfu.schemes.format.common import Bilingual, Cited, FigureText, Model
from bangfu.schemes.format.values import Value
from bangfu.vocabulary.place import Level

__all__ = [
    "Criterion",
    "Eligibility",
    "KnownDifference",
    "OutOfScope",
    "Scoring",
    "ScoringComponent",
    "Screening",
    "TargetClass",
    "TargetList",
    "TargetingFile",
    "Universe",
]


class OutOfScope(Model):
    """Places of the level that the rule does not speak of, and why; never 'unknown'."""

    when: str
    reason: Bilingual


class KnownDifference(Model):
    """Why a count of a place list differs from the published one, at one place above."""

    place_code: str
    note: Bilingual


class Universe(Model):
    """The places a list is drawn from: a level and a condition on their attributes."""

    level: Level
    include: str = "True"
    out_of_scope: tuple[OutOfScope, ...] = ()
    size: FigureText = None
    #: Compare the count per place of this level with the published table of quotas.
    compare_by: Level | None = None
    known_differences: tuple[KnownDifference, ...] = ()
    clauses: tuple[str, ...] = ()
    assumption: Bilingual | None = None


class Eligibility(Model):
    """Which places of the universe compete for the list; the others are a plain no, with why."""

    when: str
    otherwise: Bilingual
    clauses: tuple[str, ...] = ()


class TargetClass(Cited):
    """One class of a list, with the number of places the document declares for it.

    ``tag`` derives the class from a membership (all listed places inside carry it); the others of
    a list fall to the class with ``tag: null`` and ``otherwise: true``.
    """

    size: FigureText = None
    tag: str | None = None
    otherwise: bool = False
    #: Other words under which a list may name this class.
    aliases: tuple[str, ...] = ()


class Criterion(Cited):
    """A condition with three outcomes, in the expression language.

    ``member_level`` and ``member_include`` say who the members are that count(), sum(), min(),
    max() and all() run over.
    """

    expression: str
    member_level: Level | None = None
    member_include: str = "True"


class Screening(Model):
    """How criteria make a verdict: an expression on criterion ids, chosen by a reading."""

    combine: dict[str, str]
    reading: str | None = None
    #: Verdict 'no' but this expression yes: shown as watched, never as designated.
    watch: str | None = None

    @model_validator(mode="after")
    def _choice_needs_reading(self) -> Screening:
        if len(self.combine) > 1 and self.reading is None:
            raise ValueError("several ways to combine need the reading that chooses")
        return self


class ScoringComponent(Cited):
    """One figure turned into points: none at ``zero_at``, 10,000 at ``full_at``, linear between.

    With ``per_element`` the figure is the share of the one in the other, in hundredths of a per
    cent, and the scale is written in per cent.
    """

    element: str
    per_element: str | None = None
    zero_at: FigureText
    full_at: FigureText
    weight: FigureText


class Scoring(Model):
    """Points by declared scales; the highest are proposed, up to the size."""

    components: tuple[ScoringComponent, ...] = Field(min_length=1)
    select: FigureText = None


class TargetList(Cited):
    """A list of places the programme is for."""

    universe: Universe
    eligible: Eligibility | None = None
    method: Literal["list", "criteria", "ranking"]
    classes: tuple[TargetClass, ...]
    size: FigureText = None
    criteria: tuple[Criterion, ...] = ()
    screening: Screening | None = None
    scoring: Scoring | None = None
    #: Cities (codes) in which all places of the list must lie.
    allowed_within: dict[str, str] = Field(default_factory=dict)
    #: The year whose figures are screened, as a figure; the year before as_of where absent.
    year: FigureText = None

    @model_validator(mode="after")
    def _method_has_its_part(self) -> TargetList:
        if self.method == "criteria" and not (self.criteria and self.screening):
            raise ValueError(f"{self.id}: method criteria needs criteria and screening")
        if self.method == "ranking" and self.scoring is None:
            raise ValueError(f"{self.id}: method ranking needs scoring")
        return self


class TargetingFile(Model):
    """``targeting.yaml``."""

    values: tuple[Value, ...] = ()
    lists: tuple[TargetList, ...] = ()
