"""Entering whole tables of places (批量登记名录): one action, one entry of the log with a digest.

Loading the same table twice changes nothing the second time. What is missing from a table is
told, never abolished: only a document does that.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from django.db.models import F

from bangfu.records.access.policies import require
from bangfu.records.audit.actions import action, note
from bangfu.records.ground.refusals import NotAllowed, Refused
from bangfu.records.places.actions import require_at_top
from bangfu.records.places.choices import AliasKind
from bangfu.records.places.fitness import timeline_faults
from bangfu.records.places.history import begin_change, read_timelines, write_timelines
from bangfu.records.places.listing import Difference, Key, ListedPlace, compare_places
from bangfu.records.places.models import Place, PlaceAlias, ReportingLine
from bangfu.records.places.naming import refresh_search, search_words
from bangfu.records.places.timeline import Facts, Span, Timeline, changed
from bangfu.records.places.today import rewrite_today
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.text import Text

__all__ = ["LoadResult", "compare_places", "load_places"]


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What a load did."""

    new: int
    changed: int
    same: int
    missing: int
    digest: str

    @property
    def is_idle(self) -> bool:
        """Whether nothing had to be written."""
        return self.new == 0 and self.changed == 0


@action("places.load")
def load_places(frame: pl.DataFrame, *, actor: Any, valid_from: date) -> LoadResult:
    """Enter a table of places as it stood on a day.

    Parameters
    ----------
    frame : frame with the columns of the programme's table ``places``
        ``valid_from`` and ``valid_to`` of a row go before the day given. A place that others
        name in ``county_code`` and that has no division below it is entered as a functional zone.
    valid_from : date
        The day from which new rows hold, and on which differences take effect.

    Raises
    ------
    FaultsFound
        With every fault of the table.
    """
    at = begin_change()
    found = compare_places(frame, valid_from=valid_from)
    _require_rights(found, actor)
    ids = _enter_rows(found)
    before, after = _timelines(found, ids)
    faults = timeline_faults(before, after)
    if faults:
        raise Refused(faults[:200])
    touched = write_timelines(before, after, at)
    _change_attributes(found)
    lines = _enter_lines(found, ids)
    aliases = _enter_aliases(found, ids)
    moved = rewrite_today() if touched or lines else set()
    changed_ids = {place_id for _row, place_id, _differs in found.changed}
    Place.objects.filter(pk__in=changed_ids - moved).update(version=F("version") + 1)
    refresh_search((changed_ids | aliases) if aliases or changed_ids else ())
    return _told(found)


def _told(found: Difference) -> LoadResult:
    """The result, and the one entry of the log."""
    result = LoadResult(
        len(found.new), len(found.changed), found.same, len(found.missing), _digest(found)
    )
    note(
        valid_from=found.valid_from.isoformat(),
        new=result.new,
        changed=result.changed,
        same=result.same,
        missing=result.missing,
        digest=result.digest,
    )
    return result


def _require_rights(found: Difference, actor: Any) -> None:
    """The right to change divisions at every place that gains something below it or changes."""
    if actor.pk is None and not getattr(actor, "is_anonymous", False):
        return
    require(actor, "places.change")
    if any(not row.parent_code for row in found.new):
        require_at_top(actor)
    needed = {place_id for _row, place_id, _differs in found.changed}
    for row in [*found.new, *(row for row, _place_id, _differs in found.changed)]:
        above = found.held.get((row.system, row.parent_code))
        if above is not None:
            needed.add(above.place_id)
    allowed = set(Place.objects.open_to(actor, "places.change").values_list("pk", flat=True))
    if needed - allowed:
        message = Text(
            f"名录涉及您无权办理区划变更的地方 {len(needed - allowed)} 处。",
            f"The table touches {len(needed - allowed)} places where you may not change divisions.",
        )
        raise NotAllowed([Fault("LOD-08", "", message)])


