"""Which row is which (行键): the same row handed in twice is one row.

The key is made of what identifies a row, its required fields; it stays when the row changes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Any

from bangfu.records.registers.shape import RegisterShape

__all__ = ["derived_key", "free_key"]


def derived_key(shape: RegisterShape, values: Mapping[str, Any]) -> str:
    """The key that follows from the required fields (from all fields where none is required)."""
    names = [field.id for field in shape.fields if field.required]
    names = names or [field.id for field in shape.fields]
    if shape.is_presence:
        # There is one answer for a place and period, whatever it is.
        return "answer"
    told = [[name, values.get(name)] for name in names]
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def free_key(key: str, taken: Collection[str]) -> str:
    """The key itself, or with the first number nobody has.

    >>> free_key("a", {"a", "a#2"})
    'a#3'
    """
    number, free = 1, key
    while free in taken:
        number += 1
        free = f"{key}#{number}"
    return free
