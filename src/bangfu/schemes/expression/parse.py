"""Read an expression (表达式的读入): restricted Python to the small typed tree, or a refusal.

Python's own parser reads the text and nothing is ever executed. Only the nodes named here are
let through; what the language does not know is refused, never skipped.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Mapping
from typing import Final, NoReturn

from bangfu.schemes.expression.shares import in_parts, part_of
from bangfu.schemes.expression.syntax import (
    ACCEPTED,
    BINARY_HINTS,
    COMPARISONS,
    FORMS,
    name_of_construct,
    read_python,
)
from bangfu.schemes.expression.tree import (
    BOOL,
    Add,
    Aggregate,
    AggregateFunction,
    Among,
    And,
    BoolLiteral,
    Compare,
    Comparison,
    Constant,
    Element,
    Expression,
    IntLiteral,
    Negate,
    Node,
    Not,
    Or,
    Origin,
    RoundDown,
    Scale,
    Subtract,
    Tagged,
    TextLiteral,
    Unknown,
)
from bangfu.schemes.expression.types import Kind, Scope, ValueType, fits_int64, normal_form
from bangfu.vocabulary.errors import ExpressionError
from bangfu.vocabulary.text import Text

__all__ = ["LARGEST_FACTOR", "parse"]

#: Multiplying is for cross-multiplied ratios; no policy needs a larger factor, and a bound on it
#: keeps what 128-bit arithmetic can check in sight.
LARGEST_FACTOR: Final = 1_000_000

_AGGREGATES: Final[dict[str, tuple[AggregateFunction, Kind]]] = {
    "count": ("count", "bool"),
    "sum": ("sum", "int"),
    "min": ("min", "int"),
    "max": ("max", "int"),
    "all": ("all", "bool"),
}
_KINDS: Final[dict[Kind, Text]] = {
    "bool": Text("是否", "a yes/no"),
    "int": Text("数", "a number"),
    "text": Text("文本", "a text"),
}


def parse(source: str, scope: Scope) -> Expression:
    """Read an expression in the names of a scope.

    Parameters
    ----------
    source : str
        The text, at most 2000 characters and 60 levels deep.
    scope : Scope
        The names it may use, with their types and units.

    Returns
    -------
    Expression
        Its tree, in which every name is the declared one and every type is known.

    Raises
    ------
    ExpressionError
        The message names what was found and what is accepted. Codes: EXP-LENGTH, EXP-SYNTAX,
        EXP-DEPTH (the text); EXP-NODE, EXP-OPERATOR, EXP-FUNCTION, EXP-ARGUMENT, EXP-LITERAL
        (not in the language); EXP-NAME, EXP-FORM, EXP-LEVEL (a name); EXP-TYPE, EXP-UNIT.

    Notes
    -----
    Two numbers may be added or compared if their units are the same or one of them has none;
    what has no unit takes the other's. Names are compared as Python reads identifiers (NFKC); a
    name written in another form, such as with full-width letters, is refused.

    Examples
    --------
    >>> scope = Scope({"经营性收入": ValueType("int", "fen")})
    >>> parse("经营性收入 < 30_000_000", scope).names.own
    frozenset({'经营性收入'})
    """
    return Expression(source, _Builder(source, scope).build(read_python(source)))


class _Builder:
    """Turns Python's tree of one source text into ours; one method per kind of node."""

    def __init__(self, source: str, scope: Scope) -> None:
        self.source = source
        self.scope = scope
        self.in_members = False

    def refuse(self, code: str, zh: str, en: str) -> NoReturn:
        raise ExpressionError(code, self.source, Text(zh, en))

    def build(self, node: ast.expr) -> Node:
        match node:
            case ast.Constant():
                return self._literal(node)
            case ast.Name():
                return self._name(node)
            case ast.BoolOp():
                parts = tuple(self._of_kind(part, "bool") for part in node.values)
                return And(parts) if isinstance(node.op, ast.And) else Or(parts)
            case ast.UnaryOp():
                return self._unary(node)
            case ast.BinOp():
                return self._binary(node)
            case ast.Compare():
                return self._comparison(node)
            case ast.Call():
                return self._call(node)
            case _:
                found = name_of_construct(node)
                self.refuse(
                    "EXP-NODE",
                    f"不能使用{found.zh}。{ACCEPTED.zh}",
                    f"{found.en} is not in the language. {ACCEPTED.en}",
                )

    def _of_kind(self, node: ast.expr, kind: Kind) -> Node:
        built = self.build(node)
        if built.type.kind != kind:
            found, wanted, text = _KINDS[built.type.kind], _KINDS[kind], self._text(node)
            self.refuse(
                "EXP-TYPE",
                f"「{text}」是{found.zh}，这里应为{wanted.zh}。",
                f"{text!r} is {found.en}; {wanted.en} is expected here.",
            )
        return built

    def _text(self, node: ast.AST) -> str:
        return ast.get_source_segment(self.source, node) or ""

    # -- literals and names

    def _literal(self, node: ast.Constant) -> Node:
        # The order matters: True is an int to Python.
        match node.value:
            case bool():
                return BoolLiteral(node.value)
            case int():
                return IntLiteral(self._int64(node.value))
            case str() if "\n" not in node.value:
                return TextLiteral(node.value)
            case None:
                self.refuse(
                    "EXP-LITERAL",
                    "不能写 None；判断是否待核实，请用 unknown(名称)。",
                    "None cannot be written; to ask whether a value is unknown use unknown(name).",
                )
            case _:
                self.refuse(
                    "EXP-LITERAL",
                    f"不能使用「{self._text(node)}」；只接受整数（金额以分计）、文本、True、False。",
                    f"{self._text(node)} is not accepted; write a whole number (money in fen), "
                    "a text, True or False.",
                )

    def _int64(self, number: int) -> int:
        if not fits_int64(number):
            self.refuse(
                "EXP-LITERAL",
                f"「{number}」超出 64 位整数的范围。",
                f"{number} does not fit a 64-bit whole number.",
            )
        return number

    def _name(self, node: ast.Name) -> Node:
        scope = self._current_scope()
        form = self._identifier(node.id, self._text(node))
        elements = {normal_form(name): name for name in scope.elements}
        constants = {normal_form(name): name for name in scope.constants}
        if form in elements:
            return Element(elements[form], scope.elements[elements[form]])
        if form in constants:
            return Constant(constants[form], scope.constants[constants[form]])
        self._refuse_unknown_name(form, {**elements, **constants})

    def _identifier(self, name: str, written: str) -> str:
        if name.startswith("__"):
            self.refuse(
                "EXP-NAME",
                f"名称不能以两个下划线开头：{name}。",
                f"a name cannot start with two underscores: {name}.",
            )
        if written != name:
            self.refuse(
                "EXP-FORM",
                f"名称「{written}」含全角或兼容字符，请写作「{name}」。",
                f"the name {written!r} has full-width or compatibility characters; write {name!r}.",
            )
        return name

    def _refuse_unknown_name(self, name: str, known: Mapping[str, str]) -> NoReturn:
        close = difflib.get_close_matches(name, sorted(known), n=3)
        listed = close or sorted(known)[:10]
        where = Text("成员的", " of the members") if self.in_members else Text("", "")
        self.refuse(
            "EXP-NAME",
            f"没有名为「{name}」的{where.zh}数据项或参数。可用：{'、'.join(listed) or '无'}。",
            f"no element or constant{where.en} is named {name!r}. "
            f"Accepted: {', '.join(listed) or 'none'}.",
        )

    def _current_scope(self) -> Scope:
        if not self.in_members:
            return self.scope
        members = self.scope.for_members()
        assert members is not None
        return members

    # -- operators

    def _unary(self, node: ast.UnaryOp) -> Node:
        if isinstance(node.op, ast.Not):
            return Not(self._of_kind(node.operand, "bool"))
        if not isinstance(node.op, ast.USub):
            self._refuse_operator(self._text(node)[:1], Text("", ""))
        # The one literal whose positive half does not fit: -9223372036854775808.
        if isinstance(node.operand, ast.Constant) and type(node.operand.value) is int:
            return IntLiteral(self._int64(-node.operand.value))
        operand = self._of_kind(node.operand, "int")
        if isinstance(operand, IntLiteral):
            return IntLiteral(self._int64(-operand.value))
        return Negate(operand, operand.type)

    def _binary(self, node: ast.BinOp) -> Node:
        if type(node.op) in BINARY_HINTS:
            self._refuse_operator(*BINARY_HINTS[type(node.op)])
        left, right = self._of_kind(node.left, "int"), self._of_kind(node.right, "int")
        if isinstance(node.op, ast.Mult):
            return self._scaled(left, right, node)
        left, right = in_parts((left, right))
        unit = self._one_unit((left, right), node)
        make = Add if isinstance(node.op, ast.Add) else Subtract
        return make(left, right, ValueType("int", unit, left.type.in_parts))

    def _refuse_operator(self, operator: str, hint: Text) -> NoReturn:
        self.refuse(
            "EXP-OPERATOR",
            f"不能使用运算符「{operator}」。{hint.zh}{ACCEPTED.zh}",
            f"the operator {operator!r} is not in the language. {hint.en}{ACCEPTED.en}",
        )

    def _scaled(self, left: Node, right: Node, node: ast.BinOp) -> Node:
        for factor, operand in ((right, left), (left, right)):
            if isinstance(factor, IntLiteral) and abs(factor.value) <= LARGEST_FACTOR:
                return Scale(operand, factor.value, operand.type)
            if (part := part_of(operand, factor)) is not None:
                return part
        self.refuse(
            "EXP-OPERATOR",
            f"「{self._text(node)}」：乘号的一边应是绝对值不超过 {LARGEST_FACTOR} 的整数，或有名称的"
            "百分比；例如占比超过 5% 写作「甲 > 乙 * 比例线」。",
            f"{self._text(node)!r}: one side of * must be a whole number written out, "
            f"at most {LARGEST_FACTOR} either way, or a percentage with a name; write a share "
            "above 5% as 'a > b * line'.",
        )

    def _one_unit(self, operands: tuple[Node, ...], node: ast.expr) -> str | None:
        units = sorted({each.type.unit for each in operands if each.type.unit is not None})
        if len(units) > 1:
            self.refuse(
                "EXP-UNIT",
                f"「{self._text(node)}」把不同单位放在一起：{'、'.join(units)}。",
                f"{self._text(node)!r} mixes units: {', '.join(units)}.",
            )
        return units[0] if units else None

    def _comparison(self, node: ast.Compare) -> Node:
        if any(isinstance(operator, ast.In | ast.NotIn) for operator in node.ops):
            return self._among(node)
        operators = tuple(self._comparison_operator(operator) for operator in node.ops)
        operands = tuple(self.build(each) for each in (node.left, *node.comparators))
        kinds = {each.type.kind for each in operands}
        if "bool" in kinds or len(kinds) > 1:
            self.refuse(
                "EXP-TYPE",
                f"「{self._text(node)}」：只能数与数、文本与文本相比；是否值直接用 and、or、not。",
                f"{self._text(node)!r}: compare numbers with numbers and texts with texts; "
                "a yes/no is used directly, with and, or, not.",
            )
        if kinds == {"text"} and not set(operators) <= {"==", "!="}:
            self.refuse(
                "EXP-TYPE",
                f"「{self._text(node)}」：文本只能用 == 和 != 相比。",
                f"{self._text(node)!r}: texts are compared only with == and !=.",
            )
        operands = in_parts(operands)
        self._one_unit(operands, node)
        return Compare(operands, operators)

    def _comparison_operator(self, operator: ast.cmpop) -> Comparison:
        if type(operator) not in COMPARISONS:
            self._refuse_operator("is", Text("请用 == 或 !=。", "Use == or !=. "))
        return COMPARISONS[type(operator)]

    def _among(self, node: ast.Compare) -> Node:
        if len(node.ops) != 1 or not isinstance(node.comparators[0], ast.Tuple):
            self._refuse_options(node)
        options = [self.build(each) for each in node.comparators[0].elts]
        operand = self.build(node.left)
        if operand.type.in_parts:
            self._refuse_options(node)
        negated = isinstance(node.ops[0], ast.NotIn)
        if operand.type.kind == "int" and options:
            numbers = tuple(each.value for each in options if isinstance(each, IntLiteral))
            if len(numbers) == len(options):
                return Among(operand, numbers, negated)
        if operand.type.kind == "text" and options:
            texts = tuple(each.value for each in options if isinstance(each, TextLiteral))
            if len(texts) == len(options):
                return Among(operand, texts, negated)
        self._refuse_options(node)

    def _refuse_options(self, node: ast.Compare) -> NoReturn:
        self.refuse(
            "EXP-TYPE",
            f"「{self._text(node)}」：in 的右边应是括号内写明的若干个数或若干个文本，"
            '与左边同类，例如 类别 in ("甲", "乙")；只有一个时写 ("甲",)；in 不能连写。',
            f"{self._text(node)!r}: in takes a tuple of numbers or of texts written out, of the "
            'kind on the left, such as kind in ("a", "b"), or ("a",) for one, and is not chained.',
        )

    # -- functions

    def _call(self, node: ast.Call) -> Node:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name not in FORMS or name != self._text(node.func):
            self.refuse(
                "EXP-FUNCTION",
                f"没有函数「{self._text(node.func)}」。可用：{'、'.join(FORMS)}。",
                f"there is no function {self._text(node.func)!r}. Accepted: {', '.join(FORMS)}.",
            )
        if name == "all":
            return self._aggregate(node, name, self._when_empty(node))
        if node.keywords:
            self._refuse_arguments(node, name)
        if name in _AGGREGATES:
            return self._aggregate(node, name, None)
        return self._plain_call(node, name)

    def _plain_call(self, node: ast.Call, name: str) -> Node:
        match name, node.args:
            case "round_down", [operand, ast.Constant(value=int(multiple))] if (
                type(multiple) is int and multiple > 0 and fits_int64(multiple)
            ):
                built = self._of_kind(operand, "int")
                if built.type.in_parts:
                    self._refuse_arguments(node, name)
                return RoundDown(built, multiple, built.type)
            case "previous", [ast.Name() as element]:
                return self._element_elsewhere(element, "previous", None)
            case "at", [ast.Constant(value=str(level)), ast.Name() as element]:
                return self._element_elsewhere(element, "at", self._level(level))
            case "tagged", [ast.Constant(value=str(tag))] if tag and ";" not in tag:
                return Tagged(tag)
            case "unknown", [operand]:
                return Unknown(self.build(operand))
            case _:
                self._refuse_arguments(node, name)

    def _refuse_arguments(self, node: ast.Call, name: str) -> NoReturn:
        form = FORMS[name]
        self.refuse(
            "EXP-ARGUMENT",
            f"「{self._text(node)}」的写法不对，应为 {form}。",
            f"{self._text(node)!r} is not how {name} is written; write {form}.",
        )

    def _element_elsewhere(self, node: ast.Name, origin: Origin, level: str | None) -> Node:
        element = self._name(node)
        if not isinstance(element, Element):
            self.refuse(
                "EXP-ARGUMENT",
                f"「{node.id}」是参数，没有上年或上级的值；previous 和 at 只接受数据项。",
                f"{node.id!r} is a constant and has no value of last year or of a level above; "
                "previous and at take an element.",
            )
        return Element(element.name, element.type, origin, level)

    def _level(self, level: str) -> str:
        accepted = sorted(self._current_scope().levels)
        if level not in accepted:
            self.refuse(
                "EXP-LEVEL",
                f"没有「{level}」这一级。可用：{'、'.join(accepted) or '无'}。",
                f"there is no level {level!r} here. Accepted: {', '.join(accepted) or 'none'}.",
            )
        return level

    def _when_empty(self, node: ast.Call) -> bool:
        match node.keywords:
            case [ast.keyword(arg="empty", value=ast.Constant(value=bool(when_empty))) as keyword]:
                self._identifier("empty", self._text(keyword)[: len("empty")])
                return when_empty
            case _:
                self.refuse(
                    "EXP-ARGUMENT",
                    "all 应写明没有成员时的结果：all(p, empty=True) 或 all(p, empty=False)。",
                    "all must say what holds without members: all(p, empty=True) or "
                    "all(p, empty=False).",
                )

    def _aggregate(self, node: ast.Call, name: str, when_empty: bool | None) -> Node:
        if self.in_members or self.scope.member is None:
            self.refuse(
                "EXP-FUNCTION",
                f"「{name}」只能对单位的成员计算，这里没有成员，也不能套用。",
                f"{name} works on the members of a unit; there are none here, and it cannot "
                "stand inside another.",
            )
        if len(node.args) != 1:
            self._refuse_arguments(node, name)
        function, kind = _AGGREGATES[name]
        self.in_members = True
        argument = self._of_kind(node.args[0], kind)
        self.in_members = False
        result = BOOL if function == "all" else _type_over(function, argument)
        return Aggregate(function, argument, result, when_empty)


def _type_over(function: AggregateFunction, argument: Node) -> ValueType:
    # A number of members is counted in whatever the other side is counted in.
    return ValueType("int") if function == "count" else argument.type
