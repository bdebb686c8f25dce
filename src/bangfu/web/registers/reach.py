"""What a page of registers is about (所涉台账): found within the account's area, or not found."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import get_language

from bangfu.records.access.gate import granted_paths, grants_held
from bangfu.records.access.policies import require
from bangfu.records.ground import clock
from bangfu.records.places.models import Place
from bangfu.records.registers.models import RegisterDefinition, RegisterRow
from bangfu.records.registers.periods import period_fault, period_of
from bangfu.vocabulary.errors import FaultsFound
from bangfu.vocabulary.text import Language

__all__ = [
    "definition_or_404",
    "language_of_page",
    "own_places",
    "period_asked",
    "place_or_404",
    "place_to_enter",
    "row_or_404",
]


def language_of_page() -> Language:
    """The language the page is shown in."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def definition_or_404(definition_id: int) -> RegisterDefinition:
    """A register, open or closed."""
    return get_object_or_404(RegisterDefinition, pk=definition_id)


def row_or_404(user: Any, row_id: int) -> RegisterRow:
    """A row within the account's area."""
    rows = RegisterRow.objects.open_to(user, "registers.read")
    rows = rows.select_related("definition", "place", "entered_by")
    return get_object_or_404(rows, pk=row_id)


def place_or_404(user: Any, place_id: int) -> Place:
    """A place within the account's area."""
    return get_object_or_404(Place.objects.visible_to(user), pk=place_id)


def place_to_enter(user: Any, place_id: int) -> Place:
    """A place at which the account enters rows: 404 outside its area, 403 without the right."""
    place = place_or_404(user, place_id)
    require(user, "registers.enter", place)
    return place


def period_asked(definition: RegisterDefinition, given: str | None) -> str:
    """The period of the address, or the one that runs; one that does not fit is refused."""
    if not given:
        return period_of(definition.period_kind, clock.today())
    fault = period_fault(definition.period_kind, given)
    if fault is not None:
        raise FaultsFound([fault])
    return given


def own_places(user: Any) -> list[Place]:
    """The highest places an account sees: where its tables begin."""
    ids = [
        int(path.strip("/").split("/")[-1])
        for path in granted_paths(grant.path for grant in grants_held(user))
    ]
    return list(Place.objects.visible_to(user).filter(pk__in=ids).order_by("code", "pk"))
