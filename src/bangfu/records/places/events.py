"""One change of divisions being made (区划变更办理): its paper, its parts, its checks, its end.

The actions of `changes` open a change, alter timelines in it and finish it; everything that is
wrong is told at once, and nothing is written before that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import F

from bangfu.records.access.policies import require
from bangfu.records.audit.actions import note
from bangfu.records.ground.refusals import Refused, Stale
from bangfu.records.places.choices import EventKind
from bangfu.records.places.fitness import timeline_faults
from bangfu.records.places.history import begin_change, read_timelines, write_timelines
from bangfu.records.places.models import Place, PlaceEvent, PlaceEventPart, PlaceVersion
from bangfu.records.places.naming import refresh_search
from bangfu.records.places.timeline import Timeline
from bangfu.records.places.today import rewrite_today
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.text import Text

__all__ = ["WHOLE", "Change", "Paper", "done_before", "open_change"]

#: The weights of what comes out of one place, in millionths, add up to this.
WHOLE = 1_000_000


@dataclass(frozen=True, slots=True)
class Paper:
    """What a change rests on: its day, the document, and what its clerk had seen.

    ``seen`` maps places to the versions that stood on the clerk's page; ``key`` is the same for
    every click on one button.
    """

    on: date
    document_number: str = ""
    remark: str = ""
    key: str | None = None
    seen: Mapping[int, int] = field(default_factory=dict)


@dataclass
class Change:
    """A change under way: the timelines as they stand and as they shall stand."""

    event: PlaceEvent
    at: datetime
    before: dict[int, Timeline] = field(default_factory=dict)
    after: dict[int, Timeline] = field(default_factory=dict)
    parts: list[PlaceEventPart] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def timeline(self, place_id: int) -> Timeline:
        """The timeline of a place as this change has left it so far."""
        if place_id not in self.after:
            self.before.update(read_timelines([place_id]))
            self.after[place_id] = self.before[place_id]
        return self.after[place_id]

    def set(self, place_id: int, timeline: Timeline) -> None:
        """The timeline of a place from now on."""
        self.timeline(place_id)
        self.after[place_id] = timeline

    def children_from(self, place_id: int, on: date) -> list[int]:
        """The places below one on or after a day, as now known."""
        rows = PlaceVersion.objects.filter(
            parent_id=place_id, known_to__isnull=True, valid_to__gt=on
        )
        return sorted(set(rows.values_list("place_id", flat=True)))

    def add_part(self, before: int | None, after: int | None, weight: int = WHOLE) -> None:
        """One line of the change."""
        self.parts.append(
            PlaceEventPart(
                event=self.event, before_id=before, after_id=after, weight_millionths=weight
            )
        )

    def refuse(self, code: str, zh: str, en: str, where: str = "") -> None:
        """Note one thing that is wrong."""
        self.faults.append(Fault(code, where, Text(zh, en)))

    def finish(self) -> PlaceEvent:
        """Check the whole, write it, and let today's columns follow."""
        faults = self.faults or timeline_faults(self.before, self.after)
        if faults:
            raise Refused(faults)
        PlaceEventPart.objects.bulk_create(self.parts)
        touched = write_timelines(self.before, self.after, self.at)
        moved = rewrite_today()
        Place.objects.filter(pk__in=touched - moved).update(version=F("version") + 1)
        refresh_search(touched)
        note(
            self.event,
            place_id=min(touched, default=None),
            kind=self.event.kind,
            on=self.event.on.isoformat(),
            document_number=self.event.document_number,
            places=sorted(touched),
            parts=[[p.before_id, p.after_id, p.weight_millionths] for p in self.parts],
            moved=len(moved),
        )
        return self.event


def done_before(key: str | None) -> PlaceEvent | None:
    """The change already recorded under this key, told to the log as asked for again."""
    event = PlaceEvent.objects.filter(idempotency_key=key).first() if key else None
    if event is not None:
        note(event, repeated=True)
    return event


def open_change(kind: EventKind, paper: Paper, places: Iterable[Place], actor: Any) -> Change:
    """Begin a change: the right at every place, nothing seen in an older version, one event."""
    at = begin_change()
    for place in places:
        require(actor, "places.change", place)
    _refuse_stale(paper)
    event = PlaceEvent.objects.create(
        kind=kind,
        on=paper.on,
        document_number=paper.document_number.strip(),
        remark=paper.remark.strip(),
        recorded_at=at,
        idempotency_key=paper.key or None,
    )
    return Change(event, at)


def _refuse_stale(paper: Paper) -> None:
    current = dict(Place.objects.filter(pk__in=list(paper.seen)).values_list("pk", "version"))
    for place_id, seen in paper.seen.items():
        if current.get(place_id) != seen:
            raise Stale(seen=seen, current=current.get(place_id, 0))
