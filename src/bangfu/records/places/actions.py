"""Entering places (登记地方): one by one, without a document; documents are `changes`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from bangfu.records.access.policies import require
from bangfu.records.audit.actions import action, note
from bangfu.records.ground.refusals import NotAllowed, Refused
from bangfu.records.places.events import Change
from bangfu.records.places.fitness import timeline_faults
from bangfu.records.places.history import begin_change, write_timelines
from bangfu.records.places.models import Place
from bangfu.records.places.naming import search_words
from bangfu.records.places.timeline import Facts, Span, Timeline
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.period import FOREVER
from bangfu.vocabulary.text import Text

__all__ = ["NewPlace", "enter_place", "found_place", "require_at_top", "search_words"]


@dataclass(frozen=True, slots=True)
class NewPlace:
    """What must be known of a place to enter it."""

    code_system: str
    code: str
    name: str
    level: str
    parent: Place | None
    valid_from: date
    kind: str = ""
    tags: tuple[str, ...] = ()
    lon: float | None = None
    lat: float | None = None


@action("places.found")
def found_place(new: NewPlace, *, actor: Any) -> Place:
    """Enter a place that is not yet held (初次登记)."""
    if new.parent is None:
        require_at_top(actor)
    else:
        require(actor, "places.change", new.parent)
    at = begin_change()
    place = _new_row(new)
    timeline = _timeline(new, new.valid_from, None)
    faults = timeline_faults({}, {place.pk: timeline})
    if faults:
        raise Refused(faults)
    write_timelines({}, {place.pk: timeline}, at)
    note(place, after={"code": new.code, "name": new.name, "level": new.level})
    return place


def enter_place(new: NewPlace, change: Change, on: date) -> Place:
    """A place that a change brings forth on its day."""
    place = _new_row(new)
    change.before[place.pk] = ()
    change.after[place.pk] = _timeline(new, on, change.event.pk)
    return place


def require_at_top(actor: Any) -> None:
    """Only who answers for every topmost place may enter another one beside them."""
    if actor.pk is None and not getattr(actor, "is_anonymous", False):
        return
    require(actor, "places.change")
    roots = list(Place.objects.filter(parent=None))
    for root in roots:
        require(actor, "places.change", root)
    if not roots:
        raise NotAllowed(
            [
                Fault(
                    "ACC-01",
                    "",
                    Text("第一个地方由系统初始化时登记。", "The first place is entered at set-up."),
                )
            ]
        )


def _new_row(new: NewPlace) -> Place:
    """The row, with the paths that its parent has today."""
    above = Place.objects.get(pk=new.parent.pk) if new.parent else None
    place = Place(
        parent=above,
        level=new.level,
        kind=new.kind,
        code_system=new.code_system,
        code=new.code,
        name=new.name[:80],
        search_text=search_words([new.name]),
        tags=list(new.tags),
        lon=new.lon,
        lat=new.lat,
    )
    place.save()
    place.path = f"{above.path if above else '/'}{place.pk}/"
    place.reporting_path = f"{above.reporting_path if above else '/'}{place.pk}/"
    place.save(update_fields=["path", "reporting_path"])
    return place


def _timeline(new: NewPlace, on: date, event_id: int | None) -> Timeline:
    facts = Facts(
        new.code_system,
        new.code,
        new.name,
        new.level,
        new.kind,
        new.parent.pk if new.parent else None,
    )
    return (Span(on, FOREVER, facts, event_id),)
