"""Units on several lists (名单重叠): which stand on more than one, and how many there are in all.

Knows lists as sets of codes; neither places nor why a list holds them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

__all__ = ["distinct_units", "lists_by_unit", "overlapping_units"]


def lists_by_unit(lists: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """The lists each unit stands on, in the order of the lists; units sorted by code.

    >>> lists_by_unit({"areas": ["b"], "counties": ["a", "b"]})
    {'a': ('counties',), 'b': ('areas', 'counties')}
    """
    found: dict[str, list[str]] = {}
    for name, units in lists.items():
        for unit in set(units):
            found.setdefault(unit, []).append(name)
    return {unit: tuple(found[unit]) for unit in sorted(found)}


def overlapping_units(lists: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """The units that stand on more than one list, with these lists.

    >>> overlapping_units({"areas": ["b"], "counties": ["a", "b"]})
    {'b': ('areas', 'counties')}
    """
    return {unit: names for unit, names in lists_by_unit(lists).items() if len(names) > 1}


def distinct_units(lists: Mapping[str, Iterable[str]]) -> int:
    """How many units there are when each is counted once, whatever lists it stands on.

    >>> distinct_units({"areas": ["b"], "counties": ["a", "b"]})
    2
    """
    return len(lists_by_unit(lists))
