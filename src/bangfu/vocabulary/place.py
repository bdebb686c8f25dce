"""Places (行政区划): levels and codes; a code always names its system (nbs or mca).

The statistical code (nbs) has 12 digits, the civil-affairs code (mca) 6 or 9; the same nine
digits may name different places in the two, so they are never compared.
"""

from __future__ import annotations

import re
from typing import Final, Literal, get_args

__all__ = [
    "CODE_SYSTEMS",
    "LEVELS",
    "PROVINCE_DIGITS",
    "CodeSystem",
    "Level",
    "code_fault",
    "level_of_nbs_code",
    "parent_of_nbs_code",
]

Level = Literal["province", "city", "county", "township", "village"]
CodeSystem = Literal["nbs", "mca"]

LEVELS: Final[tuple[Level, ...]] = get_args(Level)
CODE_SYSTEMS: Final[tuple[CodeSystem, ...]] = get_args(CodeSystem)

_PROVINCES = "11121314152122233132333435363741424344454650515253546162636465718182"
#: The first two digits of every province-level division, alike in both systems.
PROVINCE_DIGITS: Final = frozenset(re.findall("..", _PROVINCES))

_NBS = re.compile(r"^\d{12}$")
_MCA = re.compile(r"^(\d{6}|\d{9})$")
#: Significant digits of a statistical code at each level.
_DIGITS: Final[dict[Level, int]] = {
    "province": 2,
    "city": 4,
    "county": 6,
    "township": 9,
    "village": 12,
}


def code_fault(code: str, system: str) -> str | None:
    """Why a code is not one of its system, or None.

    >>> code_fault("610204109000", "nbs")
    >>> code_fault("610204109", "nbs")
    'nbs codes have 12 digits'
    """
    if system == "nbs":
        return None if _NBS.match(code) else "nbs codes have 12 digits"
    if system == "mca":
        return None if _MCA.match(code) else "mca codes have 6 or 9 digits"
    return f"unknown code system; accepted: {', '.join(CODE_SYSTEMS)}"


def level_of_nbs_code(code: str) -> Level:
    """The level a statistical code speaks of, by its trailing zeros.

    >>> level_of_nbs_code("610204109000")
    'township'
    """
    for level in LEVELS:
        if code[_DIGITS[level] :].strip("0") == "":
            return level
    raise ValueError(f"not a statistical code: {code!r}")


def parent_of_nbs_code(code: str) -> str | None:
    """The statistical code one level up, or None for a province.

    >>> parent_of_nbs_code("610204109204")
    '610204109000'
    """
    level = level_of_nbs_code(code)
    if level == "province":
        return None
    upper = LEVELS[LEVELS.index(level) - 1]
    return code[: _DIGITS[upper]].ljust(12, "0")
