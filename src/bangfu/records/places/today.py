"""Today's columns of the places (现行状态): what their versions say of a day, written onto them.

Lists, the gate and every page read these columns; the versions stay the truth. A change with a
future date reaches them when its day has come (`apply_due_changes`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from bangfu.records.audit.actions import action, note
from bangfu.records.ground import clock
from bangfu.records.places.history import all_timelines, begin_change
from bangfu.records.places.models import Place, PlaceEventPart
from bangfu.records.places.timeline import Facts, Timeline, shown
from bangfu.records.places.tree import paths_of, zones_on

__all__ = ["TodayRow", "apply_due_changes", "due_rows", "due_today", "rewrite_today"]

#: The columns of `Place` that follow from its versions, in the order of `TodayRow.values`.
COLUMNS = (
    "path", "reporting_path", "parent_id", "level", "kind", "code_system", "code", "name",
    "ended_on",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TodayRow:
    """What the columns of a place must be on a day."""

    place_id: int
    facts: Facts
    path: str
    reporting_path: str
    ended_on: date

    @property
    def values(self) -> tuple[Any, ...]:
        """The values in the order of the columns."""
        facts = self.facts
        return (
            self.path, self.reporting_path, facts.parent_id, facts.level, facts.kind,
            facts.code_system, facts.code, facts.name, self.ended_on,
        )  # fmt: skip


def due_today(day: date) -> dict[int, TodayRow]:
    """What the columns of every place must be on a day."""
    timelines = all_timelines()
    facts = {place_id: shown(spans, day) for place_id, spans in timelines.items()}
    ends = {place_id: _ended_on(spans, day) for place_id, spans in timelines.items()}
    above: dict[int, int | None] = {place_id: held.parent_id for place_id, held in facts.items()}
    gone = {place_id for place_id, ended_on in ends.items() if ended_on <= day}
    above.update(_keepers(gone, _successors(ends), above))
    paths = paths_of(above)
    zones = {place_id: zone for place_id, zone in zones_on(day).items() if place_id not in gone}
    reporting = paths_of({**above, **{p: z for p, z in zones.items() if p in above}})
    return {
        place_id: TodayRow(place_id, held, paths[place_id], reporting[place_id], ends[place_id])
        for place_id, held in facts.items()
    }


def due_rows(day: date) -> list[tuple[TodayRow, tuple[Any, ...]]]:
    """The places whose columns are not what they must be, with what stands there."""
    held = {row[0]: row[1:] for row in Place.objects.values_list("pk", *COLUMNS).order_by()}
    return [
        (row, held[place_id])
        for place_id, row in due_today(day).items()
        if held.get(place_id, row.values) != row.values
    ]


def rewrite_today(day: date | None = None) -> set[int]:
    """Make the columns of every place what they must be; the places that moved.

    A row that moves takes its next version, so that nobody who read it earlier writes its old
    path back.
    """
    rows = [row for row, _held in due_rows(day or clock.today())]
    _write(rows)
    return {row.place_id for row in rows}


@action("places.apply_due_changes")
def apply_due_changes(on: date, *, actor: Any) -> int:
    """Let the changes whose day has come reach lists and rights (到期变更生效); how many moved."""
    begin_change()
    moved = rewrite_today(on)
    note(on=on.isoformat(), moved=len(moved))
    return len(moved)


def _write(rows: Iterable[TodayRow]) -> None:
    day = connection.ops.adapt_datefield_value
    values = [(*row.values[:-1], day(row.ended_on), row.place_id) for row in rows]
    if not values:
        return
    columns = ", ".join(f"{connection.ops.quote_name(name)} = %s" for name in COLUMNS)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {Place._meta.db_table} SET {columns}, version = version + 1 WHERE id = %s",
            values,
        )


def _ended_on(timeline: Timeline, day: date) -> date:
    """The day after the last of the life that a list shows on a day."""
    begun = [index for index, span in enumerate(timeline) if span.starts_on <= day]
    index = begun[-1] if begun else 0
    ended_on = timeline[index].ends_on
    for span in timeline[index + 1 :]:
        if span.starts_on != ended_on or ended_on <= day:
            break
        ended_on = span.ends_on
    return ended_on


def _successors(ends: Mapping[int, date]) -> dict[int, int]:
    """The one place that carries on each abolished one; none where it was split among several."""
    parts = PlaceEventPart.objects.filter(before__isnull=False, after__isnull=False)
    found: dict[int, set[int]] = defaultdict(set)
    for on, before, after in parts.values_list("event__on", "before_id", "after_id"):
        if before is not None and after is not None and on == ends.get(before):
            found[before].add(after)
    carried = {before: after - {before} for before, after in found.items()}
    return {before: next(iter(after)) for before, after in carried.items() if len(after) == 1}


def _keepers(
    gone: set[int], successors: Mapping[int, int], above: Mapping[int, int | None]
) -> dict[int, int]:
    """Under which living place each abolished one with a successor is kept."""
    kept: dict[int, int] = {}
    for place_id in gone:
        seen = {place_id}
        current = place_id
        while current in gone and current in successors and successors[current] not in seen:
            current = successors[current]
            seen.add(current)
        if current != place_id and current in above:
            kept[place_id] = current
    return kept
