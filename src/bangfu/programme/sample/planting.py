"""Facts planted at the goals (目标埋设): at the line, just short of it, missing, all and none.

Each fact is written over the drawn figures and noted with the answer a run must give. One place
bears at most one fact of an element, so that no fact undoes another.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from random import Random
from typing import Final

from bangfu.programme.sample.ground import Ground
from bangfu.programme.sample.needs import own_elements
from bangfu.programme.sample.series import FEN_PER_YUAN
from bangfu.programme.sample.territory import Place
from bangfu.programme.sample.unknowns import expect_unknown, is_one_test
from bangfu.schemes.format import Goal
from bangfu.schemes.scope import figure_value
from bangfu.vocabulary.text import Text

__all__ = ["plant_goals"]

#: A list of so many places bears two or three facts of a kind, a shorter one fewer.
_MANY, _SOME = 12, 5
_SHARE_MISSING: Final = 0.07
_MOST_MISSING: Final = 100
#: Townships that are lifted or left as a whole need so many tested villages in all.
_ENOUGH_FOR_TOWNSHIPS: Final = 6
#: How far above a line counts as bunching. [fen]
_BUNCH_FEN: Final = 600_000
_PERCENT: Final = 100


def plant_goals(ground: Ground) -> None:
    """Plant facts at every goal of a year that has figures."""
    rng = ground.setting.stream("planting")
    goals = [
        (goal, year)
        for goal in ground.setting.scheme.goals.goals
        if (year := ground.setting.whole(f"goals.{goal.id}.year")) in ground.setting.years
        and year is not None
    ]
    for goal, year in goals:
        places = ground.tested(goal)
        match goal.measure:
            case "level":
                _plant_level(ground, goal, year, places, rng)
            case "growth":
                _plant_growth(ground, goal, year, places, rng)
            case "condition":
                _plant_condition(ground, goal, year, places, rng)
    # A figure taken away for one goal may be asked for by another.
    for goal, year in goals:
        expect_unknown(ground, goal, year)


def _numbers(places: int) -> dict[str, int]:
    """How many facts of each kind so many places can bear."""
    if places >= _MANY:
        missing = min(_MOST_MISSING, max(2, round(places * _SHARE_MISSING)))
        return {"missing": missing, "at": 2, "short": 2}
    if places >= _SOME:
        return {"missing": 1, "at": 1, "short": 1}
    return {"missing": min(1, places // 2), "at": min(1, places), "short": 0}


def _picked(
    ground: Ground, places: list[Place], rng: Random, *elements: str
) -> Iterator[tuple[str, Place]]:
    """Kinds of fact and places to bear them, each place once."""
    free = ground.free(places, *elements)
    kinds = [kind for kind, number in _numbers(len(free)).items() for _ in range(number)]
    for kind, place in zip(kinds, rng.sample(free, min(len(kinds), len(free))), strict=False):
        ground.take(place, *elements)
        yield kind, place


# --- a level to reach ---


def _plant_level(ground: Ground, goal: Goal, year: int, places: list[Place], rng: Random) -> None:
    line = figure_value(
        ground.setting.scheme.figure(f"goals.{goal.id}.threshold", ground.setting.as_of)
    )
    element = ground.element_of(goal)
    if not isinstance(line, int) or goal.op is None:
        return
    places = [place for place in places if ground.figures.has(place.code, element)]
    is_money = ground.setting.scheme.catalogue[element].kind == "money"
    if is_money and places and places[0].level == "village":
        _plant_townships(ground, goal, (year, line), places, rng)
    smallest = {">=": line, ">": line + 1, "<=": line, "<": line - 1}[goal.op]
    beyond = {">=": line - 1, ">": line, "<=": line + 1, "<": line}[goal.op]
    values = {"missing": None, "at": smallest, "short": beyond}
    for kind, place in _picked(ground, places, rng, element):
        ground.figures.put(place.code, element, year, values[kind])
        _note(ground, goal, kind, place, element=element, year=year, value=values[kind])
        if kind != "missing":
            _expect(ground, goal, place, kind=kind, years=(year,))
    if is_money and line > 0 and goal.op == ">=":
        _note_bunching(ground, element, year, line=line, places=places)


def _plant_townships(
    ground: Ground, goal: Goal, aim: tuple[int, int], places: list[Place], rng: Random
) -> None:
    """One township with every village over the line, and one with none."""
    element = ground.element_of(goal)
    year, line = aim
    by_township: dict[str, list[Place]] = {}
    for place in ground.free(places, element):
        by_township.setdefault(place.parent_code or "", []).append(place)
    if len(places) < _ENOUGH_FOR_TOWNSHIPS or len(by_township) < 3:
        return
    # The township with most tested villages is lifted; of those with two or more the smallest not.
    order = sorted(by_township, key=lambda code: (-len(by_township[code]), code))
    above = order[0]
    below = [code for code in order[1:] if len(by_township[code]) > 1 or code == order[1]][-1]
    spread = max(line // 3, 3_000_000) // 10_000
    for code, kind in ((above, "all_above"), (below, "none_above")):
        villages = [
            village
            for village in ground.territory.below[code]
            if ground.figures.has(village.code, element)
        ]
        for village in villages:
            step = rng.randrange(spread // 4, spread) * 10_000
            value = line + step if kind == "all_above" else line - step
            ground.figures.put(village.code, element, year, value)
            ground.take(village, element)
        _tell_township(ground, kind, code, villages, element=element, year=year)
        for village in by_township[code]:
            met = "at" if kind == "all_above" else "short"
            _expect(ground, goal, village, kind=met, years=(year,))


def _tell_township(
    ground: Ground, kind: str, code: str, villages: list[Place], *, element: str, year: int
) -> None:
    told = {
        "all_above": Text("一个乡镇所辖村全部过线", "a township with every village over the line"),
        "none_above": Text("一个乡镇所辖村全部未过线", "a township with no village over the line"),
    }[kind]
    codes = [village.code for village in villages]
    ground.truth.plant(kind, told, [code], village_codes=codes, indicator=element, period=str(year))


def _note_bunching(
    ground: Ground, element: str, year: int, *, line: int, places: list[Place]
) -> None:
    """Villages that lie just above a line, many more than just below."""
    values = {place.code: ground.figures.get(place.code, element, year) for place in places}
    above = [c for c, v in values.items() if v is not None and 0 <= v - line <= _BUNCH_FEN]
    below = [c for c, v in values.items() if v is not None and 0 < line - v <= _BUNCH_FEN]
    ground.truth.plant(
        "bunching",
        Text("数值扎堆在线上方", "figures bunched just above the line"),
        above,
        indicator=element,
        period=str(year),
        threshold=line,
        window=_BUNCH_FEN,
        just_below=len(below),
    )


# --- growth ---


def _plant_growth(ground: Ground, goal: Goal, year: int, places: list[Place], rng: Random) -> None:
    rate = ground.setting.scheme.figure(f"goals.{goal.id}.threshold", ground.setting.as_of)
    element = ground.element_of(goal)
    if rate is None or goal.op != ">=" or not isinstance(rate.value, Fraction):
        return
    places = [place for place in places if ground.figures.has(place.code, element)]
    factor = 1 + rate.value / _PERCENT
    # Both readings agree only where the base year is the year before.
    base_year = ground.setting.whole(f"goals.{goal.id}.base_year")
    readings = ["growth_yoy"] + (["growth_annual_avg"] if base_year == year - 1 else [])
    for kind, place in _picked(ground, places, rng, element):
        before = ground.figures.get(place.code, element, year - 1) or FEN_PER_YUAN
        step = factor.denominator * FEN_PER_YUAN
        base = max(1, before // step) * step
        exact = int(base * factor)
        value = {"missing": None, "at": exact, "short": exact - 1}[kind]
        ground.figures.put(place.code, element, year - 1, base)
        ground.figures.put(place.code, element, year, value)
        _note(ground, goal, kind, place, element=element, year=year, value=value, base=base)
        for reading in readings if kind != "missing" else ():
            _expect(ground, goal, place, kind=kind, years=(year - 1, year), reading=reading)


# --- a condition ---


def _plant_condition(
    ground: Ground, goal: Goal, year: int, places: list[Place], rng: Random
) -> None:
    """Take figures away; a condition that is one yes/no element is also answered both ways."""
    scheme = ground.setting.scheme
    source = goal.condition or ""
    elements = own_elements(scheme, source)
    if not elements or not is_one_test(source):
        return
    is_plain = [scheme.catalogue[e].name for e in elements] == [source]
    values: dict[str, int | None] = {"missing": None, "at": 1, "short": 0}
    for kind, place in _picked(ground, places, rng, *elements):
        if kind != "missing" and not is_plain:
            continue
        ground.figures.put(place.code, elements[0], year, values[kind])
        value = values[kind]
        _note(ground, goal, kind, place, element=elements[0], year=year, value=value)
        if kind != "missing":
            _expect(ground, goal, place, kind=kind, years=(year,))


# --- what is written down ---

_KINDS: Final[dict[str, tuple[str, Text]]] = {
    "missing": ("unknown", Text("数值缺报", "the figure is missing")),
    "at": ("met", Text("恰好达到", "exactly at the line")),
    "short": ("not_met", Text("只差最小一个单位", "the smallest unit short of the line")),
}


def _note(ground: Ground, goal: Goal, kind: str, place: Place, **facts: str | int | None) -> None:
    told = _KINDS[kind][1]
    element = ground.setting.scheme.catalogue[str(facts.pop("element"))]
    ground.truth.plant(
        f"{goal.id}.{kind}",
        Text(f"{goal.label.zh}：{told.zh}", f"{goal.label.en}: {told.en}"),
        [place.code],
        indicator=element.id,
        **facts,
    )


def _expect(
    ground: Ground,
    goal: Goal,
    place: Place,
    *,
    kind: str,
    years: tuple[int, ...],
    reading: str = "",
) -> None:
    """The row a run must give; a result is final only if every figure behind it is."""
    finals = {ground.figures.status(place.code, year) for year in years}
    ground.truth.expect(
        "goals",
        goal_id=goal.id,
        scope="each",
        reading=reading,
        place_code=place.code,
        period=str(years[-1]),
        result=_KINDS[kind][0],
        status="final" if finals == {"final"} else "provisional",
    )
