"""Kinds of tables that can be brought in (表类), and what each must be able to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import polars as pl

from bangfu.programme.tables.findings import Notice
from bangfu.programme.tables.grids import Grid
from bangfu.records.imports.faults import RowFault
from bangfu.records.imports.models import ImportRow
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.text import Text

__all__ = [
    "STAGED",
    "ImportKind",
    "Prepared",
    "Staged",
    "Writing",
    "kind_named",
    "kinds",
    "register",
    "rows_by_code",
]

#: Columns of staged rows as a kind prepares them; ``number`` runs from 1.
STAGED = (
    "number", "sheet", "row_no", "column_no", "place_id", "data", "outcome", "faults",
    "difference", "target", "seen_version",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Prepared:
    """What reading a file came to: rows to stage (JSON as text), and what concerns the file."""

    rows: pl.DataFrame
    faults: tuple[Fault, ...] = ()
    notices: tuple[Notice, ...] = ()
    #: Names that stand for several places: {key: [(place id, full name), ...]}.
    choices: Mapping[str, list[tuple[int, str]]] = field(default_factory=dict)
    #: How many rows have each code of fault.
    by_code: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Staged:
    """One staged row in the hands of the writer."""

    id: int
    number: int
    place_id: int | None
    data: Mapping[str, Any]
    outcome: str
    target: int | None
    seen_version: int | None


@dataclass(frozen=True, slots=True)
class Writing:
    """Who writes, when, for which import."""

    actor: Any
    at: datetime
    batch_id: int


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A staged row in words: whose, what, what is held, what the file says."""

    row: ImportRow
    place: str
    what: Text
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ImportKind:
    """One kind of table."""

    name: str
    label: Text
    #: The right that must hold at each row's place.
    verb: str
    #: How surely a sheet is of this kind: 0 for not at all.
    recognise: Callable[[Grid], int]
    #: Reads, checks and compares; (grids, options, actor).
    prepare: Callable[[Sequence[Grid], Mapping[str, Any], Any], Prepared]
    #: Writes rows in the caller's transaction; the outcome of each by its number.
    write: Callable[[Sequence[Staged], Writing], Mapping[int, str]]
    #: Lines of history left by an import, and their digest.
    digest: Callable[[int], tuple[int, str]]
    #: Staged rows as people read them, in the same order.
    show: Callable[[Sequence[ImportRow]], list[ShownRow]]


_kinds: dict[str, ImportKind] = {}
_families: list[Callable[[], tuple[ImportKind, ...]]] = []


def register_family(members: Callable[[], tuple[ImportKind, ...]]) -> None:
    """Make a family of kinds known whose members the records tell, such as registers."""
    _families.append(members)


def register(kind: ImportKind) -> ImportKind:
    """Make a kind known."""
    _kinds[kind.name] = kind
    return kind


def kinds() -> tuple[ImportKind, ...]:
    """All kinds, in the order in which they were made known."""
    return (*_kinds.values(), *(kind for members in _families for kind in members()))


def kind_named(name: str) -> ImportKind:
    """The kind of that name; an unknown one is refused."""
    if name in _kinds:
        return _kinds[name]
    known = kinds()
    for kind in known:
        if kind.name == name:
            return kind
    names = ", ".join(kind.name for kind in known)
    raise ValueError(f"unknown kind of import {name!r}; known: {names}")


def rows_by_code(faults: Mapping[int, Sequence[RowFault]]) -> dict[str, int]:
    """How many rows have each code of fault."""
    counts: dict[str, int] = {}
    for some in faults.values():
        for code in {fault.code for fault in some}:
            counts[code] = counts.get(code, 0) + 1
    return counts
