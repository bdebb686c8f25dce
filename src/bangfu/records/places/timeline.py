"""The life of a place as a row of spans (沿革时间轴): pure, no database, no clock.

Each function takes a timeline and gives back another one; what is to be written is the
difference (`history.write_timelines`). Spans are half-open, in order, without overlap.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bangfu.vocabulary.period import FOREVER

__all__ = [
    "Facts",
    "Span",
    "Timeline",
    "changed",
    "corrected",
    "ended",
    "facts_on",
    "lived",
    "moved",
    "shown",
]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is said of a place in one span."""

    code_system: str
    code: str
    name: str
    level: str
    kind: str
    parent_id: int | None


@dataclass(frozen=True, slots=True)
class Span:
    """Some facts between two days, and the event they came with."""

    starts_on: date
    ends_on: date
    facts: Facts
    event_id: int | None = None


Timeline = tuple[Span, ...]


def facts_on(timeline: Timeline, day: date) -> Facts | None:
    """What holds on a day; None before the place is founded and after it is abolished."""
    for span in timeline:
        if span.starts_on <= day < span.ends_on:
            return span.facts
    return None


def shown(timeline: Timeline, day: date) -> Facts:
    """What a list shows on a day: what holds, else what held last, else what will hold first."""
    begun = [span for span in timeline if span.starts_on <= day]
    return (begun[-1] if begun else timeline[0]).facts


def changed(timeline: Timeline, on: date, event_id: int | None, **new: Any) -> Timeline:
    """New facts from a day on, each until the day on which the same fact changes next.

    A rename of 2022 that is entered after one of 2024 holds for two years; it does not undo the
    later one.
    """
    held = facts_on(timeline, on)
    if held is None:
        raise ValueError(f"the place does not exist on {on}")
    spans = _cut(timeline, on)
    open_fields = {name: getattr(held, name) for name in new}
    result: list[Span] = []
    for span in spans:
        if span.starts_on < on:
            result.append(span)
            continue
        for name, old in list(open_fields.items()):
            if getattr(span.facts, name) != old:
                del open_fields[name]
        values = {name: new[name] for name in open_fields}
        event = event_id if values and span.starts_on == on else span.event_id
        result.append(replace(span, facts=replace(span.facts, **values), event_id=event))
    return _joined(result)


def moved(
    timeline: Timeline, on: date, event_id: int | None, *, old: int, new: int | None
) -> Timeline:
    """Another parent wherever one is named from a day on."""
    return _joined(
        replace(span, facts=replace(span.facts, parent_id=new), event_id=event_id)
        if span.starts_on >= on and span.facts.parent_id == old
        else span
        for span in _cut(timeline, on)
    )


def corrected(
    timeline: Timeline, days: tuple[date, date], event_id: int | None, **right: Any
) -> Timeline:
    """The right facts between two days, whatever stood there."""
    starts_on, ends_on = days
    return _joined(
        replace(span, facts=replace(span.facts, **right), event_id=event_id)
        if starts_on <= span.starts_on and span.ends_on <= ends_on
        else span
        for span in _cut(_cut(timeline, starts_on), ends_on)
    )


def ended(timeline: Timeline, on: date) -> Timeline:
    """Nothing from a day on."""
    return tuple(span for span in _cut(timeline, on) if span.ends_on <= on)


def lived(timeline: Timeline, starts_on: date, ends_on: date) -> Timeline:
    """The same facts for another life: the first span begins and the last one ends as told."""
    kept = [span for span in timeline if span.starts_on < ends_on and span.ends_on > starts_on]
    if not kept or starts_on >= ends_on:
        return ()
    kept[0] = replace(kept[0], starts_on=starts_on)
    kept[-1] = replace(kept[-1], ends_on=ends_on)
    return tuple(kept)


def _cut(timeline: Timeline, on: date) -> Timeline:
    """The same timeline with an edge on a day."""
    if on == FOREVER:
        return timeline
    spans: list[Span] = []
    for span in timeline:
        if span.starts_on < on < span.ends_on:
            spans += [replace(span, ends_on=on), replace(span, starts_on=on)]
        else:
            spans.append(span)
    return tuple(spans)


def _joined(spans: Iterable[Span]) -> Timeline:
    """Neighbours that say the same become one."""
    result: list[Span] = []
    for span in spans:
        last = result[-1] if result else None
        if last and last.facts == span.facts and last.ends_on == span.starts_on:
            result[-1] = replace(last, ends_on=span.ends_on)
        else:
            result.append(span)
    return tuple(result)
