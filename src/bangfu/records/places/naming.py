"""Names of places (名称): those they bore, those people use, and how they are found.

The pinyin of every name is kept beside the place, so that a search needs no dictionary.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from pypinyin import lazy_pinyin

from bangfu.records.access.policies import require
from bangfu.records.audit.actions import action, note
from bangfu.records.ground.refusals import refuse
from bangfu.records.places.choices import AliasKind
from bangfu.records.places.models import Place, PlaceAlias, PlaceVersion
from bangfu.vocabulary.text import Text

__all__ = ["add_alias", "former_names", "refresh_search", "remove_alias", "search_words"]

_LONGEST = 400
_CHUNK = 900


def search_words(names: Iterable[str]) -> str:
    """Names with their pinyin, full and initials, for search; small letters.

    >>> search_words(["衢州市"])
    '衢州市 quzhoushi qzs'
    """
    words = [word for name in names for word in _spoken(name)]
    return " ".join(dict.fromkeys(words))[:_LONGEST]


@lru_cache(maxsize=4096)
def _spoken(name: str) -> tuple[str, ...]:
    """A name, its pinyin and its initials; names recur by the thousand, pinyin is slow."""
    syllables = lazy_pinyin(name)
    forms = (name, "".join(syllables), "".join(syllable[:1] for syllable in syllables))
    return tuple(form.lower() for form in forms if form)


def former_names(place: Place) -> list[str]:
    """Names the place bore and bears no more, the latest first."""
    rows = PlaceVersion.objects.filter(place=place, known_to__isnull=True).order_by("-valid_from")
    names = dict.fromkeys(rows.values_list("name", flat=True))
    return [name for name in names if name != place.name]


@action("places.add_alias")
def add_alias(
    place: Place, name: str, *, actor: Any, kind: str = AliasKind.LOCAL.value
) -> PlaceAlias:
    """Note another name: a local one, a variant writing, a natural village (登记别名)."""
    require(actor, "places.change", place)
    name = name.strip()
    if not name or len(name) > 80 or kind not in AliasKind.values:
        raise refuse(
            "PLC-02",
            Text(
                "别名不能为空，不超过 80 字，并须选定类别。",
                "A name of 80 characters at most is needed, and its kind.",
            ),
        )
    alias, made = PlaceAlias.objects.get_or_create(place=place, name=name, defaults={"kind": kind})
    if made:
        refresh_search([place.pk])
    note(alias, after={"name": name, "kind": kind}, made=made)
    return alias


@action("places.remove_alias")
def remove_alias(alias: PlaceAlias, *, actor: Any) -> None:
    """Take back a name that was noted by mistake; the log keeps it (取消别名)."""
    require(actor, "places.change", alias.place)
    note(alias, before={"name": alias.name, "kind": alias.kind})
    place_id = alias.place_id
    alias.delete()
    refresh_search([place_id])


def refresh_search(place_ids: Iterable[int]) -> None:
    """Write anew by what words some places are found: present, former and other names."""
    wanted = sorted(set(place_ids))
    for start in range(0, len(wanted), _CHUNK):
        _refresh(wanted[start : start + _CHUNK])


def _refresh(place_ids: list[int]) -> None:
    names: dict[int, list[str]] = defaultdict(list)
    for place_id, name in Place.objects.filter(pk__in=place_ids).values_list("pk", "name"):
        names[place_id].append(name)
    versions = PlaceVersion.objects.filter(place_id__in=place_ids, known_to__isnull=True)
    for place_id, name in versions.order_by("-valid_from").values_list("place_id", "name"):
        names[place_id].append(name)
    for place_id, name in PlaceAlias.objects.filter(place_id__in=place_ids).values_list(
        "place_id", "name"
    ):
        names[place_id].append(name)
    rows = [Place(pk=pk, search_text=search_words(held)) for pk, held in names.items()]
    Place.objects.bulk_update(rows, ["search_text"], batch_size=200)
