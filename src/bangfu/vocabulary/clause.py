"""Clauses (条款): the place in a policy that a rule, a figure or a duty rests on."""

from __future__ import annotations

import re
from typing import Final, Literal, get_args

__all__ = ["FORCES", "Force", "is_clause_id", "join_clauses"]

#: How a clause binds: a duty, a dated target, a reported effort, a rule that yields to a reason,
#: an encouragement, or none of these.
Force = Literal["must", "goal", "advance", "principle", "encourage", "other"]
FORCES: Final[tuple[Force, ...]] = get_args(Force)

_ID = re.compile(r"^[A-Z]{2,6}(-[A-Z]{1,3})?-\d{1,3}$")


def is_clause_id(text: str) -> bool:
    """Whether a text has the form of a clause id.

    >>> is_clause_id("ZJ-V-06"), is_clause_id("GD-61"), is_clause_id("六")
    (True, True, False)
    """
    return _ID.match(text) is not None


def join_clauses(ids: tuple[str, ...] | list[str]) -> str:
    """Clause ids as one table cell.

    >>> join_clauses(["GD-60", "GD-61"])
    'GD-60;GD-61'
    """
    return ";".join(ids)
