"""The expression language of schemes (表达式): restricted Python, read once, run in two ways.

``parse`` reads a text in the names of a ``Scope``; ``interpret`` and ``explain`` work on one
``Case``; ``run_expressions`` on tables. Every verdict is yes, no or 待核实 (unknown).
Knows no scheme file.
"""

from typing import TYPE_CHECKING, Any

from bangfu.schemes.expression.explain import Figure, Step, explain
from bangfu.schemes.expression.interpret import interpret
from bangfu.schemes.expression.layout import Layout
from bangfu.schemes.expression.parse import parse
from bangfu.schemes.expression.tree import Expression, Names
from bangfu.schemes.expression.types import (
    Case,
    ConstantType,
    ElementType,
    Interval,
    Scalar,
    Scope,
    Value,
    ValueType,
)
from bangfu.schemes.expression.write import write

if TYPE_CHECKING:
    from bangfu.schemes.expression.compile import compile_expressions
    from bangfu.schemes.expression.run import run_expressions

__all__ = [
    "Case",
    "ConstantType",
    "ElementType",
    "Expression",
    "Figure",
    "Interval",
    "Layout",
    "Names",
    "Scalar",
    "Scope",
    "Step",
    "Value",
    "ValueType",
    "compile_expressions",
    "explain",
    "interpret",
    "parse",
    "run_expressions",
    "write",
]


def __getattr__(name: str) -> Any:
    # Ibis and DuckDB take half a second to load; who reads a scheme or judges one unit needs
    # neither.
    if name == "compile_expressions":
        from bangfu.schemes.expression.compile import compile_expressions

        return compile_expressions
    if name == "run_expressions":
        from bangfu.schemes.expression.run import run_expressions

        return run_expressions
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
