"""Whether a condition on attributes holds at an invented place (范围条件), by the row interpreter.

The bulk execution of a run is thereby compared with another one. Knows no figures.
"""

from __future__ import annotations

from typing import Final

from bangfu.programme.sample.setting import Setting
from bangfu.programme.sample.territory import Place, Territory
from bangfu.schemes.expression import Case, Expression, interpret, parse
from bangfu.schemes.format import Goal, TargetList
from bangfu.schemes.scope import constants_on, scope_for

__all__ = ["Conditions"]

_KIND: Final = "类型"


class Conditions:
    """Answers, remembered by kind and tags where an expression asks for no more."""

    def __init__(self, setting: Setting, territory: Territory) -> None:
        self._scope = scope_for(setting.scheme, members=False)
        self._constants = constants_on(setting.scheme, setting.as_of)
        self._territory = territory
        self._parsed: dict[str, Expression] = {}
        self._known: dict[tuple[str, ...], bool] = {}

    def holds(self, source: str, place: Place) -> bool:
        """Whether a condition holds; what is unknown counts as holding, as in a run."""
        if source not in self._parsed:
            self._parsed[source] = parse(source, self._scope)
        expression = self._parsed[source]
        key = (source, place.kind or "", *place.tags)
        if any(name in source for name in ("名称", "编码", "县代码", "市代码")):
            key = (source, place.code)
        if key not in self._known:
            values = {
                _KIND: place.kind,
                "名称": place.name,
                "编码": place.code,
                "县代码": self._territory.reporting_county(place),
                "市代码": place.code[:4].ljust(12, "0"),
            }
            case = Case(values, tags=frozenset(place.tags), constants=self._constants)
            self._known[key] = interpret(expression, case) is not False
        return self._known[key]

    def universe(self, target_list: TargetList) -> list[Place]:
        """The places a list is drawn from."""
        places = self._territory.at(target_list.universe.level)
        return [place for place in places if self.holds(target_list.universe.include, place)]

    def tested(self, goal: Goal, listed: list[Place]) -> list[Place]:
        """The places at which a goal of listed places is tested: themselves, or their villages."""
        if goal.member_level is None:
            return listed
        return [
            village
            for place in listed
            for village in self._territory.villages_of(place)
            if self.holds(goal.member_include, village)
        ]
