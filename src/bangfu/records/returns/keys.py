"""The hidden keys of a return workbook (隐藏标识): signed, so that an edited key is noticed."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import Final

from django.utils.crypto import constant_time_compare, salted_hmac

__all__ = [
    "HeadKey",
    "column_key",
    "head_key",
    "new_code",
    "read_column",
    "read_head",
    "read_row",
    "row_key",
]

_SALT: Final = "bangfu.records.returns"
_LETTERS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_HEAD = re.compile(r"^#BANGFU:([A-Z0-9]{12}):([0-9a-f]{16})$")
_ROW = re.compile(r"^#r:(\d{1,6}):([0-9a-f]{16})$")
_COLUMN = re.compile(r"^#c:(.{1,100})$")


@dataclass(frozen=True, slots=True)
class HeadKey:
    """What the head key of a file says: the workbook's code, and whether the signature fits."""

    code: str
    is_sound: bool


def new_code() -> str:
    """A code nobody can guess, without letters that are taken for digits."""
    return "".join(secrets.choice(_LETTERS) for _ in range(12))


def head_key(code: str) -> str:
    """The key that says which workbook a sheet is."""
    return f"#BANGFU:{code}:{_signature(code, 'head')}"


def row_key(code: str, n: int) -> str:
    """The key of a row; it fits no other workbook."""
    return f"#r:{n}:{_signature(code, str(n))}"


def column_key(column: str) -> str:
    """The key of a column."""
    return f"#c:{column}"


def read_head(text: str) -> HeadKey | None:
    """What a head key says, or None for any other text."""
    match = _HEAD.match(text)
    if match is None:
        return None
    sound = constant_time_compare(match[2], _signature(match[1], "head"))
    return HeadKey(match[1], sound)


def read_row(text: str, code: str) -> int | None:
    """The number of a row; 0 for a key that does not fit, None for any other text."""
    if not text.startswith("#r:"):
        return None
    match = _ROW.match(text)
    if match is None or not constant_time_compare(match[2], _signature(code, match[1])):
        return 0
    return int(match[1])


def read_column(text: str) -> str | None:
    """The column a key names."""
    match = _COLUMN.match(text)
    return match[1] if match else None


def _signature(code: str, what: str) -> str:
    return salted_hmac(_SALT, f"{code}:{what}", algorithm="sha256").hexdigest()[:16]
