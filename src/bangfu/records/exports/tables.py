"""What an export is made of (导出要素): columns, a head, rows that come one after another.

Nothing here knows a file format; amounts are whole fen until they are written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from bangfu.vocabulary.text import Text

__all__ = [
    "INTERNAL_USE",
    "ExportColumn",
    "ExportRow",
    "ExportTable",
    "Head",
    "Kind",
    "Subtotals",
]

Kind = Literal["text", "code", "count", "money", "number", "bool", "date"]
#: After which level of places a subtotal stands.
Subtotals = Literal["", "county", "township"]

#: What is printed where the figures are not for publication.
INTERNAL_USE = Text("仅供内部工作使用", "For internal use only")


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """One column: its id in the table, its title, how it is written, whether it is summed."""

    id: str
    title: Text
    kind: Kind = "text"
    unit: str = ""
    is_summed: bool = False
    #: The text of a private column; it is the same in every row.
    own_text: str | None = None


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One row: its values by column id, and the county and township it is counted under."""

    values: Mapping[str, Any]
    county: str = ""
    township: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """The statutory head of a table (表号、制定机关、批准文号、有效期至)."""

    number: str = ""
    made_by: str = ""
    approval_number: str = ""
    valid_until: date | None = None
    #: Whether it is a form at all: a form without a number is marked, a plain list is not.
    is_form: bool = False


@dataclass(frozen=True)
class ExportTable:
    """A table ready to be written once; ``rows`` can be read only one time."""

    kind: Literal["places", "figures", "register"]
    subject: str
    title: Text
    area: str
    period: str
    columns: tuple[ExportColumn, ...]
    rows: Iterator[ExportRow]
    head: Head = field(default_factory=Head)
    is_internal: bool = False
    #: The filters in words, and in their own form for the log.
    filter_words: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
