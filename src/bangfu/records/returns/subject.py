"""What a return workbook is about (回传对象): a form or a register, seen alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from bangfu.records.exports.tables import Head
from bangfu.records.places.models import Place
from bangfu.records.returns.sheets import ReturnColumn, ReturnRow
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.text import Text

__all__ = ["Standing", "Subject", "Written"]


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands now for one row: its cells as texts, the version, and why it is closed."""

    texts: Mapping[str, str] = field(default_factory=dict)
    version: int | None = None
    closed: Text | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one row: cells written, the record it is now, and what was not taken."""

    cells: int
    ref: int | None
    faults: tuple[Fault, ...] = ()


class Subject(Protocol):
    """A form or a register for one period."""

    @property
    def title(self) -> str:
        """The title of the workbook."""

    @property
    def head(self) -> Head:
        """The statutory head."""

    @property
    def is_internal(self) -> bool:
        """Whether the workbook bears the stamp for internal use."""

    @property
    def columns(self) -> Sequence[ReturnColumn]:
        """The columns to fill, in order."""

    def rows(self, places: Sequence[Place]) -> list[ReturnRow]:
        """The rows of a new workbook for some places."""

    def standing(self, rows: Sequence[ReturnRow]) -> dict[int, Standing]:
        """What stands now, by row number."""

    def plain(self, column: str, text: str) -> str | Fault:
        """A text as it would be written back, so that equal values are equal; or the fault."""

    def write(
        self, row: ReturnRow, cells: Mapping[str, str], standing: Standing, *, actor: Any
    ) -> Written:
        """Write cells of one row through the actions of its own matter."""
