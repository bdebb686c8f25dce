"""Expressions as columns of one table (表达式到列): each node of the tree becomes an Ibis column.

The table may be of units, joined with measures over their members, or of the members. Collects
beside the columns the checks that every figure on the way fits 64 bits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import and_, or_
from typing import Any, Final, NamedTuple, TypeAlias

import ibis

from bangfu.schemes.expression.interval_columns import (
    WIDE,
    Column,
    Number,
    added,
    compare_columns,
    compare_numbers,
    floored,
    misfits,
    opposite_column,
    scaled,
    subtracted,
    unknown_column,
)
from bangfu.schemes.expression.tree import (
    Add,
    Aggregate,
    Among,
    And,
    BoolLiteral,
    Compare,
    Constant,
    Element,
    IntLiteral,
    Negate,
    Node,
    Not,
    Or,
    Part,
    RoundDown,
    Scale,
    Subtract,
    Tagged,
    TextLiteral,
    Unknown,
    inputs_of,
)
from bangfu.schemes.expression.types import Kind, Scalar

__all__ = ["MADE", "SQL_TYPES", "Rows", "Table"]

# Ibis has no types that mypy could follow.
Table: TypeAlias = Any

#: Begins the names of columns that are made on the way.
MADE: Final = "__"
SQL_TYPES: Final[dict[Kind, str]] = {"bool": "boolean", "int": "int64", "text": "string"}
#: Arithmetic higher than this is given a column; each level's check repeats all levels below.
_HIGHEST: Final = 6


class _Bound(NamedTuple):
    """A number that was made a column: how its columns' names begin."""

    key: str
    is_point: bool


