"""Finding places (检索): by name, former name, pinyin, initials or code, best matches first.

Every row comes through the gate. Of several words the last is the place, those before it are
places above it: 「甲县 双溪」, for names recur.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Length

from bangfu.records.ground.ordered_text import subtree_range
from bangfu.records.places.models import Place

__all__ = ["chain_names", "find_places", "matching"]

#: So many places above may carry the words before the last one.
_ABOVE = 20
_LEVELS = ("province", "city", "county", "zone", "township", "village")


def find_places(user: Any, words: str, limit: int = 20) -> list[Place]:
    """The places that match best: whole names, then beginnings, then anything inside."""
    rows = matching(Place.objects.visible_to(user), words)
    last = _terms(words)[-1:] or [""]
    return list(
        rows.annotate(match=_rank(last[0]), height=_height(), length=Length("name"))
        .order_by("match", "height", "length", "code", "pk")
        .select_related("parent")[:limit]
    )


def matching(rows: QuerySet[Place], words: str) -> QuerySet[Place]:
    """The rows that match some words at all; no words match nothing."""
    terms = _terms(words)
    if not terms:
        return rows.none()
    *above, last = terms
    rows = rows.filter(_inside(last))
    for term in above:
        uppers = Place.objects.filter(_inside(term)).exclude(level="village")
        paths = uppers.annotate(match=_rank(term)).order_by("match", "path")
        within = Q(pk__in=[])
        for path in paths.values_list("path", flat=True)[:_ABOVE]:
            low, high = subtree_range(path)
            within |= Q(path__gte=low, path__lt=high)
        rows = rows.filter(within)
    return rows


def chain_names(places: list[Place]) -> dict[int, str]:
    """The names above each place, from the top down: 「示例市 › 甲县」."""
    ids = {int(part) for place in places for part in place.path.strip("/").split("/") if part}
    names = dict(Place.objects.filter(pk__in=ids).values_list("pk", "name"))
    told = {}
    for place in places:
        parts = [int(part) for part in place.path.strip("/").split("/") if part]
        told[place.pk] = " › ".join(names[part] for part in parts[:-1] if part in names)
    return told


def _terms(words: str) -> list[str]:
    return words.lower().split()[:4]


def _inside(term: str) -> Q:
    found = Q(search_text__contains=term)
    return found | Q(code__startswith=term) if term.isdigit() else found


def _rank(term: str) -> Case:
    return Case(
        When(Q(name=term) | Q(code=term), then=Value(0)),
        When(Q(name__startswith=term) | Q(code__startswith=term), then=Value(1)),
        When(search_text__startswith=term, then=Value(1)),
        When(search_text__contains=f" {term}", then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )


def _height() -> Case:
    whens = [When(level=level, then=Value(height)) for height, level in enumerate(_LEVELS)]
    return Case(*whens, default=Value(len(_LEVELS)), output_field=IntegerField())
