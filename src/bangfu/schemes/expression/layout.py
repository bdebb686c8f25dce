"""Where figures stand in tables (表的列): what a SELECT reads and what it gives.

Knows the names of columns and opens no table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bangfu.schemes.expression.tree import Element, Expression, Node, Tagged, has_interval, walk
from bangfu.schemes.expression.types import Kind, Scalar
from bangfu.vocabulary.errors import ExpressionError
from bangfu.vocabulary.text import Text

__all__ = ["Layout", "column_error", "columns_needed", "output_columns"]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the SELECT finds its figures.

    Parameters
    ----------
    units : mapping of str to str
        From each column (``place_code``, an element's name, ``previous:<element>``,
        ``at:<level>:<element>``, ``tags``) to its name in the table. What is left out is unknown.
    members : mapping of str to str, optional
        The same for the table of members, whose ``place_code`` is the owner's. None where there
        is no such table: then the members of all units are unknown.
    constants : mapping of str to Scalar
        The value of every constant the expressions name.
    units_table, members_table : str
        Names of the tables.
    """

    units: Mapping[str, str]
    members: Mapping[str, str] | None = None
    constants: Mapping[str, Scalar] = field(default_factory=dict)
    units_table: str = "units"
    members_table: str = "members"


def output_columns(name: str, expression: Expression) -> tuple[str, ...]:
    """The columns that hold an outcome: two where the number may be an interval.

    >>> from bangfu.schemes.expression.tree import BoolLiteral
    >>> output_columns("poor", Expression("True", BoolLiteral(True)))
    ('poor',)
    """
    if has_interval(expression.tree):
        return f"{name}_lo", f"{name}_hi"
    return (name,)


def columns_needed(nodes: Iterable[Node], source: str) -> dict[str, Kind]:
    """The columns that some nodes read on one unit, with their kinds; ``tags`` is a text."""
    needed: dict[str, Kind] = {}
    for below in (below for node in nodes for below in walk(node)):
        if not isinstance(below, Element | Tagged):
            continue
        column = "tags" if isinstance(below, Tagged) else below.column
        kind: Kind = "text" if isinstance(below, Tagged) else below.type.kind
        if needed.setdefault(column, kind) != kind:
            raise column_error(source, column, "在不同表达式中类型不同", "is declared of two kinds")
    return needed


def column_error(source: str, column: str, zh: str, en: str) -> ExpressionError:
    """The refusal of a column, with what is wrong with it in both languages."""
    message = Text(f"列「{column}」{zh}。", f"the column {column!r} {en}.")
    return ExpressionError("EXP-COLUMN", source, message)
