"""What a synthetic folder is made for (样例设定): a scheme, a size, a seed, the day it is looked at.

Every topic draws from its own stream of random numbers, so that a change in one table leaves the
others as they were.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from random import Random
from typing import Final, Literal

from bangfu.schemes.format import Goal
from bangfu.schemes.format.goals import COMPARED_MEASURES
from bangfu.schemes.load import Scheme

__all__ = ["SampleSize", "Setting"]

SampleSize = Literal["county", "city", "province"]

#: The day the figures stand at: last year's are in, and not all of them are final.
_LOOKED_AT: Final = date(2026, 3, 31)
_YEARS: Final = 3


@dataclass(frozen=True)
class Setting:
    """A scheme and how large a folder is made for it."""

    scheme: Scheme
    size: SampleSize
    seed: int

    @property
    def extent(self) -> SampleSize:
        """How far the invented places reach: a scheme of one city never reaches beyond it."""
        return "city" if self.size == "province" and self.scheme.about.area_code else self.size

    @cached_property
    def as_of(self) -> date:
        """The day the folder is made for, inside the period of the scheme."""
        period = self.scheme.about.period
        return min(max(_LOOKED_AT, period.starts_on), period.ends_on - timedelta(days=1))

    @cached_property
    def last_year(self) -> int:
        """The last year with figures: that of the day if it ends with the day."""
        is_year_end = (self.as_of.month, self.as_of.day) == (12, 31)
        return self.as_of.year if is_year_end else self.as_of.year - 1

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The years with figures, in order: back to the base of what is compared with another."""
        first = self.last_year - _YEARS + 1
        bases = [self.whole(f"goals.{goal.id}.base_year") for goal in self.compared]
        return tuple(range(min([first, *(b for b in bases if b)]), self.last_year + 1))

    @property
    def compared(self) -> tuple[Goal, ...]:
        """The goals that compare a series of years with another figure of the same years."""
        goals = self.scheme.goals.goals
        return tuple(goal for goal in goals if goal.measure in COMPARED_MEASURES)

    def stream(self, topic: str) -> Random:
        """Random numbers for one topic, the same for the same scheme, extent and seed."""
        return Random(f"{self.scheme.id}/{self.extent}/{self.seed}/{topic}")

    def whole(self, path: str) -> int | None:
        """A count or an amount in fen of the scheme on the day; None where nothing is stated."""
        figure = self.scheme.figure(path, self.as_of) if path in self.scheme.figures else None
        return int(figure.value) if figure and figure.kind in ("count", "money") else None
