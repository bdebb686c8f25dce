"""The small typed tree (语法树) into which an expression is read, and the names it uses.

Each node knows its type. The interpreter and the compiler both walk this tree; neither ever sees
the source text or Python's own tree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Final, Literal, TypeAlias

from bangfu.schemes.expression.types import ValueType

__all__ = [
    "BOOL",
    "Add",
    "Aggregate",
    "AggregateFunction",
    "Among",
    "And",
    "BoolLiteral",
    "Compare",
    "Comparison",
    "Constant",
    "Element",
    "Expression",
    "IntLiteral",
    "Names",
    "Negate",
    "Node",
    "Not",
    "Or",
    "Origin",
    "Part",
    "RoundDown",
    "Scale",
    "Subtract",
    "Tagged",
    "TextLiteral",
    "Unknown",
    "aggregates_in",
    "has_interval",
    "inputs_of",
    "walk",
]

BOOL: Final = ValueType("bool")
_INT: Final = ValueType("int")
_TEXT: Final = ValueType("text")

Comparison = Literal["<", "<=", ">", ">=", "==", "!="]
AggregateFunction = Literal["count", "sum", "min", "max", "all"]
#: Whose element: the unit's own, the unit's one year earlier, or its ancestor's.
Origin = Literal["own", "previous", "at"]


@dataclass(frozen=True, slots=True)
class BoolLiteral:
    """``True`` or ``False``."""

    value: bool
    type: ValueType = BOOL


@dataclass(frozen=True, slots=True)
class IntLiteral:
    """A whole number; it takes any unit."""

    value: int
    type: ValueType = _INT


@dataclass(frozen=True, slots=True)
class TextLiteral:
    """A text in quotes."""

    value: str
    type: ValueType = _TEXT


@dataclass(frozen=True, slots=True)
class Element:
    """A data element of the unit, by its declared name; ``level`` only where origin is ``at``."""

    name: str
    type: ValueType
    origin: Origin = "own"
    level: str | None = None

    @property
    def column(self) -> str:
        """The column of a table that holds it.

        >>> Element("income", ValueType("int", "fen"), "at", "city").column
        'at:city:income'
        """
        if self.origin == "own":
            return self.name
        if self.origin == "previous":
            return f"previous:{self.name}"
        return f"at:{self.level}:{self.name}"


@dataclass(frozen=True, slots=True)
class Constant:
    """A parameter of the scheme, the same for every unit."""

    name: str
    type: ValueType


@dataclass(frozen=True, slots=True)
class Tagged:
    """Whether the unit bears a tag."""

    tag: str
    type: ValueType = BOOL


@dataclass(frozen=True, slots=True)
class Negate:
    """Minus a number."""

    operand: Node
    type: ValueType


@dataclass(frozen=True, slots=True)
class Add:
    """The sum of two numbers."""

    left: Node
    right: Node
    type: ValueType


@dataclass(frozen=True, slots=True)
class Subtract:
    """The difference of two numbers."""

    left: Node
    right: Node
    type: ValueType


@dataclass(frozen=True, slots=True)
class Scale:
    """A number times a whole number written in the expression."""

    operand: Node
    factor: int
    type: ValueType


@dataclass(frozen=True, slots=True)
class Part:
    """A number times a percentage of the scheme, in ten-thousandths of the number's unit."""

    operand: Node
    share: Constant
    type: ValueType


@dataclass(frozen=True, slots=True)
class RoundDown:
    """A number rounded down to a multiple; towards minus infinity, so -1 to 10 gives -10."""

    operand: Node
    multiple: int
    type: ValueType


@dataclass(frozen=True, slots=True)
class Compare:
    """A chain of comparisons: ``operands`` has one more entry than ``operators``."""

    operands: tuple[Node, ...]
    operators: tuple[Comparison, ...]
    type: ValueType = BOOL


@dataclass(frozen=True, slots=True)
class Among:
    """Whether a value is one of those listed."""

    operand: Node
    options: tuple[int, ...] | tuple[str, ...]
    negated: bool
    type: ValueType = BOOL


@dataclass(frozen=True, slots=True)
class Not:
    """Denial; unknown stays unknown."""

    operand: Node
    type: ValueType = BOOL


