"""What facts are planted in (埋设的底子): the invented places with their lists and figures.

Keeps account of which places bear a fact already, so that no fact undoes another.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bangfu.programme.sample.conditions import Conditions
from bangfu.programme.sample.figures import Figures
from bangfu.programme.sample.lists import Member
from bangfu.programme.sample.setting import Setting
from bangfu.programme.sample.territory import Place, Territory
from bangfu.programme.sample.truth import Truth
from bangfu.schemes.format import Goal

__all__ = ["Ground"]


@dataclass
class Ground:
    """What facts are planted in; ``taken`` are the places that bear a fact, by element."""

    setting: Setting
    territory: Territory
    conditions: Conditions
    members: tuple[Member, ...]
    figures: Figures
    truth: Truth
    taken: dict[str, set[str]] = field(default_factory=dict)

    def free(self, places: list[Place], *elements: str) -> list[Place]:
        """Places that bear no fact of these elements yet."""
        barred = {code for element in elements for code in self.taken.get(element, ())}
        return [place for place in places if place.code not in barred]

    def take(self, place: Place, *elements: str) -> None:
        """Note that a place bears a fact of these elements."""
        for element in elements:
            self.taken.setdefault(element, set()).add(place.code)

    def tested(self, goal: Goal) -> list[Place]:
        """Where a goal is tested, without those that have left their list."""
        listed = [
            member.place
            for member in self.members
            if member.list_id == goal.target_list
            and (not goal.classes or member.target_class.id in goal.classes)
            and member.exited_on is None
        ]
        return self.conditions.tested(goal, listed)

    def element_of(self, goal: Goal) -> str:
        """The element a goal tests, under the reading the scheme has chosen; else empty."""
        if goal.element_by_reading and goal.reading:
            option = self.setting.scheme.chosen(goal.reading) or ""
            return goal.element_by_reading.get(option, goal.element or "")
        return goal.element or ""
