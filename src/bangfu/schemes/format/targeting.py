"""``targeting.yaml``: which places the programme is for (筛选认定).

A list has a declared universe, classes with declared sizes, and one method: taken from a list the
office holds, screened by criteria, or ranked by points.
"""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field, model_validator

from bangfu.schemes.format.common import Bilingual, Cited, FigureText, Model
from bangfu.schemes.format.values import Value
from bangfu.vocabulary.place import Level

__all__ = [
    "TOGETHER_READINGS",
    "Criterion",
    "DecisionRow",
    "DecisionTable",
    "Eligibility",
    "KnownDifference",
    "OutOfScope",
    "Scoring",
    "ScoringComponent",
    "Screening",
    "TargetClass",
    "TargetList",
    "TargetingFile",
    "Together",
    "Universe",
]

#: How a unit that stands on several lists is counted: once, or as often as it is named.
TOGETHER_READINGS: Final = ("by_unit", "by_object")


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
    #: Counties (code to name) in which a named area lies by its very name.
    lies_in: dict[str, str] = Field(default_factory=dict)


class DecisionRow(Model):
    """One row of a decision table: the class a place falls into where the condition holds."""

    when: str
    gives: str
    clauses: tuple[str, ...] = ()


class DecisionTable(Model):
    """Classes by conditions (决策表).

    ``first``: the first row that holds, unless an earlier one is unknown; ``unique``: exactly one
    may hold, two are a conflict that is told; ``collect``: every row that holds, joined with ``;``.
    """

    hit: Literal["first", "unique", "collect"]
    rows: tuple[DecisionRow, ...] = Field(min_length=1)


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
    #: The class of each place proposed, by conditions; without it, by the tags of the classes.
    decision: DecisionTable | None = None
    size: FigureText = None
    criteria: tuple[Criterion, ...] = ()
    screening: Screening | None = None
    scoring: Scoring | None = None
    #: Cities (codes) in which all places of the list must lie.
    allowed_within: dict[str, str] = Field(default_factory=dict)
    #: The year whose figures are screened, as a figure; the year before as_of where absent.
    year: FigureText = None
    #: Places (code to name) that the document itself lists; the office's table only adds dates.
    codes: dict[str, str] = Field(default_factory=dict)
    #: What the document counts: the places, or the classes, each of which is one named area.
    counts: Literal["places", "classes"] = "places"
    #: Whether the document leaves the list open (等).
    extendable: bool = False

    @model_validator(mode="after")
    def _method_has_its_part(self) -> TargetList:
        known = {target_class.id for target_class in self.classes}
        rows = self.decision.rows if self.decision else ()
        unknown = sorted({row.gives for row in rows} - known)
        if unknown:
            raise ValueError(f"{self.id}: the decision table gives unknown classes {unknown}")
        if self.method == "criteria" and not (self.criteria and self.screening):
            raise ValueError(f"{self.id}: method criteria needs criteria and screening")
        if self.method == "ranking" and self.scoring is None:
            raise ValueError(f"{self.id}: method ranking needs scoring")
        if self.codes and (self.method != "list" or len(self.classes) != 1):
            raise ValueError(f"{self.id}: codes need method list and one class")
        return self


class Together(Cited):
    """Lists that are kept apart and counted together, a unit on two of them once or twice.

    The reading has the options ``by_unit`` (once) and ``by_object`` (as often as it is named).
    """

    lists: tuple[str, ...] = Field(min_length=2)


class TargetingFile(Model):
    """``targeting.yaml``."""

    values: tuple[Value, ...] = ()
    lists: tuple[TargetList, ...] = ()
    together: Together | None = None
