"""Changes of divisions (区划变更): what a document can do to places, each as one action.

Every change takes effect on the day of its paper, past or future; what was held before stays
readable as known before. Figures keep hanging on the places they were reported for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bangfu.records.access.policies import require
from bangfu.records.audit.actions import action
from bangfu.records.places.actions import NewPlace, enter_place
from bangfu.records.places.choices import EventKind
from bangfu.records.places.events import WHOLE, Change, Paper, done_before, open_change
from bangfu.records.places.models import Place, PlaceEvent
from bangfu.records.places.timeline import changed, corrected, ended, facts_on, lived, moved

__all__ = [
    "SplitPart",
    "abolish_place",
    "correct_life",
    "correct_place",
    "found_by_paper",
    "merge_places",
    "reclassify_place",
    "recode_place",
    "rename_place",
    "split_place",
    "transfer_place",
]


@dataclass(frozen=True, slots=True)
class SplitPart:
    """One of the places a split gives: itself, its weight, and which places below go to it.

    ``place`` may be the old place, which then goes on, or another one, or a new one.
    """

    place: Place | NewPlace
    weight_millionths: int
    children: tuple[Place, ...] = ()


@action("places.rename")
def rename_place(place: Place, name: str, paper: Paper, *, actor: Any) -> PlaceEvent:
    """Another name from a day on (更名)."""
    return _set_facts(EventKind.RENAME, place, paper, actor, {"name": name.strip()})


@action("places.recode")
def recode_place(place: Place, system: str, code: str, paper: Paper, *, actor: Any) -> PlaceEvent:
    """Another code from a day on (变更代码); a code always comes with its system."""
    facts = {"code_system": system, "code": code.strip()}
    return _set_facts(EventKind.RECODE, place, paper, actor, facts)


@action("places.reclassify")
def reclassify_place(
    place: Place, kind: str, paper: Paper, *, actor: Any, level: str | None = None
) -> PlaceEvent:
    """Another kind from a day on, such as a town that becomes a subdistrict (变更类别)."""
    facts = {"kind": kind.strip(), "level": level or place.level}
    return _set_facts(EventKind.RECLASSIFY, place, paper, actor, facts)


@action("places.transfer")
def transfer_place(place: Place, to: Place, paper: Paper, *, actor: Any) -> PlaceEvent:
    """Another place above from a day on (变更隶属); rights of sight go with it."""
    if event := done_before(paper.key):
        return event
    change = open_change(EventKind.TRANSFER, paper, [place, to], actor)
    _change_facts(change, place, {"parent_id": to.pk})
    change.add_part(place.pk, place.pk)
    return change.finish()


@action("places.found_by_paper")
def found_by_paper(new: NewPlace, paper: Paper, *, actor: Any) -> PlaceEvent:
    """A place that a document founds (新设)."""
    if event := done_before(paper.key):
        return event
    change = open_change(EventKind.FOUND, paper, [new.parent] if new.parent else [], actor)
    change.add_part(None, _found(change, new, actor).pk)
    return change.finish()


@action("places.merge")
def merge_places(
    befores: Sequence[Place], into: Place | NewPlace, paper: Paper, *, actor: Any
) -> PlaceEvent:
    """Several places become one (合并); what lay below them lies below it."""
    if event := done_before(paper.key):
        return event
    at_hand = [*befores, into] if isinstance(into, Place) else list(befores)
    change = open_change(EventKind.MERGE, paper, at_hand, actor)
    if len({place.pk for place in at_hand}) < 2 or not befores:
        change.refuse("PLC-11", "合并至少涉及两个地方。", "A merger needs at least two places.")
        return change.finish()
    target = into if isinstance(into, Place) else _found(change, into, actor)
    for place in befores:
        change.add_part(place.pk, target.pk)
        if place.pk != target.pk:
            _move_children(change, place, target.pk, paper.on)
            _end(change, place, paper.on)
    if isinstance(into, Place) and into.pk not in {place.pk for place in befores}:
        change.add_part(target.pk, target.pk)
        _must_exist(change, into, paper.on)
    return change.finish()


@action("places.split")
def split_place(
    before: Place, parts: Sequence[SplitPart], paper: Paper, *, actor: Any
) -> PlaceEvent:
    """One place becomes several (分设), with the weights by which its past figures are split."""
    if event := done_before(paper.key):
        return event
    others = [part.place for part in parts if isinstance(part.place, Place)]
    change = open_change(EventKind.SPLIT, paper, [before, *others], actor)
    _check_parts(change, before, parts, paper.on)
    if change.faults:
        return change.finish()
    goes_on = False
    for part in parts:
        place = part.place if isinstance(part.place, Place) else _found(change, part.place, actor)
        goes_on = goes_on or place.pk == before.pk
        change.add_part(before.pk, place.pk, part.weight_millionths)
        for child in part.children:
            if place.pk != before.pk:
                spans = moved(
                    change.timeline(child.pk), paper.on, change.event.pk,
                    old=before.pk, new=place.pk,
                )  # fmt: skip
                change.set(child.pk, spans)
    if not goes_on:
        _end(change, before, paper.on)
    return change.finish()


@action("places.abolish")
def abolish_place(
    place: Place, paper: Paper, *, actor: Any, children_to: Place | None = None
) -> PlaceEvent:
    """A place that is no more from a day on (撤销); what lies below it goes elsewhere first."""
    if event := done_before(paper.key):
        return event
    change = open_change(
        EventKind.ABOLISH, paper, [place, *([children_to] if children_to else [])], actor
    )
    if children_to is not None:
        _move_children(change, place, children_to.pk, paper.on)
    _end(change, place, paper.on)
    change.add_part(place.pk, None)
    return change.finish()


@action("places.correct")
def correct_place(
    place: Place, days: tuple[date, date], right: Mapping[str, Any], paper: Paper, *, actor: Any
) -> PlaceEvent:
    """Replace what was entered wrongly between two days (更正登记); the wrong entry stays known."""
    if event := done_before(paper.key):
        return event
    change = open_change(EventKind.CORRECT, paper, _with_parent(place, right), actor)
    wrong = set(right) - {"code_system", "code", "name", "level", "kind", "parent_id"}
    if wrong or not right or days[0] >= days[1]:
        change.refuse("PLC-12", "更正的栏目或起止日期不对。", "The fields or days are not right.")
        return change.finish()
    change.set(place.pk, corrected(change.timeline(place.pk), days, change.event.pk, **dict(right)))
    change.add_part(place.pk, place.pk)
    return change.finish()


@action("places.correct_life")
def correct_life(
    place: Place, starts_on: date, ends_on: date, paper: Paper, *, actor: Any
) -> PlaceEvent:
    """Replace wrong days of founding or abolition (更正设立、撤销日期)."""
    if event := done_before(paper.key):
        return event
    change = open_change(EventKind.CORRECT, paper, [place], actor)
    spans = lived(change.timeline(place.pk), starts_on, ends_on)
    if not spans:
        change.refuse(
            "PLC-13",
            "起止日期之间没有任何登记内容。",
            "Nothing is entered between these days.",
            place.name,
        )
    change.set(place.pk, spans)
    change.add_part(place.pk, place.pk)
    return change.finish()


def _set_facts(
    kind: EventKind, place: Place, paper: Paper, actor: Any, facts: Mapping[str, Any]
) -> PlaceEvent:
    if event := done_before(paper.key):
        return event
    change = open_change(kind, paper, [place], actor)
    _change_facts(change, place, facts)
    change.add_part(place.pk, place.pk)
    return change.finish()


def _change_facts(change: Change, place: Place, facts: Mapping[str, Any]) -> None:
    on = change.event.on
    if not _must_exist(change, place, on):
        return
    timeline = change.timeline(place.pk)
    after = changed(timeline, on, change.event.pk, **dict(facts))
    if after == timeline:
        change.refuse(
            "PLC-14",
            "变更前后相同，没有需要登记的内容。",
            "Nothing changes: it already says so.",
            place.name,
        )
    change.set(place.pk, after)


def _must_exist(change: Change, place: Place, on: date) -> bool:
    if facts_on(change.timeline(place.pk), on) is not None:
        return True
    change.refuse(
        "PLC-10",
        f"「{place.name}」在 {on} 不存在（尚未设立或已经撤销）。",
        f"{place.name} does not exist on {on}: not yet founded, or abolished.",
        place.name,
    )
    return False


def _end(change: Change, place: Place, on: date) -> None:
    if not _must_exist(change, place, on):
        return
    change.set(place.pk, ended(change.timeline(place.pk), on))
    if not change.timeline(place.pk):
        change.refuse(
            "PLC-15",
            f"「{place.name}」自 {on} 设立，不能当日撤销；登记有误请用「更正登记」。",
            f"{place.name} is founded on {on} and cannot end that day; correct the entry instead.",
            place.name,
        )


def _move_children(change: Change, place: Place, to: int, on: date) -> None:
    for child in change.children_from(place.pk, on):
        if child != to:
            spans = moved(change.timeline(child), on, change.event.pk, old=place.pk, new=to)
            change.set(child, spans)


def _found(change: Change, new: NewPlace, actor: Any) -> Place:
    if new.parent is not None:
        require(actor, "places.change", new.parent)
    return enter_place(new, change, change.event.on)


def _check_parts(change: Change, before: Place, parts: Sequence[SplitPart], on: date) -> None:
    _must_exist(change, before, on)
    for part in parts:
        if isinstance(part.place, Place):
            _must_exist(change, part.place, on)
    total = sum(part.weight_millionths for part in parts)
    if len(parts) < 2 or any(part.weight_millionths < 0 for part in parts) or total != WHOLE:
        change.refuse(
            "PLC-16",
            f"分设须写明至少两个去向，权重合计 100%（现为 {total / 10_000:g}%）。",
            f"A split names at least two parts whose weights add up to 100% (now {total / 10_000:g}%).",
            before.name,
        )
    given = [child.pk for part in parts for child in part.children]
    below = change.children_from(before.pk, on)
    stays = any(isinstance(part.place, Place) and part.place.pk == before.pk for part in parts)
    missing = set() if stays else set(below) - set(given)
    if missing or set(given) - set(below) or len(given) != len(set(given)):
        names = "、".join(
            Place.objects.filter(pk__in=list(missing)[:5]).values_list("name", flat=True)
        )
        change.refuse(
            "PLC-17",
            f"每个下级地方应归到一个去向{f'，尚缺：{names}' if names else '，且只归一个'}。",
            f"Every place below goes to exactly one part{f'; missing: {names}' if names else ''}.",
            before.name,
        )


def _with_parent(place: Place, right: Mapping[str, Any]) -> list[Place]:
    parent_id = right.get("parent_id")
    return [place] if parent_id is None else [place, Place.objects.get(pk=parent_id)]
