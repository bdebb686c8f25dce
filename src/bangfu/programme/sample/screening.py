"""Facts planted at the designation (认定埋设): at the mean, one fen below, missing, one basis alone.

Planted at places that no list holds. Each criterion's answer follows from what is planted; how
they join is read from the scheme.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final

from bangfu.programme.sample.ground import Ground
from bangfu.programme.sample.territory import Place
from bangfu.schemes.expression import Case, Names, interpret, parse
from bangfu.schemes.format import Criterion, TargetList
from bangfu.schemes.scope import element_of_name, figure_value, scope_for, verdict_scope
from bangfu.vocabulary.text import Text

__all__ = ["plant_screening"]

_WORDS: Final = {True: "yes", False: "no", None: "unknown"}
#: Figures well over and well under a line, in percent of it.
_OVER, _UNDER = 130, 80


@dataclass(frozen=True)
class _Bases:
    """The two kinds of basis a fact is planted at: the place's own figure, and its villages'."""

    own: Criterion
    own_element: str
    own_line: int
    below: Criterion
    below_element: str
    below_line: int
    year: int


@dataclass(frozen=True)
class _Fact:
    """What is planted: the own figure (None = missing), the villages, the criteria's answers."""

    id: str
    told: Text
    own_value: int | None
    villages: str  # over | one_missing | under
    own_answer: bool | None
    below_answer: bool | None


def plant_screening(ground: Ground) -> None:
    """Plant facts at the lists that are screened or ranked."""
    rng = ground.setting.stream("screening")
    for target_list in ground.setting.scheme.targeting.lists:
        if target_list.method == "criteria":
            _plant_criteria(ground, target_list, rng)
        elif target_list.method == "ranking":
            _plant_ranking(ground, target_list, rng)


def _plant_criteria(ground: Ground, target_list: TargetList, rng: Random) -> None:
    bases = _bases(ground, target_list)
    if bases is None:
        return
    listed = {member.place.code for member in ground.members}
    places = [
        place
        for place in ground.conditions.universe(target_list)
        if place.code not in listed and len(_villages(ground, bases, place)) > 1
    ]
    places = ground.free(places, bases.own_element)
    facts = _facts(bases)
    for fact, place in zip(facts, rng.sample(places, min(len(facts), len(places))), strict=False):
        _put(ground, bases, fact, place)
        answers = {bases.own.id: fact.own_answer, bases.below.id: fact.below_answer}
        ground.truth.plant(fact.id, fact.told, [place.code], period=str(bases.year))
        ground.truth.expect(
            "targets",
            list=target_list.id,
            place_code=place.code,
            verdict=_WORDS[_joined(ground, target_list, answers)],
        )


def _facts(bases: _Bases) -> tuple[_Fact, ...]:
    line = bases.own_line
    low = line * _UNDER // 100
    return (
        _Fact(
            "targets.one_fen_below_mean",
            Text("收入只比全国平均低一分，有薄弱村", "one fen below the mean, with a poor village"),
            line - 1,
            "under",
            True,
            True,
        ),
        _Fact(
            "targets.at_mean",
            Text("收入恰好等于全国平均，有薄弱村", "exactly at the mean, with a poor village"),
            line,
            "under",
            False,
            True,
        ),
        _Fact(
            "targets.income_missing",
            Text("居民收入缺报，有薄弱村", "income missing, with a poor village"),
            None,
            "under",
            None,
            True,
        ),
        _Fact(
            "targets.village_missing",
            Text("低收入，一村缺报、其余过线", "low income, one village missing, the others over"),
            low,
            "one_missing",
            True,
            None,
        ),
        _Fact(
            "targets.all_villages_over",
            Text("低收入，所辖村全部过线", "low income, every village over the line"),
            low,
            "over",
            True,
            False,
        ),
    )


def _bases(ground: Ground, target_list: TargetList) -> _Bases | None:
    """The two criteria, if the list has one on an own figure and one that counts poor members."""
    scheme = ground.setting.scheme
    year = ground.setting.whole(f"targeting.{target_list.id}.year")
    own: tuple[Criterion, str, int] | None = None
    below: tuple[Criterion, str, int] | None = None
    for criterion in target_list.criteria:
        scope = scope_for(scheme, members=criterion.member_level is not None)
        names = Names.of(parse(criterion.expression, scope).tree)
        line = _line(ground, names.constants, year)
        elements = names.member_elements or names.own
        if line is None or len(elements) != 1:
            continue
        found = (criterion, element_of_name(scheme, next(iter(elements))).id, line)
        own, below = (own, found) if names.member_elements else (found, below)
    if own is None or below is None or year not in ground.setting.years:
        return None
    return _Bases(*own, *below, year=year)


def _line(ground: Ground, constants: frozenset[str], year: int | None) -> int | None:
    """The one named value of a criterion, on the day or for the year of the figures."""
    for dated in ground.setting.scheme.figures.values():
        if dated.name in constants and year is not None:
            by_year = dated.by_year_of_figures
            figure = dated.for_year(year) if by_year else dated.on(ground.setting.as_of)
            value = figure_value(figure)
            return value if isinstance(value, int) else None
    return None


def _villages(ground: Ground, bases: _Bases, place: Place) -> list[Place]:
    return [
        village
        for village in ground.territory.villages_of(place)
        if ground.conditions.holds(bases.below.member_include, village)
    ]


def _put(ground: Ground, bases: _Bases, fact: _Fact, place: Place) -> None:
    figures, year = ground.figures, bases.year
    figures.put(place.code, bases.own_element, year, fact.own_value)
    over, under = (bases.below_line * share // 100 for share in (_OVER, _UNDER))
    for order, village in enumerate(_villages(ground, bases, place)):
        value: int | None = over + order * 1_000_000
        if fact.villages == "under" and order == 0:
            value = under
        if fact.villages == "one_missing" and order == 0:
            value = None
        figures.put(village.code, bases.below_element, year, value)


def _joined(
    ground: Ground, target_list: TargetList, answers: dict[str, bool | None]
) -> bool | None:
    """The criteria joined as the reading says, by the row interpreter."""
    screening = target_list.screening
    assert screening is not None
    option = ground.setting.scheme.chosen(screening.reading) if screening.reading else None
    combine = screening.combine[option or next(iter(screening.combine))]
    outcome = interpret(parse(combine, verdict_scope(target_list)), Case(answers))
    return outcome if isinstance(outcome, bool) else None


def _plant_ranking(ground: Ground, target_list: TargetList, rng: Random) -> None:
    """A listed place without a figure: its rank, and so its verdict, stays open."""
    scoring = target_list.scoring
    year = ground.setting.whole(f"targeting.{target_list.id}.year")
    size = ground.setting.whole(f"targeting.{target_list.id}.scoring.select")
    if scoring is None or year not in ground.setting.years or size is None:
        return
    element = scoring.components[0].element
    listed = [m.place for m in ground.members if m.list_id == target_list.id and not m.exited_on]
    free = ground.free(listed, *(part.element for part in scoring.components))
    place = rng.choice(free)
    ground.figures.put(place.code, element, year, None)
    ground.truth.plant(
        "targets.score_missing",
        Text("一项认定依据缺报，位次待核实", "a basis is missing, the rank is open"),
        [place.code],
        indicator=element,
        period=str(year),
    )
    ground.truth.expect(
        "targets",
        list=target_list.id,
        place_code=place.code,
        verdict="unknown",
        score=None,
    )
