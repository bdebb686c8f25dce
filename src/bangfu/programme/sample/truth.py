"""What was planted (埋设情形), and what a run must answer to it.

Filled in while the figures are made up, from what is planted and never from a run: a run is
compared with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bangfu.vocabulary.text import Text

__all__ = ["Truth"]

Row = dict[str, Any]


@dataclass
class Truth:
    """Planted facts and the rows of a run that answer to them.

    ``expected`` holds rows by output table: a run's row that agrees in the key columns must agree
    in all columns given. ``absent`` holds rows that a run must not have.
    """

    planted: list[Row] = field(default_factory=list)
    expected: dict[str, list[Row]] = field(default_factory=dict)
    absent: dict[str, list[Row]] = field(default_factory=dict)

    def plant(self, fact: str, told: Text, places: Sequence[str], **facts: Any) -> None:
        """Note a fact that was planted at some places."""
        label = {"zh": told.zh, "en": told.en}
        self.planted.append({"id": fact, "label": label, "place_codes": list(places), **facts})

    def expect(self, table: str, **row: Any) -> None:
        """Note a row a run must give."""
        self.expected.setdefault(table, []).append(row)

    def deny(self, table: str, **row: Any) -> None:
        """Note a row a run must not give."""
        self.absent.setdefault(table, []).append(row)