def _enter_rows(found: Difference) -> dict[Key, int]:
    """Rows for the new places; the id of every place of the table and of the day, by code."""
    rows = Place.objects.bulk_create(
        [
            Place(
                level=row.level,
                kind=row.kind,
                code_system=row.system,
                code=row.code,
                name=row.name,
                search_text=search_words([row.name, *row.aliases]),
                tags=list(row.tags),
                lon=row.lon,
                lat=row.lat,
            )
            for row in found.new
        ],
        batch_size=2000,
    )
    ids = {key: known.place_id for key, known in found.held.items()}
    ids.update({row.key: place.pk for row, place in zip(found.new, rows, strict=True)})
    return ids


def _timelines(
    found: Difference, ids: dict[Key, int]
) -> tuple[dict[int, Timeline], dict[int, Timeline]]:
    after: dict[int, Timeline] = {}
    for row in found.new:
        after[ids[row.key]] = (Span(row.starts_on, row.ends_on, _facts(row, ids)),)
    before = read_timelines(place_id for _row, place_id, _differs in found.changed)
    for row, place_id, differs in found.changed:
        facts = {name: pair[1] for name, pair in differs.items() if name in _OF_FACTS}
        if "parent_code" in differs:
            facts["parent_id"] = ids[row.system, row.parent_code]
        timeline = before[place_id]
        after[place_id] = changed(timeline, found.valid_from, None, **facts) if facts else timeline
    return before, after


_OF_FACTS = frozenset({"name", "level", "kind"})


def _facts(row: ListedPlace, ids: dict[Key, int]) -> Facts:
    parent_id = ids[row.system, row.parent_code] if row.parent_code else None
    return Facts(row.system, row.code, row.name, row.level, row.kind, parent_id)


def _change_attributes(found: Difference) -> None:
    for _row, place_id, differs in found.changed:
        values = {name: differs[name][1] for name in ("lon", "lat", "tags") if name in differs}
        if values:
            Place.objects.filter(pk=place_id).update(**values)


def _enter_lines(found: Difference, ids: dict[Key, int]) -> int:
    """Reporting lines of the topmost places that answer to a zone; those below follow them."""
    current = ReportingLine.objects.filter(known_to=None)
    held = set(current.values_list("place_id", "reports_to_id"))
    lines = []
    for row in found.listed.values():
        zone = (row.system, row.zone_code)
        if not row.zone_code or zone == row.key or zone in _codes_above(row, found):
            continue
        above = found.listed.get((row.system, row.parent_code))
        if above is not None and above.zone_code == row.zone_code:
            continue
        place_id, zone_id = ids[row.key], ids[zone]
        if (place_id, zone_id) not in held:
            starts_on = max(row.starts_on, found.valid_from)
            lines.append(
                ReportingLine(place_id=place_id, reports_to_id=zone_id, starts_on=starts_on)
            )
    ReportingLine.objects.bulk_create(lines)
    return len(lines)


def _codes_above(row: ListedPlace, found: Difference) -> set[Key]:
    """The civil places above a row, as far as the table lists them."""
    above: set[Key] = set()
    current: ListedPlace | None = row
    while current is not None and current.parent_code:
        key = (current.system, current.parent_code)
        if key in above:
            break
        above.add(key)
        current = found.listed.get(key)
    return above


def _enter_aliases(found: Difference, ids: dict[Key, int]) -> set[int]:
    """Names of the table that are not yet held; the places that gained one."""
    listed = {(ids[row.key], name) for row in found.listed.values() for name in row.aliases}
    if not listed:
        return set()
    held = set(PlaceAlias.objects.values_list("place_id", "name"))
    gained = sorted(listed - held)
    PlaceAlias.objects.bulk_create(
        PlaceAlias(place_id=place_id, name=name[:80], kind=AliasKind.LOCAL)
        for place_id, name in gained
    )
    return {place_id for place_id, _name in gained}


def _digest(found: Difference) -> str:
    """The sha256 of the rows, in the order of their codes."""
    return rows_digest(
        [
            [row.system, row.code, row.name, row.level, row.kind, row.parent_code, row.zone_code,
             row.starts_on.isoformat(), row.ends_on.isoformat()]
            for _key, row in sorted(found.listed.items())
        ]
    )  # fmt: skip


def rows_digest(rows: Iterable[Any]) -> str:
    """The sha256 of rows of plain values."""
    text = json.dumps(list(rows), ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
