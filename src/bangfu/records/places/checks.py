"""What must always hold of places (地方数据核验), looked at over everything, as `verify` asks.

Repairs nothing: each finding names the place and says what is wrong.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import pairwise

from bangfu.records.ground import clock
from bangfu.records.places.choices import EventKind, Level
from bangfu.records.places.events import WHOLE
from bangfu.records.places.fitness import parent_faults
from bangfu.records.places.history import all_timelines
from bangfu.records.places.models import Place, PlaceEventPart, ReportingLine
from bangfu.records.places.timeline import Timeline
from bangfu.records.places.today import COLUMNS, due_rows
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.text import Text

__all__ = ["verify_places"]


def verify_places(day: date | None = None) -> list[Fault]:
    """Everything about places that does not fit, on a day (today)."""
    timelines = all_timelines()
    return [
        *_without_version(timelines),
        *_overlaps(timelines),
        *_parents(timelines),
        *_codes(timelines),
        *_weights(),
        *_lines(timelines),
        *_columns(day or clock.today()),
    ]


def _without_version(timelines: dict[int, Timeline]) -> list[Fault]:
    rows = Place.objects.values_list("pk", "name")
    return [
        _fault("VPL-01", pk, name, "没有任何版本。", "It has no version at all.")
        for pk, name in rows
        if pk not in timelines
    ]


def _overlaps(timelines: dict[int, Timeline]) -> list[Fault]:
    faults = []
    for place_id, spans in timelines.items():
        for earlier, later in pairwise(spans):
            if later.starts_on < earlier.ends_on:
                zh, en = f"{later.starts_on} 有两个版本。", f"Two versions on {later.starts_on}."
                faults.append(_fault("VPL-02", place_id, later.facts.name, zh, en))
    return faults


def _parents(timelines: dict[int, Timeline]) -> list[Fault]:
    faults = []
    for place_id, spans in timelines.items():
        for span in spans:
            for fault in parent_faults(span, timelines):
                message = fault.message
                faults.append(_fault("VPL-03", place_id, span.facts.name, message.zh, message.en))
    return faults


def _codes(timelines: dict[int, Timeline]) -> list[Fault]:
    bearers: dict[tuple[str, str], list[tuple[date, date, int, str]]] = defaultdict(list)
    for place_id, spans in timelines.items():
        for span in spans:
            if span.facts.code:
                bearers[span.facts.code_system, span.facts.code].append(
                    (span.starts_on, span.ends_on, place_id, span.facts.name)
                )
    faults = []
    for (_system, code), held in bearers.items():
        held.sort()
        for earlier, later in pairwise(held):
            if later[0] < earlier[1] and later[2] != earlier[2]:
                zh = f"代码 {code} 在 {later[0]} 由两个地方使用。"
                en = f"Two places bear the code {code} on {later[0]}."
                faults.append(_fault("VPL-04", later[2], later[3], zh, en))
    return faults


def _weights() -> list[Fault]:
    """What comes out of one place in one change adds up to the whole."""
    sums: dict[tuple[int, int], int] = defaultdict(int)
    parts = PlaceEventPart.objects.filter(
        event__kind__in=(EventKind.SPLIT, EventKind.MERGE), before__isnull=False
    )
    for event, before, weight in parts.values_list("event_id", "before_id", "weight_millionths"):
        if before is not None:
            sums[event, before] += weight
    return [
        _fault(
            "VPL-05",
            before,
            "",
            f"第 {event} 号变更的权重合计 {total / 10_000:g}%，应为 100%。",
            f"The weights of change {event} add up to {total / 10_000:g}%, not 100%.",
        )
        for (event, before), total in sums.items()
        if total != WHOLE
    ]


def _lines(timelines: dict[int, Timeline]) -> list[Fault]:
    """Reporting lines lead to zones that exist, one at a time for each place."""
    faults = []
    last: dict[int, date] = {}
    rows = ReportingLine.objects.filter(known_to=None).order_by("place_id", "starts_on")
    for line in rows:
        if line.starts_on < last.get(line.place_id, date.min):
            zh, en = "同一时间有两个报送关系。", "Two reporting lines at one time."
            faults.append(_fault("VPL-06", line.place_id, "", zh, en))
        last[line.place_id] = line.ends_on
        spans = timelines.get(line.reports_to_id, ())
        held = [s for s in spans if s.starts_on < line.ends_on and line.starts_on < s.ends_on]
        if not held or any(span.facts.level != Level.ZONE for span in held):
            zh, en = "报送到的地方不是功能区。", "It reports to what is no functional zone."
            faults.append(_fault("VPL-07", line.place_id, "", zh, en))
    return faults


def _columns(day: date) -> list[Fault]:
    """Today's columns say what the versions say."""
    faults = []
    for row, held in due_rows(day):
        pairs = zip(COLUMNS, held, row.values, strict=True)
        wrong = [name for name, stands, due in pairs if stands != due]
        zh = f"现行栏目与沿革不符：{'、'.join(wrong)}。"
        en = f"Today's columns differ from the versions: {', '.join(wrong)}."
        faults.append(_fault("VPL-08", row.place_id, row.facts.name, zh, en))
    return faults


def _fault(code: str, place_id: int, name: str, zh: str, en: str) -> Fault:
    return Fault(code, f"{name}（#{place_id}）", Text(zh, en))
