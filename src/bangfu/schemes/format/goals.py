"""``goals.yaml``: dated targets and how each is tested (目标)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from bangfu.schemes.format.common import Cited, FigureText, Model
from bangfu.schemes.format.values import Value
from bangfu.vocabulary.place import Level

__all__ = ["Goal", "GoalsFile"]


class Goal(Cited):
    """One goal.

    - ``level``: the element compared with the threshold, for each place.
    - ``growth``: yearly growth of the element against a percentage, in both readings (on the year
      before; yearly average since ``base_year``), for each place and for the whole body.
    - ``condition``: an expression, for each place.
    - ``body_count`` and ``body_share``: number or share of the places for which ``condition``
      holds, compared with the year before: for the body and, where ``per_place``, for the members
      of each place.
    - ``judgement``: no measure is stated; a person decides.

    ``member_level`` tests the places below the listed ones (villages of a listed township).
    """

    target_list: str
    classes: tuple[str, ...] = ()
    member_level: Level | None = None
    member_include: str = "True"
    measure: Literal["level", "growth", "condition", "body_count", "body_share", "judgement"]
    element: str | None = None
    #: The element under each option of the goal's reading, where the text leaves it open.
    element_by_reading: dict[str, str] = Field(default_factory=dict)
    condition: str | None = None
    op: Literal[">=", ">", "<=", "<"] | None = None
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
        }
        missing = [part for part in needs[self.measure] if getattr(self, part) is None]
        if missing:
            raise ValueError(f"{self.id}: measure {self.measure} needs {', '.join(missing)}")
        return self


class GoalsFile(Model):
    """``goals.yaml``."""

    values: tuple[Value, ...] = ()
    goals: tuple[Goal, ...] = ()
