"""Write a tree as text again (表达式的写出), for reasons and messages.

What is written reads back as the same tree, unless names are replaced by labels.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bangfu.schemes.expression.shares import is_lift
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
)

__all__ = ["write", "write_options", "write_text"]

# How tightly each form binds, loosest first.
_OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _SIGN, _ATOM = range(1, 9)

_NO_LABELS: Final[Mapping[str, str]] = {}


def write(node: Node, labels: Mapping[str, str] = _NO_LABELS) -> str:
    """The text of a tree, with a label in place of each name that has one.

    >>> write(Not(And((BoolLiteral(True), Tagged("革命老区")))))
    'not (True and tagged("革命老区"))'
    """
    return _Writer(labels).write(node, 0)


def write_text(text: str) -> str:
    """A text in quotes; the language has no backslash, so the quote is the one not inside."""
    quote = "'" if '"' in text else '"'
    return f"{quote}{text}{quote}"


def write_options(options: tuple[int, ...] | tuple[str, ...]) -> str:
    """The options of ``in``, as a tuple.

    >>> write_options(("甲",)), write_options((1, 2))
    ('("甲",)', '(1, 2)')
    """
    written = [write_text(each) if isinstance(each, str) else str(each) for each in options]
    return f"({', '.join(written)}{',' if len(written) == 1 else ''})"


class _Writer:
    """Writes nodes, with brackets only where a node binds more loosely than its place asks."""

    def __init__(self, labels: Mapping[str, str]) -> None:
        self.labels = labels

    def write(self, node: Node, least: int) -> str:
        text, tightness = self._form(node)
        return f"({text})" if tightness < least else text

    def _form(self, node: Node) -> tuple[str, int]:
        match node:
            case Or():
                return " or ".join(self.write(part, _OR + 1) for part in node.parts), _OR
            case And():
                return " and ".join(self.write(part, _AND + 1) for part in node.parts), _AND
            case Not():
                return f"not {self.write(node.operand, _NOT)}", _NOT
            case Compare():
                return self._chain(node), _COMPARE
            case Among():
                word = "not in" if node.negated else "in"
                options = write_options(node.options)
                return f"{self.write(node.operand, _COMPARE + 1)} {word} {options}", _COMPARE
            case Add():
                return f"{self.write(node.left, _SUM)} + {self.write(node.right, _SUM + 1)}", _SUM
            case Subtract():
                return f"{self.write(node.left, _SUM)} - {self.write(node.right, _SUM + 1)}", _SUM
            case Scale() if is_lift(node):
                # The ten thousand is ours: it only puts both sides in one unit.
                return self._form(node.operand)
            case Part():
                share = self.write(node.share, _SIGN)
                return f"{self.write(node.operand, _PRODUCT)} * {share}", _PRODUCT
            case Scale():
                return f"{self.write(node.operand, _PRODUCT)} * {node.factor}", _PRODUCT
            case Negate():
                return f"-{self.write(node.operand, _SIGN)}", _SIGN
            case IntLiteral():
                return str(node.value), _SIGN if node.value < 0 else _ATOM
            case _:
                return self._atom(node), _ATOM

    def _chain(self, node: Compare) -> str:
        written = [self.write(operand, _COMPARE + 1) for operand in node.operands]
        pairs = zip(node.operators, written[1:], strict=True)
        return written[0] + "".join(f" {operator} {text}" for operator, text in pairs)

    def _atom(self, node: Node) -> str:
        match node:
            case BoolLiteral():
                return str(node.value)
            case TextLiteral():
                return write_text(node.value)
            case Constant():
                return self.labels.get(node.name, node.name)
            case Element():
                return self._element(node)
            case Tagged():
                return f"tagged({write_text(node.tag)})"
            case RoundDown():
                return f"round_down({self.write(node.operand, 0)}, {node.multiple})"
            case Unknown():
                return f"unknown({self.write(node.operand, 0)})"
            case Aggregate():
                empty = "" if node.when_empty is None else f", empty={node.when_empty}"
                return f"{node.function}({self.write(node.argument, 0)}{empty})"
            case _:
                raise AssertionError(f"no form for {type(node).__name__}")

    def _element(self, node: Element) -> str:
        name = self.labels.get(node.name, node.name)
        if node.origin == "own":
            return name
        if node.origin == "previous":
            return f"previous({name})"
        return f"at({write_text(node.level or '')}, {name})"
