"""Why an expression came out as it did (判断的理由): each comparison with the figures used.

Uses the interpreter for every figure, so that a reason never departs from the verdict.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bangfu.schemes.expression.interpret import Interpreter
from bangfu.schemes.expression.tree import (
    Aggregate,
    Among,
    Compare,
    Constant,
    Element,
    Expression,
    IntLiteral,
    Node,
    Tagged,
    TextLiteral,
    Unknown,
    walk,
)
from bangfu.schemes.expression.types import Case, Interval, Value
from bangfu.schemes.expression.write import write, write_options
from bangfu.vocabulary.money import amount_text
from bangfu.vocabulary.text import Language

__all__ = ["Figure", "Step", "explain"]

_VERDICTS: Final[dict[Language, dict[bool | None, str]]] = {
    "zh": {True: "是", False: "否", None: "待核实"},
    "en": {True: "yes", False: "no", None: "unknown"},
}
_NO_LABELS: Final[Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True)
class Figure:
    """A named figure: an element, a constant or a value over members."""

    text: str
    value: Value
    unit: str | None

    def written(self, language: Language) -> str:
        """The value for people: money in yuan, unknown in words.

        >>> Figure("人均收入", 1_800_000, "fen").written("zh")
        '1.8万元'
        """
        return _written(self.value, self.unit, language)


@dataclass(frozen=True, slots=True)
class Step:
    """One comparison, or one yes/no that stands by itself.

    Parameters
    ----------
    text : str
        The comparison as text, such as ``income < 300000``.
    left, right : Figure
        Its two sides. Where a yes/no stands by itself ``operator`` is empty, ``left`` holds the
        yes/no and ``right`` is None. After ``in`` the right side is the text of the options.
    operator : str
        As in the expression.
    figures : tuple of Figure
        The named figures that went into it, each once, in reading order.
    verdict : bool or None
    """

    text: str
    left: Figure
    operator: str
    right: Figure | None
    figures: tuple[Figure, ...]
    verdict: bool | None

    def sentence(self, language: Language) -> str:
        """The step as a reason, with the figures.

        >>> income = Figure("经营性收入", 28_000_000, "fen")
        >>> line = Figure("", 30_000_000, "fen")
        >>> Step("经营性收入 < 30000000", income, "<", line, (income,), True).sentence("zh")
        '经营性收入 28万元 < 30万元：是'
        """
        verdict = _VERDICTS[language][self.verdict]
        colon = "：" if language == "zh" else ": "
        if self.right is None:
            return f"{self.left.text}{colon}{verdict}{self._behind(language)}"
        left, right = self._side(self.left, language), self._side(self.right, language)
        return f"{left} {self.operator} {right}{colon}{verdict}{self._behind(language)}"

    def _side(self, side: Figure, language: Language) -> str:
        if not side.text:
            return side.written(language)
        # A sum or product reads better with the sign that says it comes to the figure.
        joint = " " if side in self.figures else " = "
        return f"{side.text}{joint}{side.written(language)}"

    def _behind(self, language: Language) -> str:
        behind = [each for each in self.figures if each not in (self.left, self.right)]
        if not behind:
            return ""
        written = [f"{each.text} {each.written(language)}" for each in behind]
        return f"（{'，'.join(written)}）" if language == "zh" else f" ({', '.join(written)})"


def explain(
    expression: Expression, case: Case, *, labels: Mapping[str, str] = _NO_LABELS
) -> tuple[Step, ...]:
    """The comparisons of an expression with the figures used for one unit.

    Parameters
    ----------
    expression : Expression
    case : Case
    labels : mapping of str to str
        What to write in place of a name.

    Returns
    -------
    tuple of Step
        In reading order; every link of a chain is a step. Comparisons made on members are not
        listed: the count or sum over them is the figure. A step under ``not`` has its own
        verdict, not the denied one. Empty for a number or text without comparisons.

    Raises
    ------
    ExpressionError
        As ``interpret``.

    Examples
    --------
    >>> from bangfu.schemes.expression.parse import parse
    >>> from bangfu.schemes.expression.types import ElementType, Scope
    >>> rule = parse("户数 < 300", Scope({"户数": ElementType("int", "household")}))
    >>> [step.sentence("zh") for step in explain(rule, Case({"户数": 280}))]
    ['户数 280 < 300：是']
    """
    explainer = _Explainer(Interpreter(expression, case.constants), case, labels)
    return tuple(explainer.steps(expression.tree))


class _Explainer:
    def __init__(self, interpreter: Interpreter, case: Case, labels: Mapping[str, str]) -> None:
        self.interpreter = interpreter
        self.case = case
        self.labels = labels

    def steps(self, tree: Node) -> Iterator[Step]:
        # ``walk`` gives lower nodes first; what an ``unknown`` asks about is not judged itself.
        asked = {
            id(below)
            for node in walk(tree)
            if isinstance(node, Unknown)
            for below in walk(node.operand)
        }
        for node in walk(tree):
            if node.type.kind != "bool" or id(node) in asked:
                continue
            match node:
                case Compare():
                    yield from self._links(node)
                case Among():
                    yield self._among(node)
                case Element() | Constant() | Tagged() | Unknown() | Aggregate():
                    yield self._bare(node)

    def _links(self, node: Compare) -> Iterator[Step]:
        unit = next((each.type.unit for each in node.operands if each.type.unit), None)
        links = zip(node.operands, node.operators, node.operands[1:], strict=False)
        for left, operator, right in links:
            yield Step(
                text=f"{self._text(left)} {operator} {self._text(right)}",
                left=self._side(left, unit),
                operator=operator,
                right=self._side(right, unit),
                figures=self._figures(left, right),
                verdict=self.interpreter.pair(left, operator, right, self.case),
            )

    def _among(self, node: Among) -> Step:
        return Step(
            text=self._text(node),
            left=self._side(node.operand, node.operand.type.unit),
            operator="not in" if node.negated else "in",
            right=Figure("", write_options(node.options), None),
            figures=self._figures(node.operand),
            verdict=self.interpreter.truth(node, self.case),
        )

    def _bare(self, node: Node) -> Step:
        verdict = self.interpreter.truth(node, self.case)
        figures = self._figures(node.operand) if isinstance(node, Unknown) else ()
        return Step(self._text(node), self._side(node, None), "", None, figures, verdict)

    def _side(self, node: Node, unit: str | None) -> Figure:
        """One side; a literal has no name and is shown in the unit of the other side."""
        text = "" if isinstance(node, IntLiteral | TextLiteral) else self._text(node)
        value = self.interpreter.value(node, self.case)
        return Figure(text, value, node.type.unit or (unit if not text else None))

    def _figures(self, *nodes: Node) -> tuple[Figure, ...]:
        named = [
            self._side(below, None)
            for node in nodes
            for below in walk(node)
            if isinstance(below, Element | Constant | Aggregate | Tagged)
        ]
        return tuple(dict.fromkeys(named))

    def _text(self, node: Node) -> str:
        return write(node, self.labels)


def _written(value: Value, unit: str | None, language: Language) -> str:
    match value:
        case bool() | None:
            return _VERDICTS[language][value]
        case Interval():
            joint = "至" if language == "zh" else " to "
            return joint.join(_written(end, unit, language) for end in value)
        case int():
            if unit == "fen":
                return amount_text(value, language)
            return f"{value}%" if unit == "pct" else str(value)
        case str():
            return value
