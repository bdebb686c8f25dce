"""The registers of one place, for its file (一村一档的台账部分)."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Max, Q

from bangfu.records.places.models import Place
from bangfu.records.registers.models import RegisterDefinition, RegisterRow

__all__ = ["TEMPLATE", "register_summary"]

#: What shows the summary; it takes ``registers``, the answer of `register_summary`, and ``place``.
TEMPLATE = "registers/panel.html"


def register_summary(user: Any, place: Place) -> list[dict[str, Any]]:
    """Per register with rows at a place: how many rows, how many complete, the newest period."""
    rows = RegisterRow.objects.open_to(user, "registers.read").filter(place=place, is_removed=False)
    grouped = (
        rows.order_by()
        .values("definition_id")
        .annotate(
            found=Count("pk"),
            full=Count("pk", filter=Q(complete=True)),
            period=Max("period"),
            changed_at=Max("changed_at"),
        )
    )
    definitions = RegisterDefinition.objects.in_bulk([one["definition_id"] for one in grouped])
    told = [{**one, "definition": definitions[one["definition_id"]]} for one in grouped]
    return sorted(told, key=lambda one: (one["definition"].scheme, one["definition"].position))
