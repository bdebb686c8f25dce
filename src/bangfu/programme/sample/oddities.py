"""Oddities of a whole province (省级样例的异常): what an office should notice in the figures it gets.

A city whose village figures bunch just above a line, a county that reports nothing final, one
that rounds everything, a township without villages, one with very many. A county or a city is
too small to hold them and has none.
"""

from __future__ import annotations

from typing import Final

from bangfu.programme.sample.ground import Ground
from bangfu.programme.sample.territory import Place
from bangfu.schemes.format import Goal
from bangfu.schemes.format.catalogue import DataElement
from bangfu.schemes.scope import figure_value
from bangfu.vocabulary.text import Text

__all__ = ["distort_figures", "note_oddities"]

#: How far below a line figures are lifted over it, and how far above it they then stand. [fen]
_LIFTED_FEN: Final = 8_000_000
_WINDOW_FEN: Final = 600_000
_STEP_FEN: Final = 10_000
#: To what a county rounds: collective figures, other money [fen], and counts of so many or more.
_ROUND_COLLECTIVE: Final = 5_000_000
_ROUND_MONEY: Final = 100_000
_ROUND_COUNT: Final = 10
#: How far down the table of counties the one stands that bears an oddity, or whose city does.
_BUNCHED, _PROVISIONAL, _ROUNDED = 0.2, 0.39, 0.63


def distort_figures(ground: Ground) -> None:
    """Write the oddities over the drawn figures of a province, before facts are planted.

    Notes
    -----
    The county that rounds bears no fact besides, so that all its figures stay round.
    """
    if ground.setting.extent != "province":
        return
    aim = _village_line(ground)
    if aim is not None:
        _bunch(ground, *aim)
    late = _county(ground, _PROVISIONAL)
    ground.figures.mark_provisional(place.code for place in _inside(ground, late))
    for place in _inside(ground, _county(ground, _ROUNDED)):
        ground.figures.round_to(place.code, _round_step)
        ground.take(place, *ground.setting.scheme.catalogue)


def note_oddities(ground: Ground) -> None:
    """State the oddities of a province as they stand once every fact is planted."""
    if ground.setting.extent != "province":
        return
    aim = _village_line(ground)
    if aim is not None:
        _note_bunching(ground, *aim)
    for share, fact, told in (
        (
            _PROVISIONAL,
            "provisional_county",
            Text("一个县的数据全部为初报", "a county that reports nothing final"),
        ),
        (_ROUNDED, "round_county", Text("一个县数据全部为整数", "a county with round numbers")),
    ):
        ground.truth.plant(fact, told, [_county(ground, share).code])
    numbers = {
        place.code: len(ground.territory.villages_of(place))
        for place in ground.territory.at("township")
    }
    for code, number in numbers.items():
        if number == 0:
            told = Text("一个乡镇没有村", "a township without villages")
            ground.truth.plant("no_villages", told, [code])
    code = max(numbers, key=lambda code: numbers[code])
    told = Text("一个乡镇的村特别多", "a township with very many villages")
    ground.truth.plant("many_villages", told, [code], villages=numbers[code])


def _county(ground: Ground, share: float) -> Place:
    """The county at some share of the way through the table."""
    counties = ground.territory.at("county")
    return counties[int(len(counties) * share)]


def _inside(ground: Ground, county: Place) -> list[Place]:
    """A county, its townships and its villages."""
    townships = ground.territory.below.get(county.code, [])
    return [county, *townships, *ground.territory.villages_of(county)]


def _round_step(element: DataElement) -> int:
    if element.kind == "money":
        return _ROUND_COLLECTIVE if element.id.startswith("collective_") else _ROUND_MONEY
    return _ROUND_COUNT if element.kind == "int" else 0


# --- bunching ---


def _village_line(ground: Ground) -> tuple[str, int, int] | None:
    """The money line villages are held to in a year with figures: element, line, year."""
    scheme, setting = ground.setting.scheme, ground.setting
    levels = {t.id: str(t.universe.level) for t in scheme.targeting.lists}
    for goal in scheme.goals.goals:
        year = setting.whole(f"goals.{goal.id}.year")
        element = ground.element_of(goal)
        line = figure_value(scheme.figure(f"goals.{goal.id}.threshold", setting.as_of))
        if (
            _is_reached_from_below(goal)
            and str(goal.member_level or levels[goal.target_list]) == "village"
            and scheme.catalogue[element].kind == "money"
            and year in setting.years
            and year is not None
            and isinstance(line, int)
        ):
            return element, line, year
    return None


def _is_reached_from_below(goal: Goal) -> bool:
    return goal.measure == "level" and goal.op == ">="


def _city_villages(ground: Ground) -> tuple[str, list[Place]]:
    """The city whose figures bunch, and its villages."""
    digits = _county(ground, _BUNCHED).code[:4]
    villages = [v for v in ground.territory.at("village") if v.code.startswith(digits)]
    return digits.ljust(12, "0"), villages


def _bunch(ground: Ground, element: str, line: int, year: int) -> None:
    """Figures not far below the line are written as just above it."""
    rng = ground.setting.stream("oddities")
    for village in _city_villages(ground)[1]:
        value = ground.figures.get(village.code, element, year)
        if value is not None and 0 < line - value <= _LIFTED_FEN:
            above = line + rng.randrange(_WINDOW_FEN // _STEP_FEN) * _STEP_FEN
            ground.figures.put(village.code, element, year, above)


def _note_bunching(ground: Ground, element: str, line: int, year: int) -> None:
    city, villages = _city_villages(ground)
    values = [ground.figures.get(village.code, element, year) for village in villages]
    known = [value for value in values if value is not None]
    ground.truth.plant(
        "city_bunching",
        Text("一个市的数值扎堆在线上方", "a city with figures bunched just above the line"),
        [city],
        indicator=element,
        period=str(year),
        threshold=line,
        window=_WINDOW_FEN,
        just_above=sum(0 <= value - line <= _WINDOW_FEN for value in known),
        just_below=sum(0 < line - value <= _WINDOW_FEN for value in known),
    )
