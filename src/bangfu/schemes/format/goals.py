"""``goals.yaml``: dated targets and how each is tested (目标)."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field, model_validator

from bangfu.schemes.format.common import Cited, FigureText, Model
from bangfu.schemes.format.values import Value
from bangfu.vocabulary.place import Level

__all__ = ["ABOVE_READINGS", "COMPARED_MEASURES", "Benchmark", "Goal", "GoalsFile"]

#: Measures over a series of years, each against another figure of the same years.
COMPARED_MEASURES: Final = ("growth_above", "share_not_below", "fall_within")

#: How growth above a benchmark can be read; all are computed, the chosen one is the headline.
ABOVE_READINGS: Final = (
    "yearly.panel",
    "yearly.cross_section",
    "cumulative.panel",
    "cumulative.cross_section",
)
Op = Literal[">=", ">", "<=", "<"]


class Benchmark(Model):
    """What growth is compared with: an element at the province, or a yearly series of values."""

    element: str | None = None
    series: FigureText = None

    @model_validator(mode="after")
    def _one_source(self) -> Benchmark:
        if (self.element is None) == (self.series is None):
            raise ValueError("a benchmark needs an element or a series, not both")
        return self


class Goal(Cited):
    """One goal.

    - ``level``: the element compared with the threshold, for each place.
    - ``growth``: yearly growth of the element against a percentage, in both readings (on the year
      before; yearly average since ``base_year``), for each place and for the whole body.
    - ``condition``: an expression, for each place.
    - ``body_count`` and ``body_share``: number or share of the places for which ``condition``
      holds, compared with the ``threshold`` (a count, a percentage) or, where there is none, with
      the year before: for the body and, where ``per_place``, for the members of each place.
    - ``judgement``: no measure is stated; a person decides.
    - ``growth_above``: growth of the element compared with growth of ``benchmark``, each year from
      ``base_year`` on and from ``base_year`` to ``year``, with fixed members (panel) and with the
      members of each year (cross-section), for each place and for all weighed together by
      ``weight_element``. ``panel_element`` is the figure of the same people throughout.
    - ``share_not_below``: the share of the element in ``per_element`` compared with the year
      before, from ``base_year`` on.
    - ``fall_within``: the yearly change of the element; ``threshold`` is how far it may fall.

    ``member_level`` tests the places below the listed ones (villages of a listed township).
    """

    target_list: str
    classes: tuple[str, ...] = ()
    member_level: Level | None = None
    member_include: str = "True"
    measure: Literal[
        "level",
        "growth",
        "condition",
        "body_count",
        "body_share",
        "judgement",
        "growth_above",
        "share_not_below",
        "fall_within",
    ]
    element: str | None = None
    #: The element under each option of the goal's reading, where the text leaves it open.
    element_by_reading: dict[str, str] = Field(default_factory=dict)
    condition: str | None = None
    op: Op | None = None
    #: The comparison under each option of the goal's reading, where the text leaves it open.
    op_by_reading: dict[str, Op] = Field(default_factory=dict)
    benchmark: Benchmark | None = None
    panel_element: str | None = None
    weight_element: str | None = None
    per_element: str | None = None
    threshold: FigureText = None
    base_year: FigureText = None
    year: FigureText
    per_place: bool = False

    @model_validator(mode="after")
    def _measure_has_its_parts(self) -> Goal:
        needs: dict[str, tuple[str, ...]] = {
            "level": ("element", "op"),
            "growth": ("element", "op"),
            "condition": ("condition",),
            "body_count": ("condition", "op"),
            "body_share": ("condition", "op"),
            "judgement": (),
            "growth_above": ("element", "benchmark", "base_year", "op"),
            "share_not_below": ("element", "per_element", "base_year"),
            "fall_within": ("element", "base_year"),
        }
        missing = [part for part in needs[self.measure] if getattr(self, part) is None]
        if missing:
            raise ValueError(f"{self.id}: measure {self.measure} needs {', '.join(missing)}")
        if self.measure == "share_not_below" and not (self.op or self.op_by_reading):
            raise ValueError(f"{self.id}: measure {self.measure} needs op or op_by_reading")
        if self.measure in COMPARED_MEASURES and self.member_level is not None:
            raise ValueError(
                f"{self.id}: measure {self.measure} tests the listed places themselves"
            )
        return self


class GoalsFile(Model):
    """``goals.yaml``."""

    values: tuple[Value, ...] = ()
    goals: tuple[Goal, ...] = ()
