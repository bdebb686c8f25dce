"""Timelines in the database (沿革存取): read as now known, written without losing a statement.

Whoever writes holds the lock of changes, so that the instants of knowledge follow the order in
which changes are committed, and a tree "as known at" an instant never alters afterwards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Max

from bangfu.records.ground import clock
from bangfu.records.places.models import PlaceVersion
from bangfu.records.places.timeline import Facts, Span, Timeline

__all__ = ["all_timelines", "begin_change", "read_timelines", "write_timelines"]

#: Any number, the same in every process: the name of the lock.
_LOCK = 7_302_461
_CHUNK = 900


def begin_change() -> datetime:
    """Take the lock of changes until the transaction ends; the instant the change is known from.

    SQLite has one writer at a time by itself. The instant never lies before one there is, also
    where the computer's clock was set back.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    last = PlaceVersion.objects.aggregate(a=Max("known_from"), b=Max("known_to"))
    earliest = max((at for at in last.values() if at is not None), default=None)
    now = clock.now()
    return now if earliest is None or now >= earliest else earliest + timedelta(microseconds=1)


def read_timelines(place_ids: Iterable[int]) -> dict[int, Timeline]:
    """The timelines of some places as now known; an unknown place has none."""
    found: dict[int, list[Span]] = {place_id: [] for place_id in place_ids}
    wanted = sorted(found)
    for start in range(0, len(wanted), _CHUNK):
        _read_into(found, wanted[start : start + _CHUNK])
    return {place_id: tuple(spans) for place_id, spans in found.items()}


def _read_into(found: dict[int, list[Span]], wanted: list[int]) -> None:
    rows = PlaceVersion.objects.filter(place_id__in=wanted, known_to__isnull=True)
    for row in rows.order_by("place_id", "valid_from"):
        found[row.place_id].append(Span(row.valid_from, row.valid_to, _facts(row), row.event_id))


def _facts(row: PlaceVersion) -> Facts:
    return Facts(row.code_system, row.code, row.name, row.level, row.kind, row.parent_id)


def all_timelines() -> dict[int, Timeline]:
    """The timelines of every place as now known, without the events they came with."""
    found: dict[int, list[Span]] = defaultdict(list)
    rows = PlaceVersion.objects.filter(known_to=None).order_by("place_id", "valid_from", "pk")
    for row in rows.values_list(
        "place_id", "valid_from", "valid_to",
        "code_system", "code", "name", "level", "kind", "parent_id",
    ):  # fmt: skip
        found[row[0]].append(Span(row[1], row[2], Facts(*row[3:])))
    return {place_id: tuple(spans) for place_id, spans in found.items()}


def write_timelines(
    before: Mapping[int, Timeline], after: Mapping[int, Timeline], at: datetime
) -> set[int]:
    """Close what no longer holds and enter what now does; the places that changed.

    Everything is closed before anything is entered, so that places may exchange codes.
    """
    touched = {place_id for place_id, spans in after.items() if spans != before.get(place_id, ())}
    closed: list[int] = []
    entered: list[PlaceVersion] = []
    gone = {place_id: set(before.get(place_id, ())) - set(after[place_id]) for place_id in touched}
    for row in PlaceVersion.objects.filter(
        place_id__in=[place_id for place_id, spans in gone.items() if spans], known_to__isnull=True
    ):
        span = Span(row.valid_from, row.valid_to, _facts(row), row.event_id)
        if span in gone[row.place_id]:
            closed.append(row.pk)
    for place_id in sorted(touched):
        held = set(before.get(place_id, ()))
        entered += [_row(place_id, span, at) for span in after[place_id] if span not in held]
    for start in range(0, len(closed), _CHUNK):
        rows = PlaceVersion.objects.filter(pk__in=closed[start : start + _CHUNK])
        rows.update(known_to=at)
    PlaceVersion.objects.bulk_create(entered, batch_size=2000)
    return touched


def _row(place_id: int, span: Span, at: datetime) -> PlaceVersion:
    facts = span.facts
    return PlaceVersion(
        place_id=place_id,
        valid_from=span.starts_on,
        valid_to=span.ends_on,
        known_from=at,
        code_system=facts.code_system,
        code=facts.code,
        name=facts.name,
        level=facts.level,
        kind=facts.kind,
        parent_id=facts.parent_id,
        event_id=span.event_id,
    )
