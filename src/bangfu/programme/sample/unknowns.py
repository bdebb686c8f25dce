"""Answers that stay open (待核实): every goal that looks at a figure which was taken away.

A figure taken away for one goal may be asked for by another, also at the places below.
"""

from __future__ import annotations

import re

from bangfu.programme.sample.ground import Ground
from bangfu.programme.sample.needs import elements_above, own_elements
from bangfu.programme.sample.territory import Place
from bangfu.schemes.format import Goal

__all__ = ["expect_unknown", "is_one_test"]

#: Elements of the place itself, and (level, element) pairs of the places above it.
_Parts = tuple[tuple[str, ...], tuple[tuple[str, str], ...]]


def expect_unknown(ground: Ground, goal: Goal, year: int) -> None:
    """Every place at which a goal looks at a figure that was taken away."""
    parts = _parts_of_condition(ground, goal)
    for place in ground.tested(goal):
        for reading, keys in _asked(ground, goal, year, place, parts).items():
            if any(ground.figures.is_missing(*key) for key in keys):
                ground.truth.expect(
                    "goals",
                    goal_id=goal.id,
                    scope="each",
                    reading=reading,
                    place_code=place.code,
                    period=str(year),
                    result="unknown",
                    status="provisional",
                )


def _parts_of_condition(ground: Ground, goal: Goal) -> _Parts | None:
    """What the condition of a goal looks at, read once; None where there is no such goal."""
    source = goal.condition or ""
    if goal.measure != "condition" or not is_one_test(source):
        return None
    scheme = ground.setting.scheme
    return own_elements(scheme, source), elements_above(scheme, source)


def _asked(
    ground: Ground, goal: Goal, year: int, place: Place, parts: _Parts | None
) -> dict[str, list[tuple[str, str, int]]]:
    """The figures a goal looks at, by reading: place, element, year."""
    element = ground.element_of(goal)
    if goal.measure == "level":
        return {"": [(place.code, element, year)]}
    if goal.measure == "growth":
        base_year = ground.setting.whole(f"goals.{goal.id}.base_year")
        spans = {"growth_yoy": year - 1, "growth_annual_avg": base_year}
        now = (place.code, element, year)
        return {
            reading: [now, (place.code, element, base)]
            for reading, base in spans.items()
            if base is not None
        }
    if parts is None:
        return {}
    own = [(place.code, e, year) for e in parts[0]]
    upper = [
        (code, e, year)
        for level, e in parts[1]
        if (code := ground.territory.code_above(place, level)) is not None
    ]
    return {"": own + upper}


def is_one_test(source: str) -> bool:
    """Whether one missing figure leaves a condition unknown, whatever the others are."""
    return not re.search(r"\b(and|or)\b", source)