@dataclass(frozen=True, slots=True)
class And:
    """No if any part is no, else unknown if any is unknown, else yes."""

    parts: tuple[Node, ...]
    type: ValueType = BOOL


@dataclass(frozen=True, slots=True)
class Or:
    """Yes if any part is yes, else unknown if any is unknown, else no."""

    parts: tuple[Node, ...]
    type: ValueType = BOOL


@dataclass(frozen=True, slots=True)
class Unknown:
    """Whether a value is not (exactly) known; itself never unknown."""

    operand: Node
    type: ValueType = BOOL


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One value over all members; ``when_empty`` only for ``all``."""

    function: AggregateFunction
    argument: Node
    type: ValueType
    when_empty: bool | None = None


Node: TypeAlias = (
    BoolLiteral
    | IntLiteral
    | TextLiteral
    | Element
    | Constant
    | Tagged
    | Negate
    | Add
    | Subtract
    | Scale
    | Part
    | RoundDown
    | Compare
    | Among
    | Not
    | And
    | Or
    | Unknown
    | Aggregate
)


def inputs_of(node: Node) -> tuple[Node, ...]:
    """The nodes one step below, judged on the same unit; the argument of an aggregate is not."""
    match node:
        case Negate() | Scale() | RoundDown() | Among() | Not() | Unknown():
            return (node.operand,)
        case Add() | Subtract():
            return (node.left, node.right)
        case Part():
            return (node.operand, node.share)
        case Compare():
            return node.operands
        case And() | Or():
            return node.parts
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it on the same unit, the lower ones first."""
    for lower in inputs_of(node):
        yield from walk(lower)
    yield node


def aggregates_in(node: Node) -> list[Aggregate]:
    """The member functions a node uses."""
    return [lower for lower in walk(node) if isinstance(lower, Aggregate)]


def has_interval(node: Node) -> bool:
    """Whether a number may come out as an interval: only where members are counted.

    Sums, minima and maxima are of members, who have no members to count.
    """
    if node.type.kind != "int":
        return False
    return any(aggregate.function == "count" for aggregate in aggregates_in(node))


@dataclass(frozen=True, slots=True)
class Names:
    """What an expression asks of one unit, by declared name.

    ``own`` and ``previous`` hold element names, ``ancestors`` pairs of level and element name.
    ``members`` says the same of its members; it is None where no member function is used.
    """

    own: frozenset[str]
    previous: frozenset[str]
    ancestors: frozenset[tuple[str, str]]
    constants: frozenset[str]
    uses_tags: bool
    members: Names | None = None

    @property
    def uses_members(self) -> bool:
        """Whether a member function is used."""
        return self.members is not None

    @property
    def member_elements(self) -> frozenset[str]:
        """Own elements of the members."""
        return self.members.own if self.members is not None else frozenset()

    @classmethod
    def of(cls, *nodes: Node) -> Names:
        """The names that some nodes use on one unit, and those inside on its members."""
        below = [lower for node in nodes for lower in walk(node)]
        elements = [node for node in below if isinstance(node, Element)]
        inside = [node.argument for node in below if isinstance(node, Aggregate)]
        members = cls.of(*inside) if inside else None
        constants = frozenset(node.name for node in below if isinstance(node, Constant))
        return cls(
            own=frozenset(each.name for each in elements if each.origin == "own"),
            previous=frozenset(each.name for each in elements if each.origin == "previous"),
            ancestors=frozenset((each.level, each.name) for each in elements if each.level),
            constants=constants | (members.constants if members else frozenset()),
            uses_tags=any(isinstance(node, Tagged) for node in below),
            members=members,
        )


@dataclass(frozen=True)
class Expression:
    """An expression that was read and found to be in the language."""

    source: str
    tree: Node

    @property
    def type(self) -> ValueType:
        """The type of what it comes to."""
        return self.tree.type

    @cached_property
    def constants(self) -> tuple[Constant, ...]:
        """The constants it uses, on the unit and on members, each once."""
        below = list(walk(self.tree))
        inside = [walk(node.argument) for node in below if isinstance(node, Aggregate)]
        found = [node for node in (*below, *chain(*inside)) if isinstance(node, Constant)]
        return tuple(dict.fromkeys(found))

    @cached_property
    def names(self) -> Names:
        """The names it uses, by role; ``constants`` include those used on members."""
        return Names.of(self.tree)
