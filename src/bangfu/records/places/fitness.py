"""What timelines must satisfy (沿革校核): parents that exist and stand higher, codes used once.

Read by every change before it is written and, over everything, by `checks.verify_places`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from itertools import pairwise

from bangfu.records.places.choices import Level
from bangfu.records.places.history import read_timelines
from bangfu.records.places.models import PlaceVersion
from bangfu.records.places.timeline import Facts, Span, Timeline
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.period import FOREVER
from bangfu.vocabulary.place import code_fault
from bangfu.vocabulary.text import Text

__all__ = ["RANKS", "facts_faults", "parent_faults", "timeline_faults"]

#: How high a level stands; a zone answers like a county and has no civil division below it.
RANKS = {
    Level.PROVINCE.value: 0,
    Level.CITY.value: 1,
    Level.COUNTY.value: 2,
    Level.ZONE.value: 3,
    Level.TOWNSHIP.value: 4,
    Level.VILLAGE.value: 5,
}
_LONGEST_NAME = 80


def timeline_faults(before: Mapping[int, Timeline], after: Mapping[int, Timeline]) -> list[Fault]:
    """What is wrong with the timelines a change would leave, theirs and their neighbours'."""
    touched = {place_id for place_id, spans in after.items() if spans != before.get(place_id, ())}
    known = {**_neighbours(touched, after), **after}
    faults: list[Fault] = []
    for place_id in sorted(touched):
        for facts in {span.facts: None for span in after[place_id]}:
            faults += facts_faults(facts)
    for place_id, spans in sorted(known.items()):
        if place_id in touched or any(span.facts.parent_id in touched for span in spans):
            faults += [fault for span in spans for fault in parent_faults(span, known)]
    return faults + _doubled_codes(touched, after)


def facts_faults(facts: Facts) -> list[Fault]:
    """What is wrong with a name, a code or a level by itself."""
    faults: list[Fault] = []
    name = facts.name.strip()
    if not name or len(name) > _LONGEST_NAME or any(ord(letter) < 32 for letter in name):
        faults.append(
            _fault(
                "PLC-02",
                facts,
                f"名称不能为空，不超过 {_LONGEST_NAME} 字，不含换行。",
                f"A name is needed, of {_LONGEST_NAME} characters at most, on one line.",
            )
        )
    if facts.level not in RANKS:
        faults.append(_fault("PLC-03", facts, "层级不在可选范围。", "The level is not known."))
    problem = code_fault(facts.code, facts.code_system)
    if problem and not (facts.level == Level.ZONE and facts.code_system in ("nbs", "mca")):
        faults.append(
            _fault(
                "PLC-01",
                facts,
                f"代码「{facts.code}」不符合代码体系：统计用区划代码 12 位，行政区划代码 6 或 9 位。",
                f"Code {facts.code}: {problem}.",
            )
        )
    return faults


def parent_faults(span: Span, timelines: Mapping[int, Timeline]) -> list[Fault]:
    """Whether the place above exists through a span, and stands higher."""
    parent_id = span.facts.parent_id
    if parent_id is None:
        return []
    faults: list[Fault] = []
    covered = span.starts_on
    for held in timelines.get(parent_id, ()):
        if held.ends_on <= span.starts_on or held.starts_on >= span.ends_on:
            continue
        if held.starts_on > covered:
            break
        covered = held.ends_on
        faults += _rank_faults(span.facts, held.facts)
    if covered < span.ends_on:
        faults.append(_without_parent(span, covered))
    return list({fault.message.zh: fault for fault in faults}.values())


def _rank_faults(facts: Facts, above: Facts) -> list[Fault]:
    if facts.level not in RANKS or above.level not in RANKS:
        return []
    if above.level != Level.ZONE and RANKS[above.level] < RANKS[facts.level]:
        return []
    return [
        _fault(
            "PLC-04",
            facts,
            f"上级「{above.name}」的层级不高于它；功能区不作上级，请登记报送关系。",
            f"{above.name}, the place above, does not stand higher; a zone is no parent: "
            "enter a reporting line.",
        )
    ]


def _without_parent(span: Span, covered: date) -> Fault:
    until = "" if span.ends_on == FOREVER else f"至 {span.ends_on}"
    return _fault(
        "PLC-05",
        span.facts,
        f"自 {covered} 起{until}没有上级：上级已撤销或尚未设立，请先指定新的上级。",
        f"From {covered} on there is no place above: it is abolished or not yet founded. "
        "Name another one.",
    )


def _neighbours(touched: Collection[int], after: Mapping[int, Timeline]) -> dict[int, Timeline]:
    """The places above and below the touched ones, as they stand."""
    above = {s.facts.parent_id for place_id in touched for s in after[place_id]}
    below: set[int] = set()
    ids = sorted(touched)
    for start in range(0, len(ids), 900):
        rows = PlaceVersion.objects.filter(
            parent_id__in=ids[start : start + 900], known_to__isnull=True
        )
        below.update(rows.values_list("place_id", flat=True))
    timelines = read_timelines((below | {p for p in above if p is not None}) - set(after))
    further = {s.facts.parent_id for spans in timelines.values() for s in spans}
    wanted = {p for p in further if p is not None} - set(after) - set(timelines)
    return {**timelines, **read_timelines(wanted)}


def _doubled_codes(touched: Iterable[int], after: Mapping[int, Timeline]) -> list[Fault]:
    """Codes that two places would bear on one day."""
    spans = [(p, span) for p in sorted(touched) for span in after[p] if span.facts.code]
    codes = sorted({span.facts.code for _p, span in spans})
    others: list[tuple[int, Span]] = []
    for start in range(0, len(codes), 900):
        rows = PlaceVersion.objects.filter(
            code__in=codes[start : start + 900], known_to__isnull=True
        )
        for row in rows:
            if row.place_id in after:
                continue
            facts = Facts(row.code_system, row.code, row.name, row.level, row.kind, row.parent_id)
            others.append((row.place_id, Span(row.valid_from, row.valid_to, facts)))
    by_code: dict[tuple[str, str], list[tuple[int, Span]]] = {}
    for place_id, span in [*others, *spans]:
        by_code.setdefault((span.facts.code_system, span.facts.code), []).append((place_id, span))
    faults: list[Fault] = []
    for bearers in by_code.values():
        faults += _doubled(bearers)
    return faults


def _doubled(bearers: list[tuple[int, Span]]) -> list[Fault]:
    faults: list[Fault] = []
    ordered = sorted(bearers, key=lambda bearer: (bearer[1].starts_on, bearer[0]))
    for (one, earlier), (other, later) in pairwise(ordered):
        if one != other and later.starts_on < earlier.ends_on:
            day, name = later.starts_on, earlier.facts.name
            faults.append(
                _fault(
                    "PLC-06",
                    later.facts,
                    f"代码「{later.facts.code}」在 {day} 已由「{name}」使用。",
                    f"Code {later.facts.code} is borne by {name} on {day}.",
                )
            )
    return faults


def _fault(code: str, facts: Facts, zh: str, en: str) -> Fault:
    where = f"{facts.name[:40]}（{facts.code}）" if facts.code else facts.name[:40]
    return Fault(code, where, Text(zh, en))
