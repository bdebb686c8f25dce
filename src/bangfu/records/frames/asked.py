"""What is asked of the records (取数条件)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

__all__ = ["Asked"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: a day, an instant of knowledge (None: now), one system of codes.

    ``within`` is the id of the place whose territory is wanted; ``adds_up`` names the elements
    whose figures may be added, so that figures of predecessors are carried to their successors.
    """

    on: date
    known_at: datetime | None = None
    code_system: str | None = None
    within: int | None = None
    adds_up: frozenset[str] = field(default_factory=frozenset)
