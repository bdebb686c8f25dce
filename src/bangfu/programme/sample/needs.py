"""Which figures a scheme asks for (所需指标), and at which level: criteria, points, goals, money.

Read off the scheme; nothing here is drawn at random.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bangfu.programme.conditions import ATTRIBUTES
from bangfu.schemes.expression import Names, parse
from bangfu.schemes.format import Goal, TargetList
from bangfu.schemes.load import Scheme
from bangfu.schemes.scope import element_of_name, scope_for
from bangfu.vocabulary.place import LEVELS

__all__ = ["elements_above", "elements_needed", "own_elements"]


def elements_needed(scheme: Scheme) -> dict[str, tuple[str, ...]]:
    """Elements by level, each list in the order of the catalogue.

    Examples
    --------
    >>> from bangfu.schemes.load import load_scheme
    >>> elements_needed(load_scheme("zj-2025-townships"))["village"]
    ('collective_operating_income_fen',)
    """
    asked: set[tuple[str, str]] = set()
    levels = {t.id: str(t.universe.level) for t in scheme.targeting.lists}
    for target_list in scheme.targeting.lists:
        asked.update(_of_list(scheme, target_list))
    for goal in scheme.goals.goals:
        asked.update(_of_goal(scheme, goal, str(goal.member_level or levels[goal.target_list])))
    for line in scheme.funding.lines:
        asked.update((level, line.element) for level in levels.values() if line.element)
    if scheme.funding.allotment is not None:
        factors = scheme.funding.allotment.factors
        asked.update((level, f.element) for f in factors for level in levels.values())
    for part in scheme.evaluation.parts:
        asked.update((level, part.element) for level in levels.values() if part.element)
    return {level: tuple(e for e in scheme.catalogue if (level, e) in asked) for level in LEVELS}


def own_elements(scheme: Scheme, source: str) -> tuple[str, ...]:
    """The elements of the unit itself that an expression looks at, in the order of their ids."""
    names = Names.of(parse(source, scope_for(scheme, members=False)).tree)
    return tuple(sorted(_ids(scheme, names.own)))


def elements_above(scheme: Scheme, source: str) -> tuple[tuple[str, str], ...]:
    """The (level, element) pairs an expression looks at in the places above the unit."""
    names = Names.of(parse(source, scope_for(scheme, members=False)).tree)
    return tuple(
        sorted((level, e) for level, name in names.ancestors for e in _ids(scheme, [name]))
    )


def _of_list(scheme: Scheme, target_list: TargetList) -> Iterator[tuple[str, str]]:
    level = str(target_list.universe.level)
    for criterion in target_list.criteria:
        below = str(criterion.member_level) if criterion.member_level else None
        yield from _of_expression(scheme, criterion.expression, level, below)
    if target_list.scoring is not None:
        for component in target_list.scoring.components:
            yield level, component.element
            if component.per_element:
                yield level, component.per_element


def _of_goal(scheme: Scheme, goal: Goal, level: str) -> Iterator[tuple[str, str]]:
    asked = (goal.element, *goal.element_by_reading.values(), goal.per_element)
    for element in (*asked, goal.panel_element, goal.weight_element):
        if element:
            yield level, element
    if goal.benchmark is not None and goal.benchmark.element:
        yield "province", goal.benchmark.element
    if goal.condition:
        yield from _of_expression(scheme, goal.condition, level, None)


def _of_expression(
    scheme: Scheme, source: str, level: str, below: str | None
) -> Iterator[tuple[str, str]]:
    names = Names.of(parse(source, scope_for(scheme, members=below is not None)).tree)
    for element in _ids(scheme, names.own | names.previous):
        yield level, element
    for upper, name in names.ancestors:
        for element in _ids(scheme, [name]):
            yield upper, element
    for element in _ids(scheme, names.member_elements) if below else ():
        yield str(below), element


def _ids(scheme: Scheme, names: Iterable[str]) -> Iterator[str]:
    return (element_of_name(scheme, name).id for name in names if name not in ATTRIBUTES)
