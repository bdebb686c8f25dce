"""Work out an expression for one unit (逐行解释): the plain reading that all others must match.

Every part is worked out, also where an earlier part already decides, so that a number that does
not fit 64 bits is found wherever it stands. Knows no tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

from bangfu.schemes.expression.three_valued import (
    Ends,
    Truth,
    among,
    both,
    compare,
    compare_texts,
    either,
    opposite,
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
    Expression,
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
)
from bangfu.schemes.expression.types import (
    Case,
    Interval,
    Kind,
    Scalar,
    Value,
    fits_int64,
)
from bangfu.schemes.expression.write import write
from bangfu.vocabulary.errors import ExpressionError
from bangfu.vocabulary.text import Text

__all__ = ["Interpreter", "check_constants", "interpret"]

_PYTHON_TYPES = {"bool": bool, "int": int, "text": str}


def interpret(expression: Expression, case: Case) -> Value:
    """What an expression comes to for one unit.

    Parameters
    ----------
    expression : Expression
        As ``parse`` gives it.
    case : Case
        The unit's values, its members and the constants.

    Returns
    -------
    Value
        True, False or None (unknown) for a yes/no; an int, an Interval (only where members are
        counted) or None for a number; a str or None for a text.

    Raises
    ------
    ExpressionError
        EXP-OVERFLOW where any figure on the way does not fit 64 bits; EXP-CONSTANT where a
        constant is missing; EXP-VALUE where a value is not of its declared kind.

    Notes
    -----
    Only the total of ``sum`` must fit 64 bits, not what the sum reaches on the way, since
    members come in no order. If any member's figure is unknown, sum, min and max are unknown.
    The sum over no members is 0; their least and greatest are unknown.
    """
    return Interpreter(expression, case.constants).value(expression.tree, case)


def check_constants(expression: Expression, constants: Mapping[str, Scalar]) -> None:
    """Refuse constants that are missing, of another kind than declared, or over 64 bits.

    Raises
    ------
    ExpressionError
        EXP-CONSTANT or EXP-OVERFLOW.
    """
    for node in expression.constants:
        name, kind = node.name, node.type.kind
        if name not in constants or not _is_of_kind(constants[name], kind):
            message = Text(
                f"参数「{name}」没有给出值，或与声明的类型（{kind}）不符；确实未知的请写明为空。",
                f"the constant {name!r} has no value or one of another kind than {kind}; where "
                "it is unknown, say None.",
            )
            raise ExpressionError("EXP-CONSTANT", expression.source, message)
        value = constants[name]
        if isinstance(value, int) and not fits_int64(value):
            message = Text(
                f"参数「{name}」的值超出 64 位整数的范围。",
                f"the value of the constant {name!r} does not fit a 64-bit whole number.",
            )
            raise ExpressionError("EXP-OVERFLOW", expression.source, message)


def _is_of_kind(value: object, kind: Kind) -> bool:
    # True is an int to Python; to a table it is not.
    return value is None or type(value) is _PYTHON_TYPES[kind]


class Interpreter:
    """Works out nodes of one expression; the constants hold for the unit and its members."""

    def __init__(self, expression: Expression, constants: Mapping[str, Scalar]) -> None:
        check_constants(expression, constants)
        self.source = expression.source
        self.constants = constants

    def value(self, node: Node, case: Case) -> Value:
        """What a node comes to; an interval of one number is that number."""
        match node.type.kind:
            case "bool":
                return self.truth(node, case)
            case "text":
                return self.text(node, case)
            case _:
                ends = self.ends(node, case)
                if ends is None or ends[0] == ends[1]:
                    return ends[0] if ends else None
                return Interval(*ends)

    def truth(self, node: Node, case: Case) -> Truth:
        """A yes/no node."""
        match node:
            case BoolLiteral():
                return node.value
            case Tagged():
                return None if case.tags is None else node.tag in case.tags
            case Compare():
                return both(self._pairs(node, case))
            case Among():
                held = self._among(node, case)
                return opposite(held) if node.negated else held
            case Not():
                return opposite(self.truth(node.operand, case))
            case And():
                return both([self.truth(part, case) for part in node.parts])
            case Or():
                return either([self.truth(part, case) for part in node.parts])
            case Unknown():
                value = self.value(node.operand, case)
                return value is None or isinstance(value, Interval)
            case Aggregate():
                return self._all(node, case)
            case _:
                value = self._given(node, case)
                assert value is None or isinstance(value, bool)
                return value

    def text(self, node: Node, case: Case) -> str | None:
        """A text node."""
        value = node.value if isinstance(node, TextLiteral) else self._given(node, case)
        assert value is None or isinstance(value, str)
        return value

    def ends(self, node: Node, case: Case) -> Ends | None:
        """The lowest and highest value of a number node, or None."""
        match node:
            case IntLiteral():
                return node.value, node.value
            case Aggregate():
                return self._over_members(node, case)
            case Add() | Subtract():
                left, right = self.ends(node.left, case), self.ends(node.right, case)
                if left is None or right is None:
                    return None
                if isinstance(node, Add):
                    return self._fit(node, left[0] + right[0], left[1] + right[1])
                return self._fit(node, left[0] - right[1], left[1] - right[0])
            case Negate() | Scale() | RoundDown():
                return self._one_sided(node, self.ends(node.operand, case))
            case Part():
                share = self.ends(node.share, case)
                ends = self.ends(node.operand, case)
                if share is None or ends is None:
                    return None
                lo, hi = sorted(end * share[0] for end in ends)
                return self._fit(node, lo, hi)
            case _:
                value = self._given(node, case)
                if value is None:
                    return None
                assert isinstance(value, int)
                return self._fit(node, value, value)

    def _one_sided(self, node: Negate | Scale | RoundDown, ends: Ends | None) -> Ends | None:
        if ends is None:
            return None
        match node:
            case Negate():
                return self._fit(node, -ends[1], -ends[0])
            case Scale():
                lo, hi = sorted(end * node.factor for end in ends)
                return self._fit(node, lo, hi)
            case RoundDown():
                # Python floors towards minus infinity.
                lo, hi = (end // node.multiple * node.multiple for end in ends)
                return self._fit(node, lo, hi)

    def _fit(self, node: Node, lo: int, hi: int) -> Ends:
        if not fits_int64(lo) or not fits_int64(hi):
            message = Text(
                f"「{write(node)}」的结果超出 64 位整数的范围，请核对数据和单位。",
                f"{write(node)!r} does not fit a 64-bit whole number; check the figures and units.",
            )
            raise ExpressionError("EXP-OVERFLOW", self.source, message)
        return lo, hi

    def _pairs(self, node: Compare, case: Case) -> list[Truth]:
        operands = zip(node.operands, node.operators, node.operands[1:], strict=False)
        return [self.pair(left, operator, right, case) for left, operator, right in operands]

    def pair(self, left: Node, operator: str, right: Node, case: Case) -> Truth:
        """One comparison of a chain."""
        if left.type.kind == "text":
            return compare_texts(self.text(left, case), operator, self.text(right, case))
        return compare(self.ends(left, case), operator, self.ends(right, case))

    def _among(self, node: Among, case: Case) -> Truth:
        if node.operand.type.kind == "text":
            text = self.text(node.operand, case)
            return None if text is None else text in node.options
        options = [option for option in node.options if isinstance(option, int)]
        return among(self.ends(node.operand, case), options)

    # -- members

    def _all(self, node: Aggregate, case: Case) -> Truth:
        if case.members is None:
            return None
        if not case.members:
            return node.when_empty
        return both([self.truth(node.argument, member) for member in case.members])

    def _over_members(self, node: Aggregate, case: Case) -> Ends | None:
        if case.members is None:
            return None
        if node.function == "count":
            held = [self.truth(node.argument, member) for member in case.members]
            return held.count(True), held.count(True) + held.count(None)
        figures: list[int] = []
        unknown = False
        for member in case.members:
            ends = self.ends(node.argument, member)
            unknown = unknown or ends is None
            figures.extend(ends[:1] if ends else ())
        if unknown:
            return None
        if node.function == "sum":
            return self._fit(node, sum(figures), sum(figures))
        if not figures:
            return None
        figure = min(figures) if node.function == "min" else max(figures)
        return figure, figure

    # -- what is given

    def _given(self, node: Node, case: Case) -> Scalar:
        match node:
            case Element(origin="own"):
                value = case.values.get(node.name)
            case Element(origin="previous"):
                value = case.previous.get(node.name)
            case Element():
                value = case.ancestors.get(node.level or "", {}).get(node.name)
            case Constant():
                value = self.constants[node.name]
            case _:
                raise AssertionError(f"nothing is given for {type(node).__name__}")
        if not _is_of_kind(value, node.type.kind):
            self._refuse_value(node)
        return value

    def _refuse_value(self, node: Node) -> NoReturn:
        message = Text(
            f"「{write(node)}」的值与声明的类型（{node.type.kind}）不符。",
            f"the value of {write(node)!r} is not of the declared kind, {node.type.kind}.",
        )
        raise ExpressionError("EXP-VALUE", self.source, message)
