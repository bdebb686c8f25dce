"""The gate under every list, detail, count, search and export (行权限).

``Model.objects.visible_to(user)`` is the only way a page obtains rows. Outside one's area a row
does not exist; no grant, no rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from django.apps import apps
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Length, Substr

from bangfu.records.access.models import AccessGrant
from bangfu.records.access.roles import roles_with
from bangfu.records.audit.actions import principal
from bangfu.records.ground import clock
from bangfu.records.ground.ordered_text import subtree_range

__all__ = [
    "GatedQuerySet",
    "HeldGrant",
    "active_grants",
    "granted_paths",
    "grants_held",
    "grants_remembered",
]

M = TypeVar("M", bound=Model)
T = TypeVar("T")

#: What was read once; none outside a request that changes nothing.
_memory: ContextVar[dict[Any, Any] | None] = ContextVar("grants", default=None)

#: Up to so many separate areas the ranges stand in the statement, where the planner sees them;
#: beyond, SQLite would refuse the depth of the expression and the grants are joined instead.
_RANGES_IN_STATEMENT = 60


def active_grants(user: Any) -> QuerySet[AccessGrant]:
    """The grants of an account that hold today; none for nobody.

    A role that is lent counts only while acting in its lender's name, and then it alone counts:
    every act is done with the rights of the one in whose name it is logged.
    """
    if user is None or not user.pk or not getattr(user, "is_active", False):
        return AccessGrant.objects.none()
    today = clock.today()
    return AccessGrant.objects.filter(
        subject_id=user.pk,
        starts_on__lte=today,
        ends_on__gt=today,
        on_behalf_of_id=principal(),
    )


@dataclass(frozen=True, slots=True)
class HeldGrant:
    """A grant that holds today, as rights are read from it."""

    role: str
    path: str
    #: Whether its place has none above it.
    at_top: bool


def grants_held(user: Any) -> tuple[HeldGrant, ...]:
    """The grants of an account that hold today; read once within `grants_remembered`."""
    if user is None or not user.pk or not getattr(user, "is_active", False):
        return ()

    def read() -> tuple[HeldGrant, ...]:
        rows = active_grants(user).values_list("role", "place__path", "place__parent_id")
        return tuple(HeldGrant(role, path, parent is None) for role, path, parent in rows)

    return _remembered(("grants", user.pk, principal(), clock.today()), read)


@contextmanager
def grants_remembered() -> Iterator[None]:
    """Within it the grants of an account are read once: for requests that change nothing."""
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)


def granted_paths(paths: Iterable[str]) -> tuple[str, ...]:
    """Of the paths that grants cover those that lie in no other; sorted."""
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not kept or not path.startswith(kept[-1]):
            kept.append(path)
    return tuple(kept)


def covers_all(grants: Iterable[HeldGrant]) -> bool:
    """Whether grants cover every place there is, because they cover all that have none above."""
    held = {grant.path for grant in grants if grant.at_top}
    return bool(held) and set(_remembered(("tops",), _top_paths)) <= held


def _top_paths() -> tuple[str, ...]:
    place_model: Any = apps.get_model("places", "Place")
    tops = place_model._base_manager.filter(parent__isnull=True)
    return tuple(tops.values_list("path", flat=True)[: _RANGES_IN_STATEMENT + 1])


def _remembered(key: tuple[Any, ...], read: Callable[[], tuple[T, ...]]) -> tuple[T, ...]:
    memory = _memory.get()
    if memory is None:
        return read()
    if key not in memory:
        memory[key] = read()
    found: tuple[T, ...] = memory[key]
    return found


def places_within(grants: QuerySet[AccessGrant], paths: Sequence[str], by: str = "") -> Q:
    """The condition on places: at or below a granted one, by the civil or the reporting tree.

    ``by`` leads from a row to its place: ``"place__"``.
    """
    if not paths:
        return Q(pk__in=[])
    columns = (f"{by}path", f"{by}reporting_path")
    condition = Q()
    if len(paths) > _RANGES_IN_STATEMENT:
        for column in columns:
            prefix = Substr(OuterRef(column), 1, Length("place__path"))
            condition |= Q(Exists(grants.annotate(prefix=prefix).filter(place__path=F("prefix"))))
        return condition
    for path in paths:
        low, high = subtree_range(path)
        for column in columns:
            condition |= Q(**{f"{column}__gte": low, f"{column}__lt": high})
    return condition


class GatedQuerySet(QuerySet[M]):
    """Rows that hang on a place.

    A model says by the class attribute ``gate`` which foreign key leads to the place:
    ``"place"``, or ``""`` where the model is the place itself.
    """

    def visible_to(self, user: Any) -> Self:
        """The rows inside the areas granted to an account today."""
        return self._within(active_grants(user), grants_held(user))

    def open_to(self, user: Any, verb: str) -> Self:
        """The rows on which an account may do ``verb`` today."""
        roles = roles_with(verb)
        held = tuple(grant for grant in grants_held(user) if grant.role in roles)
        return self._within(active_grants(user).filter(role__in=roles), held)

    def _within(self, grants: QuerySet[AccessGrant], held: Sequence[HeldGrant]) -> Self:
        column: str = getattr(self.model, "gate", "place")
        if covers_all(held):
            return self.filter(**{f"{column}__isnull": False}) if column else self.all()
        paths = granted_paths(grant.path for grant in held)
        if column == "":
            return self.filter(places_within(grants, paths))
        place_model: Any = apps.get_model("places", "Place")
        areas = place_model._base_manager.filter(places_within(grants, paths))
        return self.filter(**{f"{column}__in": areas.values("pk")})
