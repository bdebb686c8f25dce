"""Clusters as an office lists them (片区名单): hub, surrounding villages, start and completion.

One row of the table is one village in one cluster; a cluster is what its rows agree on. Knows no
figure of a scheme. A missing date or role is unknown; a missing day of completion means that the
cluster is not built yet.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

__all__ = ["Cluster", "read_clusters"]

#: Words of a table for the two roles; any other word, or none, is no known role.
_HUB: Final = frozenset({"hub", "重点村"})
_MEMBER: Final = frozenset({"member", "周边村"})


@dataclass(frozen=True, slots=True)
class Cluster:
    """One cluster.

    ``unclear`` are villages whose role is not given. ``starts`` and ``completions`` are all
    different days its rows give; a sound list gives one of each at most.
    """

    code: str
    name: str
    hubs: tuple[str, ...]
    surrounding: tuple[str, ...]
    unclear: tuple[str, ...]
    starts: tuple[date, ...]
    completions: tuple[date, ...]

    @property
    def places(self) -> tuple[str, ...]:
        """Every village, the hub first."""
        return (*self.hubs, *self.surrounding, *self.unclear)

    @property
    def hub(self) -> str | None:
        """The one hub; None where there is none, more than one, or a role is missing."""
        alone = len(self.hubs) == 1 and not self.unclear
        return self.hubs[0] if alone else None

    @property
    def started_on(self) -> date | None:
        """The day of the start; None where it is missing or its rows disagree."""
        return self.starts[0] if len(self.starts) == 1 else None

    @property
    def built_on(self) -> date | None:
        """The day of completion; None where there is none or its rows disagree."""
        return self.completions[0] if len(self.completions) == 1 else None

    def begun(self, first: date, last: date) -> bool | None:
        """Whether it began within these days, both included; None where that is not known.

        A cluster without a day of start that was built by then has begun at some earlier day.
        """
        if self.starts:
            return _inside(self.starts, first, last)
        if self.completions and max(self.completions) < first:
            return False
        if self.completions and first == date.min and max(self.completions) <= last:
            return True
        return None

    def built(self, first: date, last: date) -> bool | None:
        """Whether it was completed within these days; no day of completion means not yet."""
        return _inside(self.completions, first, last) if self.completions else False


def read_clusters(table: pl.DataFrame) -> list[Cluster]:
    """The clusters of the input table ``clusters``, in the order of their first rows.

    Parameters
    ----------
    table : frame
        Columns cluster_code, place_code, role, started_on, built_on, name; one row per cluster
        and village.

    Examples
    --------
    >>> rows = pl.DataFrame({"cluster_code": ["C1", "C1"], "place_code": ["A", "B"],
    ...     "role": ["hub", "周边村"], "started_on": [date(2025, 5, 1), None],
    ...     "built_on": [None, None], "name": [None, None]})
    >>> cluster, = read_clusters(rows)
    >>> cluster.hub, cluster.surrounding, cluster.started_on
    ('A', ('B',), datetime.date(2025, 5, 1))
    """
    typed = table.select(
        pl.col("cluster_code", "place_code", "role", "name").cast(pl.String),
        pl.col("started_on", "built_on").cast(pl.Date),
    )
    by_code: dict[str, list[dict[str, object]]] = {}
    for row in typed.iter_rows(named=True):
        by_code.setdefault(row["cluster_code"], []).append(row)
    return [_cluster(code, rows) for code, rows in by_code.items()]


def _cluster(code: str, rows: list[dict[str, object]]) -> Cluster:
    hubs = _places(rows, _HUB)
    surrounding = [place for place in _places(rows, _MEMBER) if place not in hubs]
    known = {*hubs, *surrounding}
    every = dict.fromkeys(str(row["place_code"]) for row in rows)
    names = [str(row["name"]) for row in rows if row["name"]]
    return Cluster(
        code,
        names[0] if names else code,
        tuple(hubs),
        tuple(surrounding),
        tuple(place for place in every if place not in known),
        _days(row["started_on"] for row in rows),
        _days(row["built_on"] for row in rows),
    )


def _places(rows: list[dict[str, object]], words: frozenset[str]) -> list[str]:
    return list(dict.fromkeys(str(row["place_code"]) for row in rows if row["role"] in words))


def _days(given: Iterable[object]) -> tuple[date, ...]:
    return tuple(sorted({day for day in given if isinstance(day, date)}))


def _inside(days: tuple[date, ...], first: date, last: date) -> bool | None:
    found = {first <= day <= last for day in days}
    return found.pop() if len(found) == 1 else None
