"""What a return workbook is made of (回传表要素): columns to fill and rows of places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bangfu.vocabulary.text import Text

__all__ = ["MOST_ROWS", "REASON", "ReturnColumn", "ReturnRow", "row_from", "row_to"]

#: Rows of one workbook; more are taken town by town.
MOST_ROWS = 3000
#: The column in which a row's changes are explained.
REASON = "reason"


@dataclass(frozen=True, slots=True)
class ReturnColumn:
    """One column to fill."""

    id: str
    label: Text
    kind: Literal["text", "code", "count", "money", "number", "bool", "date", "choice"]
    unit: str = ""
    choices: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """One row: where it belongs, what stood when it was given out, and last period's values.

    ``ref`` is the register row or the return it fills; None for a blank row to be added.
    """

    n: int
    place_id: int
    code: str
    name: str
    ref: int | None = None
    base: Mapping[str, str] = field(default_factory=dict)
    previous: Mapping[str, str] = field(default_factory=dict)


def row_to(row: ReturnRow) -> dict[str, Any]:
    """A row as it is kept."""
    return {
        "n": row.n,
        "place_id": row.place_id,
        "code": row.code,
        "name": row.name,
        "ref": row.ref,
        "base": dict(row.base),
        "previous": dict(row.previous),
    }


def row_from(held: Mapping[str, Any]) -> ReturnRow:
    """A row as it was kept."""
    return ReturnRow(
        n=held["n"],
        place_id=held["place_id"],
        code=held["code"],
        name=held["name"],
        ref=held["ref"],
        base=held["base"],
        previous=held["previous"],
    )
