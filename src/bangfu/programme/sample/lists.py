"""Who stands on the lists (名单): places of the invented territory put into the classes of a scheme.

The weaker a place is, the sooner it is listed. Knows no figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import Final

from bangfu.engine.funding import split_by_ratio
from bangfu.programme.sample.conditions import Conditions
from bangfu.programme.sample.setting import Setting
from bangfu.programme.sample.shapes import places_by_class
from bangfu.programme.sample.territory import Place, Territory
from bangfu.programme.sample.truth import Truth
from bangfu.schemes.format import TargetClass, TargetList
from bangfu.vocabulary.period import add_years
from bangfu.vocabulary.text import Text

__all__ = ["Member", "choose_members", "plant_exits", "plant_scope"]

#: What part of a universe is listed where the document's numbers are for a whole province.
_SHARE_LISTED: Final = {"village": 0.27, "township": 0.4}
_DEFAULT_SHARE: Final = 0.3
#: Places of a class of a province for which the document declares no number.
_UNDECLARED: Final = {"village": 300, "township": 12}
#: A county holds about so much of a scheme made for one city.
_PARTS_OF_CITY: Final = 4
_EXIT_MONTH_DAY: Final = (12, 20)


@dataclass(frozen=True, slots=True)
class Member:
    """A place on a list."""

    place: Place
    list_id: str
    target_class: TargetClass
    exited_on: date | None = None


def choose_members(
    setting: Setting, territory: Territory, conditions: Conditions
) -> tuple[Member, ...]:
    """Put places on every list of the scheme.

    Notes
    -----
    A scheme of one city has exactly its declared numbers in the larger sizes, and a province
    those of its scheme: city by city where they are printed so. A list that takes in its whole
    universe does so here. Otherwise a plausible part is listed, never more than the document
    declares. Of a list with fixed codes invented places are listed, which a run reports.
    """
    return tuple(
        member
        for target_list in setting.scheme.targeting.lists
        for member in _members_of(setting, territory, conditions, target_list)
    )


def _members_of(
    setting: Setting, territory: Territory, conditions: Conditions, target_list: TargetList
) -> Iterator[Member]:
    groups: dict[tuple[str, tuple[str, ...]], list[Place]] = {}
    by_city = setting.extent == "province" and bool(setting.scheme.pairing.quotas)
    eligible = target_list.eligible
    for place in conditions.universe(target_list):
        if eligible is not None and not conditions.holds(eligible.when, place):
            continue
        allowed = tuple(
            c.id for c in target_list.classes if _allows(setting, target_list, c, place)
        )
        city = place.code[:4].ljust(12, "0") if by_city else ""
        groups.setdefault((city, allowed), []).append(place)
    classes = {target_class.id: target_class for target_class in target_list.classes}
    leaving = any(rule.target_list == target_list.id for rule in setting.scheme.exit.rules)
    printed = places_by_class(setting.scheme)
    for (city, allowed), places in groups.items():
        numbers = printed.get(city) or _numbers(setting, target_list, allowed, len(places))
        chosen = _evenly(territory, places)[: sum(numbers.values())]
        labels = [class_id for class_id, number in numbers.items() for _ in range(number)]
        for order, (place, class_id) in enumerate(zip(chosen, labels, strict=False)):
            last = leaving and order == len(chosen) - 1
            exited_on = date(setting.last_year, *_EXIT_MONTH_DAY) if last else None
            leaving = leaving and not last
            yield Member(place, target_list.id, classes[class_id], exited_on)


def _allows(
    setting: Setting, target_list: TargetList, target_class: TargetClass, place: Place
) -> bool:
    if target_class.tag is not None:
        return target_class.tag in place.tags
    if any(other.tag in place.tags for other in target_list.classes if other.tag):
        return False
    for quota in setting.scheme.pairing.quotas:
        if quota.target_class == target_class.id:
            city = place.code[:4].ljust(12, "0")
            return city in {row.recipient for row in quota.published.rows}
    return True


def _numbers(
    setting: Setting, target_list: TargetList, allowed: tuple[str, ...], places: int
) -> Mapping[str, int]:
    """How many places of each class are listed out of some places that may bear any of them."""
    path = f"targeting.{target_list.id}"
    is_province = setting.extent == "province"
    other = _UNDECLARED.get(target_list.universe.level, 1) if is_province else 1
    declared = {name: setting.whole(f"{path}.{name}.size") or other for name in allowed}
    if not declared:
        return {}
    if setting.scheme.about.area_code:
        parts = 1 if setting.extent == "city" else _PARTS_OF_CITY
        return {name: max(1, round(number / parts)) for name, number in declared.items()}
    all_sizes = [setting.whole(f"{path}.{c.id}.size") or 0 for c in target_list.classes]
    takes_all = sum(all_sizes) == setting.whole(f"{path}.universe.size")
    share = _SHARE_LISTED.get(target_list.universe.level, _DEFAULT_SHARE)
    number = places if takes_all else min(round(places * share), sum(declared.values()))
    return split_by_ratio(number, declared)


def _evenly(territory: Territory, places: list[Place]) -> list[Place]:
    """The weakest first, the reporting counties in turn."""
    by_county: dict[str, list[Place]] = {}
    for place in sorted(places, key=lambda place: -place.weakness):
        by_county.setdefault(territory.reporting_county(place), []).append(place)
    turns = zip_longest(*(by_county[code] for code in sorted(by_county)))
    return [place for turn in turns for place in turn if place is not None]


def plant_exits(setting: Setting, members: tuple[Member, ...], truth: Truth) -> None:
    """State when the policies of a place that left come to an end."""
    for rule in setting.scheme.exit.rules:
        figure = setting.scheme.figure(f"exit.{rule.id}.retention", setting.as_of)
        for member in members:
            if member.list_id != rule.target_list or member.exited_on is None or figure is None:
                continue
            until = add_years(member.exited_on, int(figure.value[0]))
            truth.plant(
                "exited",
                Text("一个单位已退出，政策保留期内", "one place left and keeps its policies"),
                [member.place.code],
                exited_on=member.exited_on.isoformat(),
                last_day_of_policies=until.isoformat(),
                policies_end_on=date.fromordinal(until.toordinal() + 1).isoformat(),
            )
            truth.expect(
                "exits",
                place_code=member.place.code,
                decided_on=member.exited_on.isoformat(),
                retained_until=until.isoformat(),
                state="exited_retained" if setting.as_of <= until else "exited_closed",
            )
            truth.deny("slots", place_code=member.place.code)


def plant_scope(
    setting: Setting,
    territory: Territory,
    conditions: Conditions,
    members: tuple[Member, ...],
    truth: Truth,
) -> None:
    """State one place of each sort that no list is drawn from, and some that are listed or not."""
    for target_list in setting.scheme.targeting.lists:
        inside = {place.code for place in conditions.universe(target_list)}
        sorts: dict[tuple[str, ...], Place] = {}
        for place in territory.at(target_list.universe.level):
            if place.code not in inside:
                sorts.setdefault((place.kind or "", *place.tags), place)
        for place in sorts.values():
            truth.plant(
                "out_of_scope",
                Text(
                    f"{place.kind}，不在「{target_list.label.zh}」的范围内",
                    f"not in the scope of {target_list.label.en}",
                ),
                [place.code],
                list=target_list.id,
            )
            truth.expect("out_of_scope", list=target_list.id, place_code=place.code)
            truth.deny("targets", list=target_list.id, place_code=place.code)
        if target_list.method == "list":
            _plant_listed(target_list, inside, members, truth)


def _plant_listed(
    target_list: TargetList, inside: set[str], members: tuple[Member, ...], truth: Truth
) -> None:
    """The office's list decides: its first place of each class, and one that is not on it."""
    listed = [member for member in members if member.list_id == target_list.id]
    first = {member.target_class.id: member for member in reversed(listed)}
    for class_id, member in first.items():
        row = {"list": target_list.id, "place_code": member.place.code, "class": class_id}
        truth.expect("targets", **row, verdict="yes")
    codes = {member.place.code for member in listed}
    other = next((code for code in sorted(inside) if code not in codes), None)
    if other is not None:
        truth.expect("targets", list=target_list.id, place_code=other, verdict="no")
