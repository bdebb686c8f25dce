"""Helpers and people in post (帮扶力量): units, leaders, staff, pairings, with planted vacancies.

Nobody has a name: a row is a post at a place. Ranks follow the scheme's own order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Final

from bangfu.programme.sample.lists import Member
from bangfu.programme.sample.setting import Setting
from bangfu.programme.sample.territory import Territory
from bangfu.programme.sample.truth import Truth
from bangfu.schemes.format import Slot
from bangfu.vocabulary.text import Text

__all__ = ["Posts", "fill_posts"]

#: Posts held by units rather than people: their rows are pairings.
_UNIT_POSTS: Final = frozenset(
    {
        "helper_unit",
        "provincial_unit",
        "strong_county",
        "state_owned_enterprise",
        "other_member",
        "county_department",
        "county_soe",
        "city_department",
        "local_soe",
        "enterprise",
        "science_team",
        "strong_town",
    }
)
_LEADER_ENDING: Final = "_leader"
_PLAIN_RANK: Final = "正科级"
_SHARE_VACANT: Final = 0.08
_ENOUGH_FOR_VACANCY: Final = 2
#: The first post a slot names fills it so often.
_SHARE_FIRST_POST: Final = 0.8
_SHARE_UNIT_REUSED: Final = 0.4
_DAYS_UNTIL_SUCCESSOR: Final = 30

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class _Holder:
    place_code: str
    post: str
    starts_on: date
    ends_on: date | None = None
    members: int | None = None

    def in_post(self, on: date) -> bool:
        return self.starts_on <= on and (self.ends_on is None or self.ends_on > on)


@dataclass(frozen=True)
class _Rule:
    """A slot with its numbers on the day."""

    slot: Slot
    at_least: int
    members_low: int | None
    members_high: int | None

    def counts(self, holder: _Holder, on: date) -> bool:
        if holder.post not in self.slot.posts or not holder.in_post(on):
            return False
        if self.members_low is None:
            return True
        high = self.members_high if self.members_high is not None else holder.members
        return holder.members is not None and self.members_low <= holder.members <= (high or 0)


@dataclass(frozen=True)
class _Post:
    """A slot of one place: the posts that fill it, and how it came to be open, if it is."""

    rule: _Rule
    place_code: str
    names: list[str]
    way: str | None


@dataclass
class Posts:
    """The four tables of helpers and people."""

    units: list[Row] = field(default_factory=list)
    leaders: list[Row] = field(default_factory=list)
    staff: list[Row] = field(default_factory=list)
    pairings: list[Row] = field(default_factory=list)


def fill_posts(
    setting: Setting, territory: Territory, members: tuple[Member, ...], truth: Truth
) -> Posts:
    """Fill the slots of every listed place, but for the vacancies planted.

    Notes
    -----
    A slot is left open in one of these ways, in turn: nobody was ever sent; the holder left; the
    successor has not come yet; for a team, too few members. Rows of the slot table with a gap are
    exactly those noted.
    """
    rng = setting.stream("posts")
    active = [member for member in members if member.exited_on is None]
    rules = sorted(_rules(setting), key=lambda rule: len(rule.slot.posts))
    vacant = {rule.slot.id: _vacancies(rule, active, rng) for rule in rules}
    by_place: dict[str, list[_Holder]] = {}
    for member in active:
        code = member.place.code
        held = by_place.setdefault(code, [])
        for rule in _applying(rules, member):
            post = _Post(rule, code, _post_names(rule, rules), vacant[rule.slot.id].get(code))
            held.extend(_sent(setting, post, held, rng))
    _state_gaps(setting, rules, active, by_place, truth)
    return _Tables(setting, territory, rng).laid_out(active, by_place)


def _rules(setting: Setting) -> Iterator[_Rule]:
    for slot in setting.scheme.staffing.slots:
        path = f"staffing.{slot.id}"
        at_least = setting.whole(f"{path}.at_least")
        if at_least is None:
            continue
        low = setting.whole(f"{path}.members_at_least")
        yield _Rule(slot, at_least, low, setting.whole(f"{path}.members_at_most"))


def _applying(rules: Iterable[_Rule], member: Member) -> list[_Rule]:
    return [rule for rule in rules if member.target_class.id in rule.slot.classes]


def _vacancies(rule: _Rule, active: list[Member], rng: Random) -> dict[str, str]:
    """The places at which a slot is left open, each with the way it came about."""
    codes = [m.place.code for m in active if m.target_class.id in rule.slot.classes]
    if rule.at_least == 0 or len(codes) < _ENOUGH_FOR_VACANCY:
        return {}
    number = max(1, round(len(codes) * _SHARE_VACANT))
    ways = ["small_team"] if rule.members_low else ["left", "never", "upcoming"]
    return {code: ways[order % len(ways)] for order, code in enumerate(rng.sample(codes, number))}


def _sent(setting: Setting, post: _Post, held: list[_Holder], rng: Random) -> Iterator[_Holder]:
    """Who is sent beside those already there, so that one is missing where a way is given."""
    rule, code, way = post.rule, post.place_code, post.way
    there = sum(rule.counts(holder, setting.as_of) for holder in held)
    wanted = rule.at_least - (way is not None) - there
    first_day = setting.scheme.about.period.starts_on
    for _ in range(max(0, wanted)):
        starts_on = first_day + timedelta(days=rng.randrange(60))
        first = rng.random() < _SHARE_FIRST_POST
        name = post.names[0] if first else rng.choice(post.names)
        yield _Holder(code, name, starts_on, None, _team(rule, rng))
    if way == "left":
        ends_on = setting.as_of - timedelta(days=rng.randrange(20, 90))
        yield _Holder(code, post.names[0], first_day, ends_on)
    elif way == "upcoming":
        starts_on = setting.as_of + timedelta(days=_DAYS_UNTIL_SUCCESSOR)
        yield _Holder(code, post.names[0], starts_on)
    elif way == "small_team":
        yield _Holder(code, post.names[0], first_day, None, (rule.members_low or 1) - 1)


def _post_names(rule: _Rule, rules: list[_Rule]) -> list[str]:
    """The posts that fill the slot and are not the only post of another slot."""
    sole = {r.slot.posts[0] for r in rules if len(r.slot.posts) == 1 and r is not rule}
    return [post for post in rule.slot.posts if post not in sole] or list(rule.slot.posts)


def _team(rule: _Rule, rng: Random) -> int | None:
    if rule.members_low is None:
        return None
    return rng.randint(rule.members_low, rule.members_high or rule.members_low)


def _state_gaps(
    setting: Setting,
    rules: list[_Rule],
    active: list[Member],
    by_place: dict[str, list[_Holder]],
    truth: Truth,
) -> None:
    """Every slot that lacks somebody on the day."""
    for member in active:
        code = member.place.code
        for rule in _applying(rules, member):
            there = sum(rule.counts(holder, setting.as_of) for holder in by_place[code])
            gap = max(0, rule.at_least - there)
            if gap:
                truth.expect("slots", place_code=code, slot=rule.slot.id, present=there, gap=gap)
    codes = list(dict.fromkeys(row["place_code"] for row in truth.expected.get("slots", [])))
    if codes:
        told = Text("岗位或结对空缺", "a post or a helper is missing")
        truth.plant("vacancies", told, codes, slots=len(truth.expected["slots"]))


class _Tables:
    """Lays holders out as rows; units are made as they are needed."""

    def __init__(self, setting: Setting, territory: Territory, rng: Random) -> None:
        self._setting = setting
        self._territory = territory
        self._rng = rng
        self._posts = Posts()
        self._units: dict[tuple[str, str, str], list[str]] = {}
        self._helped: dict[tuple[str, str], int] = {}

    def laid_out(self, active: list[Member], by_place: dict[str, list[_Holder]]) -> Posts:
        for member in active:
            for holder in by_place[member.place.code]:
                self._add(member, holder)
            self._add_layer(member)
        return self._posts

    def _add(self, member: Member, holder: _Holder) -> None:
        dates: Row = {"starts_on": holder.starts_on, "ends_on": holder.ends_on}
        post = holder.post
        if post in _UNIT_POSTS:
            unit = self._unit(member, post, "")
            row: Row = {"place_code": holder.place_code, "helper": unit, "kind": post, **dates}
            if self._has_teams():
                row["members"] = holder.members
            self._posts.pairings.append(row)
        elif post.endswith(_LEADER_ENDING):
            rank = self._rank(post)
            row = {"place_code": holder.place_code, "role": post, "rank": rank, **dates}
            self._posts.leaders.append(row)
        else:
            self._posts.staff.append(self._person(member, holder, dates))

    def _person(self, member: Member, holder: _Holder, dates: Row) -> Row:
        return {
            "place_code": holder.place_code,
            "post": holder.post,
            "unit_code": self._unit(member, "sending_unit", ""),
            "rank": self._rank(holder.post),
            "party_status": "中共党员",
            "on_establishment": True,
            "concurrent_posts": self._second_post(holder.post),
            **dates,
        }

    def _second_post(self, post: str) -> str | None:
        """The post that a rule of the scheme wants held besides, in its first word."""
        for rule in self._setting.scheme.staffing.person_rules:
            if rule.kind == "concurrent_post" and post in rule.posts:
                named = self._setting.scheme.figures[f"staffing.{rule.id}.limit"].entries[-1][1]
                if named is not None:
                    return str(named.value if named.kind == "text" else named.value[0])
        return None

    def _add_layer(self, member: Member) -> None:
        """Where quotas are stated layer by layer, a unit of one layer helps the place."""
        city = member.place.code[:4].ljust(12, "0")
        for quota in self._setting.scheme.pairing.quotas:
            row = next((r for r in quota.published.rows if r.recipient == city), None)
            if quota.target_class != member.target_class.id or row is None:
                continue
            layer = self._layer(city, quota.target_class, row.numbers)
            self._posts.pairings.append(
                {
                    "place_code": member.place.code,
                    "helper": self._unit(member, "consortium", layer),
                    "kind": layer,
                    "starts_on": self._setting.scheme.about.period.starts_on,
                    "ends_on": None,
                }
            )

    def _layer(self, city: str, class_id: str, numbers: Mapping[str, int]) -> str:
        """The layer that helps a place; in a province each takes its printed number in turn."""
        if self._setting.extent != "province":
            return self._rng.choices(list(numbers), weights=list(numbers.values()))[0]
        helped = self._helped.get((city, class_id), 0)
        self._helped[(city, class_id)] = helped + 1
        return [layer for layer, number in numbers.items() for _ in range(number)][helped]

    def _unit(self, member: Member, kind: str, layer: str) -> str:
        """The code of a unit of the kind, one that helps already or a new one."""
        county = self._territory.reporting_county(member.place)
        known = self._units.setdefault((kind, layer, county), [])
        if known and self._rng.random() < _SHARE_UNIT_REUSED:
            return self._rng.choice(known)
        number = len(self._posts.units) + 1
        code = f"U{number:04d}"
        known.append(code)
        self._posts.units.append(
            {
                "unit_code": code,
                "name": f"示例单位{number:04d}",
                "kind": kind,
                "place_code": county,
                "layer": layer or None,
            }
        )
        return code

    def _rank(self, post: str) -> str:
        """The lowest rank a rule of the scheme asks for, or a plain one."""
        for rule in self._setting.scheme.staffing.person_rules:
            if rule.kind == "rank_at_least" and post in rule.posts:
                return str(rule.limit)
        return "副处级" if post.endswith(_LEADER_ENDING) else _PLAIN_RANK

    def _has_teams(self) -> bool:
        slots = self._setting.scheme.staffing.slots
        return any(slot.members_at_least is not None for slot in slots)
