"""Percentages of a number (占比): a number times a named percentage, compared exactly.

A percentage is held in hundredths of a per cent, so a part of a number is counted in
ten-thousandths of its unit, and what it is compared with is taken ten thousand times. Nothing is
divided and nothing is rounded.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bangfu.schemes.expression.tree import Constant, Node, Part, Scale

__all__ = ["PERCENT", "in_parts", "is_lift", "part_of"]

#: The unit of a percentage.
PERCENT: Final = "0.01%"
_PARTS_IN_ONE: Final = 10_000


def part_of(operand: Node, share: Node) -> Part | None:
    """A number times a percentage with a name; None where the two are something else."""
    if not isinstance(share, Constant) or share.type.unit != PERCENT:
        return None
    if operand.type.unit == PERCENT or operand.type.in_parts:
        return None
    return Part(operand, share, replace(operand.type, in_parts=True))


def in_parts(operands: tuple[Node, ...]) -> tuple[Node, ...]:
    """Numbers that stand together, all of them in ten-thousandths where one of them is."""
    if not any(each.type.in_parts for each in operands):
        return operands
    return tuple(
        each
        if each.type.in_parts
        else Scale(each, _PARTS_IN_ONE, replace(each.type, in_parts=True))
        for each in operands
    )


def is_lift(node: Node) -> bool:
    """Whether a node only puts a number in ten-thousandths beside another; nobody wrote it."""
    return isinstance(node, Scale) and node.type.in_parts and not node.operand.type.in_parts
