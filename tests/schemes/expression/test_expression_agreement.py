"""The row interpreter and DuckDB give the same answer, whatever the expression and the case."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bangfu.schemes.expression import (
    Case,
    ConstantType,
    ElementType,
    Expression,
    Interval,
    Scope,
    interpret,
    parse,
    run_expressions,
    write,
)
from bangfu.schemes.expression.tree import has_interval
from bangfu.vocabulary.errors import ExpressionError

THRESHOLD_FEN = 30_000_000
_FEN, _BOOL, _TEXT = ElementType("int", "fen"), ElementType("bool"), ElementType("text")
SCOPE = Scope(
    elements={"经营性收入": _FEN, "收益": _FEN, "达标": _BOOL, "类别": _TEXT},
    constants={
        "门槛": ConstantType("int", "fen"),
        "未定": ConstantType("int", "fen"),
        "开关": ConstantType("bool"),
        "甲类": ConstantType("text"),
        "比例": ConstantType("int", "0.01%"),
        "未定比例": ConstantType("int", "0.01%"),
    },
    member=Scope({"收入": _FEN, "支出": _FEN, "在册": _BOOL, "身份": _TEXT}),
)
CONSTANTS = {
    "门槛": THRESHOLD_FEN,
    "未定": None,
    "开关": True,
    "甲类": "甲",
    "比例": 850,
    "未定比例": None,
}
OWN = {"int": ("经营性收入", "收益"), "bool": ("达标",), "text": ("类别",)}
OF_MEMBERS = {"int": ("收入", "支出"), "bool": ("在册",), "text": ("身份",)}
TEXTS = ("甲", "乙", "", "it's", 'a"b; DROP TABLE units --')
NEAR = (THRESHOLD_FEN - 1, THRESHOLD_FEN, THRESHOLD_FEN + 1, 0, 1, -1, -7, 13)
EXTREMES = (2**63 - 1, -(2**63), 2**62, -(2**62), 0, -1)
COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")


class Grammar:
    """Draws expressions as text; ``names`` are those of the unit or of its members."""

    def __init__(self, draw: Any, names: dict[str, tuple[str, ...]], *, inside: bool) -> None:
        self.draw = draw
        self.names = names
        self.inside = inside

    def pick(self, options: Sequence[Any]) -> Any:
        return self.draw(st.sampled_from(options))

    def members(self) -> "Grammar":
        return Grammar(self.draw, OF_MEMBERS, inside=True)

    def leaf(self, kind: str) -> str:
        name = self.pick(self.names[kind])
        return self.pick([name, name, f"previous({name})", f'at("city", {name})'])

    def number(self, depth: int) -> str:
        if depth <= 0:
            literal = str(self.pick([0, 1, -2, 3, THRESHOLD_FEN, 9_000]))
            return self.pick([self.leaf("int"), self.leaf("int"), literal, "门槛", "未定"])
        forms = ["leaf", "add", "subtract", "negate", "scale", "round"]
        form = self.pick(forms if self.inside else [*forms, "over", "over", "count", "count"])
        if form == "leaf":
            return self.number(0)
        if form == "count":
            return f"count({self.members().truth(depth - 1)})"
        if form == "over":
            return f"{self.pick(['sum', 'min', 'max'])}({self.members().number(depth - 1)})"
        below = self.number(depth - 1)
        match form:
            case "add" | "subtract":
                return f"({below} {'+' if form == 'add' else '-'} {self.number(depth - 1)})"
            case "negate":
                return f"-({below})"
            case "scale":
                return f"({below}) * {self.pick([-3, -1, 0, 2, 108])}"
            case _:
                return f"round_down({below}, {self.pick([1, 7, 100])})"

    def text(self) -> str:
        quoted = [f'"{text}"' if '"' not in text else f"'{text}'" for text in TEXTS]
        return self.pick([self.leaf("text"), self.leaf("text"), "甲类", self.pick(quoted)])

    def truth(self, depth: int) -> str:
        if depth <= 0:
            simple = [self.leaf("bool"), "True", "False", "开关", 'tagged("革命老区")']
            return self.pick([*simple, self.comparison(0)])
        forms = ["compare", "compare", "chain", "text", "in", "text in", "not", "and", "or"]
        form = self.pick([*forms, "unknown"] if self.inside else [*forms, "unknown", "all"])
        match form:
            case "compare":
                return self.comparison(depth - 1)
            case "chain":
                return f"{self.number(0)} < {self.number(depth - 1)} <= {self.number(0)}"
            case "text":
                return f"{self.text()} {self.pick(['==', '!='])} {self.text()}"
            case "in":
                options = self.pick(["(0, 1, 2)", f"({THRESHOLD_FEN},)", "(-7, 13)"])
                return f"{self.number(depth - 1)} {self.pick(['in', 'not in'])} {options}"
            case "text in":
                options = self.pick(['("甲", "乙")', '("it\'s",)', '("",)'])
                return f"{self.text()} {self.pick(['in', 'not in'])} {options}"
            case "not":
                return f"not ({self.truth(depth - 1)})"
            case "and" | "or":
                return f"({self.truth(depth - 1)} {form} {self.truth(depth - 1)})"
            case "unknown":
                kind = self.pick(["int", "bool", "text"])
                if kind == "text":
                    return f"unknown({self.text()})"
                return f"unknown({(self.number if kind == 'int' else self.truth)(depth - 1)})"
            case _:
                return f"all({self.members().truth(depth - 1)}, empty={self.pick([True, False])})"

    def comparison(self, depth: int) -> str:
        part = self.pick(["", "", "", " * 比例", " * 未定比例"])
        right = f"({self.number(0)}){part}" if part else self.number(0)
        return f"{self.number(depth)} {self.pick(COMPARISONS)} {right}"


@st.composite
def sources(draw: Any, depth: int = 3) -> str:
    grammar = Grammar(draw, OWN, inside=False)
    kind = draw(st.sampled_from(["truth", "truth", "truth", "number", "text"]))
    if kind == "text":
        return grammar.leaf("text")
    return grammar.truth(depth) if kind == "truth" else grammar.number(depth)


def some_values(names: dict[str, tuple[str, ...]], numbers: Sequence[int]) -> Any:
    pools = {
        "int": st.sampled_from((None, *numbers)),
        "bool": st.sampled_from((None, True, False)),
        "text": st.sampled_from((None, *TEXTS)),
    }
    given_names = {name: pools[kind] for kind in names for name in names[kind]}
    return st.fixed_dictionaries({}, optional=given_names)


def some_cases(
    names: dict[str, tuple[str, ...]], numbers: Sequence[int], members: Any = None
) -> Any:
    values = some_values(names, numbers)
    tags = st.none() | st.frozensets(st.sampled_from(("革命老区", "海岛", "老区")))
    return st.builds(
        Case,
        values=values,
        previous=values,
        ancestors=st.just({}) | st.fixed_dictionaries({"city": values}),
        tags=tags,
        members=members if members is not None else st.just(()),
        constants=st.just(CONSTANTS),
    )


def some_units(numbers: Sequence[int]) -> Any:
    members = st.lists(some_cases(OF_MEMBERS, numbers), max_size=3)
    return st.lists(some_cases(OWN, numbers, members), min_size=1, max_size=6)


def row_of(case: Case) -> dict[str, Any]:
    row: dict[str, Any] = dict(case.values)
    row |= {f"previous:{name}": value for name, value in case.previous.items()}
    for level, values in case.ancestors.items():
        row |= {f"at:{level}:{name}": value for name, value in values.items()}
    return row | {"tags": None if case.tags is None else ";".join(sorted(case.tags))}


def table_of(rows: Iterable[dict[str, Any]], keys: Sequence[str]) -> pl.DataFrame:
    """A table of cases; a column that no case has is left out of it."""
    kinds = {"int": pl.Int64, "bool": pl.Boolean, "text": pl.String}
    schema: dict[str, Any] = dict.fromkeys(keys, pl.String)
    for names in (OWN, OF_MEMBERS):
        for kind in names:
            for name in names[kind]:
                for column in (name, f"previous:{name}", f"at:city:{name}"):
                    schema[column] = kinds[kind]
    schema["tags"] = pl.String
    table = pl.DataFrame([{**dict.fromkeys(schema), **row} for row in rows], schema=schema)
    filled = [name for name in table.columns if table[name].null_count() < table.height]
    return table.select(name for name in table.columns if name in keys or name in filled)


def run_in_bulk(expressions: dict[str, Expression], cases: Sequence[Case]) -> list[dict[str, Any]]:
    units = table_of(
        ({"place_code": str(index), **row_of(case)} for index, case in enumerate(cases)),
        ["place_code"],
    )
    members = table_of(
        (
            {"place_code": str(index), "member_code": str(number), **row_of(member)}
            for index, case in enumerate(cases)
            for number, member in enumerate(case.members or ())
        ),
        ["place_code", "member_code"],
    )
    table = run_expressions(expressions, units, members=members, constants=CONSTANTS, threads=1)
    return table.to_dicts()


def outcome_of(expression: Expression, name: str, row: dict[str, Any]) -> Any:
    if not has_interval(expression.tree):
        return row[name]
    lo, hi = row[f"{name}_lo"], row[f"{name}_hi"]
    return lo if lo == hi else Interval(lo, hi)


def result_or_code(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except ExpressionError as refusal:
        return refusal.code


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(texts=st.lists(sources(), min_size=1, max_size=6), cases=some_units(NEAR))
def test_both_executions_agree(texts: list[str], cases: list[Case]) -> None:
    expressions = {f"e{index}": parse(text, SCOPE) for index, text in enumerate(texts)}
    rows = run_in_bulk(expressions, cases)
    for name, expression in expressions.items():
        expected = [(expression.source, interpret(expression, case)) for case in cases]
        actual = [(expression.source, outcome_of(expression, name, row)) for row in rows]
        assert expected == actual
        assert [type(each) for _, each in expected] == [type(each) for _, each in actual]


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=sources(), cases=some_units(EXTREMES))
def test_both_executions_overflow_together(text: str, cases: list[Case]) -> None:
    expression = parse(text, SCOPE)
    expected = [result_or_code(lambda case=case: interpret(expression, case)) for case in cases]
    rows = result_or_code(lambda: run_in_bulk({"e": expression}, cases))
    if "EXP-OVERFLOW" in expected:
        assert rows == "EXP-OVERFLOW"
    else:
        assert expected == [outcome_of(expression, "e", row) for row in rows]


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=sources())
def test_what_is_written_reads_back_as_the_same_tree(text: str) -> None:
    tree = parse(text, SCOPE).tree
    assert parse(write(tree), SCOPE).tree == tree
