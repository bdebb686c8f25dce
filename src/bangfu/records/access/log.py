"""Which entries of the log an account may read (日志的可见范围)."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet

from bangfu.records.access.gate import active_grants, granted_paths, grants_held, places_within
from bangfu.records.access.roles import roles_with
from bangfu.records.audit.models import AuditEntry

__all__ = ["visible_entries"]


def visible_entries(user: Any) -> QuerySet[AuditEntry]:
    """Entries about the places over which the account may read the log.

    Entries that belong to no place (set-up, jobs of the system) are for those who hold the
    right over a whole tree.
    """
    roles = roles_with("audit.read")
    grants = active_grants(user).filter(role__in=roles)
    paths = granted_paths(grant.path for grant in grants_held(user) if grant.role in roles)
    if not paths:
        return AuditEntry.objects.none()
    places: Any = apps.get_model("places", "Place")._base_manager
    areas = places.filter(places_within(grants, paths))
    condition = Q(place_id__in=areas.values("pk"))
    if any(path.strip("/").count("/") == 0 for path in paths):
        condition |= Q(place_id__isnull=True)
    return AuditEntry.objects.filter(condition)
