"""The time line of a place (沿革): the changes it took part in, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from bangfu.records.places.models import Place, PlaceEvent, PlaceVersion

__all__ = ["LifeEvent", "event_sentence", "time_line"]


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """One line: a day, what happened, the paper, and the page of the change."""

    on: date
    label: str
    sentence: str
    document_number: str
    url: str


def time_line(place: Place) -> list[LifeEvent]:
    """Every change a place took part in, also as one of those below a place that changed."""
    own = Q(parts__before=place) | Q(parts__after=place)
    ids = PlaceVersion.objects.filter(place=place, event__isnull=False, known_to=None)
    rows = PlaceEvent.objects.filter(own | Q(pk__in=ids.values("event_id"))).distinct()
    events = rows.prefetch_related("parts__before", "parts__after").order_by("-on", "-pk")
    return [
        LifeEvent(
            event.on,
            _(event.get_kind_display()),
            event_sentence(event),
            event.document_number,
            reverse("place_event", args=[event.pk]),
        )
        for event in events
    ]


def event_sentence(event: PlaceEvent) -> str:
    """Who became what: 「甲镇、乙镇 → 甲镇」, with weights where a place was split."""
    befores: dict[int, str] = {}
    afters: dict[int, str] = {}
    for part in event.parts.all():
        if part.before is not None:
            befores[part.before.pk] = part.before.name
        if part.after is not None:
            afters[part.after.pk] = _with_weight(part)
    if set(befores) == set(afters):
        return "、".join(befores.values())
    return f"{'、'.join(befores.values()) or '—'} → {'、'.join(afters.values()) or '—'}"


def _with_weight(part: Any) -> str:
    if part.event.kind != "split":
        return str(part.after.name)
    return f"{part.after.name}（{part.weight_millionths / 10_000:g}%）"
