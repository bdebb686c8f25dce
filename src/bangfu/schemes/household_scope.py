"""The names an expression about households may use (农户条件的名称): facts, lines, tiers.

Built from ``assistance.yaml``. Amounts are in fen, of a household and a year. Knows no table.
"""

from __future__ import annotations

from typing import Final

from bangfu.schemes.expression.types import Scope, ValueType
from bangfu.schemes.format.assistance import AssistanceFile

__all__ = ["household_scope", "monitored_scope"]

_TYPES: Final[dict[str, ValueType]] = {
    "int": ValueType("int"),
    "money": ValueType("int", "fen"),
    "bool": ValueType("bool"),
    "choice": ValueType("text"),
}


def household_scope(file: AssistanceFile) -> Scope:
    """The scope in which the conditions of the tiers are read.

    Parameters
    ----------
    file : AssistanceFile
        Its facts, and the lines of a household worked out from the local line.

    Raises
    ------
    SchemeFault
        EXP-SCOPE where a name has two meanings or is reserved.
    """
    return Scope(_elements(file))


def monitored_scope(file: AssistanceFile) -> Scope:
    """The same names, and each tier by its id as a yes or no."""
    tiers = {tier.id: ValueType("bool") for tier in file.tiers}
    return Scope({**_elements(file), **tiers})


def _elements(file: AssistanceFile) -> dict[str, ValueType]:
    facts = {fact.name: _TYPES[fact.type] for fact in file.facts}
    return {**facts, **{line.name: ValueType("int", "fen") for line in file.lines}}