class Rows:
    """Compiles nodes to columns of one table.

    Parameters
    ----------
    table : Ibis table
        Of units or members; for units joined with the measures of their aggregates.
    columns : mapping of str to str
        From the columns of the layout to those of the table; what is left out is unknown.
    constants : mapping of str to Scalar
        Every constant the nodes name.
    aggregates : iterable of Aggregate
        Those measured in the table, in the order of their columns. All others are unknown.
    """

    def __init__(
        self,
        table: Table,
        columns: Mapping[str, str],
        constants: Mapping[str, Scalar],
        aggregates: Iterable[Aggregate] = (),
    ) -> None:
        self.table = table
        self.columns = columns
        self.constants = constants
        self.places = {aggregate: index for index, aggregate in enumerate(aggregates)}
        self.bound: dict[Node, _Bound] = {}
        self.checks: list[Column] = []

    def start(self) -> None:
        """Forget the checks of the expression before."""
        self.checks = []

    def overflow(self) -> Column:
        """Whether any figure compiled since ``start`` does not fit; never NULL."""
        return reduce(or_, self.checks) if self.checks else ibis.literal(False)

    def bind(self, trees: Iterable[Node]) -> None:
        """Make columns of the figures that SQL would otherwise have to write many times.

        ``round_down`` writes its operand twice, so nested ones would double with every level.
        Figures that build on none of each other are made in one step.
        """
        steps: dict[Node, int] = {}
        for tree in trees:
            _plan(tree, steps)
        for step in sorted(set(steps.values())):
            made: dict[Node, _Bound] = {}
            columns: dict[str, Column] = {}
            for node in (node for node, at in steps.items() if at == step):
                self.start()
                number, key = self.number(node), f"{MADE}bound{len(self.bound) + len(made)}"
                columns |= {f"{key}lo": number.lo, f"{key}hi": number.hi}
                columns[f"{key}over"] = self.overflow()
                made[node] = _Bound(key, number.is_point)
            self.table = self.table.mutate(**columns)
            self.bound |= made

    # -- yes/no and text

    def truth(self, node: Node) -> Column:
        """A yes/no node as a boolean column; NULL is unknown."""
        match node:
            case BoolLiteral():
                return ibis.literal(node.value)
            case Tagged():
                return self._given("tags", "text").split(";").contains(node.tag)
            case Compare():
                return reduce(and_, self._links(node))
            case Among():
                held = self._among(node)
                return opposite_column(held) if node.negated else held
            case Not():
                return opposite_column(self.truth(node.operand))
            case And():
                return reduce(and_, [self.truth(part) for part in node.parts])
            case Or():
                return reduce(or_, [self.truth(part) for part in node.parts])
            case Unknown():
                return self._unknown(node.operand)
            case Aggregate():
                return self._all(node)
            case _:
                return self._leaf(node)

    def text(self, node: Node) -> Column:
        """A text node as a string column."""
        return ibis.literal(node.value) if isinstance(node, TextLiteral) else self._leaf(node)

    def _links(self, node: Compare) -> list[Column]:
        if node.operands[0].type.kind == "text":
            texts = [self.text(each) for each in node.operands]
            links = zip(texts, node.operators, texts[1:], strict=False)
            return [compare_columns(left, operator, right) for left, operator, right in links]
        numbers = [self.number(each) for each in node.operands]
        ends = zip(numbers, node.operators, numbers[1:], strict=False)
        return [compare_numbers(left, operator, right) for left, operator, right in ends]

    def _among(self, node: Among) -> Column:
        if node.operand.type.kind == "text":
            return self.text(node.operand).isin(node.options)
        number = self.number(node.operand)
        if number.is_point:
            return number.lo.isin(node.options)
        options = [Number.point(ibis.literal(option, "int64")) for option in node.options]
        return reduce(or_, [compare_numbers(number, "==", option) for option in options])

    def _unknown(self, node: Node) -> Column:
        if node.type.kind != "int":
            return (self.truth(node) if node.type.kind == "bool" else self.text(node)).isnull()
        number = self.number(node)
        unknown = number.lo.isnull()
        return unknown if number.is_point else unknown | (number.lo < number.hi)

    # -- numbers

    def number(self, node: Node) -> Number:
        """A number node as its ends; the checks of all figures on the way are collected."""
        if node in self.bound:
            return self._bound(self.bound[node])
        match node:
            case IntLiteral():
                return Number.point(ibis.literal(node.value, "int64"))
            case Aggregate():
                return self._over_members(node)
            case Add():
                return self._checked(added(self.number(node.left), self.number(node.right)))
            case Subtract():
                return self._checked(subtracted(self.number(node.left), self.number(node.right)))
            case Negate():
                return self._checked(scaled(self.number(node.operand), -1))
            case Scale():
                return self._checked(scaled(self.number(node.operand), node.factor))
            case Part():
                return self._part(node)
            case RoundDown():
                return self._checked(floored(self.number(node.operand), node.multiple))
            case _:
                return Number.point(self._leaf(node))

    def _part(self, node: Part) -> Number:
        share = self.constants[node.share.name]
        if share is None:
            return Number.point(unknown_column("int"))
        return self._checked(scaled(self.number(node.operand), int(share)))

    def _bound(self, bound: _Bound) -> Number:
        self.checks.append(self.table[f"{bound.key}over"])
        lo = self.table[f"{bound.key}lo"]
        return Number(lo, lo if bound.is_point else self.table[f"{bound.key}hi"])

    def _checked(self, number: Number) -> Number:
        self.checks += misfits(number)
        return number

    # -- members

    def _over_members(self, node: Aggregate) -> Number:
        if node not in self.places:
            return Number.point(unknown_column("int"))
        self._check_members(node)
        unknown = self._measured(node, "unknown")
        if node.function == "count":
            yes = self._measured(node, "yes")
            return Number(yes, yes + unknown)
        figure = self.table[f"{MADE}figure{self.places[node]}"]
        if node.function == "sum":
            figure = figure.fill_null(ibis.literal(0).cast(WIDE))
        known = Number.point(ibis.ifelse(unknown > 0, unknown_column("int").cast(WIDE), figure))
        return self._checked(known) if node.function == "sum" else known

    def _all(self, node: Aggregate) -> Column:
        if node not in self.places:
            return unknown_column("bool")
        self._check_members(node)
        members = self.table[f"{MADE}members"].fill_null(0)
        yes, unknown = self._measured(node, "yes"), self._measured(node, "unknown")
        return ibis.cases(
            (members == 0, ibis.literal(node.when_empty)),
            (yes + unknown < members, ibis.literal(False)),
            (unknown > 0, unknown_column("bool")),
            else_=ibis.literal(True),
        )

    def _measured(self, node: Aggregate, measure: str) -> Column:
        """A count of members; a unit without members has no row to join, so NULL is none."""
        return self.table[f"{MADE}{measure}{self.places[node]}"].fill_null(0)

    def _check_members(self, node: Aggregate) -> None:
        self.checks.append(self.table[f"{MADE}over{self.places[node]}"].fill_null(False))

    # -- what is given

    def _leaf(self, node: Node) -> Column:
        match node:
            case Element():
                return self._given(node.column, node.type.kind)
            case Constant():
                kind, value = node.type.kind, self.constants[node.name]
                if value is None:
                    return unknown_column(kind)
                return ibis.literal(value, SQL_TYPES[kind])
            case _:
                raise AssertionError(f"nothing is given for {type(node).__name__}")

    def _given(self, column: str, kind: Kind) -> Column:
        if column not in self.columns:
            return unknown_column(kind)
        return self.table[self.columns[column]]


def _plan(node: Node, steps: dict[Node, int]) -> tuple[int, int]:
    """Choose which figures below a node become columns, and in which step.

    Returns the node's height over the nearest columns below it, and the first step that can use
    it.
    """
    below = [_plan(lower, steps) for lower in inputs_of(node)]
    height = 1 + max((height for height, _ in below), default=0)
    step = max((step for _, step in below), default=0)
    if isinstance(node, RoundDown):
        step = _give_column(node.operand, steps, below[0])
        height = 2
    if isinstance(node, Negate | Add | Subtract | Scale | Part | RoundDown) and height > _HIGHEST:
        return 1, _give_column(node, steps, (height, step))
    return height, step


def _give_column(node: Node, steps: dict[Node, int], found: tuple[int, int]) -> int:
    # A literal has nothing to gain, and a figure seen before has its column.
    if not isinstance(node, IntLiteral):
        steps.setdefault(node, found[1])
        return steps[node] + 1
    return found[1]
