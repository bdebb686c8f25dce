"""The outer form of an expression (表达式的写法): size, depth, and what is not in the language.

Reads text into Python's tree with every failure of Python's parser turned into a refusal, and
has words for the constructs that are refused. Knows no names and no types.
"""

from __future__ import annotations

import ast
from typing import Final

from bangfu.schemes.expression.tree import Comparison
from bangfu.vocabulary.errors import ExpressionError
from bangfu.vocabulary.text import Text

__all__ = [
    "ACCEPTED",
    "BINARY_HINTS",
    "COMPARISONS",
    "FORMS",
    "LONGEST_SOURCE",
    "MOST_LEVELS",
    "name_of_construct",
    "read_python",
]

LONGEST_SOURCE: Final = 2000
MOST_LEVELS: Final = 60

#: How each function is written; p stands for a yes/no, x for a number.
FORMS: Final = {
    "count": "count(p)",
    "sum": "sum(x)",
    "min": "min(x)",
    "max": "max(x)",
    "all": "all(p, empty=True)",
    "round_down": "round_down(x, 100)",
    "previous": "previous(name)",
    "at": 'at("county", name)',
    "tagged": 'tagged("tag")',
    "unknown": "unknown(x)",
}

ACCEPTED: Final = Text(
    "可用：< <= > >= == !=、in、and、or、not、加、减、乘以整数或有名称的百分比，"
    "以及 count、sum、min、max、all、round_down、previous、at、tagged、unknown。",
    "Accepted: < <= > >= == !=, in, and, or, not, +, -, * by a whole number or a percentage with a "
    "name, and count, sum, min, max, all, round_down, previous, at, tagged, unknown.",
)

COMPARISONS: Final[dict[type[ast.cmpop], Comparison]] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}

_CROSS: Final = Text("请用交叉相乘代替除法。", "Cross-multiply instead of dividing. ")
_NONE: Final = Text("", "")
#: Two-sided operators that are refused, with what to write instead.
BINARY_HINTS: Final[dict[type[ast.operator], tuple[str, Text]]] = {
    ast.Div: ("/", _CROSS),
    ast.FloorDiv: (
        "//",
        Text("向下取整请用 round_down(x, n)。", "To round use round_down(x, n). "),
    ),
    ast.Mod: ("%", _NONE),
    ast.Pow: ("**", _NONE),
    ast.MatMult: ("@", _NONE),
    ast.BitAnd: ("&", Text("请用 and。", "Use and. ")),
    ast.BitOr: ("|", Text("请用 or。", "Use or. ")),
    ast.BitXor: ("^", _NONE),
    ast.LShift: ("<<", _NONE),
    ast.RShift: (">>", _NONE),
}

_CONSTRUCTS: Final[dict[type[ast.expr], Text]] = {
    ast.Attribute: Text("属性（点号）", "an attribute (dot)"),
    ast.Subscript: Text("下标（方括号）", "a subscript (square brackets)"),
    ast.Lambda: Text("匿名函数（lambda）", "a lambda"),
    ast.ListComp: Text("推导式", "a comprehension"),
    ast.SetComp: Text("推导式", "a comprehension"),
    ast.DictComp: Text("推导式", "a comprehension"),
    ast.GeneratorExp: Text("推导式", "a comprehension"),
    ast.JoinedStr: Text("带值的文本（f 字符串）", "an f-string"),
    ast.NamedExpr: Text("赋值（:=）", "an assignment (:=)"),
    ast.Starred: Text("星号展开", "a starred argument"),
    ast.IfExp: Text("条件表达式（if … else）", "a conditional (if ... else)"),
    ast.Tuple: Text("括号列表（in 之外）", "a tuple outside in"),
    ast.List: Text("方括号列表", "a list"),
    ast.Set: Text("花括号集合", "a set"),
    ast.Dict: Text("字典", "a dictionary"),
}


def name_of_construct(node: ast.expr) -> Text:
    """What a refused piece of Python is called."""
    name = type(node).__name__
    return _CONSTRUCTS.get(type(node), Text(f"「{name}」", name))


def read_python(source: str) -> ast.expr:
    """Read text into Python's tree of one expression, within the limits of the language.

    Raises
    ------
    ExpressionError
        EXP-LENGTH over 2000 characters; EXP-SYNTAX where Python cannot read it, or it holds a
        backslash or control character; EXP-DEPTH over 60 levels.
    """
    if len(source) > LONGEST_SOURCE:
        message = Text(
            f"表达式有 {len(source)} 个字符，最多 {LONGEST_SOURCE} 个；请拆成几个判据。",
            f"the expression has {len(source)} characters, at most {LONGEST_SOURCE} are "
            "accepted; split it into several criteria.",
        )
        # A text of any length does not belong in a message.
        raise ExpressionError("EXP-LENGTH", source[:100], message)
    _refuse_characters(source)
    try:
        body = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as fault:
        raise ExpressionError("EXP-SYNTAX", source, _syntax_message(source, fault)) from None
    if _levels(body) > MOST_LEVELS:
        message = Text(
            f"表达式嵌套超过 {MOST_LEVELS} 层；请拆成几个判据。",
            f"the expression is nested more than {MOST_LEVELS} levels deep; split it.",
        )
        raise ExpressionError("EXP-DEPTH", source, message)
    return body


def _refuse_characters(source: str) -> None:
    # An escape could smuggle into a text what SQL or UTF-8 cannot carry.
    for character in source:
        if character == "\\" or (ord(character) < 32 and character not in "\t\n\r"):
            message = Text(
                f"不能含有反斜杠或控制字符（U+{ord(character):04X}）。",
                f"a backslash or control character is not accepted (U+{ord(character):04X}).",
            )
            raise ExpressionError("EXP-SYNTAX", source, message)


def _syntax_message(source: str, fault: Exception) -> Text:
    column = fault.offset if isinstance(fault, SyntaxError) and fault.offset else None
    zh = f"第 {column} 个字符处" if column else ""
    en = f" near character {column}" if column else ""
    if any("！" <= character <= "～" for character in source):
        return Text(
            f"写法读不懂：{zh}不合语法；含有全角符号，请改为半角。",
            f"cannot be read{en}; it holds full-width signs: write them half-width.",
        )
    return Text(f"写法读不懂：{zh}不合语法。{ACCEPTED.zh}", f"cannot be read{en}. {ACCEPTED.en}")


def _levels(body: ast.expr) -> int:
    """How deep the expressions are nested; counted without recursion."""
    deepest = 0
    open_nodes: list[tuple[ast.AST, int]] = [(body, 1)]
    while open_nodes:
        node, level = open_nodes.pop()
        deepest = max(deepest, level)
        for lower in ast.iter_child_nodes(node):
            open_nodes.append((lower, level + isinstance(lower, ast.expr)))
    return deepest
